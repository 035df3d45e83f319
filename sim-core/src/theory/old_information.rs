//! Placement by a bulletin board that shows every node's length as it was at the last update, in the limit of many
//! nodes.
//!
//! Mitzenmacher, How useful is old information?, IEEE Trans. Parallel and Distributed Systems 11(1), 2000: the
//! periodic update model. The board is renewed every T; between renewals each process compares posted lengths alone.
//! A node whose posted length is i is then M/M/1 with a rate r_i of its own, started at i, for a time T; the lengths at
//! the end are the next board, and the board must reproduce itself.

use super::fixed_point::fixed_point;
use super::matrix::Matrix;
use super::numeric::power;
use super::{Error, MeanField, NEGLIGIBLE, Solved, check, check_count, check_load};

/// The numbers of lengths that are distinguished, tried in turn until the last one is improbable enough.
const LENGTHS: [usize; 5] = [24, 48, 96, 192, 384];
/// The largest accepted probability of the last length.
const TRUNCATION: f64 = 1e-9;
/// The precision of the posted probabilities.
const CLOSE: f64 = 1e-11;

/// The longest period, in mean lifetimes: the work grows with it, and what an older board gives is of no use.
const LONGEST: f64 = 200.0;
/// The growth per period from which a disturbance counts as growing: what the power iteration resolves.
const REPELLING: f64 = 1.0001;

/// How a process chooses from the board.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// The least posted length of d random nodes, ties at random.
    Of(u32),
    /// A random one of all nodes with the least posted length.
    Least,
}

/// The stationary state for a board of the given period, averaged over the period. There is one always, but many
/// choices of an old board make it repel: everyone runs to the few idle nodes, which are the longest on the next
/// board, and the lengths swing from period to period. Then there is no value.
pub fn board(load: f64, choice: Choice, period: f64) -> Solved<MeanField> {
    check_load(load)?;
    check(period > 0.0 && period <= LONGEST, "period", period, "more than 0 and at most 200")?;
    if let Choice::Of(d) = choice {
        check_count("choices", d)?;
    }
    let mut residual = f64::INFINITY;
    let mut posted: Vec<f64> = (0..LENGTHS[0]).map(|k| (1.0 - load) * power(load, k as u32)).collect();
    for lengths in LENGTHS {
        posted.resize(lengths, 0.0);
        posted = fixed_point("the bulletin board", CLOSE, posted, |posted| {
            renewed(&kernel(&rates(load, choice, &posted), period).0)
        })?;
        let during = kernel(&rates(load, choice, &posted), period).1.after(&posted);
        residual = during[lengths - 1].max(posted[lengths - 1]);
        if residual <= TRUNCATION {
            let growth = growth(&posted, load, choice, period);
            let swings =
                Error::NotSolved { what: "a bulletin board that swings from period to period", residual: growth };
            return if growth < REPELLING { Ok(summary(load, choice, &during)) } else { Err(swings) };
        }
    }
    Err(Error::NotSolved { what: "the bulletin board: too many lengths", residual })
}

/// r_i: with S_i the posted tail, λ (S_i^d - S_{i+1}^d) / (S_i - S_{i+1}), written as the sum that this divides out to;
/// for the least posted, λ divided among the nodes posted idle, which always exist.
fn rates(load: f64, choice: Choice, posted: &[f64]) -> Vec<f64> {
    let mut tail = 0.0;
    let mut rates: Vec<f64> = posted
        .iter()
        .rev()
        .map(|p| {
            let above = tail;
            tail += p;
            match choice {
                Choice::Of(d) => load * (0..d).map(|j| power(tail, j) * power(above, d - 1 - j)).sum::<f64>(),
                Choice::Least => 0.0,
            }
        })
        .collect();
    rates.reverse();
    if choice == Choice::Least {
        rates[0] = load / posted[0];
    }
    rates
}

/// Row i: the law of the length after `period` from i (first matrix) and its average over the period (second), by
/// uniformisation: with N Poisson of mean x = (r_i + 1) period and P the jump chain, Σ_n P(N = n) P^n and
/// Σ_n P(N > n) / x P^n.
///
/// A rate that fills all lengths several times over within the period (an early guess may hold one) is cut there.
fn kernel(rates: &[f64], period: f64) -> (Matrix, Matrix) {
    let n = rates.len();
    let highest = 4.0 * n as f64 / period + 10.0;
    let (mut after, mut during) = (Matrix::zero(n), Matrix::zero(n));
    for (i, rate) in rates.iter().map(|rate| rate.min(highest)).enumerate() {
        let jumps = (rate + 1.0) * period;
        let up = rate / (rate + 1.0);
        let mut law = vec![0.0; n];
        law[i] = 1.0;
        let (mut below, mut k) = (0.0, 0.0);
        while below < 1.0 - 1e-15 && k < jumps + 50.0 + 10.0 * jumps.sqrt() {
            let now = libm::exp(k * libm::log(jumps) - jumps - libm::lgamma(k + 1.0));
            below += now;
            for (j, p) in law.iter().enumerate() {
                *after.at(i, j) += now * p;
                *during.at(i, j) += (1.0 - below).max(0.0) / jumps * p;
            }
            law = jumped(&law, up);
            k += 1.0;
        }
    }
    (after, during)
}

/// One jump: up with probability `up` (not beyond the last length), else down (not below 0).
fn jumped(law: &[f64], up: f64) -> Vec<f64> {
    let last = law.len() - 1;
    let mut next = vec![0.0; law.len()];
    for (k, p) in law.iter().enumerate() {
        next[(k + 1).min(last)] += up * p;
        next[k.saturating_sub(1)] += (1.0 - up) * p;
    }
    next
}

/// The law that the kernel of one period keeps: π (K - I) = 0 with Σ π = 1 in place of one equation.
fn renewed(kernel: &Matrix) -> Solved<Vec<f64>> {
    let n = kernel.size();
    let mut equations = kernel.combine(1.0, -1.0, &Matrix::identity(n)).transposed();
    for j in 0..n {
        *equations.at(0, j) = 1.0;
    }
    let mut right = vec![0.0; n];
    right[0] = 1.0;
    let law = equations.solve_vector(&right);
    law.ok_or(Error::NotSolved { what: "the law of a bulletin board", residual: f64::INFINITY })
}

/// The factor by which a small disturbance of the board grows per period, by power iteration: the mean over the last
/// half, since a pair of complex factors makes single ones swing. With one choice the board is not looked at.
fn growth(posted: &[f64], load: f64, choice: Choice, period: f64) -> f64 {
    const SMALL: f64 = 1e-6;
    if choice == Choice::Of(1) {
        return 0.0;
    }
    let next = |board: &[f64]| kernel(&rates(load, choice, board), period).0.after(board);
    let norm = |v: &[f64]| v.iter().map(|x| x.abs()).sum::<f64>();
    let periods = (30.0 / period).clamp(60.0, 1000.0) as u32;
    let base = next(posted);
    // From a board on which everyone is one longer.
    let shifted = std::iter::once(&0.0).chain(posted);
    let mut direction: Vec<f64> = shifted.zip(posted).map(|(a, b)| a - b).collect();
    let mut logarithm = 0.0;
    for i in 0..periods {
        // Only disturbances that move nodes about count: rounding must not add or lose any.
        direction[0] -= direction.iter().sum::<f64>();
        let scale = SMALL / norm(&direction);
        let moved: Vec<f64> = posted.iter().zip(&direction).map(|(p, d)| p + scale * d).collect();
        direction = next(&moved).iter().zip(&base).map(|(a, b)| a - b).collect();
        if i >= periods / 2 {
            logarithm += libm::log(norm(&direction) / SMALL);
        }
    }
    libm::exp(logarithm / f64::from(periods - periods / 2))
}

fn summary(load: f64, choice: Choice, during: &[f64]) -> MeanField {
    let mut occupancy: Vec<f64> = Vec::new();
    let mut tail = 0.0;
    for p in during.iter().rev() {
        tail += p;
        occupancy.push(tail);
    }
    occupancy.reverse();
    let response = occupancy[1..].iter().sum::<f64>() / load;
    occupancy.retain(|s| *s > NEGLIGIBLE);
    let probes = if let Choice::Of(d) = choice { f64::from(d) } else { 0.0 };
    MeanField { response, probes, transfers: 0.0, occupancy }
}
