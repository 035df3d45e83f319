//! The obvious slow model of a node: every process's rate is computed anew from the definition of the discipline at
//! every event, and ages grow linearly in between. It shares no code with the disciplines of this folder, and is driven
//! in lock-step with them on random operations.

mod twin;

use super::{Change, Discipline, Node, NodeKind, Tick};
use crate::process::{NONE, Process, Slab, Slot, State};
use crate::time::Time;
use proptest::prelude::*;
use twin::{Twin, close};

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
        Pair { kinds, node, twin, slab: Slab::with_room(16), now: 0.0, next_index: 0, outside: Vec::new(), done: 0 }
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
