//! Disciplines that look at lifetimes or ages: shortest remaining first (SRPT), and foreground-background (FB).

use crate::support::{System, agrees, bounded_pareto, exponential, hyper, nodes, relaxation};
use loadlab_core::Discipline;
use loadlab_core::law::{Law, Uniform};
use loadlab_core::theory::{fb, mmk, srpt};
use loadlab_policies::NoSharing;
use std::sync::Arc;

fn uniform() -> Arc<dyn Law> {
    Arc::new(Uniform::new(0.0, 2.0).unwrap())
}

fn check(discipline: Discipline, seed: u64, load: f64, life: &Arc<dyn Law>, window: f64, theory: f64) {
    let r = relaxation(load, &**life);
    let system = System::new(seed, nodes(10, discipline), load, life).by_processes(5.0 * r, window * r);
    agrees(format!("{discipline:?} at {load}, {life:?}"), system.estimate(&NoSharing, "response.mean"), theory);
}

#[test]
fn shortest_remaining_first_has_the_responses_of_schrage_and_miller() {
    let cases =
        [(401, 0.8, exponential(), 100.0), (402, 0.8, uniform(), 90.0), (403, 0.7, bounded_pareto(1.5, 100.0), 60.0)];
    for (seed, load, life, window) in cases {
        check(Discipline::Srpt, seed, load, &life, window, srpt::response(load, &*life).unwrap());
    }
}

#[test]
fn foreground_background_has_the_responses_of_kleinrock() {
    for (seed, load, life, window) in [(411, 0.7, hyper(4.0), 200.0), (412, 0.7, uniform(), 200.0)] {
        check(Discipline::Fb, seed, load, &life, window, fb::response(load, &*life).unwrap());
    }
}

/// An exponential lifetime has no memory, so whom a node serves changes nothing in the mean.
#[test]
fn foreground_background_of_exponential_lifetimes_is_mm1() {
    check(Discipline::Fb, 413, 0.7, &exponential(), 300.0, mmk::mm1_response(0.7).unwrap());
}
