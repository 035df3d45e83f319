//! One node with Poisson arrivals and any law of lifetimes X: first come first served, and processor sharing.
//!
//! `rate` is the arrival rate λ, ρ = λ E(X) the load; times are in the unit of the law.

use super::{Error, Solved, check, check_size};
use crate::law::Law;

/// ρ = λ E(X), checked to be below 1.
pub(super) fn utilisation(rate: f64, law: &dyn Law) -> Solved<f64> {
    check_size("rate", rate)?;
    let mean = law.mean();
    if mean == f64::INFINITY {
        return Err(Error::Infinite { what: "the load: E[X] diverges, it" });
    }
    check(mean > 0.0, "E[X]", mean, "more than 0")?;
    let load = rate * mean;
    if load < 1.0 { Ok(load) } else { Err(Error::Unstable { load, bound: 1.0 }) }
}

/// M/G/1 first come first served, the mean wait: λ E(X²) / (2 (1 - ρ)).
///
/// Pollaczek 1930, Khinchine 1932; Kleinrock, Queueing Systems vol. 1, Wiley 1975, section 5.6.
pub fn fcfs_wait(rate: f64, law: &dyn Law) -> Solved<f64> {
    let load = utilisation(rate, law)?;
    let second = law.moment(2.0);
    if rate > 0.0 && second == f64::INFINITY {
        return Err(Error::Infinite { what: "the mean wait: E[X^2] diverges, it" });
    }
    Ok(if rate > 0.0 { rate * second / (2.0 * (1.0 - load)) } else { 0.0 })
}

/// M/G/1 first come first served, the mean response: E(X) plus the mean wait.
pub fn fcfs_response(rate: f64, law: &dyn Law) -> Solved<f64> {
    Ok(law.mean() + fcfs_wait(rate, law)?)
}

/// M/G/1 first come first served, the mean slowdown: E((wait + X) / X) = 1 + E(wait) E(1/X), since the wait does not
/// depend on the lifetime of the one who waits. Infinite for laws with mass near 0, such as the exponential.
pub fn fcfs_slowdown(rate: f64, law: &dyn Law) -> Solved<f64> {
    let wait = fcfs_wait(rate, law)?;
    let inverse = law.moment(-1.0);
    if wait > 0.0 && inverse == f64::INFINITY {
        return Err(Error::Infinite { what: "the mean slowdown: E[1/X] diverges, it" });
    }
    Ok(if wait > 0.0 { 1.0 + wait * inverse } else { 1.0 })
}

/// M/G/1 processor sharing, the mean response: E(X) / (1 - ρ), for every law with this mean (insensitivity).
///
/// Sakata, Noguchi & Oizumi 1969; Kleinrock, Queueing Systems vol. 2, Wiley 1976, section 4.4.
pub fn ps_response(rate: f64, law: &dyn Law) -> Solved<f64> {
    Ok(ps_slowdown(rate, law)? * law.mean())
}

/// M/G/1 processor sharing, the mean response of a process of lifetime x: x / (1 - ρ).
pub fn ps_response_of(x: f64, rate: f64, law: &dyn Law) -> Solved<f64> {
    check_size("lifetime", x)?;
    Ok(x * ps_slowdown(rate, law)?)
}

/// M/G/1 processor sharing, the mean slowdown: 1 / (1 - ρ), for every lifetime and every law.
pub fn ps_slowdown(rate: f64, law: &dyn Law) -> Solved<f64> {
    Ok(1.0 / (1.0 - utilisation(rate, law)?))
}
