//! How many replications the targets of an experiment will probably take, before they are run.
//!
//! A point with ten replications or more is judged by them: the need n with t s / sqrt(n) within the target. One without
//! is judged by the asymptotic variance of the M/M/1 queue of the same offered load, which is a guide for any queue of
//! variable service; a policy that balances well needs less. Not here: the rule that really stops (`stopping`).

use crate::file::Cell;
use crate::file::experiment::Target;
use crate::model::Model;
use crate::results::Finished;
use crate::runner::{Survey, Work};
use crate::stats;
use crate::stopping;
use crate::store::StoreError;

/// Replications from which on the runs themselves say how many are needed.
const LEAST: u64 = 10;
/// Families of metrics whose spread follows from that of the wait.
const QUEUEING: [&str; 4] = ["response", "slowdown", "delay", "in_system"];

/// What a point will need, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Need {
    /// By its own replications; None where no number is in reach.
    Runs(Option<u64>),
    /// By the M/M/1 queue.
    Queue(u64),
    /// There is nothing to judge it by.
    Unknown,
}

/// The needs of all points.
pub(super) struct Forecast(Vec<Need>);

impl Forecast {
    /// Of the points of a plan; without targets nothing is needed.
    pub(super) fn of(work: &Work<'_>, survey: &Survey) -> Result<Forecast, StoreError> {
        let points = 0..work.plan.points.len();
        points.map(|at| need(work, survey, at)).collect::<Result<_, _>>().map(Forecast)
    }

    /// How many replications a point will probably get.
    pub(super) fn replications(&self, work: &Work<'_>, survey: &Survey, at: usize) -> u64 {
        let (now, cap) = (survey.replications[at], super::pilot::cap(work, survey, at));
        match self.0[at] {
            Need::Runs(Some(n)) | Need::Queue(n) => n.clamp(now, cap),
            Need::Runs(None) => cap,
            Need::Unknown => now,
        }
    }

    /// The need of the widest point, and what it is known by.
    pub(super) fn words(&self) -> String {
        let count = |wanted: fn(&Need) -> bool| self.0.iter().filter(|need| wanted(need)).count();
        let by = [
            (count(|n| matches!(n, Need::Runs(_))), "by their runs"),
            (count(|n| matches!(n, Need::Queue(_))), "by the M/M/1 queue of their offered load"),
            (count(|n| *n == Need::Unknown), "not judged beforehand"),
        ];
        let by = by.iter().filter(|(n, _)| *n > 0).map(|(n, how)| format!("{n} {how}"));
        let by = by.collect::<Vec<_>>().join(", ");
        let beyond = self.0.contains(&Need::Runs(None));
        let widest = self.0.iter().filter_map(|need| match need {
            Need::Runs(n) => *n,
            Need::Queue(n) => Some(*n),
            Need::Unknown => None,
        });
        match widest.max().filter(|_| !beyond) {
            Some(n) => format!("about {n} replications at the most demanding point ({by})"),
            None if beyond => format!("more replications than can be told at some point ({by})"),
            None => format!("no forecast ({by})"),
        }
    }

    /// Targets that `max` replications will hardly reach.
    pub(super) fn warnings(&self, work: &Work<'_>) -> Vec<String> {
        let targets = work.experiment.stop.targets.iter();
        targets.filter_map(|target| out_of_reach(work, target)).chain(self.short(work)).collect()
    }

    /// Points whose own runs say that they need more replications than `max`: how many, and the worst.
    fn short(&self, work: &Work<'_>) -> Option<String> {
        let need = |(at, need): (usize, &Need)| match need {
            Need::Runs(n) => Some((n.unwrap_or(u64::MAX), at)),
            _ => None,
        };
        let beyond = self.0.iter().enumerate().filter_map(need).filter(|(n, _)| *n > work.experiment.replicate.max);
        let points = beyond.clone().count();
        let (need, at) = beyond.max()?;
        let cell = &work.experiment.cells[work.plan.points[at].cells[0]].id;
        let many = if need == u64::MAX { "more than can be told".to_owned() } else { format!("about {need}") };
        Some(format!(
            "by the runs that are there, the targets of {points} points need more replications than `max`: that of cell \
             {cell} {many} replications"
        ))
    }
}

fn need(work: &Work<'_>, survey: &Survey, at: usize) -> Result<Need, StoreError> {
    let (point, targets) = (&work.plan.points[at], &work.experiment.stop.targets);
    if targets.is_empty() {
        return Ok(Need::Unknown);
    }
    if survey.done[at] >= LEAST * point.cells.len() as u64 {
        let limits = point.cells.iter().map(|cell| (*cell, survey.replications[at]));
        let runs = Finished::new(work.store, work.experiment, limits).load(&point.cells)?;
        let of: Vec<_> = point.names.iter().map(|k| (*k, runs.of(&work.experiment.cells[*k].id))).collect();
        return Ok(Need::Runs(stopping::forecast(work.experiment, &of).map(|n| n as u64)));
    }
    let replications = |k: &usize, target: &Target| {
        let model = &work.models[*k];
        let processes = processes(work, target, &work.experiment.cells[*k])?;
        Some((processes / model.arrivals()).ceil() as u64)
    };
    let all = point.cells.iter().flat_map(|k| targets.iter().filter_map(move |target| replications(k, target)));
    Ok(all.max().map_or(Need::Unknown, |n| Need::Queue(n.max(work.experiment.replicate.min))))
}

/// Processes after which an M/M/1 queue of a cell's offered load meets a target; None where that says nothing of it.
fn processes(work: &Work<'_>, target: &Target, cell: &Cell) -> Option<f64> {
    let family = target.metric.split('.').next().unwrap_or("");
    let load = cell.scenario.args.maybe_number("offered_load").filter(|_| QUEUEING.contains(&family))?;
    stats::mm1_processes_needed(load, target.relative_half_width, work.experiment.stop.confidence).ok()
}

/// A target that all replications allowed will hardly reach, judged by the M/M/1 queue: one sentence on its worst cell.
fn out_of_reach(work: &Work<'_>, target: &Target) -> Option<String> {
    let lack = |(cell, model): (&Cell, &Model)| {
        let needed = processes(work, target, cell)?;
        let most = model.arrivals() * work.experiment.replicate.max as f64;
        (needed > most).then(|| (needed / most, cell.id.clone(), needed, most))
    };
    let all = work.experiment.cells.iter().zip(work.models).filter_map(lack);
    let (_, cell, needed, most) = all.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(format!(
        "{} to {} % is probably out of reach: in cell {cell} an M/M/1 queue of this offered load needs {needed:.1e} \
         processes, and `max` replications have {most:.1e}",
        target.metric,
        target.relative_half_width * 100.0
    ))
}
