//! The exponential law: the one without memory, hence the one with closed forms.

use super::{Law, ziggurat::Ziggurat};
use crate::rng::Rng;

/// P(X > x) = exp(-x / mean).
#[derive(Clone, Copy, Debug)]
pub struct Exponential {
    /// E[X].
    pub mean: f64,
}

impl Law for Exponential {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.mean * Ziggurat::tables().exponential(rng)
    }
    fn fill(&self, rng: &mut Rng, out: &mut [f64]) {
        let tables = Ziggurat::tables();
        for x in out {
            *x = self.mean * tables.exponential(rng);
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-x.max(0.0) / self.mean)
    }
    fn quantile(&self, p: f64) -> f64 {
        -self.mean * libm::log1p(-p)
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b) = (low.max(0.0) / self.mean, high / self.mean);
        libm::pow(self.mean, k) * crate::special::gamma_between(k + 1.0, a, b)
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Exponential { mean: self.mean * c })
    }
}
