//! Draws against distribution functions, against independent samplers and against means.

use crate::instances::{Instance, instances, law};
use loadlab_core::law::{Exponential, Law, zipf};
use loadlab_core::rng::Rng;
use rand_distr::Distribution;

/// sqrt(-ln(level / 2) / 2) at level 1e-4: sqrt(n) times the Kolmogorov-Smirnov distance exceeds it that rarely.
const CRITICAL: f64 = 2.2253;

fn draws(law: &dyn Law, n: usize, seed: u64) -> Vec<f64> {
    let mut out = vec![0.0; n];
    law.fill(&mut Rng::new(seed), &mut out);
    out
}

/// The distance of the sorted numbers from the uniform law on (0, 1), times sqrt(n).
fn distance_from_uniform(mut u: Vec<f64>) -> f64 {
    u.sort_by(f64::total_cmp);
    let n = u.len() as f64;
    let gap = |(i, u): (usize, &f64)| (u - i as f64 / n).max((i as f64 + 1.0) / n - u);
    u.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
}

/// F(X-) + U (F(X) - F(X-)) is uniform for every law, also one with jumps (the randomised probability integral
/// transform), so one test serves all.
fn transformed(law: &dyn Law, x: &[f64]) -> Vec<f64> {
    let mut rng = Rng::new(99);
    let below = |x: f64| if x > 0.0 { law.cdf(f64::from_bits(x.to_bits() - 1)) } else { law.cdf(-1.0) };
    x.iter().map(|&x| below(x) + rng.unit() * (law.cdf(x) - below(x))).collect()
}

#[test]
fn draws_of_every_law_follow_its_distribution_function() {
    for (i, Instance { name, law, .. }) in instances().iter().enumerate() {
        let distance = distance_from_uniform(transformed(&**law, &draws(&**law, 20_000, i as u64)));
        assert!(distance < CRITICAL, "{name}: Kolmogorov-Smirnov distance {distance} / sqrt(n)");
    }
}

#[test]
fn the_same_test_notices_values_that_are_a_fifth_too_large() {
    for Instance { name, law, .. } in instances().iter().filter(|i| i.smooth) {
        let distance = distance_from_uniform(transformed(&*law.scaled(1.2), &draws(&**law, 20_000, 1)));
        assert!(distance > CRITICAL, "{name}: {distance}");
    }
}

#[test]
fn many_draws_are_the_same_as_one_by_one() {
    for (i, Instance { name, law, .. }) in instances().iter().enumerate() {
        let mut rng = Rng::new(i as u64);
        let single: Vec<f64> = (0..100).map(|_| law.sample(&mut rng)).collect();
        assert_eq!(single, draws(&**law, 100, i as u64), "{name}");
    }
}

/// The two-sample distance, scaled so that [`CRITICAL`] applies.
fn two_sample_distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let step = |x: &f64| (a.partition_point(|v| v <= x) as f64 / n - b.partition_point(|v| v <= x) as f64 / m).abs();
    a.iter().chain(&b).map(step).fold(0.0, f64::max) * (n * m / (n + m)).sqrt()
}

#[test]
fn continuous_laws_agree_with_an_independent_implementation() {
    fn twin(sampler: impl Distribution<f64>, seed: u64) -> Vec<f64> {
        let mut rng = Rng::new(seed);
        (0..100_000).map(|_| sampler.sample(&mut rng)).collect()
    }
    let pairs = [
        ("exponential", law("exponential", &[("mean", 3.0)]), twin(rand_distr::Exp::new(1.0 / 3.0).unwrap(), 50)),
        ("gamma", law("gamma", &[("mean", 1.2), ("shape", 0.4)]), twin(rand_distr::Gamma::new(0.4, 3.0).unwrap(), 51)),
        ("gamma", law("gamma", &[("mean", 7.0), ("shape", 7.0)]), twin(rand_distr::Gamma::new(7.0, 1.0).unwrap(), 52)),
        (
            "lognormal",
            law("lognormal", &[("mu", 0.5), ("sigma", 1.2)]),
            twin(rand_distr::LogNormal::new(0.5, 1.2).unwrap(), 53),
        ),
        (
            "weibull",
            law("weibull", &[("shape", 0.7), ("scale", 2.0)]),
            twin(rand_distr::Weibull::new(2.0, 0.7).unwrap(), 54),
        ),
        (
            "pareto",
            law("pareto", &[("min", 2.0), ("alpha", 1.1)]),
            twin(rand_distr::Pareto::new(2.0, 1.1).unwrap(), 55),
        ),
    ];
    for (i, (name, law, twin)) in pairs.into_iter().enumerate() {
        let distance = two_sample_distance(draws(&*law, 100_000, 60 + i as u64), twin);
        assert!(distance < CRITICAL, "{name}: two-sample distance {distance}");
    }
}

/// The 1 - 1e-4 quantile of chi-square, by Wilson & Hilferty's approximation.
fn chi_square_critical(freedom: f64) -> f64 {
    let spread = 2.0 / (9.0 * freedom);
    freedom * (1.0 - spread + 3.719 * spread.sqrt()).powi(3)
}

#[test]
fn zipf_draws_have_the_frequencies_of_the_formula() {
    let (n, count) = (200_000, 100u64);
    for exponent in [0.5, 1.0, 1.2, 2.0] {
        let harmonic: f64 = (1..=count).map(|i| (i as f64).powf(-exponent)).sum();
        let mut seen = vec![0.0; count as usize];
        for x in draws(&zipf(exponent, count, 1.0).unwrap(), n, 7) {
            seen[x as usize - 1] += 1.0;
        }
        let expected = |i: usize| n as f64 * (i as f64 + 1.0).powf(-exponent) / harmonic;
        let term = |(i, seen): (usize, &f64)| (seen - expected(i)) * (seen - expected(i)) / expected(i);
        let chi2: f64 = seen.iter().enumerate().map(term).sum();
        assert!(chi2 < chi_square_critical(99.0), "exponent {exponent}: chi-square {chi2}");
    }
}

#[test]
fn means_of_light_tailed_draws_are_within_four_standard_errors() {
    let n = 200_000;
    for (i, Instance { name, law, .. }) in instances().iter().enumerate() {
        if law.tail_index().is_some_and(|alpha| alpha < 3.0) || law.c2() == 0.0 {
            continue;
        }
        let mean = draws(&**law, n, 200 + i as u64).iter().sum::<f64>() / n as f64;
        let error = law.mean() * (law.c2() / n as f64).sqrt();
        assert!((mean - law.mean()).abs() < 4.0 * error, "{name}: mean {mean} instead of {} ± {error}", law.mean());
    }
}

#[test]
fn squares_of_exponential_draws_have_their_mean_too() {
    // Var(X^2) = E[X^4] - E[X^2]^2 = (24 - 4) mean^4.
    let n = 1_000_000;
    let square = draws(&Exponential { mean: 1.0 }, n, 8).iter().map(|x| x * x).sum::<f64>() / n as f64;
    assert!((square - 2.0).abs() < 4.0 * (20.0 / n as f64).sqrt(), "E[X^2] = {square}");
}

#[test]
fn the_tail_of_the_ziggurat_is_exponential_too() {
    // Beyond 7.697 another branch of the algorithm draws; it must continue the law without memory.
    let (law, mut rng) = (Exponential { mean: 1.0 }, Rng::new(9));
    let beyond: Vec<f64> = (0..20_000_000).map(|_| law.sample(&mut rng)).filter(|x| *x > 7.7).collect();
    let (n, p) = (beyond.len() as f64, f64::exp(-7.7));
    assert!((n - 2e7 * p).abs() < 4.0 * (2e7 * p).sqrt(), "{n} draws beyond 7.7");
    let distance = distance_from_uniform(beyond.iter().map(|x| 1.0 - f64::exp(7.7 - x)).collect());
    assert!(distance < CRITICAL, "distance {distance}");
}
