//! Telling the sink what a policy has decided, and where processes are.

use super::{Path, World};
use crate::policy::{Newcomer, Outlook, Placement, Site, View, Wake};
use crate::process::{NodeId, Slot};
use crate::record::{Choice, Decision, Moved};

impl World<'_> {
    /// A policy has said where a process is to start.
    #[cold]
    pub(super) fn tell_placement(&mut self, process: &Newcomer, path: Path, placement: &Placement) {
        let cost = self.scenario.placement.seconds(process.memory);
        self.tell_decision(path.site, path.at, path.round, Choice::Place { process, cost, placement });
    }

    /// A policy has given orders after a wake-up.
    #[cold]
    pub(super) fn tell_orders(&mut self, site: Site, here: NodeId, round: u32, wake: &Wake) {
        let orders = self.mind.commands.take();
        self.tell_decision(site, here, round, Choice::Act { wake, orders: &orders });
        self.mind.commands.restore(orders);
    }

    /// A policy has given orders when a node was asked.
    #[cold]
    pub(super) fn tell_answer(&mut self, node: NodeId, asker: Site) {
        let orders = self.mind.commands.take();
        self.tell_decision(Site::Node(node), node, 0, Choice::Answer { asker, orders: &orders });
        self.mind.commands.restore(orders);
    }

    fn tell_decision(&mut self, site: Site, here: NodeId, round: u32, choice: Choice<'_>) {
        let Some(sink) = &mut self.sink else { return };
        let outlook = Outlook::Stage(&self.stage);
        let view = View { now: self.now, site, here, round, replies: &self.replies, outlook };
        sink.decision(&Decision { view, choice });
    }

    /// An order that names no process means this one.
    pub(super) fn tell_picked(&mut self, slot: Slot) {
        if let Some(sink) = &mut self.sink {
            sink.picked(&self.stage.processes[slot], self.now);
        }
    }

    /// A process is at a node from now on.
    pub(super) fn tell_present(&mut self, slot: Slot, node: NodeId) {
        if let Some(sink) = &mut self.sink {
            sink.present(&self.stage.processes[slot], node, self.now);
        }
    }

    /// A process has been taken from its node, to go on elsewhere. It must still be said to be at that node.
    pub(super) fn tell_left(&mut self, slot: Slot) {
        if let Some(sink) = &mut self.sink {
            let process = &self.stage.processes[slot];
            sink.left(process, process.node, self.now);
        }
    }

    /// A process is sent from one node to another in one step of so many seconds.
    pub(super) fn tell_move(&mut self, slot: Slot, from: NodeId, seconds: f64, bytes: f64, to: NodeId) {
        if let Some(sink) = &mut self.sink {
            let process = &self.stage.processes[slot];
            let (age, at) = (process.age, self.now);
            sink.transfer(process, &Moved { from, to, age, at, freeze: seconds, initial: seconds, bytes, owes: false });
        }
    }
}
