//! Moves with steps among other processes: what they take, what they share, what follows, and what failures do to them.

mod common;

use common::moving::{COR, POST_COPY, PS, SHARED, STORED, SWITCHED, close, mechanism, onwards, precopy, scenario};
use common::{Log, Puppet, departures, nodes, run, with_attributes, woken};
use loadlab_core::mechanism::{Costs, Mechanism, Plan, Reference, Rules, Wires, Writes, timeline};
use loadlab_core::network::Fabric;
use loadlab_core::policy::{Ages, Command, Declared, Pick, Placement, To, Wake, Wakes};
use loadlab_core::process::Attributes;
use loadlab_core::record::{Exit, Outcome};
use loadlab_core::rng::Rng;
use loadlab_core::{Change, Discipline, NodeId, Scenario, Time, Transfer};

fn moved(s: &Scenario, births: &[(f64, f64, NodeId)], by: u32) -> (Outcome, Log) {
    run(s, births, &onwards(by)).expect("runs")
}

#[test]
fn a_process_alone_is_moved_as_its_timeline_says() {
    let hybrid = Plan::Precopy(Rules { rounds: 1, then_push: true, ..Rules::LIMIT });
    let exec = Plan::RemoteExecution { arguments: 1e4 };
    let free = Plan::FreezeFree { pages: 3.0 };
    for plan in [Plan::EagerAll, Plan::EagerDirty, Plan::Flushing, precopy(4), COR, POST_COPY, hybrid, free, exec] {
        let m = mechanism(plan);
        let wires = Wires { bandwidth: 1e6, server: 0.8e6, latency: 0.001 };
        let life = 30.0;
        let alone = timeline(&Mechanism { wires, ..m }, life);
        let (outcome, log) = moved(&scenario(2, SWITCHED, m), &[(0.0, life, 0)], 1);
        let (at, _, from, to, freeze) = log.transfers[0];
        assert_eq!((from, to), (0, 1));
        close(freeze, alone.freeze, 1e-9);
        close(at + freeze, alone.initial, 1e-9);
        let ran = alone.initial - alone.freeze;
        let expected = alone.initial + (life - ran) + alone.after.stalled;
        close(log.departures()[0], expected, 1e-9 + 0.05 * alone.after.stalled / expected);
        close(outcome.migrants.faults, alone.after.faults, 0.05);
        close(outcome.migrants.bytes, alone.bytes, 1e-9 + 0.05 * alone.after.fetched / alone.bytes);
    }
}

/// Written from 0.12 to 2.62 s at 0.8 MB/s, restored from 10 s on: 0.5 s and 2.5 s.
#[test]
fn a_checkpoint_waits_for_the_next_cycle_of_the_scheduler() {
    let (_, log) = moved(&scenario(2, SWITCHED, mechanism(STORED)), &[(0.0, 5.0, 0)], 1);
    close(log.departures()[0], 10.0 + 0.5 + 2.5 + 5.0 - 0.022, 1e-9);
}

#[test]
fn eager_transfers_share_a_medium_and_pass_each_other_on_a_switch() {
    for (fabric, pairs, times) in [(SHARED, 1, 1.0), (SHARED, 2, 2.0), (SHARED, 5, 5.0), (SWITCHED, 5, 1.0)] {
        let mut m = mechanism(Plan::EagerAll);
        m.costs.fixed = 0.0;
        let births: Vec<(f64, f64, NodeId)> = (0..pairs).map(|i| (0.0, 10.0, i)).collect();
        let (outcome, log) = moved(&scenario(2 * pairs, fabric, m), &births, pairs);
        assert_eq!(log.transfers.len(), pairs as usize);
        close(outcome.migrants.bytes, 2e6 * f64::from(pairs), 1e-12);
        log.transfers.iter().for_each(|t| close(t.4, 2.0 * times, 1e-9));
    }
}

/// 2 MB over 1 MB/s, and 0.1 s.
#[test]
fn a_policy_is_told_the_freeze_of_a_move_on_the_empty_network() {
    let policy = woken(Wakes { born: true, ..Wakes::default() }).act(|_, view, _, _| {
        let told = view.residents()[0].cost;
        assert!((told - 2.1).abs() < 1e-9, "{told}");
    });
    run(&scenario(2, SWITCHED, mechanism(Plan::EagerAll)), &[(0.0, 1.0, 0)], &policy).expect("runs");
}

#[test]
fn transfers_into_one_node_share_its_interface() {
    let mut m = mechanism(Plan::EagerAll);
    m.costs.fixed = 0.0;
    let policy = woken(Wakes { born: true, ..Wakes::default() }).act(|why, view, out, _| {
        if let Wake::Born(process) = why {
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to: To::Node(3) });
        }
    });
    let births = [(0.0, 10.0, 0), (0.0, 10.0, 1), (0.0, 10.0, 2)];
    let (_, log) = run(&scenario(4, SWITCHED, m), &births, &policy).expect("runs");
    log.transfers.iter().for_each(|t| close(t.4, 6.0, 1e-9));
}

#[test]
fn a_move_between_clusters_crosses_the_slower_link() {
    let mut m = mechanism(Plan::EagerAll);
    (m.costs.fixed, m.costs.select) = (0.0, 0.0);
    let fabric = Fabric::TwoLevel { bandwidth: 1e6, server: 1e6, wan: 1e5, wan_latency: 0.05, size: 2 };
    for (by, freeze, asked) in [(1, 2.0, 0.002), (2, 20.0, 0.102)] {
        let (_, log) = moved(&scenario(4, fabric, m), &[(0.0, 50.0, 0)], by);
        close(log.transfers[0].4, freeze, 1e-9);
        close(log.transfers[0].0, asked, 1e-9);
    }
}

#[test]
fn precopy_sends_more_when_others_slow_its_rounds() {
    let m = mechanism(precopy(3));
    let bytes = |pairs: u32| {
        let births: Vec<(f64, f64, NodeId)> = (0..pairs).map(|i| (0.0, 100.0, i)).collect();
        let (outcome, _) = moved(&scenario(2 * pairs, SHARED, m), &births, pairs);
        outcome.migrants.bytes / f64::from(pairs)
    };
    assert!(bytes(4) > 1.02 * bytes(1), "{} and {}", bytes(4), bytes(1));
}

/// It dirties in its own CPU time: with another process on its node, half as much per round.
#[test]
fn precopy_counts_what_the_process_really_ran() {
    let mut m = mechanism(precopy(1));
    m.image.writes = Writes::Rate(1e5);
    let freeze = |births: &[(f64, f64, NodeId)]| {
        let policy = woken(Wakes { at_ages: Ages::at(&[1.0]), ..Wakes::default() }).act(|why, view, out, _| {
            if let (Wake::AtAge(process), true) = (why, view.now().seconds() < 2.0) {
                out.push(Command::Move { pick: Pick::Process(process), from: 0, to: To::Node(1) });
            }
        });
        run(&scenario(2, SWITCHED, m), births, &policy).expect("runs").1.transfers[0].4
    };
    close(freeze(&[(0.0, 50.0, 0)]), 0.03 + 0.2, 1e-9);
    close(freeze(&[(0.0, 50.0, 0), (0.0, 0.9, 0), (1.9, 50.0, 0)]), 0.03 + 0.1, 1e-9);
}

#[test]
fn a_process_that_ends_during_precopy_ends_the_move() {
    let (outcome, log) = moved(&scenario(2, SWITCHED, mechanism(precopy(5))), &[(0.0, 1.0, 0)], 1);
    assert_eq!((log.departures(), log.transfers.len()), (vec![1.0], 0));
    assert_eq!((outcome.migrants.aborted, outcome.migrants.moves), (1, 0));
    // From 0.122 s (asked, prepared) to 1 s.
    close(outcome.migrants.bytes, 0.878e6, 1e-9);
}

#[test]
fn copying_costs_both_ends_cpu() {
    let mut m = mechanism(Plan::EagerAll);
    (m.costs.source_rate, m.costs.target_rate) = (4e6, 2e6);
    // Residents of both nodes are held up by 0.5 s and 1 s.
    let births = [(0.0, 5.0, 0), (0.001, 8.0, 0), (0.001, 8.0, 1)];
    let policy = woken(Wakes { at_ages: Ages::at(&[0.0005]), ..Wakes::default() }).act(|why, view, out, _| {
        if let (Wake::AtAge(process), true) = (why, view.now().seconds() < 0.001) {
            out.push(Command::Move { pick: Pick::Process(process), from: 0, to: To::Node(1) });
        }
    });
    let with = run(&scenario(2, SWITCHED, m), &births, &policy).expect("runs").1.departures();
    let without =
        run(&scenario(2, SWITCHED, mechanism(Plan::EagerAll)), &births, &policy).expect("runs").1.departures();
    close(with[1] - without[1], 0.5, 1e-9);
    close(with[2] - without[2], 1.0, 1e-9);
}

fn failing(plan: Plan, at: f64, node: NodeId) -> (Outcome, Log) {
    let changes = vec![(Time::new(at), node, Change::Fail)];
    moved(&Scenario { changes, ..scenario(2, SWITCHED, mechanism(plan)) }, &[(0.0, 20.0, 0)], 1)
}

fn fate(plan: Plan, at: f64, node: NodeId) -> (Exit, f64) {
    let gone = failing(plan, at, node).1.exits[0].clone();
    (gone.how, gone.at)
}

/// Asked until 0.022 s; eager: frozen until 2.122 s. Precopy: first round from 0.122 to 2.122 s.
#[test]
fn before_the_commit_the_old_node_is_authoritative() {
    let wasted = |(how, at): (Exit, f64), seconds: f64| {
        assert_eq!(how, Exit::Done);
        close(at, 20.0 + seconds, 1e-9);
    };
    // The new node fails: the process goes on where it was; only the freeze is wasted.
    wasted(fate(Plan::EagerAll, 0.01, 1), 0.0);
    wasted(fate(Plan::EagerAll, 1.022, 1), 1.0);
    wasted(fate(precopy(9), 1.0, 1), 0.0);
    assert_eq!(failing(precopy(9), 1.0, 1).0.migrants.aborted, 1);
    // The old node fails: it is lost at that instant.
    for plan in [Plan::EagerAll, precopy(9), COR, Plan::Flushing] {
        assert_eq!(fate(plan, 0.01, 0), (Exit::Lost, 0.01));
    }
    assert_eq!(fate(Plan::EagerAll, 1.0, 0), (Exit::Lost, 1.0));
    assert_eq!(fate(precopy(9), 1.0, 0), (Exit::Lost, 1.0));
    // Unless its image is in a store already.
    assert_eq!(fate(STORED, 1.0, 0), (Exit::Lost, 1.0));
    assert_eq!(fate(STORED, 5.0, 0).0, Exit::Done);
}

#[test]
fn after_the_commit_exactly_the_dependants_of_a_node_die_with_it() {
    for (plan, dies) in
        [(Plan::EagerAll, false), (Plan::EagerDirty, false), (Plan::Flushing, false), (precopy(2), false)]
    {
        let (how, _) = fate(plan, 6.0, 0);
        assert_eq!(how == Exit::Lost, dies, "{plan:?}");
    }
    // Copy-on-reference: at the first missing page after the failure.
    let (how, at) = fate(COR, 3.0, 0);
    assert!(how == Exit::Lost && (3.0..4.0).contains(&at), "{at}");
    // Post-copy: at once during the push, which takes 2 s, and not at all after it.
    assert_eq!(fate(POST_COPY, 1.0, 0), (Exit::Lost, 1.0));
    assert_eq!(fate(POST_COPY, 1.0, 1), (Exit::Lost, 1.0));
    assert_eq!(fate(POST_COPY, 4.0, 0).0, Exit::Done);
    // Freeze-free: the same with its flush, of 0.6 MB at 0.8 MB/s.
    assert_eq!(fate(Plan::FreezeFree { pages: 3.0 }, 0.3, 0).0, Exit::Lost);
    assert_eq!(fate(Plan::FreezeFree { pages: 3.0 }, 2.0, 0).0, Exit::Done);
}

/// Moved at 1 s and at 3 s of its life, it depends on both nodes that it left.
#[test]
fn a_process_that_moves_on_before_its_pages_follow_depends_on_a_chain_of_nodes() {
    let fate = |node: NodeId| {
        let moves = woken(Wakes { at_ages: Ages::at(&[1.0]), born: true, delivered: true, ..Wakes::default() }).act(
            |why, view, out, _| match why {
                Wake::AtAge(process) => {
                    out.push(Command::Move { pick: Pick::Process(process), from: 0, to: To::Node(1) });
                }
                Wake::Delivered(process) if view.here() == 1 => {
                    out.push(Command::Move { pick: Pick::Process(process), from: 1, to: To::Node(2) });
                }
                _ => {}
            },
        );
        let changes = vec![(Time::new(4.0), node, Change::Fail)];
        let s = Scenario { changes, ..scenario(4, SWITCHED, mechanism(COR)) };
        run(&s, &[(0.0, 20.0, 0)], &moves).expect("runs").1.exits[0].how
    };
    assert_eq!([fate(0), fate(2), fate(3)], [Exit::Lost, Exit::Lost, Exit::Done]);
}

/// Of N pages a stay fetches the fraction u from whoever has them: in its s-th stay u N (1 - u)^(s - 1) from the first
/// node, and u u N (1 - u)^(s - 1 - j) from the j-th that it came to. Each holder works 2 ms per page, which delays a
/// process that stays there.
#[test]
fn pages_left_behind_again_and_again_stay_where_they_were_touched_last() {
    const STAYS: u32 = 4;
    let (u, pages) = (0.4, 2e6 / 4096.0);
    let mut m = mechanism(COR);
    (m.image.touch_time, m.image.touched) = (1.0, u);
    let ages: Vec<f64> = (1..STAYS).map(|k| 20.0 * f64::from(k)).collect();
    let policy = woken(Wakes { born: true, at_ages: Ages::at(&ages), ..Wakes::default() }).act(|why, view, out, _| {
        if let Wake::Born(process) | Wake::AtAge(process) = why {
            let first = view.residents().iter().any(|r| r.id == process && r.arrival == Time::ZERO);
            if first {
                let to = To::Node(view.here() + 1);
                out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to });
            }
        }
    });
    let others = (0..=STAYS).map(|i| (0.01, 300.0, i));
    let births: Vec<(f64, f64, NodeId)> = [(0.0, 20.0 * f64::from(STAYS), 0)].into_iter().chain(others).collect();
    let delays = |fault_cpu: f64| {
        let mut m = m;
        m.costs.fault_cpu = fault_cpu;
        // A core for each of them, so that they only meet in the kernel.
        let mut s = scenario(STAYS + 1, SWITCHED, m);
        s.nodes[0].0.cores = 2;
        run(&s, &births, &policy).expect("runs").1.departures()[1..].to_vec()
    };
    let (with, without) = (delays(0.002), delays(0.0));
    for j in 0..STAYS {
        let left = if j == 0 { pages } else { u * pages };
        let fetched: f64 = (j + 1..=STAYS).map(|s| u * left * libm::pow(1.0 - u, f64::from(s - 1 - j))).sum();
        // Kernel work takes one of two cores: whoever runs goes at half its speed for that time.
        let found = (with[j as usize] - without[j as usize]) / 0.002;
        assert!((found / fetched - 0.5).abs() < 0.02, "node {j}: {found} of {fetched}");
    }
}

/// A process that stays at the node that another has left is held up by 2 ms for each of its 195 pages.
#[test]
fn whoever_holds_pages_works_for_them() {
    let policy = woken(Wakes { born: true, ..Wakes::default() }).act(|why, view, out, _| {
        if let (Wake::Born(process), 1) = (why, view.load()) {
            out.push(Command::Move { pick: Pick::Process(process), from: 0, to: To::Node(1) });
        }
    });
    let stays = |m: Mechanism| {
        let (outcome, log) = run(&scenario(2, SWITCHED, m), &[(0.0, 60.0, 0), (0.01, 60.0, 0)], &policy).expect("runs");
        close(outcome.migrants.faults, 0.4 * 2e6 / 4096.0, 0.02);
        log.departures()[1]
    };
    let mut idle = mechanism(COR);
    idle.costs.fault_cpu = 0.0;
    close(stays(mechanism(COR)) - stays(idle), 0.002 * 0.4 * 2e6 / 4096.0, 1e-6);
}

#[test]
fn memory_and_dirty_rates_of_the_workload_replace_those_of_the_mechanism() {
    let attributes = Attributes { memory: 1e6, dirty_rate: 5e4, ..Attributes::default() };
    let s = Scenario { attributes: true, ..scenario(2, SWITCHED, mechanism(precopy(1))) };
    let log = with_attributes(&s, &[(0.0, 20.0, 0)], attributes, &onwards(1));
    close(log.transfers[0].4, 0.03 + 0.05, 1e-9);
}

fn random_mechanism(rng: &mut Rng) -> Mechanism {
    let reference = Reference { prefetch: 2.0, hits: 0.5, clean_from_server: rng.chance(0.5), push: rng.chance(0.5) };
    let rules = Rules { rounds: 1 + rng.below(5), skip: rng.chance(0.3), then_push: rng.chance(0.3), ..Rules::LIMIT };
    let plans = [
        Plan::EagerAll,
        Plan::EagerDirty,
        Plan::Flushing,
        Plan::CopyOnReference(reference),
        Plan::Precopy(rules),
        Plan::FreezeFree { pages: 3.0 },
        STORED,
    ];
    let mut m = mechanism(plans[rng.below(7) as usize]);
    m.image.memory = 1e5 * libm::pow(30.0, rng.unit());
    m.costs.source_rate = 1e7;
    if rng.chance(0.3) {
        m.costs.copy_rate = 5e5;
    }
    m
}

/// The ledgers of a debug run assert at its end that nobody is twice or nowhere, that work and time are conserved.
#[test]
fn nobody_is_lost_or_doubled_when_processes_move_at_random_and_nodes_fail() {
    let mut rng = Rng::new(41);
    let (mut moves, mut aborted, mut lost) = (0, 0, 0);
    for k in 0..60u64 {
        let fabric = [Fabric::None, SWITCHED, SHARED][k as usize % 3];
        let wakes = Wakes { every: Some(0.3), at_ages: Ages::at(&[1.0]), ..Wakes::default() };
        let policy = woken(wakes).act(|why, view, out, rng| {
            let to = rng.below(view.nodes());
            let pick = if let Wake::AtAge(process) = why { Pick::Process(process) } else { Pick::Oldest(1) };
            out.push(Command::Move { pick, from: view.here(), to: To::Node(to) });
        });
        let mut births: Vec<(f64, f64, NodeId)> =
            (0..60).map(|_| (20.0 * rng.unit(), 4.0 * rng.unit(), rng.below(5))).collect();
        births.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut s = scenario(5, fabric, random_mechanism(&mut rng));
        for _ in 0..3 {
            let (t, node) = (25.0 * rng.unit(), rng.below(5));
            s.changes.push((Time::new(t), node, Change::Fail));
            s.changes.push((Time::new(t + 2.0 * rng.unit()), node, Change::Repair));
        }
        let (outcome, log) = run(&s, &births, &policy).expect("runs");
        assert_eq!(log.exits.len(), 60, "everyone leaves");
        moves += outcome.migrants.moves;
        aborted += outcome.migrants.aborted;
        lost += outcome.lost;
    }
    assert!(moves > 500 && aborted > 50 && lost > 50, "{moves} moves, {aborted} aborted, {lost} lost");
}

#[test]
fn the_copies_of_a_placement_cost_both_ends_cpu_before_their_processes_run_on() {
    // Arguments of 1 kB, which the source copies in 0.5 s and the target in 0.25 s of CPU, and which take no time to
    // send. Process 0 runs at node 0 from 0 on. At 1 process 1 comes there and is sent to node 1: process 0 waits until
    // 1.5 and is done at 4.5; process 1 can run from 1.25 on and is done at 2.25.
    let costs = Costs { source_rate: 2e3, target_rate: 4e3, ..Costs::default() };
    let exec = Mechanism { plan: Plan::RemoteExecution { arguments: 1e3 }, costs, ..mechanism(Plan::EagerAll) };
    let away = Puppet::new(Declared::default())
        .place(|process, view, _| Placement::At(if view.now().seconds() > 0.5 { 1 } else { process.at }));
    for discipline in [PS, Discipline::Fcfs] {
        let s = Scenario { placement: Transfer::Staged(exec), ..nodes(2, discipline) };
        assert_eq!(departures(&s, &[(0.0, 4.0, 0), (1.0, 1.0, 0)], &away), [4.5, 2.25]);
    }
}
