//! Dispatchers that know lifetimes: least work left is one queue, size intervals are queues of cut laws.

use crate::cells::{Cell, check_all};
use crate::support::{System, agrees, bounded_pareto, nodes};
use loadlab_core::Discipline;
use loadlab_core::law::{Law, Truncated, equal_load_cutoffs};
use loadlab_core::theory::{mg1, mmk};
use loadlab_policies::{LeastWorkLeft, Sita};

fn least_work((count, load): (u32, f64)) -> Cell {
    let name = ("mmk::mmk_response", "least work left".to_owned());
    Cell::free(name, (count, load), LeastWorkLeft, move |load| mmk::mmk_response(count, load).unwrap())
}

/// All of them.
pub(crate) fn cells() -> Vec<Cell> {
    [2, 5, 20].into_iter().flat_map(|n| [0.3, 0.5, 0.7, 0.8, 0.9].map(|load| (n, load))).map(least_work).collect()
}

#[test]
fn the_least_work_left_makes_one_queue_of_all_nodes() {
    check_all(&[least_work((2, 0.7)), least_work((5, 0.8))]);
}

/// Each group of one node is M/G/1 with the law given that it lies in its range, at the rate of that range
/// (Harchol-Balter, Crovella & Murta 1999); the Pollaczek-Khinchine formula does the rest.
#[test]
fn size_intervals_of_equal_load_respond_as_queues_of_the_cut_laws() {
    let (life, load) = (bounded_pareto(1.1, 100.0), 0.5);
    for (seed, groups) in [(2111, 2), (2112, 3)] {
        let cutoffs = equal_load_cutoffs(&*life, groups).unwrap();
        let bounds: Vec<f64> = [&[-1.0], cutoffs.as_slice(), &[f64::INFINITY]].concat();
        let rate = load * groups as f64 / life.mean();
        let of_range = |range: &[f64]| {
            let share = life.cdf(range[1]) - life.cdf(range[0]);
            let cut = Truncated::new(life.clone(), range[0], range[1]).unwrap();
            assert!((rate * share * cut.mean() - load).abs() < 1e-9, "every range has the same load");
            share * mg1::fcfs_response(rate * share, &cut).unwrap()
        };
        let theory: f64 = bounds.windows(2).map(of_range).sum();
        let system = System::new(seed, nodes(groups as u32, Discipline::Fcfs), load, &life);
        let system = system.by_processes(5_000.0, 300_000.0);
        let estimate = system.estimate(&Sita { cutoffs }, "response.mean");
        agrees(format!("{groups} size intervals at {load}"), estimate, theory);
    }
}
