//! Policies with free transfers on 1,000 nodes against their mean fields: families, thresholds, probes, loads.

use crate::cells::{Cell, MANY, check_all};
use crate::policies::ShorterOfTwo;
use loadlab_core::theory::{MeanField, Solved, refined, sharing, stealing, supermarket};
use loadlab_policies::{PowerOfD, PullRate, PushRate, Random, Receiver, Shortest, Symmetric, Threshold, WorkStealing};

/// The loads of the whole grid.
pub(crate) const LOADS: [f64; 7] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95];

fn w(solved: Solved<MeanField>) -> f64 {
    solved.unwrap().response
}

/// The families with a threshold and a number of probes.
fn of_probes(t: u32, probes: u8, load: f64) -> Vec<Cell> {
    let (lp, at) = (u32::from(probes), (MANY, load));
    let say = |name| (name, format!("T = {t}, Lp = {lp}"));
    let threshold = Threshold { threshold: t, probes };
    let random = Random { threshold: Some(t), transfers: lp };
    let shortest = Shortest { threshold: t, probes };
    vec![
        Cell::free(say("sharing::threshold"), at, threshold, move |l| w(sharing::threshold(l, t, lp)))
            .refined(move |l| refined::threshold(l, t, lp, MANY)),
        Cell::free(("sharing::random", format!("T = {t}, Lt = {lp}")), at, random, move |l| {
            w(sharing::random(l, t, lp))
        })
        .refined(move |l| refined::random(l, t, lp, MANY)),
        Cell::free(say("sharing::shortest"), at, shortest, move |l| w(sharing::shortest(l, t, lp)))
            .refined(move |l| refined::shortest(l, t, lp, MANY)),
        Cell::free(say("sharing::receiver"), at, Receiver::new(t, probes), move |l| w(sharing::receiver(l, t, lp)))
            .refined(move |l| refined::receiver(l, t, lp, MANY)),
        Cell::free(say("sharing::symmetric"), at, Symmetric::new(t, probes, probes), move |l| {
            w(sharing::symmetric(l, t, lp, lp))
        })
        .refined(move |l| refined::symmetric(l, t, lp, lp, MANY)),
    ]
}

fn stealing_from(t: u32, load: f64) -> Cell {
    let name = ("stealing::when_idle", format!("from {t}"));
    Cell::free(name, (MANY, load), WorkStealing::new(t, 1), move |l| w(stealing::when_idle(l, t)))
        .refined(move |l| refined::stealing(l, t, MANY))
}

/// Idle nodes pull at a rate r each, which is r (1 - λ) per node. Nodes with two or more processes push at r each: R = r
/// s_2 probes per node, and s_2 = λ² - R (1 - λ) by the formula itself, so R = r λ² / (1 + r (1 - λ)).
fn at_rate(rate: f64, load: f64) -> Vec<Cell> {
    let at = (MANY, load);
    let say = |name| (name, format!("rate {rate}"));
    let pushed = move |l: f64| w(stealing::push_rate(l, rate * l * l / (1.0 + rate * (1.0 - l))));
    let finite = move |l| refined::retrying(l, rate, MANY);
    vec![
        Cell::free(say("stealing::retrying"), at, PullRate::new(rate), move |l| w(stealing::retrying(l, rate)))
            .refined(finite),
        Cell::free(say("stealing::pull_rate"), at, PullRate::new(rate), move |l| {
            w(stealing::pull_rate(l, rate * (1.0 - l)))
        })
        .refined(finite),
        Cell::free(say("stealing::push_rate"), at, PushRate::new(rate), pushed).refined(finite),
    ]
}

fn choices(d: u8, load: f64) -> Cell {
    let policy = PowerOfD { d, replacement: false };
    let name = ("supermarket::choices", format!("d = {d}"));
    Cell::free(name, (MANY, load), policy, move |l| w(supermarket::choices(l, u32::from(d))))
        .refined(move |l| refined::choices(l, u32::from(d), true, MANY))
}

/// The weak form of the threshold supermarket is Random(T, 1).
fn strong(threshold: u32, load: f64) -> Cell {
    let name = ("supermarket::strong_threshold", format!("T = {threshold}"));
    Cell::free(name, (MANY, load), ShorterOfTwo { threshold }, move |l| w(supermarket::strong_threshold(l, threshold)))
}

/// All families at all loads.
pub(crate) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for load in LOADS {
        for (t, probes) in [1, 2, 3].into_iter().flat_map(|t| [1, 3, 5].map(|probes| (t, probes))) {
            cells.extend(of_probes(t, probes, load));
        }
        cells.extend([2, 3, 5].map(|t| stealing_from(t, load)));
        cells.extend([1.0, 5.0].into_iter().flat_map(|rate| at_rate(rate, load)));
        cells.extend([2, 3, 5].map(|d| choices(d, load)));
        cells.extend([1, 2, 3].map(|t| strong(t, load)));
    }
    cells
}

#[test]
fn a_thousand_nodes_respond_as_in_the_mean_field_of_every_family() {
    let probed = [(1, 1, 0.5), (1, 3, 0.8), (2, 1, 0.7), (2, 3, 0.9), (3, 5, 0.8)];
    let mut cells: Vec<Cell> = probed.into_iter().flat_map(|(t, probes, load)| of_probes(t, probes, load)).collect();
    cells.extend([stealing_from(2, 0.8), stealing_from(5, 0.7)]);
    cells.extend(at_rate(5.0, 0.8));
    cells.extend([choices(2, 0.9), choices(3, 0.5), choices(5, 0.8), strong(2, 0.8)]);
    check_all(&cells);
}
