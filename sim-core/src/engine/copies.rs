//! Copies of a process, of which the first to end ends all. They are one process: the number in the system counts it
//! once, and one of them carries its measurement.

use super::{Flow, World};
use crate::process::{NodeId, Process, Slot};
use crate::record::Exit;

impl World<'_> {
    /// Starts a copy of a process at a node, if that takes it. It is the same process: neither the number in the system
    /// nor the statistics count it twice.
    pub(super) fn copy(&mut self, slot: Slot, at: NodeId) -> Flow {
        self.legal(slot, at)?;
        let original: Process = self.stage.processes[slot];
        if !self.takes(slot, at) {
            return Ok(());
        }
        let attributes = self.stage.attributes.get(slot as usize).copied();
        let goal = original.lifetime;
        let copy =
            self.stage.processes.add(Process { age: 0.0, goal, node: at, moves: 0, measured: false, ..original });
        if let Some(attributes) = attributes {
            self.keep(copy, attributes);
            self.join_group(copy);
        }
        if self.feedback.is_some() {
            self.number_copy(slot, copy);
        }
        if !self.clones.iter().any(|(_, s)| *s == slot) {
            self.clones.push((original.index, slot));
        }
        self.clones.push((original.index, copy));
        self.enter(copy, at);
        Ok(())
    }

    /// What becomes of the other copies of a process of which this one leaves node i: they live on where it is lost
    /// (then true, and nothing else is to be done), and go with it where it is done.
    #[cold]
    pub(super) fn leave_copies(&mut self, slot: Slot, i: NodeId, how: Exit) -> bool {
        let Process { index, measured, .. } = self.stage.processes[slot];
        let others: Vec<Slot> = self.clones.iter().filter(|(k, s)| *k == index && *s != slot).map(|c| c.1).collect();
        let Some(heir) = others.first().copied() else {
            self.clones.retain(|(k, _)| *k != index);
            return false;
        };
        let measured = measured || others.iter().any(|s| self.stage.processes[*s].measured);
        if how == Exit::Lost {
            self.clones.retain(|(_, s)| *s != slot);
            self.stage.processes[heir].measured = measured;
            self.discard(slot, i);
            return true;
        }
        self.clones.retain(|(k, _)| *k != index);
        self.stage.processes[slot].measured = measured;
        for other in others {
            let Process { node, state, .. } = self.stage.processes[other];
            let queued = self.withdraw(other);
            self.stage.held.retain(|(_, n)| n.id.slot != other);
            if !state.is_resident() && self.scenario.attributes {
                self.stage.attributes[other as usize].memory = 0.0;
            }
            self.discard(other, node);
            if state.is_resident() {
                self.withdrawn(node, queued);
            }
        }
        false
    }

    /// Forgets a copy, which left node i; what it has computed is wasted.
    fn discard(&mut self, slot: Slot, i: NodeId) {
        self.outcome.wasted += self.stage.processes[slot].age;
        if let Some(sink) = &mut self.sink {
            sink.discarded(&self.stage.processes[slot], i, self.now);
        }
        if self.rules.lingers {
            self.forget(slot);
        }
        if self.scenario.attributes {
            self.release_memory(slot, i);
            self.leave_group(slot);
        }
        self.stage.processes.free(slot);
    }
}
