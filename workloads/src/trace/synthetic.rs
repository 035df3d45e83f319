//! A stand-in for the Berkeley trace of 1995, for those who do not have it (`berkeley` reads the original).
//!
//! Its numbers were counted in that trace: processes per node and hour, lifetimes by class, and how often a class holds
//! one of the programs that are worth placing. Nodes are uneven, which is what a balancer lives on. Arrivals are doubly
//! stochastic Poisson: on node h at rate `lambda_h exp(Y - s^2/2)` with Y an Ornstein-Uhlenbeck process of its own, of
//! standard deviation s = 0.37 and relaxation time 120 s; Y is held constant for one second at a time. Lifetimes are
//! independent; above 1 s they are bounded Pareto, so that the mean is finite and the longest not absurd.
//!
//! Relative results survive in the stand-in; the level without balancing comes out higher than on the trace.
//!
//! Not here: memory sizes, which the trace does not hold either.

use super::account::Account;
use super::berkeley::RUN_STARTS;
use super::error::ReadError;
use super::gamma::normal;
use super::names::Names;
use super::reader::Trace;
use super::record::{Label, Record};
use loadlab_core::rng::{Rng, Stream};
use std::collections::VecDeque;

/// Processes of each run (0 to 7) on each node, counted in the trace. A run lasts an hour.
pub const PER_HOUR: [[u32; 6]; 8] = [
    [6975, 51, 7, 1506, 777, 5877],
    [47, 5, 0, 4084, 6776, 7127],
    [3106, 7, 7, 3243, 5312, 7860],
    [5910, 26, 12, 1572, 5111, 7241],
    [4653, 18, 2, 2097, 5609, 7892],
    [6884, 2347, 29, 1995, 7712, 5406],
    [8661, 4842, 644, 3491, 8115, 7189],
    [7701, 0, 6209, 5866, 7085, 7526],
];

/// Lifetimes up to 1 s: first and last clock tick of a class, and the processes of the trace in it. Within a class
/// every tick is equally likely.
pub const BODY: [(u32, u32, u32); 7] =
    [(0, 0, 62_911), (1, 1, 32_798), (2, 3, 25_056), (4, 6, 13_449), (7, 16, 18_444), (17, 32, 9_108), (33, 64, 9_988)];

/// Processes of the trace that lived longer than 1 s.
pub const TAIL: u32 = 12_858;

/// Their law: bounded Pareto between 1 s and 1600 s with this exponent.
pub const TAIL_EXPONENT: f64 = 1.27;
const TAIL_END: f64 = 1600.0;

/// The probability that a process is one of the 15 programs of the longest mean lifetime among those that occur at
/// least 400 times, by its lifetime up to so many seconds.
pub const LISTED: [(f64, f64); 15] = [
    (0.005, 0.021),
    (0.02, 0.005),
    (0.05, 0.015),
    (0.10, 0.045),
    (0.25, 0.108),
    (0.5, 0.211),
    (1.0, 0.219),
    (2.0, 0.515),
    (4.0, 0.727),
    (8.0, 0.766),
    (16.0, 0.760),
    (32.0, 0.673),
    (64.0, 0.487),
    (128.0, 0.375),
    (f64::INFINITY, 0.294),
];

/// The name of a program worth placing. All others have none.
pub const LISTED_NAME: &str = "listed";

/// s, the standard deviation of the logarithm of the rate.
const SPREAD: f64 = 0.37;
/// The relaxation time of that logarithm, in seconds.
const RELAXATION_S: f64 = 120.0;
/// How long the rate is held, in seconds.
const STEP_S: f64 = 1.0;

/// A lifetime in hundredths of a second, as the trace prints it: the clock ticked 64 times a second, and .005 stands
/// for no tick at all.
fn printed(ticks: u32) -> f64 {
    if ticks == 0 { 0.005 } else { (f64::from(ticks) * 100.0 / 64.0).round() / 100.0 }
}

/// One lifetime.
pub fn lifetime(rng: &mut Rng) -> f64 {
    let all: u32 = TAIL + BODY.iter().map(|class| class.2).sum::<u32>();
    let mut k = rng.below(all);
    for (first, last, count) in BODY {
        if k < count {
            return printed(first + rng.below(last - first + 1));
        }
        k -= count;
    }
    // x = (1 - U (1 - p^-a))^(-1/a)
    let end = libm::pow(TAIL_END, -TAIL_EXPONENT);
    libm::pow(1.0 - rng.unit() * (1.0 - end), -1.0 / TAIL_EXPONENT)
}

/// The probability that a process of this lifetime is one of the listed programs.
pub fn listed(lifetime: f64) -> f64 {
    LISTED.iter().find(|(end, _)| lifetime <= *end).map_or(0.0, |(_, probability)| *probability)
}

/// One node: its arrivals.
#[derive(Debug)]
struct Node {
    rng: Rng,
    /// Y, the logarithm of the rate over its mean, up to s^2/2.
    y: f64,
    /// What is left of the unit exponential that the integral of the rate must reach for the next arrival.
    due: f64,
}

impl Node {
    fn new(mut rng: Rng) -> Self {
        let y = SPREAD * normal(&mut rng);
        let due = -libm::log(rng.unit());
        Node { rng, y, due }
    }

    /// The arrivals of one step that starts at `from`, on average `per_step` of them.
    fn step(&mut self, from: f64, per_step: f64, arrivals: &mut Vec<f64>) {
        let expected = per_step * libm::exp(self.y - SPREAD * SPREAD / 2.0);
        let mut used = 0.0;
        while self.due <= expected - used {
            used += self.due;
            arrivals.push(from + STEP_S * used / expected);
            self.due = -libm::log(self.rng.unit());
        }
        self.due -= expected - used;
        let decay = libm::exp(-STEP_S / RELAXATION_S);
        self.y = self.y * decay + SPREAD * (1.0 - decay * decay).sqrt() * normal(&mut self.rng);
    }
}

/// The generator, a trace of one hour or of eight.
#[derive(Debug)]
pub struct Synthetic {
    /// The runs to generate, one hour each.
    runs: Vec<usize>,
    nodes: Vec<Node>,
    lifetimes: Rng,
    names: Names,
    step: u32,
    ready: VecDeque<Record>,
    account: Account,
}

const STEPS_PER_HOUR: u32 = 3600;

impl Synthetic {
    /// Generates one of the runs 0 to 7, or the whole day from 09:00 on; time counts from the start. Another number of
    /// a run gives an empty trace.
    pub fn new(run: Option<u8>, seed: u64, replication: u64) -> Self {
        let mut runs: Vec<usize> = (0..RUN_STARTS.len()).collect();
        runs.sort_by_key(|k| RUN_STARTS[*k]);
        runs.retain(|k| run.is_none_or(|wanted| usize::from(wanted) == *k));
        let node = |h: u64| Node::new(Stream::of_entity(seed, "arrivals", replication, h).rng());
        Synthetic {
            runs,
            nodes: (0..PER_HOUR[0].len() as u64).map(node).collect(),
            lifetimes: Stream::new(seed, "lifetimes", replication).rng(),
            names: Names::default(),
            step: 0,
            ready: VecDeque::new(),
            account: Account { capacity: Some(PER_HOUR[0].len() as f64), ..Account::new("berkeley-1995-synthetic") },
        }
    }

    /// The arrivals of the next second, on all nodes; `None` at the end.
    fn advance(&mut self) -> Option<()> {
        let rates = &PER_HOUR[*self.runs.get((self.step / STEPS_PER_HOUR) as usize)?];
        let from = f64::from(self.step) * STEP_S;
        let mut arrivals: Vec<(f64, u32)> = Vec::new();
        let mut times = Vec::new();
        for (h, (node, rate)) in self.nodes.iter_mut().zip(rates).enumerate() {
            node.step(from, f64::from(*rate) / f64::from(STEPS_PER_HOUR), &mut times);
            arrivals.extend(times.drain(..).map(|time| (time, h as u32)));
        }
        arrivals.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (submit, home) in arrivals {
            let record = self.process(submit, home);
            self.ready.push_back(record);
        }
        self.step += 1;
        Some(())
    }

    fn process(&mut self, submit: f64, home: u32) -> Record {
        let lifetime = lifetime(&mut self.lifetimes);
        let worth = self.lifetimes.chance(listed(lifetime));
        self.account.lines += 1;
        let number = self.account.lines;
        let program: Option<Label> = worth.then(|| self.names.label(LISTED_NAME.as_bytes())).flatten();
        Record { process: Some(number), home: Some(home), program, ..Record::new(number, submit, lifetime) }
    }
}

impl Iterator for Synthetic {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            self.advance()?;
        }
        let record = self.ready.pop_front()?;
        self.account.kept += 1;
        self.account.tally.add(&record);
        Some(Ok(record))
    }
}

impl Trace for Synthetic {
    fn account(&self) -> Account {
        // Processes generated ahead are not yet read.
        Account { lines: self.account.kept, ..self.account.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share_of_tail() -> f64 {
        f64::from(TAIL) / f64::from(TAIL + BODY.iter().map(|class| class.2).sum::<u32>())
    }

    /// E[X^j] of the law: the body by its ticks, the tail by the formula of the bounded Pareto law.
    fn moment(j: i32) -> f64 {
        let all = f64::from(TAIL) / share_of_tail();
        let body: f64 = BODY
            .iter()
            .map(|&(first, last, count)| {
                let mean = (first..=last).map(|t| printed(t).powi(j)).sum::<f64>() / f64::from(last - first + 1);
                f64::from(count) / all * mean
            })
            .sum();
        let (a, j) = (TAIL_EXPONENT, f64::from(j));
        let end = TAIL_END.powf(-a);
        body + share_of_tail() * a * (TAIL_END.powf(j - a) - 1.0) / ((j - a) * (1.0 - end))
    }

    #[test]
    fn lifetimes_have_the_moments_and_the_classes_of_their_law() {
        let mut rng = Rng::new(1);
        let n = 400_000;
        let draws: Vec<f64> = (0..n).map(|_| lifetime(&mut rng)).collect();
        let n = f64::from(n);
        let mean = draws.iter().sum::<f64>() / n;
        let error = ((moment(2) - moment(1) * moment(1)) / n).sqrt();
        assert!((mean - moment(1)).abs() < 4.0 * error, "mean {mean} against {} +- {error}", moment(1));
        for (first, last, count) in BODY {
            let p = f64::from(count) * share_of_tail() / f64::from(TAIL);
            let within = |x: &&f64| (printed(first)..=printed(last)).contains(*x);
            let share = draws.iter().filter(within).count() as f64 / n;
            let class_error = (p * (1.0 - p) / n).sqrt();
            assert!((share - p).abs() < 4.0 * class_error, "ticks {first} to {last}: {share} against {p}");
        }
        assert!(draws.iter().all(|x| *x <= TAIL_END));
    }

    #[test]
    fn the_tail_is_bounded_pareto_by_kolmogorov_and_smirnov() {
        let mut rng = Rng::new(2);
        let mut tail: Vec<f64> = (0..300_000).map(|_| lifetime(&mut rng)).filter(|x| *x > 1.0).collect();
        tail.sort_by(f64::total_cmp);
        let n = tail.len() as f64;
        let cdf = |x: f64| (1.0 - x.powf(-TAIL_EXPONENT)) / (1.0 - TAIL_END.powf(-TAIL_EXPONENT));
        let gap = |(k, x): (usize, &f64)| (cdf(*x) - k as f64 / n).max((k + 1) as f64 / n - cdf(*x));
        let d = tail.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt();
        assert!(d < 2.23, "sqrt(n) D = {d} is passed once in 10,000 samples");
    }

    /// Var N(T) = m + (m/T)^2 * 2 * integral over u from 0 to T of (T - u) (exp(s^2 exp(-u/tau)) - 1) du, for the mean
    /// m.
    fn count_variance(mean: f64) -> f64 {
        let span = 3600.0;
        let steps = 36_000;
        let h = span / f64::from(steps);
        let f = |u: f64| (span - u) * ((SPREAD * SPREAD * (-u / RELAXATION_S).exp()).exp() - 1.0);
        let integral: f64 = (0..steps).map(|k| f((f64::from(k) + 0.5) * h) * h).sum();
        mean + (mean / span).powi(2) * 2.0 * integral
    }

    #[test]
    fn hourly_counts_have_the_mean_and_the_variance_of_the_modulated_poisson_law() {
        let replications = 250;
        let mut counts = vec![[0.0f64; 6]; replications];
        for (k, row) in counts.iter_mut().enumerate() {
            let mut latest = 0.0;
            for record in Synthetic::new(Some(2), 3, k as u64) {
                let record = record.expect("generators do not fail");
                assert!(record.submit >= latest && record.submit < 3600.0);
                latest = record.submit;
                row[record.home.expect("every process has a home") as usize] += 1.0;
            }
        }
        let n = replications as f64;
        for (h, rate) in PER_HOUR[2].iter().enumerate() {
            let own: Vec<f64> = counts.iter().map(|row| row[h]).collect();
            let expected = (f64::from(*rate), count_variance(f64::from(*rate)));
            let mean = own.iter().sum::<f64>() / n;
            let central = |power: i32| own.iter().map(|c| (c - mean).powi(power)).sum::<f64>() / n;
            let error = (expected.1 / n).sqrt();
            assert!((mean - expected.0).abs() < 4.0 * error, "node {h}: mean {mean} against {}", expected.0);
            let (variance, fourth) = (central(2), central(4));
            let spread = ((fourth - variance * variance) / n).sqrt();
            let off = (variance - expected.1).abs();
            assert!(off < 4.0 * spread, "node {h}: variance {variance} against {} +- {spread}", expected.1);
        }
    }

    #[test]
    fn programs_are_listed_as_often_as_their_lifetime_says() {
        let mut hits = [(0.0f64, 0.0f64); LISTED.len()];
        for record in (0..3).flat_map(|replication| Synthetic::new(None, 4, replication)) {
            let record = record.expect("generators do not fail");
            let class = LISTED.iter().position(|(end, _)| record.lifetime <= *end).expect("the last class has no end");
            hits[class].0 += 1.0;
            hits[class].1 += f64::from(record.program.is_some_and(|p| p.to_string() == LISTED_NAME));
        }
        for ((n, listed), (end, p)) in hits.iter().zip(LISTED) {
            let error = (p * (1.0 - p) / n).sqrt();
            assert!((listed / n - p).abs() < 4.0 * error, "up to {end} s: {} of {n}", listed / n);
        }
    }

    #[test]
    fn the_day_has_eight_hours_in_order_and_a_run_that_does_not_exist_is_empty() {
        let mut hours = [0u32; 8];
        let mut day = Synthetic::new(None, 1, 0);
        for record in day.by_ref() {
            hours[(record.expect("generators do not fail").submit / 3600.0) as usize] += 1;
        }
        // The quietest hour is run 0, the fifth from 09:00; the busiest is run 7, the eighth.
        assert!(hours[4] < hours[7]);
        assert_eq!(u64::from(hours.iter().sum::<u32>()), day.account().kept);
        assert_eq!(Synthetic::new(Some(8), 1, 0).count(), 0);
    }
}
