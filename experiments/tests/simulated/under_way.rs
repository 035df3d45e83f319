//! Transfers that take an exponential time: forward that counts what is under way or does not, reverse that waits for it.

use crate::control::{many, response};
use crate::support::{System, full, many_nodes_agree};
use loadlab_core::Transfer;
use loadlab_core::policy::Policy;
use loadlab_core::theory::{MeanField, Solved, transfer_delay};
use loadlab_policies::{Forward, Reverse};

/// A thousand nodes; transfers take memory, with an exponential law, over a bandwidth of one byte per second. A process
/// under way is in the system.
fn system(seed: u64, load: f64, delay: f64) -> System {
    let mut system = many(seed, 1000, load);
    let transfer = Transfer::Fixed { seconds: 0.0, bandwidth: 1.0 };
    (system.scenario.placement, system.scenario.migration) = (transfer, transfer);
    system.scenario.attributes = true;
    let memory = std::sync::Arc::new(loadlab_core::law::Exponential { mean: delay });
    system.recipe.traits.memory = Some(loadlab_workloads::traits::Linked::independent(memory));
    system
}

/// Load, T, Lp, mean delay.
fn cases() -> Vec<(f64, u32, u8, f64)> {
    let few = [(0.7, 1, 3, 0.5), (0.8, 2, 3, 2.0)];
    let more = [(0.3, 1, 1, 0.1), (0.5, 2, 5, 1.0), (0.8, 1, 3, 0.1), (0.8, 3, 1, 2.0), (0.9, 2, 3, 0.5)];
    if full() { few.into_iter().chain(more).collect() } else { few.to_vec() }
}

fn agree<P: Policy>(
    name: &str,
    seed: u64,
    policy: impl Fn(u32, u8) -> P,
    theory: impl Fn(f64, u32, u32, f64) -> Solved<MeanField>,
) {
    for (k, (load, threshold, probes, delay)) in cases().into_iter().enumerate() {
        let formula = |load: f64| theory(load, threshold, u32::from(probes), delay).unwrap().response;
        let system = system(seed + k as u64, load, delay);
        let estimate = response(system, load, &policy(threshold, probes), &formula);
        let what = format!("{name}({threshold}, {probes}) at {load}, transfers of {delay}");
        many_nodes_agree(what, estimate, formula(load));
    }
}

#[test]
fn nodes_that_do_not_count_what_is_under_way_respond_as_in_the_mean_field() {
    let theory = |load, threshold, probes, delay| transfer_delay::forward(load, threshold, probes, delay, false);
    agree("Forward, blind to what is under way", 1990, |t, probes| Forward::new(t, probes, false), theory);
}

#[test]
fn nodes_that_count_what_is_under_way_respond_as_in_the_mean_field() {
    let theory = |load, threshold, probes, delay| transfer_delay::forward(load, threshold, probes, delay, true);
    agree("Forward", 2000, |t, probes| Forward::new(t, probes, true), theory);
}

#[test]
fn nodes_that_wait_for_what_is_under_way_respond_as_in_the_mean_field() {
    agree("Reverse", 2020, Reverse::new, transfer_delay::reverse);
}
