//! Intervals from within one run cover what the theory of the queue says.

use loadlab::results::SingleRun;
use loadlab_core::law::Exponential;
use loadlab_core::scenario::{Scenario, Warmup};
use loadlab_core::{Discipline, Outcome};
use loadlab_workloads::arrivals::Poisson;
use loadlab_workloads::{Homes, Recipe, Synthetic};
use std::sync::Arc;

const RUNS: u64 = 200;

/// One run of an M/M/1 queue with offered load .5 and mean lifetime 1, and what it says of itself.
fn run(discipline: Discipline, replication: u64) -> (Outcome, SingleRun) {
    let mut scenario = Scenario::simple(1, discipline, 21_000);
    scenario.window.warmup = Warmup::Processes(1000);
    let recipe = Recipe::new(Arc::new(Poisson), 0.5, Arc::new(Exponential { mean: 1.0 }), Homes::Even(1));
    let source = Box::new(Synthetic::new(&recipe, 7, replication));
    let mut single = SingleRun::default();
    let policy = loadlab_policies::NoSharing;
    let outcome = loadlab_core::simulate(&scenario, source, &policy, 7, replication, Some(&mut single)).unwrap();
    single.end();
    (outcome, single)
}

/// A share of the runs is what 95 % intervals should cover, within four standard errors.
fn nominal(covered: u64, what: &str) {
    let (p, error) = (covered as f64 / RUNS as f64, (0.95 * 0.05 / RUNS as f64).sqrt());
    assert!((p - 0.95).abs() < 4.0 * error, "{what}: {p}");
}

#[test]
fn intervals_of_one_run_cover_the_mean_response_and_slowdown_of_a_queue() {
    // Mean response 1 / (1 - .5) under both orders of service; under PS the mean slowdown is the same.
    for (discipline, metrics) in [(Discipline::Fcfs, &[0][..]), (Discipline::Ps, &[0, 1])] {
        let (mut batches, mut cycles) = ([0; 2], [0; 2]);
        for replication in 0..RUNS {
            let (_, single) = run(discipline, replication);
            for m in metrics {
                let own = single.batches(*m, 0.95).map(|b| b.estimate.interval.contains(2.0));
                batches[*m] += u64::from(own.unwrap_or(false));
                cycles[*m] += u64::from(single.regenerative(*m, 0.95).unwrap().interval.contains(2.0));
            }
        }
        for m in metrics {
            nominal(batches[*m], &format!("{discipline:?}, metric {m}, batch means"));
            nominal(cycles[*m], &format!("{discipline:?}, metric {m}, cycles"));
        }
    }
}

#[test]
fn the_estimates_of_one_run_are_its_mean_but_for_the_ends() {
    let (outcome, single) = run(Discipline::Ps, 3);
    let mean = outcome.response.mean();
    let (batches, cycles) = (single.batches(0, 0.95).unwrap(), single.regenerative(0, 0.95).unwrap());
    assert!((batches.estimate.value / mean - 1.0).abs() < 0.02, "{batches:?} of {mean}");
    assert!((cycles.value / mean - 1.0).abs() < 0.01, "{cycles:?} of {mean}");
    assert!(batches.size * batches.estimate.n <= 20_000 && batches.size * batches.estimate.n > 18_000);
    // Half of the arrivals find the queue empty.
    assert!((cycles.n as f64 - 10_000.0).abs() < 500.0, "{}", cycles.n);
}

#[test]
fn a_run_without_cycles_gets_no_regenerative_interval_and_says_why() {
    let refused = SingleRun::default().regenerative(0, 0.95).unwrap_err();
    assert_eq!(refused.to_string(), "needs at least 30 values, has 0");
}
