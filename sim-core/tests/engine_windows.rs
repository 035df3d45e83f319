//! Who is measured, and over which time: warm-ups, horizons, and what goes on after them.

mod common;

use common::{Puppet, nodes, run};
use loadlab_core::policy::{Ask, Declared, Information, Placement};
use loadlab_core::scenario::{Warmup, Window};
use loadlab_core::{Discipline, NodeId, Outcome, Scenario};

/// One FCFS node: 0 runs 0-1, 1 runs 1-5, then 2, 3, 4 for a second each.
const BIRTHS: [(f64, f64, NodeId); 5] = [(0.0, 1.0, 0), (1.0, 4.0, 0), (2.0, 1.0, 0), (3.0, 1.0, 0), (4.0, 1.0, 0)];

fn outcome(window: Window) -> Outcome {
    let scenario = Scenario { window, ..nodes(1, Discipline::Fcfs) };
    run(&scenario, &BIRTHS, &Puppet::new(Declared::default())).expect("runs").0
}

/// Count and sum of responses, the window, the areas within it, and all arrivals up to the horizon.
fn seen(o: &Outcome) -> (u64, f64, (f64, f64), f64, f64, u64) {
    let areas = (o.integrals.in_system_area(), o.integrals.busy_area());
    (o.response.count, o.response.sum, o.window, areas.0, areas.1, o.arrivals)
}

#[test]
fn a_window_counted_in_processes_runs_from_arrival_to_arrival() {
    let window = Window { warmup: Warmup::Processes(1), processes: Some(3), ..Window::default() };
    // Measured: 1 (1-5) and 2 (2-6). One in the system until 2, two until 3.
    assert_eq!(seen(&outcome(window)), (2, 8.0, (1.0, 3.0), 3.0, 2.0, 3));
}

#[test]
fn a_window_counted_in_seconds_takes_in_who_arrives_at_its_start_and_not_at_its_end() {
    let window = Window { warmup: Warmup::Seconds(1.0), seconds: Some(3.0), ..Window::default() };
    assert_eq!(seen(&outcome(window)), (2, 8.0, (1.0, 3.0), 3.0, 2.0, 3));
    let window = Window { warmup: Warmup::Seconds(1.5), seconds: Some(3.5), ..Window::default() };
    // 2 (2-6) and 3 (3-7); in the system: 1 to 2, 2 to 3, 3 to 3.5.
    assert_eq!(seen(&outcome(window)), (2, 8.0, (1.5, 3.5), 4.0, 2.0, 4));
}

#[test]
fn a_drained_run_measures_to_the_end_and_admits_nobody_after_the_horizon() {
    let window = Window { processes: Some(2), drain: true, ..Window::default() };
    assert_eq!(seen(&outcome(window)), (2, 5.0, (0.0, 5.0), 5.0, 5.0, 2));
}

#[test]
fn without_a_horizon_the_window_ends_with_the_last_arrival() {
    assert_eq!(seen(&outcome(Window::default())), (5, 1.0 + 4.0 + 4.0 + 4.0 + 4.0, (0.0, 4.0), 7.0, 4.0, 5));
}

#[test]
fn a_warm_up_that_nobody_survives_measures_nothing() {
    let window = Window { warmup: Warmup::Processes(9), processes: Some(10), ..Window::default() };
    assert_eq!((outcome(window).response.count, outcome(window).measured()), (0, 0));
}

#[test]
fn only_messages_within_the_window_count() {
    let asking = Puppet::new(Declared { information: Information::OnDemand, ..Declared::default() })
        .place(|p, view, _| if view.round() == 0 { Placement::Ask(Ask::one(0)) } else { Placement::At(p.home) });
    let window = Window { warmup: Warmup::Processes(1), processes: Some(3), ..Window::default() };
    let scenario = Scenario { window, ..nodes(1, Discipline::Fcfs) };
    let (outcome, _) = run(&scenario, &BIRTHS, &asking).expect("runs");
    assert_eq!((outcome.traffic.probes, outcome.traffic.messages), (2, 4));
}
