//! The gamma law; with a whole-number shape it is the Erlang law.

use super::Law;
use super::catalogue::{LawKind, MEAN, boxed, check};
use crate::rng::Rng;
use crate::spec::{Need, Param, Range, Ty};
use crate::special::{gamma_between, gamma_ratio, normal_quantile, regularised_between, regularised_gamma};

/// Density (x / scale)^(shape - 1) exp(-x / scale) / (scale Gamma(shape)).
#[derive(Clone, Copy, Debug)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

impl Gamma {
    /// The largest shape: beyond it the law is a constant for every practical purpose.
    pub const MAX_SHAPE: f64 = 1e6;

    /// With mean shape * scale; both are positive.
    pub fn new(shape: f64, scale: f64) -> Result<Self, String> {
        check(shape > 0.0 && shape <= Self::MAX_SHAPE && scale > 0.0 && scale.is_finite(), || {
            format!("`shape` = {shape} and `scale` = {scale} must be positive, and `shape` at most 1e6")
        })?;
        Ok(Gamma { shape, scale })
    }
}

impl Law for Gamma {
    /// Marsaglia & Tsang's squeeze around a transformed normal variate; a shape below 1 is reached from shape + 1 by a
    /// factor U^(1 / shape).
    fn sample(&self, rng: &mut Rng) -> f64 {
        let boost = self.shape < 1.0;
        let d = self.shape + f64::from(u8::from(boost)) - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let z = normal_quantile(rng.unit());
            let root = 1.0 + c * z;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = rng.unit();
            let z2 = z * z;
            if u < 1.0 - 0.0331 * z2 * z2 || libm::log(u) < 0.5 * z2 + d * (1.0 - v + libm::log(v)) {
                let factor = if boost { libm::pow(rng.unit(), 1.0 / self.shape) } else { 1.0 };
                return self.scale * d * v * factor;
            }
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        regularised_gamma(self.shape, x / self.scale).0
    }
    fn survival(&self, x: f64) -> f64 {
        regularised_gamma(self.shape, x / self.scale).1
    }
    /// scale^k Gamma(shape + k, between) / Gamma(shape).
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b, order) = (low.max(0.0) / self.scale, high / self.scale, self.shape + k);
        let part = if order > 0.0 {
            gamma_ratio(self.shape, k) * regularised_between(order, a, b)
        } else {
            gamma_between(order, a, b) / libm::tgamma(self.shape)
        };
        libm::pow(self.scale, k) * part
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Gamma { scale: self.scale * c, ..*self })
    }
    fn c2(&self) -> f64 {
        1.0 / self.shape
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "gamma",
    summary: "any C2, with a light tail: shape below 1 is more variable than exponential, above 1 less",
    doc: "Density proportional to x^(`shape` - 1) exp(-x `shape` / `mean`). C2 = 1 / `shape`.",
    reference: "G. Marsaglia, W. W. Tsang, A simple method for generating gamma variables, ACM Transactions on \
                Mathematical Software 26(3), 2000, doi:10.1145/358407.358414",
    params: &[
        MEAN,
        Param {
            name: "shape",
            ty: Ty::Number(Range { low: 0.0, high: Gamma::MAX_SHAPE, above: true, below: false }),
            need: Need::Required,
            doc: "The shape, 1 / C2.",
        },
    ],
    build: |args| boxed(Gamma::new(args.number("shape"), args.number("mean") / args.number("shape"))),
    example: r#"kind = "gamma"
mean = 1.0
shape = 0.5"#,
};
