//! How long runs will take and how much disk they will use, from a few short ones.
//!
//! Not here: running anything that counts.

use crate::model::Model;
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

/// What the present rounds need, and what all rounds need at most.
pub(super) fn ahead(work: &Work<'_>, survey: &Survey) -> (Ahead, Ahead) {
    let (mut least, mut most) = (Ahead::default(), Ahead::default());
    let open: Vec<usize> = (0..survey.missing.len()).filter(|at| survey.missing[*at] > 0).collect();
    let cost = seconds_per_arrival(work.models, &cells(work, &open));
    for (at, point) in work.plan.points.iter().enumerate() {
        let replicate = &work.experiment.replicate;
        let cap = if survey.missing[at] > 0 { replicate.max } else { survey.replications[at] };
        let cells = point.cells.len() as u64;
        let runs = |n: u64| (0..n).filter(|r| work.plan.covers(at, *r)).count() as u64 * cells;
        for (ahead, all) in [(&mut least, survey.done[at] + survey.missing[at]), (&mut most, runs(cap))] {
            ahead.runs += all - survey.done[at];
            let each = 1.0 / cells as f64;
            for cell in &point.cells {
                let arrivals = work.models[*cell].arrivals();
                ahead.seconds += (all - survey.done[at]) as f64 * each * arrivals * cost;
                ahead.bytes += all as f64 * each * bytes_per_run(work.experiment, &work.experiment.cells[*cell]);
                ahead.bytes += record_bytes(work.records, work, *cell, arrivals, all / cells);
            }
        }
    }
    (least, most)
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

/// The mean over short runs of these cells; 0 where there are none.
fn seconds_per_arrival(models: &[Model], cells: &[usize]) -> f64 {
    let began = Instant::now();
    let (mut seconds, mut tried) = (0.0, 0.0);
    for cell in cells {
        let arrivals = models[*cell].arrivals();
        let before = Instant::now();
        if models[*cell].run_part(ARRIVALS / arrivals).is_err() {
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
