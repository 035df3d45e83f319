//! Probes that cost CPU and saturate the sender; transfers without limit.
//!
//! Not here: transfers that take time (`under_way`) or CPU of the giver (`paying`).

use crate::support::{System, agrees, exponential, many_nodes_agree, metric, nodes, replicate};
use loadlab_core::Discipline;
use loadlab_core::theory::{bounds, sharing};
use loadlab_policies::{Random, Threshold};

/// Every node holds a process, so every probe is in vain: a node spends 2 cost Lp λ on probes and the rest on
/// processes, and its queue grows at λ - (1 - 2 cost Lp λ) = λ / bound - 1.
#[test]
fn probes_that_cost_cpu_saturate_the_nodes_where_the_formula_says() {
    let (cost, probes, span) = (0.15, 3, 100.0);
    let bound = bounds::polling_saturation(cost, u32::from(probes)).unwrap();
    let growth = |seed, load| {
        let length = |from: f64, replication| {
            let mut system = System::new(seed, nodes(100, Discipline::Fcfs), load, &exponential()).by_time(from, span);
            system.scenario.probe_cost = cost;
            metric(&system.run(&Threshold { threshold: 1, probes }, replication), "in_system.mean") / 100.0
        };
        let [growth] = replicate(|replication| [(length(2.0 * span, replication) - length(span, replication)) / span]);
        growth
    };
    let load = 0.8;
    agrees(format!("growth per node and second at {load}"), growth(1001, load), load / bound - 1.0);
    let below = growth(1002, 0.95 * bound);
    println!("growth below saturation: {below:?}");
    assert!(below.mean.abs() <= 4.0 * below.error && below.error < 0.001, "{below:?}");
}

/// With so many transfers that the limit does not matter, no node ever holds more than T.
#[test]
fn transfers_without_limit_keep_every_node_at_the_threshold() {
    for (seed, load, threshold) in [(1021, 0.8, 1), (1022, 0.9, 1), (1023, 0.8, 2), (1024, 0.9, 3)] {
        let system = System::new(seed, nodes(1000, Discipline::Fcfs), load, &exponential()).by_processes(60.0, 60.0);
        let policy = Random { threshold: Some(threshold), transfers: 1000 };
        let estimate = system.estimate(&policy, "response.mean");
        let theory = sharing::random_unlimited(load, threshold).unwrap();
        many_nodes_agree(format!("Random({threshold}) without limit at {load}"), estimate, theory.response);
        let [remote, slowdown] = system.estimates(&policy, ["placements.remote_fraction", "slowdown.mean"]);
        agrees(format!("fraction sent away, T = {threshold} at {load}"), remote, theory.occupancy[threshold as usize]);
        if (load, threshold) == (0.8, 1) {
            // 1,000 nodes are all busy with probability 1e-10 or so.
            assert!((slowdown.mean - 1.0).abs() < 1e-9, "nobody waits: {slowdown:?}");
        }
    }
}
