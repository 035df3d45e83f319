//! One node that always runs the process with the least remaining lifetime, for any law.
//!
//! Schrage & Miller, The queue M/G/1 with the shortest remaining processing time discipline, Operations Research
//! 14(4), 1966. With ρ(x) = λ E[X; X <= x] and M(x) = E[min(X, x)²],
//!
//! E T(x) = λ M(x) / (2 (1 - ρ(x-)) (1 - ρ(x))) + ∫_0^x dt / (1 - ρ(t)),
//!
//! where the left limit ρ(x-) serves equal lifetimes in order of arrival.

use super::mg1::utilisation;
use super::numeric::integral;
use super::{Error, Solved, check_size};
use crate::law::Law;

/// The relative precision asked of the integrals, and the one below which they are refused.
pub(super) const PRECISION: f64 = 1e-10;
const REFUSED: f64 = 1e-6;

/// P(X > x), without the cancellation of 1 - cdf.
pub(super) fn survival(law: &dyn Law, x: f64) -> f64 {
    law.partial_moment(0.0, x, f64::INFINITY)
}

/// E[min(X, x)^k].
pub(super) fn min_moment(law: &dyn Law, k: f64, x: f64) -> f64 {
    law.partial_moment(k, 0.0, x) + libm::pow(x, k) * survival(law, x)
}

/// The range of x outside which the integrands of this file and of `fb` have a simple form: from the least lifetime
/// (or 1e-12 of the mean) to the greatest, or to where only 1e-15 of E[X²] is left, or to 1e120 means.
pub(super) fn range(law: &dyn Law) -> (f64, f64) {
    let (low, high) = law.support();
    let mean = law.mean();
    let start = low.max(1e-12 * mean);
    if high.is_finite() {
        return (start, high);
    }
    let second = law.moment(2.0);
    let mut end = 2.0 * mean;
    while end < 1e120 * mean && !(law.partial_moment(2.0, end, f64::INFINITY) <= 1e-15 * second && second.is_finite()) {
        end *= 2.0;
    }
    (start, end)
}

/// ∫ f(x) dx over (low, high) in the variable ln x, refused when it does not converge.
pub(super) fn log_integral(low: f64, high: f64, what: &'static str, f: impl Fn(f64) -> f64) -> Solved<f64> {
    if low >= high {
        return Ok(0.0);
    }
    let in_log = |y: f64| {
        let x = libm::exp(y);
        x * f(x)
    };
    let (value, error) = integral(libm::log(low), libm::log(high), PRECISION, in_log);
    if error <= REFUSED * value.abs() { Ok(value) } else { Err(Error::NotSolved { what, residual: error }) }
}

/// The mean response. Integrating the formula by parts, with M(x) / (2x) as the continuous factor, leaves
///
/// E T = ∫_0^∞ M(x) / (2 x² (1 - ρ(x))) dx,
///
/// which needs no density and holds with atoms. Below the least lifetime M(x) = x²; above the greatest (or the end
/// of the range) M is constant, or grows like x^(2 - α) for a tail of index α < 2.
pub fn response(rate: f64, law: &dyn Law) -> Solved<f64> {
    let load = utilisation(rate, law)?;
    let (start, end) = range(law);
    let integrand = |x: f64| {
        let below = rate * law.partial_moment(1.0, 0.0, x);
        min_moment(law, 2.0, x) / (2.0 * x * x * (1.0 - below))
    };
    let head = start / 2.0 * law.partial_moment(0.0, 0.0, f64::INFINITY);
    let middle = log_integral(start, end, "the Schrage-Miller integral", integrand)?;
    let second = law.moment(2.0);
    let tail = match law.tail_index() {
        _ if second.is_finite() => second / (2.0 * end * (1.0 - load)),
        Some(alpha) if alpha > 1.0 => end * integrand(end) / (alpha - 1.0),
        _ => return Err(Error::NotSolved { what: "the tail of the Schrage-Miller integral", residual: f64::INFINITY }),
    };
    Ok(head + middle + tail)
}

/// The mean response of a process of lifetime x.
pub fn response_of(x: f64, rate: f64, law: &dyn Law) -> Solved<f64> {
    utilisation(rate, law)?;
    check_size("lifetime", x)?;
    if x == 0.0 {
        return Ok(0.0);
    }
    let idle = |t: f64| 1.0 - rate * law.partial_moment(1.0, 0.0, t);
    let wait = rate * min_moment(law, 2.0, x) / (2.0 * idle(x.next_down()) * idle(x));
    let start = range(law).0.min(x);
    Ok(wait + start + log_integral(start, x, "the residence time under SRPT", |t| 1.0 / idle(t))?)
}
