//! When a sweep point has enough replications: the file's targets and contrasts, put to the stopping rule of `stats`.
//!
//! All policies of a point go on together, in rounds of `batch`. The decisions are made anew from the first replication
//! on every time, so it does not matter what was run before, in which order, or how often the work was interrupted.
//! Not here: running anything, and the rule itself (`stats`).

use crate::file::Experiment;
use crate::results::{Run, metric_index, pairs, question};
use crate::stats::{Action, Family, Kind, Precision, StoppingRule, Target, replications_needed};
use std::collections::{BTreeMap, BTreeSet};

/// What to do with a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run every cell of the point up to this many replications, then ask again.
    Continue {
        /// Total, not addition.
        next: usize,
    },
    /// It has what it needs, or what it may have.
    Stop,
}

/// Whether the point needs more replications. `runs` are cells, by their places in the experiment, each with its
/// replications in order from 0; cells of other points are ignored.
pub fn decide(experiment: &Experiment, point: &str, runs: &[(usize, &[Run])]) -> Decision {
    let own = runs.iter().filter(|(cell, _)| experiment.cells[*cell].point == point);
    match replay(experiment, &own.copied().collect::<Vec<_>>()) {
        (next, true) => Decision::Continue { next },
        (_, false) => Decision::Stop,
    }
}

/// Follows the decisions from the floor on as far as there are replications: the total wanted, and whether some of
/// them are missing.
fn replay(experiment: &Experiment, point: &[(usize, &[Run])]) -> (usize, bool) {
    let replicate = &experiment.replicate;
    let (min, max, batch) = (replicate.min as usize, replicate.max as usize, replicate.batch.max(1) as usize);
    let there = point.iter().map(|(_, runs)| runs.len()).min().unwrap_or(0);
    let mut n = min;
    while n <= there {
        match judge(experiment, point, n) {
            Action::Stop => return (n, false),
            // Up to the end of a round: the floor plus a multiple of the batch.
            Action::Continue { until } => n = (min + until.saturating_sub(min).div_ceil(batch) * batch).min(max),
        }
    }
    (n, true)
}

/// How many replications the targets of a point will take, estimated from those that there are: the largest need of its
/// cells and metrics. None where there is nothing to judge by, or no number is in reach. For planning alone.
pub fn forecast(experiment: &Experiment, runs: &[(usize, &[Run])]) -> Option<usize> {
    let needed = |runs: &[Run], metric: &str, gamma: f64| {
        let values: Vec<f64> = runs.iter().filter_map(|run| run.value(metric)).collect();
        replications_needed(&values, Target::Relative(gamma), experiment.stop.confidence).ok().flatten()
    };
    let targets = &experiment.stop.targets;
    let all = runs.iter().flat_map(|(_, runs)| targets.iter().map(move |t| (runs, t)));
    let needs: Option<Vec<usize>> = all.map(|(runs, t)| needed(runs, &t.metric, t.relative_half_width)).collect();
    needs?.into_iter().max().map(|n| n.max(experiment.replicate.min as usize))
}

/// The rule that the file describes. Each metric has the full confidence: its interval is printed at that level.
fn rule(experiment: &Experiment) -> StoppingRule {
    StoppingRule {
        min: experiment.replicate.min as usize,
        max: experiment.replicate.max as usize,
        confidence: experiment.stop.confidence,
        metrics: 1,
    }
}

/// What the rule says of the first n replications.
fn judge(experiment: &Experiment, point: &[(usize, &[Run])], n: usize) -> Action {
    let contrasts = experiment.stop.contrasts.as_ref().filter(|c| c.resolve.is_some());
    let asked = contrasts.map_or(&[][..], |c| &c.metrics);
    let targets = experiment.stop.targets.iter();
    let metrics: BTreeSet<usize> =
        targets.clone().map(|t| &t.metric).chain(asked).filter_map(|name| metric_index(name)).collect();
    let column = |runs: &[Run], m: usize| -> Vec<f64> { runs[..n].iter().map(|run| run.values[m]).collect() };
    let of_cell = |(cell, runs): &(usize, &[Run])| -> Vec<((usize, usize), Vec<f64>)> {
        metrics.iter().map(|m| ((*cell, *m), column(runs, *m))).collect()
    };
    let columns: BTreeMap<(usize, usize), Vec<f64>> = point.iter().flat_map(of_cell).collect();
    let cells: Vec<usize> = point.iter().map(|(cell, _)| *cell).collect();
    let precision: Vec<Precision> = targets
        .filter_map(|t| Some((metric_index(&t.metric)?, Target::Relative(t.relative_half_width))))
        .flat_map(|(m, target)| cells.iter().map(move |cell| ((*cell, m), target)))
        .filter_map(|(key, target)| Some(Precision { values: columns.get(&key)?, target }))
        .collect();
    let family = |m: usize| Family {
        question: question(experiment, m),
        kind: Kind::Ratio,
        pairs: pairs(experiment, &cells)
            .iter()
            .filter_map(|(cell, base)| Some((&**columns.get(&(*cell, m))?, &**columns.get(&(*base, m))?)))
            .collect(),
    };
    let families: Vec<Family> = asked.iter().filter_map(|name| metric_index(name)).map(family).collect();
    rule(experiment).decide(n, &precision, &families).action
}
