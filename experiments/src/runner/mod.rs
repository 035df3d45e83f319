//! Runs what is missing, in parallel over all points, cells and replications, and stores every run as it finishes.
//!
//! A point goes on in rounds: all its cells up to so many replications, then a decision whether that is enough. The
//! decision looks at the runs of the point up to the round's end and at nothing else, so what is run and what counts
//! depends neither on threads nor on interruptions nor on what else the store holds.
//!
//! Not here: the decision (`stopping`), the store, what becomes of the runs (`results`).

mod plan;
mod queue;

pub use plan::{Plan, Point, Shard};

use crate::file::{Cell, Experiment};
use crate::model::Model;
use crate::results::{Finished, Records, Run, text};
use crate::stopping::{self, Decision};
use crate::store::{Store, StoreError};
use queue::{Job, Queue, Task};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is told while runs go on; called from many threads.
pub trait Progress: Sync {
    /// So many more runs are to be done.
    fn planned(&self, runs: u64);
    /// A run of a cell has begun.
    fn started(&self, cell: &Cell);
    /// It is over.
    fn finished(&self, cell: &Cell);
}

/// A run that ended with an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The place of the cell in the experiment.
    pub cell: usize,
    /// Which replication.
    pub replication: u64,
    /// The cell, the replication and what the engine said.
    pub message: String,
}

/// What has become of the work.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Runs done now.
    pub ran: u64,
    /// Runs that ended with an error, in canonical order.
    pub failures: Vec<Failure>,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    /// Replications that count, for every point of the plan.
    pub replications: Vec<u64>,
}

/// What is to be done, and with what.
pub struct Work<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// The model of every cell, in the order of the cells.
    pub models: &'a [Model],
    /// The points.
    pub plan: &'a Plan,
    /// Where runs go.
    pub store: &'a Store,
    /// The records of single runs that are asked for.
    pub records: &'a Records<'a>,
}

/// What a point needs next.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// These runs, up to so many replications.
    Run(Vec<Job>, u64),
    /// Nothing: it ends with so many replications.
    Done(u64),
}

/// What is there and what is missing, without running anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// Replications that count so far, for every point of the plan.
    pub replications: Vec<u64>,
    /// The runs that count and are there, by point.
    pub done: Vec<u64>,
    /// Runs that the present round of each point lacks.
    pub missing: Vec<u64>,
}

/// Builds the model of every cell; all errors at once, each naming its cell. The models of a trial are a hundredth of
/// the length.
pub fn models(experiment: &Experiment, smoke: bool) -> Result<Vec<Model>, Vec<String>> {
    let built = experiment.cells.iter().map(|cell| {
        let model = Model::of(cell, &experiment.warmup).map_err(|e| format!("{}: {e}", describe(cell)))?;
        Ok(if smoke { model.shortened(0.01) } else { model })
    });
    let (mut models, mut errors) = (Vec::new(), Vec::new());
    built.for_each(|result: Result<Model, String>| match result {
        Ok(model) => models.push(model),
        Err(error) => errors.push(error),
    });
    if errors.is_empty() { Ok(models) } else { Err(errors) }
}

/// The state that threads share.
struct Shared<'a, 'w> {
    work: &'w Work<'a>,
    queue: Queue,
    progress: &'w dyn Progress,
    stop: &'w AtomicBool,
    fail_fast: bool,
    /// Set when nothing more can be stored, or at the first failure if that is to end all.
    halt: AtomicBool,
    ran: AtomicU64,
    /// Replications up to which each point has been looked at.
    reached: Vec<AtomicU64>,
    failed: Vec<AtomicBool>,
    failures: Mutex<Vec<Failure>>,
    broken: Mutex<Option<StoreError>>,
}

impl Work<'_> {
    /// Runs everything that is missing, on the threads of the pool. An error is one of the store; runs that fail are in
    /// the report.
    pub fn run(
        &self,
        pool: &rayon::ThreadPool,
        progress: &dyn Progress,
        stop: &AtomicBool,
        fail_fast: bool,
    ) -> Result<Report, StoreError> {
        let points = self.plan.points.len();
        let shared = Shared {
            work: self,
            queue: Queue::new(points),
            progress,
            stop,
            fail_fast,
            halt: AtomicBool::new(false),
            ran: AtomicU64::new(0),
            reached: (0..points).map(|_| AtomicU64::new(self.experiment.replicate.min)).collect(),
            failed: (0..points).map(|_| AtomicBool::new(false)).collect(),
            failures: Mutex::default(),
            broken: Mutex::default(),
        };
        let first = (0..points).map(|at| self.missing(at, 0..self.experiment.replicate.min).len() as u64).sum();
        progress.planned(first);
        pool.broadcast(|_| shared.work_on());
        shared.report()
    }

    /// What is there and what is missing.
    pub fn survey(&self) -> Result<Survey, StoreError> {
        let mut survey = Survey::default();
        for (at, point) in self.plan.points.iter().enumerate() {
            let (step, missing) = match self.step(at, self.experiment.replicate.min)? {
                Step::Run(jobs, n) => (n, jobs.len() as u64),
                Step::Done(n) => (n, 0),
            };
            let covered = (0..step).filter(|r| self.plan.covers(at, *r)).count() * point.cells.len();
            survey.replications.push(step);
            survey.missing.push(missing);
            survey.done.push(covered as u64 - missing);
        }
        Ok(survey)
    }

    /// The finished runs that count.
    pub fn finished(&self, replications: &[u64]) -> Finished<'_> {
        let of = |(point, n): (&Point, &u64)| point.cells.iter().map(|k| (*k, *n)).collect::<Vec<_>>();
        let limits = self.plan.points.iter().zip(replications).flat_map(of);
        Finished::new(self.store, self.experiment, limits)
    }

    /// What a point needs whose rounds are complete below `n`; decisions are made anew from the runs they were made from.
    fn step(&self, at: usize, mut n: u64) -> Result<Step, StoreError> {
        let point = &self.plan.points[at];
        let mut from = 0;
        loop {
            let jobs = self.missing(at, from..n);
            if !jobs.is_empty() {
                return Ok(Step::Run(jobs, n));
            }
            if n >= self.experiment.replicate.max {
                return Ok(Step::Done(n));
            }
            match self.decide(point, n)? {
                Decision::Continue { next } if next as u64 > n => (from, n) = (n, next as u64),
                _ => return Ok(Step::Done(n)),
            }
        }
    }

    /// The runs of these replications that are not there, or whose records are not.
    fn missing(&self, at: usize, replications: std::ops::Range<u64>) -> Vec<Job> {
        let seed = self.experiment.replicate.seed;
        let lacks = |cell: usize, replication: u64| {
            let cell = &self.experiment.cells[cell];
            !self.store.has(&cell.id, replication, seed) || self.records.lacks(cell, replication)
        };
        let covered = replications.filter(|r| self.plan.covers(at, *r));
        let of = |replication| self.plan.points[at].cells.iter().map(move |cell| (*cell, replication));
        let all = covered.flat_map(of).filter(|(cell, replication)| lacks(*cell, *replication));
        all.map(|(cell, replication)| Job { point: at, cell, replication }).collect()
    }

    /// Whether a point with `n` replications goes on.
    fn decide(&self, point: &Point, n: u64) -> Result<Decision, StoreError> {
        let of = |cell: &usize| (*cell, n);
        let runs = Finished::new(self.store, self.experiment, point.cells.iter().map(of)).load(&point.cells)?;
        let runs: Vec<_> = point.names.iter().map(|k| (*k, runs.of(&self.experiment.cells[*k].id))).collect();
        Ok(stopping::decide(self.experiment, &point.id, &runs))
    }

    /// One run with its records: first these, so that a stored run has them.
    fn one(&self, job: Job) -> Result<(), Ended> {
        let cell = &self.experiment.cells[job.cell];
        let seed = seed(self.experiment, cell);
        let model = &self.models[job.cell];
        let mut recorder = self.records.recorder(cell, job.replication, model.classes())?;
        let outcome =
            model.run_into(seed, job.replication, recorder.as_mut().map(|r| r as _)).map_err(Ended::Failed)?;
        recorder.map_or(Ok(()), |recorder| recorder.finish())?;
        let run = Run::new(&cell.id, job.replication, self.experiment.replicate.seed, &outcome);
        if !self.store.has(&run.cell, run.replication, run.seed) {
            self.store.append(&run)?;
        }
        Ok(())
    }
}

/// How a run can end badly.
enum Ended {
    /// The engine refused.
    Failed(loadlab_core::Error),
    /// It could not be stored.
    Broken(StoreError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Ended::Broken(error)
    }
}

impl Shared<'_, '_> {
    /// The life of a thread.
    fn work_on(&self) {
        while let Some(task) = self.queue.next(&[self.stop, &self.halt]) {
            match task {
                Task::Point(point) => self.open(point),
                Task::Run(job) => self.run(job),
            }
        }
    }

    /// Finds out what a point needs; a point that has failed gets nothing more.
    fn open(&self, point: usize) {
        let failed = self.failed[point].load(Ordering::Relaxed);
        let reached = &self.reached[point];
        let jobs =
            match if failed { Ok(None) } else { self.work.step(point, reached.load(Ordering::Relaxed)).map(Some) } {
                Ok(None) => Vec::new(),
                Ok(Some(Step::Run(jobs, n))) => {
                    reached.store(n, Ordering::Relaxed);
                    // The first rounds are in the plan from the start.
                    if n > self.work.experiment.replicate.min {
                        self.progress.planned(jobs.len() as u64);
                    }
                    jobs
                }
                Ok(Some(Step::Done(n))) => {
                    reached.store(n, Ordering::Relaxed);
                    Vec::new()
                }
                Err(error) => {
                    self.break_off(error);
                    Vec::new()
                }
            };
        self.queue.opened(point, jobs);
    }

    fn run(&self, job: Job) {
        let cell = &self.work.experiment.cells[job.cell];
        self.progress.started(cell);
        match self.work.one(job) {
            Ok(()) => _ = self.ran.fetch_add(1, Ordering::Relaxed),
            Err(Ended::Broken(error)) => self.break_off(error),
            Err(Ended::Failed(error)) => {
                self.failed[job.point].store(true, Ordering::Relaxed);
                let message = format!("{}, replication {}: {error}", describe(cell), job.replication);
                let failure = Failure { cell: job.cell, replication: job.replication, message };
                self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
                if self.fail_fast {
                    self.halt.store(true, Ordering::Relaxed);
                }
            }
        }
        self.progress.finished(cell);
        self.queue.finished(job.point);
    }

    /// Nothing more can be stored: the first reason is the one to tell.
    fn break_off(&self, error: StoreError) {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.halt.store(true, Ordering::Relaxed);
    }

    fn report(self) -> Result<Report, StoreError> {
        if let Some(error) = self.broken.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let mut failures = self.failures.into_inner().unwrap_or_else(PoisonError::into_inner);
        failures.sort();
        Ok(Report {
            ran: self.ran.into_inner(),
            failures,
            interrupted: self.stop.load(Ordering::Relaxed),
            replications: self.reached.into_iter().map(AtomicU64::into_inner).collect(),
        })
    }
}

/// The seed of a cell: that of the experiment, so that all cells meet the same processes; or one of its own.
pub fn seed(experiment: &Experiment, cell: &Cell) -> u64 {
    let own = if experiment.replicate.common_random_numbers { "0" } else { cell.id.as_str() };
    experiment.replicate.seed ^ u64::from_str_radix(own, 16).unwrap_or(0)
}

/// A cell in words: what was swept, and its identity.
pub fn describe(cell: &Cell) -> String {
    let keys = cell.keys.iter().map(|(key, value)| format!(", {key} = {}", text(value)));
    format!(
        "cell {} (scenario {}, policy {}{})",
        cell.id,
        cell.scenario.name,
        cell.policy.name,
        keys.collect::<String>()
    )
}
