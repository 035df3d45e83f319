//! One cell and metric over all its replications: mean, spread and Student's interval.

use super::{Run, Runs};
use crate::file::Experiment;
use crate::stats::{self, Estimate};
use loadlab_core::record::metric::{METRICS, Metric};

/// A metric of a cell over its replications.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The cell, by its place in the experiment.
    pub cell: usize,
    /// The metric.
    pub metric: &'static Metric,
    /// Replications in which the metric is defined.
    pub values: Vec<f64>,
    /// Mean and interval; None with fewer than two values.
    pub estimate: Option<Estimate>,
    /// The median over replications; NaN where there is no value.
    pub median: f64,
    /// The precision that the file asks for, if it does.
    pub target: Option<f64>,
    /// What must be said about it.
    pub warnings: Vec<&'static str>,
}

impl Summary {
    /// Whether the precision asked for has been reached; None where none was asked for.
    pub fn met(&self) -> Option<bool> {
        let reached = |target: f64| self.estimate.as_ref().is_some_and(|e| e.relative_half_width() <= target);
        self.target.map(reached)
    }

    /// The mean, also of a single value; NaN where there is none.
    pub fn mean(&self) -> f64 {
        match (&self.estimate, &self.values[..]) {
            (Some(estimate), _) => estimate.value,
            (None, [only]) => *only,
            _ => f64::NAN,
        }
    }
}

/// Every metric of every cell, in canonical order.
pub fn summarise(experiment: &Experiment, runs: &Runs) -> Vec<Summary> {
    let of = |k: usize| METRICS.iter().enumerate().map(move |(m, metric)| (k, m, metric));
    let all = (0..experiment.cells.len()).flat_map(of);
    all.map(|(k, m, metric)| summary(experiment, k, m, metric, runs.of(&experiment.cells[k].id))).collect()
}

fn summary(experiment: &Experiment, cell: usize, m: usize, metric: &'static Metric, runs: &[Run]) -> Summary {
    let values: Vec<f64> = runs.iter().map(|r| r.values[m]).filter(|x| x.is_finite()).collect();
    let target = experiment.stop.targets.iter().find(|t| t.metric == metric.name).map(|t| t.relative_half_width);
    let mut warnings = Vec::new();
    if values.len() < runs.len() && !values.is_empty() {
        warnings.push("undefined in some replications");
    }
    if runs.iter().any(|r| r.status == super::Status::Censored) {
        warnings.push("unfinished processes are left out");
    }
    Summary {
        cell,
        metric,
        estimate: stats::mean_interval(&values, experiment.stop.confidence).ok(),
        median: stats::quantile(&values, 0.5).unwrap_or(f64::NAN),
        values,
        target,
        warnings,
    }
}
