//! The slow node itself: rates from the definition of the discipline, and ages that grow linearly between events.

use crate::node::{Discipline, NodeKind};
use crate::process::{NONE, Process, Slot};
use proptest::prelude::*;

/// Ages closer than this are the same age: the slow model rounds differently from the fast ones.
const SAME: f64 = 1e-10;

#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) slot: Slot,
    index: u64,
    pub(super) age: f64,
    goal: f64,
    lifetime: f64,
    /// Round robin and SRPT: whether it has a core, and since which start; what is left of the switch and of the slice.
    running: bool,
    start: u64,
    began: f64,
    switch: f64,
    slice: f64,
}

/// What changes a rate or a queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kink {
    /// The k-th process reaches its goal.
    Goal(usize),
    /// The slice of the k-th process ends.
    Slice(usize),
    /// The k-th process becomes as old as this.
    Catch(usize, f64),
    /// The work at kernel priority is done.
    Kernel,
}

/// The slow node. Its list is in the order in which processes came to wait.
pub(super) struct Twin {
    kind: NodeKind,
    pub(super) now: f64,
    pub(super) kernel_until: f64,
    pub(super) used: f64,
    pub(super) up: bool,
    starts: u64,
    pub(super) list: Vec<Member>,
    /// Who has reached its goal and when, until the fast node says so too.
    pub(super) finished: Vec<(Slot, f64)>,
    /// Whether rounding has decided something.
    unclear: bool,
}

impl Twin {
    pub(super) fn new(kind: &NodeKind) -> Self {
        let (list, finished) = (Vec::new(), Vec::new());
        let (now, kernel_until, used, up, starts, unclear) = (0.0, 0.0, 0.0, true, 0, false);
        Twin { kind: kind.clone(), now, kernel_until, used, up, starts, list, finished, unclear }
    }

    pub(super) fn pace(&self) -> f64 {
        let cores = f64::from(self.kind.cores);
        let over = ((self.used - self.kind.memory) / self.kind.memory).max(0.0);
        let kernel = if self.now < self.kernel_until { (cores - 1.0) / cores } else { 1.0 };
        if self.up { self.kind.speed * kernel / (1.0 + self.kind.paging_penalty * over) } else { 0.0 }
    }

    /// The fraction of a core that each process has, in the order of the list.
    pub(super) fn shares(&self) -> Vec<f64> {
        let (cores, n) = (self.kind.cores as usize, self.list.len());
        let whole = |yes: bool| if yes { 1.0 } else { 0.0 };
        match self.kind.discipline {
            Discipline::Fcfs => (0..n).map(|k| whole(k < cores)).collect(),
            Discipline::Ps => vec![(cores as f64 / n as f64).min(1.0); n],
            Discipline::Rr { .. } | Discipline::Srpt => self.list.iter().map(|m| whole(m.running)).collect(),
            Discipline::Fb => {
                let same = |m: &Member, o: &Member| (m.age - o.age).abs() <= SAME;
                let younger = |m: &Member| self.list.iter().filter(|o| o.age < m.age && !same(m, o)).count();
                let peers = |m: &Member| self.list.iter().filter(|o| same(m, o)).count();
                let offered = |m: &Member| cores.saturating_sub(younger(m)) as f64;
                self.list.iter().map(|m| (offered(m) / peers(m) as f64).min(1.0)).collect()
            }
        }
    }

    /// What happens next, and in how many seconds. Simultaneous slices end in the order in which they started; rounding
    /// must not decide that.
    pub(super) fn next(&self) -> Option<(f64, Kink)> {
        let kinks = self.kinks();
        let least = kinks.iter().fold(f64::INFINITY, |least, k| least.min(k.0));
        kinks.into_iter().find(|k| k.0 <= least + 1e-12 * (1.0 + self.now))
    }

    /// Two cores come to a turn at the same moment by coincidence: only rounding decides whose turn is the first, so
    /// the definition does not say what follows.
    pub(super) fn ambiguous(&self) -> bool {
        let turns = self.kinks().into_iter().filter_map(|(dt, kink)| match kink {
            Kink::Goal(k) | Kink::Slice(k) => Some((dt, self.list[k].began)),
            Kink::Catch(..) | Kink::Kernel => None,
        });
        let turns: Vec<(f64, f64)> = turns.collect();
        let least = turns.iter().fold(f64::INFINITY, |least, (dt, _)| least.min(*dt));
        let first: Vec<f64> = turns.iter().filter(|(dt, _)| *dt <= least + 1e-9).map(|(_, began)| *began).collect();
        matches!(self.kind.discipline, Discipline::Rr { .. }) && first.iter().any(|b| (b - first[0]).abs() > 1e-9)
    }

    pub(super) fn clear(&self) -> Result<(), TestCaseError> {
        if self.unclear { Err(TestCaseError::reject("simultaneous by coincidence")) } else { Ok(()) }
    }

    /// What may happen next, and in how many seconds, in the order of starts.
    pub(super) fn kinks(&self) -> Vec<(f64, Kink)> {
        let (shares, pace) = (self.shares(), self.pace());
        let mut kinks = Vec::new();
        if self.now < self.kernel_until {
            kinks.push((self.kernel_until - self.now, Kink::Kernel));
        }
        let mut order: Vec<usize> = (0..self.list.len()).filter(|k| shares[*k] * pace > 0.0).collect();
        order.sort_by_key(|k| self.list[*k].start);
        for k in order {
            let (m, rate) = (&self.list[k], shares[k] * pace);
            let left = m.goal - m.age;
            if matches!(self.kind.discipline, Discipline::Rr { .. }) && m.slice < left {
                kinks.push(((m.switch + m.slice) / rate, Kink::Slice(k)));
            } else {
                kinks.push(((m.switch + left) / rate, Kink::Goal(k)));
            }
            if self.kind.discipline == Discipline::Fb {
                let older = (0..self.list.len()).filter(|o| self.list[*o].age > m.age + SAME && shares[*o] < shares[k]);
                kinks.extend(older.map(|o| {
                    let gap = self.list[o].age - m.age;
                    let met = self.list[o].age + gap * shares[o] / (shares[k] - shares[o]);
                    (gap / (rate - shares[o] * pace), Kink::Catch(k, met))
                }));
            }
        }
        kinks
    }

    /// Everyone is served for dt seconds at the present rates.
    pub(super) fn serve(&mut self, dt: f64) {
        let (shares, pace) = (self.shares(), self.pace());
        for (m, share) in self.list.iter_mut().zip(shares) {
            let work = dt * share * pace;
            let switching = work.min(m.switch);
            m.switch -= switching;
            m.age += work - switching;
            m.slice -= work - switching;
        }
        self.now += dt;
    }

    /// Goes on to `to`, or only to the moment at which this process reaches its goal.
    pub(super) fn advance(&mut self, to: f64, until: Option<Slot>) {
        while let Some((dt, kink)) = self.next().filter(|(dt, _)| self.now + dt <= to) {
            self.unclear |= self.ambiguous();
            self.serve(dt.max(0.0));
            match kink {
                Kink::Goal(k) => {
                    self.finished.push((self.list[k].slot, self.now));
                    let slot = self.take(k).slot;
                    if until == Some(slot) {
                        return;
                    }
                }
                Kink::Slice(k) => self.turn(k),
                Kink::Catch(k, age) => {
                    let young = self.list[k].age;
                    self.list.iter_mut().filter(|m| (m.age - young).abs() <= SAME).for_each(|m| m.age = age);
                }
                Kink::Kernel => self.now = self.kernel_until,
            }
        }
        self.serve(to - self.now);
        self.now = to;
    }

    /// Who has a core, where that has to be remembered. Round robin: a free core turns to the first who waits, and loses
    /// the switch cost on that. SRPT: those with the least work left; among equals those that run already.
    pub(super) fn dispatch(&mut self) {
        let cores = self.kind.cores as usize;
        match self.kind.discipline {
            Discipline::Rr { quantum, switch_cost } => {
                let running = self.list.iter().filter(|m| m.running).count();
                for m in self.list.iter_mut().filter(|m| !m.running).take(cores - running) {
                    self.starts += 1;
                    (m.running, m.start, m.began) = (true, self.starts, self.now);
                    (m.switch, m.slice) = (switch_cost * self.kind.speed, quantum * self.kind.speed);
                }
            }
            Discipline::Srpt => {
                let order = |m: &Member| (m.lifetime - m.age, !m.running, m.index);
                let mut orders: Vec<_> = self.list.iter().map(order).collect();
                orders.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
                for m in &mut self.list {
                    let runs = orders.iter().position(|o| *o == order(m)).is_some_and(|k| k < cores);
                    self.starts += u64::from(runs && !m.running);
                    m.start = if runs && !m.running { self.starts } else { m.start };
                    m.running = runs;
                }
            }
            Discipline::Fcfs | Discipline::Ps | Discipline::Fb => {}
        }
    }

    /// The end of a slice: to the end of the line, unless nobody waits.
    pub(super) fn turn(&mut self, k: usize) {
        let Discipline::Rr { quantum, .. } = self.kind.discipline else { return };
        self.starts += 1;
        if self.list.iter().all(|m| m.running) {
            (self.list[k].slice, self.list[k].start) = (quantum * self.kind.speed, self.starts);
            self.list[k].began = self.now;
            return;
        }
        let m = Member { running: false, ..self.list.remove(k) };
        self.list.push(m);
        self.dispatch();
    }

    pub(super) fn insert(&mut self, slot: Slot, process: &Process) {
        self.list.push(Member { slot, ..member(process) });
        self.dispatch();
    }

    /// It goes on where it was: at the front, without a switch, and the one that followed it waits again.
    pub(super) fn put_back(&mut self, slot: Slot, process: &Process) {
        let cores = self.kind.cores as usize;
        let remembered = matches!(self.kind.discipline, Discipline::Rr { .. } | Discipline::Srpt);
        if remembered
            && self.list.iter().filter(|m| m.running).count() == cores
            && let Some(k) = (0..self.list.len()).max_by_key(|k| self.list[*k].start)
        {
            let follower = Member { running: false, ..self.list.remove(k) };
            self.list.insert(0, follower);
        }
        let mut m = Member { slot, ..member(process) };
        self.starts += 1;
        (m.running, m.start, m.began) = (true, self.starts, self.now);
        if let Discipline::Rr { quantum, .. } = self.kind.discipline {
            m.slice = quantum * self.kind.speed;
        }
        self.list.insert(0, m);
    }

    pub(super) fn take(&mut self, k: usize) -> Member {
        let m = self.list.remove(k);
        self.dispatch();
        m
    }

    pub(super) fn find(&self, slot: Slot) -> Option<usize> {
        self.list.iter().position(|m| m.slot == slot)
    }

    /// The fast node says that this process reached its goal at `at`: so it must have here, give or take rounding.
    pub(super) fn claim(&mut self, slot: Slot, at: f64) -> Result<(), TestCaseError> {
        if let Some(k) = self.finished.iter().position(|(s, _)| *s == slot) {
            let (_, when) = self.finished.remove(k);
            prop_assert!(close(at, when), "process in slot {slot} left at {at}, should have at {when}");
            return Ok(());
        }
        let k = self.find(slot).expect("whoever leaves was there");
        let m = self.take(k);
        prop_assert!(close(m.age, m.goal), "process in slot {slot} left at {at} with age {} of {}", m.age, m.goal);
        Ok(())
    }
}

fn member(process: &Process) -> Member {
    let Process { index, age, goal, lifetime, .. } = *process;
    Member { slot: NONE, index, age, goal, lifetime, running: false, start: 0, began: 0.0, switch: 0.0, slice: 0.0 }
}

pub(super) fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}
