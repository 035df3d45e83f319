//! Births that depend on exits, and sources that end or fail: hand-worked runs.

mod common;

use common::{Log, Puppet, nodes};
use loadlab_core::policy::Declared;
use loadlab_core::process::Attributes;
use loadlab_core::record::Outcome;
use loadlab_core::{Birth, Discipline, Error, NodeId, Scenario, Source, Time, simulate};
use std::sync::{Arc, Mutex};

/// (delay after the exit, lifetime, home).
type Caused = (f64, f64, NodeId);

/// First these births; and what the exit of each number causes.
#[derive(Clone, Default)]
struct Chain {
    first: Vec<(f64, f64, NodeId)>,
    caused: Vec<Vec<Caused>>,
    /// Numbers whose attributes were asked for, and that have left.
    asked: Arc<Mutex<(Vec<u64>, Vec<u64>)>>,
    problem: Option<String>,
}

impl Source for Chain {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        let birth = |(at, lifetime, home)| Birth { at: Time::new(at), lifetime, home };
        block.extend(self.first.drain(..).map(birth));
    }
    fn feedback(&self) -> bool {
        true
    }
    fn exited(&mut self, number: u64, now: Time, births: &mut Vec<Birth>) {
        self.asked.lock().expect("one thread").1.push(number);
        for (delay, lifetime, home) in self.caused.get(number as usize).into_iter().flatten().copied() {
            births.push(Birth { at: Time::new(now.seconds() + delay), lifetime, home });
        }
    }
    fn attributes(&mut self, number: u64) -> Attributes {
        self.asked.lock().expect("one thread").0.push(number);
        Attributes::default()
    }
    fn failure(&self) -> Option<&str> {
        self.problem.as_deref()
    }
    fn scale(&self) -> (f64, f64) {
        (0.25, 1.0)
    }
}

fn run(scenario: &Scenario, chain: &Chain) -> Result<(Outcome, Log), Error> {
    let mut log = Log::default();
    let policy = Puppet::new(Declared::default());
    let outcome = simulate(scenario, Box::new(chain.clone()), &policy, 1, 0, Some(&mut log))?;
    Ok((outcome, log))
}

#[test]
fn an_exit_causes_a_birth_after_its_delay_at_the_home_it_names() {
    let chain = Chain { first: vec![(0.0, 2.0, 0)], caused: vec![vec![(1.0, 3.0, 1)]], ..Chain::default() };
    let (outcome, log) = run(&nodes(2, Discipline::Fcfs), &chain).expect("a possible run");
    assert_eq!(log.departures(), [2.0, 6.0]);
    assert_eq!((log.exits[1].arrival, log.exits[1].home, outcome.response.count), (3.0, 1, 2));
}

#[test]
fn the_source_is_asked_by_the_number_in_which_it_gave_a_process() {
    // Number 2 is caused by the exit of 0 and arrives before number 1, which was given in the first block.
    let (first, caused) = (vec![(0.0, 1.0, 0), (10.0, 1.0, 0)], vec![vec![(0.0, 2.0, 0)]]);
    let chain = Chain { first, caused, ..Chain::default() };
    let scenario = Scenario { attributes: true, ..nodes(1, Discipline::Ps) };
    let (_, log) = run(&scenario, &chain).expect("a possible run");
    assert_eq!(log.departures(), [1.0, 3.0, 11.0]);
    let asked = chain.asked.lock().expect("one thread");
    assert_eq!((asked.0.as_slice(), asked.1.as_slice()), (&[0, 2, 1][..], &[0, 2, 1][..]));
}

#[test]
fn births_of_one_exit_arrive_together_after_everything_else_of_that_instant() {
    // Both share the node from 1 on.
    let caused = vec![vec![(0.0, 1.0, 0), (0.0, 1.0, 0)]];
    let chain = Chain { first: vec![(0.0, 1.0, 0)], caused, ..Chain::default() };
    let (_, log) = run(&nodes(1, Discipline::Ps), &chain).expect("a possible run");
    assert_eq!(log.departures(), [1.0, 3.0, 3.0]);
}

#[test]
fn the_window_closes_when_nothing_is_left_that_could_cause_a_birth() {
    let chain = Chain { first: vec![(0.0, 2.0, 0)], caused: vec![vec![(1.0, 3.0, 0)]], ..Chain::default() };
    let scenario = Scenario::simple(1, Discipline::Fcfs, u64::MAX);
    let (outcome, _) = run(&scenario, &chain).expect("a possible run");
    assert_eq!((outcome.window, outcome.arrivals, outcome.unfinished), ((0.0, 6.0), 2, 0));
    let (outcome, _) = run(&scenario, &Chain::default()).expect("a possible run");
    assert_eq!((outcome.window, outcome.arrivals), ((0.0, 0.0), 0));
}

#[test]
fn births_beyond_the_horizon_are_not_measured_and_with_drain_do_not_happen() {
    let caused: Vec<Vec<Caused>> = (0..5).map(|_| vec![(0.0, 1.0, 0)]).collect();
    let chain = Chain { first: vec![(0.0, 1.0, 0)], caused, ..Chain::default() };
    for drain in [false, true] {
        let mut scenario = Scenario::simple(1, Discipline::Fcfs, 2);
        scenario.window.drain = drain;
        let (outcome, log) = run(&scenario, &chain).expect("a possible run");
        assert_eq!((outcome.response.count, log.departures()), (2, vec![1.0, 2.0]), "drain {drain}");
    }
}

#[test]
fn impossible_births_caused_by_an_exit_are_errors() {
    for ((delay, lifetime, home), words) in [
        ((-1.0, 1.0, 0), "arrives at 1 s, before the exit that causes it"),
        ((0.0, -1.0, 0), "has a lifetime of -1 s"),
        ((0.0, 1.0, 9), "has node 9 as its home"),
    ] {
        let (first, caused) = (vec![(0.0, 2.0, 0)], vec![vec![(delay, lifetime, home)]]);
        let error =
            run(&nodes(2, Discipline::Ps), &Chain { first, caused, ..Chain::default() }).expect_err("impossible");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_source_that_fails_ends_the_run_with_its_own_words() {
    let problem = Some("could not be read: line 9: cut short".to_owned());
    let chain = Chain { first: vec![(0.0, 1.0, 0)], problem, ..Chain::default() };
    let error = run(&nodes(1, Discipline::Ps), &chain).expect_err("a failure");
    assert_eq!(error.to_string(), "process 1 of the workload could not be read: line 9: cut short");
}

#[test]
fn a_window_in_seconds_lasts_beyond_the_last_arrival() {
    let births = loadlab_core::Scripted::new(&[(0.0, 1.0, 0), (2.0, 1.0, 0)]);
    let mut scenario = Scenario::simple(1, Discipline::Ps, u64::MAX);
    (scenario.window.processes, scenario.window.seconds) = (None, Some(10.0));
    let (outcome, _) =
        common::run_source(&scenario, births, &Puppet::new(Declared::default())).expect("a possible run");
    assert_eq!((outcome.window, outcome.realised_offered_load()), ((0.0, 10.0), 0.2));
}
