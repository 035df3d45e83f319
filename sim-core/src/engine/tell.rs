//! Telling the sink what a policy has decided. Runs without a sink do not come here.

use super::{Path, World};
use crate::policy::{Newcomer, Outlook, Placement, Site, View, Wake};
use crate::process::{NodeId, Slot};
use crate::record::{Choice, Decision};

impl World<'_> {
    /// A policy has said where a process is to start.
    #[cold]
    pub(super) fn tell_placement(&mut self, process: &Newcomer, path: Path, placement: &Placement) {
        let cost = self.scenario.placement.seconds(process.memory);
        self.tell_decision(path.site, path.at, path.round, Choice::Place { process, cost, placement });
    }

    /// A policy has given orders.
    #[cold]
    pub(super) fn tell_orders(&mut self, site: Site, here: NodeId, round: u32, wake: &Wake) {
        let mind = &mut self.mind;
        let orders = mind.commands.take();
        self.tell_decision(site, here, round, Choice::Act { wake, orders: &orders });
        let mind = &mut self.mind;
        mind.commands.restore(orders);
    }

    fn tell_decision(&mut self, site: Site, here: NodeId, round: u32, choice: Choice<'_>) {
        let Some(sink) = &mut self.sink else { return };
        let outlook = Outlook::Stage(&self.stage);
        let view = View { now: self.now, site, here, round, replies: &self.replies, outlook };
        sink.decision(&Decision { view, choice });
    }

    /// A process is at a node from now on.
    pub(super) fn tell_present(&mut self, slot: Slot, node: NodeId) {
        if let Some(sink) = &mut self.sink {
            sink.present(&self.stage.processes[slot], node, self.now);
        }
    }

    /// A process has been taken from its node before its end.
    pub(super) fn tell_absent(&mut self, slot: Slot) {
        if let Some(sink) = &mut self.sink {
            let process = &self.stage.processes[slot];
            sink.absent(process, process.node, self.now);
        }
    }
}
