//! What the tests in the engine share: scripted worlds and a log of what happened.
#![allow(dead_code, missing_docs, unreachable_pub)]

use loadlab_core::policy::Policy;
use loadlab_core::process::Process;
use loadlab_core::record::{Exit, Moved, Outcome, Sink};
use loadlab_core::scenario::Window;
use loadlab_core::{Discipline, NodeId, Scenario, Scripted, Time, Transfer, simulate};

/// Keeps when processes left, and who was moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    exits: Vec<(u64, f64)>,
    /// When, which, from where, to where.
    pub moves: Vec<(f64, u64, NodeId, NodeId)>,
}

impl Sink for Log {
    fn exit(&mut self, process: &Process, now: Time, _: Exit) {
        self.exits.push((process.index, now.seconds()));
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, process: &Process, moved: &Moved) {
        self.moves.push((moved.at.seconds(), process.index, moved.from, moved.to));
    }
}

impl Log {
    /// When each process left, in order of arrival.
    pub fn departures(&self) -> Vec<f64> {
        let mut list = self.exits.clone();
        list.sort_by_key(|(index, _)| *index);
        list.into_iter().map(|(_, at)| at).collect()
    }
}

/// Equal nodes whose moves take so many seconds, until the last process has left.
pub fn nodes(count: u32, cost: f64) -> Scenario {
    let fixed = Transfer::Fixed { seconds: cost, bandwidth: f64::INFINITY };
    let window = Window { drain: true, ..Window::default() };
    Scenario { migration: fixed, placement: fixed, window, ..Scenario::simple(count, Discipline::Ps, u64::MAX) }
}

/// Runs a scripted source.
pub fn run(scenario: &Scenario, source: Scripted, policy: &dyn Policy) -> (Outcome, Log) {
    let mut log = Log::default();
    let outcome = simulate(scenario, Box::new(source), policy, 1, 0, Some(&mut log)).expect("the run is possible");
    (outcome, log)
}

/// When each of these (arrival, lifetime, home) left.
pub fn departures(scenario: &Scenario, births: &[(f64, f64, NodeId)], policy: &dyn Policy) -> Vec<f64> {
    run(scenario, Scripted::new(births), policy).1.departures()
}
