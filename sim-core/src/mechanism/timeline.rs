//! One move alone: the state machine driven on wires of constant bandwidth, with a process that runs alone.

use super::after::{Aftermath, Background, Dependency, follow};
use super::step::{Lapse, Phase, Runs, Step};
use super::stop::{Ending, Why};
use super::{Mechanism, Progress, Way};

/// A step with its place in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Seconds after the request.
    pub start: f64,
    /// How long it took.
    pub seconds: f64,
    /// What it was.
    pub step: Step,
}

/// A whole move, from the request to the last obligation.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Its steps; parts of one round are one span.
    pub spans: Vec<Span>,
    /// Seconds until the target has accepted.
    pub negotiation: f64,
    /// Seconds during which the process ran nowhere.
    pub freeze: f64,
    /// Seconds from the request to the first instruction at the target; the whole time if the move was given up.
    pub initial: f64,
    /// Seconds from the request until nothing is left at the source; infinite if that takes as long as the process lives.
    pub total: f64,
    /// Bytes on all wires before the first instruction at the target.
    pub bytes_before: f64,
    /// Bytes on all wires, without ordinary paging.
    pub bytes: f64,
    /// CPU seconds of both ends before the first instruction at the target.
    pub cpu_before: f64,
    /// CPU seconds at the source, and at the target.
    pub cpu: (f64, f64),
    /// Faults, stalls and what was pushed afterwards.
    pub after: Aftermath,
    /// Pages that are paged in from the file server as ever, and the seconds for all of them.
    pub paging: (f64, f64),
    /// On whom the process depends.
    pub dependency: Dependency,
    /// Rounds of precopy, and why they ended.
    pub rounds: Option<(u32, Why)>,
    /// Whether it was moved.
    pub ending: Ending,
}

/// Moves a process that will receive `life` more CPU seconds.
pub fn timeline(mechanism: &Mechanism, life: f64) -> Timeline {
    let mut progress = Progress::new(mechanism);
    let mut t = Timeline {
        spans: Vec::new(),
        negotiation: 0.0,
        freeze: 0.0,
        initial: 0.0,
        total: 0.0,
        bytes_before: 0.0,
        bytes: 0.0,
        cpu_before: 0.0,
        cpu: (0.0, 0.0),
        after: Aftermath::default(),
        paging: (0.0, 0.0),
        dependency: Dependency::default(),
        rounds: None,
        ending: Ending::Moved,
    };
    let mut lapse = Lapse::default();
    while let Some(step) = progress.next(lapse) {
        if step.runs == Runs::Target {
            t.background(&step);
            continue;
        }
        let seconds = step.alone(&mechanism.wires);
        t.count(&step, seconds);
        let ran = if step.runs == Runs::Source { seconds * step.speed } else { 0.0 };
        lapse = Lapse { seconds, ran };
    }
    (t.cpu_before, t.total) = (t.cpu.0 + t.cpu.1, t.initial);
    t.ending = progress.ending();
    t.rounds = progress.rounds();
    if t.ending == Ending::Moved {
        t.dependency = mechanism.dependency();
        t.follow(mechanism, &progress, life);
    }
    t
}

impl Timeline {
    /// A step before the resumption.
    fn count(&mut self, step: &Step, seconds: f64) {
        match step.phase {
            Phase::Negotiate => self.negotiation += seconds,
            _ if step.runs == Runs::Nowhere => self.freeze += seconds,
            _ => {}
        }
        self.bytes += step.bytes;
        self.bytes_before += step.bytes;
        self.cpu = (self.cpu.0 + step.source_cpu, self.cpu.1 + step.target_cpu);
        match self
            .spans
            .last_mut()
            .filter(|span| span.step.phase == step.phase && matches!(step.phase, Phase::Round(_)))
        {
            Some(span) => {
                span.seconds += seconds;
                span.step.bytes += step.bytes;
                span.step.source_cpu += step.source_cpu;
                span.step.target_cpu += step.target_cpu;
            }
            None => self.spans.push(Span { start: self.initial, seconds, step: *step }),
        }
        self.initial += seconds;
    }

    /// A step during which the process runs at its new node; how long it takes follows from the faults.
    fn background(&mut self, step: &Step) {
        self.spans.push(Span { start: self.initial, seconds: 0.0, step: *step });
    }

    fn follow(&mut self, m: &Mechanism, progress: &Progress, life: f64) {
        let after = progress.after();
        self.after = follow(&after, life);
        let done = &self.after;
        let pages = -after.paging.0 * libm::expm1(-life / after.touch_time);
        self.paging = (pages, pages * after.paging.1);
        self.total += done.released;
        self.bytes += done.pushed + done.fetched;
        // Whoever holds a page pays for its faults; the file server is neither end.
        let here = done.faults - done.at_server;
        let copied = here * after.bytes_per_fault();
        self.cpu.0 += here * after.fault_cpu + copied / m.costs.source_rate;
        self.cpu.1 += done.fetched / m.costs.target_rate;
        if after.background != Background::None {
            self.cpu.0 += done.pushed / m.costs.source_rate;
            self.cpu.1 += if after.background == Background::Push { done.pushed / m.costs.target_rate } else { 0.0 };
        }
        for span in self.spans.iter_mut().filter(|span| span.step.runs == Runs::Target) {
            (span.seconds, span.step.bytes) = (done.released, done.pushed);
        }
    }

    /// Bytes that crossed the wire between the two nodes before the resumption; each crossing counts.
    pub fn sent(&self, way: Way) -> f64 {
        self.spans.iter().filter(|span| span.step.way == way).map(|span| span.step.bytes).sum()
    }
}
