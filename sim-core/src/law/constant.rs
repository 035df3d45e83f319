//! The deterministic law: always the same value.

use super::Law;
use crate::rng::Rng;

/// X = value.
#[derive(Clone, Copy, Debug)]
pub struct Constant(pub f64);

impl Law for Constant {
    fn sample(&self, _: &mut Rng) -> f64 {
        self.0
    }
    fn cdf(&self, x: f64) -> f64 {
        f64::from(u8::from(x >= self.0))
    }
    fn quantile(&self, _: f64) -> f64 {
        self.0
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        if low < self.0 && self.0 <= high { libm::pow(self.0, k) } else { 0.0 }
    }
    fn support(&self) -> (f64, f64) {
        (self.0, self.0)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Constant(self.0 * c))
    }
}
