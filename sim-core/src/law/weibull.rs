//! The Weibull law: a stretched exponential.

use super::Law;
use super::catalogue::{LawKind, boxed, check, scale};
use super::ziggurat::Ziggurat;
use crate::rng::Rng;
use crate::spec::{Args, Need, Param, Range, Ty};
use crate::special::gamma_between;

/// P(X > x) = exp(-(x / scale)^shape).
#[derive(Clone, Copy, Debug)]
pub struct Weibull {
    shape: f64,
    scale: f64,
}

/// Below 0.05 the mean is 10^18 scales and more; above 1000 the law is a constant for every practical purpose.
const SHAPES: Range = Range { low: 0.05, high: 1000.0, above: false, below: false };

impl Weibull {
    /// By shape (0.05 to 1000) and scale (more than 0).
    pub fn new(shape: f64, scale: f64) -> Result<Self, String> {
        check(SHAPES.holds(shape), || format!("`shape` = {shape} must be {SHAPES}"))?;
        check(scale > 0.0 && scale.is_finite(), || format!("`scale` = {scale} must be positive"))?;
        Ok(Weibull { shape, scale })
    }

    /// By shape and mean: scale = mean / Gamma(1 + 1 / shape).
    pub fn with_mean(shape: f64, mean: f64) -> Result<Self, String> {
        check(SHAPES.holds(shape), || format!("`shape` = {shape} must be {SHAPES}"))?;
        Self::new(shape, mean / libm::tgamma(1.0 + 1.0 / shape))
    }

    /// (x / scale)^shape, which is exponential with mean 1.
    fn hazard(&self, x: f64) -> f64 {
        libm::pow(x.max(0.0) / self.scale, self.shape)
    }

    fn value(&self, hazard: f64) -> f64 {
        self.scale * libm::pow(hazard, 1.0 / self.shape)
    }
}

impl Law for Weibull {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.value(Ziggurat::tables().exponential(rng))
    }
    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-self.hazard(x))
    }
    fn survival(&self, x: f64) -> f64 {
        libm::exp(-self.hazard(x))
    }
    fn quantile(&self, p: f64) -> f64 {
        self.value(-libm::log1p(-p))
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        self.value(-libm::log(q))
    }
    /// scale^k times the integral of h^(k / shape) exp(-h) over h = (x / scale)^shape.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        libm::pow(self.scale, k) * gamma_between(1.0 + k / self.shape, self.hazard(low), self.hazard(high))
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Weibull { scale: self.scale * c, ..*self })
    }
}

fn build(args: &Args) -> Result<Weibull, String> {
    let shape = args.number("shape");
    match (args.maybe_number("mean"), args.maybe_number("scale")) {
        (Some(mean), None) => Weibull::with_mean(shape, mean),
        (None, Some(scale)) => Weibull::new(shape, scale),
        _ => Err("give either `mean` or `scale`".into()),
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "weibull",
    summary: "a stretched exponential: shape below 1 has a long tail, above 1 wears out",
    doc: "P(X > x) = exp(-(x / `scale`)^`shape`). Give `scale` or `mean`.",
    reference: "N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volume 1, 2nd edition, \
                Wiley, 1994, chapter 21",
    params: &[
        Param {
            name: "shape",
            ty: Ty::Number(SHAPES),
            need: Need::Required,
            doc: "1 gives the exponential law; less gives a longer tail.",
        },
        scale("mean", Need::Optional, "The mean."),
        scale("scale", Need::Optional, "The value that a fraction 1/e exceeds."),
    ],
    build: |args| boxed(build(args)),
    example: r#"kind = "weibull"
shape = 0.7
mean = 1.0"#,
};
