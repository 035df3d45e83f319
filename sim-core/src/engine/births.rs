//! Births: a process enters the system; blocks of births from the workload, checked once per block.

use super::{Flow, World};
use crate::error::Error;
use crate::process::{NONE, NodeId, Process, Slot, State};
use crate::source::Birth;
use crate::time::Time;

/// How many arrivals ahead the home of a process is fetched.
const HOMES_AHEAD: usize = 8;

impl World<'_> {
    /// A process enters the system.
    #[inline(always)]
    pub(super) fn enrol(&mut self, birth: &Birth) -> Slot {
        let index = self.arrived;
        self.arrived += 1;
        self.quiet = 0;
        self.book_arrival();
        let measured = self.open && self.measuring;
        self.inside += u64::from(measured);
        self.outcome.arrived_work += if measured { birth.lifetime } else { 0.0 };
        if measured && self.outcome.series.is_some() {
            self.note_population();
        }
        self.outcome.integrals.entered();
        self.stage.processes.add(Process {
            arrival: self.now,
            lifetime: birth.lifetime,
            age: 0.0,
            goal: birth.lifetime,
            index,
            home: birth.home,
            node: birth.home,
            next: NONE,
            moves: 0,
            state: State::Deciding,
            low: false,
            measured,
        })
    }

    /// Where it starts is decided. The source knows it by its number.
    #[inline(always)]
    pub(super) fn welcome(&mut self, slot: Slot, number: u64, home: NodeId) -> Flow {
        if self.scenario.attributes && self.must_stay(slot, number)? {
            return self.start(slot, home, home);
        }
        self.first_decision(slot, home)
    }

    /// Fetches the home of a process that will arrive soon, unless an opening question will go elsewhere.
    #[inline(always)]
    pub(super) fn fetch_ahead(&mut self) {
        if let (Some(later), None) = (self.births.get(self.next_birth + HOMES_AHEAD), &self.openings) {
            crate::prefetch::node(&self.stage.nodes, later.home);
        }
    }

    pub(super) fn refill(&mut self) -> Flow {
        let last = self.births.last().map_or(Time::ZERO, |b| b.at);
        self.births.clear();
        self.next_birth = 0;
        self.source.fill(&mut self.births);
        if self.feedback.is_some() {
            self.number_block();
        }
        let (mut before, mut sound, nodes) = (last, true, self.stage.nodes.len());
        for birth in &self.births {
            // Not negative, finite and not NaN, in one comparison: as integers, such doubles are the smallest.
            sound &= birth.lifetime.to_bits() < f64::INFINITY.to_bits();
            sound &= (birth.at >= before) & ((birth.home as usize) < nodes);
            before = birth.at;
        }
        sound &= before.is_finite();
        if !sound {
            return Err(Box::new(self.unsound_birth(last)));
        }
        self.next_arrival = self.births.first().map_or(Time::NEVER, |birth| birth.at);
        if self.births.is_empty() {
            return self.exhausted();
        }
        Ok(())
    }

    /// The source gives no more. The window closes with the last arrival, unless it was to last until a given time, or
    /// more processes may arrive because others leave.
    #[cold]
    fn exhausted(&mut self) -> Flow {
        if let Some(problem) = self.source.failure() {
            return Err(Box::new(Error::Birth { index: self.arrived, problem: problem.to_owned() }));
        }
        let more = self.feedback.is_some() && self.stage.processes.live() > 0;
        if self.open && !more && self.scenario.window.seconds.is_none() {
            self.close();
        }
        Ok(())
    }

    /// What is wrong with the first impossible birth of this block.
    #[cold]
    pub(super) fn unsound_birth(&self, last: Time) -> Error {
        let (mut before, nodes) = (last, self.stage.nodes.len());
        for (k, birth) in self.births.iter().enumerate() {
            let problem = if birth.lifetime.to_bits() >= f64::INFINITY.to_bits() {
                format!("has a lifetime of {} s: it must be 0 or more", birth.lifetime)
            } else if !birth.at.is_finite() {
                "never arrives".to_owned()
            } else if birth.at < before {
                format!("arrives at {} s, before the process ahead of it", birth.at.seconds())
            } else if birth.home as usize >= nodes {
                format!("has node {} as its home, but there are {nodes} nodes", birth.home)
            } else {
                before = birth.at;
                continue;
            };
            return Error::Birth { index: self.arrived + k as u64, problem };
        }
        unreachable!("one birth of this block was found unsound")
    }
}
