//! The deterministic law: always the same value.

use super::{Law, catalogue::LawKind};
use crate::rng::Rng;
use crate::spec::{Need, Param, Range, Ty};

/// X = value, a finite number of at least 0.
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
    fn tail_quantile(&self, _: f64) -> f64 {
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
    fn c2(&self) -> f64 {
        0.0
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "deterministic",
    summary: "always the same value",
    doc: "X = `value`. Where a law is expected, a bare number means the same.",
    reference: "D. G. Kendall, Stochastic processes occurring in the theory of queues and their analysis by the method \
                of the imbedded Markov chain, Annals of Mathematical Statistics 24(3), 1953, \
                doi:10.1214/aoms/1177728975",
    params: &[Param { name: "value", ty: Ty::Scale(Range::NON_NEGATIVE), need: Need::Required, doc: "The value." }],
    build: |args| Ok(Box::new(Constant(args.number("value")))),
    example: r#"kind = "deterministic"
value = 1.0"#,
};
