//! Probability laws of non-negative quantities: lifetimes, memory sizes, gaps, phases. One law, one file.
//!
//! A law can be sampled, and it knows its own moments, quantiles and tail as formulas, so that theory, warnings and
//! policies (cut-offs, expected remaining life) never estimate what can be computed.

mod bounded_pareto;
mod catalogue;
mod constant;
mod copula;
mod cutoffs;
mod degenerate;
mod discrete;
mod empirical;
mod erlang;
mod exponential;
mod gamma;
mod hyperexponential;
mod invert;
mod lognormal;
mod mixture;
mod pareto;
mod summary;
mod truncated;
mod two_part;
mod uniform;
mod weibull;
pub mod ziggurat;
mod zipf;

pub use bounded_pareto::BoundedPareto;
pub use catalogue::LAWS;
pub use constant::Constant;
pub use copula::rank_correlated;
pub use cutoffs::equal_load_cutoffs;
pub use degenerate::DegenerateHyperexponential;
pub use discrete::Discrete;
pub use empirical::{Interpolated, empirical};
pub use erlang::erlang;
pub use exponential::Exponential;
pub use gamma::Gamma;
pub use hyperexponential::Hyperexponential;
pub use lognormal::Lognormal;
pub use mixture::Mixture;
pub use pareto::Pareto;
pub use summary::{Summary, expected_remaining, median_remaining, share_of_top};
pub use truncated::Truncated;
pub use two_part::two_part;
pub use uniform::Uniform;
pub use weibull::Weibull;
pub use zipf::zipf;

use crate::rng::Rng;

/// The law of a non-negative random quantity X.
pub trait Law: std::fmt::Debug + Send + Sync {
    /// One draw.
    fn sample(&self, rng: &mut Rng) -> f64;

    /// Many draws, the same as one by one; the hot path calls this once per block.
    fn fill(&self, rng: &mut Rng, out: &mut [f64]) {
        for x in out {
            *x = self.sample(rng);
        }
    }

    /// P(X <= x), for every real x.
    fn cdf(&self, x: f64) -> f64;

    /// P(X > x), for every real x; laws with a formula keep the relative precision of small values.
    fn survival(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }

    /// The smallest x with P(X <= x) >= p, for 0 < p < 1.
    fn quantile(&self, p: f64) -> f64 {
        let (low, high) = self.support();
        invert::least(low, high, |x| self.cdf(x) >= p)
    }

    /// The smallest x with P(X > x) <= q, for 0 < q < 1: `quantile(1 - q)`, precise for small q.
    fn tail_quantile(&self, q: f64) -> f64 {
        let (low, high) = self.support();
        invert::least(low, high, |x| self.survival(x) <= q)
    }

    /// `E[X^k; low < X <= high]` for any real k. May be infinite. Values of exactly 0 count only where low < 0.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64;

    /// The least and the greatest value (the greatest may be infinite).
    fn support(&self) -> (f64, f64);

    /// alpha, where P(X > x) falls like x^-alpha up to the end of the support; `None` for lighter tails.
    fn tail_index(&self) -> Option<f64> {
        None
    }

    /// The same law with every value multiplied by c > 0.
    fn scaled(&self, c: f64) -> Box<dyn Law>;

    /// `E[X^k]`; infinite for k < 0 where X = 0 has a positive probability.
    fn moment(&self, k: f64) -> f64 {
        if k == 0.0 {
            1.0
        } else if k < 0.0 && self.cdf(0.0) > 0.0 {
            f64::INFINITY
        } else {
            self.partial_moment(k, 0.0, f64::INFINITY)
        }
    }

    /// `E[X]`.
    fn mean(&self) -> f64 {
        self.moment(1.0)
    }

    /// The squared coefficient of variation, `Var(X) / E[X]^2`; infinite with the second moment.
    fn c2(&self) -> f64 {
        let (mean, square) = (self.mean(), self.moment(2.0));
        if square == f64::INFINITY { square } else { (square / (mean * mean) - 1.0).max(0.0) }
    }
}
