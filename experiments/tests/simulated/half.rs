//! Stealing half, and from the most loaded of several: against the mean-field equations, integrated here.

use crate::cells::{Cell, MANY, check_all};
use loadlab_policies::WorkStealing;

/// Lengths that are distinguished.
const LEVELS: usize = 120;

/// The mean response in the limit of many nodes, after Mitzenmacher, Theory of Computing Systems 34(4), 2001: p_j is the
/// fraction of nodes with j processes; nodes fall idle at rate p_1, and each such node then takes floor(j / 2) from the
/// most loaded of `victims` random nodes if that has j >= 2. Euler steps until nothing changes.
fn half_of_the_most_loaded(load: f64, victims: i32) -> f64 {
    let step = 0.02;
    let mut p = vec![0.0; LEVELS];
    p[0] = 1.0;
    for _ in 0..200_000 {
        let mut change = vec![0.0; LEVELS];
        let mut go = |from: usize, to: usize, rate: f64| {
            change[from] -= rate;
            change[to] += rate;
        };
        let (idling, mut below) = (p[1], 0.0f64);
        for (j, share) in p.iter().enumerate() {
            let most = (below + share).powi(victims) - below.powi(victims);
            below += share;
            if j + 1 < LEVELS {
                go(j, j + 1, load * share);
            }
            if j > 0 {
                go(j, j - 1, *share);
            }
            if j >= 2 {
                go(j, j - j / 2, idling * most);
                go(0, j / 2, idling * most);
            }
        }
        let largest = change.iter().fold(0.0f64, |m, c| m.max(c.abs()));
        p.iter_mut().zip(&change).for_each(|(p, c)| *p += step * c);
        if largest < 1e-12 {
            break;
        }
    }
    assert!(p[LEVELS - 1] < 1e-12, "more lengths are needed");
    p.iter().enumerate().map(|(j, p)| j as f64 * p).sum::<f64>() / load
}

fn cell((load, probes): (f64, u8)) -> Cell {
    let policy = WorkStealing { most: true, half: true, ..WorkStealing::new(2, probes) };
    let name = ("stealing half, integrated", format!("most loaded of {probes}"));
    Cell::free(name, (MANY, load), policy, move |load| half_of_the_most_loaded(load, i32::from(probes)))
}

/// All of them.
pub(crate) fn cells() -> Vec<Cell> {
    [(0.3, 1), (0.5, 2), (0.8, 1), (0.8, 2), (0.9, 2)].into_iter().map(cell).collect()
}

#[test]
fn a_thousand_nodes_that_steal_half_have_the_responses_of_the_mean_field() {
    check_all(&[cell((0.8, 1)), cell((0.9, 2))]);
}
