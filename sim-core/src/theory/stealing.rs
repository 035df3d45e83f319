//! Work stealing, and searches at a rate of their own, in the limit of many nodes with free transfers.
//!
//! Mitzenmacher, Analyses of load stealing models based on differential equations, Theory of Computing Systems 34,
//! 2001; Minnebo & Van Houdt, A fair comparison of pull and push strategies in large distributed networks, IEEE/ACM
//! Trans. Networking 22(3), 2014. Symbols as in the parent module.

use super::numeric::{power, root};
use super::{MeanField, Solved, check, check_load, check_size};

/// A node that becomes idle tries one random victim and steals if that holds T >= 2 or more.
///
/// With x = s_2, attempts come at rate p_1 = λ - x, so victims fall at rate 1 + λ - x: p_{k+1} = λ p_k for k + 1 < T,
/// then the ratio λ / (1 + λ - x), s_T = λ^(T-1) (λ - x) / (1 - x); x is the root of λ (1 - λ) = (λ - x)(1 - s_T).
pub fn when_idle(load: f64, threshold: u32) -> Solved<MeanField> {
    check_load(load)?;
    check(threshold >= 2, "threshold", f64::from(threshold), "at least 2")?;
    let victims = |x: f64| power(load, threshold - 1) * (load - x) / (1.0 - x);
    let x = root(0.0, load, |x| load * (1.0 - load) - (load - x) * (1.0 - victims(x)));
    let attempts = load - x;
    let mut occupancy = vec![1.0, load];
    for k in 1..threshold as usize {
        occupancy.push(occupancy[k] - attempts * power(load, k as u32 - 1));
    }
    let stolen = attempts / load * victims(x);
    Ok(MeanField::with_tail(load, occupancy, load / (1.0 + attempts), attempts / load, stolen))
}

/// Idle nodes search at `rate` each, one random victim at a time, and take a process from a node with 2 or more; no
/// search at completions. W = (1 + (1 - λ) r) / ((1 - λ)(1 + r)).
pub fn retrying(load: f64, rate: f64) -> Solved<MeanField> {
    check_load(load)?;
    pull_rate(load, rate * (1.0 - load))
}

/// Pull: idle nodes send R probes per node and unit of time altogether. s_k = λ (λ / (1 + R))^(k-1),
/// W = (1 + R) / (1 - λ + R).
pub fn pull_rate(load: f64, probe_rate: f64) -> Solved<MeanField> {
    check_load(load)?;
    check_size("probe rate", probe_rate)?;
    let ratio = load / (1.0 + probe_rate);
    let found = load * ratio;
    Ok(MeanField::with_tail(load, vec![1.0, load], ratio, probe_rate / load, probe_rate * found / load))
}

/// Push: nodes with waiting processes send R probes per node and unit of time altogether, and transfer one to an idle
/// node. s_k = λ (λ - R (1 - λ) / λ)^(k-1), W = λ / ((1 - λ)(λ + R)), until at R = λ² / (1 - λ) nobody waits: W = 1,
/// and a higher rate is not used.
pub fn push_rate(load: f64, probe_rate: f64) -> Solved<MeanField> {
    check_load(load)?;
    check_size("probe rate", probe_rate)?;
    let used = probe_rate.min(load * load / (1.0 - load));
    let found = used * (1.0 - load) / load;
    Ok(MeanField::with_tail(load, vec![1.0, load], (load - found).max(0.0), used / load, found))
}
