//! Systems of N nodes for N that is not large: the mean field and its first correction, of order 1/N.
//!
//! Gast & Van Houdt, A refined mean field approximation, Proc. ACM Meas. Anal. Comput. Syst. 1(2), 2017. The state is
//! s = (s_1, ..., s_K). Each event changes an s_k by 1/N: up_k(s, ε) and down_k(s, ε) are N⁻¹ times the rates (`flows`),
//! written for exactly N = 1/ε nodes. F = up - down, x* is the root of F(., 0), A the Jacobian of F there, B its second
//! derivative. Q is diag(up + down); where one event raises s_j and lowers s_k, minus its rate stands at (j, k) and
//! (k, j). Then E s = x* + V / N + O(1/N²), where
//!
//! A W + W Aᵀ + Q = 0,   A V + ½ B:W + ∂F/∂ε = 0,
//!
//! W / N being the covariance. ∂F/∂ε carries the sampling of distinct other nodes. All derivatives are exact (`jet`).
//!
//! Not here: costs, delays, idle queues and boards.

use super::flows::{Model, flows, joint};
use super::jet::Jet;
use super::matrix::Matrix;
use super::{Error, MeanField, Solved, check, check_count, sharing, stealing, supermarket};

/// Levels are kept until s_k falls below this; two more, since V reaches further than x*.
const LAST_LEVEL: f64 = 1e-12;
/// More levels than this (heavy load with hardly any sharing) are refused: the matrices become too large.
const MOST_LEVELS: usize = 600;

/// The expansion is one in the inverse of the N (1 - λ) nodes that are idle. Over 46 combinations of load (0.5 to 0.95),
/// nodes (10 to 40), thresholds (1 to 4) and probes (1 to 9) of sharing, long simulations differ from the refined value
/// by -0.2 to 0.57 of (N (1 - λ))⁻² mean lifetimes: an empirical bound, not a proven one.
pub const NEGLECTED: f64 = 0.6;

/// The mean response of N nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refined {
    /// `mean_field` + `slope` / N.
    pub response: f64,
    /// The limit of many nodes.
    pub mean_field: f64,
    /// What N times the difference from it tends to.
    pub slope: f64,
    /// What the neglected terms of order 1/N² may amount to: [`NEGLECTED`] / (N (1 - λ))².
    pub error: f64,
}

/// The supermarket with d choices among N nodes, with replacement or distinct.
pub fn choices(load: f64, d: u32, distinct: bool, nodes: u32) -> Solved<Refined> {
    let limit = supermarket::choices(load, d)?;
    check(!distinct || d <= nodes, "choices", f64::from(d), "at most the number of nodes")?;
    refine(load, Model::Choices { d, distinct }, &limit, nodes)
}

/// Threshold(T, Lp) among N nodes, probing distinct other nodes.
pub fn threshold(load: f64, threshold: u32, probes: u32, nodes: u32) -> Solved<Refined> {
    check_count("probes", probes)?;
    symmetric(load, threshold, probes, 0, nodes)
}

/// Receiver(T, Lp) among N nodes, probing distinct other nodes.
pub fn receiver(load: f64, threshold: u32, probes: u32, nodes: u32) -> Solved<Refined> {
    check_count("probes", probes)?;
    symmetric(load, threshold, 0, probes, nodes)
}

/// Both, as in `sharing::symmetric`.
pub fn symmetric(load: f64, threshold: u32, push: u32, pull: u32, nodes: u32) -> Solved<Refined> {
    let limit = sharing::symmetric(load, threshold, push, pull)?;
    let most = push.max(pull);
    check(most < nodes, "probes", f64::from(most), "less than the number of nodes")?;
    refine(load, Model::Sharing { threshold: threshold as usize, push, pull }, &limit, nodes)
}

/// Random(T, Lt) among N nodes: each hop is to a random other node.
pub fn random(load: f64, threshold: u32, limit: u32, nodes: u32) -> Solved<Refined> {
    let free = sharing::random(load, threshold, limit)?;
    check(nodes >= 2, "nodes", f64::from(nodes), "at least 2")?;
    refine(load, Model::Random { threshold: threshold as usize, limit }, &free, nodes)
}

/// Shortest(T, Lp) among N nodes, probing distinct other nodes.
pub fn shortest(load: f64, threshold: u32, probes: u32, nodes: u32) -> Solved<Refined> {
    let limit = sharing::shortest(load, threshold, probes)?;
    check(probes < nodes, "probes", f64::from(probes), "less than the number of nodes")?;
    refine(load, Model::Shortest { threshold: threshold as usize, probes }, &limit, nodes)
}

/// `stealing::when_idle` among N nodes: a node that becomes idle tries one other.
pub fn stealing(load: f64, threshold: u32, nodes: u32) -> Solved<Refined> {
    let limit = stealing::when_idle(load, threshold)?;
    check(nodes >= 2, "nodes", f64::from(nodes), "at least 2")?;
    refine(load, Model::Stealing { threshold: threshold as usize }, &limit, nodes)
}

/// `stealing::retrying` among N nodes: each idle node tries another at this rate. Nodes with two or more processes that
/// push to idle ones at this rate each are the same system: either way a pair of an idle node and one with a process
/// waiting meets at that rate.
pub fn retrying(load: f64, rate: f64, nodes: u32) -> Solved<Refined> {
    let limit = stealing::retrying(load, rate)?;
    check(nodes >= 2, "nodes", f64::from(nodes), "at least 2")?;
    refine(load, Model::Retrying { rate }, &limit, nodes)
}

fn refine(load: f64, model: Model, limit: &MeanField, nodes: u32) -> Solved<Refined> {
    check(nodes >= 1, "nodes", 0.0, "at least 1")?;
    let mut x: Vec<f64> = limit.occupancy[1..].iter().copied().take_while(|s| *s > LAST_LEVEL).collect();
    x.extend([0.0; 2]);
    if x.len() > MOST_LEVELS {
        let residual = x[MOST_LEVELS];
        return Err(Error::NotSolved { what: "the 1/N correction: too many levels", residual });
    }
    let slope = correction(load, model, &x)?.iter().sum::<f64>() / load;
    let n = f64::from(nodes);
    let idle = n * (1.0 - load);
    let error = NEGLECTED / (idle * idle);
    Ok(Refined { response: limit.response + slope / n, mean_field: limit.response, slope, error })
}

/// V.
fn correction(load: f64, model: Model, x: &[f64]) -> Solved<Vec<f64>> {
    let n = x.len();
    let plain: Vec<Jet> = x.iter().map(|x| Jet::of(*x)).collect();
    let along = |i: usize| {
        let mut s = plain.clone();
        s[i].u = 1.0;
        s
    };
    let mut jacobian = Matrix::zero(n);
    for j in 0..n {
        for (i, (up, down)) in flows(load, model, &along(j), Jet::of(0.0)).into_iter().enumerate() {
            *jacobian.at(i, j) = (up - down).u;
        }
    }
    let mut diffusion = Matrix::zero(n);
    for (i, (up, down)) in flows(load, model, &plain, Jet::of(0.0)).into_iter().enumerate() {
        *diffusion.at(i, i) = up.x + down.x;
    }
    for (raised, lowered, rate) in joint(model, x) {
        *diffusion.at(raised, lowered) = -rate;
        *diffusion.at(lowered, raised) = -rate;
    }
    let covariance = lyapunov(&jacobian, diffusion)?;
    let few = Jet { u: 1.0, ..Jet::of(0.0) };
    let mut right: Vec<f64> = flows(load, model, &plain, few).iter().map(|(up, down)| (*down - *up).u).collect();
    for i in 0..n {
        let mut s = along(i);
        s.iter_mut().zip(covariance.row(i)).for_each(|(s, w)| s.v = *w);
        for (r, (up, down)) in right.iter_mut().zip(flows(load, model, &s, Jet::of(0.0))) {
            *r -= 0.5 * (up - down).uv;
        }
    }
    jacobian.solve_vector(&right).ok_or(Error::NotSolved { what: "the 1/N correction", residual: f64::INFINITY })
}

/// W with A W + W Aᵀ + Q = 0 for a stable A: Cayley's transform turns it into W = C W Cᵀ + D with C = (c - A)⁻¹(c + A)
/// and D = 2c (c - A)⁻¹ Q (c - A)⁻ᵀ, whose series is summed by doubling (Smith, SIAM J. Applied Math. 16(1), 1968).
fn lyapunov(a: &Matrix, q: Matrix) -> Solved<Matrix> {
    const C: f64 = 0.25;
    let unsolved = |residual| Error::NotSolved { what: "the covariance of order 1/N", residual };
    let minus = Matrix::identity(a.size()).combine(C, -1.0, a);
    let plus = Matrix::identity(a.size()).combine(C, 1.0, a);
    let mut c = minus.solve(&plus).ok_or(unsolved(f64::INFINITY))?;
    let half = minus.solve(&q).ok_or(unsolved(f64::INFINITY))?;
    let d = minus.solve(&half.transposed()).ok_or(unsolved(f64::INFINITY))?;
    let mut w = d.combine(2.0 * C, 0.0, &d);
    for _ in 0..60 {
        let more = c.times(&w).times(&c.transposed());
        w = w.combine(1.0, 1.0, &more);
        if more.norm() <= 1e-16 * w.norm() {
            return Ok(w);
        }
        c = c.times(&c);
    }
    Err(unsolved(c.norm()))
}
