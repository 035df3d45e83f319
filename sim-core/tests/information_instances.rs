//! Information structures as instances: runs that use theirs in turns share nothing; registrars are told apart; owners.
//!
//! Not here: what the structures deliver, and when (`information_engine`).
#![allow(missing_docs)]

mod common;

use common::{Puppet, nodes};
use loadlab_core::policy::{Central, Declared, Gossip, Groups, Index, Information, Placement, Site, Timing, View};
use loadlab_core::rng::Rng;
use loadlab_core::source::{Birth, Source};
use loadlab_core::{Change, Discipline, NodeId, Scenario, Time, simulate};
use std::sync::{Arc, Mutex};

const NODES: u32 = 8;

fn structures() -> Vec<Information> {
    let timing = Timing::Phases;
    let central = Central {
        period: 1.0,
        timing,
        by: 1.0,
        report: 0.01,
        request: 0.02,
        crash_at: f64::INFINITY,
        crash_every: f64::INFINITY,
        takeover: 0.0,
    };
    let gossip = Gossip { period: 1.0, timing, length: 4, send: 2, fanout: 2, known: 1, reply: true };
    vec![
        Information::Exact,
        Information::Periodic { period: 1.0, timing },
        Information::OnChange { by: 1.0 },
        Information::Board { period: 1.5 },
        Information::Central(central),
        Information::Gossip(gossip),
        Information::Hierarchical(Groups::new(&[(3, 1.0), (2, 2.0)]).expect("two levels")),
        Information::Idle { choices: 2, withdraw: true },
    ]
}

/// The same random births for the same seed, a few at a time; between two blocks something else may run.
struct Births {
    rng: Rng,
    at: f64,
    left: u32,
    between: Box<dyn FnMut() + Send>,
}

impl Source for Births {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        (self.between)();
        for _ in 0..self.left.min(100) {
            self.left -= 1;
            self.at -= libm::log(self.rng.unit()) / (0.8 * f64::from(NODES));
            let lifetime = -libm::log(self.rng.unit());
            block.push(Birth { at: Time::new(self.at), lifetime, home: self.rng.below(NODES) });
        }
    }
    fn scale(&self) -> (f64, f64) {
        (1e-9, 1.0)
    }
}

/// Everything that a run measured, as text.
fn run(information: Information, seed: u64, between: impl FnMut() + Send + 'static) -> String {
    let declared = Declared { information, dispatchers: 2, coordinator: true, ..Declared::default() };
    let policy = Puppet::new(declared).place(move |p, view: &View<'_>, rng| {
        match information {
            _ if p.hops > 0 || !matches!(view.site(), Site::Node(_)) => {}
            Information::Central(_) => return Placement::Delegate(Site::Coordinator),
            Information::Hierarchical(groups) => return Placement::Delegate(groups.head(p.at, 0)),
            Information::Idle { .. } => return Placement::Delegate(Site::Dispatcher(rng.below(2))),
            _ => {}
        }
        Placement::At(view.known().least(rng, |_| true).map_or(p.at, |o| o.node))
    });
    let scenario = Scenario { latency: 0.05, ..nodes(NODES, Discipline::Ps) };
    let source = Births { rng: Rng::new(seed), at: 0.0, left: 1000, between: Box::new(between) };
    format!("{:?}", simulate(&scenario, Box::new(source), &policy, seed, 0, None).expect("runs"))
}

/// A run of one structure stops ten times, and each time a whole run of another takes place in the same thread; then the
/// other way round. Both measure what they measure alone.
#[test]
fn runs_in_turns_measure_what_they_measure_alone() {
    let all = structures();
    for (k, outer) in all.iter().enumerate() {
        // The same structure with other contents, and the next structure.
        for inner in [*outer, all[(k + 1) % all.len()]] {
            let (alone, other) = (run(*outer, 1, || {}), run(inner, 2, || {}));
            let inside = Arc::new(Mutex::new(Vec::new()));
            let sink = inside.clone();
            let mixed = run(*outer, 1, move || {
                let measured = run(inner, 2, || {});
                sink.lock().expect("one thread").push(measured);
            });
            assert!(mixed == alone, "{outer:?} is disturbed by {inner:?}");
            let inside = inside.lock().expect("one thread");
            assert!(inside.len() >= 10 && inside.iter().all(|text| *text == other), "{inner:?} inside {outer:?}");
            assert!(alone != other, "there is something to be mixed up");
        }
    }
}

/// Six nodes register one after the other with the shorter of two queues, which are different ones however many are
/// compared: three stand in each.
#[test]
fn the_registrars_that_a_node_compares_are_different_ones() {
    for choices in [2, 9] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let information = Information::Idle { choices, withdraw: false };
        let declared = Declared { information, dispatchers: 2, ..Declared::default() };
        let policy = Puppet::new(declared).place(move |p, view, _| match view.site() {
            Site::Dispatcher(_) => {
                sink.lock().expect("one thread").push(view.known().len());
                Placement::At(p.home)
            }
            _ => Placement::Delegate(Site::Dispatcher(p.home)),
        });
        let births = [(1.0, 1.0, 0), (1.0, 1.0, 1)];
        common::run(&nodes(6, Discipline::Fcfs), &births, &policy).expect("runs");
        let seen = seen.lock().expect("one thread");
        // Node 0 may have stood in the second queue too, but it is not that queue that used it.
        assert_eq!(*seen, [3, 3], "{choices} compared");
    }
}

/// The owner of node 1 comes at 2 and leaves at 5; node 0 has none.
#[test]
fn the_index_input_counts_from_the_end_of_the_owners_last_visit() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = seen.clone();
    let declared = Declared { information: Information::Exact, load: Index::Input, ..Declared::default() };
    let policy = Puppet::new(declared).place(move |p, view, _| {
        let known = |node: NodeId| view.known().about(node).expect("exact").load;
        sink.lock().expect("one thread").push((known(0), known(1), view.index()));
        Placement::At(p.home)
    });
    let mut scenario = nodes(2, Discipline::Ps);
    scenario.changes = vec![(Time::new(2.0), 1, Change::Close), (Time::new(5.0), 1, Change::Open)];
    let births = [(1.0, 0.5, 1), (2.5, 1.0, 1), (4.0, 9.0, 0), (7.0, 0.5, 1)];
    common::run(&scenario, &births, &policy).expect("runs");
    let expected = [(-1.0, -1.0, -1.0), (-2.5, 0.0, 0.0), (-4.0, 0.0, -4.0), (-7.0, -2.0, -2.0)];
    for (seen, expected) in seen.lock().expect("one thread").iter().zip(expected) {
        let off = (seen.0 - expected.0).abs() + (seen.1 - expected.1).abs() + (seen.2 - expected.2).abs();
        assert!(off < 1e-9, "{seen:?} instead of {expected:?}");
    }
}
