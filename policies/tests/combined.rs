//! A placement and a migration combined: what either does alone, and a case worked by hand.

mod support;

use loadlab_core::policy::Policy;
use loadlab_core::rng::Rng;
use loadlab_core::{NodeId, Scenario, Scripted, Transfer as Cost};
use loadlab_policies::{
    AgeBased, Combined, LeastLoaded, NoSharing, PowerOfD, Receiver, Rule, Sight, Stability, Threshold, Trigger,
    WorkStealing,
};
use support::{departures, nodes, run};

const NODES: u32 = 8;

/// Poisson arrivals at even homes, exponential lifetimes of mean 1, at a load of 0.8.
fn births() -> Vec<(f64, f64, NodeId)> {
    let mut rng = Rng::new(11);
    let mut now = 0.0;
    let birth = |_| {
        now -= rng.unit().ln() / (0.8 * f64::from(NODES));
        (now, -rng.unit().ln(), rng.below(NODES))
    };
    (0..3000).map(birth).collect()
}

fn the_same(alone: &dyn Policy, combined: &dyn Policy) {
    let free = Scenario { migration: Cost::Free, placement: Cost::Free, ..nodes(NODES, 0.0) };
    let slow = Scenario { latency: 0.01, probe_cost: 0.002, ..nodes(NODES, 0.1) };
    for (k, world) in [free, nodes(NODES, 0.3), slow].iter().enumerate() {
        let log = |policy| run(world, Scripted::new(&births()), policy).1;
        assert!(log(alone) == log(combined), "world {k}: the runs differ");
    }
}

fn age_based() -> AgeBased {
    let rule = Rule::Pays { alpha: 1.0 };
    AgeBased { rule, trigger: Trigger::Birth, sight: Sight::EXACT, stability: Stability::NONE }
}

fn combined(placement: impl Policy + 'static, migration: impl Policy + 'static) -> Combined {
    Combined::new(Box::new(placement), Box::new(migration)).expect("they fit")
}

#[test]
fn with_no_placement_it_is_the_migration() {
    the_same(&Receiver::new(1, 3), &combined(NoSharing, Receiver::new(1, 3)));
    the_same(&WorkStealing::new(2, 2), &combined(NoSharing, WorkStealing::new(2, 2)));
    the_same(&age_based(), &combined(NoSharing, age_based()));
}

#[test]
fn with_no_migration_it_is_the_placement() {
    the_same(&Threshold { threshold: 1, probes: 3 }, &combined(Threshold { threshold: 1, probes: 3 }, NoSharing));
    let two = || PowerOfD { d: 2, replacement: false };
    the_same(&two(), &combined(two(), NoSharing));
    the_same(&LeastLoaded::exact(), &combined(LeastLoaded::exact(), NoSharing));
}

#[test]
fn with_both_the_newcomer_is_placed_and_the_idle_node_takes_what_waits() {
    // Two nodes that share the CPU. 0: lifetime 4 at node 0. 1: at t = 1 at node 0, placed at node 1, lifetime 1, done
    // at 2. 2: at t = 1.5 at node 0, both busy, stays: with process 0, which has 2.5 left, each gets half. At t = 2
    // node 1 falls idle and takes the newest, process 2: of its 3 it has had 0.25, so it is done at 2 + 2.75 = 4.75;
    // process 0 has 2.25 left and is done at 4.25.
    let free = Scenario { migration: Cost::Free, placement: Cost::Free, ..nodes(2, 0.0) };
    let births = [(0.0, 4.0, 0), (1.0, 1.0, 0), (1.5, 3.0, 0)];
    let both = combined(Threshold { threshold: 1, probes: 1 }, WorkStealing::new(2, 1));
    assert_eq!(departures(&free, &births, &both), [4.25, 2.0, 4.75]);
    // Placement alone: the two share node 0 from 1.5 to 6.5 (5 CPU seconds for the 2.5 of process 0), then process 2
    // has 0.5 left.
    let placed = combined(Threshold { threshold: 1, probes: 1 }, NoSharing);
    assert_eq!(departures(&free, &births, &placed), [6.5, 2.0, 7.0]);
    // Migration alone: from 1 on processes 0 (3 left) and 1 share node 0, since node 1 has never had a process and so
    // never falls idle; from 1.5 on (2.75, 0.75, 3 left) three share it. Process 1 needs 2.25 more, then (2, 2.25 left)
    // process 0 needs 4 more, and process 2 the rest, 0.25.
    let moved = combined(NoSharing, WorkStealing::new(2, 1));
    let expected = [7.75, 3.75, 8.0];
    for (got, want) in departures(&free, &births, &moved).iter().zip(expected) {
        assert!((got - want).abs() < 1e-12, "{got} is not {want}");
    }
}
