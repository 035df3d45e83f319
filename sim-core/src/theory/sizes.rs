//! Nodes that serve first come, first served, and processes that go to them by lifetime: by known lifetimes (SITA), by
//! lifetimes that are found out (TAGS), and to the node with the least work left.
//!
//! Harchol-Balter, Crovella & Murta, On choosing a task assignment policy for a distributed server system, J. Parallel and
//! Distributed Computing 59(2), 1999; Harchol-Balter, Task assignment with unknown duration, J. ACM 49(2), 2002. Of the
//! lifetime X the partial moments E[X^m; a < X <= b] are all that is needed; `rate` is the arrival rate λ per node.
//! Cutoffs c_1 < ... < c_k divide the nodes into g = k + 1 equal groups, so that a node of a group receives λ g times the
//! share of processes that reach it. Its wait is that of M/G/1 (Pollaczek & Khinchine): w = λ g M_2 / (2 (1 - λ g M_1)),
//! with M_m = E[S^m; the process reaches the group] for the service S that it takes there.

use super::{Error, Solved, check, check_size, mmk};
use crate::law::Law;

/// The mean response, and the mean of response / lifetime; infinite where E\[1/X\] is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// In the unit of the law.
    pub response: f64,
    /// Per unit of lifetime.
    pub slowdown: f64,
}

/// Where each range of lifetimes has nodes of its own: exact, since a part of a Poisson stream chosen by lifetimes is one.
/// W = E\[X\] + Σ P(range) w, slowdown 1 + Σ w E\[1/X; range\].
pub fn sita(rate: f64, law: &dyn Law, cutoffs: &[f64]) -> Solved<Times> {
    let ranges = ranges(rate, law, cutoffs)?;
    let mut times = Times { response: law.mean(), slowdown: 1.0 };
    for &(low, high) in &ranges {
        let moment = |m| law.partial_moment(m, low, high);
        let wait = wait(rate * ranges.len() as f64, moment(1.0), moment(2.0))?;
        times.response += moment(0.0) * wait;
        times.slowdown += inverse(law, low, high) * wait;
    }
    Ok(times)
}

/// Where all processes start in the first group, and one that reaches the cutoff of its group starts again in the next:
/// group i takes min(X, c_i) of those with X > c_{i-1}. An approximation: what leaves a queue at its cutoff is no Poisson
/// stream.
///
/// W = E\[X\] + Σ P(X > c_{i-1}) w_i + Σ c_i P(X > c_i), and the same with E\[1/X; .\] for P(.) for the slowdown.
pub fn tags(rate: f64, law: &dyn Law, cutoffs: &[f64]) -> Solved<Times> {
    let ranges = ranges(rate, law, cutoffs)?;
    let mut times = Times { response: law.mean(), slowdown: 1.0 };
    for &(low, high) in &ranges {
        let lost = if high.is_finite() { high } else { 0.0 };
        let beyond = if high.is_finite() { law.survival(high) } else { 0.0 };
        let moment = |m: f64, of: f64| law.partial_moment(m, low, high) + of * beyond;
        let wait = wait(rate * ranges.len() as f64, moment(1.0, lost), moment(2.0, lost * lost))?;
        times.response += moment(0.0, 1.0) * wait + lost * beyond;
        times.slowdown += inverse(law, low, f64::INFINITY) * wait;
        if high.is_finite() {
            times.slowdown += lost * inverse(law, high, f64::INFINITY);
        }
    }
    Ok(times)
}

/// Where each process starts at the node with the least work left: M/G/k, whose wait is taken as that of M/M/k times
/// (1 + C²) / 2. An approximation, exact for exponential lifetimes (Lee & Longton, Operational Research Quarterly 10(1),
/// 1959), which the authors of 1999 use, too.
pub fn least_work_left(nodes: u32, rate: f64, law: &dyn Law) -> Solved<Times> {
    ranges(rate, law, &[])?;
    let (mean, second) = (law.mean(), law.moment(2.0));
    if second == f64::INFINITY {
        return Err(Error::Infinite { what: "the mean wait: E[X^2] diverges, it" });
    }
    let wait = mmk::mmk_wait(nodes, rate * mean)? * second / (2.0 * mean);
    Ok(Times { response: mean + wait, slowdown: 1.0 + wait * law.moment(-1.0) })
}

/// (0, c_1], (c_1, c_2], ..., (c_k, ∞), for a law and a rate that can be.
fn ranges(rate: f64, law: &dyn Law, cutoffs: &[f64]) -> Solved<Vec<(f64, f64)>> {
    check_size("rate", rate)?;
    check(law.mean().is_finite() && law.mean() > 0.0, "E[X]", law.mean(), "finite and more than 0")?;
    let ends = [&[0.0], cutoffs, &[f64::INFINITY]].concat();
    for pair in ends.windows(2) {
        check(pair[0] < pair[1], "a cutoff", pair[1], "more than 0 and than the one before")?;
    }
    Ok(ends.windows(2).map(|pair| (pair[0], pair[1])).collect())
}

/// The wait of M/G/1 by its parts of the first two moments of the service.
fn wait(rate: f64, first: f64, second: f64) -> Solved<f64> {
    let load = rate * first;
    if load >= 1.0 {
        return Err(Error::Unstable { load, bound: 1.0 });
    }
    if second == f64::INFINITY {
        return Err(Error::Infinite { what: "the mean wait: E[X^2] diverges, it" });
    }
    Ok(rate * second / (2.0 * (1.0 - load)))
}

/// E\[1/X; low < X <= high\]; with the values of 0, which are no longer than `low`, infinite.
fn inverse(law: &dyn Law, low: f64, high: f64) -> f64 {
    if low <= 0.0 && law.cdf(0.0) > 0.0 { f64::INFINITY } else { law.partial_moment(-1.0, low, high) }
}
