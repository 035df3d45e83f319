//! The ratio estimator: a ratio of sums over replications or over regenerative cycles.
//!
//! A mean of ratios inside a replication (mean slowdown) is an ordinary mean; this file is for ratios of totals, such
//! as processes completed per busy second, or waiting time per process from cycles of a single long run.

use super::moments::PairMoments;
use super::refused::{Refused, check_finite, check_pairs, check_probability};
use super::student::{Estimate, Interval, StudentT};

/// r = sum A / sum B with Var(r) ~ (s_A^2 - 2 r s_AB + r^2 s_B^2) / (n mean(B)^2) (delta method; Cochran, Sampling
/// Techniques, chapter 6) and a Student interval with n - 1 degrees of freedom.
///
/// Over regenerative cycles A is the total and B the length of a cycle (Crane & Iglehart, Oper. Res. 23(1), 1975). The
/// bias of r is of order 1/n: with fewer than about 30 pairs the interval is too optimistic.
pub fn ratio_interval(totals: &[f64], sizes: &[f64], confidence: f64) -> Result<Estimate, Refused> {
    check_pairs(totals, sizes, 2)?;
    ratio_of(&PairMoments::of(totals, sizes), confidence)
}

/// The same from the moments of the pairs (A, B), for more of them than can be kept.
pub fn ratio_of(pairs: &PairMoments, confidence: f64) -> Result<Estimate, Refused> {
    check_probability(confidence)?;
    let (a, b) = pairs.parts();
    let n = a.count() as usize;
    let too_few = Refused::TooFew { needed: 2, got: n };
    let (mean_a, mean_b) = (a.mean().ok_or(too_few)?, b.mean().ok_or(too_few)?);
    if mean_b == 0.0 {
        return Err(Refused::ZeroDenominator);
    }
    let r = mean_a / mean_b;
    let (var_a, var_b) = (a.variance().ok_or(too_few)?, b.variance().ok_or(too_few)?);
    let residual = var_a - 2.0 * r * pairs.covariance().ok_or(too_few)? + r * r * var_b;
    // The sum is a variance, that of A - r B; only rounding can make it negative.
    let sd = residual.max(0.0).sqrt() / mean_b.abs();
    let t = StudentT::new((n - 1) as f64)?.critical(1.0 - confidence)?;
    let interval = Interval::around(r, t * sd / (n as f64).sqrt());
    check_finite(&[interval.low, interval.high])?;
    Ok(Estimate { n, value: r, sd, interval, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_in_fixed_proportion_give_that_ratio_without_error() {
        let estimate = ratio_interval(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0], 0.95).unwrap();
        assert_eq!(estimate.value, 2.0);
        assert!(estimate.interval.half_width() < 1e-7);
    }

    #[test]
    fn a_hand_computed_ratio_and_its_variance_agree() {
        // A = 1, 2, 6 and B = 1, 2, 3: r = 1.5; A - r B = -.5, -1, 1.5 has sum of squares 3.5 and variance 1.75.
        let estimate = ratio_interval(&[1.0, 2.0, 6.0], &[1.0, 2.0, 3.0], 0.95).unwrap();
        assert!((estimate.value - 1.5).abs() < 1e-15);
        assert!((estimate.sd - 1.75f64.sqrt() / 2.0).abs() < 1e-15);
    }

    #[test]
    fn a_denominator_of_mean_zero_is_refused() {
        assert_eq!(ratio_interval(&[1.0, 2.0], &[1.0, -1.0], 0.95), Err(Refused::ZeroDenominator));
    }
}
