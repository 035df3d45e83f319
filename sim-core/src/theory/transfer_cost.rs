//! Load sharing where each transfer costs CPU time at the node that gives the process away, in the limit of many nodes.
//!
//! The cost model of Eager, Lazowska & Zahorjan, IEEE Trans. Software Engineering 12(5), 1986: probes are free, a
//! transfer takes processor time of the giver. Made exact here: the overhead is exponential with mean `cost`, it
//! precedes all processes of the giver (preemptive priority), and the process joins its destination at once. A node is
//! a chain on (processes k, overheads m). It serves a process only while m = 0. Which policies: see `sharing`.
//!
//! Not here: costs paid by the receiver or by a place in the queue, which give other values.

use super::chain::{Stationary, Step, stationary};
use super::fixed_point::fixed_point;
use super::numeric::{geometric, power};
use super::{Error, MeanField, Solved, bounds, check_count, check_load, check_size, sharing};

/// Numbers of overheads that a chain distinguishes, tried in turn until the last one is improbable enough.
const PHASES: [usize; 4] = [12, 24, 48, 96];
/// The largest accepted probability of the last phase.
const TRUNCATION: f64 = 1e-10;
/// The precision of the unknown probabilities.
const CLOSE: f64 = 1e-12;

/// What the nodes do: T, probes per arrival and per completion, and whether an arrival moves blindly instead.
#[derive(Clone, Copy)]
struct Rule {
    load: f64,
    threshold: usize,
    push: u32,
    pull: u32,
    blind: bool,
    cost: f64,
}

/// Threshold(T, Lp) with a CPU cost per transfer.
pub fn threshold(load: f64, threshold: u32, probes: u32, cost: f64) -> Solved<MeanField> {
    check_count("probes", probes)?;
    symmetric(load, threshold, probes, 0, cost)
}

/// Receiver(T, Lp) with a CPU cost per transfer, paid by the victim.
pub fn receiver(load: f64, threshold: u32, probes: u32, cost: f64) -> Solved<MeanField> {
    check_count("probes", probes)?;
    symmetric(load, threshold, 0, probes, cost)
}

/// Both at once, as in `sharing::symmetric`.
pub fn symmetric(load: f64, threshold: u32, push: u32, pull: u32, cost: f64) -> Solved<MeanField> {
    let free = sharing::symmetric(load, threshold, push, pull)?;
    check_size("transfer cost", cost)?;
    let rule = Rule { load, threshold: threshold as usize, push, pull, blind: false, cost };
    if cost == 0.0 { Ok(free) } else { solve(rule, &free) }
}

/// Random(T, Lt) with a CPU cost per transfer, paid by each node that passes the process on.
pub fn random(load: f64, threshold: u32, limit: u32, cost: f64) -> Solved<MeanField> {
    let free = sharing::random(load, threshold, limit)?;
    check_size("transfer cost", cost)?;
    let rule = Rule { load, threshold: threshold as usize, push: limit, pull: 0, blind: true, cost };
    if cost == 0.0 { Ok(free) } else { solve(rule, &free) }
}

/// Random(T = 1) without a transfer limit. A node holds a process with probability p; a process is transferred
/// p / (1 - p) times, so p = λ + λ cost p / (1 - p), that is p² - p (1 + λ - cost λ) + λ = 0; W = p / λ. Any law of the
/// overhead. Without a root, above `bounds::random_unlimited_stability`, transfers breed transfers.
pub fn random_unlimited(load: f64, cost: f64) -> Solved<MeanField> {
    check_load(load)?;
    let bound = bounds::random_unlimited_stability(cost)?;
    let half = (1.0 + load - cost * load) / 2.0;
    let discriminant = half * half - load;
    if load > bound || discriminant < 0.0 {
        return Err(Error::Unstable { load, bound });
    }
    let busy = half - discriminant.sqrt();
    Ok(MeanField { response: busy / load, probes: 0.0, transfers: busy / (1.0 - busy), occupancy: vec![1.0, busy] })
}

/// The unknowns: q = P(k >= T), u = P(k > T), and the rate of completions that leave fewer than T.
type Unknowns = [f64; 3];

fn solve(rule: Rule, free: &MeanField) -> Solved<MeanField> {
    let s = |k: usize| free.occupancy.get(k).copied().unwrap_or(0.0);
    let mut x = [s(rule.threshold), s(rule.threshold + 1), rule.load - s(rule.threshold + 1)];
    let mut residual = f64::INFINITY;
    for phases in PHASES {
        x = fixed_point("load sharing with a transfer cost", CLOSE, x, |x| Ok(rule.observe(&rule.chain(x, phases)?)))?;
        let solved = rule.chain(x, phases)?;
        residual = solved.last_phase();
        if residual <= TRUNCATION {
            return Ok(rule.summary(x, &solved));
        }
    }
    Err(Error::NotSolved { what: "load sharing with a transfer cost: too many pending overheads", residual })
}

impl Rule {
    /// Rates of one node given the unknowns. `passed` is the rate at which a node at T or above gives arrivals away.
    fn chain(&self, [q, u, searches]: Unknowns, phases: usize) -> Solved<Stationary> {
        let kept = self.load * power(q, self.push);
        let passed = if self.blind { self.load * geometric(q, self.push) } else { self.load - kept };
        let joined = self.load * geometric(q, self.push + 1);
        let tries = geometric(1.0 - u, self.pull);
        let step = |k: usize, m: usize, out: &mut Vec<Step>| {
            if k < self.threshold {
                out.push((1, m, joined));
            } else {
                out.push((1, m, kept));
                out.push((0, m + 1, passed));
            }
            if k > self.threshold {
                out.push((-1, m + 1, searches * tries));
            }
            if m > 0 {
                out.push((0, m - 1, 1.0 / self.cost));
            } else if k > 0 {
                let found = if k <= self.threshold { u * tries } else { 0.0 };
                out.push((-1, m, 1.0 - found));
            }
        };
        stationary(self.threshold + 1, phases, step)
    }

    fn observe(&self, solved: &Stationary) -> Unknowns {
        let (all, above) = (solved.at_least(1), solved.at_least(self.threshold + 1));
        let q = solved.at_least(self.threshold).iter().sum();
        [q, above.iter().sum(), all[0] - above[0]]
    }

    fn summary(&self, [q, u, searches]: Unknowns, solved: &Stationary) -> MeanField {
        let tries = searches / self.load * geometric(1.0 - u, self.pull);
        let (asked, passed) = (q * geometric(q, self.push), q * (1.0 - power(q, self.push)));
        let (probes, transfers) = if self.blind { (0.0, asked) } else { (asked + tries, passed + tries * u) };
        MeanField { response: solved.mean_level() / self.load, probes, transfers, occupancy: solved.occupancy() }
    }
}
