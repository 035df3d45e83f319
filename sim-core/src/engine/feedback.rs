//! Processes that arrive because others have left: numbers by which the source knows its processes, and births that
//! wait in the agenda for their time.
//!
//! Runs whose source has no feedback pay one test per exit.

use super::{Event, Flow, World};
use crate::error::Error;
use crate::process::Slot;
use crate::source::Birth;
use crate::time::Time;
use std::collections::BTreeMap;

/// What the engine keeps for a source with feedback.
#[derive(Debug, Default)]
pub(super) struct Feedback {
    /// How many processes the source has given, and the number of the first of the present block.
    given: u64,
    first_of_block: u64,
    /// The source's number of the process in each slot.
    numbers: Vec<u64>,
    /// Births that exits have caused, with their numbers, in places that events name.
    planned: Vec<(Birth, u64)>,
    /// Places of `planned` whose births have taken place.
    free: Vec<u32>,
    /// When the measured programs that have not ended began.
    programs: BTreeMap<u64, Time>,
    /// Reused for what one exit causes.
    caused: Vec<Birth>,
}

impl Feedback {
    fn assign(&mut self, slot: Slot, number: u64) {
        let least = slot as usize + 1;
        if self.numbers.len() < least {
            self.numbers.resize(least, 0);
        }
        self.numbers[slot as usize] = number;
    }

    fn plan(&mut self, birth: Birth) -> u32 {
        let entry = (birth, self.given);
        self.given += 1;
        match self.free.pop() {
            Some(place) => {
                self.planned[place as usize] = entry;
                place
            }
            None => {
                self.planned.push(entry);
                (self.planned.len() - 1) as u32
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.planned.len() == self.free.len()
    }
}

impl World<'_> {
    fn fed(&mut self) -> &mut Feedback {
        self.feedback.as_mut().expect("only runs with feedback come here")
    }

    /// The births of a block are numbered when the source gives them, before anything that exits cause meanwhile.
    pub(super) fn number_block(&mut self) {
        let count = self.births.len() as u64;
        let fed = self.fed();
        fed.first_of_block = fed.given;
        fed.given += count;
    }

    /// The number of the process that has just been taken from the block.
    pub(super) fn number_arrival(&mut self, slot: Slot) -> u64 {
        let taken = self.next_birth as u64 - 1;
        let number = self.fed().first_of_block + taken;
        self.fed().assign(slot, number);
        self.begin_program(slot, number);
        number
    }

    /// A copy goes by the number of its original.
    pub(super) fn number_copy(&mut self, original: Slot, copy: Slot) {
        let number = self.fed().numbers[original as usize];
        self.fed().assign(copy, number);
    }

    /// The process that was in this slot has left: plans the births that this causes.
    pub(super) fn feed_back(&mut self, slot: Slot) {
        let number = self.fed().numbers[slot as usize];
        let mut caused = std::mem::take(&mut self.fed().caused);
        self.source.exited(number, self.now, &mut caused);
        for birth in caused.drain(..) {
            let planned = self.fed().plan(birth);
            let at = if birth.at > self.now { birth.at } else { self.now };
            self.schedule(at, Event::Birth(planned));
        }
        self.fed().caused = caused;
        self.end_program();
        let over = self.births.is_empty() && self.stage.processes.live() == 0 && self.fed().is_idle();
        if over && self.open && self.scenario.window.seconds.is_none() {
            self.close();
        }
    }

    /// A process has arrived, with which a program may begin; it is measured if the process is.
    fn begin_program(&mut self, slot: Slot, number: u64) {
        if !self.stage.processes[slot].measured {
            return;
        }
        if let Some(program) = self.source.begins_program(number) {
            let now = self.now;
            self.fed().programs.insert(program, now);
            self.inside += 1;
        }
    }

    /// A process has left, with which a program may have ended.
    fn end_program(&mut self) {
        let Some(program) = self.source.ended_program() else { return };
        if let Some(began) = self.fed().programs.remove(&program) {
            let response = self.now - began;
            self.inside -= 1;
            self.outcome.programs.response.add(response);
            self.outcome.programs.sketch.add(response);
        }
    }

    /// What is measured and still in the system is given up.
    pub(super) fn give_up(&mut self) {
        let programs = self.feedback.as_mut().map_or(0, |fed| std::mem::take(&mut fed.programs).len() as u64);
        self.outcome.programs.unfinished += programs;
        self.outcome.unfinished += self.inside - programs;
        self.inside = 0;
    }

    /// A planned birth takes place.
    pub(super) fn arrive_by_feedback(&mut self, planned: u32) -> Flow {
        let (birth, number) = self.fed().planned[planned as usize];
        self.fed().free.push(planned);
        let (index, nodes) = (self.arrived, self.stage.nodes.len());
        if (!self.measuring || index >= self.last) && !self.watch_window(index) {
            return Ok(());
        }
        let problem = if !(birth.lifetime >= 0.0 && birth.lifetime < f64::INFINITY) {
            format!("has a lifetime of {} s: it must be 0 or more", birth.lifetime)
        } else if birth.at < self.now {
            format!("arrives at {} s, before the exit that causes it", birth.at.seconds())
        } else if birth.home as usize >= nodes {
            format!("has node {} as its home, but there are {nodes} nodes", birth.home)
        } else {
            let slot = self.enrol(&birth);
            self.fed().assign(slot, number);
            self.begin_program(slot, number);
            return self.welcome(slot, number, birth.home);
        };
        Err(Box::new(Error::Birth { index, problem }))
    }
}
