//! Doubts about numbers that were computed: typed warnings with a short code for tables and a sentence for people.
//!
//! Each rule is a constructor that returns the warning where it is due. What cannot be computed at all is `refused`.

use super::quantile::{nearest_rank, smallest_upper};
use super::refused::{Refused, check};
use std::fmt;

/// A process that makes more than this share of a cell's sum decides its mean.
const LARGEST_SHARE: f64 = 0.05;
/// Fewer values than this say too little about a tail: exponential values would raise the alarm too.
const TAIL_SAMPLE: usize = 1000;
/// The skewness from which Student's interval is doubted. Exponential values have 2 and their intervals hold; lognormal
/// values with sigma 1 have 6.2, of which a sample of 850 shows about 4, and their intervals do not.
const SKEWNESS: f64 = 2.75;
/// A warm-up that takes this share of a run leaves too little to judge it by.
const LATE_SHARE: f64 = 0.45;
/// Below this floor the stopping rule stops on luck.
const SOUND_FLOOR: usize = 10;

/// A doubt that stands beside a number wherever it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warning {
    /// One process makes a large share of a cell's sum.
    LargestProcess {
        /// Its share.
        share: f64,
    },
    /// The tail index is below 2.
    HeavyTail {
        /// The Hill estimate.
        alpha: f64,
        /// Its standard error.
        error: f64,
        /// How many of the largest values it uses.
        k: usize,
    },
    /// The offered load that the run received is not the one that was set.
    OfferedLoad {
        /// What it received.
        realised: f64,
        /// What was set.
        nominal: f64,
    },
    /// The replications are too skewed for Student's interval.
    Skewed {
        /// Their sample skewness.
        skewness: f64,
        /// How many there are.
        n: usize,
    },
    /// A percentile is the maximum of its sample.
    QuantileIsMaximum {
        /// The quantile.
        p: f64,
        /// Values in the sample.
        n: usize,
        /// Values from which on the maximum lies above the quantile with confidence .95.
        needed: usize,
    },
    /// The warm-up rule found no settled part in the first half of the run, or hardly any.
    WarmupLate {
        /// The share of the run that it leaves out.
        share: f64,
    },
    /// The declared law has no moment of the order that the metric needs.
    InfiniteMoment {
        /// What of the metric is infinite.
        what: Infinite,
        /// The order of the moment of lifetimes that is infinite.
        order: f64,
        /// Whether that is certain, or depends on the policy.
        certain: bool,
    },
    /// The metric is undefined in some replications, which are left out.
    Undefined {
        /// How many.
        n: usize,
    },
    /// Some measured processes were unfinished when their runs had to end, and are left out.
    Censored {
        /// In how many replications.
        n: usize,
    },
    /// The stopping rule may stop after too few replications.
    LowFloor {
        /// Its floor.
        min: usize,
    },
    /// The target or the contrast that the file asks for was not reached.
    Unresolved {
        /// Replications.
        n: usize,
    },
}

/// What of a metric is infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Infinite {
    /// Its mean.
    Mean,
    /// Its variance.
    Variance,
}

impl Warning {
    /// One process makes more than 5 % of a cell's sum of lifetimes (or of the metric that is averaged).
    pub fn largest_process(largest: f64, sum: f64) -> Option<Warning> {
        let share = largest / sum;
        (share > LARGEST_SHARE).then_some(Warning::LargestProcess { share })
    }

    /// The estimated tail index of at least 1000 values is below 2: the variance may be infinite.
    pub fn heavy_tail(alpha: f64, k: usize, values: usize) -> Option<Warning> {
        let error = alpha / (k as f64).sqrt();
        (values >= TAIL_SAMPLE && alpha < 2.0).then_some(Warning::HeavyTail { alpha, error, k })
    }

    /// The warm-up takes 45 % of the run or more. The rule may take half at most, and takes it where it finds no settled
    /// part.
    pub fn warmup_late(left_out: f64, arrivals: f64) -> Option<Warning> {
        let share = left_out / arrivals;
        (share >= LATE_SHARE).then_some(Warning::WarmupLate { share })
    }

    /// Realised and nominal offered load differ by more than the given fraction of the nominal one.
    pub fn offered_load(realised: f64, nominal: f64, tolerance: f64) -> Option<Warning> {
        let off = (realised - nominal).abs() > tolerance * nominal.abs();
        (off || realised.is_nan()).then_some(Warning::OfferedLoad { realised, nominal })
    }

    /// |skewness| of the replications above 2.75, or above half of the largest value (n - 2) / sqrt(n - 1) that n values
    /// can show. The coverage of Student's interval falls with skewness^2 / n (Hall, The Bootstrap and
    /// Edgeworth Expansion, Springer 1992).
    pub fn skewed(replications: &[f64]) -> Result<Option<Warning>, Refused> {
        check(replications, 3)?;
        let n = replications.len() as f64;
        let mean = replications.iter().sum::<f64>() / n;
        let moment = |k: i32| replications.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / n;
        let (m2, m3) = (moment(2), moment(3));
        let skewness = if m2 > 0.0 { m3 / m2.powf(1.5) } else { 0.0 };
        let limit = SKEWNESS.min(0.5 * (n - 2.0) / (n - 1.0).sqrt());
        Ok((skewness.abs() > limit).then_some(Warning::Skewed { skewness, n: replications.len() }))
    }

    /// The p-quantile of n values is their maximum.
    pub fn quantile_is_maximum(p: f64, n: usize) -> Result<Option<Warning>, Refused> {
        let needed = smallest_upper(p, 0.95)?;
        Ok((nearest_rank(n, p)? == n).then_some(Warning::QuantileIsMaximum { p, n, needed }))
    }

    /// A floor below 10 replications, where the stopping rule may stop sooner than its cap.
    pub fn low_floor(min: usize, max: usize) -> Option<Warning> {
        (min < SOUND_FLOOR && min < max).then_some(Warning::LowFloor { min })
    }

    /// The short code: one word, stable, for tables.
    pub fn code(&self) -> &'static str {
        match self {
            Warning::LargestProcess { .. } => "largest-process",
            Warning::HeavyTail { .. } => "heavy-tail",
            Warning::OfferedLoad { .. } => "offered-load",
            Warning::Skewed { .. } => "skewed",
            Warning::QuantileIsMaximum { .. } => "quantile-is-maximum",
            Warning::WarmupLate { .. } => "warmup-late",
            Warning::InfiniteMoment { .. } => "infinite-moment",
            Warning::Undefined { .. } => "undefined",
            Warning::Censored { .. } => "censored",
            Warning::LowFloor { .. } => "low-floor",
            Warning::Unresolved { .. } => "unresolved",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Warning::LargestProcess { share } => write!(
                f,
                "One process makes {:.1} % of the cell's sum: the mean is decided by it, and its interval covers less \
                 than it says.",
                100.0 * share
            ),
            Warning::HeavyTail { alpha, error, k } => write!(
                f,
                "The estimated tail index is {alpha:.2} +- {error:.2} (Hill, {k} largest values), below 2: the variance \
                 may be infinite, and means depend on the length of the run. Look at medians and quantiles."
            ),
            Warning::OfferedLoad { realised, nominal } => {
                write!(f, "The realised offered load is {realised:.4}, the nominal one {nominal:.4}.")
            }
            Warning::Skewed { skewness, n } => write!(
                f,
                "The {n} replications have skewness {skewness:.1}: Student's interval covers less than it says. Look at \
                 the median and its interval."
            ),
            Warning::QuantileIsMaximum { p, n, needed } => write!(
                f,
                "The {p} quantile of {n} values is their maximum; at least {needed} values are needed to bound it."
            ),
            Warning::WarmupLate { share } => write!(
                f,
                "The warm-up rule leaves out {:.0} % of the run and found little or no settled part in its first half: the \
                 run is too short, and its means may carry the start.",
                100.0 * share
            ),
            Warning::InfiniteMoment { what, order, certain } => write!(
                f,
                "The {} of the metric {} infinite, because E[X^{order}] of the declared lifetimes is: every simulated number \
                 is a function of the length of the run.",
                if what == Infinite::Mean { "mean" } else { "variance" },
                if certain { "is" } else { "may be" },
            ),
            Warning::Undefined { n } => {
                write!(f, "The metric is undefined in {n} replications, which are left out.")
            }
            Warning::Censored { n } => {
                write!(
                    f,
                    "In {n} replications some processes were unfinished when the run had to end; they are left out."
                )
            }
            Warning::LowFloor { min } => write!(
                f,
                "The stopping rule may stop after {min} replications; below {SOUND_FLOOR} it stops on luck, and its \
                 intervals cover less than they say."
            ),
            Warning::Unresolved { n } => {
                write!(f, "UNRESOLVED: what the file asks for was not reached with {n} replications.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_fires_beyond_its_limit_and_only_there() {
        assert!(Warning::largest_process(5.01, 100.0).is_some() && Warning::largest_process(5.0, 100.0).is_none());
        assert!(Warning::heavy_tail(1.99, 31, 1000).is_some());
        assert!(Warning::heavy_tail(2.0, 31, 1000).is_none() && Warning::heavy_tail(1.0, 31, 999).is_none());
        assert!(Warning::warmup_late(450.0, 1000.0).is_some() && Warning::warmup_late(449.0, 1000.0).is_none());
        assert!(Warning::offered_load(0.77, 0.8, 0.03).is_some() && Warning::offered_load(0.78, 0.8, 0.03).is_none());
        assert!(Warning::offered_load(f64::NAN, 0.8, 0.03).is_some());
        assert!(Warning::quantile_is_maximum(0.99, 99).unwrap().is_some());
        assert!(Warning::quantile_is_maximum(0.99, 101).unwrap().is_none());
        assert!(Warning::low_floor(9, 100).is_some() && Warning::low_floor(10, 100).is_none());
        assert!(Warning::low_floor(5, 5).is_none(), "a fixed number of replications has no stopping rule");
    }

    #[test]
    fn a_sample_with_one_outlier_is_skewed_and_a_symmetric_one_is_not() {
        let mut values = vec![1.0; 30];
        assert_eq!(Warning::skewed(&values), Ok(None));
        values[0] = 50.0;
        let Ok(Some(Warning::Skewed { skewness, n: 30 })) = Warning::skewed(&values) else { panic!("no warning") };
        assert!((skewness - 28.0 / 29f64.sqrt()).abs() < 1e-9, "an outlier alone reaches the largest skewness");
        assert_eq!(Warning::skewed(&[1.0, 2.0, 3.0, 4.0, 5.0]), Ok(None));
        assert!(Warning::skewed(&[1.0, f64::NAN, 2.0]).is_err());
    }

    #[test]
    fn sentences_carry_the_numbers_and_codes_are_single_words() {
        let warning = Warning::largest_process(12.0, 100.0).unwrap();
        assert!(warning.to_string().contains("12.0 %"));
        assert!(Warning::heavy_tail(1.1, 121, 15_000).unwrap().to_string().contains("1.10 +- 0.10"));
        let infinite = Warning::InfiniteMoment { what: Infinite::Mean, order: -1.0, certain: true };
        assert!(infinite.to_string().starts_with("The mean of the metric is infinite, because E[X^-1]"));
        assert!(!warning.code().contains(' '));
    }
}
