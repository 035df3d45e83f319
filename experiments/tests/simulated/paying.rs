//! Transfers that cost CPU at the node that gives the process away: what they cost, and where they become unstable.
//!
//! No transfer mechanism charges the giver; `policies::Paying` does, through the cost of questions.

use crate::policies::Paying;
use crate::support::{System, agrees, exponential, full, many_nodes_agree, metric, nodes, replicate};
use loadlab_core::Discipline;
use loadlab_core::theory::{bounds, transfer_cost};
use loadlab_policies::{Random, UNLIMITED};

/// A thousand nodes; each of `questions` questions on average costs such a part of `cost`.
fn system(seed: u64, load: f64, cost: f64, questions: f64) -> System {
    let mut system = System::new(seed, nodes(1000, Discipline::Fcfs), load, &exponential());
    system.scenario.probe_cost = cost / questions / 2.0;
    system
}

/// The formula holds for any law of the overhead: here it is constant.
#[test]
fn blind_transfers_without_limit_that_cost_cpu_respond_as_the_formula_says() {
    let cost = 0.1;
    for (seed, load) in [(1901, 0.3), (1902, 0.5)] {
        let policy = Paying { policy: Random { threshold: Some(1), transfers: UNLIMITED }, questions: 1.0 };
        let system = system(seed, load, cost, 1.0).by_processes(60.0, 40.0 / load);
        let theory = transfer_cost::random_unlimited(load, cost).unwrap().response;
        many_nodes_agree(
            format!("Random(1) without limit at {load}, {cost} per transfer"),
            system.estimate(&policy, "response.mean"),
            theory,
        );
    }
}

/// At the load 1 / (1 + sqrt(c))^2 = 0.577 for c = 0.1 transfers breed transfers. Between two windows of time the number
/// in the system grows above it, and does not below it.
#[test]
fn blind_transfers_without_limit_are_unstable_above_the_load_that_the_formula_says() {
    let (cost, span) = (0.1, 40.0);
    let bound = bounds::random_unlimited_stability(cost).unwrap();
    let growth = |seed, load| {
        let length = |from: f64, replication| {
            let mut system = System::new(seed, nodes(200, Discipline::Fcfs), load, &exponential()).by_time(from, span);
            system.scenario.probe_cost = cost / 2.0;
            let policy = Paying { policy: Random { threshold: Some(1), transfers: 30 }, questions: 1.0 };
            metric(&system.run(&policy, replication), "in_system.mean") / 200.0
        };
        let [growth] = replicate(|replication| [length(3.0 * span, replication) - length(span, replication)]);
        growth
    };
    let (below, above) = (growth(1911, 0.9 * bound), growth(1912, 1.15 * bound));
    println!("growth below {below:?}, above {above:?}");
    assert!(below.mean.abs() <= 4.0 * below.error.max(0.002), "{below:?}");
    assert!(above.mean >= 10.0 * above.error, "{above:?}");
}

/// The geometric number of questions has a variance lower than the exponential law's by 1 / questions of it. That
/// changes a response by less than the standard error: the whole second moment of the overheads contributes less than
/// (transfers per second) cost^2 = 0.5 % of a lifetime.
#[test]
fn blind_transfers_that_cost_cpu_respond_as_the_chain_of_one_node() {
    // The last number is the window, in units of 1 / (load (1 - load)).
    let few = [(0.7, 2, 3, 10.0)];
    let more = [(0.5, 1, 3, 10.0), (0.8, 1, 1, 40.0), (0.8, 2, 1, 30.0), (0.8, 3, 3, 10.0)];
    let (cost, questions) = (0.1, 5.0);
    for (k, &(load, threshold, transfers, window)) in few.iter().chain(if full() { &more[..] } else { &[] }).enumerate() {
        let policy = Paying { policy: Random { threshold: Some(threshold), transfers }, questions };
        let rest: f64 = 1.0 - load;
        let system = system(1920 + k as u64, load, cost, questions);
        let system = system.by_processes(7.0 / (rest * rest), window / (load * rest));
        let theory = transfer_cost::random(load, threshold, transfers, cost).unwrap().response;
        agrees(
            format!("Random({threshold}, {transfers}) at {load}, {cost} per transfer"),
            system.estimate(&policy, "response.mean"),
            theory,
        );
    }
}
