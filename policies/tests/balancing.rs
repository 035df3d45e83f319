//! Policies that even out loads, in the engine: against M/M/N where everything is free, and worked by hand.

mod support;

use loadlab_core::policy::{Groups, Index, Information, Policy};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Arg, Args};
use loadlab_core::theory::mmk::mmk_response;
use loadlab_core::{Discipline, NodeId, Scenario, Scripted, Transfer as Cost};
use loadlab_policies::{
    Composite, Diffusion, Hierarchical, Location, Order, Random, Selection, Sight, Stability, Topology, Transfer,
};
use support::{departures, nodes, run};

const NODES: u32 = 4;
const LOAD: f64 = 0.75;

/// Poisson arrivals at even homes and exponential lifetimes of mean 1.
fn births(seed: u64, count: usize) -> Vec<(f64, f64, NodeId)> {
    let mut rng = Rng::new(seed);
    let mut now = 0.0;
    let birth = |_| {
        now -= rng.unit().ln() / (LOAD * f64::from(NODES));
        (now, -rng.unit().ln(), rng.below(NODES))
    };
    (0..count).map(birth).collect()
}

fn free(discipline: Discipline) -> Scenario {
    let free = Scenario { migration: Cost::Free, placement: Cost::Free, ..nodes(NODES, 0.0) };
    Scenario { nodes: Scenario::simple(NODES, discipline, 1).nodes, ..free }
}

/// Mean and standard error of the mean response over independent runs.
fn response(discipline: Discipline, policy: &dyn Policy) -> (f64, f64) {
    const RUNS: u64 = 30;
    let mean = |seed| {
        let (outcome, _) = run(&free(discipline), Scripted::new(&births(seed, 20_000)), policy);
        outcome.response.sum / outcome.response.count as f64
    };
    let means: Vec<f64> = (0..RUNS).map(mean).collect();
    let mean = means.iter().sum::<f64>() / RUNS as f64;
    let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / (RUNS - 1) as f64;
    (mean, (variance / RUNS as f64).sqrt())
}

fn end(gain: bool) -> Composite {
    let transfer = Transfer { sends: true, receives: true, threshold: 1, gain, at_birth: true, every: None };
    let selection = Selection::of(Order::Newest);
    Composite { transfer, selection, location: Location::Least, sight: Sight::EXACT, stability: Stability::NONE }
}

#[test]
fn free_sharing_and_free_balancing_both_serve_like_one_queue() {
    let expected = mmk_response(NODES, LOAD).expect("a stable queue");
    for (name, policy) in [("balance-any", end(true)), ("idle-sharing", end(false))] {
        for discipline in [Discipline::Fcfs, Discipline::Ps] {
            let (mean, error) = response(discipline, &policy);
            // A run starts empty: that takes less than 0.02 % off the mean of 20,000.
            assert!(
                (mean - expected).abs() < 3.5 * error + 2e-4 * expected,
                "{name}: {mean} +- {error}, not {expected}"
            );
            assert!(error < 0.01 * expected && (mean - 1.03 * expected).abs() > 3.5 * error, "3 % off would be seen");
        }
    }
}

#[test]
fn sending_any_process_at_random_is_sending_the_newcomer_where_nobody_remembers() {
    let sight = Sight { information: Information::Blind, ..Sight::EXACT };
    let transfer = Transfer { threshold: 2, receives: false, ..end(true).transfer };
    let migration =
        Composite { transfer, selection: Selection::of(Order::Random), location: Location::Random, sight, ..end(true) };
    let placement = Random { threshold: Some(2), transfers: 1 };
    let (moved, placed) = (response(Discipline::Ps, &migration), response(Discipline::Ps, &placement));
    let error = (moved.1 * moved.1 + placed.1 * placed.1).sqrt();
    assert!((moved.0 - placed.0).abs() < 3.5 * error, "{moved:?} against {placed:?}");
}

#[test]
fn balancing_evens_out_what_sharing_leaves() {
    let births = [(0.0, 9.0, 1), (1.0, 4.0, 0), (2.0, 4.0, 0), (3.0, 4.0, 0)];
    // At 3 the loads would be 3 and 1: d moves. Left then: a 6 and d 4 at node 1, b 2.5 and c 3.5 at node 0. b ends at 8, c
    // alone at 9. Left at 9: a 3, d 1. Node 0 is idle and takes d, which ends at 10; a at 12.
    assert_eq!(departures(&nodes(2, 0.0), &births, &end(true)), [12.0, 8.0, 9.0, 10.0]);
    // Sharing waits until node 1 is idle, at 9: three have had 2 s each, and d, with 2 left, moves and ends at 11. b, with
    // 0.5 left, ends at 10, c at 11.
    assert_eq!(departures(&nodes(2, 0.0), &births, &end(false)), [9.0, 10.0, 11.0, 11.0]);
}

#[test]
fn diffusion_stops_where_neighbours_differ_by_one_at_most() {
    for topology in [Topology::Ring, Topology::Torus, Topology::Hypercube] {
        let policy = Diffusion { topology, period: 1.0, alpha: None, stability: Stability::NONE };
        // 40 endless processes at node 0 of 8.
        let births: Vec<(f64, f64, NodeId)> = (0..40).map(|_| (0.0, 1e4, 0)).collect();
        let (_, log) = run(&nodes(8, 0.0), Scripted::new(&births), &policy);
        let mut at = [0i64; 8];
        at[0] = 40;
        for (time, _, from, to) in log.moves.iter().filter(|m| m.0 < 1000.0) {
            assert!(topology.neighbours(*from, 8).contains(to), "{from} to {to} at {time}");
            at[*from as usize] -= 1;
            at[*to as usize] += 1;
        }
        for i in 0..8u32 {
            let near = |j: &NodeId| (at[i as usize] - at[*j as usize]).abs() <= 1;
            assert!(topology.neighbours(i, 8).iter().all(near), "{topology:?}: {at:?}");
        }
    }
}

#[test]
fn heads_move_within_their_group_first_and_between_groups_after_it() {
    let groups = Groups::new(&[(2, 1.0), (2, 1.0)]).expect("two levels");
    let policy = Hierarchical::new(groups, 1, 2.0, 2.0);
    // By 10 everyone is known to be idle. b makes two at node 0 and goes to node 1; c makes two again, the group has no
    // room, and the head of nodes 2 and 3 takes it. All run alone.
    let births = [(10.0, 4.0, 0), (10.5, 4.0, 0), (10.75, 4.0, 0)];
    let (_, log) = run(&nodes(4, 0.0), Scripted::new(&births), &policy);
    assert_eq!(log.departures(), [14.0, 14.5, 14.75]);
    assert_eq!((log.moves[0].2, log.moves[0].3, log.moves[1].2, log.moves[1].3 / 2), (0, 1, 0, 1));
}

fn mosix(refuse: Option<f64>) -> Box<dyn Policy> {
    let kind = loadlab_policies::POLICIES.iter().find(|kind| kind.name == "mosix").expect("it is there");
    let table = |name: &str| Arg::Table(Args::new().with("kind", Arg::Text(name.to_owned())));
    let Arg::Table(index) = table("mosix") else { unreachable!("it is a table") };
    let args = Args::new()
        .with("period", Arg::Number(1.0))
        .with("factor", Arg::Number(1.3))
        .with("minimum_age", Arg::Number(1.0))
        .with("residency", Arg::Number(1.0))
        .with("exported", Arg::Number(1.0))
        .with("information", table("exact"))
        .with("load", Arg::Table(index.with("period", Arg::Number(1.0))));
    let args = if let Some(limit) = refuse { args.with("refuse", Arg::Number(limit)) } else { args };
    (kind.build)(&args).expect("it builds")
}

#[test]
fn mosix_moves_one_old_process_at_a_time_unless_it_is_refused() {
    // Three processes of 100 s at node 0 of two: one of them moves, and no other, since 2 against 1 is less than 1.3.
    let births = [(0.0, 100.0, 0), (0.0, 100.0, 0), (0.0, 100.0, 0)];
    let early = |policy: &dyn Policy| {
        let (_, log) = run(&nodes(2, 0.0), Scripted::new(&births), policy);
        log.moves.iter().filter(|m| m.0 < 90.0).map(|m| (m.0, m.2, m.3)).collect::<Vec<_>>()
    };
    let moved = early(mosix(None).as_ref());
    assert_eq!(moved.len(), 1, "{moved:?}");
    // At 3 s, sharing, each is 1 s old; the estimate has risen far enough by then or soon after.
    assert!((3.0..12.0).contains(&moved[0].0) && (moved[0].1, moved[0].2) == (0, 1), "{moved:?}");
    assert_eq!(early(mosix(Some(0.0)).as_ref()), [], "a target that refuses everything gets nothing");
}

#[test]
fn a_question_before_a_move_takes_time_but_freezes_nobody() {
    // As a lifetime-aware move at 4, but the target is asked: 0.25 s there and back each. a runs on, shared with b, until
    // 4.5, moves for 1 s, and is at node 1 at 5.5 with 10 - 4.25 = 5.75 left. b has had 0.25 by 4.5 and ends at 6.25.
    let stability = Stability { refuse: Some(1.0), ..Stability::NONE };
    let policy = loadlab_policies::AgeBased {
        rule: loadlab_policies::Rule::Pays { alpha: 1.0 },
        trigger: loadlab_policies::Trigger::Birth,
        sight: Sight { index: Index::Instantaneous, ..Sight::EXACT },
        stability,
    };
    let scenario = Scenario { latency: 0.25, ..nodes(2, 1.0) };
    assert_eq!(departures(&scenario, &[(0.0, 10.0, 0), (4.0, 2.0, 0)], &policy), [11.25, 6.25]);
    // Node 1 has one process, as many as it takes: a stays. b ends at 8, a at 12.
    let busy = Stability { refuse: Some(0.0), ..stability };
    let refused = loadlab_policies::AgeBased { stability: busy, ..policy };
    assert_eq!(departures(&scenario, &[(0.0, 10.0, 0), (4.0, 2.0, 0)], &refused), [12.0, 8.0]);
}
