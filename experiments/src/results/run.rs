//! The record of one run: one replication of one cell.

use loadlab_core::Outcome;
use loadlab_core::record::metric::METRICS;

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

impl Status {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Censored => "censored",
        }
    }
}
