//! Free migration with exact information, so that no node idles while another has two processes: M/M/N.

use crate::support::{System, agrees, exponential, nodes, relaxation};
use loadlab_core::Discipline;
use loadlab_core::theory::mmk;
use loadlab_policies::NeverIdle;

#[test]
fn nodes_that_never_idle_in_vain_are_one_queue_with_as_many_servers() {
    let life = exponential();
    let windows = [(2, [1400.0, 1500.0, 1400.0]), (5, [700.0, 800.0, 1200.0]), (20, [600.0, 300.0, 400.0])];
    for (count, windows) in windows {
        for (load, window) in [0.5, 0.8, 0.9].into_iter().zip(windows) {
            for (j, discipline) in [Discipline::Ps, Discipline::Fcfs].into_iter().enumerate() {
                let seed = 9000 + u64::from(100 * count) + (100.0 * load) as u64 + j as u64;
                let r = relaxation(load, &*life) / f64::from(count);
                let system = System::new(seed, nodes(count, discipline), load, &life);
                let estimate = system.by_processes(5.0 * r + 10.0, window * r).estimate(&NeverIdle, "response.mean");
                let theory = mmk::mmk_response(count, load).unwrap();
                agrees(format!("never idle, {count} nodes {discipline:?} at {load}"), estimate, theory);
            }
        }
    }
}
