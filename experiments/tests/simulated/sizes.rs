//! Dispatchers that know lifetimes: least work left is one queue, size intervals are queues of cut laws.

use crate::support::{System, agrees, exponential, heavy, nodes, relaxation};
use loadlab_core::Discipline;
use loadlab_core::law::{Law, Truncated, equal_load_cutoffs};
use loadlab_core::theory::{mg1, mmk};
use loadlab_policies::{LeastWorkLeft, Sita};

#[test]
fn the_least_work_left_makes_one_queue_of_all_nodes() {
    let life = exponential();
    for (seed, count, load, window) in [(2101, 2, 0.7, 1500.0), (2102, 5, 0.8, 900.0)] {
        let r = relaxation(load, &*life) / f64::from(count);
        let system = System::new(seed, nodes(count, Discipline::Fcfs), load, &life);
        let estimate = system.by_processes(5.0 * r + 10.0, window * r).estimate(&LeastWorkLeft, "response.mean");
        agrees(format!("least work left of {count} at {load}"), estimate, mmk::mmk_response(count, load).unwrap());
    }
}

/// Each group of one node is M/G/1 with the law given that it lies in its range, at the rate of that range
/// (Harchol-Balter, Crovella & Murta 1999); the Pollaczek-Khinchine formula does the rest.
#[test]
fn size_intervals_of_equal_load_respond_as_queues_of_the_cut_laws() {
    let (life, load) = (heavy(), 0.7);
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
        let system = system.by_processes(2_000.0, 60_000.0);
        let estimate = system.estimate(&Sita { cutoffs }, "response.mean");
        agrees(format!("{groups} size intervals at {load}"), estimate, theory);
    }
}
