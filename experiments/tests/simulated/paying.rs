//! Transfers that cost CPU at the node that gives the process away: what they cost, and where they become unstable.
//!
//! By the copies of a mechanism (`policies::Migrating` makes every transfer a migration), and for blind transfers by the
//! cost of questions (`policies::Paying`).

use crate::cells::{Cell, MANY, check_all};
use crate::control::{controlled, many, slope, spans};
use crate::policies::{Migrating, Paying};
use crate::support::{Estimate, System, many_nodes_agree, metric, replicate};
use loadlab_core::Transfer;
use loadlab_core::mechanism::{Costs, Image, Mechanism, Plan, Wires};
use loadlab_core::policy::Policy;
use loadlab_core::theory::{MeanField, Solved, bounds, transfer_cost};
use loadlab_policies::{Random, UNLIMITED};
use loadlab_workloads::traits::Linked;
use std::sync::Arc;

/// CPU that overheads take is not in λ, so there is no control; the windows are longer instead.
fn plain(system: System, load: f64, policy: &dyn Policy, w: &dyn Fn(f64) -> f64) -> Estimate {
    let (warm, measured) = spans(&system, load, slope(load, w));
    controlled(&system.by_time(warm, 3.0 * measured), load, policy, 0.0)
}

/// Every migration charges its source an exponential time of this mean, which precedes all processes there, and is over
/// at once: all memory travels over a network that takes no time, and copying a byte takes a second of CPU.
fn with_cost(mut system: System, cost: f64) -> System {
    let costs = Costs { source_rate: 1.0, ..Costs::default() };
    let image = Image { kernel_state: 0.0, ..Image::default() };
    system.scenario.migration =
        Transfer::Staged(Mechanism { plan: Plan::EagerAll, costs, image, wires: Wires::default() });
    system.scenario.attributes = true;
    let memory = Arc::new(loadlab_core::law::Exponential { mean: cost });
    system.recipe.traits.memory = Some(Linked::independent(memory));
    system
}

/// Threshold, Receiver and Symmetric.
fn migrating((load, t, probes, cost): (f64, u32, u8, f64)) -> [Cell; 3] {
    let lp = u32::from(probes);
    let cell = |formula, push, pull, of: fn(f64, u32, u32, f64) -> Solved<MeanField>| {
        let w = move |load| of(load, t, lp, cost).unwrap().response;
        let name = (formula, format!("T = {t}, Lp = {lp}, C = {cost}"));
        Cell::of(name, (MANY, load), w(load), move |seed| {
            plain(with_cost(many(seed, MANY, load), cost), load, &Migrating::new(t, push, pull), &w)
        })
    };
    [
        cell("transfer_cost::threshold", probes, 0, transfer_cost::threshold),
        cell("transfer_cost::receiver", 0, probes, transfer_cost::receiver),
        cell("transfer_cost::symmetric", probes, probes, |load, t, lp, c| transfer_cost::symmetric(load, t, lp, lp, c)),
    ]
}

/// Each of `questions` questions on average costs such a part of `cost`.
fn blind(
    policy: Paying<Random>,
    load: f64,
    cost: f64,
    name: (&'static str, String),
    of: impl Fn(f64) -> f64 + 'static,
) -> Cell {
    Cell::of(name, (MANY, load), of(load), move |seed| {
        let mut system = many(seed, MANY, load);
        system.scenario.probe_cost = cost / policy.questions / 2.0;
        plain(system, load, &policy, &of)
    })
}

/// The geometric number of questions has a variance lower than the exponential law's by 1 / questions of it. That
/// changes a response by less than the standard error: the whole second moment of the overheads contributes less than
/// (transfers per second) cost^2 = 0.5 % of a lifetime.
fn limited((load, t, limit): (f64, u32, u32)) -> Cell {
    let policy = Paying { policy: Random { threshold: Some(t), transfers: limit }, questions: 5.0 };
    let name = ("transfer_cost::random", format!("T = {t}, Lt = {limit}, C = 0.1"));
    blind(policy, load, 0.1, name, move |load| transfer_cost::random(load, t, limit, 0.1).unwrap().response)
}

/// The formula holds for any law of the overhead: here it is constant.
fn unlimited(load: f64) -> Cell {
    let policy = Paying { policy: Random { threshold: Some(1), transfers: UNLIMITED }, questions: 1.0 };
    let name = ("transfer_cost::random_unlimited", "C = 0.1".to_owned());
    blind(policy, load, 0.1, name, |load| transfer_cost::random_unlimited(load, 0.1).unwrap().response)
}

/// All of them.
pub(crate) fn cells() -> Vec<Cell> {
    let migrated = [
        (0.1, 1, 3, 0.5),
        (0.3, 1, 1, 0.5),
        (0.5, 1, 3, 0.1),
        (0.7, 1, 3, 0.1),
        (0.7, 2, 5, 0.3),
        (0.8, 1, 3, 0.1),
        (0.8, 2, 3, 0.1),
        (0.9, 2, 3, 0.1),
    ];
    let mut cells: Vec<Cell> = migrated.into_iter().flat_map(migrating).collect();
    cells.extend([(0.7, 2, 3), (0.5, 1, 3), (0.8, 1, 1), (0.8, 2, 1), (0.8, 3, 3)].map(limited));
    cells.extend([0.1, 0.3, 0.5].map(unlimited));
    cells
}

#[test]
fn transfers_that_cost_cpu_respond_as_the_chain_of_one_node() {
    let mut cells: Vec<Cell> = migrating((0.7, 1, 3, 0.1)).into();
    cells.extend([limited((0.7, 2, 3)), unlimited(0.3), unlimited(0.5)]);
    check_all(&cells);
}

/// At the load 1 / (1 + sqrt(c))^2 = 0.577 for c = 0.1 transfers breed transfers. Between two windows of time the number
/// in the system grows above it, and does not below it.
#[test]
fn blind_transfers_without_limit_are_unstable_above_the_load_that_the_formula_says() {
    let cost = 0.1;
    let bound = bounds::random_unlimited_stability(cost).unwrap();
    let growth = |seed, count: u32, load, [first, second]: [f64; 2], span: f64| {
        let length = |from: f64, replication| {
            let mut system = many(seed, count, load).by_time(from, span);
            system.scenario.probe_cost = cost / 2.0;
            let policy = Paying { policy: Random { threshold: Some(1), transfers: 30 }, questions: 1.0 };
            metric(&system.run(&policy, replication), "in_system.mean") / f64::from(count)
        };
        let [growth] = replicate(|replication| [length(second, replication) - length(first, replication)]);
        growth
    };
    let below = growth(1911, 500, 0.9 * bound, [20.0, 40.0], 20.0);
    println!("growth below {below:?}");
    assert!(below.mean.abs() <= 4.0 * below.error && below.error < 0.005, "{below:?}");
    let above = growth(1912, 200, 1.15 * bound, [5.0, 10.0], 5.0);
    println!("growth above {above:?}");
    assert!(above.mean >= 10.0 * above.error && above.mean > 0.05, "{above:?}");
}

#[test]
fn copies_that_cost_the_giver_cpu_make_blind_transfers_as_slow_as_the_formula_says() {
    let policy = Random { threshold: Some(1), transfers: UNLIMITED };
    let (load, cost) = (0.5, 0.1);
    let mut system = with_cost(many(1942, MANY, load), cost);
    let costs = Costs { source_rate: 1.0, ..Costs::default() };
    let (plan, image, wires) = (Plan::RemoteExecution { arguments: cost }, Image::default(), Wires::default());
    system.scenario.placement = Transfer::Staged(Mechanism { plan, costs, image, wires });
    let estimate = system.by_processes(60.0, 40.0 / load).estimate(&policy, "response.mean");
    let theory = transfer_cost::random_unlimited(load, cost).unwrap().response;
    many_nodes_agree(format!("Random(1) at {load}, copies"), estimate, theory);
}
