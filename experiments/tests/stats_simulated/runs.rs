//! Single long runs and tails: batch means, regenerative ratios, the run length formula, tail estimates.

use super::draws::{Draw, normal};
use super::queues::waits;
use super::share;
use loadlab::stats::*;
use loadlab_core::rng::Rng;

/// AR(1) with coefficient phi, unit innovations, started in its stationary law.
fn ar1(phi: f64, n: usize, rng: &mut Rng) -> Vec<f64> {
    let mut x = normal(rng) / (1.0 - phi * phi).sqrt();
    (0..n)
        .map(|_| {
            x = phi * x + normal(rng);
            x
        })
        .collect()
}

#[test]
fn batch_means_of_an_autoregressive_run_see_its_variance_of_the_mean() {
    // phi = .9: n Var(mean) / Var(x) -> (1 + phi) / (1 - phi) = 19. Estimated here as size * s_batch^2 / Var(x).
    let (phi, n, runs) = (0.9, 40_000, 200);
    let mut rng = Rng::new(1);
    let variance = 1.0 / (1.0 - phi * phi);
    let (mut covered, mut accepted, mut factors) = (0, 0, Moments::default());
    for _ in 0..runs {
        let Ok(result) = batch_means(&ar1(phi, n, &mut rng), 0.95) else { continue };
        accepted += 1;
        covered += usize::from(result.estimate.interval.contains(0.0));
        factors.push(result.size as f64 * result.estimate.sd.powi(2) / variance);
    }
    assert!(accepted >= 190, "white batch means are refused about once in 400 runs: {accepted} of {runs}");
    let (mean, error) = (factors.mean().unwrap(), factors.sd().unwrap() / f64::from(accepted as u32).sqrt());
    // Batches of 1 000 see 19 - 2 phi / (1 - phi)^2 / 1 000 = 18.82.
    assert!((mean - 18.82).abs() < 4.0 * error, "{mean} +- {error}");
    let (p, _) = share(covered, accepted);
    assert!((p - 0.95).abs() < 4.0 * (0.95 * 0.05 / accepted as f64).sqrt(), "coverage {p}");
}

#[test]
fn batches_that_are_too_short_for_the_correlation_are_refused() {
    let mut rng = Rng::new(2);
    let refused = (0..100).filter(|_| batch_means(&ar1(0.99, 2000, &mut rng), 0.95).is_err()).count();
    assert!(refused > 50, "batches of 50 of a series that remembers 100 steps: {refused} of 100 refused");
}

#[test]
fn regenerative_cycles_of_a_queue_give_its_mean_wait() {
    // M/M/1 with rho = .5 and service rate 1 waits 1 in the mean; a cycle begins with a process that does not wait.
    let (runs, mut covered) = (300, 0);
    let mut rng = Rng::new(3);
    for _ in 0..runs {
        let (mut totals, mut sizes) = (Vec::new(), Vec::new());
        for wait in waits(0.5, 20_000, &mut rng) {
            if wait == 0.0 {
                totals.push(0.0);
                sizes.push(0.0);
            }
            *totals.last_mut().unwrap() += wait;
            *sizes.last_mut().unwrap() += 1.0;
        }
        // The last cycle is cut off by the end of the run.
        totals.pop();
        sizes.pop();
        let estimate = ratio_interval(&totals, &sizes, 0.95).unwrap();
        covered += usize::from(estimate.interval.contains(1.0));
    }
    let (p, _) = share(covered, runs);
    assert!((p - 0.95).abs() < 4.0 * (0.95f64 * 0.05 / runs as f64).sqrt(), "coverage {p}");
}

#[test]
fn the_asymptotic_variance_of_waits_agrees_with_a_simulated_queue() {
    let (runs, n) = (400, 20_000);
    for (rho, seed) in [(0.3, 4), (0.5, 5)] {
        let mut rng = Rng::new(seed);
        let means: Vec<f64> = (0..runs).map(|_| waits(rho, n, &mut rng).iter().sum::<f64>() / n as f64).collect();
        let simulated = n as f64 * Moments::of(&means).variance().unwrap();
        let theory = mm1_wait_constant(rho).unwrap();
        // The relative error of a variance of 400 normal values is sqrt(2 / 399).
        assert!((simulated / theory - 1.0).abs() < 4.0 * (2.0f64 / 399.0).sqrt(), "{simulated} against {theory}");
    }
}

#[test]
fn run_lengths_agree_with_the_published_order() {
    assert!((mm1_wait_constant(0.5).unwrap() - 29.0).abs() < 1e-12);
    assert!((mm1_wait_constant(0.8).unwrap() - 1976.0).abs() < 1e-9);
    assert!((mm1_wait_constant(0.9).unwrap() - 35_901.0).abs() < 1e-6);
    let table = [(0.5, 45e3), (0.7, 95e3), (0.8, 190e3), (0.9, 681e3), (0.95, 2.6e6), (0.99, 62e6)];
    for (rho, processes) in table {
        let needed = mm1_processes_needed(rho, 0.05, 0.95).unwrap();
        assert!((needed / processes - 1.0).abs() < 0.02, "rho {rho}: {needed}");
    }
}

#[test]
fn a_run_of_the_computed_length_reaches_its_precision() {
    // 95 % of means over the computed number of processes lie within 10 % of the true wait, rho = .5.
    let n = mm1_processes_needed(0.5, 0.1, 0.95).unwrap().ceil() as usize;
    let (runs, mut rng) = (1000, Rng::new(6));
    let within = (0..runs).filter(|_| {
        let mean = waits(0.5, n, &mut rng).iter().sum::<f64>() / n as f64;
        (mean - 1.0).abs() <= 0.1
    });
    let (p, error) = share(within.count(), runs);
    assert!((p - 0.95).abs() < 0.01 + 3.0 * error, "{p}");
}

#[test]
fn tail_estimates_of_exact_pareto_values_are_right_within_the_errors_they_state() {
    let (runs, n, k) = (400, 2000, 200);
    for (alpha, seed) in [(1.1, 7), (1.5, 8), (3.0, 9)] {
        let mut rng = Rng::new(seed);
        let (mut by_hill, mut by_slope) = (Moments::default(), Moments::default());
        for _ in 0..runs {
            let values: Vec<f64> = (0..n).map(|_| rng.unit().powf(-1.0 / alpha)).collect();
            by_hill.push(hill(&values, k).unwrap().alpha);
            by_slope.push(survival_slope(&values, k).unwrap().alpha);
        }
        // k / Gamma(k) has mean alpha k / (k - 1) exactly; the slope's remaining bias is of order ln(k) / k.
        for (moments, centre, slack, sd) in [
            (by_hill, alpha * k as f64 / (k - 1) as f64, 0.0, alpha / (k as f64).sqrt()),
            (by_slope, alpha, 0.01 * alpha, alpha * (2.0 / k as f64).sqrt()),
        ] {
            let error = sd / f64::from(runs).sqrt();
            assert!((moments.mean().unwrap() - centre).abs() < slack + 4.0 * error, "{alpha}: {moments:?}");
            assert!((moments.sd().unwrap() / sd - 1.0).abs() < 0.2, "stated error {sd}: {moments:?}");
        }
    }
}

#[test]
fn the_longest_percent_of_bounded_pareto_processes_carries_the_share_that_the_law_says() {
    // P(X > q) = .01, then E[X; X > q] / E[X] for Pareto bounded to 1 .. 10^4 with index 1.1: about 43 %.
    let (alpha, high) = (1.1f64, 1e4f64);
    let rest = high.powf(-alpha);
    let q = (0.01 * (1.0 - rest) + rest).powf(-1.0 / alpha);
    let share = (q.powf(1.0 - alpha) - high.powf(1.0 - alpha)) / (1.0 - high.powf(1.0 - alpha));
    assert!((share - 0.43).abs() < 0.005, "{share}");
    let mut rng = Rng::new(10);
    let shares: Vec<f64> = (0..50)
        .map(|_| {
            let values: Vec<f64> = (0..20_000).map(|_| Draw::BoundedPareto(high).sample(&mut rng)).collect();
            top_share(&values, 0.01).unwrap()
        })
        .collect();
    assert!(mean_interval(&shares, 0.9999).unwrap().interval.contains(share), "{:?}", mean_interval(&shares, 0.9999));
}
