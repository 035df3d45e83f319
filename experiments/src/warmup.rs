//! The warm-up under MSER-5: a pilot of the first `min` replications of every policy of a point, one truncation point
//! for all of them, and models that leave out what arrived before it.
//!
//! The pilot keeps only the number in the system along the run. The replications that are measured afterwards are made
//! from the same seeds, so they are the same runs, measured later. Not here: the rule (`stats`), the series (`record`).

use crate::file::{Cell, Experiment, Warmup};
use crate::model::Model;
use crate::results::points;
use crate::runner::{Failure, describe};
use crate::stats::{shared_truncation, welch_curve};
use loadlab_core::record::Series;
use loadlab_core::scenario::Warmup as LeftOut;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shorter runs than this, in processes, say nothing about their beginning.
pub(crate) const SHORTEST: u64 = 100;
/// Observations per batch of the rule: MSER-5.
const BATCH: usize = 5;

/// What the runner lends: the seed of a cell, the processes that stored runs of a cell left out, and the wish to stop.
pub struct Means<'a> {
    /// The seed of a cell.
    pub seed: &'a (dyn Fn(&Cell) -> u64 + Sync),
    /// The metric `warmup.processes` of any stored run of a cell: the point was frozen then, and needs no pilot now.
    pub stored: &'a dyn Fn(&Cell) -> Option<u64>,
    /// Whether to give up.
    pub stop: &'a AtomicBool,
}

/// Sets what the models of the wanted cells leave out, where the file asks for MSER-5. Models are in the order of the
/// cells. The pilot runs every policy of a point, wanted or not, or the point would depend on what else is run.
pub fn freeze(
    experiment: &Experiment,
    models: &mut [Model],
    wanted: &[usize],
    means: &Means<'_>,
) -> Result<(), Failure> {
    if experiment.warmup != Warmup::Mser5 {
        return Ok(());
    }
    for point in points(experiment).iter().filter(|point| point.iter().any(|k| wanted.contains(k))) {
        let stored = point.iter().find_map(|k| (means.stored)(&experiment.cells[*k]));
        let processes = match stored {
            Some(processes) => processes,
            None => truncation(&pilot(experiment, models, point, means)?),
        };
        for k in point {
            models[*k].scenario.window.warmup =
                if processes == 0 { LeftOut::None } else { LeftOut::Processes(processes) };
            models[*k].scenario.window.series = false;
        }
    }
    Ok(())
}

/// The series of the first `min` replications, by policy.
fn pilot(
    experiment: &Experiment,
    models: &[Model],
    point: &[usize],
    means: &Means<'_>,
) -> Result<Vec<Vec<Series>>, Failure> {
    let min = experiment.replicate.min;
    let jobs: Vec<(usize, u64)> = point.iter().flat_map(|k| (0..min).map(move |r| (*k, r))).collect();
    let one = |(k, replication): &(usize, u64)| {
        if means.stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        let cell = &experiment.cells[*k];
        let outcome = models[*k].run((means.seed)(cell), *replication).map_err(|error| {
            let place = format!("{}, replication {replication}, pilot of the warm-up", describe(cell));
            Failure::Run { place, error }
        })?;
        Ok(outcome.series.unwrap_or_default())
    };
    let series: Vec<Series> = jobs.par_iter().with_max_len(1).map(one).collect::<Result<_, _>>()?;
    Ok(series.chunks(min as usize).map(<[Series]>::to_vec).collect())
}

/// The processes to leave out: the latest point that MSER-5 chooses over the policies' averages. Where the series are
/// too short to judge it is half of them, which the warning `warmup-late` reports.
pub fn truncation(policies: &[Vec<Series>]) -> u64 {
    let all = || policies.iter().flatten();
    // Runs of a fixed time differ in their arrivals, and so in their batches: the largest is a multiple of all.
    let batch = all().map(Series::batch).max().unwrap_or(1);
    let shortest = all().map(Series::arrivals).min().unwrap_or(0);
    let average = |replications: &Vec<Series>| {
        let means: Vec<Vec<f64>> = replications.iter().map(|s| s.means(batch)).collect();
        welch_curve(&means.iter().map(Vec::as_slice).collect::<Vec<_>>(), 0)
    };
    let averages: Result<Vec<Vec<f64>>, _> = policies.iter().map(average).collect();
    let chosen =
        averages.and_then(|averages| shared_truncation(&averages.iter().map(Vec::as_slice).collect::<Vec<_>>(), BATCH));
    match chosen {
        Ok((truncation, _)) if shortest >= SHORTEST => truncation.cut as u64 * batch,
        _ => shortest.div_ceil(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: impl Iterator<Item = f64>) -> Series {
        let mut series = Series::default();
        values.for_each(|x| series.add(x));
        series
    }

    /// A start at `start` that decays over about 100 arrivals to a level of 5 with a deterministic ripple.
    fn decaying(start: f64, n: u64) -> Series {
        series((0..n).map(|k| (5.0 + start * libm::exp(-(k as f64) / 100.0)).round() + ((k * 7919) % 3) as f64))
    }

    #[test]
    fn the_latest_policy_decides_and_the_order_of_policies_does_not_matter() {
        let (steady, loaded) = (vec![decaying(0.0, 2000)], vec![decaying(200.0, 2000)]);
        let alone = truncation(std::slice::from_ref(&loaded));
        assert!((200..1000).contains(&alone), "{alone}");
        assert!(truncation(std::slice::from_ref(&steady)) < 50);
        assert_eq!(truncation(&[steady.clone(), loaded.clone()]), alone);
        assert_eq!(truncation(&[loaded, steady]), alone);
    }

    #[test]
    fn replications_with_different_batches_are_compared_in_the_larger_one() {
        let (short, long) = (decaying(200.0, 2000), decaying(200.0, 2200));
        assert_ne!(short.batch(), long.batch());
        let both = truncation(&[vec![short, long.clone()]]);
        assert!(both.abs_diff(truncation(&[vec![long]])) <= 20, "{both}");
    }

    #[test]
    fn a_series_that_never_settles_is_cut_in_its_middle() {
        let ramp = series((0..2000u32).map(f64::from));
        assert_eq!(truncation(&[vec![ramp]]), 1000);
        let short = series((0..20u32).map(f64::from));
        assert_eq!(truncation(&[vec![short]]), 10);
    }
}
