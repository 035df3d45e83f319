//! Load sharing by probes and thresholds with free, instant transfers, in the limit of many nodes.
//!
//! Policies: Eager, Lazowska & Zahorjan, Adaptive load sharing in homogeneous distributed systems, IEEE Trans. Software
//! Engineering 12(5), 1986; the same, A comparison of receiver-initiated and sender-initiated adaptive load sharing,
//! Performance Evaluation 6(1), 1986. A node meets the others as independent nodes in the same stationary state (their
//! decomposition), which is exact as the number of nodes grows: a birth-death chain whose rates depend on q = s_T and
//! u = s_{T+1}.
//!
//! T counts the processes present before the one that arrives, and after the one that leaves. A sender node (length
//! T or more at an arrival) looks for one below T; a receiver node (length below T after a completion) looks for one
//! above T. Probes of one search are to distinct nodes and stop at the first success.
//!
//! Not here: costs (`transfer_cost`), delays (`transfer_delay`), few nodes (`refined`).

use super::numeric::{geometric, power, root};
use super::{MOST, MeanField, Solved, check, check_count, check_load};

/// Threshold(T, Lp): a sender node probes up to Lp nodes and transfers to the first below T, which must keep the
/// process; if all fail the process stays. For T = 1, W = 1 / (1 - λ^(Lp+1)).
pub fn threshold(load: f64, threshold: u32, probes: u32) -> Solved<MeanField> {
    check_count("probes", probes)?;
    symmetric(load, threshold, probes, 0)
}

/// Receiver(T, Lp): a receiver node probes up to Lp nodes and takes a process from the first above T; it searches once
/// per completion. For T = 1, W = λ / (λ - u) with (λ - u)(1 - u)^Lp = λ (1 - λ).
pub fn receiver(load: f64, threshold: u32, probes: u32) -> Solved<MeanField> {
    check_count("probes", probes)?;
    symmetric(load, threshold, 0, probes)
}

/// Both at once: up to `push` probes per arrival at a sender node, up to `pull` per completion at a receiver node (0
/// switches that half off). For T = 1, W = λ / (λ - u) with (λ - u)(1 - u)^pull = λ (1 - λ^(push+1)).
///
/// Below T the length rises at rate a = λ (1 + q + ... + q^push), from T on at b = λ q^push. A search for a victim
/// succeeds with probability σ = 1 - (1 - u)^pull, so up to T the length falls at rate 1 - σ; above T it falls at
/// 1 + v, where v = (λ - u) σ / u since searches start at rate λ - u.
pub fn symmetric(load: f64, threshold: u32, push: u32, pull: u32) -> Solved<MeanField> {
    check_load(load)?;
    check_count("threshold", threshold)?;
    let most = push.max(pull);
    check(most <= MOST, "probes", f64::from(most), "at most 10000")?;
    let below = ratio_below(load, threshold, push, pull);
    let q = tail(load, threshold, below);
    let u = tail_above(load, threshold, push, pull, below);
    let searches = geometric(1.0 - u, pull);
    let above = load * power(q, push) / (1.0 + (load - u) * searches);
    let probes = q * geometric(q, push) + (load - u) / load * searches;
    let transfers = q * (1.0 - power(q, push)) + (load - u) / load * u * searches;
    Ok(MeanField::with_tail(load, occupancy(load, threshold, below, q), above, probes, transfers))
}

/// s_k for 1 <= k <= T when p_j = (1 - λ) ratio^j for j < T: λ - p_1 - ... - p_{k-1}.
fn tail(load: f64, k: u32, ratio: f64) -> f64 {
    (load - (1.0 - load) * ratio * geometric(ratio, k - 1)).max(0.0)
}

/// u from 1 - σ = a / ratio.
fn tail_above(load: f64, threshold: u32, push: u32, pull: u32, ratio: f64) -> f64 {
    let q = tail(load, threshold, ratio);
    let up = load * geometric(q, push + 1);
    if pull > 0 { (-libm::expm1(libm::log(up / ratio) / f64::from(pull))).max(0.0) } else { q * load * power(q, push) }
}

/// The ratio p_k / p_{k-1} up to T, a / (1 - σ). Without `pull` it is the root of ratio = a(q(ratio)), whose right
/// side falls. With it the ratio is larger, u grows with it, and it is the root of q - u = p_T, whose left side falls.
fn ratio_below(load: f64, threshold: u32, push: u32, pull: u32) -> f64 {
    let up = |ratio: f64| load * geometric(tail(load, threshold, ratio), push + 1);
    let sender = root(load, load * f64::from(push + 1), |ratio| ratio - up(ratio));
    if pull == 0 {
        return sender;
    }
    let highest = libm::pow(1.0 / (1.0 - load), 1.0 / f64::from(threshold));
    root(sender, highest, |ratio| {
        let left = tail(load, threshold, ratio) - tail_above(load, threshold, push, pull, ratio);
        (1.0 - load) * power(ratio, threshold) - left
    })
}

/// s_0, ..., s_T with s_T = q.
fn occupancy(load: f64, threshold: u32, ratio: f64, q: f64) -> Vec<f64> {
    let between = (1..threshold).map(|k| tail(load, k, ratio));
    std::iter::once(1.0).chain(between).chain([q]).collect()
}

/// Random(T, Lt): a sender node transfers blindly to a random node, which treats the process like an arrival, up to Lt
/// transfers. The same state as Threshold(T, Lt), since each transfer is a probe that the process makes in person:
/// they differ in what is paid, Σ_{i=1..Lt} q^i transfers and no probe.
pub fn random(load: f64, threshold: u32, limit: u32) -> Solved<MeanField> {
    check_count("transfer limit", limit)?;
    let same = symmetric(load, threshold, limit, 0)?;
    let q = same.occupancy.get(threshold as usize).copied().unwrap_or(0.0);
    Ok(MeanField { probes: 0.0, transfers: q * geometric(q, limit), ..same })
}

/// Random without a transfer limit: no node ever exceeds T, so each is M/M/1/T with input α where α (1 - p_T) = λ,
/// that is Σ_{k<=T} α^k = 1 / (1 - λ). For T = 1, W = 1.
pub fn random_unlimited(load: f64, threshold: u32) -> Solved<MeanField> {
    check_load(load)?;
    check_count("threshold", threshold)?;
    let alpha = root(load, 1.0 / (1.0 - load), |a| geometric(a, threshold + 1) - 1.0 / (1.0 - load));
    let full = (1.0 - load) * power(alpha, threshold);
    Ok(MeanField::with_tail(load, occupancy(load, threshold, alpha, full), 0.0, 0.0, full / (1.0 - full)))
}

/// Shortest(T, Lp): a sender node probes Lp nodes at once and transfers to the shortest, if that is below T. With
/// q = s_T: s_{k+1} = λ (s_k - q + q s_k^Lp) for k < T, and the ratio λ q^Lp beyond; the s_T so computed falls in q,
/// so s_T(q) = q has one root.
pub fn shortest(load: f64, threshold: u32, probes: u32) -> Solved<MeanField> {
    check_load(load)?;
    check_count("threshold", threshold)?;
    check_count("probes", probes)?;
    let below = |q: f64| {
        let mut s = vec![1.0];
        for k in 0..threshold as usize {
            s.push(load * (s[k] - q + q * power(s[k], probes)));
        }
        s
    };
    let q = root(0.0, load, |q| q - below(q)[threshold as usize]);
    let failed = power(q, probes);
    Ok(MeanField::with_tail(load, below(q), load * failed, q * f64::from(probes), q * (1.0 - failed)))
}
