//! Formulas of single laws against values computed with other software, or by hand.

use crate::instances::{build, lifetimes};
use loadlab_core::law::*;
use std::sync::Arc;

/// Within a relative error; zero only equals zero.
#[track_caller]
pub(crate) fn close(found: f64, expected: f64, tolerance: f64) {
    let error = (found - expected).abs();
    assert!(error <= tolerance * expected.abs(), "found {found:.12}, expected {expected:.12}");
}

fn pareto(min: f64, max: f64, alpha: f64) -> BoundedPareto {
    BoundedPareto::new(min, max, alpha).unwrap()
}

#[test]
fn bounded_pareto_has_the_computed_quantiles() {
    let law = pareto(1.0, 1e4, 1.1);
    let table = [(0.25, 1.298899), (0.5, 1.877794), (0.9, 8.108667), (0.99, 65.558471), (0.999, 515.080197)];
    for (p, x) in table {
        close(law.quantile(p), x, 5e-7);
        close(law.tail_quantile(1.0 - p), x, 5e-7);
        close(law.cdf(x), p, 1e-6);
    }
}

#[test]
fn bounded_pareto_has_the_computed_moments() {
    let law = pareto(1.0, 1e4, 1.1);
    close(law.mean(), 6.6210847, 1e-8);
    close(law.moment(2.0), 4864.7258, 1e-8);
    close(law.moment(-1.0), 0.52383038, 1e-8);
    close(law.c2(), 109.969, 5e-6);
    close(pareto(1.0, 1e3, 1.0).mean(), 6.914670, 1e-7);
    let heavy = pareto(1.0, 1e6, 1.5);
    close(heavy.mean(), 2.997, 1e-6);
    close(heavy.moment(2.0), 2997.0, 1e-6);
    close(heavy.c2(), 332.667, 2e-6);
}

#[test]
fn bounded_pareto_finds_the_least_value_from_mean_and_greatest() {
    let table = [(0.9, 58.98), (1.0, 167.56), (1.1, 332.07), (1.3, 697.28), (1.5, 1000.32), (1.9, 1421.05)];
    for (alpha, min) in table {
        let law = BoundedPareto::with_mean_and_max(3000.0, 1e10, alpha).unwrap();
        close(law.support().0, min, 0.006 / min);
        close(law.mean(), 3000.0, 1e-12);
    }
}

#[test]
fn bounded_pareto_finds_the_greatest_value_from_least_and_mean() {
    let mean = pareto(1.0, 1e4, 1.1).mean();
    let law = BoundedPareto::with_min_and_mean(1.0, mean, 1.1).unwrap();
    close(law.support().1, 1e4, 1e-9);
    let refused = BoundedPareto::with_min_and_mean(1.0, 11.1, 1.1).unwrap_err();
    assert!(refused.starts_with("no `max` gives `mean` = 11.1"), "{refused}");
}

#[test]
fn bounded_pareto_keeps_its_digits_at_the_end_of_the_tail() {
    let law = pareto(1.0, 1e10, 1.5);
    // ((1/x)^a - r) / (1 - r) with r = 1e-15 at x = 1e9: (10^-13.5 - 1e-15) / (1 - 1e-15).
    close(law.survival(1e9), 3.162277660168379e-14 - 1e-15, 1e-12);
    close(law.tail_quantile(3.162277660168379e-14 - 1e-15), 1e9, 1e-12);
    assert_eq!((law.survival(1e10), law.cdf(1e10), law.cdf(1.0)), (0.0, 1.0, 0.0));
}

#[test]
fn hyperexponential_with_balanced_means_has_the_computed_branches() {
    // C2, p1, the rates of the branches (mean 1), E[X^3] where computed.
    let table = [
        (4.0, 0.8872983346, 1.7745966692, 0.2254033308, Some(60.0)),
        (10.0, 0.9522670169, 1.9045340337, 0.0954659663, None),
        (16.0, 0.9696682183, 1.9393364366, 0.0606635634, Some(816.0)),
        (25.0, 0.9803844614, 1.9607689228, 0.0392310772, Some(1950.0)),
        (49.0, 0.9898979486, 1.9797958971, 0.0202041029, None),
    ];
    for (c2, p, fast, slow, third) in table {
        let law = Hyperexponential::balanced(1.0, c2).unwrap();
        close(law.mean(), 1.0, 1e-12);
        close(law.c2(), c2, 1e-12);
        for x in [0.1, 1.0, 10.0, 50.0] {
            let survival = p * f64::exp(-fast * x) + (1.0 - p) * f64::exp(-slow * x);
            close(law.survival(x), survival, 1e-7);
        }
        if let Some(third) = third {
            close(law.moment(3.0), third, 1e-10);
        }
    }
}

#[test]
fn a_shifted_hyperexponential_has_the_moments_of_its_parts() {
    // X = s + Y: E[X] = s + E[Y], E[X^2] = s^2 + 2 s E[Y] + E[Y^2].
    let branches = [(0.7, 7.0), (0.3, 55.0)];
    let plain = Hyperexponential::with_branches(&branches).unwrap();
    let (mean, square) = (plain.mean(), plain.moment(2.0));
    close(mean, 0.7 * 7.0 + 0.3 * 55.0, 1e-14);
    for shift in [0.5, 9.9, 1e4, 1e6] {
        let law = plain.clone().shifted(shift);
        close(law.mean(), shift + mean, 1e-12);
        close(law.moment(2.0), shift * shift + 2.0 * shift * mean + square, 1e-12);
    }
}

#[test]
fn erlang_has_the_cdf_of_a_sum_of_phases() {
    // P(X > x) = exp(-y) (1 + y + y^2/2 + y^3/6) with y = 4 x for four phases of mean 1 in total.
    let law = erlang(4, 1.0).unwrap();
    for x in [0.01, 0.3, 1.0, 3.0, 10.0] {
        let y: f64 = 4.0 * x;
        close(law.survival(x), f64::exp(-y) * (1.0 + y + y * y / 2.0 + y * y * y / 6.0), 1e-12);
    }
    assert_eq!(law.c2(), 0.25);
    close(law.moment(2.0), 1.25, 1e-14);
    close(law.moment(-1.0), 4.0 / 3.0, 1e-13);
    assert_eq!(erlang(1, 1.0).unwrap().moment(-1.0), f64::INFINITY);
}

#[test]
fn gamma_has_the_computed_distribution_function() {
    // P(0.5, x) = erf(sqrt x).
    let law = Gamma::new(0.5, 2.0).unwrap();
    close(law.cdf(2.0), 0.8427007929497149, 1e-13);
    // E[X^1.5] = scale^1.5 Gamma(2) / Gamma(1/2).
    close(law.moment(1.5), f64::powf(2.0, 1.5) / std::f64::consts::PI.sqrt(), 1e-13);
}

#[test]
fn pareto_has_infinite_moments_from_its_tail_index_on() {
    let law = Pareto { min: 2.0, alpha: 1.5 };
    close(law.mean(), 6.0, 1e-14);
    assert_eq!(law.moment(1.5), f64::INFINITY);
    assert_eq!(law.c2(), f64::INFINITY);
    assert_eq!(Pareto { min: 2.0, alpha: 1.0 }.mean(), f64::INFINITY);
    close(law.survival(200.0), 1e-3, 1e-12);
    close(Pareto { min: 1.0, alpha: 3.0 }.c2(), 1.0 / 3.0, 1e-14);
}

#[test]
fn lognormal_by_mean_and_c2_has_the_computed_parameters() {
    for (c2, sigma, mu) in [(4.0, 1.2686362412, -0.8047189562), (16.0, 1.6832151806, -1.4166066720)] {
        let law = Lognormal::with_mean(1.0, c2).unwrap();
        close(law.quantile(0.5), f64::exp(mu), 1e-9);
        close(law.quantile(0.841_344_746_068_542_9), f64::exp(mu + sigma), 1e-9);
        close(law.mean(), 1.0, 1e-13);
        close(law.c2(), c2, 1e-13);
        close(law.moment(2.0), 1.0 + c2, 1e-12);
    }
}

#[test]
fn weibull_has_the_computed_moments() {
    let half = Weibull::new(0.5, 1.0).unwrap();
    close(half.mean(), 2.0, 1e-14);
    close(half.c2(), 5.0, 1e-13);
    let law = Weibull::new(0.7, 1.0).unwrap();
    close(law.mean(), 1.2658235, 5e-8);
    close(law.c2(), 2.1386856, 5e-8);
    close(Weibull::with_mean(0.7, 3.0).unwrap().mean(), 3.0, 1e-14);
}

#[test]
fn uniform_has_the_moments_of_a_uniform() {
    let law = Uniform::new(1.0, 3.0).unwrap();
    assert_eq!((law.mean(), law.quantile(0.25), law.cdf(2.5)), (2.0, 1.5, 0.75));
    close(law.moment(2.0), 13.0 / 3.0, 1e-15);
    close(law.moment(-1.0), 0.5 * 3f64.ln(), 1e-15);
    close(law.c2(), 1.0 / 12.0, 1e-15);
}

#[test]
fn zipf_has_the_computed_normalisation() {
    for (exponent, count, harmonic) in [(1.0, 10, 2.9289683), (1.0, 100, 5.1873775), (1.2, 100, 3.6030331)] {
        let law = zipf(exponent, count, 1.0).unwrap();
        close(law.cdf(1.0), 1.0 / harmonic, 1e-7);
        close(law.survival(1.5), 1.0 - 1.0 / harmonic, 1e-7);
        assert_eq!((law.cdf(0.99), law.cdf(count as f64), law.support()), (0.0, 1.0, (1.0, count as f64)));
    }
    // With exponent 1 every rank contributes 1 / H to the mean.
    close(zipf(1.0, 100, 2.0).unwrap().mean(), 200.0 / 5.187377517639621, 1e-14);
    assert_eq!(zipf(1.5, 9, 1.0).unwrap().tail_index(), Some(0.5));
}

#[test]
fn the_degenerate_hyperexponential_has_mean_and_c2_as_asked_and_many_zeros() {
    let law = DegenerateHyperexponential::new(2.0, 9.0).unwrap();
    close(law.cdf(0.0), 0.8, 1e-15);
    close(law.mean(), 2.0, 1e-14);
    close(law.c2(), 9.0, 1e-13);
    close(law.survival(10.0), 0.2 * f64::exp(-1.0), 1e-14);
    assert_eq!((law.quantile(0.8), law.moment(-1.0)), (0.0, f64::INFINITY));
    close(law.partial_moment(0.0, -1.0, 0.0), 0.8, 1e-15);
    assert_eq!(law.partial_moment(0.0, 0.0, 0.0), 0.0);
}

#[test]
fn partial_moments_of_lognormal_and_weibull_have_the_computed_values() {
    // Of orders -1, 1 and 2 between 0.5 and 4, by mpmath.
    let lognormal = Lognormal::new(0.3, 1.2).unwrap();
    let weibull = Weibull::new(0.7, 1.0).unwrap();
    for (k, first, second) in [
        (-1.0, 0.5131612653916868, 0.41813050643765076),
        (1.0, 1.0060907937051256, 0.7212693156310619),
        (2.0, 2.170423176787269, 1.4820228369268809),
    ] {
        close(lognormal.partial_moment(k, 0.5, 4.0), first, 1e-13);
        close(weibull.partial_moment(k, 0.5, 4.0), second, 1e-13);
    }
}

#[test]
fn two_part_lifetimes_are_power_law_above_the_split_and_their_body_below() {
    let law = build("two-part", lifetimes()).unwrap();
    close(law.survival(1.0), 0.0697, 1e-14);
    let tail = pareto(1.0, 1600.0, 1.27);
    for x in [2.0, 50.0, 1000.0] {
        close(law.survival(x), 0.0697 * tail.survival(x), 1e-13);
    }
    let weights = 0.3408 + 0.1357 + 0.0729 + 0.4;
    let body = (0.3408 * 0.005 + 0.1357 * 0.04 + 0.0729 * 0.08 + 0.4 * 0.555) / weights;
    close(law.mean(), 0.9303 * body + 0.0697 * tail.mean(), 1e-13);
    close(law.cdf(0.005), 0.9303 * 0.3408 / weights, 1e-13);
    assert_eq!((law.tail_index(), law.support()), (Some(1.27), (0.005, 1600.0)));
}

#[test]
fn two_part_lifetimes_use_only_the_lower_part_of_their_body() {
    let law = two_part(Arc::new(Exponential { mean: 0.5 }), 1.0, 0.1, 1.0, None).unwrap();
    close(law.survival(1.0), 0.1, 1e-14);
    close(law.survival(10.0), 0.01, 1e-14);
    close(law.cdf(0.5), 0.9 * (1.0 - f64::exp(-1.0)) / (1.0 - f64::exp(-2.0)), 1e-14);
    assert_eq!(law.mean(), f64::INFINITY);
}

#[test]
fn empirical_laws_know_each_value_and_interpolated_ones_the_lines_between_them() {
    let law = empirical(&[3.0, 1.0, 1.0, 2.0]).unwrap();
    assert_eq!(
        (law.mean(), law.cdf(1.0), law.cdf(2.5), law.quantile(0.5), law.quantile(0.51)),
        (1.75, 0.5, 0.75, 1.0, 2.0)
    );
    close(law.moment(2.0), 15.0 / 4.0, 1e-15);
    let law = Interpolated::new(vec![4.0, 0.0, 1.0]).unwrap();
    assert_eq!((law.quantile(0.25), law.quantile(0.75), law.cdf(2.5)), (0.5, 2.5, 0.75));
    // Half uniform on (0, 1), half uniform on (1, 4).
    close(law.mean(), 0.5 * 0.5 + 0.5 * 2.5, 1e-15);
    close(law.moment(2.0), 0.5 / 3.0 + 0.5 * 63.0 / 9.0, 1e-15);
    assert_eq!(law.moment(-1.0), f64::INFINITY);
}

#[test]
fn a_mixture_has_the_tail_of_the_heaviest_part_that_reaches_the_end() {
    let tail = |parts: Vec<(f64, Arc<dyn Law>)>| Mixture::new(parts).unwrap().tail_index();
    let bounded: Arc<dyn Law> = Arc::new(pareto(1.0, 9.0, 0.9));
    let exponential: Arc<dyn Law> = Arc::new(Exponential { mean: 1.0 });
    let endless = |alpha| -> Arc<dyn Law> { Arc::new(Pareto { min: 1.0, alpha }) };
    assert_eq!(tail(vec![(1.0, bounded.clone()), (1.0, exponential.clone())]), None);
    assert_eq!(tail(vec![(1.0, bounded), (1.0, exponential), (1.0, endless(2.0)), (1.0, endless(1.5))]), Some(1.5));
}

#[test]
fn an_exponential_law_cut_off_below_starts_anew() {
    let law = Truncated::new(Arc::new(Exponential { mean: 2.0 }), 60.0, f64::INFINITY).unwrap();
    close(law.mean(), 62.0, 1e-12);
    close(law.survival(64.0), f64::exp(-2.0), 1e-12);
    close(law.quantile(0.5), 60.0 + 2.0 * std::f64::consts::LN_2, 1e-12);
}
