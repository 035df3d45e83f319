//! The gamma law: its distribution function and its variates.
//!
//! Not here: other laws (`loadlab_core::law`).

use loadlab_core::rng::Rng;

/// A gamma law with density x^(a-1) exp(-x/b) / (Gamma(a) b^a); mean a b, variance a b^2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    /// a, more than 0.
    pub shape: f64,
    /// b, more than 0.
    pub scale: f64,
}

impl Gamma {
    /// P(X <= x), the regularised incomplete gamma function P(a, x/b): by its series below a + 1, by its continued
    /// fraction above (Abramowitz & Stegun, Handbook of Mathematical Functions, 6.5.29 and 6.5.31).
    pub fn cdf(&self, x: f64) -> f64 {
        let (a, x) = (self.shape, x / self.scale);
        if x <= 0.0 {
            return 0.0;
        }
        // x^a exp(-x) / Gamma(a)
        let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
        if x < a + 1.0 { front * series(a, x) } else { 1.0 - front * fraction(a, x) }
    }

    /// One variate (Marsaglia & Tsang, A simple method for generating gamma variables, ACM TOMS 26(3):363-372, 2000;
    /// for a shape below 1, one of shape a + 1 times U^(1/a)).
    pub fn sample(&self, rng: &mut Rng) -> f64 {
        if self.shape < 1.0 {
            let boost = libm::pow(rng.unit(), 1.0 / self.shape);
            return boost * Gamma { shape: self.shape + 1.0, ..*self }.sample(rng);
        }
        let d = self.shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = normal(rng);
            let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
            if v > 0.0 && libm::log(rng.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v * self.scale;
            }
        }
    }
}

/// sum of x^n / (a (a+1) ... (a+n)).
fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    // Terms fall at once, for x < a + 1; the bound is for values that no caller has.
    for n in 1..10_000 {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

/// 1/(x+1-a- 1(1-a)/(x+3-a- 2(2-a)/(x+5-a- ...))), evaluated from the top (modified Lentz).
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut value = d;
    for n in 1..10_000 {
        let n = f64::from(n);
        let numerator = -n * (n - a);
        b += 2.0;
        d = 1.0 / keep_away(numerator * d + b);
        c = keep_away(b + numerator / c);
        let step = c * d;
        value *= step;
        if (step - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fn keep_away(x: f64) -> f64 {
        if x.abs() < TINY { TINY } else { x }
    }
    value
}

/// A standard normal variate by the polar method (Marsaglia & Bray, A convenient method for generating normal
/// variables, SIAM Review 6:260-264, 1964). The second of the pair is not kept, so that a draw has no memory.
pub(crate) fn normal(rng: &mut Rng) -> f64 {
    loop {
        let (u, v) = (2.0 * rng.unit() - 1.0, 2.0 * rng.unit() - 1.0);
        let s = u * u + v * v;
        if s < 1.0 && s > 0.0 {
            return u * (-2.0 * libm::log(s) / s).sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_incomplete_gamma_function_agrees_with_values_computed_at_forty_digits() {
        // gammainc(a, 0, x, regularized=True) of mpmath 1.3 at 40 digits, rounded to 15.
        for (a, x, expected) in ORACLE {
            let found = Gamma { shape: a, scale: 2.5 }.cdf(2.5 * x);
            assert!((found - expected).abs() < 1e-13, "P({a}, {x}) = {found}, not {expected}");
        }
        assert_eq!(Gamma { shape: 2.0, scale: 1.0 }.cdf(-1.0), 0.0);
    }

    const ORACLE: [(f64, f64, f64); 12] = [
        (0.3, 0.01, 0.279240996359015),
        (0.3, 2.0, 0.977974019172853),
        (1.0, 1.0, 0.632120558828558),
        (4.2, 0.5, 0.00111881809757185),
        (4.2, 5.3, 0.744160071189689),
        (8.1737, 6.0, 0.235486272873931),
        (8.1737, 9.3, 0.688935139566201),
        (8.1737, 14.5, 0.972722323119182),
        (10.46, 30.0, 0.999987800140756),
        (312.0, 300.0, 0.25163838267194),
        (312.0, 320.0, 0.68008246638023),
        (639.1, 700.0, 0.99060157628835),
    ];

    /// Kolmogorov's statistic sqrt(n) D; 2.23 is passed once in 10,000 samples (1 - K(2.23) = 2 exp(-2 * 2.23^2)).
    #[test]
    fn variates_follow_their_distribution_function() {
        let laws = [(0.3, 2.0), (1.0, 1.0), (4.2, 0.94), (10.46, 0.4871), (312.0, 0.03)];
        for (seed, (shape, scale)) in laws.into_iter().enumerate() {
            let gamma = Gamma { shape, scale };
            let mut rng = Rng::new(seed as u64 + 10);
            let n = 20_000;
            let mut draws: Vec<f64> = (0..n).map(|_| gamma.sample(&mut rng)).collect();
            draws.sort_by(f64::total_cmp);
            let distance = draws.iter().enumerate().map(|(k, x)| {
                let p = gamma.cdf(*x);
                (p - k as f64 / n as f64).max((k + 1) as f64 / n as f64 - p)
            });
            let d = distance.fold(0.0, f64::max) * (n as f64).sqrt();
            assert!(d < 2.23, "gamma({shape}, {scale}): sqrt(n) D = {d}");
        }
    }

    #[test]
    fn normal_variates_have_the_first_four_moments_of_the_normal_law() {
        let mut rng = Rng::new(7);
        let n = 200_000;
        let mut sums = [0.0; 4];
        for _ in 0..n {
            let x = normal(&mut rng);
            let mut power = 1.0;
            for sum in &mut sums {
                power *= x;
                *sum += power;
            }
        }
        // E[X^k] and Var[X^k] = E[X^2k] - E[X^k]^2 for k = 1 to 4.
        for (k, (mean, variance)) in [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)].into_iter().enumerate() {
            let error = (variance / f64::from(n)).sqrt();
            let found = sums[k] / f64::from(n);
            assert!((found - mean).abs() < 4.0 * error, "moment {}: {found}", k + 1);
        }
    }
}
