//! Dispatchers that know lifetimes: least work left is one queue, size intervals are queues of cut laws.

use crate::cells::{Cell, check_all};
use crate::control::controlled;
use crate::support::{System, heavy, nodes};
use loadlab_core::Discipline;
use loadlab_core::law::{Law, Truncated, equal_load_cutoffs};
use loadlab_core::theory::{mg1, mmk};
use loadlab_policies::{LeastWorkLeft, Sita};

fn least_work((count, load): (u32, f64)) -> Cell {
    let name = ("mmk::mmk_response", "least work left".to_owned());
    Cell::free(name, (count, load), LeastWorkLeft, move |load| mmk::mmk_response(count, load).unwrap())
}

/// Each group of one node is M/G/1 with the law given that it lies in its range, at the rate of that range
/// (Harchol-Balter, Crovella & Murta 1999); the Pollaczek-Khinchine formula does the rest.
fn intervals((groups, load): (u32, f64)) -> Cell {
    let life = heavy();
    let cutoffs = equal_load_cutoffs(&*life, groups as usize).unwrap();
    let bounds: Vec<f64> = [&[-1.0], cutoffs.as_slice(), &[f64::INFINITY]].concat();
    let rate = load * f64::from(groups) / life.mean();
    let of_range = |range: &[f64]| {
        let share = life.cdf(range[1]) - life.cdf(range[0]);
        let cut = Truncated::new(life.clone(), range[0], range[1]).unwrap();
        assert!((rate * share * cut.mean() - load).abs() < 1e-9, "every range has the same load");
        share * mg1::fcfs_response(rate * share, &cut).unwrap()
    };
    let theory: f64 = bounds.windows(2).map(of_range).sum();
    Cell::of(("mg1::fcfs_response", "size intervals of equal load".to_owned()), (groups, load), theory, move |seed| {
        let system = System::new(seed, nodes(groups, Discipline::Fcfs), load, &heavy()).by_time(2000.0, 60_000.0);
        controlled(&system, load, &Sita { cutoffs: cutoffs.clone() }, 0.0)
    })
}

/// All of them.
pub(crate) fn cells() -> Vec<Cell> {
    let mut cells: Vec<Cell> =
        [2, 5, 20].into_iter().flat_map(|n| [0.3, 0.5, 0.8, 0.9].map(|load| (n, load))).map(least_work).collect();
    cells.extend([(2, 0.3), (2, 0.7), (3, 0.7), (4, 0.5)].map(intervals));
    cells
}

#[test]
fn dispatchers_that_know_lifetimes_respond_as_queues_of_their_own() {
    check_all(&[least_work((2, 0.7)), least_work((5, 0.8)), intervals((2, 0.7)), intervals((3, 0.7))]);
}
