//! One kind of node, any lifetimes, no sharing: first come first served (Pollaczek-Khinchine) and processor sharing.

use crate::support::{
    System, agrees, bounded_pareto, constant, exponential, heavy, hyper, nodes, relaxation, replicate,
};
use loadlab_core::law::{Law, Uniform, erlang};
use loadlab_core::process::{NodeId, Process};
use loadlab_core::record::{Exit, Moved, Sink};
use loadlab_core::theory::mg1;
use loadlab_core::{Discipline, Time};
use loadlab_policies::NoSharing;
use std::sync::Arc;

/// Ten nodes in steady state for so many relaxation times.
fn ten_nodes(seed: u64, discipline: Discipline, load: f64, life: &Arc<dyn Law>, window: f64) -> System {
    let r = relaxation(load, &**life);
    System::new(seed, nodes(10, discipline), load, life).by_processes(5.0 * r, window * r)
}

#[test]
fn first_come_first_served_nodes_wait_as_pollaczek_and_khinchine_say() {
    let four: Arc<dyn Law> = Arc::new(erlang(4, 1.0).unwrap());
    let cases = [
        ("deterministic", 201, constant(), 0.7, 100.0),
        ("Erlang-4", 202, four, 0.7, 150.0),
        ("H2, C2 = 4", 203, hyper(4.0), 0.5, 1000.0),
        ("H2, C2 = 25", 204, hyper(25.0), 0.3, 3000.0),
        ("bounded Pareto", 205, bounded_pareto(1.5, 100.0), 0.5, 3500.0),
    ];
    for (name, seed, life, load, window) in cases {
        let estimate = ten_nodes(seed, Discipline::Fcfs, load, &life, window).estimate(&NoSharing, "response.mean");
        agrees(format!("FCFS {name} at {load}"), estimate, mg1::fcfs_response(load, &*life).unwrap());
    }
}

/// Laws away from 0, for which the mean of 1 / X exists.
#[test]
fn first_come_first_served_nodes_slow_short_processes_most() {
    let uniform: Arc<dyn Law> = Arc::new(Uniform::new(0.1, 1.9).unwrap());
    let cases =
        [("uniform", 211, uniform, 0.7, 300.0), ("bounded Pareto", 212, bounded_pareto(1.5, 100.0), 0.5, 1800.0)];
    for (name, seed, life, load, window) in cases {
        let estimate = ten_nodes(seed, Discipline::Fcfs, load, &life, window).estimate(&NoSharing, "slowdown.mean");
        agrees(format!("FCFS slowdown, {name} at {load}"), estimate, mg1::fcfs_slowdown(load, &*life).unwrap());
    }
}

#[test]
fn shared_nodes_have_the_same_response_and_slowdown_for_every_law() {
    let cases = [
        ("deterministic", 221, constant(), 0.8, 250.0),
        ("exponential", 222, exponential(), 0.8, 200.0),
        ("H2, C2 = 25", 223, hyper(25.0), 0.7, 220.0),
        ("bounded Pareto", 224, heavy(), 0.7, 270.0),
    ];
    for (name, seed, life, load, window) in cases {
        let system = ten_nodes(seed, Discipline::Ps, load, &life, window);
        let [response, slowdown] = system.estimates(&NoSharing, ["response.mean", "slowdown.mean"]);
        agrees(format!("PS {name} at {load}"), response, mg1::ps_response(load, &*life).unwrap());
        agrees(format!("PS slowdown, {name} at {load}"), slowdown, mg1::ps_slowdown(load, &*life).unwrap());
    }
}

/// Sums of responses per class of lifetimes; class k ends at `ends[k]`.
struct Classes {
    ends: Vec<f64>,
    sums: Vec<(f64, u64)>,
}

impl Sink for Classes {
    fn exit(&mut self, process: &Process, now: Time, _: Exit) {
        if process.measured {
            let class = self.ends.partition_point(|end| *end < process.lifetime);
            self.sums[class].0 += now - process.arrival;
            self.sums[class].1 += 1;
        }
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, _: &Process, _: &Moved) {}
}

/// E[T | a < X <= b] = E[X | a < X <= b] / (1 - ρ), since E[T | X = x] = x / (1 - ρ).
#[test]
fn shared_nodes_slow_every_size_class_alike() {
    let bounds = [0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0];
    for (name, seed, life) in [("H2, C2 = 25", 231, hyper(25.0)), ("bounded Pareto", 232, heavy())] {
        let load = 0.7;
        let system = ten_nodes(seed, Discipline::Ps, load, &life, 220.0);
        let ends: Vec<f64> = bounds[1..6].iter().map(|p| life.quantile(*p)).collect();
        let [a, b, c, d, e, f] = replicate(|r| {
            let mut classes = Classes { ends: ends.clone(), sums: vec![(0.0, 0); 6] };
            system.run_into(&NoSharing, r, Some(&mut classes));
            std::array::from_fn(|k| classes.sums[k].0 / classes.sums[k].1 as f64)
        });
        for (k, estimate) in [a, b, c, d, e, f].into_iter().enumerate() {
            let low = if k == 0 { 0.0 } else { ends[k - 1] };
            let high = ends.get(k).copied().unwrap_or(f64::INFINITY);
            let size = life.partial_moment(1.0, low, high) / life.partial_moment(0.0, low, high);
            let what = format!("PS {name}, quantiles {} to {}", bounds[k], bounds[k + 1]);
            agrees(what, estimate, mg1::ps_response_of(size, load, &*life).unwrap());
        }
    }
}
