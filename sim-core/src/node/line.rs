//! First come, first served, on one core: a line of processes, the first four of them inside the node's own record.

use super::{Pace, Rekey, Tick, clamp_age};
use crate::process::{NONE, Slab, Slot};
use crate::time::Time;

const INLINE: u32 = 4;

/// The line. Its length is the node's load.
#[derive(Debug)]
pub(super) struct Line {
    /// When the first one's age was brought up to date.
    since: Time,
    ring: [Slot; INLINE as usize],
    /// Where in the ring the first one stands.
    at: u32,
    /// The fifth and later ones, chained through their records.
    head: Slot,
    tail: Slot,
}

impl Line {
    pub(super) fn new() -> Self {
        Line { since: Time::ZERO, ring: [NONE; INLINE as usize], at: 0, head: NONE, tail: NONE }
    }

    #[inline(always)]
    pub(super) fn first(&self) -> Slot {
        self.ring[self.at as usize]
    }

    #[inline(always)]
    fn place(&self, k: u32) -> usize {
        ((self.at + k) % INLINE) as usize
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, load: u32, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> Rekey {
        if load < INLINE {
            self.ring[self.place(load)] = slot;
        } else {
            self.chain(slot, processes);
        }
        if load > 0 {
            return None;
        }
        self.since = now;
        let process = &processes[slot];
        Some(pace.due(now, process.goal - process.age))
    }

    /// To the front, in place of everyone.
    pub(super) fn put_back(&mut self, load: u32, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> Rekey {
        if load >= INLINE {
            let last = self.ring[self.place(INLINE - 1)];
            processes[last].next = self.head;
            if self.head == NONE {
                self.tail = last;
            }
            self.head = last;
        }
        self.at = (self.at + INLINE - 1) % INLINE;
        self.ring[self.at as usize] = slot;
        self.since = now;
        Some(self.due(load + 1, processes, pace))
    }

    fn chain(&mut self, slot: Slot, processes: &mut Slab) {
        processes[slot].next = NONE;
        if self.head == NONE {
            self.head = slot;
        } else {
            processes[self.tail].next = slot;
        }
        self.tail = slot;
    }

    fn unchain(&mut self, processes: &Slab) -> Slot {
        let slot = self.head;
        self.head = processes[slot].next;
        if self.head == NONE {
            self.tail = NONE;
        }
        slot
    }

    #[inline(always)]
    pub(super) fn tick(&mut self, load: u32, processes: &mut Slab, now: Time, pace: &Pace) -> (Tick, Rekey) {
        let slot = self.first();
        let process = &mut processes[slot];
        process.age = process.goal;
        self.at = (self.at + 1) % INLINE;
        if load > INLINE {
            let next = self.unchain(processes);
            self.ring[self.place(INLINE - 1)] = next;
        }
        self.since = now;
        (Tick::Goal(slot), Some(self.due(load - 1, processes, pace)))
    }

    #[inline(always)]
    pub(super) fn due(&self, load: u32, processes: &Slab, pace: &Pace) -> Time {
        if load == 0 {
            return Time::NEVER;
        }
        let process = &processes[self.first()];
        pace.due(self.since, process.goal - process.age)
    }

    pub(super) fn settle(&mut self, load: u32, processes: &mut Slab, now: Time, pace: &Pace) {
        if load > 0 {
            let process = &mut processes[self.first()];
            process.age = clamp_age(process.age + (now - self.since) * pace.rate, process);
        }
        self.since = now;
    }

    pub(super) fn remove(&mut self, load: u32, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> bool {
        self.settle(load, processes, now, pace);
        let inside = load.min(INLINE);
        let Some(k) = (0..inside).find(|k| self.ring[self.place(*k)] == slot) else {
            return self.remove_chained(slot, processes);
        };
        for j in k..inside - 1 {
            self.ring[self.place(j)] = self.ring[self.place(j + 1)];
        }
        if load > INLINE {
            let next = self.unchain(processes);
            self.ring[self.place(INLINE - 1)] = next;
        }
        true
    }

    fn remove_chained(&mut self, slot: Slot, processes: &mut Slab) -> bool {
        let (mut before, mut at) = (NONE, self.head);
        while at != NONE && at != slot {
            (before, at) = (at, processes[at].next);
        }
        if at == NONE {
            return false;
        }
        let after = processes[at].next;
        if before == NONE {
            self.head = after;
        } else {
            processes[before].next = after;
        }
        if self.tail == at {
            self.tail = before;
        }
        true
    }

    pub(super) fn age(&self, load: u32, slot: Slot, processes: &Slab, now: Time, pace: &Pace) -> f64 {
        let running = load > 0 && self.first() == slot;
        processes[slot].age + if running { (now - self.since) * pace.rate } else { 0.0 }
    }

    pub(super) fn each(&self, load: u32, processes: &Slab, f: &mut impl FnMut(Slot)) {
        (0..load.min(INLINE)).for_each(|k| f(self.ring[self.place(k)]));
        let mut at = if load > INLINE { self.head } else { NONE };
        while at != NONE {
            f(at);
            at = processes[at].next;
        }
    }
}
