//! Special functions that laws and closed forms need, on one pure-Rust libm: integrals of powers, the incomplete gamma
//! function for every real order, the normal law and its quantile.
//!
//! Not here: anything with a parameter that a user could get wrong; callers keep to the stated domains.

/// Beyond this many terms the expansions below have long converged for every order that a law may ask for.
const MAX_TERMS: usize = 100_000;

/// The integral of x^(d-1) between low and high (0 <= low, high may be infinite), for every real d; infinite where it
/// diverges. Written with expm1, so that d near zero loses no digits.
pub(crate) fn power_between(d: f64, low: f64, high: f64) -> f64 {
    if high <= low {
        return 0.0;
    }
    if low == 0.0 {
        return if d > 0.0 { libm::pow(high, d) / d } else { f64::INFINITY };
    }
    if high == f64::INFINITY {
        return if d < 0.0 { libm::pow(low, d) / -d } else { f64::INFINITY };
    }
    let width = libm::log1p((high - low) / low);
    if d == 0.0 {
        width
    } else if d > 0.0 {
        libm::pow(high, d) * -libm::expm1(-d * width) / d
    } else {
        libm::pow(low, d) * libm::expm1(d * width) / d
    }
}

/// The integral of x^(s-1) exp(-x) between a and b (0 <= a, b may be infinite) for every real s; infinite where it
/// diverges (s <= 0 at a = 0).
pub(crate) fn gamma_between(s: f64, a: f64, b: f64) -> f64 {
    lifted_gamma_between(s, a, b, 0.0)
}

/// exp(lift) times [`gamma_between`], for 0 <= lift <= a: the exponentials are joined before either can overflow.
pub(crate) fn lifted_gamma_between(s: f64, a: f64, b: f64, lift: f64) -> f64 {
    if a >= b {
        return 0.0;
    }
    if a > 1.0 && a > s + 1.0 {
        return upper_gamma(s, a, lift) - upper_gamma(s, b, lift);
    }
    if s >= 1.0 {
        return libm::exp(lift) * libm::tgamma(s) * regularised_between(s, a, b);
    }
    let body = libm::exp(lift) * gamma_below_one(s, a, b.min(1.0));
    if b > 1.0 { body + upper_gamma(s, 1.0, lift) - upper_gamma(s, b, lift) } else { body }
}

/// [`gamma_between`] for b <= 1, term by term: sum of (-1)^n / n! times the integral of x^(s+n-1).
fn gamma_below_one(s: f64, a: f64, b: f64) -> f64 {
    let (mut sum, mut factor) = (0.0, 1.0);
    for n in 0..30 {
        let term = factor * power_between(s + f64::from(n), a, b);
        sum += term;
        if term.abs() <= 1e-17 * f64::abs(sum) || sum == f64::INFINITY {
            break;
        }
        factor /= -f64::from(n + 1);
    }
    sum
}

/// exp(lift) Gamma(s, x) by Legendre's continued fraction, evaluated by Lentz's method; needs x >= 1 and x > s - 1.
fn upper_gamma(s: f64, x: f64, lift: f64) -> f64 {
    if x == f64::INFINITY {
        return 0.0;
    }
    libm::exp(lift - x + s * libm::log(x)) * legendre_fraction(s, x)
}

/// 1/(x+1-s - 1(1-s)/(x+3-s - 2(2-s)/(x+5-s - ...))) = Gamma(s, x) exp(x) x^-s.
fn legendre_fraction(s: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut b = x + 1.0 - s;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / guard(b);
    let mut h = d;
    for n in 1..MAX_TERMS {
        let a = -(n as f64) * (n as f64 - s);
        b += 2.0;
        d = 1.0 / guard(a * d + b);
        c = guard(b + a / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// The regularised incomplete gamma functions (P, Q) of order s > 0 at x >= 0: P + Q = 1, and the smaller one keeps its
/// relative precision.
pub(crate) fn regularised_gamma(s: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let front = libm::exp(s * libm::log(x) - x - libm::lgamma(s));
    if x < s + 1.0 {
        let p = (front * lower_series(s, x)).min(1.0);
        (p, 1.0 - p)
    } else {
        let q = (front * legendre_fraction(s, x)).min(1.0);
        (1.0 - q, q)
    }
}

/// P(s, b) - P(s, a), from the side where neither is near one.
pub(crate) fn regularised_between(s: f64, a: f64, b: f64) -> f64 {
    let ((pa, qa), (pb, qb)) = (regularised_gamma(s, a), regularised_gamma(s, b));
    (if a > s { qa - qb } else { pb - pa }).max(0.0)
}

/// Sum over n of x^n / (s (s+1) ... (s+n)) = gamma(s, x) exp(x) x^-s.
fn lower_series(s: f64, x: f64) -> f64 {
    let mut term = 1.0 / s;
    let mut sum = term;
    for n in 1..MAX_TERMS {
        term *= x / (s + n as f64);
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Gamma(s + k) / Gamma(s) for s > 0 and s + k > 0; as a product where k is a small whole number.
pub(crate) fn gamma_ratio(s: f64, k: f64) -> f64 {
    if (0.0..=8.0).contains(&k) && k == k.trunc() {
        return (0..k as u32).map(|i| s + f64::from(i)).product();
    }
    libm::exp(libm::lgamma(s + k) - libm::lgamma(s))
}

/// P(Z <= z) of the standard normal law.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// P(a < Z <= b) of the standard normal law, from the side where neither probability is near one.
pub(crate) fn normal_between(a: f64, b: f64) -> f64 {
    if a >= b {
        0.0
    } else if a > 0.0 {
        normal_cdf(-a) - normal_cdf(-b)
    } else {
        normal_cdf(b) - normal_cdf(a)
    }
}

/// The z with P(Z <= z) = p for 0 < p < 1, to about 1e-16 relative: algorithm AS 241 (M. J. Wichura, Applied Statistics
/// 37(3):477-484, 1988).
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180625 - q * q);
    }
    let r = libm::sqrt(-libm::log(if q < 0.0 { p } else { 1.0 - p }));
    let z = if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&TAIL, r - 5.0) };
    if q < 0.0 { -z } else { z }
}

/// Numerator and denominator of a rational function, constant term first.
type Rational = [[f64; 8]; 2];

fn ratio([over, under]: &Rational, x: f64) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(over) / horner(under)
}

const CENTRE: Rational = [
    [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ],
];
const MIDDLE: Rational = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];
const TAIL: Rational = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    #[track_caller]
    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "found {found:e}, expected {expected:e}");
    }

    /// (s, a, b, value), computed with 30 digits by mpmath.
    const GAMMA: [(f64, f64, f64, f64); 16] = [
        (0.0, 0.5, INF, 0.559_773_594_776_160_8),
        (0.0, 1e-6, 2.0, 13.189_395_382_354_43),
        (-1.0, 0.1, 3.0, 7.221_902_913_578_447),
        (-2.5, 0.01, 10.0, 39_342.421_330_190_875),
        (0.3, 0.0, 0.7, 2.593_279_227_387_315),
        (1e-10, 0.5, 2.0, 0.510_873_084_060_310_7),
        (2.5, 0.0, 1.2, 0.277_201_873_474_536_34),
        (3.7, 2.0, 9.0, 3.330_429_845_841_648_3),
        (-0.5, 3.0, 8.0, 0.006_763_471_360_945_98),
        (1.5, 40.0, 50.0, 2.719_938_616_138_497e-17),
        (12.0, 30.0, INF, 2_549.766_447_457_715),
        (0.5, 0.0, INF, 1.772_453_850_905_516),
        (0.0, 1.0, 1.5, 0.119_364_351_988_887_62),
        (-3.0, 20.0, INF, 1.080_542_749_038_656_4e-14),
        (60.0, 50.0, 70.0, 1.116_867_573_940_364_7e80),
        (2.0, 0.001, 0.002, 1.497_668_540_633_770_7e-6),
    ];

    #[test]
    fn the_incomplete_gamma_function_has_the_computed_values_for_every_sign_of_its_order() {
        for (s, a, b, value) in GAMMA {
            close(gamma_between(s, a, b), value, 2e-13);
        }
        assert_eq!(gamma_between(0.0, 0.0, 1.0), INF);
        assert_eq!(gamma_between(-1.5, 0.0, INF), INF);
        assert_eq!(gamma_between(2.0, 3.0, 3.0), 0.0);
    }

    #[test]
    fn lifting_multiplies_by_an_exponential_even_where_that_overflows() {
        close(lifted_gamma_between(1.7, 0.5, 9.0, 0.5), f64::exp(0.5) * gamma_between(1.7, 0.5, 9.0), 1e-14);
        close(lifted_gamma_between(0.2, 0.5, 9.0, 0.5), f64::exp(0.5) * gamma_between(0.2, 0.5, 9.0), 1e-14);
        // exp(x) Gamma(2, x) = x + 1.
        close(lifted_gamma_between(2.0, 1e5, INF, 1e5), 100_001.0, 1e-13);
    }

    #[test]
    fn the_regularised_gamma_functions_have_the_computed_values() {
        let table = [
            (0.5, 0.1, 0.345_279_153_981_423, 0.654_720_846_018_577),
            (0.5, 5.0, 0.998_434_597_741_997_4, 0.001_565_402_258_002_549_7),
            (4.0, 1.0, 0.018_988_156_876_153_81, 0.981_011_843_123_846_2),
            (4.0, 12.0, 0.997_708_208_792_208_6, 0.002_291_791_207_791_422),
            (100.0, 90.0, 0.158_220_989_186_430_17, 0.841_779_010_813_569_8),
            (100.0, 130.0, 0.997_249_591_632_693_5, 0.002_750_408_367_306_526),
            (1e4, 9_900.0, 0.158_651_192_193_564_66, 0.841_348_807_806_435_3),
            (1e4, 10_300.0, 0.998_529_505_103_614_3, 0.001_470_494_896_385_681_3),
            (1e-3, 1e-4, 0.991_403_119_667_443_4, 0.008_596_880_332_556_643),
        ];
        for (s, x, p, q) in table {
            // lgamma(1e4) is about 1e5 and carries an absolute error of 1e-11.
            let tolerance = if s >= 1e4 { 2e-11 } else { 1e-12 };
            let found = regularised_gamma(s, x);
            close(found.0, p, tolerance);
            close(found.1, q, tolerance);
        }
    }

    #[test]
    fn integrals_of_powers_are_continuous_where_the_formula_changes() {
        close(power_between(2.0, 1.0, 3.0), 4.0, 1e-15);
        close(power_between(0.0, 2.0, 6.0), 3f64.ln(), 1e-15);
        close(power_between(1e-13, 2.0, 6.0), 3f64.ln(), 1e-12);
        close(power_between(-1e-13, 2.0, 6.0), 3f64.ln(), 1e-12);
        close(power_between(-1.0, 2.0, INF), 0.5, 1e-15);
        assert_eq!((power_between(0.0, 0.0, 1.0), power_between(0.0, 1.0, INF)), (INF, INF));
        close(power_between(0.5, 0.0, 4.0), 4.0, 1e-15);
    }

    #[test]
    fn the_normal_quantile_has_the_computed_values() {
        let table = [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_408),
            (1e-9, -5.997_807_015_007_687),
            (0.001, -3.090_232_306_167_813_5),
            (0.02425, -1.972_961_051_311_885),
            (0.07, -1.475_791_028_179_170_7),
            (0.3, -0.524_400_512_708_040_8),
            (0.9, 1.281_551_565_544_600_5),
            (0.975, 1.959_963_984_540_054),
            (0.9999, 3.719_016_485_455_680_6),
        ];
        assert_eq!(normal_quantile(0.5), 0.0);
        for (p, z) in table {
            close(normal_quantile(p), z, 1e-13);
        }
    }

    /// The z with erfc(z / sqrt 2) / 2 = p, by bisection.
    fn inverted_erfc(p: f64) -> f64 {
        let (mut low, mut high) = (0.0, 40.0);
        for _ in 0..200 {
            let z = 0.5 * (low + high);
            if 0.5 * libm::erfc(z / std::f64::consts::SQRT_2) > p { low = z } else { high = z }
        }
        0.5 * (low + high)
    }

    #[test]
    fn the_normal_quantile_inverts_the_error_function() {
        let mut p = 0.499;
        while p > 1e-250 {
            assert!((normal_quantile(p) + inverted_erfc(p)).abs() < 1e-9, "at p = {p:e}");
            p *= 0.93;
        }
        for i in 1..1000 {
            let p = f64::from(i) / 1000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-14);
        }
    }

    #[test]
    fn probabilities_between_two_far_points_of_the_normal_law_keep_their_digits() {
        // Q(9) - Q(10) by the tail quantile table of mpmath: 1.1285884059538407e-19 - 7.6198530241604696e-24.
        close(normal_between(9.0, 10.0), 1.128_512_207_423_599e-19, 1e-12);
        close(normal_between(-10.0, -9.0), 1.128_512_207_423_599e-19, 1e-12);
        assert_eq!(normal_between(1.0, 1.0), 0.0);
    }

    #[test]
    fn ratios_of_gamma_functions_agree_between_product_and_logarithm() {
        close(gamma_ratio(2.5, 3.0), 2.5 * 3.5 * 4.5, 1e-15);
        close(gamma_ratio(2.5, -1.0), 1.0 / 1.5, 1e-14);
        close(gamma_ratio(4.0, 0.5), libm::tgamma(4.5) / 6.0, 1e-14);
    }
}
