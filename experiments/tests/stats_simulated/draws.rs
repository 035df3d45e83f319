//! Random values with known mean and median, from light tails to heavy ones.

use loadlab_core::law::{Exponential, Law};
use loadlab_core::rng::Rng;

/// A law of one replication's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Draw {
    /// Mean 1 and this coefficient of variation.
    Normal(f64),
    /// Mean 1.
    Exponential,
    /// exp(sigma Z).
    Lognormal(f64),
    /// Two exponential phases with balanced means, mean 1 and this squared coefficient of variation.
    Hyperexponential(f64),
    /// On 1 to `high`, with tail index 1.1.
    BoundedPareto(f64),
}

const ALPHA: f64 = 1.1;

impl Draw {
    pub(crate) fn name(self) -> String {
        match self {
            Draw::Normal(cv) => format!("normal, cv {cv}"),
            Draw::Exponential => "exponential".into(),
            Draw::Lognormal(sigma) => format!("lognormal, sigma {sigma}"),
            Draw::Hyperexponential(c2) => format!("hyperexponential, C2 {c2}"),
            Draw::BoundedPareto(high) => format!("bounded Pareto(1, {high}, {ALPHA})"),
        }
    }

    pub(crate) fn sample(self, rng: &mut Rng) -> f64 {
        match self {
            Draw::Normal(cv) => 1.0 + cv * normal(rng),
            Draw::Exponential => Exponential { mean: 1.0 }.sample(rng),
            Draw::Lognormal(sigma) => (sigma * normal(rng)).exp(),
            Draw::Hyperexponential(c2) => {
                let p = short_phase(c2);
                let mean = if rng.chance(p) { 0.5 / p } else { 0.5 / (1.0 - p) };
                Exponential { mean }.sample(rng)
            }
            Draw::BoundedPareto(high) => (1.0 - rng.unit() * (1.0 - high.powf(-ALPHA))).powf(-1.0 / ALPHA),
        }
    }

    pub(crate) fn mean(self) -> f64 {
        match self {
            Draw::Normal(_) | Draw::Exponential | Draw::Hyperexponential(_) => 1.0,
            Draw::Lognormal(sigma) => (0.5 * sigma * sigma).exp(),
            Draw::BoundedPareto(high) => {
                ALPHA / (ALPHA - 1.0) * (1.0 - high.powf(1.0 - ALPHA)) / (1.0 - high.powf(-ALPHA))
            }
        }
    }

    pub(crate) fn median(self) -> f64 {
        match self {
            Draw::Normal(_) | Draw::Lognormal(_) => 1.0,
            Draw::Exponential => 2f64.ln(),
            Draw::BoundedPareto(high) => (1.0 - 0.5 * (1.0 - high.powf(-ALPHA))).powf(-1.0 / ALPHA),
            Draw::Hyperexponential(c2) => {
                let p = short_phase(c2);
                let above = |x: f64| p * (-2.0 * p * x).exp() + (1.0 - p) * (-2.0 * (1.0 - p) * x).exp();
                let (mut low, mut high) = (0.0, 10.0);
                for _ in 0..60 {
                    let middle = 0.5 * (low + high);
                    if above(middle) > 0.5 { low = middle } else { high = middle }
                }
                low
            }
        }
    }
}

/// The probability of the phase with the smaller mean.
fn short_phase(c2: f64) -> f64 {
    0.5 * (1.0 + ((c2 - 1.0) / (c2 + 1.0)).sqrt())
}

/// A standard normal value (Box & Muller).
pub(crate) fn normal(rng: &mut Rng) -> f64 {
    (-2.0 * rng.unit().ln()).sqrt() * (std::f64::consts::TAU * rng.unit()).cos()
}

#[test]
fn the_draws_have_the_moments_and_medians_that_the_coverage_is_judged_against() {
    let n = 400_000;
    for (seed, draw) in [
        Draw::Normal(0.3),
        Draw::Exponential,
        Draw::Lognormal(1.0),
        Draw::Hyperexponential(4.0),
        Draw::BoundedPareto(100.0),
    ]
    .into_iter()
    .enumerate()
    {
        let mut rng = Rng::new(seed as u64);
        let values: Vec<f64> = (0..n).map(|_| draw.sample(&mut rng)).collect();
        let moments = loadlab::stats::Moments::of(&values);
        let error = moments.sd().unwrap() / f64::from(n).sqrt();
        assert!((moments.mean().unwrap() - draw.mean()).abs() < 4.0 * error, "{draw:?}");
        let below = values.iter().filter(|x| **x < draw.median()).count() as f64;
        assert!((below - 0.5 * f64::from(n)).abs() < 4.0 * 0.5 * f64::from(n).sqrt(), "{draw:?}");
    }
}
