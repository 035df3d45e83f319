//! Failures of nodes while processes are under way: who survives, and where.
//!
//! Until the commit the old node is authoritative: its failure loses the process (unless its image is in a store), that
//! of the new node only wastes the move. Afterwards it is the other way round, and who still needs pages of the old node
//! is lost without them (`owed`); while pages are pushed, either loses the process.
//!
//! In two phases the target first says that it has everything; then the source writes down the commit and says so. If
//! the target falls silent in between, the source is in doubt: it takes the process back after a time, which is a longer
//! freeze, and never two of them. It keeps its copy until the target has confirmed the commit, so that a target that
//! fails before that loses only what has been computed there.

use super::underway::{Move, Part};
use super::{Event, Flow, Trip, World};
use crate::mechanism::step::Phase;
use crate::process::{NodeId, Slot, State};
use crate::time::Time;

/// A copy that the source keeps until the commit is confirmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    slot: Slot,
    from: NodeId,
    /// The age of the process in it.
    age: f64,
    /// Until when it is kept; for one that goes on from it, until it does.
    until: Time,
    in_doubt: f64,
}

impl Kept {
    /// Whether it is a copy of the process of this slot.
    pub(super) fn is_of(&self, slot: Slot) -> bool {
        self.slot == slot
    }
}

/// How far a move has come when one of its ends fails.
#[derive(Clone, Copy, Debug)]
struct Reached {
    k: u32,
    slot: Slot,
    from: NodeId,
    frozen: bool,
    settled: bool,
    part: Part,
    phase: Phase,
    in_doubt: f64,
}

impl Reached {
    fn of(k: u32, the: &Move) -> Reached {
        Reached {
            k,
            slot: the.slot,
            from: the.from,
            frozen: the.frozen.is_some(),
            settled: the.settled,
            part: the.part,
            phase: the.step.phase,
            in_doubt: the.progress.mechanism().costs.in_doubt,
        }
    }
}

impl World<'_> {
    /// A node has failed, and its residents with it: what that means for those under way to or from it.
    pub(super) fn fail_moves(&mut self, i: NodeId) {
        let Some(transit) = self.transit.as_deref_mut() else { return };
        transit.forget_visits(i);
        let hit: Vec<Reached> = transit.touching(i).map(|(k, the)| Reached::of(k, the)).collect();
        let returning: Vec<Slot> = transit.kept.iter().filter(|kept| kept.from == i).map(|kept| kept.slot).collect();
        transit.kept.retain(|kept| kept.from != i);
        for the in hit {
            self.end_failed(i, the);
        }
        // Those that were to go on from their copy here are lost for good.
        for slot in returning {
            if self.stage.processes[slot].state == State::Moving && self.stage.processes[slot].node == i {
                self.kill(slot);
            }
        }
    }

    fn end_failed(&mut self, i: NodeId, the: Reached) {
        let committing = matches!(the.phase, Phase::Prepare | Phase::Commit);
        if !the.frozen {
            self.abort_move(the.slot);
        } else if the.settled {
            self.kill(the.slot);
        } else if the.from == i {
            let elsewhere = matches!(the.phase, Phase::Queue | Phase::Restore | Phase::Commit);
            if !elsewhere || the.part == Part::Doubt {
                self.kill(the.slot);
            }
        } else if committing && the.part != Part::Doubt {
            self.doubt(the.k, the.in_doubt);
        } else if !committing {
            self.roll_back(the.slot, the.from);
        }
    }

    /// The target is silent: the source waits before it takes the process back.
    fn doubt(&mut self, k: u32, seconds: f64) {
        let at = self.now + seconds;
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let serial = transit.renew(k);
        if let Some(the) = transit.get(k) {
            the.part = Part::Doubt;
            self.schedule(at, Event::Step(k, serial));
        }
    }

    /// A frozen process goes on where it was; if that is impossible too, it is lost.
    pub(super) fn roll_back(&mut self, slot: Slot, from: NodeId) {
        if !self.stage.nodes[from as usize].is_up() {
            return self.kill(slot);
        }
        self.stage.arrived(self.stage.processes[slot].node);
        self.abort_move(slot);
        self.stage.processes[slot].node = from;
        self.settle(slot, from);
    }

    /// A process runs at its new node; its old one keeps a copy until it knows.
    pub(super) fn keep_copy(&mut self, k: u32, age: f64) {
        let now = self.now;
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let Some(the) = transit.get(k) else { return };
        let (slot, from, m) = (the.slot, the.from, the.progress.mechanism());
        let (until, in_doubt, two_phase) = (now + m.wires.latency, m.costs.in_doubt, m.costs.two_phase);
        if two_phase {
            transit.kept.retain(|kept| kept.until >= now && kept.slot != slot);
            transit.kept.push(Kept { slot, from, age, until, in_doubt });
        }
    }

    /// A resident of a node that has failed goes on from the copy that its old node has kept, if there is one.
    pub(super) fn revive(&mut self, slot: Slot) -> Flow<bool> {
        let now = self.now;
        let Some(transit) = self.transit.as_deref_mut() else { return Ok(false) };
        let Some(kept) = transit.kept.iter().find(|kept| kept.slot == slot && kept.until >= now).copied() else {
            return Ok(false);
        };
        if !self.stage.nodes[kept.from as usize].is_up() {
            return Ok(false);
        }
        let failed = self.stage.processes[slot].node;
        let queued = self.withdraw(slot);
        self.tell_left(slot);
        if self.scenario.attributes {
            self.release_memory(slot, failed);
        }
        self.withdrawn(failed, queued);
        if let Some(transit) = self.transit.as_deref_mut() {
            transit.forget(slot);
        }
        let process = &mut self.stage.processes[slot];
        self.outcome.wasted += process.age - kept.age;
        process.age = kept.age;
        if let Some(transit) = self.transit.as_deref_mut() {
            transit.kept.push(Kept { until: now + kept.in_doubt, ..kept });
        }
        self.depart(slot, kept.from, kept.in_doubt, Trip::Migration)?;
        Ok(true)
    }
}
