//! The policies that `composite` can be put together to: the same runs, process by process.

mod support;

use loadlab_core::policy::{Information, Policy};
use loadlab_core::rng::Rng;
use loadlab_core::{NodeId, Scenario, Scripted, Transfer as Cost};
use loadlab_policies::{
    AgeBased, Composite, Location, Order, Receiver, Rule, Selection, Shortest, Sight, Stability, Symmetric, Threshold,
    Transfer, Trigger,
};
use support::{Log, nodes, run};

const NODES: u32 = 8;

/// Poisson arrivals at even homes, exponential lifetimes of mean 1, at a load of 0.8.
fn births() -> Vec<(f64, f64, NodeId)> {
    let mut rng = Rng::new(7);
    let mut now = 0.0;
    let birth = |_| {
        now -= rng.unit().ln() / (0.8 * f64::from(NODES));
        (now, -rng.unit().ln(), rng.below(NODES))
    };
    (0..4000).map(birth).collect()
}

fn log(scenario: &Scenario, policy: &dyn Policy) -> Log {
    run(scenario, Scripted::new(&births()), policy).1
}

/// Free, with delays, and with moves that cost something.
fn worlds() -> Vec<Scenario> {
    let free = Scenario { migration: Cost::Free, placement: Cost::Free, ..nodes(NODES, 0.0) };
    let slow = Scenario { latency: 0.01, probe_cost: 0.002, ..nodes(NODES, 0.1) };
    vec![free, nodes(NODES, 0.3), slow]
}

fn composite(order: Order, location: Location, threshold: u32) -> Composite {
    let transfer = Transfer { sends: true, receives: false, threshold, gain: false, at_birth: true, every: None };
    let sight = Sight { information: Information::OnDemand, ..Sight::EXACT };
    Composite { transfer, selection: Selection::of(order), location, sight, stability: Stability::NONE }
}

fn the_same(dedicated: &dyn Policy, composed: &dyn Policy) {
    for (k, world) in worlds().iter().enumerate() {
        assert!(log(world, dedicated) == log(world, composed), "world {k}: the runs differ");
    }
}

#[test]
fn a_newcomer_that_probes_in_turn_is_threshold() {
    the_same(&Threshold { threshold: 2, probes: 3 }, &composite(Order::Newcomer, Location::Probe(3), 2));
}

#[test]
fn a_newcomer_that_compares_is_shortest() {
    the_same(&Shortest { threshold: 2, probes: 3 }, &composite(Order::Newcomer, Location::Shortest(3), 2));
}

#[test]
fn a_receiver_that_takes_the_newest_is_receiver() {
    let mut policy = composite(Order::Newest, Location::Probe(3), 1);
    (policy.transfer.sends, policy.transfer.receives) = (false, true);
    the_same(&Receiver::new(1, 3), &policy);
}

#[test]
fn old_processes_that_gain_are_lifetime_aware() {
    let mut policy = composite(Order::LargestAge, Location::Least, 1);
    policy.sight = Sight::EXACT;
    policy.transfer.gain = true;
    policy.selection = Selection { count: u32::MAX, alpha: Some(1.0), ..policy.selection };
    let rule = Rule::Pays { alpha: 1.0 };
    let dedicated = AgeBased { rule, trigger: Trigger::Birth, sight: Sight::EXACT, stability: Stability::NONE };
    the_same(&dedicated, &policy);
}

#[test]
fn senders_and_receivers_together_are_symmetric_where_nothing_takes_time() {
    let mut policy = composite(Order::Newcomer, Location::Probe(3), 1);
    policy.transfer.receives = true;
    let world = &worlds()[0];
    assert!(log(world, &Symmetric::new(1, 3, 3)) == log(world, &policy), "the runs differ");
}

#[test]
fn other_components_make_other_runs() {
    let world = &worlds()[0];
    let threshold = log(world, &composite(Order::Newcomer, Location::Probe(3), 2));
    assert!(threshold != log(world, &composite(Order::Newcomer, Location::Probe(2), 2)));
    assert!(threshold != log(world, &composite(Order::Newcomer, Location::Random, 2)));
    assert!(threshold != log(world, &composite(Order::Newest, Location::Probe(3), 2)));
}
