//! The supermarket model: many nodes, each process asks d of them and joins the shortest.
//!
//! Vvedenskaya, Dobrushin & Karpelevich, Problems of Information Transmission 32(1), 1996; Mitzenmacher, The power of
//! two choices in randomized load balancing, IEEE Trans. Parallel and Distributed Systems 12(10), 2001.

use super::numeric::{power, root};
use super::{MeanField, NEGLIGIBLE, Solved, check_count, check_load};

/// d choices: s_{k+1} = λ s_k^d, that is s_k = λ^((d^k - 1)/(d - 1)). A dispatcher places each process once, so
/// nothing is transferred.
pub fn choices(load: f64, d: u32) -> Solved<MeanField> {
    check_load(load)?;
    check_count("choices", d)?;
    if d == 1 {
        return Ok(MeanField::with_tail(load, vec![1.0], load, 1.0, 0.0));
    }
    let occupancy = joining(load, d, vec![1.0, load]);
    Ok(MeanField::with_tail(load, occupancy, 0.0, f64::from(d), 0.0))
}

/// Continues s_{k+1} = λ s_k^d until it is negligible.
fn joining(load: f64, d: u32, mut occupancy: Vec<f64>) -> Vec<f64> {
    let next = |s: &[f64]| load * power(s[s.len() - 1], d);
    while next(&occupancy) > NEGLIGIBLE {
        occupancy.push(next(&occupancy));
    }
    occupancy
}

/// Threshold supermarket, strong form: a process stays at its first choice if that holds fewer than T; else it makes
/// a second choice and joins the shorter. With q = s_T: s_{k+1} = λ (s_k - q + q s_k) for k < T, λ s_k² from T on.
/// The s_T so computed falls in q, so s_T(q) = q has one root.
///
/// A second choice is a probe, joining it a transfer: among those who probe (a fraction q), half of the ties and all
/// who find a shorter queue move: Σ over their own level k of p_k (1 - (s_k + s_{k+1}) / 2).
pub fn strong_threshold(load: f64, threshold: u32) -> Solved<MeanField> {
    check_load(load)?;
    check_count("threshold", threshold)?;
    let below = |q: f64| {
        let mut s = vec![1.0];
        for k in 0..threshold as usize {
            s.push(load * (s[k] - q + q * s[k]));
        }
        s
    };
    let q = root(0.0, load, |q| q - below(q)[threshold as usize]);
    let occupancy = joining(load, 2, below(q));
    let level = |k: usize| occupancy.get(k).copied().unwrap_or(0.0);
    let moved = |k: usize| (level(k) - level(k + 1)) * (1.0 - (level(k) + level(k + 1)) / 2.0);
    let transfers = (threshold as usize..occupancy.len()).map(moved).sum();
    Ok(MeanField::with_tail(load, occupancy.clone(), 0.0, q, transfers))
}
