//! Contrasts: how two policies differ in one metric, from replications paired by common random numbers.
//!
//! Not here: the correction for many contrasts (`multiple`) and what a contrast means (`verdict`).

use super::moments::{Moments, PairMoments};
use super::refused::{Refused, check, check_finite, check_pairs, check_probability};
use super::student::{Estimate, Interval, StudentT};

/// How two policies are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// policy - baseline, in the metric's unit.
    Difference,
    /// policy / baseline: the geometric mean of the per-replication ratios.
    Ratio,
}

/// A compared pair of policies. All inference runs on the scale of the paired d: the difference, or the log-ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// Difference or ratio.
    pub kind: Kind,
    /// Replications compared.
    pub pairs: usize,
    /// Mean and standard deviation of d; for a ratio these are of the log-ratio.
    pub mean: f64,
    /// See `mean`.
    pub sd: f64,
    /// Degrees of freedom of Student's t.
    pub df: f64,
    /// Two-sided p value of "no difference".
    pub p: f64,
    /// Pearson's correlation of the two policies over replications; `None` where one of them does not vary.
    pub correlation: Option<f64>,
    /// Standard error of the mean of d.
    pub error: f64,
}

impl Contrast {
    /// Compares two policies replication by replication: d_r = A_r - B_r, or ln A_r - ln B_r for a ratio; then
    /// Student's t on the d_r. Var(d) = Var A + Var B - 2 Cov(A, B): common random numbers make Cov positive.
    pub fn paired(policy: &[f64], baseline: &[f64], kind: Kind) -> Result<Self, Refused> {
        check_pairs(policy, baseline, 2)?;
        let d = paired_values(policy, baseline, kind)?;
        let n = d.len();
        let moments = Moments::of(&d);
        let too_few = Refused::TooFew { needed: 2, got: n };
        let (mean, sd) = (moments.mean().ok_or(too_few)?, moments.sd().ok_or(too_few)?);
        let (error, df) = (sd / (n as f64).sqrt(), (n - 1) as f64);
        let correlation = PairMoments::of(policy, baseline).correlation();
        Ok(Contrast { kind, pairs: n, mean, sd, df, p: p_value(mean, error, df)?, correlation, error })
    }

    /// Compares two policies that share no random numbers, as a difference of means: Welch's t with the degrees of
    /// freedom of Satterthwaite. It is the check that pairing changes the width of an interval, not its place.
    pub fn independent(policy: &[f64], baseline: &[f64]) -> Result<Self, Refused> {
        check(policy, 2)?;
        check(baseline, 2)?;
        let (a, b) = (Moments::of(policy), Moments::of(baseline));
        let (na, nb) = (policy.len() as f64, baseline.len() as f64);
        let too_few = Refused::TooFew { needed: 2, got: policy.len().min(baseline.len()) };
        let (va, vb) = (a.variance().ok_or(too_few)? / na, b.variance().ok_or(too_few)? / nb);
        let mean = a.mean().ok_or(too_few)? - b.mean().ok_or(too_few)?;
        let weight = va * va / (na - 1.0) + vb * vb / (nb - 1.0);
        let df = if weight > 0.0 { (va + vb) * (va + vb) / weight } else { na + nb - 2.0 };
        let n = policy.len().min(baseline.len());
        let (sd, error) = ((na * va + nb * vb).sqrt(), (va + vb).sqrt());
        let p = p_value(mean, error, df)?;
        Ok(Contrast { kind: Kind::Difference, pairs: n, mean, sd, df, p, correlation: None, error })
    }

    /// The interval of d on its own scale (log-ratio for a ratio).
    pub fn raw_interval(&self, confidence: f64) -> Result<Interval, Refused> {
        check_probability(confidence)?;
        let t = StudentT::new(self.df)?.critical(1.0 - confidence)?;
        Ok(Interval::around(self.mean, t * self.error))
    }

    /// The difference, or the ratio, with its interval in the units that a reader expects. `sd` stays on the scale of d.
    pub fn estimate(&self, confidence: f64) -> Result<Estimate, Refused> {
        let raw = self.raw_interval(confidence)?;
        let (value, interval) = match self.kind {
            Kind::Difference => (self.mean, raw),
            Kind::Ratio => (self.mean.exp(), Interval { low: raw.low.exp(), high: raw.high.exp() }),
        };
        Ok(Estimate { n: self.pairs, value, sd: self.sd, interval, confidence })
    }
}

/// The two-sided p of t = mean / error. Without any spread there is no t: identical policies do not differ, and a
/// constant difference is certain.
fn p_value(mean: f64, error: f64, df: f64) -> Result<f64, Refused> {
    check_finite(&[mean, error, df])?;
    Ok(match (error > 0.0, mean == 0.0) {
        (true, _) => StudentT::new(df)?.two_sided_p(mean / error),
        (false, true) => 1.0,
        (false, false) => 0.0,
    })
}

/// The d_r of every pair; a ratio needs values above zero on both sides.
fn paired_values(policy: &[f64], baseline: &[f64], kind: Kind) -> Result<Vec<f64>, Refused> {
    let pairs = policy.iter().zip(baseline);
    match kind {
        Kind::Difference => Ok(pairs.map(|(a, b)| a - b).collect()),
        Kind::Ratio => pairs
            .enumerate()
            .map(|(index, (a, b))| match *a > 0.0 && *b > 0.0 {
                true => Ok(a.ln() - b.ln()),
                false => Err(Refused::NotPositive { index }),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paired_difference_agrees_with_the_hand_computed_t_test() {
        // d = 1, 2, 3: mean 2, sd 1, t = 2 sqrt 3 with 2 degrees of freedom, p = 1 - t / sqrt(2 + t^2).
        let contrast = Contrast::paired(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0], Kind::Difference).unwrap();
        assert_eq!((contrast.mean, contrast.sd), (2.0, 1.0));
        let t = 2.0 * 3f64.sqrt();
        assert!((contrast.p - (1.0 - t / (2.0 + t * t).sqrt())).abs() < 1e-14);
        let interval = contrast.estimate(0.95).unwrap().interval;
        assert!((interval.half_width() - 4.302_653 / 3f64.sqrt()).abs() < 1e-6);
        assert_eq!(contrast.correlation, Some(1.0));
    }

    #[test]
    fn a_ratio_is_the_geometric_mean_and_its_interval_is_asymmetric_around_it() {
        let contrast = Contrast::paired(&[1.0, 8.0], &[1.0, 2.0], Kind::Ratio).unwrap();
        let estimate = contrast.estimate(0.5).unwrap();
        assert!((estimate.value - 2.0).abs() < 1e-14);
        assert!((estimate.interval.low * estimate.interval.high - 4.0).abs() < 1e-12);
    }

    #[test]
    fn exchanging_the_two_policies_inverts_a_ratio_and_negates_a_difference() {
        let (a, b) = ([1.0, 2.5, 3.0, 4.5], [2.0, 2.0, 5.0, 4.0]);
        let there = Contrast::paired(&a, &b, Kind::Ratio).unwrap();
        let back = Contrast::paired(&b, &a, Kind::Ratio).unwrap();
        assert!((there.mean + back.mean).abs() < 1e-15 && (there.p - back.p).abs() < 1e-15);
    }

    #[test]
    fn policies_that_behave_identically_do_not_differ_and_a_constant_shift_is_certain() {
        let same = Contrast::paired(&[1.0, 2.0], &[1.0, 2.0], Kind::Ratio).unwrap();
        assert_eq!((same.p, same.mean), (1.0, 0.0));
        let shift = Contrast::paired(&[2.0, 3.0], &[1.0, 2.0], Kind::Difference).unwrap();
        assert_eq!(shift.p, 0.0);
    }

    #[test]
    fn welch_agrees_with_a_hand_computed_case() {
        // Variances 1 and 4 with 3 and 3 values: error^2 = 5/3, df = (5/3)^2 / ((1/9 + 16/9) / 2) = 50/17.
        let contrast = Contrast::independent(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap();
        assert!((contrast.error - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!((contrast.df - 50.0 / 17.0).abs() < 1e-14);
        assert_eq!(contrast.mean, -2.0);
    }

    #[test]
    fn a_ratio_of_zeros_and_unpaired_slices_are_refused() {
        assert_eq!(Contrast::paired(&[1.0, 0.0], &[1.0, 1.0], Kind::Ratio), Err(Refused::NotPositive { index: 1 }));
        let unpaired = Contrast::paired(&[1.0, 2.0], &[1.0], Kind::Difference);
        assert_eq!(unpaired, Err(Refused::Unpaired { left: 2, right: 1 }));
    }
}
