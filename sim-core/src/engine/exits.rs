//! Exits: the internal event of a node that is due, and what becomes of a process that reaches its goal.
//!
//! Not here: what a queue does (`node`), processes that are lost or moved (`moves`).

use super::{Flow, World};
use crate::node::{Brief, Tick};
use crate::policy::{Site, Wake};
use crate::process::{NodeId, Slot, State};
use crate::record::Exit;

impl World<'_> {
    #[inline(never)]
    pub(super) fn complete(&mut self, i: NodeId) -> Flow {
        let node = &mut self.stage.nodes[i as usize];
        let (tick, rekey) = node.tick(&self.stage.kinds, &mut self.stage.processes, self.now);
        let (load, cores) = (node.load(), node.cores());
        if let Some(t) = rekey {
            self.completions.set(&mut self.stage.nodes, i, t);
        }
        let slot = match tick {
            Tick::Gone(brief) => {
                self.outcome.integrals.left(load, cores);
                self.gone(brief);
                return Ok(());
            }
            Tick::Goal(slot) => slot,
            Tick::Turn => return Ok(()),
        };
        self.outcome.integrals.left(load, cores);
        if self.rules.special {
            return self.finished(slot, i);
        }
        self.leave(slot, Exit::Done);
        Ok(())
    }

    /// A process has reached its goal in a run where more may follow from that than its leaving.
    pub(super) fn finished(&mut self, slot: Slot, i: NodeId) -> Flow {
        if self.rules.lingers && self.stage.processes[slot].state == State::Copying {
            return self.copied(slot, i);
        }
        if self.stage.processes[slot].age < self.stage.processes[slot].lifetime {
            return self.stopped(slot, i);
        }
        if self.rules.wakes.ended {
            let class = self.stage.attributes.get(slot as usize).map_or(0, |a| a.class);
            let lifetime = self.stage.processes[slot].lifetime;
            self.pending.push_back((Site::Node(i), Wake::Ended { class, lifetime }));
        }
        self.leave_node(slot, i, Exit::Done);
        if self.watches_departures() {
            self.departed(i);
        }
        Ok(())
    }

    /// A process leaves the system from node i, whose queue it has left; its memory and its copies go with it.
    pub(super) fn leave_node(&mut self, slot: Slot, i: NodeId, how: Exit) {
        if !self.clones.is_empty() && self.leave_copies(slot, i, how) {
            return;
        }
        if self.transit.is_some() {
            self.abort_move(slot);
        }
        if self.rules.lingers {
            self.forget(slot);
        }
        if let Some(sink) = &mut self.sink {
            sink.exit(&self.stage.processes[slot], self.now, how);
        }
        if self.scenario.attributes {
            self.release_memory(slot, i);
            self.leave_group(slot);
        }
        self.leave(slot, how);
    }

    /// A process leaves the system.
    #[inline(always)]
    pub(super) fn leave(&mut self, slot: Slot, how: Exit) {
        self.book_exit(slot, how);
        let process = &self.stage.processes[slot];
        self.outcome.integrals.exited();
        self.quiet = 0;
        if process.measured {
            self.inside -= 1;
            match how {
                Exit::Done => {
                    self.outcome.done(self.now - process.arrival, process.lifetime);
                    self.outcome.migrated(process);
                }
                Exit::Lost => self.outcome.lost += 1,
            }
        }
        self.stage.processes.free(slot);
        if self.feedback.is_some() {
            self.feed_back(slot);
        }
    }

    /// A process leaves the system that gave back its record when it started.
    #[inline(always)]
    pub(super) fn gone(&mut self, brief: Brief) {
        let stay = brief.stay(self.now);
        self.book_stay(stay);
        self.outcome.integrals.exited();
        self.quiet = 0;
        if brief.is_measured() {
            self.inside -= 1;
            self.outcome.done(stay, brief.lifetime);
        }
    }
}
