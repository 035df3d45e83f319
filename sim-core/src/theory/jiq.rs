//! Join the idle queue: idle nodes register with a dispatcher, which sends a process to a registered node if it has
//! one and to a random node if not. Three definitions, three values.
//!
//! Lu, Xie, Kliot, Geller, Larus & Greenberg, Join-idle-queue: a novel load balancing algorithm for dynamically scalable
//! web services, Performance Evaluation 68(11), 2011. `ratio` is r, nodes per dispatcher; r (1 - λ) idle nodes are
//! registered per dispatcher. A node that holds a process receives only random arrivals, at rate s = λ π_0 where π_0 is
//! the probability of an empty idle queue: s_k = λ s^(k-1), W = 1 / (1 - s).

use super::numeric::root;
use super::{MOST, MeanField, Solved, check, check_load};

fn from_random_rate(load: f64, s: f64, asked: f64) -> MeanField {
    MeanField::with_tail(load, vec![1.0, load], s, asked * (1.0 - s), 0.0)
}

fn check_ratio(ratio: f64) -> Solved<()> {
    let holds = ratio > 0.0 && ratio <= f64::from(MOST);
    check(holds, "nodes per dispatcher", ratio, "more than 0 and at most 10000")
}

/// The published formula: an idle node registers with a random dispatcher, and each idle queue is taken as M/M/1 with
/// mean r (1 - λ), so π_0 = 1 / (1 + r (1 - λ)). It leaves out that a registered node may receive a random arrival.
pub fn simple(load: f64, ratio: f64) -> Solved<MeanField> {
    check_load(load)?;
    check_ratio(ratio)?;
    Ok(from_random_rate(load, load / (1.0 + ratio * (1.0 - load)), 0.0))
}

/// The published formula with SQ(2): an idle node asks two dispatchers and registers with the shorter idle queue. The
/// idle queues are a supermarket of load ρ_I = 1 - π_0: Σ_{i>=1} ρ_I^(2^i - 1) = r (1 - λ).
pub fn shorter_of_two(load: f64, ratio: f64) -> Solved<MeanField> {
    check_load(load)?;
    check_ratio(ratio)?;
    let target = ratio * (1.0 - load);
    let registered = |occupied: f64| {
        let (mut sum, mut tail) = (0.0, occupied);
        while tail > 1e-17 && sum <= target {
            sum += tail;
            tail = occupied * tail * tail;
        }
        sum
    };
    let occupied = root(0.0, 1.0, |x| registered(x) - target);
    Ok(from_random_rate(load, load * (1.0 - occupied), 2.0))
}

/// Exact for many dispatchers when a registration is removed as soon as its node receives a random arrival: an idle
/// queue of length k grows at a rate β and falls at rλ + k s. β is fixed by E(k) = r (1 - λ), s by s = λ π_0.
pub fn exact(load: f64, ratio: f64) -> Solved<MeanField> {
    check_load(load)?;
    check_ratio(ratio)?;
    let idle = ratio * (1.0 - load);
    let empty = |s: f64| {
        let highest = ratio * load + (idle + 1.0) * s;
        let beta = root(0.0, highest, |beta| idle_queue(beta, ratio * load, s, idle).1 - idle);
        idle_queue(beta, ratio * load, s, idle).0
    };
    let s = root(0.0, load, |s| s - load * empty(s));
    Ok(from_random_rate(load, s, 0.0))
}

/// (π_0, E(k)) of the chain with births at `beta` and deaths at `death` + k s. Lengths beyond 40 (idle + 1) are left
/// out: where E(k) = idle, they have a probability below e^-40.
fn idle_queue(beta: f64, death: f64, s: f64, idle: f64) -> (f64, f64) {
    let longest = 40.0 * (idle + 1.0);
    let (mut k, mut weight, mut total, mut sum) = (0.0, 1.0, 1.0, 0.0);
    while k < longest && weight > 1e-18 * total {
        k += 1.0;
        weight *= beta / (death + k * s);
        total += weight;
        sum += k * weight;
    }
    (1.0 / total, sum / total)
}
