//! The lognormal law: its logarithm is normal.

use super::Law;
use super::catalogue::{LawKind, boxed, check, positive, scale};
use crate::rng::Rng;
use crate::spec::{Args, Need, Param, Range, Ty};
use crate::special::{normal_between, normal_cdf, normal_quantile};

/// ln X is normal with mean mu and standard deviation sigma.
#[derive(Clone, Copy, Debug)]
pub struct Lognormal {
    mu: f64,
    sigma: f64,
}

impl Lognormal {
    /// By the mean and the standard deviation (more than 0) of ln X.
    pub fn new(mu: f64, sigma: f64) -> Result<Self, String> {
        check(mu.is_finite() && sigma > 0.0 && sigma.is_finite(), || format!("`sigma` = {sigma} must be positive"))?;
        check((mu + 0.5 * sigma * sigma).abs() < 690.0, || {
            format!("`mu` = {mu} and `sigma` = {sigma} give a mean that no number can hold")
        })?;
        Ok(Lognormal { mu, sigma })
    }

    /// By mean and C2, both positive: sigma^2 = ln(1 + C2), mu = ln(mean) - sigma^2 / 2.
    pub fn with_mean(mean: f64, c2: f64) -> Result<Self, String> {
        let variance = libm::log1p(c2);
        Self::new(libm::log(mean) - 0.5 * variance, variance.sqrt())
    }

    fn standard(&self, x: f64) -> f64 {
        (libm::log(x.max(0.0)) - self.mu) / self.sigma
    }
}

impl Law for Lognormal {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        normal_cdf(self.standard(x))
    }
    fn survival(&self, x: f64) -> f64 {
        normal_cdf(-self.standard(x))
    }
    fn quantile(&self, p: f64) -> f64 {
        libm::exp(self.mu + self.sigma * normal_quantile(p))
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        libm::exp(self.mu - self.sigma * normal_quantile(q))
    }
    /// exp(k mu + k^2 sigma^2 / 2) P(low < X exp(k sigma^2) <= high).
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let shift = k * self.sigma;
        let whole = libm::exp(k * self.mu + 0.5 * shift * shift);
        whole * normal_between(self.standard(low) - shift, self.standard(high) - shift)
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Lognormal { mu: self.mu + libm::log(c), ..*self })
    }
    fn c2(&self) -> f64 {
        libm::expm1(self.sigma * self.sigma)
    }
}

fn build(args: &Args) -> Result<Lognormal, String> {
    let by = |name| args.maybe_number(name);
    match (by("mean"), by("c2"), by("mu"), by("sigma")) {
        (Some(mean), Some(c2), None, None) => Lognormal::with_mean(mean, c2),
        (None, None, Some(mu), Some(sigma)) => Lognormal::new(mu, sigma),
        _ => Err("give either `mean` and `c2` or `mu` and `sigma`".into()),
    }
}

pub(super) const KIND: LawKind = LawKind {
    name: "lognormal",
    summary: "the logarithm is normal: a long tail with all moments",
    doc: "ln X is normal with mean `mu` and standard deviation `sigma`. Give `mean` and `c2`, or `mu` and `sigma`; \
          `mu` is the logarithm of the median in the law's unit (seconds, bytes).",
    reference: "N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volume 1, 2nd edition, \
                Wiley, 1994, chapter 14",
    params: &[
        scale("mean", Need::Optional, "The mean; with `c2`."),
        positive("c2", Need::Optional, "The squared coefficient of variation; with `mean`."),
        Param { name: "mu", ty: Ty::Number(Range::ANY), need: Need::Optional, doc: "The mean of ln X; with `sigma`." },
        positive("sigma", Need::Optional, "The standard deviation of ln X; with `mu`."),
    ],
    build: |args| boxed(build(args)),
    example: r#"kind = "lognormal"
mean = 1.0
c2 = 4.0"#,
};
