//! Forwarded calls: where the calls of each process go through, what they cost it and others, who dies with whom.
//!
//! A process makes its calls in bursts, one per `every` CPU seconds: at each it waits `every q m (sigma - 1)` seconds
//! for the m nodes that they go through. Exact for a stay of a whole number of bursts. What the calls mean and where
//! the formula comes from: `forwarding`.

use super::World;
use crate::forwarding::{Fate, Forwarding, Through};
use crate::process::{NONE, NodeId, Slot};
use crate::record::Exit;

/// Where the calls of one process go through.
#[derive(Clone, Debug)]
struct Trail {
    /// The node where it is; none where it has not started.
    at: NodeId,
    /// The nodes that its calls go through.
    nodes: Vec<NodeId>,
    /// The name server has to be asked.
    unknown: bool,
    /// A node of them has failed.
    broken: bool,
    /// The age of the next burst.
    next: f64,
}

impl Default for Trail {
    fn default() -> Self {
        Trail { at: NONE, nodes: Vec::new(), unknown: false, broken: false, next: f64::INFINITY }
    }
}

/// The trails of all processes.
#[derive(Debug)]
pub(super) struct Calls {
    rules: Forwarding,
    by_slot: Vec<Trail>,
}

impl Calls {
    pub(super) fn of(rules: Option<Forwarding>) -> Option<Box<Calls>> {
        rules.map(|rules| Box::new(Calls { rules, by_slot: Vec::new() }))
    }

    /// The age at which a process next waits for calls.
    pub(super) fn next(&self, slot: Slot) -> f64 {
        self.by_slot.get(slot as usize).map_or(f64::INFINITY, |trail| trail.next)
    }

    fn trail(&mut self, slot: Slot) -> &mut Trail {
        let slot = slot as usize;
        if self.by_slot.len() <= slot {
            self.by_slot.resize_with(slot + 1, Trail::default);
        }
        &mut self.by_slot[slot]
    }

    /// A process of this home and age begins to run at a node.
    fn came(&mut self, slot: Slot, home: NodeId, to: NodeId, age: f64) {
        let Forwarding { through, every, .. } = self.rules;
        let trail = self.trail(slot);
        let from = if trail.at == NONE { home } else { trail.at };
        trail.at = to;
        if from == to {
            return;
        }
        match through {
            Through::Home => {
                trail.nodes.clear();
                trail.nodes.extend((to != home).then_some(home));
            }
            Through::Chain => {
                trail.nodes.push(from);
                let known = trail.nodes.iter().position(|node| *node == to);
                trail.nodes.truncate(known.unwrap_or(trail.nodes.len()));
            }
            Through::NameServer => trail.unknown = true,
        }
        trail.broken &= !trail.nodes.is_empty();
        let forwarded = !trail.nodes.is_empty() || trail.unknown;
        trail.next = if forwarded { age + every / 2.0 } else { f64::INFINITY };
    }
}

impl World<'_> {
    /// A process begins to run at a node.
    pub(super) fn follow_trail(&mut self, slot: Slot, to: NodeId) {
        let process = &self.stage.processes[slot];
        let (home, age) = (process.home, process.age);
        if let Some(calls) = self.calls.as_deref_mut() {
            calls.came(slot, home, to, age);
        }
    }

    /// A process has left the system, or starts anew.
    pub(super) fn forget_trail(&mut self, slot: Slot) {
        if let Some(calls) = self.calls.as_deref_mut() {
            *calls.trail(slot) = Trail::default();
        }
    }

    /// A process that has left the queue of node i makes calls. True if it waits for them, or is lost by them.
    pub(super) fn call(&mut self, slot: Slot, i: NodeId) -> bool {
        let now = self.now;
        let said = self.stage.attributes.get(slot as usize).map_or(0.0, |a| a.forwarding);
        let Some(calls) = self.calls.as_deref_mut() else { return false };
        let Forwarding { calls: assumed, factor, cpu, every, learns, .. } = calls.rules;
        let trail = calls.trail(slot);
        if trail.broken {
            self.leave_node(slot, i, Exit::Lost);
            self.departed(i);
            return true;
        }
        let through = if learns { std::mem::take(&mut trail.nodes) } else { trail.nodes.clone() };
        let hops = through.len() as f64 + f64::from(u8::from(trail.unknown));
        let asks = std::mem::take(&mut trail.unknown);
        trail.next = if learns { f64::INFINITY } else { trail.next + every };
        let burst = every * if said > 0.0 { said } else { assumed };
        for node in through {
            self.charge(node, burst * cpu);
        }
        let down = if asks { (self.server_until() - now).max(0.0) } else { 0.0 };
        let seconds = burst * hops * (factor - 1.0) + down;
        if seconds > 0.0 {
            if self.stage.processes[slot].measured {
                self.outcome.migrants.forwarded += seconds;
            }
            self.wait(slot, i, seconds);
        }
        seconds > 0.0
    }

    /// A node has failed, and its residents with it: what that means for those whose calls go through it.
    pub(super) fn fail_trails(&mut self, i: NodeId) {
        let Some(calls) = self.calls.as_deref_mut() else { return };
        let fate = calls.rules.fate;
        let mut hit = Vec::new();
        for (slot, trail) in calls.by_slot.iter_mut().enumerate().filter(|(_, trail)| trail.nodes.contains(&i)) {
            match fate {
                Fate::NextCall => trail.broken = true,
                Fate::AtOnce => hit.push(slot as Slot),
                Fate::Survive => {}
            }
        }
        for slot in hit {
            self.kill(slot);
        }
    }
}
