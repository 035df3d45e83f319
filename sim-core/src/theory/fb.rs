//! One node that always runs the process with the least attained service (foreground-background), for any law.
//!
//! Kleinrock, Queueing Systems vol. 2, Wiley 1976, section 4.6; Nuijens & Wierman, The foreground-background queue: a
//! survey, Performance Evaluation 65, 2008. With M(x) = E[min(X, x)²] and ρ_x = λ E[min(X, x)],
//!
//! E T(x) = λ M(x) / (2 (1 - ρ_x)²) + x / (1 - ρ_x).

use super::mg1::utilisation;
use super::srpt::{log_integral, min_moment, range, survival};
use super::{Solved, check_size};
use crate::law::Law;

/// The mean response of a process of lifetime x.
pub fn response_of(x: f64, rate: f64, law: &dyn Law) -> Solved<f64> {
    utilisation(rate, law)?;
    check_size("lifetime", x)?;
    let idle = 1.0 - rate * min_moment(law, 1.0, x);
    Ok(rate * min_moment(law, 2.0, x) / (2.0 * idle * idle) + x / idle)
}

/// d E T(x) / dx = 2 λ x S / (1 - ρ_x)² + λ² M(x) S / (1 - ρ_x)³ + 1 / (1 - ρ_x), with S = P(X > x).
fn slope(x: f64, rate: f64, law: &dyn Law) -> f64 {
    let idle = 1.0 - rate * min_moment(law, 1.0, x);
    let alive = rate * survival(law, x);
    (2.0 * x * alive / idle + rate * alive * min_moment(law, 2.0, x) / (idle * idle) + 1.0) / idle
}

/// The mean response: E T = ∫_0^∞ (d E T(x) / dx) P(X > x) dx. Before the least lifetime this is E T at that
/// lifetime; after the range the slope is constant and leaves the slope times E[(X - end)+].
pub fn response(rate: f64, law: &dyn Law) -> Solved<f64> {
    utilisation(rate, law)?;
    let (start, end) = range(law);
    let head = response_of(start, rate, law)? * survival(law, start.next_down());
    let integrand = |x: f64| slope(x, rate, law) * survival(law, x);
    let middle = log_integral(start, end, "the mean response under FB", integrand)?;
    let beyond = law.partial_moment(1.0, end, f64::INFINITY) - end * survival(law, end);
    Ok(head + middle + slope(end, rate, law) * beyond.max(0.0))
}
