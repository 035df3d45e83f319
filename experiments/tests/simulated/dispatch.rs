//! Processes that are dealt out as they arrive: in turn (E_N/M/1), and to the shorter of two queues.

use crate::support::{System, agrees, agrees_within, exponential, nodes, relaxation};
use loadlab_core::Discipline;
use loadlab_core::theory::{jsq2, round_robin};
use loadlab_policies::{LeastLoaded, RoundRobin};

#[test]
fn nodes_that_are_dealt_processes_in_turn_are_erlang_queues() {
    let life = exponential();
    for (seed, count, load) in [(501, 2, 0.8), (502, 5, 0.8), (503, 20, 0.9)] {
        let r = relaxation(load, &*life);
        let window = 1000.0 / f64::from(count) * r;
        let system = System::new(seed, nodes(count, Discipline::Fcfs), load, &life).by_processes(5.0 * r, window);
        let estimate = system.estimate(&RoundRobin::new(true), "response.mean");
        agrees(format!("{count} nodes in turn at {load}"), estimate, round_robin::response(count, load).unwrap());
    }
}

#[test]
fn two_nodes_whose_shorter_queue_is_joined_respond_as_their_markov_chain() {
    let life = exponential();
    for (seed, discipline, load) in
        [(511, Discipline::Fcfs, 0.5), (512, Discipline::Ps, 0.7), (513, Discipline::Fcfs, 0.8)]
    {
        let r = relaxation(load, &*life);
        let system = System::new(seed, nodes(2, discipline), load, &life).by_processes(5.0 * r, 800.0 * r);
        let estimate = system.estimate(&LeastLoaded::exact(), "response.mean");
        let theory = jsq2::response(load).unwrap();
        agrees_within(format!("the shorter of two at {load}"), estimate, theory.response, theory.error);
    }
}
