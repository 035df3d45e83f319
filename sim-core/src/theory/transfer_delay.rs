//! Load sharing where each transfer takes an exponential time with mean D and no CPU, in the limit of many nodes.
//!
//! Mirchandaney, Towsley & Stankovic, Analysis of the effects of delays on load sharing, IEEE Trans. Computers 38(11),
//! 1989: Forward (the sender looks for a node) and Reverse (the receiver does). Here probes are instantaneous and free;
//! their model also delays the probes. Rules of `sharing`, with the differences named below.
//!
//! Not here: both at once.

use super::chain::{Stationary, Step, stationary};
use super::fixed_point::fixed_point;
use super::numeric::{geometric, power};
use super::{Error, MeanField, Solved, check_count, check_size, sharing};

/// Numbers of processes under way that a chain distinguishes, tried in turn until the last is improbable enough.
const PHASES: [usize; 4] = [12, 24, 48, 96];
/// The largest accepted probability of the last phase.
const TRUNCATION: f64 = 1e-10;
/// The precision of the unknown probabilities.
const CLOSE: f64 = 1e-12;

/// Forward(T, Lp): as Threshold(T, Lp), the process arriving D later. A node accepts while its length k is below T or,
/// with `count_pending`, while k plus the number m of processes under way to it is below T. An arrival looks at the
/// length of its own node alone. A node is a chain on (k, m); W = (E k + E m) / λ.
pub fn forward(load: f64, threshold: u32, probes: u32, delay: f64, count_pending: bool) -> Solved<MeanField> {
    let free = sharing::threshold(load, threshold, probes)?;
    check_size("delay", delay)?;
    if delay == 0.0 {
        return Ok(free);
    }
    let under_way = load * free.transfers * delay;
    if under_way > PHASES[PHASES.len() - 1] as f64 {
        return Err(Error::NotSolved {
            what: "load sharing with a forward delay: too many under way",
            residual: under_way,
        });
    }
    let limit = threshold as usize;
    let q = free.occupancy.get(limit).copied().unwrap_or(0.0);
    let mut x = [q, q];
    let mut residual = f64::INFINITY;
    for phases in PHASES {
        let chain = |x| forward_chain(load, limit, probes, delay, count_pending, x, phases);
        x = fixed_point("load sharing with a forward delay", CLOSE, x, |x| {
            let solved = chain(x)?;
            Ok([solved.at_least(limit).iter().sum(), 1.0 - accepting(&solved, limit, count_pending)])
        })?;
        let solved = chain(x)?;
        residual = solved.last_phase();
        if residual <= TRUNCATION {
            let [senders, refusing] = x;
            return Ok(MeanField {
                response: (solved.mean_level() + solved.mean_phase()) / load,
                probes: senders * geometric(refusing, probes),
                transfers: senders * (1.0 - power(refusing, probes)),
                occupancy: solved.occupancy(),
            });
        }
    }
    Err(Error::NotSolved { what: "load sharing with a forward delay: too many under way", residual })
}

/// The chain given P(k >= T), where arrivals search, and P(a probed node refuses).
fn forward_chain(
    load: f64,
    threshold: usize,
    probes: u32,
    delay: f64,
    count_pending: bool,
    [senders, refusing]: [f64; 2],
    phases: usize,
) -> Solved<Stationary> {
    let offered = load * senders * geometric(refusing, probes);
    let kept = load * power(refusing, probes);
    stationary(threshold, phases, |k, m, out: &mut Vec<Step>| {
        out.push((1, m, if k < threshold { load } else { kept }));
        if k + (if count_pending { m } else { 0 }) < threshold {
            out.push((0, m + 1, offered));
        }
        if m > 0 {
            out.push((1, m - 1, m as f64 / delay));
        }
        if k > 0 {
            out.push((-1, m, 1.0));
        }
    })
}

fn accepting(solved: &Stationary, threshold: usize, count_pending: bool) -> f64 {
    let level = |k: usize| {
        let limit = if count_pending { threshold - k } else { usize::MAX };
        solved.at(k).iter().take(limit).sum::<f64>()
    };
    (0..threshold).map(level).sum()
}

/// Reverse(T, Lp): as Receiver(T, Lp), the process arriving D later; a node with a process under way to it does not
/// search. A node is a chain on (k, w) with w = 1 while one is under way; W = (E k + P(w = 1)) / λ.
pub fn reverse(load: f64, threshold: u32, probes: u32, delay: f64) -> Solved<MeanField> {
    let free = sharing::receiver(load, threshold, probes)?;
    check_size("delay", delay)?;
    check_count("probes", probes)?;
    if delay == 0.0 {
        return Ok(free);
    }
    let limit = threshold as usize;
    let u = free.occupancy.get(limit + 1).copied().unwrap_or(0.0);
    let chain = |x| reverse_chain(load, limit, probes, delay, x);
    let x = fixed_point("load sharing with a reverse delay", CLOSE, [u, load - u], |x| {
        let solved = chain(x)?;
        let above = solved.at_least(limit + 1);
        Ok([above.iter().sum(), solved.at_least(1)[0] - above[0]])
    })?;
    let solved = chain(x)?;
    let [victims, searches] = x;
    let asked = searches / load * geometric(1.0 - victims, probes);
    Ok(MeanField {
        response: (solved.mean_level() + solved.mean_phase()) / load,
        probes: asked,
        transfers: asked * victims,
        occupancy: solved.occupancy(),
    })
}

/// The chain given P(k > T) and the rate of completions that start a search.
fn reverse_chain(
    load: f64,
    threshold: usize,
    probes: u32,
    delay: f64,
    [victims, searches]: [f64; 2],
) -> Solved<Stationary> {
    let tries = geometric(1.0 - victims, probes);
    stationary(threshold + 1, 2, |k, w, out: &mut Vec<Step>| {
        out.push((1, w, load));
        if w == 1 {
            out.push((1, 0, 1.0 / delay));
        }
        if k > threshold {
            out.push((-1, w, 1.0 + searches * tries));
        } else if k > 0 && w == 0 {
            out.push((-1, 1, victims * tries));
            out.push((-1, 0, 1.0 - victims * tries));
        } else if k > 0 {
            out.push((-1, 1, 1.0));
        }
    })
}
