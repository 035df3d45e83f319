//! Asking the target before a process moves, where the policy declares that it negotiates.
//!
//! The question leaves the node of the process at t, is judged at the target at t + latency, and its answer is back at t + 2 x
//! latency; each end pays the probe cost. The process runs on meanwhile. Only if the target does not refuse, and the
//! process is still there, does the move begin.

use super::{Event, Flow, World};
use crate::policy::{Note, Query, Reply, Site};
use crate::process::{NodeId, Slot};

impl World<'_> {
    /// Asks the target of a move.
    pub(super) fn negotiate(&mut self, slot: Slot, to: NodeId) -> Flow {
        self.legal(slot, to)?;
        let process = &self.stage.processes[slot];
        let (from, stamp) = (process.node, self.stage.processes.id(slot).stamp);
        if from == to {
            return Ok(());
        }
        self.traffic.messages += 1;
        self.charge(from, self.scenario.probe_cost);
        let latency = self.latency(Site::Node(from), Site::Node(to));
        if latency == 0.0 {
            let agreed = self.consents(slot, from, to)?;
            return if agreed { self.agreed(slot, stamp, from, to) } else { Ok(()) };
        }
        self.schedule(self.now + latency, Event::Asked(slot, stamp, from, to));
        Ok(())
    }

    /// The question reaches the target.
    pub(super) fn asked(&mut self, slot: Slot, stamp: u32, from: NodeId, to: NodeId) -> Flow {
        if self.is_still(slot, stamp, from) && self.consents(slot, from, to)? {
            let latency = self.latency(Site::Node(from), Site::Node(to));
            self.schedule(self.now + latency, Event::Agreed(slot, stamp, from, to));
        }
        Ok(())
    }

    /// The target has agreed.
    pub(super) fn agreed(&mut self, slot: Slot, stamp: u32, from: NodeId, to: NodeId) -> Flow {
        if self.is_still(slot, stamp, from) { self.migrate(slot, to) } else { Ok(()) }
    }

    fn is_still(&self, slot: Slot, stamp: u32, from: NodeId) -> bool {
        let process = &self.stage.processes[slot];
        self.stage.processes.id(slot).stamp == stamp && process.state.is_resident() && process.node == from
    }

    /// Whether the target takes a process. A node that is down does not answer.
    fn consents(&mut self, slot: Slot, from: NodeId, to: NodeId) -> Flow<bool> {
        self.charge(to, self.scenario.probe_cost);
        self.traffic.probes += 1;
        if !self.stage.nodes[to as usize].is_up() {
            return Ok(false);
        }
        self.traffic.messages += 1;
        let query = Query::Transfer(self.stage.resident(slot, self.now));
        // The asked site must not see replies to the one who asks.
        let replies = std::mem::take(&mut self.replies);
        let site = Site::Node(to);
        let asker = Site::Node(from);
        let reply = self.consult(site, to, 0, |p, view, _, out| p.answer(asker, query, Note::default(), view, out));
        if self.sink.is_some() && !self.mind.commands.is_empty() {
            self.tell_answer(to, asker);
        }
        self.obey(site, to, 0)?;
        self.replies = replies;
        Ok(reply != Reply::Refuse)
    }
}
