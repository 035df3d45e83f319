//! Warm-up, batch means, quantiles and tail estimates against independently computed values.

use loadlab::stats::*;

/// y_i = 10 exp(-i/10) + ((7919 i) mod 101) / 101 - 1/2, a decaying start and a deterministic noise.
fn decaying_series() -> Vec<f64> {
    (0..200).map(|i| 10.0 * (-f64::from(i) / 10.0).exp() + f64::from((7919 * i) % 101) / 101.0 - 0.5).collect()
}

#[test]
fn the_test_series_is_the_published_one() {
    let y = decaying_series();
    for (value, expected) in y.iter().zip([9.5, 8.9543147744, 8.4991887189, 7.1260039890, 6.8269628366]) {
        assert!((value - expected).abs() < 1e-9);
    }
    assert!((y.iter().sum::<f64>() / 200.0 - 0.5215057051).abs() < 1e-9);
}

#[test]
fn mser_finds_the_truncation_computed_by_exhaustive_search() {
    for (m, cut, z, mean) in [(1, 35, 0.0005065612, 0.0142812690), (5, 45, 0.0001127948, 0.0064774431)] {
        let truncation = mser(&decaying_series(), m).unwrap();
        assert_eq!((truncation.cut, truncation.late), (cut, false));
        assert!((truncation.z - z).abs() < 1e-10 && (truncation.mean - mean).abs() < 1e-9, "{truncation:?}");
    }
    let small = [5.0, 4.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let truncation = mser(&small, 1).unwrap();
    assert_eq!((truncation.cut, truncation.z, truncation.mean), (4, 0.0, 1.0));
}

#[test]
fn order_statistic_ranks_agree_with_the_binomial_law() {
    for (n, p, low, high, coverage) in [
        (10, 0.5, 2, 9, 0.9785),
        (30, 0.5, 10, 21, 0.9572),
        (100, 0.5, 40, 61, 0.9648),
        (100, 0.9, 84, 96, 0.9557),
        (500, 0.95, 465, 485, 0.9605),
        (1000, 0.99, 983, 997, 0.9761),
    ] {
        let ranks = enclosing_ranks(n, p, 0.95).unwrap();
        assert_eq!((ranks.low, ranks.high), (low, high), "n = {n}, p = {p}");
        assert!((ranks.coverage - coverage).abs() <= 0.5001e-4, "n = {n}, p = {p}: {}", ranks.coverage);
    }
}

#[test]
fn the_smallest_samples_for_a_quantile_agree_with_the_powers_of_p() {
    for (p, upper, two_sided) in [(0.5, 5, 6), (0.9, 29, 36), (0.95, 59, 72), (0.99, 299, 368), (0.999, 2995, 3688)] {
        assert_eq!(smallest_upper(p, 0.95), Ok(upper));
        assert_eq!(smallest_two_sided(p, 0.95), Ok(two_sided));
        assert!(p.powi(upper as i32) <= 0.05 && p.powi(upper as i32 - 1) > 0.05);
    }
}

#[test]
fn the_bias_of_a_percentile_of_pareto_values_agrees_with_exact_beta_moments() {
    // Evaluated with forty digits.
    for (alpha, p, biases) in [
        (1.1, 0.95, [0.957068287151, 0.991962023809, 0.999212942281, 0.999921468209]),
        (1.1, 0.99, [2.43729632937, 0.955474812733, 0.995861971111, 0.999590430134]),
        (1.5, 0.99, [0.921301905901, 0.8939728106, 0.989003393178, 0.998899992356]),
        (2.5, 0.99, [0.786980426293, 0.894587849172, 0.988234474967, 0.998813109665]),
    ] {
        for (n, expected) in [20, 100, 1000, 10_000].into_iter().zip(biases) {
            let bias = pareto_bias(n, p, alpha).unwrap();
            assert!((bias / expected - 1.0).abs() < 1e-10, "alpha {alpha}, p {p}, n {n}: {bias}");
        }
    }
    assert_eq!(pareto_bias(10, 0.99, 0.9), Ok(f64::INFINITY), "the maximum has no mean where alpha < 1");
}
