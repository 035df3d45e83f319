//! Intervals from within one long run: batch means and regenerative cycles, for means over processes.
//!
//! What is kept does not grow with the run, but for the processes that arrive during the longest stay. Not here: the
//! estimators (`stats`), and when to trust one run (docs/METHOD.md).

use super::{Column, number};
use crate::stats::{BatchMeans, Estimate, PairMoments, Refused, batch_means, ratio_of};
use loadlab_core::process::Process;
use loadlab_core::record::{Exit, Moved, Series, Sink};
use loadlab_core::{NodeId, Time};
use std::collections::BTreeMap;

const fn column(name: &'static str, unit: &'static str, doc: &'static str) -> Column {
    Column { name, unit, doc }
}

/// One row per metric and method.
pub(super) const COLUMNS: &[Column] = &[
    column("metric", "", "the metric, a mean over the measured processes that received their lifetime"),
    column("method", "", "`batch-means`, or `regenerative`: cycles that begin with an arrival at an empty system"),
    column("mean", "", "mean over batches, or sum over cycles / processes in cycles, in the unit of the metric"),
    column("ci_low", "", "lower end of its interval"),
    column("ci_high", "", "its upper end"),
    column("confidence", "1", "its confidence"),
    column("parts", "1", "batches or cycles that it stands on"),
    column("batch_size", "1", "processes per batch; empty for cycles, which differ in length"),
    column("lag1", "1", "lag-1 autocorrelation of the batch means; empty for cycles, which are independent"),
    column("note", "", "why there is no interval"),
];

/// The metrics, in the order of [`Stay::values`].
const METRICS: [&str; 3] = ["response.mean", "slowdown.mean", "delay.mean"];
/// Fewer cycles than this make the interval of the ratio too narrow.
const FEWEST_CYCLES: u64 = 30;

/// A process that has left.
#[derive(Clone, Copy, Debug)]
struct Stay {
    arrival: f64,
    exit: f64,
    lifetime: f64,
    measured: bool,
    done: bool,
}

impl Stay {
    /// Response, slowdown and delay; no slowdown of a lifetime of 0.
    fn values(&self) -> [Option<f64>; 3] {
        let response = self.exit - self.arrival;
        [Some(response), (self.lifetime > 0.0).then_some(response / self.lifetime), Some(response - self.lifetime)]
    }
}

/// What one run says about its own means.
#[derive(Debug)]
pub struct SingleRun {
    /// Those that have left before an earlier arrival did, by number.
    waiting: BTreeMap<u64, Stay>,
    /// The number of the next process in order of arrival.
    next: u64,
    /// When the last of those before it left: if it arrives later, the system is empty.
    latest: f64,
    series: [Series; 3],
    /// Sum and count of each metric in the present cycle; None until the first cycle of the window begins.
    cycle: Option<[(f64, f64); 3]>,
    cycles: [PairMoments; 3],
}

impl Default for SingleRun {
    fn default() -> Self {
        SingleRun {
            waiting: BTreeMap::new(),
            next: 0,
            latest: f64::NEG_INFINITY,
            series: Default::default(),
            cycle: None,
            cycles: Default::default(),
        }
    }
}

impl SingleRun {
    /// Takes in everything that has left, in order of arrival, up to the first process that has not.
    fn settle(&mut self) {
        while let Some(stay) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.take(stay);
        }
    }

    fn take(&mut self, stay: Stay) {
        let empty = stay.arrival >= self.latest;
        self.latest = self.latest.max(stay.exit);
        if empty || !stay.measured {
            // A cycle that the horizon cuts off is none.
            if let Some(cycle) = self.cycle.take().filter(|_| empty) {
                self.cycles.iter_mut().zip(cycle).for_each(|(pairs, (sum, count))| pairs.push(sum, count));
            }
            self.cycle = stay.measured.then(Default::default);
        }
        if !stay.measured || !stay.done {
            return;
        }
        for (m, value) in stay.values().into_iter().enumerate() {
            let Some(value) = value else { continue };
            self.series[m].add(value);
            if let Some(cycle) = &mut self.cycle {
                cycle[m] = (cycle[m].0 + value, cycle[m].1 + 1.0);
            }
        }
    }

    /// The run has ended: those behind a process that never left are taken in as well, but start no cycles.
    pub fn end(&mut self) {
        while let Some(first) = self.waiting.keys().next().copied() {
            if first != self.next {
                (self.next, self.latest) = (first, f64::INFINITY);
            }
            self.settle();
        }
    }

    /// Batch means of a metric, by its place among `response.mean`, `slowdown.mean`, `delay.mean`.
    pub fn batches(&self, metric: usize, confidence: f64) -> Result<BatchMeans, Refused> {
        let series = &self.series[metric];
        let result = batch_means(&series.means(series.batch()), confidence)?;
        Ok(BatchMeans { size: result.size * series.batch() as usize, ..result })
    }

    /// The ratio over regenerative cycles of the same metric.
    pub fn regenerative(&self, metric: usize, confidence: f64) -> Result<Estimate, Refused> {
        let pairs = &self.cycles[metric];
        let cycles = pairs.parts().0.count();
        if cycles < FEWEST_CYCLES {
            return Err(Refused::TooFew { needed: FEWEST_CYCLES as usize, got: cycles as usize });
        }
        ratio_of(pairs, confidence)
    }

    /// The rows of the table, without identity.
    pub(super) fn rows(&self, confidence: f64) -> Vec<Vec<String>> {
        let rows = (0..METRICS.len()).flat_map(|m| {
            let batches = self.batches(m, confidence);
            let own = batches.as_ref().ok().map(|b| (b.size.to_string(), number(b.lag1)));
            let batches = batches.map(|b| b.estimate);
            [
                row(METRICS[m], "batch-means", batches, confidence, own.unwrap_or_default()),
                row(METRICS[m], "regenerative", self.regenerative(m, confidence), confidence, Default::default()),
            ]
        });
        rows.collect()
    }
}

fn row(
    metric: &str,
    method: &str,
    estimate: Result<Estimate, Refused>,
    confidence: f64,
    (size, lag1): (String, String),
) -> Vec<String> {
    let of = |f: fn(&Estimate) -> f64| estimate.as_ref().map_or(String::new(), |e| number(f(e)));
    vec![
        metric.to_owned(),
        method.to_owned(),
        of(|e| e.value),
        of(|e| e.interval.low),
        of(|e| e.interval.high),
        number(confidence),
        estimate.as_ref().map_or(String::new(), |e| e.n.to_string()),
        size,
        lag1,
        estimate.as_ref().err().map_or(String::new(), |refused| refused.to_string().replace([',', '"'], ";")),
    ]
}

impl Sink for SingleRun {
    fn exit(&mut self, process: &Process, now: Time, how: Exit) {
        let stay = Stay {
            arrival: process.arrival.seconds(),
            exit: now.seconds(),
            lifetime: process.lifetime,
            measured: process.measured,
            done: how == Exit::Done,
        };
        self.waiting.insert(process.index, stay);
        self.settle();
    }

    fn load(&mut self, _: NodeId, _: u32, _: Time) {}

    fn transfer(&mut self, _: &Process, _: &Moved) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(stays: &[(u64, f64, f64, bool)]) -> SingleRun {
        let mut single = SingleRun::default();
        for &(index, arrival, exit, measured) in stays {
            single.waiting.insert(index, Stay { arrival, exit, lifetime: 1.0, measured, done: true });
            single.settle();
        }
        single.end();
        single
    }

    #[test]
    fn cycles_begin_with_arrivals_at_an_empty_system_and_those_cut_off_are_left_out() {
        // In order of exit. Stays: [0, 2], [1, 5], [3, 4] overlap; [6, 7] stands alone; [8, ...] is cut off by the horizon.
        let stays = [(0, 0.0, 2.0, true), (2, 3.0, 4.0, true), (1, 1.0, 5.0, true), (3, 6.0, 7.0, true)];
        let single = fed(&[&stays[..], &[(5, 8.5, 9.0, false), (4, 8.0, 10.0, true)]].concat());
        let (sums, counts) = single.cycles[0].parts();
        assert_eq!((sums.count(), sums.mean(), counts.mean()), (2, Some((2.0 + 4.0 + 1.0 + 1.0) / 2.0), Some(2.0)));
        assert_eq!(single.series[0].arrivals(), 5, "the last process is measured, though its cycle is not");
    }

    #[test]
    fn behind_a_process_that_never_leaves_nothing_counts_as_empty() {
        let single = fed(&[(0, 0.0, 1.0, true), (2, 3.0, 4.0, true), (3, 5.0, 6.0, true)]);
        assert_eq!((single.cycles[0].parts().0.count(), single.series[0].arrivals()), (0, 3));
    }

    #[test]
    fn a_cycle_that_began_before_the_window_is_left_out() {
        let single = fed(&[(0, 0.0, 2.0, false), (1, 1.0, 3.0, true), (2, 4.0, 5.0, true), (3, 6.0, 7.0, true)]);
        assert_eq!(single.cycles[0].parts().0.count(), 1);
    }
}
