//! Round robin between its two ends: first come first served and processor sharing; and what switching costs.

use crate::support::{System, agrees, constant, exponential, hyper, metric, nodes, relaxation, replicate};
use loadlab_core::law::{Hyperexponential, Law, erlang};
use loadlab_core::theory::mg1;
use loadlab_core::{Discipline, Scenario};
use loadlab_policies::NoSharing;
use std::sync::Arc;

/// Longer than any lifetime.
const ENDLESS: f64 = 1e9;

fn rr(quantum: f64, switch_cost: f64) -> Discipline {
    Discipline::Rr { quantum, switch_cost }
}

#[test]
fn turns_longer_than_any_lifetime_are_first_come_first_served() {
    let life = hyper(4.0);
    let system = |discipline| System::new(301, nodes(3, discipline), 0.8, &life).by_processes(0.0, 20_000.0);
    let (turns, line) = (system(rr(ENDLESS, 0.0)), system(Discipline::Fcfs));
    for replication in 0..5 {
        let (a, b) = (turns.run(&NoSharing, replication), line.run(&NoSharing, replication));
        for name in ["response.mean", "response.p50", "response.p99", "response.max", "slowdown.mean", "in_system.mean"]
        {
            let (x, y) = (metric(&a, name), metric(&b, name));
            assert!((x - y).abs() <= 1e-9 * y, "{name}: {x} in turns, {y} in line");
        }
    }
}

/// Mean responses over the same processes at the quanta h, h / 2 and h / 4 and shared, divided by the last. The gap to
/// sharing is a h + b h² + ..., so (W(h) - 6 W(h / 2) + 8 W(h / 4)) / 3 is the shared value up to the third order.
#[test]
fn shorter_turns_come_closer_to_sharing_in_proportion() {
    let (load, quanta) = (0.7, [0.1, 0.05, 0.025]);
    let four: Arc<dyn Law> = Arc::new(erlang(4, 1.0).unwrap());
    for (name, seed, life) in
        [("deterministic", 301, constant()), ("Erlang-4", 302, four), ("H2, C2 = 4", 303, hyper(4.0))]
    {
        let r = relaxation(load, &*life);
        let mean = |discipline, replication| {
            let system = System::new(seed, nodes(5, discipline), load, &life).by_processes(5.0 * r, 20.0 * r);
            system.run(&NoSharing, replication).response.mean()
        };
        let [far, near, nearest, limit] = replicate(|replication| {
            let shared = mean(Discipline::Ps, replication);
            let [far, near, nearest] = quanta.map(|q| mean(rr(q, 0.0), replication) / shared);
            [far - 1.0, near - 1.0, nearest - 1.0, (far - 6.0 * near + 8.0 * nearest) / 3.0]
        });
        println!("{name}: gaps to sharing {far:?} {near:?} {nearest:?}");
        assert!(nearest.mean.abs() > 8.0 * nearest.error, "the gap is seen: {nearest:?}");
        assert!(near.mean.abs() < 0.75 * far.mean.abs() && nearest.mean.abs() < 0.75 * near.mean.abs());
        agrees(format!("RR {name}, extrapolated to no quantum, over PS"), limit, 1.0);
    }
}

/// With endless turns each process is served X + s without a break: Pollaczek-Khinchine for the law of X + s.
#[test]
fn switching_adds_its_cost_to_every_lifetime() {
    let (load, switch) = (0.6, 0.2);
    let life = exponential();
    let longer = Hyperexponential::with_branches(&[(1.0, 1.0)]).unwrap().shifted(switch);
    let r = relaxation(load * (1.0 + switch), &longer);
    let system = System::new(304, nodes(10, rr(ENDLESS, switch)), load, &life);
    let response = system.by_processes(5.0 * r, 150.0 * r).estimate(&NoSharing, "response.mean");
    agrees("RR with switch cost", response, mg1::fcfs_response(load, &longer).unwrap());
    let system = System::new(305, nodes(10, rr(ENDLESS, switch)), load, &life).by_time(5.0 * r, 50.0 * r);
    let busy = system.estimate(&NoSharing, "utilisation.mean");
    agrees("utilisation of RR with switch cost", busy, load * longer.mean());
}

/// On a node that never runs short of processes each turn begins with a switch. An exponential lifetime takes
/// 1 / (1 - e^-q) turns of q on average, so a process occupies the node for 1 + s / (1 - e^-q).
#[test]
fn a_saturated_node_pays_one_switch_for_every_turn() {
    for (seed, quantum, switch) in [(306, 0.25, 0.05), (307, 1.0, 0.3)] {
        let life: Arc<dyn Law> = exponential();
        let mut system = System::new(seed, nodes(1, rr(quantum, switch)), 3.0, &life).by_processes(0.0, 10_000.0);
        system.scenario = Scenario { window: drained(&system.scenario), ..system.scenario };
        let [per_process] = replicate(|replication| {
            let outcome = system.run(&NoSharing, replication);
            [outcome.window.1 / outcome.response.count as f64]
        });
        let theory = 1.0 + switch / (1.0 - (-quantum).exp());
        agrees(format!("seconds per process at quantum {quantum}, switch {switch}"), per_process, theory);
    }
}

fn drained(scenario: &Scenario) -> loadlab_core::scenario::Window {
    loadlab_core::scenario::Window { drain: true, ..scenario.window }
}
