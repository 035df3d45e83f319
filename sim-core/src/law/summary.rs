//! What a law says about processes: how long an old one will still live, how much work the largest carry.

use super::Law;
use std::fmt;

/// The median of X - age given X > age. `None` where no process reaches that age.
pub fn median_remaining(law: &dyn Law, age: f64) -> Option<f64> {
    let alive = law.survival(age);
    (alive > 0.0).then(|| law.tail_quantile(0.5 * alive) - age)
}

/// `E[X - age | X > age]`; infinite with the mean. `None` where no process reaches that age.
pub fn expected_remaining(law: &dyn Law, age: f64) -> Option<f64> {
    let alive = law.survival(age);
    (alive > 0.0).then(|| law.partial_moment(1.0, age, f64::INFINITY) / alive - age)
}

/// The share of all work that the largest `fraction` of the processes carries: `E[X; X > x] / E[X]`, where
/// P(X > x) = fraction, and of processes of exactly size x only as many as are missing. `None` where the mean is zero
/// or infinite.
pub fn share_of_top(law: &dyn Law, fraction: f64) -> Option<f64> {
    let mean = law.mean();
    if !(mean > 0.0 && mean.is_finite()) {
        return None;
    }
    let x = law.tail_quantile(fraction);
    let missing = (fraction - law.survival(x)).max(0.0);
    Some((law.partial_moment(1.0, x, f64::INFINITY) + missing * x) / mean)
}

/// The figures that characterise a law, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// `E[X]`.
    pub mean: f64,
    /// The squared coefficient of variation.
    pub c2: f64,
    /// The power of the tail; `None` for lighter tails.
    pub tail_index: Option<f64>,
    /// The median.
    pub median: f64,
    /// The age for which `median_remaining` and `expected_remaining` hold.
    pub age: f64,
    /// The median remaining lifetime at that age.
    pub median_remaining: Option<f64>,
    /// The expected remaining lifetime at that age.
    pub expected_remaining: Option<f64>,
    /// The share of work in the largest 1 % of processes.
    pub top_share: Option<f64>,
    /// The largest possible value.
    pub max: f64,
}

impl Summary {
    /// The figures of a law, with the remaining lifetimes at its mean; at its median where the mean is infinite.
    pub fn new(law: &dyn Law) -> Self {
        let mean = law.mean();
        Self::at_age(law, if mean.is_finite() { mean } else { law.quantile(0.5) })
    }

    /// The figures of a law, with the remaining lifetimes at a given age.
    pub fn at_age(law: &dyn Law, age: f64) -> Self {
        Summary {
            mean: law.mean(),
            c2: law.c2(),
            tail_index: law.tail_index(),
            median: law.quantile(0.5),
            age,
            median_remaining: median_remaining(law, age),
            expected_remaining: expected_remaining(law, age),
            top_share: share_of_top(law, 0.01),
            max: law.support().1,
        }
    }
}

/// One figure a line.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |value: Option<f64>, none: &str| value.map_or(none.to_string(), |v| Short(v).to_string());
        let share = self.top_share.map_or("undefined".into(), |s| format!("{:.1} %", 100.0 * s));
        let age = Short(self.age);
        writeln!(f, "mean                              {}", Short(self.mean))?;
        writeln!(f, "C2                                {}", Short(self.c2))?;
        writeln!(f, "tail index                        {}", or(self.tail_index, "none (light tail)"))?;
        writeln!(f, "median                            {}", Short(self.median))?;
        writeln!(f, "median remaining at age {age:<9} {}", or(self.median_remaining, "none is alive"))?;
        writeln!(f, "expected remaining at age {age:<7} {}", or(self.expected_remaining, "none is alive"))?;
        writeln!(f, "share of work in the top 1 %      {share}")?;
        write!(f, "largest possible value            {}", Short(self.max))
    }
}

/// A number with five significant digits.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let x = self.0;
        let size = x.abs();
        let text = if x.is_infinite() {
            "infinite".to_string()
        } else if size != 0.0 && !(1e-4..1e9).contains(&size) {
            format!("{x:.4e}")
        } else {
            let before = if size < 1.0 { 0 } else { libm::log10(size) as usize + 1 };
            let digits = format!("{x:.*}", if size < 0.1 { 7 } else { 5usize.saturating_sub(before) });
            if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.').to_string() } else { digits }
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{BoundedPareto, Constant, DegenerateHyperexponential, Exponential, Pareto, Uniform};

    #[test]
    fn an_exponential_process_always_has_the_same_life_before_it() {
        let law = Exponential { mean: 3.0 };
        for age in [0.0, 1.0, 30.0, 300.0] {
            assert!((median_remaining(&law, age).unwrap() - 3.0 * std::f64::consts::LN_2).abs() < 1e-9);
            assert!((expected_remaining(&law, age).unwrap() - 3.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_pareto_process_of_index_one_lives_as_long_again_as_it_has_lived() {
        let law = Pareto { min: 1.0, alpha: 1.0 };
        for age in [1.0, 7.0, 1e6] {
            assert!((median_remaining(&law, age).unwrap() - age).abs() < 1e-9 * age);
        }
        // In general age (2^(1/alpha) - 1), and age / (alpha - 1) in the mean.
        let law = Pareto { min: 1.0, alpha: 1.5 };
        let expected = 10.0 * (f64::powf(2.0, 1.0 / 1.5) - 1.0);
        assert!((median_remaining(&law, 10.0).unwrap() - expected).abs() < 1e-9);
        assert!((expected_remaining(&law, 10.0).unwrap() - 20.0).abs() < 1e-9);
    }

    #[test]
    fn nobody_outlives_the_greatest_value() {
        let law = Uniform::new(0.0, 2.0).unwrap();
        assert_eq!(median_remaining(&law, 2.0), None);
        assert_eq!(expected_remaining(&law, 5.0), None);
        assert!((median_remaining(&law, 1.0).unwrap() - 0.5).abs() < 1e-15);
        assert!((expected_remaining(&law, 1.0).unwrap() - 0.5).abs() < 1e-15);
    }

    #[test]
    fn one_per_cent_of_heavy_tailed_processes_carries_forty_three_per_cent_of_the_work() {
        let law = BoundedPareto::new(1.0, 1e4, 1.1).unwrap();
        assert!((share_of_top(&law, 0.01).unwrap() - 0.43).abs() < 0.005);
    }

    #[test]
    fn the_share_of_the_top_counts_equal_processes_only_as_often_as_needed() {
        assert!((share_of_top(&Constant(5.0), 0.01).unwrap() - 0.01).abs() < 1e-15);
        assert_eq!(share_of_top(&Constant(0.0), 0.01), None);
        assert_eq!(share_of_top(&Pareto { min: 1.0, alpha: 1.0 }, 0.01), None);
        // The exponential top: E[X; X > x] / E[X] = q (1 - ln q).
        let exponential = share_of_top(&Exponential { mean: 2.0 }, 0.01).unwrap();
        assert!((exponential - 0.01 * (1.0 + 100f64.ln())).abs() < 1e-12);
        // Where only a tenth of the processes has any length, all work is in the top half.
        let law = DegenerateHyperexponential::new(1.0, 19.0).unwrap();
        assert!((share_of_top(&law, 0.5).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_summary_prints_one_figure_a_line() {
        let law = BoundedPareto::new(1.0, 1e4, 1.1).unwrap();
        let text = Summary::at_age(&law, 1.0).to_string();
        let expected = "\
mean                              6.6211
C2                                109.97
tail index                        1.1
median                            1.8778
median remaining at age 1         0.87779
expected remaining at age 1       5.6211
share of work in the top 1 %      43.2 %
largest possible value            10000";
        assert_eq!(text, expected);
        let endless = Summary::new(&Pareto { min: 1.0, alpha: 1.0 });
        assert_eq!((endless.age, endless.mean), (2.0, f64::INFINITY));
        assert!(endless.to_string().contains("largest possible value            infinite"));
    }
}
