//! Solving for the point where a monotone statement becomes true: quantiles of laws without a closed form, and
//! parameters that are given by their consequences.

/// The least number x in [low, high] for which `holds(x)`, or `high` if there is none below it; `holds` may only turn
/// from false to true, and 0 <= low.
///
/// Non-negative floating-point numbers are ordered like their bit patterns, so bisecting the patterns takes at most 63
/// steps, has no tolerance to choose and finds jumps exactly.
pub(crate) fn least(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut from, mut to) = (low.to_bits(), high.to_bits());
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(f64::from_bits(middle)) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    f64::from_bits(from.min(to))
}

#[cfg(test)]
mod tests {
    use super::least;

    #[test]
    fn the_least_number_is_found_to_the_last_bit() {
        let root = least(0.0, f64::INFINITY, |x| x * x >= 2.0);
        assert!(root * root >= 2.0);
        let below = f64::from_bits(root.to_bits() - 1);
        assert!(below * below < 2.0);
    }

    #[test]
    fn a_statement_that_never_holds_yields_the_upper_end_and_one_that_always_holds_the_lower() {
        assert_eq!(least(1.0, 7.0, |_| false), 7.0);
        assert_eq!(least(1.0, 7.0, |_| true), 1.0);
        assert_eq!(least(0.0, f64::INFINITY, |_| false), f64::INFINITY);
    }
}
