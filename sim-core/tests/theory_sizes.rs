//! Nodes by lifetime: the formulas against other formulas, and against a simulation of two queues of its own.

use loadlab_core::law::{BoundedPareto, Exponential, Law, Truncated, equal_load_cutoffs, erlang};
use loadlab_core::rng::Rng;
use loadlab_core::theory::{mg1, mmk, sizes};
use std::sync::Arc;

fn heavy() -> Arc<dyn Law> {
    Arc::new(BoundedPareto::with_mean_and_max(1.0, 300.0, 1.2).expect("a law"))
}

fn near(a: f64, b: f64) {
    assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
}

#[test]
fn without_cutoffs_every_node_is_m_g_1() {
    let law = heavy();
    let (sita, tags) = (sizes::sita(0.7, &*law, &[]).unwrap(), sizes::tags(0.7, &*law, &[]).unwrap());
    near(sita.response, mg1::fcfs_response(0.7, &*law).unwrap());
    near(sita.slowdown, mg1::fcfs_slowdown(0.7, &*law).unwrap());
    assert_eq!(sita, tags);
}

#[test]
fn size_intervals_are_queues_of_the_cut_laws() {
    let (law, load) = (heavy(), 0.8);
    let cutoffs = equal_load_cutoffs(&*law, 4).unwrap();
    let ends: Vec<f64> = [&[-1.0], cutoffs.as_slice(), &[f64::INFINITY]].concat();
    let (mut response, mut slowdown) = (0.0, 0.0);
    for range in ends.windows(2) {
        let share = law.cdf(range[1]) - law.cdf(range[0]);
        let cut = Truncated::new(law.clone(), range[0], range[1]).unwrap();
        response += share * mg1::fcfs_response(load * 4.0 * share, &cut).unwrap();
        slowdown += share * mg1::fcfs_slowdown(load * 4.0 * share, &cut).unwrap();
    }
    let times = sizes::sita(load, &*law, &cutoffs).unwrap();
    near(times.response, response);
    near(times.slowdown, slowdown);
}

#[test]
fn the_least_work_left_is_m_m_k_for_exponential_lifetimes_and_has_no_mean_slowdown() {
    let times = sizes::least_work_left(8, 0.4, &Exponential { mean: 2.0 }).unwrap();
    near(times.response, 2.0 * mmk::mmk_response(8, 0.8).unwrap());
    assert_eq!(times.slowdown, f64::INFINITY);
    assert!(sizes::least_work_left(8, 0.5, &Exponential { mean: 2.0 }).is_err());
}

#[test]
fn overloaded_groups_and_cutoffs_out_of_order_are_refused() {
    let law = heavy();
    assert!(sizes::tags(0.9, &*law, &[2.0]).is_err(), "the work thrown away does not fit");
    assert!(sizes::sita(0.9, &*law, &[1.0]).is_err(), "all work above the cutoff does not fit");
    assert!(sizes::sita(0.5, &*law, &[3.0, 2.0]).is_err());
}

/// Two FCFS nodes by Lindley's recursion, in order of arrival at each: response and slowdown.
fn simulated(rate: f64, law: &dyn Law, cutoff: f64, seed: u64) -> [f64; 2] {
    let mut rng = Rng::new(seed);
    let (mut now, mut free, mut second) = (0.0, 0.0_f64, Vec::new());
    let (mut response, mut slowdown, count) = (0.0, 0.0, 400_000);
    for _ in 0..count {
        now -= libm::log(1.0 - rng.unit()) / (2.0 * rate);
        let life = law.sample(&mut rng);
        free = free.max(now) + life.min(cutoff);
        if life > cutoff {
            second.push((free, life, now));
        } else {
            response += free - now;
            slowdown += (free - now) / life;
        }
    }
    // They leave the first node in order.
    let mut free = 0.0_f64;
    for (at, life, born) in second {
        free = free.max(at) + life;
        response += free - born;
        slowdown += (free - born) / life;
    }
    [response / f64::from(count), slowdown / f64::from(count)]
}

/// The second node's stream is smoother than Poisson: the formula is a little high. It is within a tenth where the second
/// node has few of many processes.
#[test]
fn restarting_at_a_cutoff_is_within_a_tenth_of_its_approximation_for_heavy_tails() {
    let law = heavy();
    let (rate, cutoff) = (0.4, 4.0);
    let theory = sizes::tags(rate, &*law, &[cutoff]).unwrap();
    let runs: Vec<[f64; 2]> = (0..8).map(|seed| simulated(rate, &*law, cutoff, 40 + seed)).collect();
    for (k, theory) in [theory.response, theory.slowdown].into_iter().enumerate() {
        let mean = runs.iter().map(|r| r[k]).sum::<f64>() / 8.0;
        let error = (runs.iter().map(|r| (r[k] - mean) * (r[k] - mean)).sum::<f64>() / 7.0 / 8.0).sqrt();
        assert!(error < 0.02 * mean, "too noisy: {mean} +- {error}");
        assert!((mean - theory).abs() < 0.1 * theory + 4.0 * error, "{mean} +- {error} against {theory}");
    }
}

/// Exponential lifetimes of mean 1, no cutoff reached by most: with the cutoff far out TAGS is the first node alone.
#[test]
fn a_cutoff_that_nothing_reaches_leaves_one_node() {
    let law = erlang(4, 1.0).unwrap();
    let times = sizes::tags(0.3, &law, &[60.0]).unwrap();
    near(times.response, mg1::fcfs_response(0.6, &law).unwrap());
}
