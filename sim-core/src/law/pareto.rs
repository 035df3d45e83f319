//! The Pareto law without an upper bound.

use super::Law;
use super::catalogue::{ALPHA, LawKind, scale};
use super::ziggurat::Ziggurat;
use crate::rng::Rng;
use crate::spec::Need;
use crate::special::power_between;

/// P(X > x) = (min / x)^alpha for x >= min.
#[derive(Clone, Copy, Debug)]
pub struct Pareto {
    /// The least value, more than 0.
    pub min: f64,
    /// The tail index, more than 0.
    pub alpha: f64,
}

impl Law for Pareto {
    /// ln(X / min) is exponential with mean 1 / alpha.
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.min * libm::exp(Ziggurat::tables().exponential(rng) / self.alpha)
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.min { 0.0 } else { -libm::expm1(-self.alpha * libm::log(x / self.min)) }
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= self.min { 1.0 } else { libm::pow(self.min / x, self.alpha) }
    }
    fn quantile(&self, p: f64) -> f64 {
        self.min * libm::exp(-libm::log1p(-p) / self.alpha)
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        self.min * libm::exp(-libm::log(q) / self.alpha)
    }
    /// alpha min^k times the integral of y^(k - alpha - 1) over y = x / min.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b) = ((low / self.min).max(1.0), high / self.min);
        self.alpha * libm::pow(self.min, k) * power_between(k - self.alpha, a, b)
    }
    fn support(&self) -> (f64, f64) {
        (self.min, f64::INFINITY)
    }
    fn tail_index(&self) -> Option<f64> {
        Some(self.alpha)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Pareto { min: self.min * c, ..*self })
    }
    /// 1 / (alpha (alpha - 2)), infinite for alpha <= 2.
    fn c2(&self) -> f64 {
        if self.alpha > 2.0 { 1.0 / (self.alpha * (self.alpha - 2.0)) } else { f64::INFINITY }
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "pareto",
    summary: "a power-law tail without an end: the older, the longer it will still live",
    doc: "P(X > x) = (`min` / x)^`alpha` from `min` on. The mean is infinite for `alpha` <= 1 and the variance for \
          `alpha` <= 2: what a finite run then shows depends on its length, and no load can be solved from an infinite \
          mean. Prefer `bounded-pareto`, which states its greatest value.",
    reference: "B. C. Arnold, Pareto Distributions, 2nd edition, CRC Press, 2015",
    params: &[scale("min", Need::Required, "The least value."), ALPHA],
    build: |args| Ok(Box::new(Pareto { min: args.number("min"), alpha: args.number("alpha") })),
    example: r#"kind = "pareto"
min = 1.0
alpha = 1.5"#,
};
