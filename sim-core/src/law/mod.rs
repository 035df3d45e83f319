//! Probability laws of positive quantities: lifetimes, memory sizes, gaps, phases. One law, one file.
//!
//! A law can be sampled, and it knows its own moments, quantiles and tail as formulas, so that theory, warnings and
//! policies (cut-offs, expected remaining life) never estimate what can be computed.

mod constant;
mod exponential;
pub mod ziggurat;

pub use constant::Constant;
pub use exponential::Exponential;

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

    /// P(X <= x).
    fn cdf(&self, x: f64) -> f64;

    /// The smallest x with P(X <= x) >= p, for 0 < p < 1.
    fn quantile(&self, p: f64) -> f64;

    /// E[X^k; low < X <= high] for any real k; `(0, infinity)` gives the whole moment. May be infinite.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64;

    /// The least and the greatest value (the greatest may be infinite).
    fn support(&self) -> (f64, f64);

    /// alpha, where P(X > x) falls like x^-alpha up to the end of the support; `None` for lighter tails.
    fn tail_index(&self) -> Option<f64> {
        None
    }

    /// The same law with every value multiplied by c.
    fn scaled(&self, c: f64) -> Box<dyn Law>;

    /// E[X^k] (X = 0 counts as infinite for k < 0).
    fn moment(&self, k: f64) -> f64 {
        self.partial_moment(k, 0.0, f64::INFINITY)
    }

    /// E[X].
    fn mean(&self) -> f64 {
        self.moment(1.0)
    }

    /// The squared coefficient of variation, Var(X) / E[X]^2.
    fn c2(&self) -> f64 {
        let mean = self.mean();
        self.moment(2.0) / (mean * mean) - 1.0
    }
}
