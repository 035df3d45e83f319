//! The smallest queues: series with a start, long correlation and known means, without the engine under test.

use loadlab_core::law::{Exponential, Law};
use loadlab_core::rng::Rng;

/// Waiting times of an M/M/1 queue that starts empty, service rate 1 (Lindley's recursion).
pub(crate) fn waits(rho: f64, n: usize, rng: &mut Rng) -> Vec<f64> {
    let (service, gap) = (Exponential { mean: 1.0 }, Exponential { mean: 1.0 / rho });
    let mut wait = 0.0f64;
    (0..n)
        .map(|_| {
            let now = wait;
            wait = (wait + service.sample(rng) - gap.sample(rng)).max(0.0);
            now
        })
        .collect()
}

/// Processes in an M/M/1 queue that starts with `start` of them, averaged over intervals of the given width; service
/// rate 1. Events come at rate 1 + rho; a service that finds the queue empty changes nothing.
pub(crate) fn in_system(start: u32, rho: f64, intervals: usize, width: f64, rng: &mut Rng) -> Vec<f64> {
    let clock = Exponential { mean: 1.0 / (1.0 + rho) };
    let (mut present, mut left) = (f64::from(start), clock.sample(rng));
    (0..intervals)
        .map(|_| {
            let (mut area, mut time) = (0.0, 0.0);
            while left <= width - time {
                area += present * left;
                time += left;
                left = clock.sample(rng);
                present = if rng.chance(rho / (1.0 + rho)) { present + 1.0 } else { (present - 1.0).max(0.0) };
            }
            area += present * (width - time);
            left -= width - time;
            area / width
        })
        .collect()
}

#[test]
fn both_queues_have_the_means_of_the_theory() {
    // rho = .5: waits 1 and 1 process present in the mean; errors from 40 independent runs.
    let mut rng = Rng::new(1);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let by_wait: Vec<f64> = (0..40).map(|_| mean(&waits(0.5, 20_000, &mut rng))).collect();
    let by_count: Vec<f64> = (0..40).map(|_| mean(&in_system(1, 0.5, 1000, 20.0, &mut rng))).collect();
    for values in [by_wait, by_count] {
        let estimate = loadlab::stats::mean_interval(&values, 0.9999).unwrap();
        assert!(estimate.interval.contains(1.0), "{estimate:?}");
        assert!(estimate.interval.half_width() < 0.05);
    }
}
