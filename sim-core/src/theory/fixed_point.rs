//! Solves x = F(x) for unknowns that are probabilities or rates: the last step of every model whose rates depend on
//! its own stationary law.

use super::matrix::Matrix;
use super::{Error, Solved};
use std::collections::VecDeque;

/// The most evaluations of F.
const STEPS: usize = 1000;
/// How many earlier points the extrapolation uses.
const DEPTH: usize = 6;

/// The fixed point from `start`, up to a change of `close` in every unknown, by Anderson's extrapolation (J. ACM 12(4),
/// 1965) from the last points; half a plain step where the extrapolation leaves the non-negative numbers.
pub(super) fn fixed_point<X: Clone + AsMut<[f64]> + AsRef<[f64]>>(
    what: &'static str,
    close: f64,
    start: X,
    mut map: impl FnMut(X) -> Solved<X>,
) -> Solved<X> {
    let mut x = start;
    let mut history: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    let mut residual = f64::INFINITY;
    for _ in 0..STEPS {
        let image = map(x.clone())?;
        let change: Vec<f64> = image.as_ref().iter().zip(x.as_ref()).map(|(y, x)| y - x).collect();
        residual = change.iter().fold(0.0, |worst, c| f64::max(worst, c.abs()));
        if residual <= close {
            return Ok(image);
        }
        let here = x.as_ref().to_vec();
        let next = extrapolated(&here, &change, &history).filter(|next| next.iter().all(|v| *v >= 0.0));
        let plain = || here.iter().zip(&change).map(|(x, c)| x + c / 2.0).collect();
        x.as_mut().copy_from_slice(&next.unwrap_or_else(plain));
        history.push_front((here, change));
        history.truncate(DEPTH);
    }
    Err(Error::NotSolved { what, residual })
}

/// The combination of the points whose combined change is least, moved by that change. `None` when the earlier changes
/// are linearly dependent.
fn extrapolated(x: &[f64], change: &[f64], history: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Option<Vec<f64>> {
    let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let steps: Vec<_> = history.iter().map(|(y, c)| (difference(x, y), difference(change, c))).collect();
    let mut products = Matrix::zero(steps.len());
    for (i, (_, a)) in steps.iter().enumerate() {
        for (j, (_, b)) in steps.iter().enumerate() {
            *products.at(i, j) = dot(a, b) * if i == j { 1.0 + 1e-10 } else { 1.0 };
        }
    }
    let right: Vec<f64> = steps.iter().map(|(_, c)| dot(c, change)).collect();
    let weights = products.solve_vector(&right)?;
    let mut next: Vec<f64> = x.iter().zip(change).map(|(x, c)| x + c).collect();
    for (weight, (dx, dc)) in weights.iter().zip(&steps) {
        for (n, (dx, dc)) in next.iter_mut().zip(dx.iter().zip(dc)) {
            *n -= weight * (dx + dc);
        }
    }
    next.iter().all(|v| v.is_finite()).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x = 1 - 3 y², y = x / 2: plain iteration diverges from (0.46, 0.23), where the slope is -1.4 per two steps.
    #[test]
    fn a_repelling_fixed_point_is_found() {
        let mut steps = 0;
        let found = fixed_point("test", 1e-13, [0.9, 0.9], |[x, y]| {
            steps += 1;
            Ok([f64::max(1.0 - 3.0 * y * y, 0.0), x / 2.0])
        });
        let [x, y] = found.expect("solved");
        assert!((x - 1.0 + 3.0 * y * y).abs() < 1e-12 && (y - x / 2.0).abs() < 1e-12 && steps < 100, "{x} {y} {steps}");
    }

    #[test]
    fn a_map_without_a_fixed_point_is_reported_with_what_is_left() {
        let never = fixed_point("test", 1e-12, [1.0], |[x]| Ok([x + 1.0]));
        assert_eq!(never, Err(Error::NotSolved { what: "test", residual: 1.0 }));
    }
}
