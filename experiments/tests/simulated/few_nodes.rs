//! Few nodes with free transfers against the mean field refined by its first correction, which states its own error.

use crate::cells::{Cell, check_all};
use crate::control::{many, response};
use loadlab_core::policy::Policy;
use loadlab_core::theory::{Solved, refined, refined::Refined};
use loadlab_policies::{PowerOfD, PullRate, PushRate, Random, Receiver, Shortest, Symmetric, Threshold, WorkStealing};

fn cell(
    formula: &'static str,
    parameters: String,
    at: (u32, f64),
    policy: impl Policy + 'static,
    of: impl Fn(f64) -> Solved<Refined> + 'static,
) -> Cell {
    let Refined { response: theory, error, .. } = of(at.1).unwrap();
    let w = move |load| of(load).unwrap().response;
    Cell::of((formula, parameters), at, theory, move |seed| response(many(seed, at.0, at.1), at.1, &policy, &w))
        .with_own_error(error)
}

/// The families with a threshold and a number of probes.
fn of_probes(at: (u32, f64), t: u32, probes: u8) -> Vec<Cell> {
    let (lp, n) = (u32::from(probes), at.0);
    let say = || format!("T = {t}, Lp = {lp}");
    let threshold = Threshold { threshold: t, probes };
    let random = Random { threshold: Some(t), transfers: lp };
    let shortest = Shortest { threshold: t, probes };
    vec![
        cell("refined::threshold", say(), at, threshold, move |l| refined::threshold(l, t, lp, n)),
        cell("refined::random", format!("T = {t}, Lt = {lp}"), at, random, move |l| refined::random(l, t, lp, n)),
        cell("refined::shortest", say(), at, shortest, move |l| refined::shortest(l, t, lp, n)),
        cell("refined::receiver", say(), at, Receiver::new(t, probes), move |l| refined::receiver(l, t, lp, n)),
        cell("refined::symmetric", say(), at, Symmetric::new(t, probes, probes), move |l| {
            refined::symmetric(l, t, lp, lp, n)
        }),
    ]
}

/// Stealing, rates and choices.
fn others(at: (u32, f64)) -> Vec<Cell> {
    let n = at.0;
    let mut cells: Vec<Cell> = [2, 3, 5]
        .into_iter()
        .map(|t| {
            let policy = WorkStealing::new(t, 1);
            cell("refined::stealing", format!("from {t}"), at, policy, move |l| refined::stealing(l, t, n))
        })
        .collect();
    let paired = move |l| refined::retrying(l, 2.0, n);
    cells.push(cell("refined::retrying", "pull, rate 2".to_owned(), at, PullRate::new(2.0), paired));
    cells.push(cell("refined::retrying", "push, rate 2".to_owned(), at, PushRate::new(2.0), paired));
    for (d, replacement) in [(2, true), (2, false), (3, true), (3, false)] {
        let say = format!("d = {d}, {}", if replacement { "with replacement" } else { "distinct" });
        let of = move |l| refined::choices(l, u32::from(d), !replacement, n);
        cells.push(cell("refined::choices", say, at, PowerOfD { d, replacement }, of));
    }
    cells
}

/// All families on 20 and on 100 nodes.
pub(crate) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for at in [(20, 0.5), (20, 0.7), (20, 0.8), (100, 0.5), (100, 0.8), (100, 0.9)] {
        for (t, probes) in [1, 2, 3].into_iter().flat_map(|t| [1, 3, 5].map(|probes| (t, probes))) {
            cells.extend(of_probes(at, t, probes));
        }
        cells.extend(others(at));
    }
    cells
}

#[test]
fn few_nodes_have_the_refined_responses() {
    let mut cells = Vec::new();
    for (at, t, probes) in [((20, 0.7), 2, 1), ((20, 0.5), 1, 3), ((100, 0.8), 1, 3), ((100, 0.8), 3, 5)] {
        cells.extend(of_probes(at, t, probes));
    }
    cells.extend([(20, 0.7), (100, 0.8)].into_iter().flat_map(others));
    check_all(&cells);
}
