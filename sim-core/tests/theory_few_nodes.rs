//! The corrections of order 1/N of different policies against each other, where two of them must agree.
//!
//! Not here: corrections against simulations (`theory_simulated`, and the theory tests of the whole simulator).

use loadlab_core::theory::refined::{self, Refined};
use loadlab_core::theory::{Error, Solved};

#[track_caller]
fn same(a: &Solved<Refined>, b: &Solved<Refined>, why: &str) {
    let (a, b) = (a.as_ref().unwrap(), b.as_ref().unwrap());
    assert!((a.slope - b.slope).abs() < 1e-9 * a.slope.abs().max(1.0), "{why}: {} and {}", a.slope, b.slope);
}

/// Their flows are written apart.
#[test]
fn policies_that_coincide_among_few_nodes_have_the_same_correction() {
    for load in [0.5, 0.8] {
        for probes in [1, 4] {
            let (first, least) = (refined::threshold(load, 1, probes, 20), refined::shortest(load, 1, probes, 20));
            same(&first, &least, "the shortest below 1 is the first that is idle");
        }
        for threshold in [1, 3] {
            let one = refined::threshold(load, threshold, 1, 20);
            same(&one, &refined::random(load, threshold, 1, 20), "one transfer whatever is found, or one probe");
            same(&one, &refined::shortest(load, threshold, 1, 20), "the shortest of one");
        }
        let thief = refined::stealing(load, 2, 20);
        same(&thief, &refined::receiver(load, 1, 1, 20), "stealing from 2 on is receiving at 1");
    }
}

/// Without pause between the tries nobody waits while a node idles: M/M/N, whose response differs from the lifetime by
/// a term that falls exponentially with N. What is left of the correction falls like the pause.
#[test]
fn trying_without_pause_leaves_no_correction_of_order_one_over_n() {
    let slope = |rate| refined::retrying(0.7, rate, 20).unwrap().slope;
    let (often, very_often, always) = (slope(1e3), slope(1e4), slope(1e5));
    assert!(often < 0.05 && (often / very_often - 10.0).abs() < 2.0, "{often} {very_often}");
    assert!((very_often / always - 10.0).abs() < 0.2, "{very_often} {always}");
}

#[test]
fn systems_without_other_nodes_are_refused() {
    for refused in [
        refined::random(0.5, 1, 1, 1),
        refined::shortest(0.5, 1, 3, 3),
        refined::stealing(0.5, 2, 1),
        refined::retrying(0.5, 1.0, 1),
    ] {
        assert!(matches!(refused, Err(Error::Meaningless { .. })), "{refused:?}");
    }
}
