//! The obvious slow model of a node: every process's rate is computed anew from the definition of the discipline at
//! every event, and ages grow linearly in between. It shares no code with the disciplines of this folder, and is driven
//! in lock-step with them on random operations.

use super::{Change, Discipline, Node, NodeKind, Tick};
use crate::process::{NONE, Process, Slab, Slot, State};
use crate::time::Time;
use proptest::prelude::*;

/// Ages closer than this are the same age: the slow model rounds differently from the fast ones.
const SAME: f64 = 1e-10;

#[derive(Clone, Copy, Debug)]
struct Member {
    slot: Slot,
    index: u64,
    age: f64,
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
enum Kink {
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
struct Twin {
    kind: NodeKind,
    now: f64,
    kernel_until: f64,
    used: f64,
    up: bool,
    starts: u64,
    list: Vec<Member>,
    /// Who has reached its goal and when, until the fast node says so too.
    finished: Vec<(Slot, f64)>,
    /// Whether rounding has decided something.
    unclear: bool,
}

impl Twin {
    fn new(kind: &NodeKind) -> Self {
        let (list, finished) = (Vec::new(), Vec::new());
        let (now, kernel_until, used, up, starts, unclear) = (0.0, 0.0, 0.0, true, 0, false);
        Twin { kind: kind.clone(), now, kernel_until, used, up, starts, list, finished, unclear }
    }

    fn pace(&self) -> f64 {
        let cores = f64::from(self.kind.cores);
        let over = ((self.used - self.kind.memory) / self.kind.memory).max(0.0);
        let kernel = if self.now < self.kernel_until { (cores - 1.0) / cores } else { 1.0 };
        if self.up { self.kind.speed * kernel / (1.0 + self.kind.paging_penalty * over) } else { 0.0 }
    }

    /// The fraction of a core that each process has, in the order of the list.
    fn shares(&self) -> Vec<f64> {
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
    fn next(&self) -> Option<(f64, Kink)> {
        let kinks = self.kinks();
        let least = kinks.iter().fold(f64::INFINITY, |least, k| least.min(k.0));
        kinks.into_iter().find(|k| k.0 <= least + 1e-12 * (1.0 + self.now))
    }

    /// Two cores come to a turn at the same moment by coincidence: only rounding decides whose turn is the first, so
    /// the definition does not say what follows.
    fn ambiguous(&self) -> bool {
        let turns = self.kinks().into_iter().filter_map(|(dt, kink)| match kink {
            Kink::Goal(k) | Kink::Slice(k) => Some((dt, self.list[k].began)),
            Kink::Catch(..) | Kink::Kernel => None,
        });
        let turns: Vec<(f64, f64)> = turns.collect();
        let least = turns.iter().fold(f64::INFINITY, |least, (dt, _)| least.min(*dt));
        let first: Vec<f64> = turns.iter().filter(|(dt, _)| *dt <= least + 1e-9).map(|(_, began)| *began).collect();
        matches!(self.kind.discipline, Discipline::Rr { .. }) && first.iter().any(|b| (b - first[0]).abs() > 1e-9)
    }

    fn clear(&self) -> Result<(), TestCaseError> {
        if self.unclear { Err(TestCaseError::reject("simultaneous by coincidence")) } else { Ok(()) }
    }

    /// What may happen next, and in how many seconds, in the order of starts.
    fn kinks(&self) -> Vec<(f64, Kink)> {
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
    fn serve(&mut self, dt: f64) {
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
    fn advance(&mut self, to: f64, until: Option<Slot>) {
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
    fn dispatch(&mut self) {
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
    fn turn(&mut self, k: usize) {
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

    fn insert(&mut self, slot: Slot, process: &Process) {
        self.list.push(Member { slot, ..member(process) });
        self.dispatch();
    }

    /// It goes on where it was: at the front, without a switch, and the one that followed it waits again.
    fn put_back(&mut self, slot: Slot, process: &Process) {
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

    fn take(&mut self, k: usize) -> Member {
        let m = self.list.remove(k);
        self.dispatch();
        m
    }

    fn find(&self, slot: Slot) -> Option<usize> {
        self.list.iter().position(|m| m.slot == slot)
    }

    /// The fast node says that this process reached its goal at `at`: so it must have here, give or take rounding.
    fn claim(&mut self, slot: Slot, at: f64) -> Result<(), TestCaseError> {
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

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// One random operation.
#[derive(Clone, Debug)]
enum Op {
    /// Insert a process of this lifetime, age (as a fraction of it) and first stop (as a fraction of the rest).
    Insert { lifetime: f64, age: f64, stop: f64 },
    /// Take the k-th resident out.
    Remove(usize),
    /// Put the k-th of those taken out back in.
    Return(usize),
    /// Charge kernel work.
    Charge(f64),
    /// Memory comes or goes.
    Memory(f64),
    /// Fail, or be repaired.
    Toggle,
}

fn op() -> impl Strategy<Value = Op> {
    let fraction = prop_oneof![2 => Just(0.0), 1 => 0.0..0.95f64];
    // Few different ages, so that processes of the same age meet in foreground-background.
    let lifetime = prop_oneof![3 => 0.01..4.0f64, 1 => Just(0.0), 1 => 4.0..40.0f64];
    let stop = prop_oneof![2 => Just(1.0), 1 => 0.05..1.0f64];
    prop_oneof![
        8 => (lifetime, fraction, stop).prop_map(|(lifetime, age, stop)| Op::Insert { lifetime, age, stop }),
        2 => (0..64usize).prop_map(Op::Remove),
        2 => (0..64usize).prop_map(Op::Return),
        1 => prop_oneof![Just(0.0), 0.001..1.0f64].prop_map(Op::Charge),
        1 => (-60.0..100.0f64).prop_map(Op::Memory),
        1 => Just(Op::Toggle),
    ]
}

fn kind() -> impl Strategy<Value = NodeKind> {
    let rr = (0.05..1.5f64, prop_oneof![Just(0.0), 0.001..0.2f64]);
    let discipline = prop_oneof![
        Just(Discipline::Fcfs),
        Just(Discipline::Ps),
        rr.prop_map(|(quantum, switch_cost)| Discipline::Rr { quantum, switch_cost }),
        Just(Discipline::Srpt),
        Just(Discipline::Fb),
    ];
    let speed = prop_oneof![Just(1.0), 0.3..3.0f64];
    (discipline, speed, prop_oneof![3 => Just(1u32), 3 => 2..5u32], 0.0..2.0f64).prop_map(
        |(discipline, speed, cores, paging_penalty)| NodeKind {
            discipline,
            speed,
            cores,
            memory: 100.0,
            paging_penalty,
            ..NodeKind::default()
        },
    )
}

/// The fast node and the slow one, fed with the same operations.
struct Pair {
    kinds: Vec<NodeKind>,
    node: Node,
    twin: Twin,
    slab: Slab,
    now: f64,
    next_index: u64,
    outside: Vec<Slot>,
    done: usize,
}

impl Pair {
    fn new(kind: &NodeKind) -> Self {
        let (kinds, node, twin) = (vec![kind.clone()], Node::new(0, kind), Twin::new(kind));
        Pair { kinds, node, twin, slab: Slab::new(), now: 0.0, next_index: 0, outside: Vec::new(), done: 0 }
    }

    fn rekey(&mut self, rekey: Option<Time>) {
        if let Some(t) = rekey {
            self.node.key = t;
        }
    }

    /// Both go on to `to`; the fast one leads, and every departure is compared.
    fn run(&mut self, to: f64) -> Result<(), TestCaseError> {
        let mut ticks = 0;
        while self.node.key.is_finite() && self.node.key.seconds() <= to {
            let at = self.node.key;
            ticks += 1;
            prop_assert!(at.seconds() >= self.now && ticks < 100_000, "an event at {at:?} after {}", self.now);
            self.now = at.seconds();
            let (tick, rekey) = self.node.tick(&self.kinds, &mut self.slab, at);
            self.rekey(rekey);
            if let Tick::Goal(slot) = tick {
                self.twin.advance(self.now, Some(slot));
                self.twin.clear()?;
                self.twin.claim(slot, self.now)?;
                self.stopped(slot);
            }
        }
        self.now = if to.is_finite() { to } else { self.now };
        self.twin.advance(self.now, None);
        self.twin.clear()?;
        let missed = self.twin.finished.iter().find(|(_, t)| !close(*t, self.now));
        prop_assert!(missed.is_none(), "{missed:?} (slot, time) should have left by {}", self.now);
        self.compare()
    }

    /// A process has reached its goal: it ends, goes on with a new goal, or stays out for a while.
    fn stopped(&mut self, slot: Slot) {
        let process = &mut self.slab[slot];
        assert_eq!(process.age, process.goal, "a process leaves at its goal exactly");
        if process.age >= process.lifetime {
            self.done += 1;
            self.slab.free(slot);
            return;
        }
        process.goal = process.lifetime.min(process.age + 0.3 * process.lifetime);
        if process.index.is_multiple_of(4) {
            self.outside.push(slot);
            return;
        }
        let process = *process;
        let rekey = self.node.put_back(slot, &mut self.slab, Time::new(self.now));
        self.rekey(rekey);
        self.twin.put_back(slot, &process);
    }

    fn insert(&mut self, slot: Slot) {
        let process = self.slab[slot];
        let rekey = self.node.insert(slot, &mut self.slab, Time::new(self.now));
        self.rekey(rekey);
        self.twin.insert(slot, &process);
    }

    fn apply(&mut self, op: &Op) -> Result<(), TestCaseError> {
        let now = Time::new(self.now);
        match *op {
            Op::Insert { lifetime, age, stop } => {
                let (age, index) = (age * lifetime, self.next_index);
                self.next_index += 1;
                let goal = if stop == 1.0 { lifetime } else { age + stop * (lifetime - age) };
                let slot = self.slab.add(process(index, age, goal, lifetime));
                self.insert(slot);
            }
            Op::Remove(k) if !self.twin.list.is_empty() => {
                let k = k % self.twin.list.len();
                let m = self.twin.take(k);
                let rekey = self.node.remove(m.slot, &mut self.slab, now);
                self.rekey(rekey);
                let age = self.slab[m.slot].age;
                prop_assert!(close(age, m.age), "taken out at {} with age {age}, not {}", self.now, m.age);
                self.outside.push(m.slot);
            }
            Op::Return(k) if !self.outside.is_empty() => {
                let slot = self.outside.swap_remove(k % self.outside.len());
                self.insert(slot);
            }
            Op::Remove(_) | Op::Return(_) => {}
            Op::Charge(seconds) => {
                let from = self.twin.kernel_until.max(self.now);
                self.twin.kernel_until = if seconds > 0.0 { from + seconds / self.kinds[0].speed } else { from };
                let rekey = self.node.charge(seconds, &self.kinds, &mut self.slab, now);
                self.rekey(rekey);
            }
            Op::Memory(bytes) => {
                let bytes = bytes.max(-self.twin.used);
                self.twin.used += bytes;
                let rekey = self.node.use_memory(bytes, &self.kinds, &mut self.slab, now);
                self.rekey(rekey);
            }
            Op::Toggle => {
                self.twin.up = !self.twin.up;
                let change = if self.twin.up { Change::Repair } else { Change::Fail };
                let rekey = self.node.change(change, &self.kinds, &mut self.slab, now);
                self.rekey(rekey);
            }
        }
        self.compare()
    }

    /// Loads, residents, ages, and who is on a core.
    fn compare(&self) -> Result<(), TestCaseError> {
        let due = self.twin.finished.len();
        prop_assert_eq!(self.node.load() as usize, self.twin.list.len() + due, "load at {}", self.now);
        let mut residents = Vec::new();
        self.node.each(&self.slab, |slot| residents.push(slot));
        prop_assert_eq!(residents.len(), self.node.load() as usize, "residents at {}", self.now);
        let shares = self.twin.shares();
        for slot in residents {
            let age = self.node.age(slot, &self.slab, Time::new(self.now));
            let Some(k) = self.twin.find(slot) else { continue };
            let m = &self.twin.list[k];
            prop_assert!(close(age, m.age), "slot {slot} is of age {age} at {}, should be of {}", self.now, m.age);
            if due == 0 && !near_an_event(&self.twin) {
                prop_assert_eq!(self.node.serves(slot), shares[k] > 0.0, "slot {} at {}", slot, self.now);
            }
        }
        Ok(())
    }
}

/// Whether rounding may decide on which side of an event the two nodes stand.
fn near_an_event(twin: &Twin) -> bool {
    twin.next().is_some_and(|(dt, _)| dt < 1e-8 * (1.0 + twin.now))
}

fn process(index: u64, age: f64, goal: f64, lifetime: f64) -> Process {
    let (state, low, measured) = (State::Present, false, true);
    let (home, node, next, moves) = (0, 0, NONE, 0);
    Process { arrival: Time::ZERO, lifetime, age, goal, index, home, node, next, moves, state, low, measured }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_discipline_moves_in_lock_step_with_its_definition(
        kind in kind(),
        ops in prop::collection::vec((prop_oneof![1 => Just(0.0), 3 => 0.0..2.0f64], op()), 1..80),
    ) {
        let mut pair = Pair::new(&kind);
        for (wait, op) in &ops {
            pair.run(pair.now + wait)?;
            pair.apply(op)?;
        }
        if !pair.twin.up {
            pair.apply(&Op::Toggle)?;
        }
        pair.run(f64::INFINITY)?;
        while let Some(slot) = pair.outside.pop() {
            pair.insert(slot);
            pair.run(f64::INFINITY)?;
        }
        prop_assert_eq!(pair.node.load(), 0);
        prop_assert_eq!(pair.done as u64, pair.next_index, "everyone who came has ended");
    }
}
