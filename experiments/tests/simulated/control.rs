//! The mean response of systems in steady state, with a control variate.
//!
//! Runs are measured by time, and W = L / λ by Little's law. The utilisation is the control: its mean is λ whatever the
//! policy, since no work is lost and none is added. L - b (utilisation - λ) has the mean of L for every constant b
//! (Law, Simulation Modeling and Analysis, section 11.4). b = dL/dλ by the formula is near the best: a system that got
//! more work than λ for a while is a system at a higher load. A wrong formula makes b worse, not the estimate biased.
//!
//! Warm-up. Euler integration of the mean-field equations from the empty state, for Threshold, Shortest, Receiver and
//! Symmetric with T = 1, 2, 3 and Lp = 1, 3, 5 at loads of .5 to .95, brings L to 0.1 % of its limit within 10 dL/dλ + 10
//! seconds. The control takes most of the rest away: where L is still low and rises, the utilisation is low.

use crate::support::{Estimate, System, exponential, metric, nodes};
use loadlab_core::Discipline;
use loadlab_core::policy::Policy;
use loadlab_core::theory::{mmk, sharing};
use loadlab_policies::{NoSharing, Threshold};
use rayon::prelude::*;

/// Replications come in rounds of so many, until the standard error is `PRECISE`.
const ROUND: u64 = 12;
/// The most rounds.
const ROUNDS: u64 = 15;
/// The standard error aimed at, relative to the mean; the criterion is 0.2 %.
const PRECISE: f64 = 0.0012;

/// So many nodes, first come first served, exponential lifetimes.
pub(crate) fn many(seed: u64, count: u32, load: f64) -> System {
    System::new(seed, nodes(count, Discipline::Fcfs), load, &exponential())
}

/// dL/dλ at a load, where `formula` is W of the load.
pub(crate) fn slope(load: f64, formula: &dyn Fn(f64) -> f64) -> f64 {
    let h = 1e-4;
    let length = |load: f64| load * formula(load);
    (length(load + h) - length(load - h)) / (2.0 * h)
}

/// Seconds of warm-up and of measurement for a system of this slope.
pub(crate) fn spans(system: &System, load: f64, slope: f64) -> (f64, f64) {
    let count = system.scenario.count() as f64;
    (10.0 * slope + 10.0, (6.0 * slope + 10.0) / load * (1000.0 / count).max(1.0))
}

/// The mean response at a load, and its standard error; `formula` is W of the load.
pub(crate) fn response(system: System, load: f64, policy: &dyn Policy, formula: &dyn Fn(f64) -> f64) -> Estimate {
    let b = slope(load, formula);
    let (warm, measured) = spans(&system, load, b);
    controlled(&system.by_time(warm, measured), load, policy, b)
}

/// The same over the window that the system has. Where policies use the CPU the utilisation is not λ: b = 0 then.
pub(crate) fn controlled(system: &System, load: f64, policy: &dyn Policy, b: f64) -> Estimate {
    let count = system.scenario.count() as f64;
    let one = |replication| {
        let outcome = system.run(policy, replication);
        let length = metric(&outcome, "in_system.mean") / count;
        (length - b * (metric(&outcome, "utilisation.mean") - load)) / load
    };
    let mut values: Vec<f64> = Vec::new();
    loop {
        let from = values.len() as u64;
        values.par_extend((from..from + ROUND).into_par_iter().map(one));
        let estimate = Estimate::of(&values);
        if estimate.error <= PRECISE * estimate.mean || from + ROUND >= ROUND * ROUNDS {
            return estimate;
        }
    }
}

/// One node without sharing is M/M/1 exactly, so a biased control, or one with the wrong sign, would show.
#[test]
fn controlled_estimates_of_mm1_have_its_mean_whatever_the_coefficient() {
    let load = 0.7;
    let w = |load| mmk::mm1_response(load).unwrap();
    let (warm, measured) = spans(&many(1, 100, load), load, slope(load, &w));
    for (seed, b) in [(2, 0.0), (3, slope(load, &w)), (4, 2.0 * slope(load, &w))] {
        let system = many(seed, 100, load).by_time(warm, measured);
        crate::support::agrees(
            format!("M/M/1 controlled by {b:.1}"),
            controlled(&system, load, &NoSharing, b),
            w(load),
        );
    }
}

/// The variance of L - b U over that of L, from the same runs: what the control is worth.
#[test]
fn the_control_takes_away_most_of_the_variance_at_high_load() {
    let load = 0.9;
    let w = |load| sharing::threshold(load, 2, 3).unwrap().response;
    let b = slope(load, &w);
    let system = many(5, 1000, load);
    let (warm, measured) = spans(&system, load, b);
    let system = system.by_time(warm, measured);
    let policy = Threshold { threshold: 2, probes: 3 };
    let runs: Vec<(f64, f64)> = (0..40u64)
        .into_par_iter()
        .map(|replication| {
            let outcome = system.run(&policy, replication);
            (metric(&outcome, "in_system.mean") / 1000.0, metric(&outcome, "utilisation.mean"))
        })
        .collect();
    let error = |b: f64| Estimate::of(&runs.iter().map(|(length, busy)| length - b * busy).collect::<Vec<_>>()).error;
    let share = (error(b) / error(0.0)).powi(2);
    println!("variance left: {share:.3}");
    // The ratio of two correlated estimates with 39 degrees of freedom each is off by less than a factor of 2.
    assert!(share < 0.5, "{share}");
}
