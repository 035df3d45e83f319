//! Threshold, Random and work stealing with free transfers: many nodes against the mean field, few against its
//! refinement.

use crate::support::{Estimate, System, agrees, agrees_within, exponential, full, many_nodes_agree, nodes, replicate};
use loadlab_core::Discipline;
use loadlab_core::policy::Policy;
use loadlab_core::theory::{refined, sharing, stealing};
use loadlab_policies::{Random, Threshold, WorkStealing};

/// So many nodes. Integrating the mean-field equations from the empty state gives what the start still costs: after
/// 5 / (1 - load)^2 seconds the mean length is too small by at most 0.1 % (T = 1 with one probe, and less for every
/// other policy of this file), and over the windows used by less than 0.025 %.
fn system(seed: u64, count: u32, load: f64, window: f64) -> System {
    let system = System::new(seed, nodes(count, Discipline::Fcfs), load, &exponential());
    system.by_processes(5.0 / ((1.0 - load) * (1.0 - load)), window)
}

fn thousand(seed: u64, load: f64, window: f64) -> System {
    system(seed, 1000, load, window / (load * (1.0 - load)))
}

fn loads() -> &'static [f64] {
    if full() { &[0.1, 0.3, 0.5, 0.7, 0.8, 0.9] } else { &[0.8] }
}

fn mean(system: &System, policy: &dyn Policy) -> Estimate {
    system.estimate(policy, "response.mean")
}

#[test]
fn a_thousand_nodes_with_a_threshold_have_the_responses_of_the_mean_field() {
    for (k, &load) in loads().iter().enumerate() {
        for threshold in [1, 2, 3] {
            for probes in [1, 3, 5] {
                let window = if (threshold, probes) == (1, 1) { 70.0 } else { 40.0 };
                let window = if load > 0.85 { 3.0 * window } else { window };
                let seed = 701 + 100 * k as u64 + u64::from(10 * threshold + u32::from(probes));
                let estimate = mean(&thousand(seed, load, window), &Threshold { threshold, probes });
                let theory = sharing::threshold(load, threshold, u32::from(probes)).unwrap().response;
                many_nodes_agree(format!("Threshold({threshold}, {probes}) at {load}"), estimate, theory);
            }
        }
    }
}

#[test]
fn few_nodes_with_a_threshold_have_the_refined_responses() {
    for (count, load) in [(20, 0.7), (100, 0.8)] {
        for threshold in [1, 2, 3] {
            for probes in [1, 3, 5] {
                let seed = 7000 + 10 * u64::from(count) + u64::from(10 * threshold + u32::from(probes));
                let system = system(seed, count, load, 80_000.0 / f64::from(count));
                let theory = refined::threshold(load, threshold, u32::from(probes), count).unwrap();
                let what = format!("Threshold({threshold}, {probes}) on {count} nodes at {load}");
                agrees_within(what, mean(&system, &Threshold { threshold, probes }), theory.response, theory.error);
            }
        }
    }
}

/// A blind transfer is a probe that the process makes in person. On finitely many nodes the two differ by whom they may
/// meet twice, which is less than the error here.
#[test]
fn a_thousand_nodes_with_limited_random_transfers_respond_as_with_as_many_probes() {
    for (seed, threshold, transfers, window) in
        [(801, 1, 1, 70.0), (802, 1, 5, 24.0), (803, 2, 3, 24.0), (804, 3, 1, 30.0)]
    {
        let system = thousand(seed, 0.8, window);
        let random = Random { threshold: Some(threshold), transfers };
        let probing = Threshold { threshold, probes: transfers as u8 };
        let [response, ratio] = replicate(|r| {
            let response = system.run(&random, r).response.mean();
            [response, response / system.run(&probing, r).response.mean()]
        });
        let theory = sharing::random(0.8, threshold, transfers).unwrap();
        many_nodes_agree(format!("Random({threshold}, {transfers})"), response, theory.response);
        agrees(format!("Random({threshold}, {transfers}) over Threshold"), ratio, 1.0);
    }
}

#[test]
fn a_thousand_stealing_nodes_have_the_responses_of_the_mean_field() {
    for (seed, load, threshold) in [(811, 0.5, 2), (812, 0.8, 2), (813, 0.8, 3), (814, 0.8, 5)] {
        let estimate = mean(&thousand(seed, load, 38.0), &WorkStealing::new(threshold, 1));
        let theory = stealing::when_idle(load, threshold).unwrap().response;
        many_nodes_agree(format!("stealing from {threshold} at {load}"), estimate, theory);
    }
    for (seed, load, probes) in [(821, 0.8, 1), (822, 0.8, 3), (823, 0.8, 5), (824, 0.5, 3)] {
        let estimate = mean(&thousand(seed, load, 25.0), &WorkStealing::new(2, probes));
        let theory = sharing::receiver(load, 1, u32::from(probes)).unwrap().response;
        many_nodes_agree(format!("Receiver(1, {probes}) at {load}"), estimate, theory);
    }
}

#[test]
fn few_stealing_nodes_have_the_refined_responses() {
    for (count, load) in [(20, 0.7), (100, 0.8)] {
        for probes in [1, 3] {
            let seed = 8300 + u64::from(count) + u64::from(probes);
            let system = system(seed, count, load, 80_000.0 / f64::from(count));
            let theory = refined::receiver(load, 1, u32::from(probes), count).unwrap();
            let what = format!("Receiver(1, {probes}) on {count} nodes at {load}");
            let policy = WorkStealing::new(2, probes);
            agrees_within(what, mean(&system, &policy), theory.response, theory.error);
        }
    }
}
