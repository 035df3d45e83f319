//! Gossip: the vectors of all nodes, what a node sends of its own, and how it takes in what it receives.
//!
//! A vector holds at most one entry per other node, newest first; a node's own entry is its present load and is never
//! stored. The obvious slow version stands beside it, in the tests.

use super::entry::Entry;
use crate::process::NodeId;

#[derive(Debug, Default)]
pub(crate) struct Vectors {
    /// Vector i starts at i x capacity and holds `lengths[i]` entries.
    entries: Vec<Entry>,
    lengths: Vec<u32>,
    capacity: usize,
    /// The last merge in which each node was met.
    met: Vec<u32>,
    merges: u32,
    scratch: Vec<Entry>,
}

impl Vectors {
    /// For so many nodes, each with room for entries about so many others.
    pub(crate) fn new(nodes: u32, capacity: u32) -> Self {
        let (n, capacity) = (nodes as usize, capacity as usize);
        let none = Entry { node: 0, load: 0.0, as_of: crate::time::Time::ZERO };
        Vectors {
            entries: vec![none; n * capacity],
            lengths: vec![0; n],
            capacity,
            met: vec![0; n],
            merges: 0,
            scratch: Vec::with_capacity(capacity),
        }
    }

    /// What node i knows of others, newest first.
    #[inline]
    pub(crate) fn of(&self, i: NodeId) -> &[Entry] {
        let first = i as usize * self.capacity;
        &self.entries[first..first + self.lengths[i as usize] as usize]
    }

    /// A message of node i: its own entry and the newest of its vector, `send` in all.
    pub(crate) fn write(&self, i: NodeId, own: Entry, send: u32, letter: &mut Vec<Entry>) {
        letter.clear();
        letter.push(own);
        let vector = self.of(i);
        letter.extend_from_slice(&vector[..vector.len().min(send as usize - 1)]);
    }

    /// Node i takes in a message, newest first: of both it keeps the newest entries, one per node.
    pub(crate) fn merge(&mut self, i: NodeId, letter: &[Entry]) {
        self.begin_merge(i);
        let first = i as usize * self.capacity;
        let old = &self.entries[first..first + self.lengths[i as usize] as usize];
        let (mut a, mut b) = (0, 0);
        self.scratch.clear();
        while self.scratch.len() < self.capacity {
            let next = match (old.get(a), letter.get(b)) {
                (Some(x), Some(y)) if y.as_of <= x.as_of => {
                    a += 1;
                    x
                }
                (_, Some(y)) => {
                    b += 1;
                    y
                }
                (Some(x), None) => {
                    a += 1;
                    x
                }
                (None, None) => break,
            };
            let met = &mut self.met[next.node as usize];
            if *met != self.merges {
                *met = self.merges;
                self.scratch.push(*next);
            }
        }
        let kept = self.scratch.len();
        self.entries[first..first + kept].copy_from_slice(&self.scratch);
        self.lengths[i as usize] = kept as u32;
    }

    /// Nobody has been met in this merge, but the node itself, which keeps no entry of its own.
    fn begin_merge(&mut self, i: NodeId) {
        self.merges = self.merges.wrapping_add(1);
        if self.merges == 0 {
            self.met.fill(0);
            self.merges = 1;
        }
        self.met[i as usize] = self.merges;
    }
}
