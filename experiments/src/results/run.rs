//! The record of one run: one replication of one cell.

use crate::file::Experiment;
use crate::store::{Store, StoreError};
use loadlab_core::Outcome;
use loadlab_core::record::metric::METRICS;
use std::collections::{BTreeMap, BTreeSet};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every measured process left.
    Complete,
    /// Some measured processes were still in the system when the run had to end.
    Censored,
}

/// One replication of one cell: what every table is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The cell, as its 16 hexadecimal digits.
    pub cell: String,
    /// Which replication, from 0.
    pub replication: u64,
    /// The seed of the experiment.
    pub seed: u64,
    /// One value per metric, in the order of `METRICS`; NaN where undefined.
    pub values: Vec<f64>,
    /// Measured processes.
    pub processes: u64,
    /// When the window of measurement began, in seconds.
    pub warmup: f64,
    /// When it ended, in seconds.
    pub horizon: f64,
    /// Work that arrived in the window per unit of capacity.
    pub realised_offered_load: f64,
    /// Events of the whole run.
    pub events: u64,
    /// How it ended.
    pub status: Status,
}

impl Run {
    /// From what the engine measured.
    pub fn new(cell: &str, replication: u64, seed: u64, outcome: &Outcome) -> Run {
        Run {
            cell: cell.to_owned(),
            replication,
            seed,
            values: METRICS.iter().map(|m| (m.value)(outcome)).collect(),
            processes: outcome.measured(),
            warmup: outcome.window.0,
            horizon: outcome.window.1,
            realised_offered_load: outcome.realised_offered_load(),
            events: outcome.events,
            status: if outcome.unfinished + outcome.programs.unfinished > 0 {
                Status::Censored
            } else {
                Status::Complete
            },
        }
    }

    /// The value of a metric by name.
    pub fn value(&self, metric: &str) -> Option<f64> {
        METRICS.iter().position(|m| m.name == metric).map(|k| self.values[k])
    }
}

/// Runs in memory, by cell. Cells with the same identity share their runs.
#[derive(Debug, Default)]
pub struct Runs(BTreeMap<String, Vec<Run>>);

impl Runs {
    /// Adds a run.
    pub fn add(&mut self, run: Run) {
        let list = self.0.entry(run.cell.clone()).or_default();
        let at = list.partition_point(|r| r.replication < run.replication);
        list.insert(at, run);
    }

    /// The runs of a cell, by replication.
    pub fn of(&self, cell: &str) -> &[Run] {
        self.0.get(cell).map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}

/// The finished runs that count for an experiment: those of its cells, under its seed, up to the replication at which
/// their point stopped. They stay in the store; only what is asked for is in memory.
#[derive(Debug)]
pub struct Finished<'a> {
    store: &'a Store,
    experiment: &'a Experiment,
    /// Replications that count, by the identity of the cell.
    limits: BTreeMap<&'a str, u64>,
}

impl<'a> Finished<'a> {
    /// With the replications that count, by the place of the cell.
    pub fn new(store: &'a Store, experiment: &'a Experiment, limits: impl Iterator<Item = (usize, u64)>) -> Self {
        let limits = limits.map(|(cell, n)| (experiment.cells[cell].id.as_str(), n)).collect();
        Finished { store, experiment, limits }
    }

    /// The experiment that they belong to.
    pub fn experiment(&self) -> &'a Experiment {
        self.experiment
    }

    /// The runs of a cell, in order of replication, read one by one.
    pub fn of(&self, cell: &str) -> impl Iterator<Item = Result<Run, StoreError>> + use<> {
        let limit = self.limit(cell);
        let counts = move |run: &Result<Run, StoreError>| run.as_ref().map_or(true, |run| run.replication < limit);
        self.store.runs(cell, self.experiment.replicate.seed).take_while(counts)
    }

    /// The replications of a cell that count and are there, in order.
    pub fn replications(&self, cell: &str) -> Vec<u64> {
        let mut all = self.store.replications(cell, self.experiment.replicate.seed);
        all.truncate(all.partition_point(|r| *r < self.limit(cell)));
        all
    }

    /// How many runs there are, those of equal cells once.
    pub fn count(&self) -> usize {
        self.limits.keys().map(|cell| self.replications(cell).len()).sum()
    }

    /// Those of some cells, by their places in the experiment, in memory: the cells of a point or of a claim, never all.
    pub fn load(&self, cells: &[usize]) -> Result<Runs, StoreError> {
        let mut runs = Runs::default();
        let ids: BTreeSet<&str> = cells.iter().map(|k| self.experiment.cells[*k].id.as_str()).collect();
        for cell in ids {
            self.of(cell).try_for_each(|run| run.map(|run| runs.add(run)))?;
        }
        Ok(runs)
    }

    fn limit(&self, cell: &str) -> u64 {
        self.limits.get(cell).copied().unwrap_or(0)
    }
}

impl Status {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Censored => "censored",
        }
    }
}
