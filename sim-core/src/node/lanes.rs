//! Disciplines that give whole cores to processes and let the others wait: FCFS on several cores, round robin, SRPT.
//!
//! Every running process advances at the same pace, so one virtual clock v (work done by a running process) serves all
//! lanes: a process that starts at v with a turn of w leaves its lane when v reaches v + w.

use super::heap::{Entry, Heap};
use super::{Pace, Rekey, Tick, clamp_age};
use crate::process::{Slab, Slot};
use crate::time::Time;
use std::collections::VecDeque;

/// What is left beyond a turn is work only above this fraction of the goal; below, it is the rounding of up to ten
/// thousand turns added up, and must not wait for a turn of its own.
const ROUNDING: f64 = 1e-12;

/// A process on a core.
#[derive(Clone, Copy, Debug)]
struct Lane {
    slot: Slot,
    /// The virtual work at which its own work begins (later than its start by the switch cost).
    from: f64,
    /// The virtual work at which its turn ends.
    end: f64,
    /// Whether it reaches its goal then.
    last: bool,
}

#[derive(Debug)]
enum Waiting {
    /// In order of coming.
    Fifo(VecDeque<Slot>),
    /// Least remaining work first.
    Shortest(Heap),
}

#[derive(Debug)]
pub(super) struct Lanes {
    since: Time,
    v: f64,
    running: Vec<Lane>,
    waiting: Waiting,
    /// Work per turn, and work lost on turning to another process.
    quantum: f64,
    switch: f64,
}

impl Lanes {
    pub(super) fn fifo() -> Self {
        Lanes::new(Waiting::Fifo(VecDeque::new()), f64::INFINITY, 0.0)
    }

    pub(super) fn round_robin(quantum: f64, switch: f64) -> Self {
        Lanes::new(Waiting::Fifo(VecDeque::new()), quantum, switch)
    }

    pub(super) fn srpt() -> Self {
        Lanes::new(Waiting::Shortest(Heap::default()), f64::INFINITY, 0.0)
    }

    fn new(waiting: Waiting, quantum: f64, switch: f64) -> Self {
        Lanes { since: Time::ZERO, v: 0.0, running: Vec::new(), waiting, quantum, switch }
    }

    fn virtual_now(&self, now: Time, pace: &Pace) -> f64 {
        self.v + (now - self.since) * pace.rate
    }

    pub(super) fn settle(&mut self, now: Time, pace: &Pace) {
        self.v = if self.running.is_empty() { 0.0 } else { self.virtual_now(now, pace) };
        self.since = now;
    }

    pub(super) fn insert(&mut self, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> Rekey {
        self.settle(now, pace);
        if self.running.len() < pace.cores as usize {
            self.start(slot, self.switch, processes);
            return Some(self.due(pace));
        }
        match &mut self.waiting {
            Waiting::Fifo(line) => {
                line.push_back(slot);
                None
            }
            Waiting::Shortest(_) => self.challenge(slot, processes).then(|| self.due(pace)),
        }
    }

    /// A process that has just left its lane takes it back from the one that followed, if any, which has run for no
    /// time yet. The core never turned to another process, so it loses no switch.
    pub(super) fn put_back(&mut self, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> Rekey {
        if self.running.len() == pace.cores as usize
            && let Some(lane) = self.running.pop()
        {
            match &mut self.waiting {
                Waiting::Fifo(line) => line.push_front(lane.slot),
                Waiting::Shortest(_) => self.wait(lane.slot, processes),
            }
        }
        self.start(slot, 0.0, processes);
        self.since = now;
        Some(self.due(pace))
    }

    pub(super) fn serves(&self, slot: Slot) -> bool {
        self.running.iter().any(|l| l.slot == slot)
    }

    /// SRPT: a newcomer takes the lane of the process with most work left, if it has strictly less itself.
    fn challenge(&mut self, slot: Slot, processes: &mut Slab) -> bool {
        let remaining = |lane: &Lane| processes[lane.slot].lifetime - self.age_in(lane, processes);
        let longest = (0..self.running.len()).max_by(|a, b| {
            let (x, y) = (&self.running[*a], &self.running[*b]);
            remaining(x).total_cmp(&remaining(y)).then(processes[x.slot].index.cmp(&processes[y.slot].index))
        });
        let newcomer = &processes[slot];
        let wins = longest.filter(|k| newcomer.lifetime - newcomer.age < remaining(&self.running[*k]));
        let Some(k) = wins else {
            self.wait(slot, processes);
            return false;
        };
        let lane = self.running.remove(k);
        processes[lane.slot].age = self.age_in(&lane, processes);
        self.wait(lane.slot, processes);
        self.start(slot, 0.0, processes);
        true
    }

    fn wait(&mut self, slot: Slot, processes: &Slab) {
        let process = &processes[slot];
        match &mut self.waiting {
            Waiting::Fifo(line) => line.push_back(slot),
            Waiting::Shortest(heap) => {
                let key = process.lifetime - process.age;
                heap.push(Entry { key, order: process.index as u32, slot });
            }
        }
    }

    fn next_waiting(&mut self) -> Option<Slot> {
        match &mut self.waiting {
            Waiting::Fifo(line) => line.pop_front(),
            Waiting::Shortest(heap) => heap.pop().map(|e| e.slot),
        }
    }

    fn start(&mut self, slot: Slot, switch: f64, processes: &Slab) {
        let process = &processes[slot];
        let left = process.goal - process.age;
        let from = self.v + switch;
        let last = left <= self.quantum + ROUNDING * process.goal;
        self.running.push(Lane { slot, from, end: from + if last { left } else { self.quantum }, last });
    }

    fn age_in(&self, lane: &Lane, processes: &Slab) -> f64 {
        let process = &processes[lane.slot];
        clamp_age(process.age + (self.v - lane.from).max(0.0), process)
    }

    pub(super) fn tick(&mut self, processes: &mut Slab, now: Time, pace: &Pace) -> (Tick, Rekey) {
        let k = self.soonest().expect("a node without running processes has no event");
        let lane = self.running.remove(k);
        (self.v, self.since) = (lane.end, now);
        let process = &mut processes[lane.slot];
        if lane.last {
            process.age = process.goal;
            if let Some(next) = self.next_waiting() {
                self.start(next, self.switch, processes);
            }
            return (Tick::Goal(lane.slot), Some(self.due(pace)));
        }
        process.age = clamp_age(process.age + self.quantum, process);
        match self.next_waiting() {
            Some(next) => {
                self.wait(lane.slot, processes);
                self.start(next, self.switch, processes);
            }
            None => self.start(lane.slot, 0.0, processes),
        }
        (Tick::Turn, Some(self.due(pace)))
    }

    /// The lane whose turn ends first; among equals the one that started first.
    fn soonest(&self) -> Option<usize> {
        (0..self.running.len()).reduce(|best, k| if self.running[k].end < self.running[best].end { k } else { best })
    }

    pub(super) fn due(&self, pace: &Pace) -> Time {
        self.soonest().map_or(Time::NEVER, |k| pace.due(self.since, self.running[k].end - self.v))
    }

    pub(super) fn remove(&mut self, slot: Slot, processes: &mut Slab, now: Time, pace: &Pace) -> bool {
        self.settle(now, pace);
        if let Some(k) = self.running.iter().position(|l| l.slot == slot) {
            let lane = self.running.remove(k);
            processes[slot].age = self.age_in(&lane, processes);
            if let Some(next) = self.next_waiting() {
                self.start(next, self.switch, processes);
            }
            return true;
        }
        match &mut self.waiting {
            Waiting::Fifo(line) => line.iter().position(|s| *s == slot).and_then(|k| line.remove(k)).is_some(),
            Waiting::Shortest(heap) => heap.remove(slot).is_some(),
        }
    }

    pub(super) fn age(&self, slot: Slot, processes: &Slab, now: Time, pace: &Pace) -> f64 {
        let lane = self.running.iter().find(|l| l.slot == slot);
        let run = lane.map_or(0.0, |l| (self.virtual_now(now, pace) - l.from).max(0.0));
        processes[slot].age + run
    }

    pub(super) fn each(&self, f: &mut impl FnMut(Slot)) {
        self.running.iter().for_each(|l| f(l.slot));
        match &self.waiting {
            Waiting::Fifo(line) => line.iter().for_each(|s| f(*s)),
            Waiting::Shortest(heap) => heap.entries().iter().for_each(|e| f(e.slot)),
        }
    }
}
