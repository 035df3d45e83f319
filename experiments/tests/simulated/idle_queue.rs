//! Join-idle-queue in its definitions; what remembering the best, reserving and stable lists are worth.

use crate::support::{Estimate, System, exponential, full, many_nodes_agree, nodes, replicate};
use loadlab_core::Discipline;
use loadlab_core::policy::Policy;
use loadlab_core::theory::jiq;
use loadlab_policies::{
    Definition, JoinIdleQueue, PowerOfD, PowerOfDMemory, Reservation, StableSender, StableSymmetric, Symmetric,
    Threshold,
};

fn system(seed: u64, count: u32, load: f64, window: f64) -> System {
    System::new(seed, nodes(count, Discipline::Fcfs), load, &exponential()).by_processes(8.0 / (1.0 - load), window)
}

#[test]
fn a_thousand_nodes_that_are_removed_when_they_get_a_process_respond_as_in_the_exact_mean_field() {
    if !full() {
        return;
    }
    let loads: &[f64] = if full() { &[0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95] } else { &[0.8] };
    for (k, &load) in loads.iter().enumerate() {
        let system = system(2200 + k as u64, 1000, load, 14.0 / (load * (1.0 - load)));
        let estimate = system.estimate(&JoinIdleQueue::new(100, Definition::Removed), "response.mean");
        let theory = jiq::exact(load, 10.0).unwrap().response;
        many_nodes_agree(format!("JIQ, 10 nodes per dispatcher, at {load}"), estimate, theory);
    }
}

/// Idle queues of length k or more, y_k, fall at rate (r λ + k s)(y_k - y_{k+1}) and grow, where the shorter of two is
/// joined, at rate β (y_{k-1}^2 - y_k^2); a node that holds a process gets random ones at rate s = λ (1 - y_1), so it falls
/// idle at the rate that keeps P(a node is idle) = 1 - λ: β follows from Σ y_k = r (1 - λ). Solved by relaxation.
fn shorter_of_two(load: f64, ratio: f64) -> f64 {
    let (longest, step) = (60, 0.002);
    let mut y = vec![0.0; longest + 2];
    y[0] = 1.0;
    for _ in 0..400_000 {
        let s = load * (1.0 - y[1]);
        let falls: Vec<f64> = (1..=longest).map(|k| (ratio * load + k as f64 * s) * (y[k] - y[k + 1])).collect();
        // Growth of Σ y per unit of β is 1 (less the last square); so β replaces what falls and what is missing.
        let registered: f64 = y[1..].iter().sum();
        let beta = falls.iter().sum::<f64>() + (ratio * (1.0 - load) - registered);
        for k in 1..=longest {
            y[k] += step * (beta * (y[k - 1] * y[k - 1] - y[k] * y[k]).max(0.0) - falls[k - 1]);
        }
    }
    let registered: f64 = y[1..].iter().sum();
    assert!((registered - ratio * (1.0 - load)).abs() < 1e-6 && y[longest] < 1e-9, "not at rest: {registered}");
    1.0 / (1.0 - load * (1.0 - y[1]))
}

#[test]
fn a_thousand_nodes_that_join_the_shorter_of_two_idle_queues_respond_as_in_the_mean_field() {
    if !full() {
        return;
    }
    let (load, ratio) = (0.8, 10.0);
    let theory = shorter_of_two(load, ratio);
    let approximation = jiq::shorter_of_two(load, ratio).unwrap().response;
    println!("mean field {theory}, published approximation {approximation}");
    let estimate =
        system(2220, 1000, load, 100.0).estimate(&JoinIdleQueue::new(100, Definition::ShorterOfTwo), "response.mean");
    many_nodes_agree("JIQ-SQ(2), 10 nodes per dispatcher", estimate, theory);
}

/// Paired runs: how much longer the first responds than the second, in per cent of the second.
fn excess(system: &System, first: &dyn Policy, second: &dyn Policy) -> Estimate {
    let [excess] =
        replicate(|r| [100.0 * (system.run(first, r).response.mean() / system.run(second, r).response.mean() - 1.0)]);
    println!("{excess:?} %");
    excess
}

#[test]
fn registrations_that_are_kept_although_stale_cost_something() {
    let system = system(2230, 200, 0.8, 200.0);
    let [kept, removed] = [Definition::Kept, Definition::Removed].map(|d| JoinIdleQueue::new(20, d));
    let excess = excess(&system, &kept, &removed);
    assert!(excess.mean > 5.0 * excess.error, "{excess:?}");
}

/// The remembered node has nearly always just received a process, so that a newcomer seldom finds it idle: by the mean it
/// is worth less than a second random choice.
#[test]
fn a_remembered_node_is_worth_less_than_a_second_random_choice_and_more_than_none() {
    if !full() {
        return;
    }
    let system = system(2231, 200, 0.9, 300.0);
    let memory = PowerOfDMemory::new(1, true);
    let over_two = excess(&system, &memory, &PowerOfD { d: 2, replacement: false });
    assert!(over_two.mean > 5.0 * over_two.error, "{over_two:?}");
    let over_one = excess(&system, &memory, &PowerOfD { d: 1, replacement: false });
    assert!(over_one.mean < -50.0, "{over_one:?}");
}

#[test]
fn reservation_is_worse_than_sending_at_every_load() {
    for (seed, load) in [(2232, 0.5), (2233, 0.9)] {
        let system = system(seed, 200, load, 200.0);
        let excess = excess(&system, &Reservation::new(1, 3), &Threshold { threshold: 1, probes: 3 });
        assert!(excess.mean > 5.0 * excess.error, "{load}: {excess:?}");
    }
}

/// Polls cost 0.02 of a lifetime at both ends: plain senders saturate at 1 / (1 + 2 x 0.02 x 5) = 0.83.
#[test]
fn stable_policies_stay_below_no_sharing_where_plain_polling_saturates() {
    if !full() {
        return;
    }
    let at = |load: f64, policy: &dyn Policy, seed| {
        let mut system = system(seed, 40, load, 150.0);
        system.scenario.probe_cost = 0.02;
        system.estimate(policy, "response.mean")
    };
    let alone = 1.0 / (1.0 - 0.9);
    let plain: [&dyn Policy; 2] = [&Threshold { threshold: 1, probes: 5 }, &Symmetric::new(1, 5, 5)];
    let stable: [&dyn Policy; 2] = [&StableSender::new(1, 5), &StableSymmetric::new(1, 5)];
    for (k, policy) in plain.into_iter().enumerate() {
        let estimate = at(0.9, policy, 2241 + k as u64);
        assert!(estimate.mean - 4.0 * estimate.error > alone, "plain {k}: {estimate:?}");
    }
    for (k, policy) in stable.into_iter().enumerate() {
        let estimate = at(0.9, policy, 2243 + k as u64);
        println!("stable {k}: {estimate:?}");
        assert!(estimate.mean + 4.0 * estimate.error < alone, "stable {k}: {estimate:?}");
    }
}
