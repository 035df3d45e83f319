//! One cell and metric over all its replications: mean, spread, Student's interval, median, precision and doubts.

use super::doubts::Evidence;
use super::{Compared, Runs, metric_index};
use crate::file::Experiment;
use crate::stats::{self, Estimate, Interval, Kind, Target, Verdict, Warning};
use loadlab_core::record::metric::{METRICS, Metric};
use std::collections::BTreeSet;

/// A metric of a cell over its replications.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The cell, by its place in the experiment.
    pub cell: usize,
    /// The metric.
    pub metric: &'static Metric,
    /// Replications in which the metric is defined.
    pub replications: usize,
    mean: f64,
    /// Mean and interval; None with fewer than two values.
    pub estimate: Option<Estimate>,
    /// The median over replications; NaN where there is no value.
    pub median: f64,
    /// The order-statistic interval of the median; None with too few values.
    pub median_interval: Option<Interval>,
    /// The relative half width that the file asks for, if it does.
    pub target: Option<f64>,
    /// Whether it was reached, by the stopping rule's own measure; None where none was asked for.
    pub met: Option<bool>,
    /// What must be said about it.
    pub warnings: Vec<Warning>,
}

impl Summary {
    /// Whether the precision asked for has been reached; None where none was asked for.
    pub fn met(&self) -> Option<bool> {
        self.met
    }

    /// The mean, also of a single value; NaN where there is none.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Whether nothing that the file asks of this metric is open: neither its precision nor its contrast.
    pub fn resolved(&self) -> bool {
        !self.warnings.iter().any(|w| matches!(w, Warning::Unresolved { .. }))
    }

    /// The codes of the warnings, as they stand in tables.
    pub fn codes(&self) -> String {
        self.warnings.iter().map(Warning::code).collect::<Vec<_>>().join(" ")
    }
}

/// Every metric of the cells of a point, in canonical order; `compared` are the contrasts of the point.
pub(super) fn summarise(experiment: &Experiment, point: &[usize], runs: &Runs, compared: &[Compared]) -> Vec<Summary> {
    let open = open_contrasts(experiment, compared);
    let of = |k: &usize| (0..METRICS.len()).map(move |m| (*k, m)).collect::<Vec<_>>();
    let all = point.iter().flat_map(of);
    all.map(|(k, m)| summary(experiment, k, m, runs, open.contains(&(k, m)))).collect()
}

/// The cells and metrics whose contrast the file wants resolved and which is not.
fn open_contrasts(experiment: &Experiment, compared: &[Compared]) -> BTreeSet<(usize, usize)> {
    if experiment.stop.contrasts.as_ref().is_none_or(|c| c.resolve.is_none()) {
        return BTreeSet::new();
    }
    let open = |c: &&Compared| c.judged.as_ref().map_or(Verdict::Unresolved, |j| j.verdict) == Verdict::Unresolved;
    let judged = compared.iter().filter(|c| c.kind == Kind::Ratio && c.pairs > 0);
    judged.filter(open).filter_map(|c| Some((c.cell, metric_index(c.metric.name)?))).collect()
}

fn summary(experiment: &Experiment, cell: usize, m: usize, runs: &Runs, open_contrast: bool) -> Summary {
    let metric = &METRICS[m];
    let own = runs.of(&experiment.cells[cell].id);
    let values: Vec<f64> = own.iter().map(|r| r.values[m]).filter(|x| x.is_finite()).collect();
    let confidence = experiment.stop.confidence;
    let estimate = stats::mean_interval(&values, confidence).ok();
    let target = experiment.stop.targets.iter().find(|t| t.metric == metric.name).map(|t| t.relative_half_width);
    // The rule refuses a cell with undefined values; such a cell never meets its target.
    let reached = |target: f64| {
        let half = estimate.filter(|_| values.len() == own.len());
        half.is_some_and(|e| {
            Target::Relative(target).allowed(e.value).is_ok_and(|most| e.interval.half_width() <= most)
        })
    };
    let met = target.filter(|_| !own.is_empty()).map(reached);
    let asked =
        target.is_some() || experiment.stop.contrasts.iter().any(|c| c.metrics.iter().any(|n| n == metric.name));
    let mut warnings = Vec::new();
    warnings.extend((met == Some(false) || open_contrast).then_some(Warning::Unresolved { n: own.len() }));
    let replicate = &experiment.replicate;
    warnings.extend(Warning::low_floor(replicate.min as usize, replicate.max as usize).filter(|_| asked));
    warnings.extend(Evidence { experiment, cell: &experiment.cells[cell], runs: own }.doubts(metric, &values));
    Summary {
        cell,
        metric,
        replications: values.len(),
        mean: estimate.map_or(if let [only] = values[..] { only } else { f64::NAN }, |e| e.value),
        estimate,
        median: stats::quantile(&values, 0.5).unwrap_or(f64::NAN),
        median_interval: stats::quantile_interval(&values, 0.5, confidence).ok().map(|(_, interval, _)| interval),
        target,
        met,
        warnings,
    }
}

/// The warnings about some summaries, each kind once: how many of them it concerns, and its first sentence.
pub fn warning_lines(summaries: &[&Summary]) -> Vec<String> {
    let mut codes: Vec<&str> = Vec::new();
    for warning in summaries.iter().flat_map(|s| &s.warnings) {
        if !codes.contains(&warning.code()) {
            codes.push(warning.code());
        }
    }
    let line = |code: &&str| {
        let all =
            || summaries.iter().flat_map(|s| s.warnings.iter().map(move |w| (s, w))).filter(|(_, w)| w.code() == *code);
        let (first, sentence) = all().next()?;
        Some(format!("{code} ({} of {}): {}: {sentence}", all().count(), summaries.len(), first.metric.name))
    };
    codes.iter().filter_map(line).collect()
}
