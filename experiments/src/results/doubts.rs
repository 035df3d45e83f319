//! The warnings about a metric of a cell, from its runs and from the law that it declares.
//!
//! Not here: the rules themselves (`stats`), and which target or contrast was missed (`summary`).

use super::run::Status;
use super::{Run, metric_index};
use crate::file::{Cell, Experiment, Warmup};
use crate::moments;
use crate::stats::{Refused, Warning};
use loadlab_core::record::metric::{Better, METRICS, Metric};

/// How far the realised offered load may be from the nominal one, as a fraction of it.
const OFFERED_LOAD: f64 = 0.05;
/// Metrics that are percentiles inside each run, and which.
const PERCENTILES: [(&str, f64); 6] = [
    ("response.p50", 0.5),
    ("response.p90", 0.9),
    ("response.p95", 0.95),
    ("response.p99", 0.99),
    ("slowdown.p95", 0.95),
    ("slowdown.p99", 0.99),
];
/// Metrics that are sums of responses.
const SUMS: [&str; 2] = ["response.mean", "delay.mean"];

/// One cell's runs, and what is asked of them.
pub(super) struct Evidence<'a> {
    pub(super) experiment: &'a Experiment,
    pub(super) cell: &'a Cell,
    pub(super) runs: &'a [Run],
}

impl Evidence<'_> {
    /// Every doubt about a metric, whose defined values are given.
    pub(super) fn doubts(&self, metric: &'static Metric, values: &[f64]) -> Vec<Warning> {
        if values.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let missing = self.runs.len() - values.len();
        found.extend((missing > 0).then_some(Warning::Undefined { n: missing }));
        if metric.better != Better::Neither {
            let censored = self.runs.iter().filter(|r| r.status == Status::Censored).count();
            found.extend((censored > 0).then_some(Warning::Censored { n: censored }));
            found.extend(self.warmup_late());
        }
        if metric.better != Better::Neither || metric.name == "offered_load.realised" {
            found.extend(self.offered_load());
        }
        found.extend(moments::doubt(self.cell, metric.name));
        if SUMS.contains(&metric.name) {
            found.extend(self.heavy_tail());
            found.extend(self.largest_process());
        }
        found.extend(self.percentile(metric.name).ok().flatten());
        found.extend(Warning::skewed(values).ok().flatten());
        found
    }

    /// The values of another metric over the runs.
    fn column(&self, name: &str) -> Vec<f64> {
        let m = metric_index(name).filter(|m| *m < METRICS.len());
        m.map_or(Vec::new(), |m| self.runs.iter().map(|run| run.values[m]).collect())
    }

    fn mean(&self, name: &str) -> Option<f64> {
        let values: Vec<f64> = self.column(name).into_iter().filter(|x| x.is_finite()).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    fn warmup_late(&self) -> Option<Warning> {
        if self.experiment.warmup != Warmup::Mser5 {
            return None;
        }
        let (left_out, measured) = (self.mean("warmup.processes")?, self.mean("processes.completed")?);
        Warning::warmup_late(left_out, left_out + measured)
    }

    fn offered_load(&self) -> Option<Warning> {
        let nominal = self.cell.scenario.args.maybe_number("offered_load")?;
        Warning::offered_load(self.mean("offered_load.realised")?, nominal, OFFERED_LOAD)
    }

    /// The tail index over all runs: the mean of 1 / alpha, since each 1 / alpha is a mean over the largest values.
    fn heavy_tail(&self) -> Option<Warning> {
        let inverse: Vec<f64> =
            self.column("response.hill").iter().map(|a| 1.0 / a).filter(|x| x.is_finite()).collect();
        let least = self.runs.iter().map(|run| run.processes).min()?;
        let alpha = inverse.len() as f64 / inverse.iter().sum::<f64>();
        Warning::heavy_tail(alpha, least.isqrt() as usize * inverse.len(), least as usize)
    }

    /// Whether the greatest response of all runs makes too much of the sum over all runs.
    fn largest_process(&self) -> Option<Warning> {
        let largest = self.column("response.max").into_iter().filter(|x| x.is_finite()).fold(0.0, f64::max);
        let (means, counts) = (self.column("response.mean"), self.column("processes.completed"));
        let sum: f64 = means.iter().zip(&counts).map(|(mean, n)| mean * n).filter(|x| x.is_finite()).sum();
        Warning::largest_process(largest, sum)
    }

    fn percentile(&self, metric: &str) -> Result<Option<Warning>, Refused> {
        let Some((_, p)) = PERCENTILES.iter().find(|(name, _)| *name == metric) else { return Ok(None) };
        let least = self.runs.iter().map(|run| run.processes).min().unwrap_or(0);
        Warning::quantile_is_maximum(*p, least as usize)
    }
}
