//! Groups whose members are kept apart: which nodes refuse a process because of the others of its group.
//!
//! A node refuses a process if another member of its group is there, is on its way there or may come back there, or has
//! its home there. So the home of a process is always free for it.
//!
//! Not here: other reasons for which a node refuses a process (`node`), and nodes that may never run it
//! (`policy::facts`).

use super::World;
use crate::process::{NodeId, Slot};

impl World<'_> {
    /// The group of a process that is kept apart from the others of it.
    fn group_of(&self, slot: Slot) -> Option<u32> {
        self.stage.attributes.get(slot as usize).filter(|a| a.apart.is_some())?.group
    }

    /// A process enters the system, with its attributes.
    pub(super) fn join_group(&mut self, slot: Slot) {
        if let Some(group) = self.group_of(slot) {
            self.groups.entry(group).or_default().push(slot);
        }
    }

    /// It leaves.
    pub(super) fn leave_group(&mut self, slot: Slot) {
        let Some(group) = self.group_of(slot) else { return };
        let Some(members) = self.groups.get_mut(&group) else { return };
        members.retain(|member| *member != slot);
        if members.is_empty() {
            self.groups.remove(&group);
        }
    }

    /// Whether a node takes this process.
    pub(super) fn takes(&self, slot: Slot, node: NodeId) -> bool {
        let foreign = self.stage.processes[slot].home != node;
        self.stage.nodes[node as usize].accepts(foreign) && !self.crowded(slot, node)
    }

    /// Where a process starts that was to start at `to` and is at `from`: at the first of these that no other of its
    /// group claims, else at its home.
    pub(super) fn kept_apart(&self, slot: Slot, from: NodeId, to: NodeId) -> NodeId {
        let free = [to, from].into_iter().find(|node| !self.crowded(slot, *node));
        free.unwrap_or(self.stage.processes[slot].home)
    }

    /// Whether another of its group claims this node.
    fn crowded(&self, slot: Slot, node: NodeId) -> bool {
        let process = &self.stage.processes[slot];
        let apart = self.stage.attributes.get(slot as usize).and_then(|a| a.apart);
        let Some(apart) = apart.filter(|_| node != process.home) else { return false };
        if apart.holds(node, self.stage.nodes.len() as u32) {
            return true;
        }
        let members = self.group_of(slot).and_then(|group| self.groups.get(&group));
        // Copies of a process have its number.
        let other = |member: &&Slot| self.stage.processes[**member].index != process.index;
        members.is_some_and(|members| members.iter().filter(other).any(|member| self.claims(*member, node)))
    }

    /// Whether a process is at a node or may be: while it moves, it may still come back to the one that it leaves.
    fn claims(&self, slot: Slot, node: NodeId) -> bool {
        self.stage.processes[slot].node == node || self.transit.as_deref().is_some_and(|t| t.touches(slot, node))
    }
}
