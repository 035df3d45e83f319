//! The formulas of every law against one another and against numerical integration.

use crate::instances::{Instance, instances};
use crate::values::close;
use loadlab_core::law::Law;

const INF: f64 = f64::INFINITY;

#[test]
fn quantiles_are_the_least_values_that_reach_their_probability() {
    for Instance { name, law, .. } in instances() {
        for p in [1e-6, 0.01, 0.25, 0.5, 0.9, 0.999, 1.0 - 1e-6] {
            let q = law.quantile(p);
            assert!(law.cdf(q * (1.0 + 1e-12)) >= p * (1.0 - 1e-11), "{name}: cdf({q}) is less than {p}");
            assert!(q == 0.0 || law.cdf(q * (1.0 - 1e-9)) < p, "{name}: {q} is not the least value reaching {p}");
        }
    }
}

#[test]
fn tail_quantiles_invert_the_survival_function_far_out() {
    for Instance { name, law, .. } in instances() {
        for q in [1e-12, 1e-6, 0.001, 0.3, 0.999] {
            let x = law.tail_quantile(q);
            assert!(law.survival(x * (1.0 + 1e-12)) <= q * (1.0 + 1e-9), "{name}: survival({x}) is more than {q}");
            assert!(x == 0.0 || law.survival(x * (1.0 - 1e-9)) > q, "{name}: {x} is not the least value leaving {q}");
        }
    }
}

#[test]
fn a_value_is_either_reached_or_exceeded() {
    for Instance { name, law, .. } in instances() {
        let (low, high) = law.support();
        for p in [0.001, 0.2, 0.5, 0.77, 0.999] {
            let x = law.quantile(p);
            assert!((law.cdf(x) + law.survival(x) - 1.0).abs() < 1e-12, "{name} at {x}");
            assert!((low..=high).contains(&x), "{name}: {x} lies outside {low}..{high}");
        }
        assert_eq!((law.cdf(-1.0), law.survival(-1.0), law.survival(high)), (0.0, 1.0, 0.0), "{name}");
        assert_eq!(law.cdf(high), 1.0, "{name}");
        assert!(low == 0.0 || (law.cdf(low * 0.999), law.survival(low * 0.999)) == (0.0, 1.0), "{name}");
    }
}

#[test]
fn partial_moments_add_up_to_the_whole() {
    for Instance { name, law, .. } in instances() {
        let cuts = [0.0, law.quantile(0.1), law.quantile(0.5), law.quantile(0.95), INF];
        for k in [-1.0, 0.5, 1.0, 2.0] {
            let whole = law.partial_moment(k, 0.0, INF);
            let sum: f64 = cuts.windows(2).map(|w| law.partial_moment(k, w[0], w[1])).sum();
            assert!(sum == whole || (sum - whole).abs() < 1e-11 * whole, "{name}: k = {k}, {sum} instead of {whole}");
        }
    }
}

#[test]
fn the_partial_moment_of_order_zero_is_the_probability() {
    for Instance { name, law, .. } in instances() {
        let (a, b) = (law.quantile(0.05), law.quantile(0.8));
        let (found, expected) = (law.partial_moment(0.0, a, b), law.cdf(b) - law.cdf(a));
        assert!((found - expected).abs() < 1e-12, "{name}: {found} instead of {expected}");
        assert_eq!(law.moment(0.0), 1.0);
    }
}

/// Points from a to b, in equal ratios.
fn grid(a: f64, b: f64, n: usize) -> Vec<f64> {
    (0..=n).map(|i| if i == n { b } else { a * (b / a).powf(i as f64 / n as f64) }).collect()
}

/// The bulk of a law, to integrate over.
fn bulk(law: &dyn Law) -> (f64, f64) {
    (law.quantile(0.02).max(1e-6), law.quantile(0.98) * 1.001)
}

/// x^k is monotone, so in each cell (x, y] the moment lies between x^k and y^k times the cell's probability: a rigorous
/// bracket for every law, with or without jumps.
#[test]
fn partial_moments_lie_between_the_stieltjes_sums_of_the_distribution_function() {
    for Instance { name, law, .. } in instances() {
        let (a, b) = bulk(&*law);
        let points = grid(a, b, 4000);
        for k in [-1.0, 0.5, 1.0, 2.0] {
            let (mut least, mut most) = (0.0, 0.0);
            for w in points.windows(2) {
                let (mass, x, y) = (law.cdf(w[1]) - law.cdf(w[0]), w[0].powf(k), w[1].powf(k));
                least += mass * x.min(y);
                most += mass * x.max(y);
            }
            let found = law.partial_moment(k, a, b);
            let inside = found >= least * (1.0 - 1e-11) && found <= most * (1.0 + 1e-11);
            assert!(inside, "{name}: k = {k}, {found} is not between {least} and {most}");
        }
    }
}

/// E[X^k; a < X <= b] = a^k S(a) - b^k S(b) + the integral of k x^(k-1) S(x), by Simpson's rule over ln x.
fn integrated(law: &dyn Law, k: f64, a: f64, b: f64) -> f64 {
    let n = 4000;
    let h = (b / a).ln() / n as f64;
    let f = |x: f64| k * x.powf(k) * law.survival(x);
    let points = grid(a, b, n);
    let weight = |i: usize| if i == 0 || i == n { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
    let sum: f64 = points.iter().enumerate().map(|(i, x)| weight(i) * f(*x)).sum();
    a.powf(k) * law.survival(a) - b.powf(k) * law.survival(b) + sum * h / 3.0
}

#[test]
fn partial_moments_of_smooth_laws_agree_with_numerical_integration() {
    for Instance { name, law, .. } in instances().into_iter().filter(|i| i.smooth) {
        let (a, b) = (law.quantile(0.02).max(1e-6), law.quantile(0.98));
        for k in [-1.0, 0.5, 1.0, 2.0] {
            let (found, expected) = (law.partial_moment(k, a, b), integrated(&*law, k, a, b));
            assert!((found - expected).abs() < 1e-8 * expected, "{name}: k = {k}, {found} instead of {expected}");
        }
    }
}

#[test]
fn the_variance_follows_from_the_moments() {
    for Instance { name, law, .. } in instances() {
        let c2 = law.moment(2.0) / law.mean().powi(2) - 1.0;
        assert!(law.c2() == c2 || (law.c2() - c2).abs() < 1e-10 * (1.0 + c2), "{name}: {} instead of {c2}", law.c2());
        assert!(law.mean() == law.moment(1.0) || (law.mean() / law.moment(1.0) - 1.0).abs() < 1e-12, "{name}");
    }
}

#[test]
fn a_scaled_law_has_scaled_values_and_moments() {
    for Instance { name, law, .. } in instances() {
        let (c, scaled) = (60.0, law.scaled(60.0));
        for p in [0.1, 0.5, 0.99] {
            let (found, expected) = (scaled.quantile(p), c * law.quantile(p));
            assert!((found - expected).abs() <= 1e-11 * expected, "{name}: {found} instead of {expected}");
        }
        for k in [-1.0, 1.0, 2.0] {
            let (found, expected) = (scaled.moment(k), c.powf(k) * law.moment(k));
            assert!(found == expected || (found / expected - 1.0).abs() < 1e-10, "{name}: {found} for {expected}");
        }
        assert_eq!(law.tail_index(), scaled.tail_index(), "{name}");
        assert!(law.c2() == scaled.c2() || (law.c2() - scaled.c2()).abs() < 1e-9 * (1.0 + law.c2()), "{name}");
    }
}

#[test]
fn moments_that_diverge_are_infinite() {
    for Instance { name, law, .. } in instances() {
        let alpha = law.tail_index().filter(|_| law.support().1 == INF);
        if let Some(alpha) = alpha {
            assert_eq!(law.moment(alpha), INF, "{name}");
            assert!(law.moment(alpha - 0.01).is_finite(), "{name}");
        }
        // Where a law starts at zero with a density or a jump, the inverse has no mean.
        if law.cdf(0.0) > 0.0 || name.starts_with("exponential") || name.starts_with("uniform [(\"max\"") {
            assert_eq!(law.moment(-1.0), INF, "{name}");
        }
    }
}

#[test]
fn the_tail_index_is_the_slope_of_the_survival_function() {
    for Instance { name, law, .. } in instances() {
        let (Some(alpha), INF) = (law.tail_index(), law.support().1) else { continue };
        let x = law.tail_quantile(1e-9);
        close(-(law.survival(10.0 * x) / law.survival(x)).log10(), alpha, 1e-6);
        assert!(alpha > 0.0, "{name}");
    }
}
