//! First come, first served, on one core, where nobody can look at, move or stop a process once it has started.
//!
//! The record of such a process is given back when it starts: what its exit needs stands in the node itself, for the
//! first four; later ones keep their records and are chained through them. So in a large system the life of a process
//! touches its node and nothing else. Same order and same instants as [`super::line`].

use super::{Rekey, Tick};
use crate::process::{NONE, Process, Slab, Slot};
use crate::time::Time;

const INLINE: u32 = 4;

/// A process that has started, as far as its exit needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Brief {
    /// When it arrived, in seconds; its sign is set where the process is not measured.
    arrival: f64,
    /// CPU seconds that it needs on a node of speed 1.
    pub(crate) lifetime: f64,
}

impl Brief {
    #[inline(always)]
    fn of(process: &Process) -> Brief {
        let arrival = process.arrival.seconds();
        Brief { arrival: if process.measured { arrival } else { -arrival }, lifetime: process.lifetime }
    }

    #[inline(always)]
    pub(crate) fn is_measured(&self) -> bool {
        self.arrival.is_sign_positive()
    }

    /// Seconds since it arrived.
    #[inline(always)]
    pub(crate) fn stay(&self, now: Time) -> f64 {
        now.seconds() - self.arrival.abs()
    }
}

/// A place in the ring. An enumeration, because the values that it never takes make room for the tag of the queue: a
/// number would make every node eight bytes longer.
#[derive(Clone, Copy, Debug)]
enum Place {
    First,
    Second,
    Third,
    Fourth,
}

impl Place {
    #[inline(always)]
    fn next(self) -> Place {
        match self {
            Place::First => Place::Second,
            Place::Second => Place::Third,
            Place::Third => Place::Fourth,
            Place::Fourth => Place::First,
        }
    }
}

/// The row. Its length is the node's load.
#[derive(Debug)]
pub(super) struct Row {
    /// Where in the ring the first one stands.
    at: Place,
    /// The last of the fifth and later ones, which form a circle through their records: it is followed by the fifth.
    tail: Slot,
    ring: [Brief; INLINE as usize],
}

impl Row {
    pub(super) fn new() -> Self {
        Row { at: Place::First, tail: NONE, ring: [Brief { arrival: 0.0, lifetime: 0.0 }; INLINE as usize] }
    }

    #[inline(always)]
    fn place(&self, k: u32) -> usize {
        ((self.at as u32 + k) % INLINE) as usize
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, load: u32, slot: Slot, processes: &mut Slab, now: Time, inverse: f64) -> Rekey {
        if load >= INLINE {
            self.chain(slot, processes);
            return None;
        }
        let brief = Brief::of(&processes[slot]);
        processes.free(slot);
        let place = self.place(load);
        self.ring[place] = brief;
        (load == 0).then(|| now + brief.lifetime * inverse)
    }

    #[inline(always)]
    pub(super) fn tick(&mut self, load: u32, processes: &mut Slab, now: Time, inverse: f64) -> (Tick, Rekey) {
        let at = self.place(0);
        let first = self.ring[at];
        if load > INLINE {
            self.ring[at] = self.unchain(processes);
        }
        self.at = self.at.next();
        let next = self.ring[self.place(0)];
        let due = if load > 1 { now + next.lifetime * inverse } else { Time::NEVER };
        (Tick::Gone(first), Some(due))
    }

    /// The work of the process that will be served after the first, where there is one.
    #[inline(always)]
    pub(super) fn second(&self, load: u32) -> Option<f64> {
        (load > 1).then(|| self.ring[self.place(1)].lifetime)
    }

    #[inline(never)]
    fn chain(&mut self, slot: Slot, processes: &mut Slab) {
        let first = if self.tail == NONE { slot } else { processes[self.tail].next };
        processes[slot].next = first;
        if self.tail != NONE {
            processes[self.tail].next = slot;
        }
        self.tail = slot;
    }

    #[inline(never)]
    fn unchain(&mut self, processes: &mut Slab) -> Brief {
        let slot = processes[self.tail].next;
        let brief = Brief::of(&processes[slot]);
        if slot == self.tail {
            self.tail = NONE;
        } else {
            processes[self.tail].next = processes[slot].next;
        }
        processes.free(slot);
        brief
    }

    /// Those that keep their records.
    pub(super) fn each(&self, load: u32, processes: &Slab, f: &mut impl FnMut(Slot)) {
        let mut at = self.tail;
        for _ in INLINE..load {
            at = processes[at].next;
            f(at);
        }
    }

    /// Those that do not.
    #[cfg(debug_assertions)]
    pub(super) fn briefs(&self, load: u32) -> impl Iterator<Item = Brief> + '_ {
        (0..load.min(INLINE)).map(|k| self.ring[self.place(k)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pace;
    use super::super::line::Line;
    use super::*;
    use crate::process::State;
    use proptest::prelude::*;

    fn process(index: u64, arrival: f64, lifetime: f64) -> Process {
        Process {
            arrival: Time::new(arrival),
            lifetime,
            age: 0.0,
            goal: lifetime,
            index,
            home: 0,
            node: 0,
            next: NONE,
            moves: 0,
            state: State::Present,
            low: false,
            measured: !index.is_multiple_of(3),
        }
    }

    proptest! {
        /// The twin is the line, which itself is driven in lock-step with the slow node.
        #[test]
        fn a_row_serves_the_same_processes_at_the_same_instants_as_a_line(
            steps in prop::collection::vec((any::<bool>(), 0.0f64..2.0, 0.0f64..5.0), 1..300),
            rate in 0.25f64..4.0,
        ) {
            let pace = Pace::new(rate, 1);
            let (mut row, mut line) = (Row::new(), Line::new());
            let (mut brief, mut full) = (Slab::with_room(0), Slab::with_room(0));
            let (mut load, mut now, mut due) = (0, 0.0, Time::NEVER);
            for (k, (leaves, gap, lifetime)) in steps.into_iter().enumerate() {
                if leaves && load > 0 {
                    now = due.seconds();
                    let (gone, row_due) = row.tick(load, &mut brief, due, pace.inverse);
                    let (goal, line_due) = line.tick(load, &mut full, due, &pace);
                    let Tick::Goal(slot) = goal else { panic!("a line has no other events") };
                    prop_assert_eq!(gone, Tick::Gone(Brief::of(&full[slot])));
                    prop_assert_eq!(row_due, line_due);
                    full.free(slot);
                    load -= 1;
                    due = row_due.unwrap_or(due);
                } else {
                    now = (now + gap).min(due.seconds());
                    let process = process(k as u64, now, lifetime);
                    let (a, b) = (brief.add(process), full.add(process));
                    let row_due = row.insert(load, a, &mut brief, process.arrival, pace.inverse);
                    prop_assert_eq!(row_due, line.insert(load, b, &mut full, process.arrival, &pace));
                    load += 1;
                    due = row_due.unwrap_or(due);
                }
                prop_assert_eq!(brief.live(), load.saturating_sub(INLINE) as usize, "all others gave back their records");
                let mut kept = 0;
                row.each(load, &brief, &mut |_| kept += 1);
                prop_assert_eq!(kept, brief.live());
            }
        }
    }

    #[test]
    fn a_process_that_arrives_at_the_start_keeps_whether_it_is_measured() {
        assert!(Brief::of(&process(1, 0.0, 1.0)).is_measured());
        assert!(!Brief::of(&process(0, 0.0, 1.0)).is_measured());
        assert_eq!(Brief::of(&process(0, 2.0, 1.0)).stay(Time::new(5.0)), 3.0);
    }
}
