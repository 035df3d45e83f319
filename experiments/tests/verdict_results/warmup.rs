//! MSER-5 on real starts: one point for all policies, nothing lost across it, and means that forget the start.

use super::support::{TEN, column, experiment, mean_and_error, models, run, summarise, text};
use loadlab_core::process::{NodeId, Process};
use loadlab_core::record::{Exit, Moved, Sink};
use loadlab_core::scenario::{Scenario, Warmup};
use loadlab_core::{Discipline, Time};
use loadlab_workloads::arrivals::Poisson;
use loadlab_workloads::{Homes, Recipe, Synthetic};
use std::sync::Arc;

/// Twenty processes at each node at the start, where about three are usual.
fn loaded(warmup: &str) -> String {
    let more = format!("[sweep]\npolicy = [\"none\", \"jsq2\"]\n[replicate]\nmin = 20\nmax = 20\n{warmup}");
    text(TEN, &more).replace("offered_load = 0.8", "offered_load = 0.7\ninitial_load = 20")
}

#[test]
fn an_overloaded_start_biases_the_mean_and_mser5_takes_it_out_for_all_policies_at_once() {
    let (raw, cut) = (experiment(&loaded("")), experiment(&loaded("[warmup]\nkind = \"mser5\"\n")));
    let (biased, clean) = (run(&raw), run(&cut));
    let truth = 1.0 / (1.0 - 0.7);
    let (mean, error) = mean_and_error(&column(&raw, &biased, "none", "response.mean"));
    assert!(mean > truth + 10.0 * error, "the start shows: {mean} +- {error}");
    let (mean, error) = mean_and_error(&column(&cut, &clean, "none", "response.mean"));
    assert!((mean - truth).abs() < 4.0 * error && error < 0.1 * truth, "{mean} +- {error} for {truth}");
    let left_out: Vec<f64> =
        ["none", "jsq2"].iter().flat_map(|p| column(&cut, &clean, p, "warmup.processes")).collect();
    assert!(left_out[0] > 200.0 && left_out[0] < 2000.0, "more than those of the start: {}", left_out[0]);
    assert!(left_out.iter().all(|n| *n == left_out[0]), "one point for all policies and replications");
}

#[test]
fn what_was_frozen_once_is_not_piloted_again() {
    let experiment = experiment(&loaded("[warmup]\nkind = \"mser5\"\n"));
    let mut models: Vec<_> =
        experiment.cells.iter().map(|c| loadlab::model::Model::of(c, &experiment.warmup).unwrap()).collect();
    let means = loadlab::warmup::Means {
        seed: &|_| panic!("a pilot was run"),
        stored: &|_| Some(123),
        stop: &std::sync::atomic::AtomicBool::new(false),
    };
    loadlab::warmup::freeze(&experiment, &mut models, &[0], &means).unwrap();
    assert!(models.iter().all(|m| m.scenario.window.warmup == Warmup::Processes(123) && !m.scenario.window.series));
}

#[test]
fn under_mser5_a_cell_is_another_one_when_its_point_or_the_floor_changes() {
    let ids = |text: &str| experiment(text).cells.iter().map(|c| c.id.clone()).collect::<Vec<_>>();
    let base = loaded("[warmup]\nkind = \"mser5\"\n");
    assert_ne!(ids(&base)[0], ids(&base.replace("min = 20", "min = 19"))[0]);
    assert_ne!(ids(&base)[0], ids(&base.replace("\"none\", \"jsq2\"", "\"none\", \"random\""))[0]);
    let plain = loaded("");
    assert_eq!(ids(&plain)[0], ids(&plain.replace("min = 20", "min = 19"))[0]);
}

#[test]
fn a_run_that_never_settles_is_warned_of() {
    let more = "[sweep]\npolicy = [\"none\"]\n[replicate]\nmin = 10\nmax = 10\n[warmup]\nkind = \"mser5\"\n";
    let growing = text(TEN, more).replace("offered_load = 0.8", "offered_load = 1.5\nallow_unstable = true");
    let experiment = experiment(&growing);
    let summaries = summarise(&experiment, &run(&experiment));
    let response = summaries.iter().find(|s| s.metric.name == "response.mean").unwrap();
    assert!(response.codes().contains("warmup-late"), "{}", response.codes());
}

#[test]
fn a_run_too_short_for_the_rule_is_refused_before_it_starts() {
    let short = loaded("[warmup]\nkind = \"mser5\"\n").replace("processes = 4000", "processes = 50");
    let experiment = experiment(&short);
    let error = loadlab::model::Model::of(&experiment.cells[0], &experiment.warmup).err().unwrap();
    assert_eq!(error, "the warm-up rule mser5 needs runs of 100 processes or more");
}

#[test]
fn the_pilot_and_the_measured_runs_are_the_same_runs() {
    let experiment = experiment(&loaded("[warmup]\nkind = \"mser5\"\n"));
    let frozen = models(&experiment);
    let pilot = loadlab::model::Model::of(&experiment.cells[0], &experiment.warmup).unwrap();
    let (a, b) = (pilot.run(1, 0).unwrap(), frozen[0].run(1, 0).unwrap());
    assert_eq!((a.window.1, a.arrivals), (b.window.1, b.arrivals));
    assert!(a.series.is_some() && b.series.is_none() && b.left_out > 0);
}

/// The presence of every process that left.
#[derive(Default)]
struct Presence(Vec<(f64, f64)>);

impl Sink for Presence {
    fn exit(&mut self, process: &Process, now: Time, _: Exit) {
        self.0.push((process.arrival.seconds(), now.seconds()));
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, _: &Process, _: &Moved) {}
}

#[test]
fn the_number_in_the_system_goes_on_across_the_truncation_point() {
    // First come, first served: whoever arrived before the window left before its last process did.
    let mut scenario = Scenario::simple(1, Discipline::Fcfs, 3000);
    scenario.window.warmup = Warmup::Processes(1000);
    let recipe =
        Recipe::new(Arc::new(Poisson), 0.95, Arc::new(loadlab_core::law::Exponential { mean: 1.0 }), Homes::Even(1));
    let (mut presence, policy) = (Presence::default(), loadlab_policies::NoSharing);
    let source = Box::new(Synthetic::new(&recipe, 3, 0));
    let outcome = loadlab_core::simulate(&scenario, source, &policy, 3, 0, Some(&mut presence)).unwrap();
    let (start, end) = outcome.window;
    let inside = |(a, b): &(f64, f64)| (b.min(end) - a.max(start)).max(0.0);
    let area: f64 = presence.0.iter().map(inside).sum();
    assert!((outcome.integrals.in_system_area() / area - 1.0).abs() < 1e-9);
    let carried = presence.0.iter().filter(|(a, b)| *a < start && *b > start).count();
    assert!(carried > 0, "some were there when the window began, so a count from zero would be seen");
}
