//! The stationary law of a Markov chain on (level, phase): levels 0, 1, 2, ... moved by at most one at a time, finitely
//! many phases, the same rates on every level from some level on (a quasi-birth-death process).
//!
//! Latouche & Ramaswami, A logarithmic reduction algorithm for quasi-birth-death processes, J. Applied Probability
//! 30(3), 1993. With rates A0 up, A1 within, A2 down: G is the least solution of A2 + A1 G + A0 G² = 0,
//! R = A0 (-A1 - A0 G)⁻¹, and π_{k+1} = π_k R from the first of the equal levels on.

use super::matrix::Matrix;
use super::{Error, LEVELS, NEGLIGIBLE, Solved};

/// One transition out of a state: the change of level, the new phase, the rate.
pub(super) type Step = (i8, usize, f64);

/// The rates of one level.
struct Level {
    up: Matrix,
    within: Matrix,
    down: Matrix,
}

/// A stationary law.
pub(super) struct Stationary {
    /// π of levels 0 ..= boundary.
    levels: Vec<Vec<f64>>,
    /// Σ_{j>=0} π_{boundary+j}, per phase.
    tail: Vec<f64>,
    /// Σ_{j>=0} j π_{boundary+j}, per phase.
    excess: Vec<f64>,
    /// R, with tail_{k+1} = tail_k R from the boundary on.
    rate: Matrix,
}

/// Solves a chain whose rates are the same from level `boundary` (at least 1) on. `steps(level, phase, out)` lists the
/// transitions out of a state; those to a phase beyond the last are dropped, which truncates the phases.
pub(super) fn stationary(
    boundary: usize,
    phases: usize,
    steps: impl Fn(usize, usize, &mut Vec<Step>),
) -> Solved<Stationary> {
    let level = |k: usize| build(k, phases, &steps);
    let high = level(boundary);
    let r = rate_matrix(&high)?;
    // Downwards: the chain watched on levels 0 ..= k has the local rates S_k, and π_k = π_{k-1} R_k.
    let mut watched = high.within.combine(1.0, 1.0, &r.times(&high.down));
    let mut factors = Vec::with_capacity(boundary);
    let mut down = high.down;
    for k in (0..boundary).rev() {
        let here = level(k);
        let factor = right_divide(&here.up, &watched)?;
        watched = here.within.combine(1.0, 1.0, &factor.times(&down));
        down = here.down;
        factors.push(factor);
    }
    let mut levels = vec![null_vector(&watched)?];
    for (k, factor) in factors.iter().rev().enumerate() {
        levels.push(factor.after(&levels[k]));
    }
    finish(levels, r)
}

fn build(k: usize, phases: usize, steps: &impl Fn(usize, usize, &mut Vec<Step>)) -> Level {
    let mut level = Level { up: Matrix::zero(phases), within: Matrix::zero(phases), down: Matrix::zero(phases) };
    let mut out = Vec::new();
    for phase in 0..phases {
        out.clear();
        steps(k, phase, &mut out);
        for &(change, to, rate) in out.iter().filter(|step| step.1 < phases) {
            let block = match change {
                1 => &mut level.up,
                0 => &mut level.within,
                _ => &mut level.down,
            };
            *block.at(phase, to) += rate;
            *level.within.at(phase, phase) -= rate;
        }
    }
    level
}

fn singular() -> Error {
    Error::NotSolved { what: "a singular Markov chain", residual: f64::INFINITY }
}

/// left (-s)⁻¹.
fn right_divide(left: &Matrix, s: &Matrix) -> Solved<Matrix> {
    let solved = s.transposed().solve(&left.transposed()).ok_or_else(singular)?;
    let zero = Matrix::zero(solved.size());
    Ok(solved.transposed().combine(-1.0, 0.0, &zero))
}

/// R by logarithmic reduction.
fn rate_matrix(level: &Level) -> Solved<Matrix> {
    let n = level.within.size();
    let minus = level.within.combine(-1.0, 0.0, &level.within);
    let mut up = minus.solve(&level.up).ok_or_else(singular)?;
    let mut down = minus.solve(&level.down).ok_or_else(singular)?;
    let (mut g, mut paths) = (down.clone(), up.clone());
    for _ in 0..60 {
        let both = up.times(&down).combine(1.0, 1.0, &down.times(&up));
        let rest = Matrix::identity(n).combine(1.0, -1.0, &both);
        up = rest.solve(&up.times(&up)).ok_or_else(singular)?;
        down = rest.solve(&down.times(&down)).ok_or_else(singular)?;
        g = g.combine(1.0, 1.0, &paths.times(&down));
        paths = paths.times(&up);
        if paths.norm() < 1e-16 {
            break;
        }
    }
    right_divide(&level.up, &level.within.combine(1.0, 1.0, &level.up.times(&g)))
}

/// The row vector v with v s = 0 and sum 1: one equation is replaced by the sum.
fn null_vector(s: &Matrix) -> Solved<Vec<f64>> {
    let n = s.size();
    let mut equations = s.transposed();
    for j in 0..n {
        *equations.at(0, j) = 1.0;
    }
    let mut right = vec![0.0; n];
    right[0] = 1.0;
    equations.solve_vector(&right).ok_or_else(singular)
}

/// Sums the tail, π (I - R)⁻¹ and π R (I - R)⁻², and makes everything sum to 1.
fn finish(mut levels: Vec<Vec<f64>>, r: Matrix) -> Solved<Stationary> {
    let n = r.size();
    let rest = Matrix::identity(n).combine(1.0, -1.0, &r).transposed();
    let mut tail = rest.solve_vector(&levels[levels.len() - 1]).ok_or_else(singular)?;
    let mut excess = rest.solve_vector(&r.after(&tail)).ok_or_else(singular)?;
    let total: f64 = levels[..levels.len() - 1].iter().flatten().sum::<f64>() + tail.iter().sum::<f64>();
    if !tail.iter().chain(&excess).all(|x| *x >= -1e-9 * total) {
        return Err(Error::NotSolved { what: "an unstable Markov chain", residual: f64::INFINITY });
    }
    levels.iter_mut().flatten().chain(&mut tail).chain(&mut excess).for_each(|x| *x /= total);
    Ok(Stationary { levels, tail, excess, rate: r })
}

impl Stationary {
    fn boundary(&self) -> usize {
        self.levels.len() - 1
    }

    /// P(level >= k, phase), per phase, for k up to the boundary.
    pub(super) fn at_least(&self, k: usize) -> Vec<f64> {
        let mut sum = self.tail.clone();
        for level in &self.levels[k..self.boundary()] {
            sum.iter_mut().zip(level).for_each(|(s, p)| *s += p);
        }
        sum
    }

    /// P(level = k, phase), per phase, for k up to the boundary.
    pub(super) fn at(&self, k: usize) -> &[f64] {
        &self.levels[k]
    }

    /// P(level >= k) for k = 0, 1, ... until it is negligible.
    pub(super) fn occupancy(&self) -> Vec<f64> {
        let sum = |v: &[f64]| v.iter().sum::<f64>();
        let mut occupancy: Vec<f64> = (0..=self.boundary()).map(|k| sum(&self.at_least(k))).collect();
        let mut tail = self.rate.after(&self.tail);
        while sum(&tail) > NEGLIGIBLE && occupancy.len() < LEVELS {
            occupancy.push(sum(&tail));
            tail = self.rate.after(&tail);
        }
        occupancy
    }

    /// E[level].
    pub(super) fn mean_level(&self) -> f64 {
        let low: f64 = (1..=self.boundary()).map(|k| self.at_least(k).iter().sum::<f64>()).sum();
        low + self.excess.iter().sum::<f64>()
    }

    /// E[phase].
    pub(super) fn mean_phase(&self) -> f64 {
        self.at_least(0).iter().enumerate().map(|(i, p)| i as f64 * p).sum()
    }

    /// P(the phase is the last one): what the truncation of the phases hides is of this order.
    pub(super) fn last_phase(&self) -> f64 {
        self.at_least(0).last().copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M/M/2 as levels without phases: boundary 2, since one process is served at rate 1, more at rate 2.
    #[test]
    fn a_chain_without_phases_gives_mm2() {
        let load = 0.8;
        let solved = stationary(2, 1, |k, _, out| {
            out.push((1, 0, 2.0 * load));
            if k > 0 {
                out.push((-1, 0, k.min(2) as f64));
            }
        })
        .expect("stable");
        let response = solved.mean_level() / (2.0 * load);
        assert!((response - crate::theory::mmk::mmk_response(2, load).expect("stable")).abs() < 1e-12);
        let busy = solved.at_least(1)[0] + solved.at_least(2)[0];
        assert!((busy - 2.0 * load).abs() < 1e-12);
    }

    /// M/M/1 whose phase is an independent M/M/1/4: the law is the product of both.
    #[test]
    fn independent_level_and_phase_have_a_product_law() {
        let (load, other) = (0.9, 0.5);
        let solved = stationary(3, 5, |k, m, out| {
            out.push((1, m, load));
            out.push((0, m + 1, other));
            if k > 0 {
                out.push((-1, m, 1.0));
            }
            if m > 0 {
                out.push((0, m - 1, 1.0));
            }
        })
        .expect("stable");
        assert!((solved.mean_level() - 9.0).abs() < 1e-10);
        let weights: Vec<f64> = (0..5).map(|m| 0.5f64.powi(m)).collect();
        let total: f64 = weights.iter().sum();
        for (m, w) in weights.iter().enumerate() {
            assert!((solved.at(2)[m] - 0.1 * 0.81 * w / total).abs() < 1e-12);
        }
        assert!((solved.last_phase() - weights[4] / total).abs() < 1e-12);
        let mean: f64 = weights.iter().enumerate().map(|(m, w)| m as f64 * w / total).sum();
        assert!((solved.mean_phase() - mean).abs() < 1e-12);
    }

    #[test]
    fn an_unstable_chain_is_refused() {
        let unstable = stationary(1, 1, |k, _, out| {
            out.push((1, 0, 1.1));
            if k > 0 {
                out.push((-1, 0, 1.0));
            }
        });
        assert!(matches!(unstable, Err(Error::NotSolved { .. })));
    }
}
