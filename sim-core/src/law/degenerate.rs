//! The degenerate hyperexponential law: many processes of length zero, the rest exponential.

use super::catalogue::{LawKind, MEAN, boxed, check};
use super::{Exponential, Law};
use crate::rng::Rng;
use crate::spec::{Need, Param, Range, Ty};

/// X = 0 with probability p, otherwise exponential with mean m.
#[derive(Clone, Copy, Debug)]
pub struct DegenerateHyperexponential {
    /// P(X = 0).
    zero: f64,
    /// X given X > 0.
    rest: Exponential,
}

impl DegenerateHyperexponential {
    /// By mean and C2 >= 1: p = (C2 - 1) / (C2 + 1), m = mean (C2 + 1) / 2.
    pub fn new(mean: f64, c2: f64) -> Result<Self, String> {
        check(c2 >= 1.0, || format!("`c2` = {c2} must be at least 1"))?;
        let rest = Exponential { mean: 0.5 * mean * (c2 + 1.0) };
        Ok(DegenerateHyperexponential { zero: (c2 - 1.0) / (c2 + 1.0), rest })
    }
}

impl Law for DegenerateHyperexponential {
    fn sample(&self, rng: &mut Rng) -> f64 {
        if rng.chance(self.zero) { 0.0 } else { self.rest.sample(rng) }
    }
    fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { self.zero + (1.0 - self.zero) * self.rest.cdf(x) }
    }
    fn survival(&self, x: f64) -> f64 {
        if x < 0.0 { 1.0 } else { (1.0 - self.zero) * self.rest.survival(x) }
    }
    fn quantile(&self, p: f64) -> f64 {
        if p <= self.zero { 0.0 } else { self.rest.quantile((p - self.zero) / (1.0 - self.zero)) }
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        if q >= 1.0 - self.zero { 0.0 } else { self.rest.tail_quantile(q / (1.0 - self.zero)) }
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let at_zero = if low < 0.0 && high >= 0.0 && self.zero > 0.0 { self.zero * libm::pow(0.0, k) } else { 0.0 };
        at_zero + (1.0 - self.zero) * self.rest.partial_moment(k, low, high)
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(DegenerateHyperexponential { rest: Exponential { mean: self.rest.mean * c }, ..*self })
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "degenerate-hyperexponential",
    summary: "many processes of length zero, the rest exponential",
    doc: "X = 0 with probability (`c2` - 1) / (`c2` + 1), otherwise exponential with mean `mean` (`c2` + 1) / 2. The \
          slowdown of a process of length zero is undefined: such processes are counted and left out of its mean.",
    reference: "D. L. Eager, E. D. Lazowska, J. Zahorjan, The limited performance benefits of migrating active \
                processes for load sharing, SIGMETRICS 1988, doi:10.1145/55595.55604",
    params: &[
        MEAN,
        Param {
            name: "c2",
            ty: Ty::Number(Range { low: 1.0, high: 1e12, above: false, below: false }),
            need: Need::Required,
            doc: "The squared coefficient of variation.",
        },
    ],
    build: |args| boxed(DegenerateHyperexponential::new(args.number("mean"), args.number("c2"))),
    example: r#"kind = "degenerate-hyperexponential"
mean = 1.0
c2 = 9.0"#,
};
