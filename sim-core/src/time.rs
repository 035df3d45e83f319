//! Simulated time: seconds since the start of a run, as a checked newtype over f64.
//!
//! Why f64 and not integer ticks, and when its resolution is too coarse, is argued in `docs/DECISIONS.md`. The engine
//! asks [`Time::trusted_until`] once, before a run, and stops with a named error at that instant: no check per event.

use std::ops::{Add, Sub};

/// An instant, in seconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Time(f64);

/// Spelled out, since every event compares instants and the derived operators go through `partial_cmp`.
impl PartialOrd for Time {
    #[inline(always)]
    fn partial_cmp(&self, other: &Time) -> Option<std::cmp::Ordering> {
        self.0.partial_cmp(&other.0)
    }
    #[inline(always)]
    fn lt(&self, other: &Time) -> bool {
        self.0 < other.0
    }
    #[inline(always)]
    fn le(&self, other: &Time) -> bool {
        self.0 <= other.0
    }
    #[inline(always)]
    fn gt(&self, other: &Time) -> bool {
        self.0 > other.0
    }
    #[inline(always)]
    fn ge(&self, other: &Time) -> bool {
        self.0 >= other.0
    }
}

impl Time {
    /// The start of a run.
    pub const ZERO: Time = Time(0.0);
    /// Later than every event.
    pub const NEVER: Time = Time(f64::INFINITY);

    /// The instant `seconds` after the start. Panics on NaN and on negative values: no caller may produce them.
    #[inline]
    pub fn new(seconds: f64) -> Time {
        assert!(seconds >= 0.0, "an instant of {seconds} s: time starts at 0 and is never NaN");
        Time(seconds)
    }

    /// Seconds since the start.
    #[inline]
    pub fn seconds(self) -> f64 {
        self.0
    }

    /// Whether anything happens at this instant.
    #[inline]
    pub fn is_finite(self) -> bool {
        self.0 < f64::INFINITY
    }

    /// The earlier of two instants.
    #[inline]
    pub fn min(self, other: Time) -> Time {
        if other.0 < self.0 { other } else { self }
    }

    /// The last instant at which the clock still steps finely enough: by at most 1/64 of the shortest lifetime (where
    /// there is a shortest one), or by at most a millionth of the mean lifetime (where lifetimes reach down to zero).
    ///
    /// A double has 53 bits, so between 2^k and 2^(k+1) the clock steps by 2^(k-52): a step of 2^j is kept to up to
    /// 2^(j+53).
    pub fn trusted_until(shortest: f64, mean: f64) -> Time {
        let step = if shortest > 0.0 { shortest / 64.0 } else { mean * 1e-6 };
        let power_of_two = f64::from_bits(step.to_bits() & (0x7ff << 52));
        Time(power_of_two * (1u64 << 53) as f64)
    }
}

/// Later by a duration in seconds.
impl Add<f64> for Time {
    type Output = Time;
    #[inline]
    fn add(self, seconds: f64) -> Time {
        Time(self.0 + seconds)
    }
}

/// The seconds between two instants.
impl Sub for Time {
    type Output = f64;
    #[inline]
    fn sub(self, earlier: Time) -> f64 {
        self.0 - earlier.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_billion_mean_lifetimes_can_be_told_apart_to_a_millionth() {
        let end = Time::trusted_until(0.0, 1.0);
        assert!(end > Time::new(1e9));
        assert!(Time::new(1e9) + 1e-6 > Time::new(1e9));
    }

    #[test]
    fn lifetimes_over_ten_decades_survive_a_billion_means() {
        // Bounded Pareto on [1, 1e10]: means are 9.6 (alpha 1.1), 23 (alpha 1) and 1e5 (alpha 0.5).
        for mean in [9.6, 23.0, 1e5] {
            let end = Time::new(1e9 * mean);
            assert!(end <= Time::trusted_until(1.0, mean), "mean {mean}");
            let step = (end + 1.0) - end;
            assert!((step - 1.0).abs() <= 1.0 / 64.0, "a lifetime of 1 s becomes {step} s");
        }
    }

    #[test]
    #[should_panic(expected = "never NaN")]
    fn a_nan_instant_is_refused() {
        Time::new(f64::NAN);
    }
}
