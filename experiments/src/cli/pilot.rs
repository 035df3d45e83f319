//! How long runs will take and how much disk they will use, from a few short ones.
//!
//! Not here: running anything that counts.

use crate::file::Cell;
use crate::model::Model;
use crate::results::{Records, bytes_per_run};
use crate::runner::{Survey, Work};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long the pilot's first looks may take together, and how many arrivals each has.
const FIRST: Duration = Duration::from_secs(10);
const FEW: f64 = 10_000.0;
/// How long its further looks may take, and how many arrivals each has.
const FURTHER: Duration = Duration::from_millis(200);
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
pub(super) fn ahead(work: &Work<'_>, survey: &Survey, costs: &Costs<'_>, upto: &dyn Fn(usize) -> u64) -> Ahead {
    let mut ahead = Ahead::default();
    for (at, point) in work.plan.points.iter().enumerate() {
        let cells = point.cells.len() as u64;
        let all = (0..upto(at)).filter(|r| work.plan.covers(at, *r)).count() as u64 * cells;
        let lacking = all.saturating_sub(survey.done[at]);
        ahead.runs += lacking;
        let each = 1.0 / cells as f64;
        for cell in &point.cells {
            let arrivals = work.models[*cell].arrivals();
            ahead.seconds += lacking as f64 * each * arrivals * costs.per_arrival(&work.experiment.cells[*cell]);
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

/// CPU seconds for one arrival, by scenario and policy: a few that collapse can take longer than all others together.
pub(super) struct Costs<'a> {
    groups: BTreeMap<[&'a str; 2], f64>,
    /// The mean of the groups, for those that were not tried.
    mean: f64,
}

impl<'a> Costs<'a> {
    /// Of the groups that have something to do: by a first look at the middle cell of each, then, as time allows and from the
    /// cheapest on, by longer ones at three that are spread over it.
    pub(super) fn of(work: &Work<'a>, survey: &Survey) -> Costs<'a> {
        let open = (0..survey.missing.len()).filter(|at| survey.missing[*at] > 0);
        let mut groups: BTreeMap<[&str; 2], Vec<usize>> = BTreeMap::new();
        for cell in open.flat_map(|at| work.plan.points[at].cells.iter().copied()) {
            groups.entry(group(&work.experiment.cells[cell])).or_default().push(cell);
        }
        let look = |cell: usize, arrivals: f64| seconds_per_arrival(&work.models[cell], arrivals);
        let first = |(name, cells): (&[&'a str; 2], &Vec<usize>)| Some((look(cells[cells.len() / 2], FEW)?, *name));
        let began = Instant::now();
        let tried = groups.iter().take_while(|_| began.elapsed() < FIRST);
        let mut costs: Vec<(f64, [&str; 2])> = tried.filter_map(first).collect();
        costs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let began = Instant::now();
        let (mut before, mut after, mut looked) = (0.0, 0.0, 0);
        for (cost, name) in &mut costs {
            let cells = &groups[name];
            let some = (0..cells.len().min(3)).map(|k| cells[(2 * k + 1) * cells.len() / (2 * cells.len().min(3))]);
            let looks = some.filter(|_| began.elapsed() < FURTHER).filter_map(|cell| look(cell, ARRIVALS));
            let found: Vec<f64> = looks.collect();
            if found.is_empty() {
                break;
            }
            before += *cost;
            *cost = found.iter().sum::<f64>() / found.len() as f64;
            after += *cost;
            looked += 1;
        }
        // What a run takes to begin weighs less in longer ones: for those that were not looked at again as for the others.
        if before > 0.0 {
            costs.iter_mut().skip(looked).for_each(|(cost, _)| *cost *= after / before);
        }
        let mean = costs.iter().map(|(cost, _)| cost).sum::<f64>() / costs.len().max(1) as f64;
        Costs { groups: costs.into_iter().map(|(cost, name)| (name, cost)).collect(), mean }
    }

    fn per_arrival(&self, cell: &Cell) -> f64 {
        self.groups.get(&group(cell)).copied().unwrap_or(self.mean)
    }
}

fn group(cell: &Cell) -> [&str; 2] {
    [&cell.scenario.name, &cell.policy.name]
}

/// By the beginning of a run; None if that fails.
fn seconds_per_arrival(model: &Model, most: f64) -> Option<f64> {
    let (arrivals, before) = (model.arrivals(), Instant::now());
    model.run_part(most / arrivals).ok()?;
    Some(before.elapsed().as_secs_f64() / arrivals.min(most))
}
