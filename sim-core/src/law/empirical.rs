//! Empirical laws: the values that somebody measured, as they are or with straight lines between them.
//!
//! Not here: reading the file they stand in.

use super::catalogue::{LawKind, check};
use super::{Discrete, Law};
use crate::rng::Rng;
use crate::spec::{Args, Need, Param, Range, Ty};
use crate::special::power_between;
use std::sync::Arc;

/// The measured values themselves, each equally likely.
pub fn empirical(values: &[f64]) -> Result<Discrete, String> {
    Discrete::new(values.iter().map(|v| (*v, 1.0)).collect())
}

/// The law whose quantile function joins the n sorted values by straight lines: x_i at p = i / (n - 1), i from 0.
#[derive(Clone, Debug)]
pub struct Interpolated {
    sorted: Arc<[f64]>,
}

impl Interpolated {
    /// From at least two finite values of at least 0.
    pub fn new(mut values: Vec<f64>) -> Result<Self, String> {
        check(values.len() >= 2, || "interpolation needs at least two values".into())?;
        check(values.iter().all(|v| (0.0..f64::INFINITY).contains(v)), || {
            "every value must be a finite number of at least 0".into()
        })?;
        values.sort_by(f64::total_cmp);
        Ok(Interpolated { sorted: values.into() })
    }

    fn gaps(&self) -> f64 {
        (self.sorted.len() - 1) as f64
    }

    /// How many gaps lie below x, with the part of the gap that holds x.
    fn position(&self, x: f64) -> f64 {
        let below = self.sorted.partition_point(|v| *v <= x);
        match below.checked_sub(1) {
            None => 0.0,
            Some(i) if below == self.sorted.len() => i as f64,
            Some(i) => i as f64 + (x - self.sorted[i]) / (self.sorted[below] - self.sorted[i]),
        }
    }
}

impl Law for Interpolated {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        self.position(x) / self.gaps()
    }
    fn survival(&self, x: f64) -> f64 {
        if x < self.sorted[0] { 1.0 } else { (self.gaps() - self.position(x)) / self.gaps() }
    }
    fn quantile(&self, p: f64) -> f64 {
        let position = p * self.gaps();
        let i = (position as usize).min(self.sorted.len() - 2);
        let (a, b) = (self.sorted[i], self.sorted[i + 1]);
        (a + (position - i as f64) * (b - a)).min(b)
    }
    /// Each gap is a uniform law of its own; a gap of width zero is a single value.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let gap = |pair: &[f64]| match (pair[0], pair[1]) {
            (a, b) if a < b => power_between(k + 1.0, a.max(low), b.min(high)) / (b - a),
            (a, _) if low < a && a <= high => libm::pow(a, k),
            _ => 0.0,
        };
        self.sorted.windows(2).map(gap).sum::<f64>() / self.gaps()
    }
    fn support(&self) -> (f64, f64) {
        (self.sorted[0], self.sorted[self.sorted.len() - 1])
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Interpolated { sorted: self.sorted.iter().map(|v| v * c).collect() })
    }
}

fn build(args: &Args) -> Result<Box<dyn Law>, String> {
    let values = args.numbers("values");
    if args.flag("interpolate") { Ok(Box::new(Interpolated::new(values)?)) } else { Ok(Box::new(empirical(&values)?)) }
}

pub(super) const KIND: LawKind = LawKind {
    name: "empirical",
    summary: "measured values, as they are or interpolated",
    doc: "Each of `values` is equally likely. With `interpolate` the quantile function joins the sorted values by \
          straight lines instead, so that values in between occur too; nothing beyond the greatest value ever does, \
          however heavy the tail was that the values came from.",
    reference: "A. M. Law, Simulation Modeling and Analysis, 5th edition, McGraw-Hill, 2015, section 6.2.4",
    params: &[
        Param {
            name: "values",
            ty: Ty::List(&Ty::Scale(Range::NON_NEGATIVE)),
            need: Need::Required,
            doc: "The measured values, in any order.",
        },
        Param {
            name: "interpolate",
            ty: Ty::Flag,
            need: Need::Default("false"),
            doc: "Whether values between the measured ones occur.",
        },
    ],
    build,
    example: r#"kind = "empirical"
values = [0.1, 0.2, 0.2, 0.7, 3.5]"#,
};
