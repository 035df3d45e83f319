//! Few nodes with free transfers against the mean field refined by its first correction, which states its own error.

use crate::control::{many, response};
use crate::support::{agrees_within, full};
use loadlab_core::policy::Policy;
use loadlab_core::theory::{Solved, refined, refined::Refined};
use loadlab_policies::{PowerOfD, Receiver, Symmetric, Threshold, WorkStealing};

fn check(what: &str, seed: u64, (count, load): (u32, f64), policy: &dyn Policy, of: impl Fn(f64) -> Solved<Refined>) {
    let theory = of(load).unwrap();
    let estimate = response(many(seed, count, load), load, policy, &|load| of(load).unwrap().response);
    agrees_within(format!("{what} on {count} nodes at {load}"), estimate, theory.response, theory.error);
}

/// Nodes, load, T and Lp.
fn cells() -> Vec<(u32, f64, u32, u8)> {
    if !full() {
        return vec![(20, 0.7, 2, 1), (20, 0.5, 1, 3), (100, 0.8, 1, 3), (100, 0.8, 3, 5)];
    }
    let pairs = [1, 2, 3].into_iter().flat_map(|t| [1, 3, 5].map(|probes| (t, probes)));
    let systems = [(20, 0.5), (20, 0.7), (20, 0.8), (100, 0.5), (100, 0.8), (100, 0.9)];
    systems.into_iter().flat_map(|(n, load)| pairs.clone().map(move |(t, probes)| (n, load, t, probes))).collect()
}

#[test]
fn few_sharing_nodes_have_the_refined_responses() {
    for (k, (count, load, t, probes)) in cells().into_iter().enumerate() {
        let (seed, at, lp) = (17_300 + 3 * k as u64, (count, load), u32::from(probes));
        let what = |name: &str| format!("{name}({t}, {probes})");
        let threshold = Threshold { threshold: t, probes };
        check(&what("Threshold"), seed, at, &threshold, |l| refined::threshold(l, t, lp, count));
        let receiver = Receiver::new(t, probes);
        check(&what("Receiver"), seed + 1, at, &receiver, |l| refined::receiver(l, t, lp, count));
        let symmetric = Symmetric::new(t, probes, probes);
        check(&what("Symmetric"), seed + 2, at, &symmetric, |l| refined::symmetric(l, t, lp, lp, count));
    }
}

#[test]
fn few_stealing_nodes_have_the_refined_responses() {
    for (seed, at, probes) in [(8321, (20, 0.7), 1), (8323, (20, 0.7), 3), (8401, (100, 0.8), 1)] {
        let policy = WorkStealing::new(2, probes);
        check("stealing", seed, at, &policy, |load| refined::receiver(load, 1, u32::from(probes), at.0));
    }
}

#[test]
fn few_nodes_of_the_supermarket_have_the_refined_responses_with_and_without_replacement() {
    for (count, load) in [(20, 0.7), (100, 0.9)] {
        for (d, replacement) in [(2, true), (2, false), (3, true), (3, false)] {
            let seed = 6200 + u64::from(count) + 10 * u64::from(d) + u64::from(replacement);
            let what = format!("{d} choices, replacement {replacement}");
            let policy = PowerOfD { d, replacement };
            check(&what, seed, (count, load), &policy, |l| refined::choices(l, u32::from(d), !replacement, count));
        }
    }
}
