//! The record of one run: one replication of one cell.

use loadlab_core::Outcome;
use loadlab_core::record::metric::METRICS;
use std::collections::BTreeMap;

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
            status: if outcome.unfinished > 0 { Status::Censored } else { Status::Complete },
        }
    }

    /// The value of a metric by name.
    pub fn value(&self, metric: &str) -> Option<f64> {
        METRICS.iter().position(|m| m.name == metric).map(|k| self.values[k])
    }
}

/// All runs of an experiment, by cell. Cells with the same identity share their runs.
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

impl Status {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Censored => "censored",
        }
    }
}
