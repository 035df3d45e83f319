//! Where processes come from. A workload is a source: it yields births in order of time, in blocks.

use crate::process::{Attributes, NodeId};
use crate::time::Time;

/// A process enters the system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Birth {
    /// When.
    pub at: Time,
    /// CPU seconds that it needs on a node of speed 1.
    pub lifetime: f64,
    /// At which node.
    pub home: NodeId,
}

/// A stream of processes in order of arrival.
pub trait Source: Send {
    /// Appends some births, in order of time; appending none says that there will be no more.
    fn fill(&mut self, block: &mut Vec<Birth>);

    /// What else is to be known about process `index`. Called in order of arrival, and only in runs that declare a use
    /// for attributes.
    fn attributes(&mut self, _index: u64) -> Attributes {
        Attributes::default()
    }

    /// What its classes are called, by number.
    fn class_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether processes arrive because others have left. A source with feedback numbers its processes in the order in
    /// which it gives them, in `fill` and in `exited` together, and is asked by that number, not by order of arrival.
    fn feedback(&self) -> bool {
        false
    }

    /// Process `number` has left the system, done or lost. Appends the births that this causes, now or later. Called
    /// only where there is feedback.
    fn exited(&mut self, _number: u64, _now: Time, _births: &mut Vec<Birth>) {}

    /// The program that begins with process `number`: several processes of which some wait for others, or that all must
    /// have left before it has ended. Asked when the process arrives, and only where there is feedback.
    fn begins_program(&self, _number: u64) -> Option<u64> {
        None
    }

    /// The program that has ended with the process of which `exited` has just been told, if one has.
    fn ended_program(&mut self) -> Option<u64> {
        None
    }

    /// Why `fill` has given nothing, if not because the workload is at its end. It completes the sentence "process 7 of
    /// the workload ...".
    fn failure(&self) -> Option<&str> {
        None
    }

    /// The least lifetime that can occur, and the mean lifetime: what the clock must resolve.
    fn scale(&self) -> (f64, f64);
}

/// A list of births: for hand-worked cases, and for tests.
#[derive(Clone, Debug)]
pub struct Scripted {
    births: Vec<Birth>,
    attributes: Vec<Attributes>,
    class_names: Vec<String>,
    done: bool,
}

impl Scripted {
    /// From (arrival in seconds, lifetime in seconds, home), in order of arrival.
    pub fn new(births: &[(f64, f64, NodeId)]) -> Self {
        let birth =
            |(at, lifetime, home): &(f64, f64, NodeId)| Birth { at: Time::new(*at), lifetime: *lifetime, home: *home };
        Scripted {
            births: births.iter().map(birth).collect(),
            attributes: Vec::new(),
            class_names: Vec::new(),
            done: false,
        }
    }

    /// With the attributes of the processes, in the same order.
    pub fn with_attributes(mut self, attributes: Vec<Attributes>) -> Self {
        self.attributes = attributes;
        self
    }

    /// With names of classes 0, 1, 2, ...
    pub fn with_class_names(mut self, names: &[&str]) -> Self {
        self.class_names = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }
}

impl Source for Scripted {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        if !self.done {
            block.extend_from_slice(&self.births);
            self.done = true;
        }
    }

    fn attributes(&mut self, index: u64) -> Attributes {
        self.attributes.get(index as usize).copied().unwrap_or_default()
    }

    fn class_names(&self) -> Vec<String> {
        self.class_names.clone()
    }

    fn scale(&self) -> (f64, f64) {
        let lifetimes = self.births.iter().map(|b| b.lifetime);
        let least = lifetimes.clone().fold(f64::INFINITY, f64::min);
        (if least.is_finite() { least } else { 1.0 }, lifetimes.sum::<f64>() / self.births.len().max(1) as f64)
    }
}
