//! Where policies change places or break down: crossovers, saturation, instability.

use super::numeric::{power, root};
use super::{Solved, check_count, check_load, check_size};

/// The load below which the sender is better than the receiver, both with T = 1, the same probe limit and free
/// transfers: the root of (1 - λ^(Lp+1)) (1 - λ^(Lp+2))^Lp = 1 - λ, from equating the two formulas of `sharing`.
///
/// The question: Eager, Lazowska & Zahorjan, Performance Evaluation 6(1), 1986.
pub fn sender_receiver_crossover(probes: u32) -> Solved<f64> {
    check_count("probes", probes)?;
    Ok(root(0.01, 1.0, |load| {
        (1.0 - load) - (1.0 - power(load, probes + 1)) * power(1.0 - power(load, probes + 2), probes)
    }))
}

/// The probe rate per node below which pull is better than push at an equal probe rate, (λ² + λ - 1) / (1 - λ); 0 up
/// to the load (√5 - 1) / 2 = 0.618, where push is always better.
///
/// Minnebo & Van Houdt, IEEE/ACM Trans. Networking 22(3), 2014; here from equating the formulas of `stealing`.
pub fn pull_beats_push_below(load: f64) -> Solved<f64> {
    check_load(load)?;
    Ok(((load * load + load - 1.0) / (1.0 - load)).max(0.0))
}

/// The load at which a sender that always probes in vain has no time left for processes, when each probe costs `cost`
/// of CPU at both ends: per process 2 Lp probe costs on average, so λ (1 + 2 cost Lp) = 1.
///
/// The effect: Shivaratri, Krueger & Singhal, Load distributing for locally distributed systems, IEEE Computer 25(12),
/// 1992.
pub fn polling_saturation(cost: f64, probes: u32) -> Solved<f64> {
    check_size("probe cost", cost)?;
    Ok(1.0 / (1.0 + 2.0 * cost * f64::from(probes)))
}

/// The load up to which unlimited Random(T = 1) is stable when each transfer costs the giver `cost` of CPU:
/// 1 / (1 + √cost)², where p² - p (1 + λ - cost λ) + λ = 0 has a double root (see `transfer_cost`).
pub fn random_unlimited_stability(cost: f64) -> Solved<f64> {
    check_size("transfer cost", cost)?;
    let root = 1.0 + cost.sqrt();
    Ok(1.0 / (root * root))
}
