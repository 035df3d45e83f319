//! Processor sharing: n processes on c cores, each served at min(1, c / n) of the pace.
//!
//! The virtual work v is what a process present all along would have received. A process that came at v with `left`
//! to go leaves when v reaches v + left, whatever the others do, so a heap of those marks is all there is to keep.

use super::heap::{Entry, Heap};
use super::{Pace, Rekey, Tick, clamp_age};
use crate::process::{Slab, Slot};
use crate::time::Time;

#[derive(Debug, Default)]
pub(super) struct Share {
    since: Time,
    v: f64,
    heap: Heap,
}

impl Share {
    #[inline(always)]
    fn virtual_now(&self, now: Time, pace: &Pace) -> f64 {
        self.v + (now - self.since) * pace.rate * share(pace.cores, self.heap.len())
    }

    #[inline(always)]
    pub(super) fn settle(&mut self, now: Time, pace: &Pace) {
        // An empty node starts again from zero: small numbers keep their precision.
        self.v = if self.heap.len() == 0 { 0.0 } else { self.virtual_now(now, pace) };
        self.since = now;
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> Rekey {
        self.settle(now, pace);
        let process = &processes[slot];
        let key = self.v + (process.goal - process.age);
        self.heap.push(Entry { key, order: process.index as u32, slot });
        Some(self.due(pace))
    }

    #[inline(always)]
    pub(super) fn tick(&mut self, processes: &mut Slab, now: Time, pace: &Pace) -> (Tick, Rekey) {
        let entry = self.heap.pop().expect("a node without processes has no completion");
        self.v = entry.key;
        self.since = now;
        let process = &mut processes[entry.slot];
        process.age = process.goal;
        (Tick::Goal(entry.slot), Some(self.due(pace)))
    }

    #[inline(always)]
    pub(super) fn due(&self, pace: &Pace) -> Time {
        let Some(first) = self.heap.first() else { return Time::NEVER };
        let n = self.heap.len();
        let crowd = if n <= pace.cores as usize { 1.0 } else { n as f64 * reciprocal(pace.cores as usize) };
        pace.due(self.since, (first.key - self.v) * crowd)
    }

    pub(super) fn remove(&mut self, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> bool {
        self.settle(now, pace);
        let Some(entry) = self.heap.remove(slot) else { return false };
        let process = &mut processes[slot];
        process.age = clamp_age(process.goal - (entry.key - self.v), process);
        true
    }

    pub(super) fn age(&self, slot: Slot, processes: &Slab, now: Time, pace: &Pace) -> f64 {
        let entry = self.heap.entries().iter().find(|e| e.slot == slot);
        entry.map_or(0.0, |e| processes[slot].goal - (e.key - self.virtual_now(now, pace)))
    }

    pub(super) fn each(&self, f: &mut impl FnMut(Slot)) {
        self.heap.entries().iter().for_each(|e| f(e.slot));
    }
}

/// `cores / n`, at most 1: the share of a core that each of n processes gets.
#[inline(always)]
fn share(cores: u32, n: usize) -> f64 {
    if n <= cores as usize { 1.0 } else { f64::from(cores) * reciprocal(n) }
}

const TABLE: usize = 128;
static RECIPROCALS: [f64; TABLE] = {
    let mut table = [f64::INFINITY; TABLE];
    let mut n = 1;
    while n < TABLE {
        table[n] = 1.0 / n as f64;
        n += 1;
    }
    table
};

/// 1 / n; a table spares the division for short queues.
#[inline(always)]
fn reciprocal(n: usize) -> f64 {
    if n < TABLE { RECIPROCALS[n] } else { 1.0 / n as f64 }
}
