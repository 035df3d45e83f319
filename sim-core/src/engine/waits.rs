//! Processes that leave the CPU before their lifetime: at a declared age, for I/O, or for what a move has left elsewhere.
//!
//! Not here: what a move leaves elsewhere (`stops`, `owed`, `calls`).

use super::{Event, Flow, World};
use crate::policy::{Site, Wake};
use crate::process::{NodeId, Phases, Slot, State};

/// Whether x is a whole number, give or take rounding.
pub(super) fn whole(x: f64) -> bool {
    (x - libm::rint(x)).abs() <= 1e-12 * x
}

impl World<'_> {
    /// The age at which the process next leaves the CPU of its own accord.
    #[inline(always)]
    pub(super) fn next_goal(&self, slot: Slot) -> f64 {
        let process = &self.stage.processes[slot];
        let mut goal = process.lifetime;
        if !self.rules.wakes.at_ages.is_empty() {
            goal = goal.min(self.rules.wakes.at_ages.after(process.age));
        }
        if let Some(attributes) = self.stage.attributes.get(slot as usize)
            && attributes.io.burst.is_finite()
        {
            let bursts = libm::floor(process.age / attributes.io.burst * (1.0 + 1e-12)) + 1.0;
            goal = goal.min(bursts * attributes.io.burst);
        }
        if self.rules.lingers {
            goal = goal.min(self.next_stop(slot));
        }
        goal
    }

    /// A process has reached its goal before its lifetime: a declared age, or the end of a CPU burst. It has left the
    /// queue of node i; unless it blocks or its policy takes it away, it goes on where it was.
    pub(super) fn stopped(&mut self, slot: Slot, i: NodeId) -> Flow {
        let id = self.stage.processes.id(slot);
        let age = self.stage.processes[slot].age;
        let faulted = self.rules.lingers && self.next_stop(slot) <= age;
        let waits = faulted && self.interrupted(slot, i)?;
        if waits && self.stage.processes.find(id).is_none() {
            return Ok(());
        }
        let at_age = self.rules.wakes.at_ages.has(age);
        let ends_burst = |io: &Phases| io.burst.is_finite() && (!(at_age || faulted) || whole(age / io.burst));
        let io = self.stage.attributes.get(slot as usize).map(|a| a.io).filter(ends_burst);
        match io {
            _ if waits => {}
            Some(io) => self.block(slot, i, io),
            None => self.put_back(slot, i),
        }
        if io.is_some() && !waits && self.rules.wakes.milestone {
            self.act(Site::Node(i), Wake::Milestone(id), 0)?;
        }
        if at_age { self.act(Site::Node(i), Wake::AtAge(id), 0) } else { Ok(()) }
    }

    /// A process that has left the queue of node i waits for its I/O.
    fn block(&mut self, slot: Slot, i: NodeId, io: Phases) {
        let away = self.stage.processes[slot].home != i;
        self.wait(slot, i, io.wait * if away { io.remote_factor } else { 1.0 });
    }

    /// A process that has left the queue of node i waits for so many seconds.
    pub(super) fn wait(&mut self, slot: Slot, i: NodeId, seconds: f64) {
        let end = self.now + seconds;
        self.park(slot, State::Blocked);
        self.stage.processes[slot].goal = end.seconds();
        let stamp = self.stage.processes.id(slot).stamp;
        self.schedule(end, Event::Io(slot, stamp));
        self.departed(i);
    }

    /// It goes on where it was, before those who wait.
    pub(super) fn put_back(&mut self, slot: Slot, i: NodeId) {
        self.stage.processes[slot].goal = self.next_goal(slot);
        let node = &mut self.stage.nodes[i as usize];
        let load = node.load();
        let rekey = node.put_back(slot, &mut self.stage.processes, self.now);
        self.outcome.integrals.joined(load, node.cores());
        self.rekey(i, rekey);
    }

    /// A process is back from I/O.
    pub(super) fn io_done(&mut self, slot: Slot, stamp: u32) -> Flow {
        let process = &self.stage.processes[slot];
        // It may have been moved or restarted meanwhile, and wait for another I/O by now.
        let waits = process.state == State::Blocked && process.goal == self.now.seconds();
        if waits && self.stage.processes.id(slot).stamp == stamp {
            self.unpark(slot);
            self.queue(slot, self.stage.processes[slot].node);
        }
        Ok(())
    }
}
