//! The uniform law on an interval.

use super::Law;
use super::catalogue::{LawKind, MAX, MIN_OR_ZERO, boxed, check};
use crate::rng::Rng;
use crate::special::power_between;

/// Density 1 / (max - min) between min and max.
#[derive(Clone, Copy, Debug)]
pub struct Uniform {
    min: f64,
    max: f64,
}

impl Uniform {
    /// Between min and max, where 0 <= min < max.
    pub fn new(min: f64, max: f64) -> Result<Self, String> {
        check(0.0 <= min && min < max && max.is_finite(), || format!("`min` = {min} must be less than `max` = {max}"))?;
        Ok(Uniform { min, max })
    }
}

impl Law for Uniform {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        ((x - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        ((self.max - x) / (self.max - self.min)).clamp(0.0, 1.0)
    }
    fn quantile(&self, p: f64) -> f64 {
        self.min + p * (self.max - self.min)
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        self.max - q * (self.max - self.min)
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        power_between(k + 1.0, low.max(self.min), high.min(self.max)) / (self.max - self.min)
    }
    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Uniform { min: self.min * c, max: self.max * c })
    }
    fn mean(&self) -> f64 {
        0.5 * (self.min + self.max)
    }
    /// ((max - min) / (max + min))^2 / 3.
    fn c2(&self) -> f64 {
        let spread = (self.max - self.min) / (self.max + self.min);
        spread * spread / 3.0
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "uniform",
    summary: "every value between two bounds equally likely",
    doc: "Density 1 / (`max` - `min`) between the bounds. Its C2 is at most 1/3.",
    reference: "N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volume 2, 2nd edition, \
                Wiley, 1995, chapter 26",
    params: &[MIN_OR_ZERO, MAX],
    build: |args| boxed(Uniform::new(args.number("min"), args.number("max"))),
    example: r#"kind = "uniform"
min = 0.5
max = 1.5"#,
};
