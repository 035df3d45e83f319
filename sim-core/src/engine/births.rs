//! Blocks of births from the workload, checked once per block.

use super::{Flow, World};
use crate::error::Error;
use crate::time::Time;

impl World<'_> {
    pub(super) fn refill(&mut self) -> Flow {
        let last = self.births.last().map_or(Time::ZERO, |b| b.at);
        self.births.clear();
        self.next_birth = 0;
        self.source.fill(&mut self.births);
        let (mut before, mut sound, nodes) = (last, true, self.stage.nodes.len());
        for birth in &self.births {
            // Not negative, finite and not NaN, in one comparison: as integers, such doubles are the smallest.
            sound &= birth.lifetime.to_bits() < f64::INFINITY.to_bits();
            sound &= (birth.at >= before) & ((birth.home as usize) < nodes);
            before = birth.at;
        }
        sound &= before.is_finite();
        if !sound {
            return Err(Box::new(self.unsound_birth(last)));
        }
        if self.births.is_empty() && self.open {
            self.close();
        }
        Ok(())
    }

    /// What is wrong with the first impossible birth of this block.
    #[cold]
    pub(super) fn unsound_birth(&self, last: Time) -> Error {
        let (mut before, nodes) = (last, self.stage.nodes.len());
        for (k, birth) in self.births.iter().enumerate() {
            let problem = if birth.lifetime.to_bits() >= f64::INFINITY.to_bits() {
                format!("has a lifetime of {} s: it must be 0 or more", birth.lifetime)
            } else if !birth.at.is_finite() {
                "never arrives".to_owned()
            } else if birth.at < before {
                format!("arrives at {} s, before the process ahead of it", birth.at.seconds())
            } else if birth.home as usize >= nodes {
                format!("has node {} as its home, but there are {nodes} nodes", birth.home)
            } else {
                before = birth.at;
                continue;
            };
            return Error::Birth { index: self.arrived + k as u64, problem };
        }
        unreachable!("one birth of this block was found unsound")
    }
}
