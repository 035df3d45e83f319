//! How a move meets the processes around it: copying that competes, safe points, warm returns, processes held back
//! during precopy, clusters that are far from each other.

mod common;

use common::moving::{SWITCHED, close, mechanism, onwards, scenario};
use common::{Log, Puppet, run, woken};
use loadlab_core::mechanism::{HotSet, Image, Mechanism, Plan, Rules, Wires, Writes, timeline};
use loadlab_core::network::Fabric;
use loadlab_core::policy::{Ages, Ask, Command, Note, Pick, Site, To, Wake, Wakes, Who};
use loadlab_core::record::Outcome;
use loadlab_core::rng::Rng;
use loadlab_core::{NodeId, Scenario};
use std::sync::{Arc, Mutex};

fn moved(m: Mechanism, births: &[(f64, f64, NodeId)], policy: &Puppet) -> (Outcome, Log) {
    run(&scenario(3, SWITCHED, m), births, policy).expect("runs")
}

/// Only the first process moves, at this age.
fn first_at(age: f64) -> Puppet {
    woken(Wakes { at_ages: Ages::at(&[age]), ..Wakes::default() }).act(move |why, view, out, _| {
        if let Wake::AtAge(process) = why {
            let first = view.residents().iter().any(|r| r.id == process && r.arrival.seconds() == 0.0);
            if first {
                out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to: To::Node(1) });
            }
        }
    })
}

/// B = min(link, rate / (1 + b)) with b processes beside the copying, at either end.
#[test]
fn copying_that_competes_is_slowed_by_the_processes_of_its_node_and_slows_them() {
    for (b, node) in [(0, 0), (1, 0), (3, 0), (7, 0), (1, 1), (4, 1)] {
        let mut m = mechanism(Plan::EagerAll);
        (m.costs.fixed, m.costs.competes) = (0.0, true);
        if node == 0 {
            m.costs.source_rate = 2.5e6
        } else {
            m.costs.target_rate = 2.5e6
        }
        let births: Vec<(f64, f64, NodeId)> =
            [(0.0, 50.0, 0)].into_iter().chain((0..b).map(|_| (0.002, 100.0, node))).collect();
        let (_, log) = moved(m, &births, &first_at(0.001));
        let rate = (2.5e6 / f64::from(1 + b)).min(1e6);
        close(log.transfers[0].4, 2e6 / rate, 1e-9);
        // The work of copying, 0.8 s, is shared: the residents of the node lose it together.
        if b > 0 && node == 0 {
            let busy: f64 = log.departures()[1..].iter().copied().fold(0.0, f64::max);
            close(busy - 0.002, 100.0 * f64::from(b) + 0.8 + 0.02, 1e-3);
        }
    }
}

#[test]
fn copying_at_kernel_priority_is_held_up_by_nobody_and_holds_up_all() {
    let mut m = mechanism(Plan::EagerAll);
    (m.costs.fixed, m.costs.source_rate) = (0.0, 2.5e6);
    let births = [(0.0, 50.0, 0), (0.002, 100.0, 0), (0.002, 100.0, 0)];
    let (_, log) = moved(m, &births, &first_at(0.001));
    close(log.transfers[0].4, 2.0, 1e-9);
    // A CPU slower than the link is charged beside the transfer, which only `copy_rate` limits.
    m.costs.source_rate = 0.5e6;
    close(moved(m, &births, &first_at(0.001)).1.transfers[0].4, 2.0, 1e-9);
    m.costs.copy_rate = 0.5e6;
    close(moved(m, &births, &first_at(0.001)).1.transfers[0].4, 4.0, 1e-9);
}

#[test]
fn nobody_sees_or_moves_a_copier_and_all_see_its_load() {
    let mut m = mechanism(Plan::EagerAll);
    (m.costs.source_rate, m.costs.competes) = (2e6, true);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let wakes = Wakes { born: true, every: Some(0.1), ..Wakes::default() };
    let policy = woken(wakes).act(move |why, view, out, _| match why {
        Wake::Born(process) => {
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to: To::Node(1) });
        }
        Wake::Every if view.here() == 0 => {
            kept.lock().expect("alone").push((view.now().seconds(), view.load(), view.residents().len()));
            out.push(Command::Move { pick: Pick::Newest(3), from: 0, to: To::Node(2) });
        }
        _ => {}
    });
    let (_, log) = moved(m, &[(0.0, 3.0, 0)], &policy);
    assert_eq!(log.transfers.len(), 1);
    let copying: Vec<_> = seen.lock().expect("alone").iter().filter(|s| (0.2..0.9).contains(&s.0)).copied().collect();
    assert!(copying.len() > 3 && copying.iter().all(|s| (s.1, s.2) == (1, 0)), "{copying:?}");
}

#[test]
fn a_process_is_frozen_at_the_next_safe_point_of_its_own_time() {
    let mut m = mechanism(Plan::EagerAll);
    m.costs.safe_point = 0.5;
    close(moved(m, &[(0.0, 9.0, 0)], &onwards(1)).1.transfers[0].0, 0.5, 1e-9);
    // It shares its node with another: its time passes half as fast.
    let two = [(0.0, 9.0, 0), (0.1, 90.0, 0)];
    close(moved(m, &two, &first_at(0.1)).1.transfers[0].0, 0.1 + 0.8, 1e-9);
    // One that ends before it gets there is not moved.
    m.costs.safe_point = 2.0;
    let (outcome, log) = moved(m, &[(0.0, 1.0, 0)], &onwards(1));
    assert_eq!((log.departures(), log.transfers.len(), outcome.migrants.aborted), (vec![1.0], 0, 1));
}

#[test]
fn a_node_where_a_process_has_been_needs_no_code() {
    let mut m = mechanism(Plan::EagerAll);
    (m.costs.code, m.costs.fixed) = (0.25, 0.0);
    let to_and_fro = woken(Wakes { born: true, delivered: true, ..Wakes::default() }).act(|why, view, out, _| {
        if let Wake::Born(process) | Wake::Delivered(process) = why
            && view.now().seconds() < 6.0
        {
            let to = if view.here() == 0 { 1 } else { 0 };
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to: To::Node(to) });
        }
    });
    let freezes: Vec<f64> = moved(m, &[(0.0, 30.0, 0)], &to_and_fro).1.transfers.iter().map(|t| t.4).collect();
    assert_eq!(freezes.len(), 4);
    for (freeze, bytes) in freezes.iter().zip([2e6, 1.5e6, 1.5e6, 1.5e6]) {
        close(*freeze, bytes / 1e6, 1e-9);
    }
}

/// Slices are coarse: half of one in 64 per round.
#[test]
fn precopy_that_holds_its_process_back_does_so_as_its_timeline_says() {
    let qemu = Rules { rounds: 200, ..Rules::QEMU };
    let slow = Rules { slowdown: 0.4, rounds: 4, ..Rules::LIMIT };
    let sets = |size: f64, time: f64| Writes::Sets([HotSet { size, time }, HotSet::default(), HotSet::default()]);
    for (rules, writes) in
        [(qemu, Writes::Rate(1.5e6)), (qemu, Writes::Rate(0.8e6)), (slow, Writes::Rate(0.5e6)), (slow, sets(4e5, 0.5))]
    {
        let mut m = mechanism(Plan::Precopy(rules));
        m.image = Image { memory: 2e7, writes, ..m.image };
        let wires = Wires { bandwidth: 1e6, server: 0.8e6, latency: 0.001 };
        let alone = timeline(&Mechanism { wires, ..m }, 500.0);
        let (outcome, log) = moved(m, &[(0.0, 500.0, 0)], &onwards(1));
        let (at, _, _, _, freeze) = log.transfers[0];
        close(at + freeze, alone.initial, 0.01);
        close(outcome.migrants.bytes, alone.bytes, 0.01);
        close(freeze, alone.freeze, 0.02);
        // What the process lost of its time before the freeze, and nothing after.
        let ran: f64 = alone
            .spans
            .iter()
            .filter(|s| s.step.runs == loadlab_core::mechanism::Runs::Source)
            .map(|s| s.seconds * s.step.speed)
            .sum();
        close(log.departures()[0], alone.initial + 500.0 - ran, 0.01);
    }
}

#[test]
fn precopy_without_a_brake_gives_up_where_the_brake_converges() {
    let mut m = mechanism(Plan::Precopy(Rules { rounds: 30, ..Rules::QEMU }));
    m.image.writes = Writes::Rate(1.5e6);
    assert_eq!(moved(m, &[(0.0, 500.0, 0)], &onwards(1)).1.transfers.len(), 1);
    m.plan = Plan::Precopy(Rules { rounds: 30, converge: false, ..Rules::QEMU });
    let (outcome, log) = moved(m, &[(0.0, 500.0, 0)], &onwards(1));
    assert_eq!((log.transfers.len(), outcome.migrants.aborted), (0, 1));
}

#[test]
fn messages_and_questions_between_clusters_take_the_long_way() {
    let fabric = Fabric::TwoLevel { bandwidth: 1e6, server: 1e6, wan: 1e5, wan_latency: 0.05, size: 2 };
    for (to, seconds) in [(1, 0.001), (2, 0.051)] {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = heard.clone();
        let policy = woken(Wakes { born: true, ..Wakes::default() }).act(move |why, view, out, _| match why {
            Wake::Born(_) => {
                out.push(Command::Send { to: Who::At(Site::Node(to)), note: Note::default() });
                out.push(Command::Ask(Ask { who: Who::One(to), ..Ask::one(0) }));
            }
            Wake::Message { .. } | Wake::Replies(_) => kept.lock().expect("alone").push(view.now().seconds()),
            _ => {}
        });
        let s = Scenario { fabric, ..scenario(4, fabric, mechanism(Plan::EagerAll)) };
        run(&s, &[(0.0, 1.0, 0)], &policy).expect("runs");
        let heard = heard.lock().expect("alone").clone();
        assert_eq!(heard.len(), 2);
        close(heard[0], seconds, 1e-9);
        close(heard[1], 2.0 * seconds, 1e-9);
    }
}

/// The ledgers of a debug run assert that nobody is twice or nowhere, and that work and time are conserved.
#[test]
fn all_of_it_at_once_loses_nobody() {
    let mut rng = Rng::new(71);
    for k in 0..40 {
        let rules = Rules { rounds: 3, slowdown: 0.5, ..Rules::LIMIT };
        let mut m = mechanism([Plan::EagerAll, Plan::Precopy(rules), Plan::Flushing][k % 3]);
        let costs = &mut m.costs;
        (costs.source_rate, costs.target_rate, costs.competes) = (2e6, 2e6, rng.chance(0.7));
        (costs.safe_point, costs.code, costs.two_phase, costs.in_doubt) = (0.1 * rng.unit(), 0.3, rng.chance(0.5), 0.5);
        let wakes = Wakes { every: Some(0.4), ..Wakes::default() };
        let policy = woken(wakes).act(|_, view, out, rng| {
            let to = To::Node(rng.below(view.nodes()));
            out.push(Command::Move { pick: Pick::Oldest(1), from: view.here(), to });
        });
        let mut births: Vec<(f64, f64, NodeId)> =
            (0..40).map(|_| (20.0 * rng.unit(), 4.0 * rng.unit(), rng.below(5))).collect();
        births.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut s = scenario(5, SWITCHED, m);
        let outages = |mtbf| Some(loadlab_core::faults::Outages { mtbf, repair: 1.0 });
        (s.faults.node, s.faults.server) = (outages(20.0), outages(10.0));
        assert_eq!(run(&s, &births, &policy).expect("runs").1.exits.len(), 40, "everyone leaves");
    }
}
