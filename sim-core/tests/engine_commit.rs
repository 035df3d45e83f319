//! Failures of nodes and of the file server at every step of a move: who survives, where, and what was in vain.

mod common;

use common::moving::{COR, POST_COPY, STORED, SWITCHED, close, mechanism, onwards, precopy, scenario};
use common::{Log, run};
use loadlab_core::faults::{Faults, Outage, Outages};
use loadlab_core::mechanism::{Mechanism, Plan};
use loadlab_core::network::{End, Fabric};
use loadlab_core::record::{Exit, Outcome};
use loadlab_core::{NodeId, Scenario};

const LIFE: f64 = 20.0;

/// The first node moves its process to the second; `of` is down from `at` on.
fn failing(m: Mechanism, of: End, at: f64, lasts: f64) -> (Outcome, Log) {
    let faults = Faults { planned: vec![Outage { at, of, lasts }], ..Faults::default() };
    run(&Scenario { faults, ..scenario(2, SWITCHED, m) }, &[(0.0, LIFE, 0)], &onwards(1)).expect("runs")
}

fn two_phase(plan: Plan) -> Mechanism {
    let mut m = mechanism(plan);
    (m.costs.two_phase, m.costs.in_doubt) = (true, 5.0);
    m
}

/// How and when the process leaves if a node fails for good.
fn fate(m: Mechanism, node: NodeId, at: f64) -> (Exit, f64) {
    let gone = failing(m, End::Node(node), at, 1e6).1.exits[0].clone();
    (gone.how, gone.at)
}

/// The instants at which the commit of a move alone begins, and at which its freeze begins.
fn instants(m: Mechanism) -> (f64, f64) {
    let (_, log) = run(&scenario(2, SWITCHED, m), &[(0.0, LIFE, 0)], &onwards(1)).expect("runs");
    let (at, _, _, _, freeze) = log.transfers[0];
    (at + freeze - 0.002, at)
}

/// The table of outcomes: who fails, how far the move has come, and what becomes of the process.
#[test]
fn every_step_of_a_move_has_its_own_outcome_when_an_end_fails() {
    let plans = [Plan::EagerAll, Plan::EagerDirty, Plan::Flushing, precopy(2), COR, POST_COPY, STORED];
    for plan in plans {
        let m = two_phase(plan);
        let (commit, frozen) = instants(m);
        let ran = frozen;
        // Before the target has accepted: the process is only where it was.
        assert_eq!(fate(m, 0, 0.01), (Exit::Lost, 0.01), "{plan:?}");
        assert_eq!(fate(m, 1, 0.01).0, Exit::Done);
        close(fate(m, 1, 0.01).1, LIFE, 1e-9);
        // In the middle of the transfer: the source is authoritative, unless the image is in a store.
        let middle = (frozen + commit) / 2.0;
        let lost = if matches!(plan, Plan::Checkpoint(_)) { Exit::Done } else { Exit::Lost };
        assert_eq!(fate(m, 0, middle).0, lost, "{plan:?}");
        let (how, at) = fate(m, 1, middle);
        assert_eq!(how, Exit::Done, "{plan:?}");
        close(at, LIFE + middle - ran, 1e-9);
        // The target has everything, the commit is not written yet.
        assert_eq!(fate(m, 0, commit + 0.0005), (Exit::Lost, commit + 0.0005), "{plan:?}");
        // A silent target: in doubt for 5 s, and then on at the source; never both.
        for late in [0.0005, 0.0015] {
            let (how, at) = fate(m, 1, commit + late);
            assert_eq!(how, Exit::Done, "{plan:?}");
            close(at, LIFE + commit + late + 5.0 - ran, 1e-9);
        }
        // It runs at the target, which fails before its confirmation is back: on from the copy.
        let (how, at) = fate(m, 1, commit + 0.0025);
        assert_eq!(how, Exit::Done, "{plan:?}");
        close(at, LIFE + commit + 0.0025 + 5.0 - ran, 1e-9);
        // And after that.
        assert_eq!(fate(m, 1, commit + 0.01), (Exit::Lost, commit + 0.01), "{plan:?}");
        // The source fails once it has committed: only those who have left pages there are lost.
        let needs = matches!(plan, Plan::CopyOnReference(_));
        for late in [0.0015, 0.01] {
            let (how, _) = fate(m, 0, commit + late);
            assert_eq!(how == Exit::Lost, needs, "{plan:?} {late}");
        }
    }
}

#[test]
fn what_a_failure_wastes_is_the_freeze_and_what_was_computed_since_the_copy() {
    let m = two_phase(Plan::EagerAll);
    let (commit, frozen) = instants(m);
    let (outcome, _) = failing(m, End::Node(1), 1.0, 1e6);
    close(outcome.migrants.wasted, 1.0 - frozen, 1e-9);
    assert_eq!((outcome.migrants.aborted, outcome.migrants.moves), (1, 0));
    let (outcome, log) = failing(m, End::Node(1), commit + 0.0025, 1e6);
    close(outcome.wasted, 0.0005, 1e-6);
    assert_eq!(log.transfers.len(), 1, "it was there for half a millisecond");
    // Precopy wastes nothing of the process before its freeze.
    assert_eq!(failing(two_phase(precopy(2)), End::Node(1), 1.0, 1e6).0.migrants.wasted, 0.0);
}

/// 0.6 MB at 0.8 MB/s: the flush lasts from 0.122 to 0.872 s.
#[test]
fn transfers_to_the_file_server_wait_for_it_and_others_do_not() {
    for fabric in [SWITCHED, Fabric::Shared { bandwidth: 0.8e6 }, Fabric::None] {
        let mut m = mechanism(Plan::Flushing);
        m.costs.copy_rate = 0.8e6;
        let freeze = |faults: Faults| {
            let s = Scenario { faults, ..scenario(2, fabric, m) };
            let (_, log) = run(&s, &[(0.0, LIFE, 0)], &onwards(1)).expect("runs");
            assert_eq!(log.exits[0].how, Exit::Done);
            log.transfers[0].4
        };
        let down = |at: f64| Faults { planned: vec![Outage { at, of: End::Server, lasts: 10.0 }], ..Faults::default() };
        close(freeze(Faults::default()), 0.85, 1e-9);
        close(freeze(down(0.5)), 10.85, 1e-9);
        // Down already when the flush begins, 0.1 s after the freeze.
        close(freeze(down(0.05)), 10.05 - 0.022 + 0.75, 1e-9);
        close(freeze(down(0.9)), 0.85, 1e-9);
    }
    let left = |plan: Plan, at: f64| failing(mechanism(plan), End::Server, at, 3.0).1.departures()[0];
    for plan in [Plan::EagerAll, precopy(3), COR, POST_COPY] {
        assert_eq!(left(plan, 0.5), left(plan, 1e5), "{plan:?} has no business with the server");
    }
    // Faults at the server block, and nobody is lost.
    let held_up = left(Plan::Flushing, 2.0) - left(Plan::Flushing, 1e5);
    assert!((1.0..=3.0).contains(&held_up), "{held_up}");
}

/// P = 1 - exp(-(1/M_source + 1/M_target) T) of a move of T seconds.
#[test]
fn moves_fail_as_often_as_their_ends_do() {
    const PAIRS: u32 = 400;
    for mtbf in [5.0, 20.0] {
        let mut m = mechanism(Plan::EagerAll);
        m.costs.select = 0.0;
        let faults = Faults { node: Some(Outages { mtbf, repair: 1e6 }), ..Faults::default() };
        let s = Scenario { faults, ..scenario(2 * PAIRS, SWITCHED, m) };
        let births: Vec<(f64, f64, NodeId)> = (0..PAIRS).map(|i| (0.0, 2.2, i)).collect();
        let mut s = s;
        s.window.drain = false;
        s.window.seconds = Some(4.0);
        s.limits.cooldown = 0.0;
        let (_, log) = run(&s, &births, &onwards(PAIRS)).expect("runs");
        let succeeds = libm::exp(-2.0 * (0.002 + 0.1 + 2.0) / mtbf);
        let (n, found) = (f64::from(PAIRS), log.transfers.len() as f64);
        let sd = (n * succeeds * (1.0 - succeeds)).sqrt();
        assert!((found - n * succeeds).abs() < 4.0 * sd, "{found} of {n}, expected {}", n * succeeds);
    }
}

#[test]
fn a_planned_failure_of_a_node_that_is_not_there_is_refused() {
    let faults = Faults { planned: vec![Outage { at: 1.0, of: End::Node(2), lasts: 1.0 }], ..Faults::default() };
    let s = Scenario { faults, ..scenario(2, SWITCHED, mechanism(COR)) };
    let refused = run(&s, &[], &onwards(1)).expect_err("node 2 of 2");
    assert!(refused.to_string().contains("planned failure of node"), "{refused}");
}
