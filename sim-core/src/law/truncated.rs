//! Truncation: a law, given that its value lies between two bounds.

use super::Law;
use super::catalogue::{LawKind, boxed, check};
use crate::rng::Rng;
use crate::spec::{Args, Need, Param, Range, Ty, Unit};
use std::sync::Arc;

/// X given low < X <= high.
#[derive(Clone, Debug)]
pub struct Truncated {
    law: Arc<dyn Law>,
    low: f64,
    high: f64,
    /// P(low < X <= high) of the law.
    mass: f64,
    /// Whether the interval lies in the upper half of the law, where survival is the precise side.
    upper: bool,
}

impl Truncated {
    /// The law given low < X <= high; a negative `low` keeps values of 0.
    pub fn new(law: Arc<dyn Law>, low: f64, high: f64) -> Result<Self, String> {
        let upper = law.cdf(low) > 0.5;
        let mass = if upper { law.survival(low) - law.survival(high) } else { law.cdf(high) - law.cdf(low) };
        check(mass > 0.0, || format!("the law never yields a value between `min` = {low} and `max` = {high}"))?;
        Ok(Truncated { law, low, high, mass, upper })
    }

    /// P(low < X <= x) of the law, from its precise side.
    fn up_to(&self, x: f64) -> f64 {
        let x = x.clamp(self.low, self.high);
        if self.upper {
            self.law.survival(self.low) - self.law.survival(x)
        } else {
            self.law.cdf(x) - self.law.cdf(self.low)
        }
    }
}

impl Law for Truncated {
    /// By inversion: one draw, however little of the law is left.
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        if x >= self.high { 1.0 } else { (self.up_to(x) / self.mass).clamp(0.0, 1.0) }
    }
    fn survival(&self, x: f64) -> f64 {
        let x = x.clamp(self.low, self.high);
        let left = if self.upper {
            self.law.survival(x) - self.law.survival(self.high)
        } else {
            self.law.cdf(self.high) - self.law.cdf(x)
        };
        (left / self.mass).clamp(0.0, 1.0)
    }
    fn quantile(&self, p: f64) -> f64 {
        let (low, high) = self.support();
        let x = if self.upper {
            self.law.tail_quantile(self.law.survival(self.low) - p * self.mass)
        } else {
            self.law.quantile(self.law.cdf(self.low) + p * self.mass)
        };
        x.clamp(low, high)
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        let (low, high) = self.support();
        let x = if self.upper {
            self.law.tail_quantile(self.law.survival(self.high) + q * self.mass)
        } else {
            self.law.quantile(self.law.cdf(self.high) - q * self.mass)
        };
        x.clamp(low, high)
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        self.law.partial_moment(k, low.max(self.low), high.min(self.high)) / self.mass
    }
    fn support(&self) -> (f64, f64) {
        let (low, high) = self.law.support();
        (low.max(self.low), high.min(self.high))
    }
    fn tail_index(&self) -> Option<f64> {
        self.law.tail_index()
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Truncated { law: self.law.scaled(c).into(), low: self.low * c, high: self.high * c, ..self.clone() })
    }
}

fn build(args: &Args) -> Result<Truncated, String> {
    let (low, high) = (args.maybe_number("min"), args.maybe_number("max"));
    check(low.is_some() || high.is_some(), || "give `min`, `max` or both".into())?;
    Truncated::new(args.law("law"), low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY))
}

pub(super) const KIND: LawKind = LawKind {
    name: "truncated",
    summary: "a law, given that its value lies between two bounds",
    doc: "`law` given `min` < X <= `max`. Values outside do not pile up at the bounds; they do not occur.",
    reference: "L. Devroye, Non-Uniform Random Variate Generation, Springer, 1986, section II.2",
    params: &[
        Param { name: "law", ty: Ty::Law(Unit::One), need: Need::Required, doc: "The law before truncation." },
        Param {
            name: "min",
            ty: Ty::Scale(Range::NON_NEGATIVE),
            need: Need::Optional,
            doc: "Values up to this one do not occur.",
        },
        Param {
            name: "max",
            ty: Ty::Scale(Range::POSITIVE),
            need: Need::Optional,
            doc: "Values above this one do not occur.",
        },
    ],
    build: |args| boxed(build(args)),
    example: r#"kind = "truncated"
law = { kind = "exponential", mean = 1.0 }
max = 10.0"#,
};
