//! Exponential lifetimes without sharing: M/M/1, M/M/k, speeds, and the laws that hold in every steady state.

use crate::policies::Witness;
use crate::support::{System, agrees, agrees_within, exponential, heavy, metric, nodes, relaxation, replicate};
use loadlab_core::policy::Policy;
use loadlab_core::record::Sketch;
use loadlab_core::theory::mmk;
use loadlab_core::{Discipline, NodeKind};
use loadlab_policies::{NoSharing, PowerOfD};
use loadlab_workloads::Homes;

#[test]
fn a_fcfs_node_has_the_responses_of_mm1() {
    let life = exponential();
    for (seed, load, window) in [(101, 0.5, 1000.0), (102, 0.7, 600.0), (103, 0.8, 500.0)] {
        let r = relaxation(load, &*life);
        let system = System::new(seed, nodes(10, Discipline::Fcfs), load, &life).by_processes(5.0 * r, window * r);
        let [mean, p50, p99] = system.estimates(&NoSharing, ["response.mean", "response.p50", "response.p99"]);
        agrees(format!("M/M/1 mean at {load}"), mean, mmk::mm1_response(load).unwrap());
        for (estimate, p) in [(p50, 0.5), (p99, 0.99)] {
            let theory = mmk::mm1_response_quantile(load, p).unwrap();
            agrees_within(format!("M/M/1 quantile {p} at {load}"), estimate, theory, Sketch::ERROR * theory);
        }
    }
}

#[test]
fn a_fcfs_node_has_the_length_and_the_utilisation_of_mm1() {
    let life = exponential();
    for (seed, load, window) in [(111, 0.3, 600.0), (112, 0.7, 300.0)] {
        let r = relaxation(load, &*life);
        let system = System::new(seed, nodes(10, Discipline::Fcfs), load, &life).by_time(5.0 * r, window * r);
        let [length, busy] = system.estimates(&NoSharing, ["in_system.mean", "utilisation.mean"]);
        agrees(format!("M/M/1 length at {load}"), length, 10.0 * load / (1.0 - load));
        agrees(format!("M/M/1 utilisation at {load}"), busy, load);
    }
}

#[test]
fn a_node_of_several_cores_is_mmk_first_come_first_served_and_shared() {
    let life = exponential();
    for (seed, cores, load, window) in [(121, 2, 0.7, 400.0), (122, 4, 0.8, 300.0), (123, 16, 0.9, 150.0)] {
        for (k, discipline) in [Discipline::Fcfs, Discipline::Ps].into_iter().enumerate() {
            let r = relaxation(load, &*life) / f64::from(cores);
            let kind = NodeKind { cores, discipline, ..NodeKind::default() };
            let system = System::new(seed + 1000 * k as u64, vec![(kind, 5)], load, &life);
            let estimate = system.by_processes(5.0 * r + 10.0, window * r).estimate(&NoSharing, "response.mean");
            agrees(format!("M/M/{cores} {discipline:?} at {load}"), estimate, mmk::mmk_response(cores, load).unwrap());
        }
    }
}

/// A node of speed v and load ρ is M/M/1 on a clock that runs v times as fast: W = 1 / (v (1 - ρ)). Of the processes
/// the fast node gets its share of the speed, so the mean of v = 3 and v = 1 over processes is (1/4 + 1/4) / (1 - ρ).
#[test]
fn a_faster_node_is_mm1_on_a_faster_clock() {
    let (load, life) = (0.7, exponential());
    let kind = |speed, discipline| NodeKind { speed, discipline, ..NodeKind::default() };
    for (seed, discipline) in [(131, Discipline::Fcfs), (132, Discipline::Ps)] {
        let r = relaxation(load, &*life);
        let fast = System::new(seed, vec![(kind(3.0, discipline), 5)], load, &life).by_processes(5.0 * r, 200.0 * r);
        let estimate = fast.estimate(&NoSharing, "response.mean");
        agrees(format!("speed 3 {discipline:?}"), estimate, mmk::mm1_response(load).unwrap() / 3.0);

        let both = vec![(kind(3.0, discipline), 2), (kind(1.0, discipline), 2)];
        let mut mixed = System::new(seed + 1000, both, load, &life).by_processes(5.0 * r, 450.0 * r);
        mixed.recipe.homes = Homes::Weighted(vec![3.0, 3.0, 1.0, 1.0]);
        let estimate = mixed.estimate(&NoSharing, "response.mean");
        agrees(format!("speeds 3 and 1 {discipline:?}"), estimate, 0.5 * mmk::mm1_response(load).unwrap());
    }
}

/// L = λ W holds for every discipline and policy; over a window the two sides differ by the processes at its edges.
#[test]
fn in_steady_state_the_number_in_the_system_is_rate_times_response() {
    let power_of_two = PowerOfD { d: 2, replacement: false };
    let cases: [(u64, &dyn Policy, Discipline); 3] =
        [(141, &NoSharing, Discipline::Fcfs), (142, &NoSharing, Discipline::Ps), (143, &power_of_two, Discipline::Fb)];
    for (seed, policy, discipline) in cases {
        let life = heavy();
        let r = relaxation(0.7, &*life);
        let system = System::new(seed, nodes(10, discipline), 0.7, &life).by_time(5.0 * r, 20.0 * r);
        let [ratio] = replicate(|replication| {
            let outcome = system.run(policy, replication);
            [metric(&outcome, "in_system.mean") / (metric(&outcome, "throughput") * outcome.response.mean())]
        });
        agrees(format!("L / (λ W), {discipline:?}"), ratio, 1.0);
    }
}

/// Poisson arrivals see time averages: what newcomers find at home is what a clock finds there.
#[test]
fn newcomers_find_the_number_that_is_there_on_average() {
    for (seed, discipline) in [(151, Discipline::Fcfs), (152, Discipline::Ps), (153, Discipline::Srpt)] {
        let life = exponential();
        let r = relaxation(0.7, &*life);
        let (warm, span) = (5.0 * r, 60.0 * r);
        let system = System::new(seed, nodes(10, discipline), 0.7, &life).by_time(warm, span);
        let [ratio] = replicate(|replication| {
            let witness = Witness::from_until(warm, warm + span);
            let outcome = system.run(&witness, replication);
            [witness.mean() / (metric(&outcome, "in_system.mean") / 10.0)]
        });
        agrees(format!("seen by newcomers over time average, {discipline:?}"), ratio, 1.0);
    }
}
