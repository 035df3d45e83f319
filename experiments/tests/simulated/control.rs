//! The mean response of systems with free transfers, with a control variate.
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
use rayon::prelude::*;

/// Replications come in rounds of so many, until the standard error is `PRECISE`.
const ROUND: u64 = 12;
/// The most rounds.
const ROUNDS: u64 = 15;
/// The standard error aimed at, relative to the mean; the criterion is 0.2 %.
const PRECISE: f64 = 0.0016;

/// So many nodes, first come first served, exponential lifetimes.
pub(crate) fn many(seed: u64, count: u32, load: f64) -> System {
    System::new(seed, nodes(count, Discipline::Fcfs), load, &exponential())
}

/// The mean response at a load, and its standard error; `formula` is W of the load.
pub(crate) fn response(system: System, load: f64, policy: &dyn Policy, formula: &dyn Fn(f64) -> f64) -> Estimate {
    let h = 1e-4;
    let length = |load: f64| load * formula(load);
    let slope = (length(load + h) - length(load - h)) / (2.0 * h);
    let count = system.scenario.count() as f64;
    let measured = (6.0 * slope + 10.0) / load * (1000.0 / count).max(1.0);
    let system = system.by_time(10.0 * slope + 10.0, measured);
    let one = |replication| {
        let outcome = system.run(policy, replication);
        let length = metric(&outcome, "in_system.mean") / count;
        (length - slope * (metric(&outcome, "utilisation.mean") - load)) / load
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
