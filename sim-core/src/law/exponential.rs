//! The exponential law: the one without memory, hence the one with closed forms.

use super::catalogue::{LawKind, MEAN};
use super::{Law, ziggurat::Ziggurat};
use crate::rng::Rng;
use crate::special::gamma_between;

/// P(X > x) = exp(-x / mean).
#[derive(Clone, Copy, Debug)]
pub struct Exponential {
    /// `E[X]`, more than 0.
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
    fn survival(&self, x: f64) -> f64 {
        libm::exp(-x.max(0.0) / self.mean)
    }
    fn quantile(&self, p: f64) -> f64 {
        -self.mean * libm::log1p(-p)
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        -self.mean * libm::log(q)
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b) = (low.max(0.0) / self.mean, high / self.mean);
        libm::pow(self.mean, k) * gamma_between(k + 1.0, a, b)
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Exponential { mean: self.mean * c })
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "exponential",
    summary: "memoryless: an old process is expected to live as long as a new one",
    doc: "P(X > x) = exp(-x / `mean`). C2 = 1. The expected remaining life is `mean` at every age, so a policy that \
          looks at ages learns nothing.",
    reference: "G. Marsaglia, W. W. Tsang, The ziggurat method for generating random variables, Journal of Statistical \
                Software 5(8), 2000, doi:10.18637/jss.v005.i08",
    params: &[MEAN],
    build: |args| Ok(Box::new(Exponential { mean: args.number("mean") })),
    example: r#"kind = "exponential"
mean = 1.0"#,
};
