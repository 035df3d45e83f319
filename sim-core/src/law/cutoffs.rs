//! Sizes that divide a law into ranges of equal work.

use super::Law;

/// c_1 < ... < c_{k-1} such that the ranges up to c_1, from c_1 to c_2, ... hold the same share of the mean each:
/// E\[X; X <= c_i\] = i E\[X\] / k. By bisection, to the last bits.
///
/// Harchol-Balter, Crovella & Murta, Journal of Parallel and Distributed Computing 59(2), 1999: SITA-E.
pub fn equal_load_cutoffs(law: &dyn Law, ranges: usize) -> Result<Vec<f64>, String> {
    let mean = law.mean();
    if !(mean > 0.0 && mean < f64::INFINITY) {
        return Err(format!("a law of mean {mean} cannot be divided into ranges of equal work"));
    }
    let cutoffs: Vec<f64> = (1..ranges).map(|i| cutoff(law, mean * i as f64 / ranges as f64, mean)).collect();
    match cutoffs.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(format!("a single value, {}, holds more work than one of {ranges} ranges may", pair[0])),
        None => Ok(cutoffs),
    }
}

/// c with E\[X; X <= c\] = work.
fn cutoff(law: &dyn Law, work: f64, mean: f64) -> f64 {
    let enough = |x: f64| law.partial_moment(1.0, 0.0, x) >= work;
    let (mut low, mut high) = (0.0, mean);
    // Less than all of the mean lies below some double.
    while !enough(high) && high < f64::MAX / 2.0 {
        (low, high) = (high, 2.0 * high);
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{BoundedPareto, Constant, Exponential, Pareto};

    #[test]
    fn the_ranges_of_an_exponential_law_hold_the_same_work() {
        let cutoffs = equal_load_cutoffs(&Exponential { mean: 2.0 }, 4).expect("cutoffs");
        for (i, c) in cutoffs.iter().enumerate() {
            // E[X; X <= c] / E[X] = 1 - (1 + c / mean) e^(-c / mean).
            let share = 1.0 - (1.0 + c / 2.0) * libm::exp(-c / 2.0);
            assert!((share - (i + 1) as f64 / 4.0).abs() < 1e-12, "{c}: {share}");
        }
    }

    #[test]
    fn a_heavy_tail_is_cut_far_above_its_mean() {
        let law = BoundedPareto::with_mean_and_max(1.0, 1000.0, 1.1).expect("a law");
        let cutoff = equal_load_cutoffs(&law, 2).expect("cutoffs")[0];
        assert!(cutoff > 3.0 && law.survival(cutoff) < 0.06, "{cutoff}");
    }

    #[test]
    fn a_law_without_mean_or_of_one_value_cannot_be_divided() {
        assert!(equal_load_cutoffs(&Pareto { alpha: 0.9, min: 1.0 }, 2).is_err());
        assert!(equal_load_cutoffs(&Constant(1.0), 3).is_err());
    }
}
