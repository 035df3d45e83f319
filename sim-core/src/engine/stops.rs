//! What stops a process before its lifetime on behalf of a move: the next safe point, at which it can be frozen, and
//! the sleeps of a process that is held back during precopy.
//!
//! A process that is to run at the share s of its speed sleeps (1/s - 1) seconds for each CPU second that it received,
//! as QEMU throttles its guests. It sleeps once per slice; a round that is sent without competition has SLICES of them.
//! So a round dirties what its timeline says to within half a slice. Not here: waiting for pages (`owed`), forwarded
//! calls (`calls`).

use super::underway::Part;
use super::{Flow, World};
use crate::mechanism::step::{Runs, Step};
use crate::node::Discipline;
use crate::process::{NodeId, Slot, State};

/// Slices per round.
const SLICES: f64 = 64.0;
/// CPU seconds of a slice at least, as in QEMU.
const SHORTEST: f64 = 0.01;

/// How a process is held back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Throttle {
    /// CPU seconds between two sleeps.
    every: f64,
    /// The age of the next sleep.
    pub(super) next: f64,
    /// Seconds of sleep per CPU second.
    sleep: f64,
    /// When the sleep under way ends, as the process keeps it.
    until: f64,
}

impl World<'_> {
    /// The age at which something beside its lifetime, its I/O and its policy stops a process.
    pub(super) fn next_stop(&self, slot: Slot) -> f64 {
        let mut next = f64::INFINITY;
        if self.transit.is_some() {
            next = self.next_stall(slot).min(self.next_hold(slot));
        }
        if let Some(calls) = self.calls.as_deref() {
            next = next.min(calls.next(slot));
        }
        next
    }

    fn next_hold(&self, slot: Slot) -> f64 {
        let the = self.transit.as_deref().and_then(|t| t.of_slot(slot));
        the.map_or(f64::INFINITY, |the| the.throttle.map_or(f64::INFINITY, |t| t.next).min(the.safe))
    }

    /// A process that has left the queue of node i has reached its next stop. True if it is not to go on at once.
    pub(super) fn interrupted(&mut self, slot: Slot, i: NodeId) -> Flow<bool> {
        let age = self.stage.processes[slot].age;
        if self.next_hold(slot) <= age {
            return self.held_back(slot, i);
        }
        if self.next_stall(slot) <= age {
            return Ok(self.stall(slot, i));
        }
        Ok(self.call(slot, i))
    }

    fn held_back(&mut self, slot: Slot, i: NodeId) -> Flow<bool> {
        let (age, now) = (self.stage.processes[slot].age, self.now);
        let Some(transit) = self.transit.as_deref_mut() else { return Ok(false) };
        let Some((k, the)) = transit.find(slot).and_then(|k| Some((k, transit.get(k)?))) else { return Ok(false) };
        if the.safe <= age {
            the.safe = f64::INFINITY;
            self.park(slot, State::Blocked);
            self.stage.processes[slot].goal = 0.0;
            self.go_on(k)?;
            self.departed(i);
            return Ok(true);
        }
        let Some(throttle) = &mut the.throttle else { return Ok(false) };
        throttle.next += throttle.every;
        let seconds = throttle.every * throttle.sleep;
        throttle.until = (now + seconds).seconds();
        self.wait(slot, i, seconds);
        Ok(true)
    }

    /// From now on the process of a move runs at the speed of this step.
    pub(super) fn hold_back(&mut self, k: u32, step: &Step, age: f64) {
        let Some(the) = self.under_way(k) else { return };
        let slot = the.slot;
        if step.runs != Runs::Source || step.speed >= 1.0 {
            the.throttle = None;
            return;
        }
        let alone = step.alone(&the.progress.mechanism().wires) * f64::from(the.progress.parts());
        let every = (alone * step.speed / SLICES).max(SHORTEST);
        let sleep = 1.0 / step.speed - 1.0;
        let known = the.throttle;
        let (next, until) = known.map_or((age + every / 2.0, 0.0), |t| (t.next.min(age + every), t.until));
        the.throttle = Some(Throttle { every, next, sleep, until });
        if known.is_none_or(|t| t.next > next) {
            self.restop(slot);
        }
    }

    /// A process that is about to be frozen does not sleep any longer.
    pub(super) fn wake_up(&mut self, slot: Slot) {
        let the = self.transit.as_deref().and_then(|t| t.of_slot(slot));
        let until = the.and_then(|the| the.throttle).map_or(0.0, |t| t.until);
        let process = &mut self.stage.processes[slot];
        if process.state == State::Blocked && process.goal == until {
            process.goal = 0.0;
        }
    }

    /// Whether the freeze of a move must wait until its process has come to a safe point; the step is kept until then.
    pub(super) fn awaits_safe_point(&mut self, k: u32, step: Step) -> bool {
        let Some(the) = self.under_way(k) else { return false };
        let (slot, every, frozen) = (the.slot, the.progress.mechanism().costs.safe_point, the.frozen.is_some());
        // One that is not at the CPU is in a call, which ends at a safe point.
        if every <= 0.0 || frozen || self.stage.processes[slot].state != State::Present {
            return false;
        }
        let points = self.age_now(slot) / every;
        if super::waits::whole(points) {
            return false;
        }
        if let Some(the) = self.under_way(k) {
            the.safe = (libm::floor(points) + 1.0) * every;
            (the.held, the.part) = (Some(Some(step)), Part::Safe);
        }
        self.restop(slot);
        true
    }

    /// A process in a queue has another next stop than when it came there; it keeps its place.
    fn restop(&mut self, slot: Slot) {
        if self.stage.processes[slot].state != State::Present {
            return;
        }
        let i = self.stage.processes[slot].node;
        let node = &self.stage.nodes[i as usize];
        // Who is being served has a key made of its goal, and so have all levels of FB; the goals of others are only
        // looked at when their turn comes.
        let keyed = node.serves(slot) || self.stage.kinds[node.kind()].discipline == Discipline::Fb;
        if keyed {
            self.unqueue(slot);
            self.put_back(slot, i);
        } else {
            self.stage.processes[slot].goal = self.next_goal(slot);
        }
    }
}
