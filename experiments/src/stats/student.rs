//! Student's t: distribution, quantiles, and the confidence interval of a mean over replications.
//!
//! Quantiles of the normal law are never used in their place: at 10 replications they cover .918, not .95.

use super::moments::Moments;
use super::refused::{Refused, check, check_finite, check_probability};
use statrs::function::{beta::beta_reg, gamma::ln_gamma};

/// Student's law with `df` degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    df: f64,
}

impl StudentT {
    /// The law with `df` > 0 degrees of freedom (any real number: Welch's test needs fractions).
    pub fn new(df: f64) -> Result<Self, Refused> {
        if df > 0.0 && df.is_finite() { Ok(StudentT { df }) } else { Err(Refused::TooFew { needed: 2, got: 1 }) }
    }

    /// P(|T| >= |t|) = I_x(df/2, 1/2) with x = df / (df + t^2) in the tail, where it keeps its relative precision, and
    /// 1 - I_(1-x)(1/2, df/2) in the centre, where x would round to 1.
    pub fn two_sided_p(&self, t: f64) -> f64 {
        let t2 = t * t;
        if t2.is_nan() {
            f64::NAN
        } else if t2.is_infinite() {
            0.0
        } else if t2 > 3.0 {
            beta_reg(0.5 * self.df, 0.5, self.df / (self.df + t2)).clamp(0.0, 1.0)
        } else {
            1.0 - beta_reg(0.5, 0.5 * self.df, t2 / (self.df + t2)).clamp(0.0, 1.0)
        }
    }

    /// P(T <= t).
    pub fn cdf(&self, t: f64) -> f64 {
        let tail = 0.5 * self.two_sided_p(t);
        if t < 0.0 { tail } else { 1.0 - tail }
    }

    /// The t with P(T <= t) = p, for 0 < p < 1.
    pub fn quantile(&self, p: f64) -> Result<f64, Refused> {
        check_probability(p)?;
        let t = self.beyond(2.0 * p.min(1.0 - p));
        Ok(if p < 0.5 { -t } else { t })
    }

    /// The t > 0 with P(|T| >= t) = alpha: the factor of a two-sided interval of confidence 1 - alpha.
    pub fn critical(&self, alpha: f64) -> Result<f64, Refused> {
        check_probability(alpha)?;
        Ok(self.beyond(alpha))
    }

    /// Newton's method on `two_sided_p(t) = alpha`, kept inside a bracket. The tail is convex in t, so steps from the
    /// left never overshoot; where they would be slow (few degrees of freedom, tiny alpha) the bracket is halved.
    fn beyond(&self, alpha: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        while self.two_sided_p(high) > alpha {
            low = high;
            high *= 2.0;
        }
        let mut t = 0.5 * (low + high);
        for _ in 0..200 {
            let excess = self.two_sided_p(t) - alpha;
            if excess > 0.0 {
                low = t
            } else {
                high = t
            }
            let newton = t + excess / (2.0 * self.density(t));
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            if (next - t).abs() <= 1e-15 * t {
                return next;
            }
            t = next;
        }
        t
    }

    /// The density. Only steers Newton's steps; its error does not move the root.
    fn density(&self, t: f64) -> f64 {
        let half = 0.5 * (self.df + 1.0);
        let log_scale = ln_gamma(half) - ln_gamma(0.5 * self.df) - 0.5 * (self.df * std::f64::consts::PI).ln();
        (log_scale - half * (t * t / self.df).ln_1p()).exp()
    }
}

/// A closed interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `centre` plus and minus `half_width`.
    pub fn around(centre: f64, half_width: f64) -> Self {
        Interval { low: centre - half_width, high: centre + half_width }
    }

    /// Half of its length.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// Whether x lies in it, ends included.
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Whether it lies strictly inside the other.
    pub fn inside(&self, other: &Interval) -> bool {
        other.low < self.low && self.high < other.high
    }
}

/// An estimate with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Values that it stands on.
    pub n: usize,
    /// The point estimate.
    pub value: f64,
    /// The standard deviation of one value (of one replication), not of the estimate.
    pub sd: f64,
    /// The interval.
    pub interval: Interval,
    /// Its nominal confidence.
    pub confidence: f64,
}

impl Estimate {
    /// Half width over |estimate|; infinite where the estimate is 0 and the interval is not a point.
    pub fn relative_half_width(&self) -> f64 {
        let half = self.interval.half_width();
        if half == 0.0 { 0.0 } else { half / self.value.abs() }
    }
}

/// The mean of independent replications with its Student interval, mean +- t_(n-1, 1-alpha/2) s / sqrt(n).
/// Exact for normal values, asymptotically right for values of finite variance.
pub fn mean_interval(values: &[f64], confidence: f64) -> Result<Estimate, Refused> {
    check(values, 2)?;
    check_probability(confidence)?;
    let n = values.len();
    let moments = Moments::of(values);
    let (Some(mean), Some(sd)) = (moments.mean(), moments.sd()) else {
        return Err(Refused::TooFew { needed: 2, got: n });
    };
    let t = StudentT::new((n - 1) as f64)?.critical(1.0 - confidence)?;
    let interval = Interval::around(mean, t * sd / (n as f64).sqrt());
    check_finite(&[interval.low, interval.high])?;
    Ok(Estimate { n, value: mean, sd, interval, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_with_one_and_two_degrees_of_freedom_has_its_closed_form() {
        let (cauchy, two) = (StudentT::new(1.0).unwrap(), StudentT::new(2.0).unwrap());
        for p in [1e-12, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999_999] {
            let exact = -1.0 / (std::f64::consts::PI * p).tan();
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs().max(1e-6);
            assert!(close(cauchy.quantile(p).unwrap(), exact), "p = {p}");
            let exact = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
            assert!(close(two.quantile(p).unwrap(), exact), "p = {p}");
            assert!((two.cdf(exact) - p).abs() < 1e-12);
        }
    }

    #[test]
    fn a_quantile_solves_the_distribution_for_any_freedom_and_level() {
        for df in [0.3, 1.0, 2.5, 7.0, 30.0, 999.0, 1e5] {
            for alpha in [1e-14, 1e-5, 0.01, 0.05, 0.5, 0.999] {
                let law = StudentT::new(df).unwrap();
                let p = law.two_sided_p(law.critical(alpha).unwrap());
                assert!((p / alpha - 1.0).abs() < 1e-9, "df {df} alpha {alpha}: {p}");
            }
        }
    }

    #[test]
    fn probabilities_outside_the_open_unit_interval_are_refused() {
        let law = StudentT::new(5.0).unwrap();
        assert!(law.quantile(0.0).is_err() && law.quantile(1.0).is_err() && law.critical(f64::NAN).is_err());
        assert!(StudentT::new(0.0).is_err() && StudentT::new(f64::NAN).is_err());
    }

    #[test]
    fn a_mean_of_identical_values_has_a_point_as_interval() {
        let estimate = mean_interval(&[0.0, 0.0, 0.0], 0.95).unwrap();
        assert_eq!(estimate.interval, Interval { low: 0.0, high: 0.0 });
        assert_eq!(estimate.relative_half_width(), 0.0);
    }

    #[test]
    fn one_value_or_a_value_that_is_not_a_number_gives_no_interval() {
        assert_eq!(mean_interval(&[1.0], 0.95), Err(Refused::TooFew { needed: 2, got: 1 }));
        assert_eq!(mean_interval(&[1.0, f64::NAN], 0.95), Err(Refused::NotFinite { index: 1 }));
    }
}
