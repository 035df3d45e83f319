//! Forwarded calls among processes: what they cost whom, and who dies with whom.

mod common;

use common::moving::close;
use common::{Log, Puppet, nodes, run, woken};
use loadlab_core::faults::{Faults, Outage};
use loadlab_core::forwarding::{Fate, Forwarding, Through};
use loadlab_core::network::End;
use loadlab_core::policy::{Ages, Command, Pick, To, Wake, Wakes};
use loadlab_core::record::Exit;
use loadlab_core::rng::Rng;
use loadlab_core::{Change, Discipline, NodeId, Scenario, Time};
use std::collections::BTreeMap;

const HOME: Forwarding = Forwarding {
    through: Through::Home,
    calls: 0.1,
    factor: 4.0,
    cpu: 1.0,
    every: 0.1,
    learns: false,
    fate: Fate::NextCall,
};

fn scenario(count: u32, forwarding: Forwarding) -> Scenario {
    Scenario { forwarding: Some(forwarding), ..nodes(count, Discipline::Ps) }
}

/// The first process to arrive moves one node on at each of these ages.
fn onwards_at(ages: &[f64]) -> Puppet {
    woken(Wakes { at_ages: Ages::at(ages), ..Wakes::default() }).act(|why, view, out, _| {
        if let (Wake::AtAge(process), true) = (why, view.residents().iter().any(|r| r.arrival == Time::ZERO)) {
            let to = (view.here() + 1) % view.nodes();
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to: To::Node(to) });
        }
    })
}

fn ends(s: &Scenario, births: &[(f64, f64, NodeId)], policy: &Puppet) -> Vec<f64> {
    run(s, births, policy).expect("runs").1.departures()
}

/// 1 + q (sigma - 1) seconds per CPU second away from home.
#[test]
fn a_process_away_from_home_is_slowed_by_its_forwarded_calls_and_its_home_works_for_them() {
    let mut rng = Rng::new(61);
    for _ in 0..100 {
        let (calls, factor, cpu) = (rng.unit(), 1.0 + 9.0 * rng.unit(), 2.0 * rng.unit());
        let s = scenario(2, Forwarding { calls, factor, cpu, ..HOME });
        let (before, away) = (1.0, f64::from(1 + rng.below(20)));
        let left = ends(&s, &[(0.0, before + away, 0)], &onwards_at(&[before]))[0];
        close(left, before + away * (1.0 + calls * (factor - 1.0)), 1e-9);
        // A process that arrives at the home meanwhile, and stays: it is held up by what the calls cost there.
        let births = [(0.0, before + away, 0), (before, 200.0 * (1.0 + away), 0)];
        let stays = ends(&s, &births, &onwards_at(&[before]))[1];
        close(stays - before, 200.0 * (1.0 + away) + calls * cpu * away, 1e-9);
    }
}

#[test]
fn each_move_adds_a_node_to_a_chain_and_shortens_it_where_it_is_learned() {
    let mut rng = Rng::new(62);
    for _ in 0..50 {
        let (calls, factor) = (rng.unit(), 1.0 + 4.0 * rng.unit());
        let stays = 1 + rng.below(6);
        let ages: Vec<f64> = (1..=stays).map(f64::from).collect();
        let births = [(0.0, f64::from(stays) + 1.0, 0)];
        let chain = Forwarding { through: Through::Chain, calls, factor, ..HOME };
        let extra = |f: Forwarding| ends(&scenario(8, f), &births, &onwards_at(&ages))[0] - births[0].1;
        // After m moves 1 s of CPU time takes q m (sigma - 1) longer.
        let moves = f64::from(stays * (stays + 1) / 2);
        close(extra(chain), calls * (factor - 1.0) * moves, 1e-7);
        // Learned: one burst of 0.1 s after each move, through the one node that it has just left.
        let learned = 0.1 * calls * (factor - 1.0) * f64::from(stays);
        close(extra(Forwarding { learns: true, ..chain }), learned, 1e-7);
        close(extra(Forwarding { through: Through::NameServer, learns: true, ..chain }), learned, 1e-7);
    }
}

/// Round a ring of three and back to the beginning: nobody in between.
#[test]
fn a_process_that_comes_back_cuts_its_chain() {
    let chain = Forwarding { through: Through::Chain, ..HOME };
    let left = ends(&scenario(3, chain), &[(0.0, 4.0, 0)], &onwards_at(&[1.0, 2.0, 3.0]))[0];
    // One second each through 0, 1, 2 and 0 nodes.
    close(left, 4.0 + 0.3 * 3.0, 1e-9);
}

#[test]
fn who_asks_a_name_server_waits_while_it_is_down() {
    let server = Forwarding { through: Through::NameServer, learns: true, ..HOME };
    let faults = Faults { planned: vec![Outage { at: 0.5, of: End::Server, lasts: 7.0 }], ..Faults::default() };
    let s = Scenario { faults, ..scenario(2, server) };
    // It asks at age 1.05, the server is back at 7.5, and its first calls take 0.03 s longer.
    close(ends(&s, &[(0.0, 3.0, 0)], &onwards_at(&[1.0]))[0], 7.5 + 0.03 + 1.95, 1e-9);
}

/// Everyone moves at random, from node to node, until a node fails.
fn wandering(fate: Fate, through: Through, rng: &mut Rng) -> (NodeId, f64, Vec<(f64, f64, NodeId)>, Log) {
    let (node, at) = (rng.below(6), 5.0 + 5.0 * rng.unit());
    let mut births: Vec<(f64, f64, NodeId)> = (0..30).map(|_| (4.0 * rng.unit(), 60.0, rng.below(6))).collect();
    births.sort_by(|a, b| a.0.total_cmp(&b.0));
    let policy = woken(Wakes { every: Some(1.0), ..Wakes::default() }).act(move |_, view, out, rng| {
        if view.now().seconds() < at {
            let to = rng.below(view.nodes());
            out.push(Command::Move { pick: Pick::Oldest(1), from: view.here(), to: To::Node(to) });
        }
    });
    let changes = vec![(Time::new(at), node, Change::Fail)];
    let s = Scenario { changes, ..scenario(6, Forwarding { through, fate, ..HOME }) };
    let log = run(&s, &births, &policy).expect("runs").1;
    (node, at, births, log)
}

/// Whom the calls of each process go through, and where it is, from the record of its moves alone.
fn trails(births: &[(f64, f64, NodeId)], log: &Log, through: Through) -> BTreeMap<u64, Vec<NodeId>> {
    let mut all: BTreeMap<u64, Vec<NodeId>> = (0..).zip(births.iter().map(|birth| vec![birth.2])).collect();
    for (_, index, _, to, _) in &log.transfers {
        let stops = all.get_mut(index).expect("born");
        match through {
            Through::Chain => {
                if let Some(known) = stops.iter().position(|node| node == to) {
                    stops.truncate(known);
                }
                stops.push(*to);
            }
            _ => *stops = if *to == stops[0] { vec![*to] } else { vec![stops[0], *to] },
        }
    }
    all
}

#[test]
fn the_failure_of_a_node_kills_exactly_those_who_depend_on_it() {
    let mut rng = Rng::new(63);
    let (mut dead, mut alive) = (0, 0);
    for k in 0..80 {
        let through = [Through::Home, Through::Chain][k % 2];
        for fate in [Fate::AtOnce, Fate::NextCall, Fate::Survive] {
            let (node, at, births, log) = wandering(fate, through, &mut rng);
            for (index, stops) in trails(&births, &log, through) {
                let here = stops.last() == Some(&node);
                let dies = here || (fate != Fate::Survive && stops.contains(&node));
                let gone = log.exits.iter().find(|e| e.index == index).expect("leaves");
                assert_eq!(
                    gone.how == Exit::Lost,
                    dies,
                    "{through:?} {fate:?}: process {index} by {stops:?}, {node} fails"
                );
                assert!(!dies || gone.at == at || (fate == Fate::NextCall && !here && gone.at > at));
                (dead, alive) = (dead + u32::from(dies && !here), alive + u32::from(!dies));
            }
        }
    }
    assert!(dead > 300 && alive > 300, "{dead} dependants, {alive} others");
}
