//! What the page tells of the runs as a whole: how many, how long, how they ended. Read one by one, so that memory does not
//! grow with their number.

use crate::results::{Finished, Run, Status};
use crate::store::StoreError;
use std::collections::BTreeSet;

/// The least and the greatest of some values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    /// The least; infinite where there is no value.
    pub(super) low: f64,
    /// The greatest.
    pub(super) high: f64,
}

impl Reach {
    const EMPTY: Reach = Reach { low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// The reach of some values.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Reach {
        values.fold(Reach::EMPTY, |reach, x| Reach { low: reach.low.min(x), high: reach.high.max(x) })
    }

    fn add(&mut self, x: f64) {
        *self = Reach { low: self.low.min(x), high: self.high.max(x) };
    }
}

/// The facts.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Replications of each cell, in the order of the cells.
    pub(super) replications: Vec<usize>,
    /// Runs, those of equal cells once.
    pub(super) runs: usize,
    /// Runs that ended before every measured process had left.
    pub(super) censored: usize,
    /// Processes that were left out at the start.
    pub(super) left_out: Reach,
    /// The same in seconds.
    pub(super) left_out_s: Reach,
    /// Measured processes.
    pub(super) processes: Reach,
    /// Lengths of the windows of measurement in seconds.
    pub(super) window_s: Reach,
    /// Offered loads that runs received.
    pub(super) offered_load: Reach,
}

impl Facts {
    /// Of the runs that count.
    pub fn of(finished: &Finished<'_>) -> Result<Facts, StoreError> {
        let cells = &finished.experiment().cells;
        let [left_out, left_out_s, processes, window_s, offered_load] = [Reach::EMPTY; 5];
        let replications = cells.iter().map(|cell| finished.replications(&cell.id).len()).collect();
        let mut facts =
            Facts { replications, runs: 0, censored: 0, left_out, left_out_s, processes, window_s, offered_load };
        for id in cells.iter().map(|cell| cell.id.as_str()).collect::<BTreeSet<_>>() {
            finished.of(id).try_for_each(|run| run.map(|run| facts.add(&run)))?;
        }
        Ok(facts)
    }

    fn add(&mut self, run: &Run) {
        self.runs += 1;
        self.censored += usize::from(run.status == Status::Censored);
        self.left_out.add(run.value("warmup.processes").unwrap_or(f64::NAN));
        self.left_out_s.add(run.warmup);
        self.processes.add(run.processes as f64);
        self.window_s.add(run.horizon - run.warmup);
        self.offered_load.add(run.realised_offered_load);
    }
}
