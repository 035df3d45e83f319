//! Student's t against published and independently computed quantiles.

use loadlab::stats::{StudentT, mean_interval};

/// t quantiles at .975 (any table of Student's law; recomputed to six decimals with an independent library).
const T_975: [(usize, f64); 9] = [
    (2, 12.706205),
    (3, 4.302653),
    (4, 3.182446),
    (5, 2.776445),
    (10, 2.262157),
    (20, 2.093024),
    (30, 2.045230),
    (50, 2.009575),
    (100, 1.984217),
];

#[test]
fn t_quantiles_agree_with_the_table_to_its_last_digit() {
    for (n, expected) in T_975 {
        let t = StudentT::new((n - 1) as f64).unwrap().quantile(0.975).unwrap();
        assert!((t - expected).abs() <= 0.5000001e-6, "n = {n}: {t} against {expected}");
    }
}

#[test]
fn simultaneous_intervals_use_the_bonferroni_quantile() {
    let law = StudentT::new(29.0).unwrap();
    for (pairs, expected) in [(1.0, 2.045230), (3.0, 2.540908), (10.0, 3.038047)] {
        let t = law.critical(0.05 / pairs).unwrap();
        assert!((t - expected).abs() <= 0.5000001e-6, "{pairs} pairs: {t}");
    }
}

#[test]
fn z_in_place_of_t_would_cover_as_little_as_the_t_law_says() {
    // P(|T| < 1.96) is the true coverage of an interval that uses z: the reason why z never appears.
    for (n, coverage) in [(3, 0.811), (5, 0.878), (10, 0.918), (20, 0.935), (30, 0.940)] {
        let p = 1.0 - StudentT::new((n - 1) as f64).unwrap().two_sided_p(1.959964);
        assert!((p - coverage).abs() <= 0.0005, "n = {n}: {p}");
    }
}

#[test]
fn the_interval_of_a_small_sample_is_the_one_of_the_text_books() {
    // 1, 2, 3, 4, 5: mean 3, s^2 = 2.5, half width 2.776445 sqrt(2.5 / 5).
    let estimate = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap();
    assert_eq!(estimate.value, 3.0);
    assert!((estimate.interval.half_width() - 2.776445 * 0.5f64.sqrt()).abs() < 1e-6);
}
