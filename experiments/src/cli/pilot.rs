//! How long runs will take and how much disk they will use, from a few short ones.
//!
//! Not here: running anything that counts.

use crate::results::{Records, bytes_per_run};
use crate::runner::{Survey, Work};
use std::time::{Duration, Instant};

/// How long the pilot may take.
const BUDGET: Duration = Duration::from_millis(400);
/// Cells that it tries, and arrivals in each.
const CELLS: usize = 12;
const ARRIVALS: f64 = 40_000.0;

/// What is ahead.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// Runs.
    pub(super) runs: u64,
    /// CPU seconds.
    pub(super) seconds: f64,
    /// Bytes on the disk, those of runs that are there already included.
    pub(super) bytes: f64,
}

/// What it takes until each point has so many replications as `upto` says.
pub(super) fn ahead(work: &Work<'_>, survey: &Survey, cost: f64, upto: &dyn Fn(usize) -> u64) -> Ahead {
    let mut ahead = Ahead::default();
    for (at, point) in work.plan.points.iter().enumerate() {
        let cells = point.cells.len() as u64;
        let all = (0..upto(at)).filter(|r| work.plan.covers(at, *r)).count() as u64 * cells;
        let lacking = all.saturating_sub(survey.done[at]);
        ahead.runs += lacking;
        let each = 1.0 / cells as f64;
        for cell in &point.cells {
            let arrivals = work.models[*cell].arrivals();
            ahead.seconds += lacking as f64 * each * arrivals * cost;
            ahead.bytes += all as f64 * each * bytes_per_run(work.experiment, &work.experiment.cells[*cell]);
            ahead.bytes += record_bytes(work.records, work, *cell, arrivals, all / cells);
        }
    }
    ahead
}

/// The most replications that a point can get; one whose rounds have ended gets no more.
pub(super) fn cap(work: &Work<'_>, survey: &Survey, at: usize) -> u64 {
    if survey.missing[at] > 0 { work.experiment.replicate.max } else { survey.replications[at] }
}

fn record_bytes(records: &Records<'_>, work: &Work<'_>, cell: usize, arrivals: f64, replications: u64) -> f64 {
    if work.experiment.output.records.is_empty() {
        return 0.0;
    }
    (0..replications).map(|r| records.bytes(&work.experiment.cells[cell], r, arrivals)).sum()
}

/// A few cells of these points, spread evenly.
fn cells(work: &Work<'_>, points: &[usize]) -> Vec<usize> {
    let all: Vec<usize> = points.iter().flat_map(|at| work.plan.points[*at].cells.iter().copied()).collect();
    let count = all.len().min(CELLS);
    (0..count).map(|k| all[k * all.len() / count]).collect()
}

/// CPU seconds for one arrival: the mean over short runs of some of the cells that have something to do; 0 where none has.
pub(super) fn seconds_per_arrival(work: &Work<'_>, survey: &Survey) -> f64 {
    let open: Vec<usize> = (0..survey.missing.len()).filter(|at| survey.missing[*at] > 0).collect();
    let began = Instant::now();
    let (mut seconds, mut tried) = (0.0, 0.0);
    for cell in cells(work, &open) {
        let arrivals = work.models[cell].arrivals();
        let before = Instant::now();
        if work.models[cell].run_part(ARRIVALS / arrivals).is_err() {
            continue;
        }
        seconds += before.elapsed().as_secs_f64() / arrivals.min(ARRIVALS);
        tried += 1.0;
        if began.elapsed() > BUDGET {
            break;
        }
    }
    if tried > 0.0 { seconds / tried } else { 0.0 }
}
