//! Shortest, Receiver, Symmetric, push and pull at rates, join-idle-queue: many nodes against the mean field, few
//! against its refinement. All transfers are free.

use crate::support::{Estimate, System, agrees_within, exponential, full, many_nodes_agree, nodes};
use loadlab_core::Discipline;
use loadlab_core::policy::Policy;
use loadlab_core::theory::{MeanField, Solved, refined, sharing, stealing};
use loadlab_policies::{PullRate, PushRate, Receiver, Shortest, Symmetric};

/// Warm-up as in `sharing`, whose policies forget the empty start at most as fast.
fn system(seed: u64, count: u32, load: f64, window: f64) -> System {
    let system = System::new(seed, nodes(count, Discipline::Fcfs), load, &exponential());
    system.by_processes(5.0 / ((1.0 - load) * (1.0 - load)), window)
}

fn thousand(seed: u64, load: f64, policy: &dyn Policy, window: f64) -> Estimate {
    let window = if load > 0.85 { 3.0 * window } else { window };
    system(seed, 1000, load, window / (load * (1.0 - load))).estimate(policy, "response.mean")
}

/// The loads of the whole grid.
const LOADS: [f64; 7] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95];

/// Thresholds and probes at each load: all of them, or those few.
fn grid(few: &[(f64, u32, u8)]) -> Vec<(f64, u32, u8)> {
    let pairs = [1, 2, 3].into_iter().flat_map(|t| [1, 3, 5].map(|probes| (t, probes)));
    let all = LOADS.into_iter().flat_map(|load| pairs.clone().map(move |(t, probes)| (load, t, probes)));
    if full() { all.collect() } else { few.to_vec() }
}

fn agree<P: Policy>(
    name: &str,
    seed: u64,
    few: &[(f64, u32, u8)],
    policy: impl Fn(u32, u8) -> P,
    theory: impl Fn(f64, u32, u32) -> Solved<MeanField>,
) {
    for (k, (load, threshold, probes)) in grid(few).into_iter().enumerate() {
        let estimate = thousand(seed + k as u64, load, &policy(threshold, probes), 40.0);
        let theory = theory(load, threshold, u32::from(probes)).unwrap().response;
        many_nodes_agree(format!("{name}({threshold}, {probes}) at {load}"), estimate, theory);
    }
}

#[test]
fn a_thousand_nodes_that_take_the_shortest_have_the_responses_of_the_mean_field() {
    let few = [(0.8, 2, 3), (0.7, 3, 5)];
    let policy = |threshold, probes| Shortest { threshold, probes };
    agree("Shortest", 17_000, &few, policy, sharing::shortest);
}

#[test]
fn a_thousand_receiving_nodes_have_the_responses_of_the_mean_field() {
    agree("Receiver", 17_100, &[(0.7, 1, 3), (0.8, 2, 3), (0.7, 3, 1)], Receiver::new, sharing::receiver);
}

#[test]
fn a_thousand_symmetric_nodes_have_the_responses_of_the_mean_field() {
    let policy = |threshold, probes| Symmetric::new(threshold, probes, probes);
    let theory = |load, threshold, probes| sharing::symmetric(load, threshold, probes, probes);
    agree("Symmetric", 17_200, &[(0.8, 1, 1), (0.8, 2, 3)], policy, theory);
}

#[test]
fn few_receiving_and_symmetric_nodes_have_the_refined_responses() {
    let few: &[(u32, f64, u32, u8)] = &[(20, 0.7, 2, 1), (100, 0.8, 1, 3)];
    let more: &[(u32, f64, u32, u8)] =
        &[(20, 0.5, 1, 1), (20, 0.7, 1, 3), (20, 0.8, 3, 3), (100, 0.8, 2, 5), (100, 0.9, 2, 3), (100, 0.9, 3, 1)];
    for (k, &(count, load, threshold, probes)) in few.iter().chain(if full() { more } else { &[] }).enumerate() {
        let system = system(17_300 + k as u64, count, load, 80_000.0 / f64::from(count));
        let estimate = |policy: &dyn Policy| system.estimate(policy, "response.mean");
        let what = |name: &str| format!("{name}({threshold}, {probes}) on {count} nodes at {load}");
        let theory = refined::receiver(load, threshold, u32::from(probes), count).unwrap();
        let receiver = Receiver::new(threshold, probes);
        agrees_within(what("Receiver"), estimate(&receiver), theory.response, theory.error);
        let lp = u32::from(probes);
        let theory = refined::symmetric(load, threshold, lp, lp, count).unwrap();
        let symmetric = Symmetric::new(threshold, probes, probes);
        agrees_within(what("Symmetric"), estimate(&symmetric), theory.response, theory.error);
    }
}

fn rates() -> &'static [f64] {
    if full() { &[1.0, 5.0] } else { &[5.0] }
}

#[test]
fn a_thousand_nodes_that_pull_at_a_rate_have_the_responses_of_the_mean_field() {
    let loads = if full() { LOADS.to_vec() } else { vec![0.8] };
    for (k, load) in loads.into_iter().enumerate() {
        for (j, &rate) in rates().iter().enumerate() {
            let estimate =
                thousand(17_400 + (2 * k + j) as u64, load, &PullRate::new(rate), if rate < 2.0 { 70.0 } else { 30.0 });
            let theory = stealing::retrying(load, rate).unwrap().response;
            many_nodes_agree(format!("pull at rate {rate}, load {load}"), estimate, theory);
        }
    }
}

/// Nodes with two or more processes ask at rate r each: R = r s_2, and s_2 = λ² - R (1 - λ) by the formula itself, so
/// R = r λ² / (1 + r (1 - λ)).
#[test]
fn a_thousand_nodes_that_push_at_a_rate_have_the_responses_of_the_mean_field() {
    let loads = if full() { LOADS.to_vec() } else { vec![0.8] };
    for (k, load) in loads.into_iter().enumerate() {
        for (j, &rate) in rates().iter().enumerate() {
            let estimate =
                thousand(17_450 + (2 * k + j) as u64, load, &PushRate::new(rate), if rate < 2.0 { 70.0 } else { 30.0 });
            let probes = rate * load * load / (1.0 + rate * (1.0 - load));
            let theory = stealing::push_rate(load, probes).unwrap().response;
            many_nodes_agree(format!("push at rate {rate}, load {load}"), estimate, theory);
        }
    }
}
