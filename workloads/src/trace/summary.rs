//! What is in a trace: how many processes, how long they live, how heavy the tail is, how much work the longest carry.
//!
//! One pass. Means and offered load are exact for any length. What needs order (survival, tail, shares) is exact up to
//! a stated number of processes; beyond it, from a uniform sample of that size (Vitter, Random sampling with a
//! reservoir, ACM TOMS 11(1):37-57, 1985), and the summary says so.
//!
//! Not here: tables and plots (`experiments`).

use super::account::Account;
use super::error::ReadError;
use super::reader::Trace;
use loadlab_core::rng::{Rng, Stream};

/// Where the tail begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tail {
    /// Above so many seconds: Harchol-Balter & Downey (1997) take 1 s.
    Above(f64),
    /// At the longest so many of all processes, as a fraction.
    Longest(f64),
}

/// How to summarise.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where the tail begins.
    pub tail: Tail,
    /// Up to how many processes everything is exact; each takes 16 bytes.
    pub exact: usize,
    /// Points of the survival function.
    pub points: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { tail: Tail::Longest(0.05), exact: 4_000_000, points: 100 }
    }
}

/// An estimate of the exponent alpha in `P(X > x) ~ x^-alpha`, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// alpha.
    pub alpha: f64,
    /// Its standard error, for independent lifetimes whose tail is a Pareto law.
    pub standard_error: f64,
}

/// The tail of the lifetimes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TailFit {
    /// Where it begins, in seconds.
    pub above: f64,
    /// Lifetimes in it.
    pub count: u64,
    /// By the mean logarithm of the excess.
    pub hill: Estimate,
    /// By regression of the logarithm of the rank on that of the lifetime.
    pub regression: Estimate,
}

/// What is in a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Processes.
    pub processes: u64,
    /// Mean lifetime.
    pub mean: f64,
    /// Standard deviation of the lifetimes (divided by n - 1); 0 for fewer than two.
    pub standard_deviation: f64,
    /// Squared coefficient of variation.
    pub c2: f64,
    /// The longest lifetime.
    pub longest: f64,
    /// The median lifetime.
    pub median: f64,
    /// The share of all work that the 1 % of processes with most work carry.
    pub work_of_top_percent: f64,
    /// The tail; `None` where fewer than ten lifetimes are in it, or all are equal.
    pub tail: Option<TailFit>,
    /// (x, P(X > x)) at log-spaced x between the shortest positive lifetime and the longest.
    pub survival: Vec<(f64, f64)>,
    /// Of how many processes median, tail, survival and share are: fewer than `processes` if sampled.
    pub sample: u64,
    /// Lines read and dropped, and offered load.
    pub account: Account,
}

/// Reads the trace to its end.
pub fn summarise<T: Trace>(mut trace: T, options: &Options) -> Result<Summary, ReadError> {
    let mut moments = Moments::default();
    let mut sample = Reservoir::new(options.exact);
    for record in trace.by_ref() {
        let record = record?;
        moments.add(record.lifetime);
        sample.add(record.lifetime, record.work());
    }
    let mut work: Vec<f64> = sample.kept.iter().map(|(_, work)| *work).collect();
    let mut lifetimes: Vec<f64> = sample.kept.iter().map(|(lifetime, _)| *lifetime).collect();
    work.sort_by(f64::total_cmp);
    lifetimes.sort_by(f64::total_cmp);
    let variance = moments.variance();
    let relative = variance / (moments.mean * moments.mean);
    Ok(Summary {
        processes: moments.count,
        mean: moments.mean,
        standard_deviation: variance.sqrt(),
        c2: if moments.mean > 0.0 { relative } else { 0.0 },
        longest: moments.longest,
        median: median(&lifetimes),
        work_of_top_percent: share_of_top(&work, 0.01),
        tail: fit_tail(&lifetimes, options.tail),
        survival: survival(&lifetimes, options.points),
        sample: lifetimes.len() as u64,
        account: trace.account(),
    })
}

/// Mean and variance without cancellation (Welford, Technometrics 4(3):419-420, 1962).
#[derive(Default)]
struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
    longest: f64,
}

impl Moments {
    fn add(&mut self, x: f64) {
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
        self.longest = self.longest.max(x);
    }

    fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }
}

/// A uniform sample of (lifetime, work): all of them, up to its size.
struct Reservoir {
    kept: Vec<(f64, f64)>,
    size: usize,
    seen: u64,
    rng: Rng,
}

impl Reservoir {
    fn new(size: usize) -> Self {
        // The sample is part of no experiment, so its seed is fixed: the same file has the same summary.
        Reservoir { kept: Vec::new(), size, seen: 0, rng: Stream::new(0, "summary", 0).rng() }
    }

    fn add(&mut self, lifetime: f64, work: f64) {
        self.seen += 1;
        if self.kept.len() < self.size {
            self.kept.push((lifetime, work));
            return;
        }
        let place = (self.rng.unit() * self.seen as f64) as usize;
        if let Some(slot) = self.kept.get_mut(place) {
            *slot = (lifetime, work);
        }
    }
}

fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

/// The share of the sum that the greatest fraction q holds (at least one value).
fn share_of_top(sorted: &[f64], q: f64) -> f64 {
    let total: f64 = sorted.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let top = ((sorted.len() as f64 * q).ceil() as usize).clamp(1, sorted.len());
    sorted[sorted.len() - top..].iter().sum::<f64>() / total
}

/// P(X > x) at log-spaced x.
fn survival(sorted: &[f64], points: usize) -> Vec<(f64, f64)> {
    let Some(&least) = sorted.iter().find(|x| **x > 0.0) else { return Vec::new() };
    let greatest = sorted[sorted.len() - 1];
    let (low, high) = (libm::log(least), libm::log(greatest));
    let steps = points.max(2) - 1;
    let x = |k: usize| match k {
        0 => least,
        k if k == steps => greatest,
        k => libm::exp(low + (high - low) * k as f64 / steps as f64),
    };
    let above = |x: f64| (sorted.len() - sorted.partition_point(|y| *y <= x)) as f64 / sorted.len() as f64;
    (0..=steps).map(|k| (x(k), above(x(k)))).collect()
}

/// The exponent, by two estimators.
///
/// Hill (A simple general approach to inference about the tail of a distribution, Annals of Statistics 3(5):1163-1174,
/// 1975): `alpha = k / sum(ln(x_i / u))` over the k lifetimes above u; standard error `alpha / sqrt(k)`.
///
/// Regression (Gabaix & Ibragimov, Rank - 1/2: a simple way to improve the OLS estimation of tail exponents, J.
/// Business & Economic Statistics 29(1):24-39, 2011): least squares of `ln(rank - 1/2)` on `ln x`; standard error
/// `alpha sqrt(2 / k)`. The error that least squares itself reports is far too small, because ranks are not
/// independent.
fn fit_tail(sorted: &[f64], tail: Tail) -> Option<TailFit> {
    let above = match tail {
        Tail::Above(x) => x,
        Tail::Longest(q) => {
            let k = (sorted.len() as f64 * q.clamp(0.0, 1.0)) as usize;
            *sorted.get(sorted.len().checked_sub(k + 1)?)?
        }
    };
    let longest = &sorted[sorted.partition_point(|x| *x <= above)..];
    if above <= 0.0 || longest.len() < 10 {
        return None;
    }
    let k = longest.len() as f64;
    let excess: f64 = longest.iter().map(|x| libm::log(x / above)).sum();
    let hill = k / excess;
    let slope = rank_slope(longest)?;
    Some(TailFit {
        above,
        count: longest.len() as u64,
        hill: Estimate { alpha: hill, standard_error: hill / k.sqrt() },
        regression: Estimate { alpha: slope, standard_error: slope * (2.0 / k).sqrt() },
    })
}

/// Minus the slope of ln(rank - 1/2) over ln x; rank 1 is the longest.
fn rank_slope(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len() as f64;
    let points = || sorted.iter().rev().enumerate().map(|(k, x)| (libm::log(*x), libm::log(k as f64 + 0.5)));
    let (mean_x, mean_y) = points().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x / n, sy + y / n));
    let (sxx, sxy) = points()
        .fold((0.0, 0.0), |(sxx, sxy), (x, y)| (sxx + (x - mean_x) * (x - mean_x), sxy + (x - mean_x) * (y - mean_y)));
    (sxx > 0.0).then(|| -sxy / sxx)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Record;
    use crate::trace::ops::Given;

    fn of(lifetimes: &[f64], options: &Options) -> Summary {
        let records = lifetimes.iter().enumerate().map(|(k, x)| Record::new(k as u64 + 1, k as f64, *x));
        summarise(Given::new("given", records.collect::<Vec<_>>()), options).expect("given traces do not fail")
    }

    fn pareto(alpha: f64, n: usize, rng: &mut Rng) -> Vec<f64> {
        (0..n).map(|_| rng.unit().powf(-1.0 / alpha)).collect()
    }

    #[test]
    fn small_traces_are_summarised_as_by_hand() {
        let summary = of(&[4.0, 1.0, 0.0, 3.0], &Options { points: 3, ..Options::default() });
        assert_eq!((summary.processes, summary.mean, summary.median, summary.longest), (4, 2.0, 2.0, 4.0));
        assert!((summary.standard_deviation - (10.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((summary.c2 - 10.0 / 12.0).abs() < 1e-12);
        assert_eq!(summary.work_of_top_percent, 0.5);
        let survival: Vec<f64> = summary.survival.iter().map(|(_, p)| *p).collect();
        assert_eq!(survival, [0.5, 0.5, 0.0]);
        assert!((summary.survival[1].0 - 2.0).abs() < 1e-12);
        assert_eq!(summary.tail, None);
        assert_eq!(summary.account.result().offered_load(1.0), Some(8.0 / 3.0));
    }

    #[test]
    fn an_empty_trace_has_a_summary() {
        let summary = of(&[], &Options::default());
        assert_eq!((summary.processes, summary.mean, summary.survival.len(), summary.tail), (0, 0.0, 0, None));
    }

    #[test]
    fn both_estimators_cover_the_true_exponent_as_often_as_their_errors_say() {
        let mut rng = Rng::new(11);
        let runs = 400;
        for alpha in [0.9, 1.5] {
            let mut inside = [0u32; 2];
            for _ in 0..runs {
                let options = Options { tail: Tail::Above(1.5), ..Options::default() };
                let tail = of(&pareto(alpha, 1000, &mut rng), &options).tail.expect("hundreds are in the tail");
                for (hits, estimate) in inside.iter_mut().zip([tail.hill, tail.regression]) {
                    *hits += u32::from((estimate.alpha - alpha).abs() < 1.96 * estimate.standard_error);
                }
            }
            // 95 % of 400, 4 standard errors of a binomial count either way, plus the bias of order 1/k.
            for hits in inside {
                assert!((f64::from(hits) - 380.0).abs() < 4.0 * (400.0f64 * 0.95 * 0.05).sqrt(), "{hits} of {runs}");
            }
        }
    }

    #[test]
    fn the_tail_can_be_the_longest_fraction() {
        let mut rng = Rng::new(12);
        let summary = of(&pareto(1.2, 10_000, &mut rng), &Options { tail: Tail::Longest(0.1), ..Options::default() });
        let tail = summary.tail.expect("a thousand are in the tail");
        assert_eq!(tail.count, 1000);
        // The quantile of 0.9 is 10^(1/1.2); its standard error is sqrt(.09 / n) / density.
        let quantile = 10f64.powf(1.0 / 1.2);
        let density = 1.2 * quantile.powf(-2.2);
        assert!((tail.above - quantile).abs() < 4.0 * (0.09f64 / 10_000.0).sqrt() / density);
    }

    #[test]
    fn beyond_its_size_the_sample_is_uniform_and_the_moments_stay_exact() {
        let all: Vec<f64> = (1..=50_000).map(f64::from).collect();
        let summary = of(&all, &Options { exact: 2_000, ..Options::default() });
        assert_eq!((summary.sample, summary.processes), (2_000, 50_000));
        assert!((summary.mean - 25_000.5).abs() < 1e-6);
        // The median of a sample of n from a uniform law on (0, L) has standard error L / (2 sqrt(n)).
        let error = 50_000.0 / (2.0 * 2_000f64.sqrt());
        assert!((summary.median - 25_000.0).abs() < 4.0 * error, "median {}", summary.median);
    }

    #[test]
    fn the_share_of_the_top_percent_approaches_that_of_a_bounded_pareto_law() {
        // Share of the top q of a Pareto law of alpha > 1: q^(1 - 1/alpha). With alpha = 2.5 the mean converges
        // quickly.
        let mut rng = Rng::new(13);
        let runs: Vec<f64> =
            (0..50).map(|_| of(&pareto(2.5, 20_000, &mut rng), &Options::default()).work_of_top_percent).collect();
        let mean = runs.iter().sum::<f64>() / 50.0;
        let error = (runs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 49.0 / 50.0).sqrt();
        let expected = 0.01f64.powf(1.0 - 1.0 / 2.5);
        assert!((mean - expected).abs() < 4.0 * error, "{mean} against {expected} +- {error}");
    }
}
