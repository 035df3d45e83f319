//! One observation on its way or in a table, and the table that many sites share.

use crate::policy::{Observation, Reply};
use crate::process::{NONE, NodeId};
use crate::time::Time;

/// What is known about a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) node: NodeId,
    pub(crate) load: f64,
    pub(crate) as_of: Time,
}

impl Entry {
    #[inline]
    pub(crate) fn observation(&self) -> Observation {
        Observation { node: self.node, load: self.load, reply: Reply::Load, as_of: self.as_of }
    }
}

/// Entries in the order in which their nodes were first heard of, at most one for each of a row of numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    list: Vec<Entry>,
    /// Where the entry of each number stands.
    place: Vec<u32>,
    /// The sum of all instants, in seconds.
    sum: f64,
}

impl Shared {
    pub(crate) fn new(numbers: usize) -> Self {
        Shared { list: Vec::with_capacity(numbers), place: vec![NONE; numbers], sum: 0.0 }
    }

    pub(crate) fn put(&mut self, number: usize, entry: Entry) {
        self.sum += entry.as_of.seconds();
        match self.list.get_mut(self.place[number] as usize) {
            Some(old) => {
                self.sum -= old.as_of.seconds();
                *old = entry;
            }
            None => {
                self.place[number] = self.list.len() as u32;
                self.list.push(entry);
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.sum = 0.0;
        self.place.fill(NONE);
    }

    /// The mean of the instants, in seconds; NaN where there are none.
    pub(crate) fn mean_instant(&self) -> f64 {
        self.sum / self.list.len() as f64
    }

    pub(crate) fn list(&self) -> &[Entry] {
        &self.list
    }

    pub(crate) fn place(&self) -> &[u32] {
        &self.place
    }
}
