//! The CPU work of copying, where it competes with the processes of a node: one more entry in its queue, which counts
//! in its load, whom no policy sees or moves, and without which the step of its move does not end. With b processes
//! beside it under processor sharing a transfer sends `rate / (1 + b)` at most.
//!
//! Not here: work at kernel priority (`node`).

use super::underway::Part;
use super::{Flow, World};
use crate::mechanism::step::Step;
use crate::process::{NONE, NodeId, Process, Slot, State};

impl World<'_> {
    /// The CPU work of a step, at both ends.
    pub(super) fn copy_work(&mut self, k: u32, step: &Step) {
        let Some(the) = self.under_way(k) else { return };
        let (ends, competes) = ([the.from, the.to], the.progress.mechanism().costs.competes);
        for (end, (node, seconds)) in ends.into_iter().zip([step.source_cpu, step.target_cpu]).enumerate() {
            if !competes {
                self.charge(node, seconds);
            } else if seconds > 0.0 {
                let copier = self.admit_copier(node, seconds);
                if let Some(the) = self.under_way(k) {
                    the.copiers[end] = copier;
                }
            }
        }
    }

    fn admit_copier(&mut self, i: NodeId, seconds: f64) -> Slot {
        let copier = Process {
            arrival: self.now,
            lifetime: seconds,
            age: 0.0,
            goal: seconds,
            // A number that no process has.
            index: u64::MAX - 1,
            home: i,
            node: i,
            next: NONE,
            moves: 0,
            state: State::Copying,
            low: false,
            measured: false,
        };
        let slot = self.stage.processes.add(copier);
        let node = &mut self.stage.nodes[i as usize];
        let (load, cores) = (node.load(), node.cores());
        let rekey = node.insert(slot, &mut self.stage.processes, self.now);
        self.outcome.integrals.joined(load, cores);
        self.rekey(i, rekey);
        if self.rules.watching || !self.stage.parked.is_empty() {
            self.joined(slot, i);
        }
        slot
    }

    /// A copier has left the queue of node i, its work done.
    pub(super) fn copied(&mut self, slot: Slot, i: NodeId) -> Flow {
        self.stage.processes.free(slot);
        if self.watches_departures() {
            self.departed(i);
        }
        let Some((k, the)) = self.transit.as_deref_mut().and_then(|t| t.of_copier(slot)) else { return Ok(()) };
        the.copiers.iter_mut().filter(|copier| **copier == slot).for_each(|copier| *copier = NONE);
        let done = the.copiers == [NONE; 2] && the.part == Part::Cpu;
        if done { self.step_done(k) } else { Ok(()) }
    }

    /// Their move has been given up.
    pub(super) fn drop_copiers(&mut self, copiers: [Slot; 2]) {
        for slot in copiers.into_iter().filter(|slot| *slot != NONE) {
            let i = self.stage.processes[slot].node;
            self.unqueue(slot);
            self.stage.processes.free(slot);
            if self.watches_departures() {
                self.departed(i);
            }
        }
    }
}
