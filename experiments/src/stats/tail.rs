//! How heavy a tail is: the Hill estimate, the fit to the log-log survival function, and who carries the sum.
//!
//! Values are those of single processes (lifetimes, responses), not of replications. What follows from the numbers is
//! `warning`'s part.

use super::moments::Moments;
use super::refused::{Refused, check};

/// An estimate of the tail index alpha in P(X > x) ~ x^-alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TailIndex {
    /// The estimate.
    pub alpha: f64,
    /// Its asymptotic standard error for an exact Pareto tail.
    pub error: f64,
    /// How many of the largest values it uses.
    pub k: usize,
    /// The value that they all exceed or reach.
    pub threshold: f64,
}

/// The number of largest values that the estimates use unless told otherwise: floor(sqrt n). It grows without bound
/// while its share of the sample vanishes, as consistency needs; a larger k would be less variable, and biased wherever
/// the body of the law is not Pareto.
pub fn tail_count(n: usize) -> usize {
    n.isqrt()
}

/// The Hill estimate (Annals of Statistics 3(5), 1975) from the k largest of n values:
/// `alpha = k / sum over i = 1..k of ln(x_(n-i+1) / x_(n-k))`, standard error alpha / sqrt(k).
pub fn hill(values: &[f64], k: usize) -> Result<TailIndex, Refused> {
    let top = largest(values, k + 1)?;
    let threshold = top[k];
    let sum: f64 = top[..k].iter().map(|x| (x / threshold).ln()).sum();
    finish(k as f64 / sum, (1.0 / k as f64).sqrt(), k, threshold)
}

/// The slope of the log-log survival function over the k largest values: least squares of ln(rank - 1/2) on ln x with
/// rank 1 for the largest, alpha = -slope, standard error alpha sqrt(2/k) (Gabaix & Ibragimov, J. Bus. Econ. Stat.
/// 29(1), 2011). The half corrects the bias of plain ranks; the error that least squares itself would report is far too
/// small, because neighbouring ranks are not independent.
pub fn survival_slope(values: &[f64], k: usize) -> Result<TailIndex, Refused> {
    let top = largest(values, k)?;
    if k < 2 {
        return Err(Refused::TooFew { needed: 2, got: k });
    }
    let mut fit = super::moments::PairMoments::default();
    top.iter().enumerate().for_each(|(i, x)| fit.push(x.ln(), (i as f64 + 0.5).ln()));
    let (x, _) = fit.parts();
    let (Some(sxy), Some(sxx)) = (fit.covariance(), x.variance()) else {
        return Err(Refused::TooFew { needed: 2, got: k });
    };
    finish(-sxy / sxx, (2.0 / k as f64).sqrt(), k, top[k - 1])
}

/// The share of the total that the largest values carry: the ceil(fraction n) largest ones.
pub fn top_share(values: &[f64], fraction: f64) -> Result<f64, Refused> {
    let count = super::quantile::nearest_rank(values.len(), fraction)?;
    let top = largest(values, count)?;
    let total: f64 = values.iter().sum();
    if total > 0.0 { Ok(top.iter().sum::<f64>() / total) } else { Err(Refused::ZeroDenominator) }
}

/// The squared coefficient of variation, s^2 / mean^2. Where the variance is infinite it grows with n.
pub fn c2(values: &[f64]) -> Result<f64, Refused> {
    check(values, 2)?;
    let moments = Moments::of(values);
    match (moments.mean(), moments.variance()) {
        (Some(mean), Some(variance)) if mean != 0.0 => Ok(variance / (mean * mean)),
        _ => Err(Refused::ZeroDenominator),
    }
}

/// The k largest values, largest first; no value may be negative.
fn largest(values: &[f64], k: usize) -> Result<Vec<f64>, Refused> {
    check(values, k.max(1))?;
    if let Some(index) = values.iter().position(|v| *v < 0.0) {
        return Err(Refused::NotPositive { index });
    }
    let mut values = values.to_vec();
    let descending = |a: &f64, b: &f64| b.total_cmp(a);
    if k < values.len() {
        values.select_nth_unstable_by(k, descending);
        values.truncate(k);
    }
    values.sort_by(descending);
    Ok(values)
}

/// An estimate is refused where the k largest values are all equal: they show no tail.
fn finish(alpha: f64, relative_error: f64, k: usize, threshold: f64) -> Result<TailIndex, Refused> {
    if alpha.is_finite() && alpha > 0.0 {
        Ok(TailIndex { alpha, error: alpha * relative_error, k, threshold })
    } else {
        Err(Refused::ZeroDenominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hill_estimate_of_a_hand_computed_sample_agrees() {
        // Above 1: ln 2 + ln 4 + ln 8 = 6 ln 2, k = 3.
        let tail = hill(&[8.0, 0.5, 2.0, 1.0, 4.0], 3).unwrap();
        assert!((tail.alpha - 0.5 / 2f64.ln()).abs() < 1e-15);
        assert_eq!((tail.k, tail.threshold), (3, 1.0));
        assert!((tail.error - tail.alpha / 3f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn points_on_a_power_law_give_its_exponent_by_regression() {
        // x such that rank - 1/2 = x^-1.5 exactly.
        let values: Vec<f64> = (1..=50).map(|rank| (f64::from(rank) - 0.5).powf(-1.0 / 1.5)).collect();
        assert!((survival_slope(&values, 50).unwrap().alpha - 1.5).abs() < 1e-12);
    }

    #[test]
    fn shares_and_variation_of_a_hand_computed_sample_agree() {
        let values = [1.0, 1.0, 1.0, 7.0];
        assert_eq!(top_share(&values, 0.25), Ok(0.7));
        assert_eq!(top_share(&values, 0.01), Ok(0.7), "at least one value counts");
        assert_eq!(c2(&values), Ok(9.0 / 6.25));
    }

    #[test]
    fn a_sample_without_a_tail_or_with_values_below_zero_is_refused() {
        assert_eq!(hill(&[2.0; 20], 4), Err(Refused::ZeroDenominator));
        assert_eq!(hill(&[1.0, -2.0, 3.0], 1), Err(Refused::NotPositive { index: 1 }));
        assert!(hill(&[0.0, 0.0, 3.0], 1).is_err(), "a threshold of zero has no logarithm");
        assert!(hill(&[1.0, 2.0], 2).is_err());
        assert!(hill(&[1.0, f64::NAN], 1).is_err());
        assert!(survival_slope(&[1.0, 2.0], 1).is_err());
    }
}
