//! Foreground-background (Leland & Ott 1986; least attained service): the youngest processes run, and processes of
//! exactly the same age share.
//!
//! Processes of one age form a level. Cores are dealt from the youngest level up: a level of m processes that is
//! offered r cores runs at min(1, r / m) of the pace each. A served level grows older until a process in it reaches
//! its goal, or until it catches up with the next level and the two become one.

use super::heap::{Entry, Heap};
use super::{Pace, Rekey, Tick, clamp_age};
use crate::process::{Slab, Slot};
use crate::time::Time;

#[derive(Debug)]
struct Level {
    /// The age of everyone in it, at `since`.
    age: f64,
    /// By goal.
    members: Heap,
}

/// What the next internal event of the node will be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Next {
    /// Someone of the level with this number reaches its goal.
    Goal(usize),
    /// The level with this number catches up with the one older than it.
    Merge(usize),
}

/// The levels, oldest first: the youngest, which change most, are at the end.
#[derive(Debug, Default)]
pub(super) struct Levels {
    since: Time,
    levels: Vec<Level>,
    /// The rates of the served levels, youngest first; refreshed by `due`, valid until the next change.
    rates: Vec<f64>,
    next: Option<Next>,
}

impl Levels {
    /// Deals the cores from the youngest level up.
    fn deal(&mut self, pace: &Pace) {
        self.rates.clear();
        let mut cores = f64::from(pace.cores);
        for level in self.levels.iter().rev() {
            let members = level.members.len() as f64;
            self.rates.push(pace.rate * (cores / members).min(1.0));
            cores -= members;
            if cores <= 0.0 {
                return;
            }
        }
    }

    /// The rate of level k, 0 where no core is left for it.
    fn rate(&self, k: usize) -> f64 {
        self.rates.get(self.levels.len() - 1 - k).copied().unwrap_or(0.0)
    }

    pub(super) fn settle(&mut self, now: Time) {
        let dt = now - self.since;
        self.since = now;
        // From the oldest served level down, so that no level overtakes the one it can only catch up with.
        for k in self.levels.len().saturating_sub(self.rates.len())..self.levels.len() {
            let cap = k.checked_sub(1).map_or(f64::INFINITY, |older| self.levels[older].age);
            let age = self.levels[k].age;
            self.levels[k].age = (age + dt * self.rate(k)).min(cap.max(age));
        }
    }

    /// When the next internal event is due; also deals the cores anew and remembers what that event will be.
    pub(super) fn due(&mut self, pace: &Pace) -> Time {
        self.deal(pace);
        self.next = None;
        let mut soonest = f64::INFINITY;
        for k in self.levels.len() - self.rates.len()..self.levels.len() {
            let (level, rate) = (&self.levels[k], self.rate(k));
            if rate == 0.0 {
                continue;
            }
            let first = level.members.first().expect("no level is empty");
            let goal = ((first.key - level.age) / rate).max(0.0);
            if goal < soonest {
                (soonest, self.next) = (goal, Some(Next::Goal(k)));
            }
            let gain = if k > 0 { rate - self.rate(k - 1) } else { 0.0 };
            if gain > 0.0 {
                let merge = ((self.levels[k - 1].age - level.age) / gain).max(0.0);
                if merge < soonest {
                    (soonest, self.next) = (merge, Some(Next::Merge(k)));
                }
            }
        }
        self.since + soonest
    }

    pub(super) fn insert(&mut self, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> Rekey {
        self.settle(now);
        let process = &processes[slot];
        let entry = Entry { key: process.goal, order: process.index as u32, slot };
        let at = self.levels.partition_point(|l| l.age > process.age);
        match self.levels.get_mut(at) {
            Some(level) if level.age == process.age => level.members.push(entry),
            _ => {
                let mut members = Heap::default();
                members.push(entry);
                self.levels.insert(at, Level { age: process.age, members });
            }
        }
        Some(self.due(pace))
    }

    pub(super) fn tick(&mut self, processes: &mut Slab, now: Time, pace: &Pace) -> (Tick, Rekey) {
        self.settle(now);
        let tick = match self.next.expect("a node without processes has no event") {
            Next::Goal(k) => Tick::Goal(self.finish(k, processes)),
            Next::Merge(k) => {
                self.merge(k);
                Tick::Turn
            }
        };
        (tick, Some(self.due(pace)))
    }

    fn finish(&mut self, k: usize, processes: &mut Slab) -> Slot {
        let level = &mut self.levels[k];
        let Entry { key, slot, .. } = level.members.pop().expect("no level is empty");
        level.age = key;
        processes[slot].age = processes[slot].goal;
        if level.members.len() == 0 {
            self.levels.remove(k);
        }
        slot
    }

    /// Level k has caught up with level k - 1, which is older or as old.
    fn merge(&mut self, k: usize) {
        let younger = self.levels.remove(k).members;
        let older = &mut self.levels[k - 1].members;
        younger.entries().iter().for_each(|e| older.push(*e));
    }

    pub(super) fn remove(&mut self, slot: Slot, processes: &mut Slab, now: Time) -> bool {
        self.settle(now);
        for k in 0..self.levels.len() {
            if self.levels[k].members.remove(slot).is_some() {
                processes[slot].age = clamp_age(self.levels[k].age, &processes[slot]);
                if self.levels[k].members.len() == 0 {
                    self.levels.remove(k);
                }
                return true;
            }
        }
        false
    }

    pub(super) fn age(&self, slot: Slot, processes: &Slab, now: Time) -> f64 {
        let holds = |k: &usize| self.levels[*k].members.entries().iter().any(|e| e.slot == slot);
        let level = (0..self.levels.len()).find(holds);
        level.map_or(processes[slot].age, |k| self.levels[k].age + (now - self.since) * self.rate(k))
    }

    pub(super) fn serves(&self, slot: Slot) -> bool {
        let first = self.levels.len() - self.rates.len();
        self.levels[first..].iter().any(|l| l.members.entries().iter().any(|e| e.slot == slot))
    }

    pub(super) fn each(&self, f: &mut impl FnMut(Slot)) {
        self.levels.iter().for_each(|l| l.members.entries().iter().for_each(|e| f(e.slot)));
    }
}
