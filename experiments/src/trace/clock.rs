//! Instants of a trace: whole nanoseconds, so that slices that touch do touch, in every viewer.

use loadlab_core::Time;
use std::fmt;

/// Nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The last instant that viewers can show: their clocks are signed 64-bit nanoseconds, which is 292 years.
    pub const LAST: Nanos = Nanos(i64::MAX as u64);

    /// The nearest to so many seconds; what is too late for a viewer is [`Nanos::LAST`].
    pub fn of(seconds: f64) -> Nanos {
        // A cast from a double saturates; NaN gives 0.
        Nanos((seconds * 1e9).round() as u64).min(Nanos::LAST)
    }

    /// As seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// In microseconds, exactly, as a number of JSON.
    pub(super) fn micros(self) -> Decimal {
        Decimal { whole: self.0 / 1000, part: self.0 % 1000, digits: 3 }
    }

    /// In seconds, exactly.
    pub(super) fn exactly(self) -> Decimal {
        Decimal { whole: self.0 / 1_000_000_000, part: self.0 % 1_000_000_000, digits: 9 }
    }
}

impl From<Time> for Nanos {
    fn from(time: Time) -> Nanos {
        Nanos::of(time.seconds())
    }
}

/// A decimal number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    whole: u64,
    part: u64,
    digits: usize,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:0digits$}", self.whole, self.part, digits = self.digits)
    }
}

/// The part of a run that is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// From here on.
    pub from: Nanos,
    /// Up to here, included.
    pub to: Nanos,
}

impl Default for Window {
    fn default() -> Self {
        Window { from: Nanos(0), to: Nanos::LAST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_without_rounding() {
        let t = Nanos::of(12.345678901);
        assert_eq!(
            (t.0, t.micros().to_string(), t.exactly().to_string()),
            (12_345_678_901, "12345678.901".to_owned(), "12.345678901".to_owned())
        );
        assert_eq!(Nanos(5).micros().to_string(), "0.005");
        assert_eq!(Nanos(5).exactly().to_string(), "0.000000005");
    }

    #[test]
    fn what_is_too_late_for_viewers_is_their_last_instant() {
        assert_eq!(Nanos::of(1e11), Nanos::LAST);
        assert_eq!(Nanos::of(f64::INFINITY), Nanos::LAST);
    }
}
