//! Quantiles: one definition (nearest rank), intervals from order statistics, and how many values they need.
//!
//! The intervals are for independent values: one number per replication, never the processes inside a replication.

use super::refused::{Refused, check, check_margin, check_probability};
use super::student::Interval;
use statrs::function::{beta::beta_reg, gamma::ln_gamma};

/// The rank, from 1, of the p-quantile of n values: ceil(n p), the nearest rank definition.
pub fn nearest_rank(n: usize, p: f64) -> Result<usize, Refused> {
    check_probability(p)?;
    if n == 0 {
        return Err(Refused::TooFew { needed: 1, got: 0 });
    }
    let product = n as f64 * p;
    // .07 times 100 is 7.000000000000001 in binary: a product that close to a whole number is meant to be it.
    let whole = product.round();
    let rank = if (product - whole).abs() <= 1e-9 * whole.max(1.0) { whole } else { product.ceil() };
    Ok((rank as usize).clamp(1, n))
}

/// The p-quantile x_(ceil(n p)) of the values.
pub fn quantile(values: &[f64], p: f64) -> Result<f64, Refused> {
    check(values, 1)?;
    let rank = nearest_rank(values.len(), p)?;
    let mut values = values.to_vec();
    Ok(*values.select_nth_unstable_by(rank - 1, f64::total_cmp).1)
}

/// Ranks j < k, from 1, whose order statistics enclose a quantile, and the probability with which they do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranks {
    /// Rank of the lower end.
    pub low: usize,
    /// Rank of the upper end.
    pub high: usize,
    /// P(low <= B < high) for B binomial(n, p): at least the confidence asked for, whatever the law of the values.
    pub coverage: f64,
}

/// The number of values at or below the p-quantile is binomial(n, p), so x_(j) and x_(k) enclose it with probability
/// P(j <= B < k) (David & Nagaraja, Order Statistics, section 7.1). Equal tails: j is the largest with
/// P(B < j) <= alpha/2, k the smallest with P(B >= k) <= alpha/2.
pub fn enclosing_ranks(n: usize, p: f64, confidence: f64) -> Result<Ranks, Refused> {
    check_probability(p)?;
    check_probability(confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let needed = smallest_two_sided(p, confidence)?;
    if n < needed {
        return Err(Refused::TooFew { needed, got: n });
    }
    // Both searches end inside 1..=n because n suffices for (1, n).
    let low = last_true(1, n, |j| binomial_below(n, p, j) <= tail);
    let high = n + 1 - last_true(1, n, |back| 1.0 - binomial_below(n, p, n + 1 - back) <= tail);
    Ok(Ranks { low, high, coverage: binomial_below(n, p, high) - binomial_below(n, p, low) })
}

/// The p-quantile with its order-statistic interval and that interval's coverage; `p` = .5 is the median.
pub fn quantile_interval(values: &[f64], p: f64, confidence: f64) -> Result<(f64, Interval, Ranks), Refused> {
    check(values, 1)?;
    let rank = nearest_rank(values.len(), p)?;
    let ranks = enclosing_ranks(values.len(), p, confidence)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok((sorted[rank - 1], Interval { low: sorted[ranks.low - 1], high: sorted[ranks.high - 1] }, ranks))
}

/// The smallest n whose maximum lies above the p-quantile with the given confidence: p^n <= alpha.
pub fn smallest_upper(p: f64, confidence: f64) -> Result<usize, Refused> {
    check_probability(p)?;
    check_probability(confidence)?;
    Ok(((1.0 - confidence).ln() / p.ln()).ceil() as usize)
}

/// The smallest n with an equal-tailed interval: both p^n and (1 - p)^n are at most alpha/2.
pub fn smallest_two_sided(p: f64, confidence: f64) -> Result<usize, Refused> {
    smallest_upper(p.max(1.0 - p), 1.0 - 0.5 * (1.0 - confidence))
}

/// E[x_(ceil(n p))] over the true p-quantile, for n values of Pareto law P(X > x) = x^-alpha: how far a percentile of
/// a heavy-tailed metric is off in the mean. With k = ceil(n p) it is
/// `B(n-k+1-1/alpha, k) / B(n-k+1, k) * (1-p)^(1/alpha)`; infinite where the expectation is.
pub fn pareto_bias(n: usize, p: f64, alpha: f64) -> Result<f64, Refused> {
    check_margin(alpha)?;
    let k = nearest_rank(n, p)?;
    let above = (n - k + 1) as f64;
    if above <= 1.0 / alpha {
        return Ok(f64::INFINITY);
    }
    let ln_moment = ln_gamma(above - 1.0 / alpha) + ln_gamma(n as f64 + 1.0)
        - ln_gamma(n as f64 + 1.0 - 1.0 / alpha)
        - ln_gamma(above);
    Ok((ln_moment + (1.0 - p).ln() / alpha).exp())
}

/// P(B < j) for B binomial(n, p), as a regularised incomplete beta function.
fn binomial_below(n: usize, p: f64, j: usize) -> f64 {
    match j {
        0 => 0.0,
        j if j > n => 1.0,
        j => beta_reg((n - j + 1) as f64, j as f64, 1.0 - p),
    }
}

/// The largest i in low..=high for which a condition holds that is true up to some point and holds at `low`.
fn last_true(low: usize, high: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (low, high + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rank_is_not_misled_by_binary_fractions() {
        assert_eq!(nearest_rank(100, 0.07), Ok(7));
        assert_eq!(nearest_rank(20, 0.95), Ok(19));
        assert_eq!(nearest_rank(1000, 0.999), Ok(999));
        assert_eq!(nearest_rank(10, 0.99), Ok(10));
        assert_eq!(nearest_rank(3, 0.001), Ok(1));
        for n in 1..=200usize {
            for percent in 1..100usize {
                assert_eq!(nearest_rank(n, percent as f64 / 100.0), Ok((n * percent).div_ceil(100)), "{n} {percent}");
            }
        }
    }

    #[test]
    fn a_quantile_is_always_one_of_the_values() {
        let values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!(quantile(&values, 0.5), Ok(3.0));
        assert_eq!(quantile(&values, 0.8), Ok(4.0));
        assert_eq!(quantile(&values, 0.81), Ok(5.0));
        assert!(quantile(&[], 0.5).is_err() && quantile(&values, 1.0).is_err());
    }

    #[test]
    fn the_binomial_law_agrees_with_counting() {
        // n = 4, p = 1/2: 1 4 6 4 1 sixteenths.
        for (j, exact) in [(0, 0.0), (1, 1.0), (2, 5.0), (3, 11.0), (4, 15.0), (5, 16.0)] {
            assert!((binomial_below(4, 0.5, j) - exact / 16.0).abs() < 1e-14);
        }
    }

    #[test]
    fn the_interval_of_the_median_of_ten_runs_from_the_second_to_the_ninth() {
        let values: Vec<f64> = (1..=10).rev().map(f64::from).collect();
        let (median, interval, _) = quantile_interval(&values, 0.5, 0.95).unwrap();
        assert_eq!((median, interval), (5.0, Interval { low: 2.0, high: 9.0 }));
    }

    #[test]
    fn too_few_values_for_an_interval_are_refused_with_the_number_needed() {
        assert_eq!(enclosing_ranks(5, 0.5, 0.95), Err(Refused::TooFew { needed: 6, got: 5 }));
        assert_eq!(enclosing_ranks(367, 0.99, 0.95), Err(Refused::TooFew { needed: 368, got: 367 }));
        assert_eq!(enclosing_ranks(6, 0.5, 0.95).map(|r| (r.low, r.high)), Ok((1, 6)));
    }
}
