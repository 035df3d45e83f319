//! Transfers that take an exponential time: forward that counts what is under way, reverse that waits for it.

use crate::support::{System, exponential, full, many_nodes_agree, nodes};
use loadlab_core::theory::transfer_delay;
use loadlab_core::{Discipline, Transfer};
use loadlab_policies::{Forward, Reverse};

/// A thousand nodes; transfers take memory, with an exponential law, over a bandwidth of one byte per second.
fn system(seed: u64, load: f64, delay: f64) -> System {
    let system = System::new(seed, nodes(1000, Discipline::Fcfs), load, &exponential());
    let window = if load > 0.75 { 130.0 } else { 100.0 };
    let mut system = system.by_processes(120.0, window);
    let transfer = Transfer::Fixed { seconds: 0.0, bandwidth: 1.0 };
    (system.scenario.placement, system.scenario.migration) = (transfer, transfer);
    system.scenario.attributes = true;
    let memory = std::sync::Arc::new(loadlab_core::law::Exponential { mean: delay });
    system.recipe.traits.memory = Some(loadlab_workloads::traits::Linked::independent(memory));
    system
}

fn cases() -> Vec<(f64, u32, u8, f64)> {
    let few = [(0.7, 1, 3, 0.5), (0.8, 2, 3, 2.0)];
    let more = [(0.3, 1, 1, 0.1), (0.5, 2, 5, 1.0), (0.8, 1, 3, 0.1), (0.8, 3, 1, 2.0)];
    if full() { few.into_iter().chain(more).collect() } else { few.to_vec() }
}

#[test]
fn nodes_that_count_what_is_under_way_respond_as_in_the_mean_field() {
    if !full() {
        return;
    }
    for (k, (load, threshold, probes, delay)) in cases().into_iter().enumerate() {
        let policy = Forward::new(threshold, probes, true);
        let estimate = system(2000 + k as u64, load, delay).estimate(&policy, "response.mean");
        let theory = transfer_delay::forward(load, threshold, u32::from(probes), delay, true).unwrap().response;
        many_nodes_agree(format!("Forward({threshold}, {probes}) at {load}, transfers of {delay}"), estimate, theory);
    }
}

#[test]
fn nodes_that_wait_for_what_is_under_way_respond_as_in_the_mean_field() {
    if !full() {
        return;
    }
    for (k, (load, threshold, probes, delay)) in cases().into_iter().enumerate() {
        let policy = Reverse::new(threshold, probes);
        let estimate = system(2020 + k as u64, load, delay).estimate(&policy, "response.mean");
        let theory = transfer_delay::reverse(load, threshold, u32::from(probes), delay).unwrap().response;
        many_nodes_agree(format!("Reverse({threshold}, {probes}) at {load}, transfers of {delay}"), estimate, theory);
    }
}
