//! The bounded Pareto law: the usual model of process lifetimes, with a stated greatest value.

use super::catalogue::{ALPHA, LawKind, boxed, check, scale};
use super::ziggurat::Ziggurat;
use super::{Law, invert::least};
use crate::rng::Rng;
use crate::spec::{Args, Need};
use crate::special::power_between;

/// P(X > x) = ((min/x)^alpha - (min/max)^alpha) / (1 - (min/max)^alpha) for min <= x <= max.
#[derive(Clone, Copy, Debug)]
pub struct BoundedPareto {
    min: f64,
    max: f64,
    alpha: f64,
    /// alpha ln(max / min): alpha ln(X / min) is exponential with mean 1, given that it is less than this.
    cap: f64,
    /// 1 - (min/max)^alpha, the probability of that.
    mass: f64,
}

impl BoundedPareto {
    /// Between min and max, where 0 < min < max, with tail index alpha > 0.
    pub fn new(min: f64, max: f64, alpha: f64) -> Result<Self, String> {
        check(min < max, || format!("`min` = {min} must be less than `max` = {max}"))?;
        check(min > 0.0 && max.is_finite() && alpha > 0.0, || "`min`, `max` and `alpha` must be positive".into())?;
        Ok(Self::unchecked(min, max, alpha))
    }

    /// With this mean: `min` is solved for. Needs 0 < mean < max.
    pub fn with_mean_and_max(mean: f64, max: f64, alpha: f64) -> Result<Self, String> {
        check(mean < max, || format!("`mean` = {mean} must be less than `max` = {max}"))?;
        let min = least(f64::MIN_POSITIVE, mean, |min| Self::unchecked(min, max, alpha).mean() >= mean);
        Self::new(min, max, alpha)
    }

    /// With this mean: `max` is solved for. Needs a mean between min and that of the unbounded law,
    /// alpha min / (alpha - 1).
    pub fn with_min_and_mean(min: f64, mean: f64, alpha: f64) -> Result<Self, String> {
        check(min < mean, || format!("`min` = {min} must be less than `mean` = {mean}"))?;
        let max = least(mean, f64::MAX, |max| Self::unchecked(min, max, alpha).mean() >= mean);
        let reached = Self::unchecked(min, max, alpha).mean();
        check(reached >= mean, || {
            format!("no `max` gives `mean` = {mean}: with `min` = {min} and `alpha` = {alpha} it stays below {reached}")
        })?;
        Self::new(min, max, alpha)
    }

    fn unchecked(min: f64, max: f64, alpha: f64) -> Self {
        let cap = alpha * libm::log1p((max - min) / min);
        BoundedPareto { min, max, alpha, cap, mass: -libm::expm1(-cap) }
    }

    /// The value whose alpha ln(x / min) is e; rounding may not lead beyond the greatest value.
    fn value(&self, e: f64) -> f64 {
        (self.min * libm::exp(e / self.alpha)).min(self.max)
    }
}

impl Law for BoundedPareto {
    /// An exponential variate E given E < cap has the law of E modulo cap, because the exponential law has no memory:
    /// no draw is rejected, and only one exponential function is computed.
    fn sample(&self, rng: &mut Rng) -> f64 {
        let e = Ziggurat::tables().exponential(rng);
        self.value(if e < self.cap { e } else { libm::fmod(e, self.cap) })
    }
    fn cdf(&self, x: f64) -> f64 {
        let x = x.clamp(self.min, self.max);
        (-libm::expm1(-self.alpha * libm::log(x / self.min)) / self.mass).min(1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        let x = x.clamp(self.min, self.max);
        let (done, left) = (libm::log(x / self.min), libm::log(self.max / x));
        (libm::exp(-self.alpha * done) * -libm::expm1(-self.alpha * left) / self.mass).min(1.0)
    }
    fn quantile(&self, p: f64) -> f64 {
        self.value(-libm::log1p(-p * self.mass))
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        self.value(-libm::log(q * self.mass + libm::exp(-self.cap)))
    }
    /// alpha min^k / (1 - (min/max)^alpha) times the integral of y^(k - alpha - 1) over y = x / min.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b) = (low.max(self.min) / self.min, high.min(self.max) / self.min);
        self.alpha / self.mass * libm::pow(self.min, k) * power_between(k - self.alpha, a, b)
    }
    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
    fn tail_index(&self) -> Option<f64> {
        Some(self.alpha)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Self::unchecked(self.min * c, self.max * c, self.alpha))
    }
}

fn build(args: &Args) -> Result<BoundedPareto, String> {
    let alpha = args.number("alpha");
    match (args.maybe_number("min"), args.maybe_number("mean"), args.maybe_number("max")) {
        (Some(min), None, Some(max)) => BoundedPareto::new(min, max, alpha),
        (None, Some(mean), Some(max)) => BoundedPareto::with_mean_and_max(mean, max, alpha),
        (Some(min), Some(mean), None) => BoundedPareto::with_min_and_mean(min, mean, alpha),
        _ => Err("give exactly two of `min`, `mean` and `max`".into()),
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "bounded-pareto",
    summary: "a power-law tail up to a stated greatest value: process lifetimes as measured",
    doc: "P(X > x) is proportional to x^-`alpha` - `max`^-`alpha` between `min` and `max`. Give two of `min`, `mean` \
          and `max`; the third is solved for. All moments are finite, but for `alpha` < 2 they depend on `max`: state \
          it with every result.",
    reference: "M. Harchol-Balter, M. E. Crovella, C. D. Murta, On choosing a task assignment policy for a distributed \
                server system, Journal of Parallel and Distributed Computing 59(2), 1999, doi:10.1006/jpdc.1999.1577",
    params: &[
        ALPHA,
        scale("min", Need::Optional, "The least value."),
        scale("mean", Need::Optional, "The mean."),
        scale("max", Need::Optional, "The greatest value."),
    ],
    build: |args| boxed(build(args)),
    example: r#"kind = "bounded-pareto"
alpha = 1.1
min = 1.0
max = 10000.0"#,
};
