//! Why a statistic was not computed: one type, one sentence each. Doubts about computed numbers are `warning`s instead.

use std::fmt;

/// The input cannot carry the answer that was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refused {
    /// Fewer values than the method needs.
    TooFew {
        /// How many it needs.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// A value is NaN or infinite.
    NotFinite {
        /// Its position.
        index: usize,
    },
    /// Two slices that must be paired have different lengths.
    Unpaired {
        /// Length of the first.
        left: usize,
        /// Length of the second.
        right: usize,
    },
    /// A logarithm or a ratio needs values above zero.
    NotPositive {
        /// Position of the first value that is not.
        index: usize,
    },
    /// A probability (confidence, p value, quantile) outside the open interval (0, 1).
    NotAProbability(f64),
    /// A margin, tolerance or precision that is negative, zero where it must not be, or not finite.
    BadMargin(f64),
    /// The values are finite but their moments are beyond the largest number.
    Overflow,
    /// The denominator of a ratio of means is zero.
    ZeroDenominator,
    /// An equality can pass only within a tolerance above zero.
    EqualityWithoutTolerance,
    /// The batch means are still correlated at the largest batches that leave enough of them: the run is too short.
    BatchesCorrelated {
        /// Observations in the run.
        observations: usize,
        /// The lag-1 autocorrelation of the largest batches.
        lag1: f64,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Refused::TooFew { needed, got } => write!(f, "needs at least {needed} values, has {got}"),
            Refused::NotFinite { index } => write!(f, "value number {} is not a finite number", index + 1),
            Refused::Unpaired { left, right } => write!(f, "{left} values cannot be paired with {right}"),
            Refused::NotPositive { index } => write!(f, "value number {} is not above zero", index + 1),
            Refused::NotAProbability(p) => write!(f, "{p} is not between 0 and 1"),
            Refused::BadMargin(m) => write!(f, "a margin must be a finite number above zero, not {m}"),
            Refused::Overflow => write!(f, "the values are too large to compute with"),
            Refused::ZeroDenominator => write!(f, "the denominator of the ratio has mean zero"),
            Refused::EqualityWithoutTolerance => {
                write!(f, "an equality of estimates can only hold within a tolerance; give one above zero")
            }
            Refused::BatchesCorrelated { observations, lag1 } => write!(
                f,
                "the run of {observations} observations is too short: its largest batches still correlate ({lag1:.3})"
            ),
        }
    }
}

impl std::error::Error for Refused {}

/// Refuses slices that are shorter than `needed` or hold a value that is not finite.
pub(super) fn check(values: &[f64], needed: usize) -> Result<(), Refused> {
    if values.len() < needed {
        return Err(Refused::TooFew { needed, got: values.len() });
    }
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(Refused::NotFinite { index }),
        None => Ok(()),
    }
}

/// Like [`check`], for two slices that are paired by position.
pub(super) fn check_pairs(left: &[f64], right: &[f64], needed: usize) -> Result<(), Refused> {
    if left.len() != right.len() {
        return Err(Refused::Unpaired { left: left.len(), right: right.len() });
    }
    check(left, needed)?;
    check(right, needed)
}

/// Refuses results that overflowed.
pub(super) fn check_finite(results: &[f64]) -> Result<(), Refused> {
    if results.iter().all(|r| r.is_finite()) { Ok(()) } else { Err(Refused::Overflow) }
}

/// Refuses anything outside the open interval (0, 1).
pub(super) fn check_probability(p: f64) -> Result<(), Refused> {
    if p > 0.0 && p < 1.0 { Ok(()) } else { Err(Refused::NotAProbability(p)) }
}

/// Refuses margins that are not finite and above zero.
pub(super) fn check_margin(margin: f64) -> Result<(), Refused> {
    if margin.is_finite() && margin > 0.0 { Ok(()) } else { Err(Refused::BadMargin(margin)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_a_number_and_infinity_are_refused_with_their_place() {
        assert_eq!(check(&[1.0, f64::NAN], 1), Err(Refused::NotFinite { index: 1 }));
        assert_eq!(check(&[f64::INFINITY, 1.0], 1), Err(Refused::NotFinite { index: 0 }));
        assert_eq!(check(&[1.0], 2), Err(Refused::TooFew { needed: 2, got: 1 }));
        assert_eq!(check_pairs(&[1.0], &[1.0, 2.0], 1), Err(Refused::Unpaired { left: 1, right: 2 }));
        assert_eq!(check_pairs(&[1.0], &[f64::NAN], 1), Err(Refused::NotFinite { index: 0 }));
    }

    #[test]
    fn probabilities_and_margins_outside_their_range_are_refused() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert!(check_probability(p).is_err());
        }
        for m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(check_margin(m).is_err());
        }
    }
}
