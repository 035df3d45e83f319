//! Dependence between two quantities that keep their own laws: a Gaussian copula with a given rank correlation.

use crate::rng::Rng;
use crate::special::{normal_cdf, normal_quantile};

/// A uniform number on (0, 1) whose Spearman rank correlation with `u_source`, itself uniform on (0, 1), is `rho` in
/// [-1, 1]. Feed both through quantile functions to make, say, memory depend on lifetime. Uses one draw.
///
/// Two normal quantities with correlation r have the rank correlation rho = (6 / pi) asin(r / 2) (W. H. Kruskal,
/// Ordinal measures of association, Journal of the American Statistical Association 53, 1958), hence
/// r = 2 sin(pi rho / 6). Where `u_source` is the distribution function of a discrete law, the correlation is weaker.
pub fn rank_correlated(u_source: f64, rho: f64, rng: &mut Rng) -> f64 {
    let r = 2.0 * libm::sin(std::f64::consts::PI / 6.0 * rho);
    let own = normal_quantile(rng.unit());
    let z = r * normal_quantile(inside(u_source)) + (1.0 - r * r).max(0.0).sqrt() * own;
    inside(normal_cdf(z))
}

/// The nearest number of the open interval (0, 1): a distribution function may round to its ends.
fn inside(u: f64) -> f64 {
    u.clamp(f64::EPSILON / 4.0, 1.0 - f64::EPSILON / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranks of uniform numbers are the numbers themselves, so Spearman's rho is 12 E[(u - 1/2)(v - 1/2)].
    fn spearman(rho: f64, n: u32, seed: u64) -> f64 {
        let mut rng = Rng::new(seed);
        let mut product = || {
            let u = rng.unit();
            (u - 0.5) * (rank_correlated(u, rho, &mut rng) - 0.5)
        };
        12.0 * (0..n).map(|_| product()).sum::<f64>() / f64::from(n)
    }

    #[test]
    fn the_rank_correlation_is_the_one_asked_for() {
        let n = 200_000;
        // One product has a standard deviation of at most sqrt(E[(u - 1/2)^4]) = sqrt(1/80) by Cauchy-Schwarz.
        let error = 12.0 * f64::sqrt(1.0 / 80.0 / f64::from(n));
        for (seed, rho) in [-1.0, -0.9, -0.5, 0.0, 0.3, 0.7, 0.95, 1.0].into_iter().enumerate() {
            let found = spearman(rho, n, seed as u64);
            assert!((found - rho).abs() < 4.0 * error, "asked for {rho}, found {found}");
        }
    }

    #[test]
    fn the_result_is_uniform_whatever_the_correlation() {
        let n = 100_000usize;
        for rho in [-1.0, -0.6, 0.0, 0.4, 1.0] {
            let mut rng = Rng::new(77);
            let mut v: Vec<f64> = (0..n)
                .map(|_| {
                    let u = rng.unit();
                    rank_correlated(u, rho, &mut rng)
                })
                .collect();
            v.sort_by(f64::total_cmp);
            let gap =
                |(i, v): (usize, &f64)| (v - i as f64 / n as f64).abs().max((v - (i + 1) as f64 / n as f64).abs());
            let d = v.iter().enumerate().map(gap).fold(0.0, f64::max);
            assert!(d < 2.2253 / f64::sqrt(n as f64), "Kolmogorov-Smirnov distance {d} at rho = {rho}");
        }
    }

    #[test]
    fn the_ends_of_the_unit_interval_stay_finite() {
        let mut rng = Rng::new(1);
        for u in [0.0, 1e-300, 0.5, 1.0] {
            for rho in [-1.0, 0.5, 1.0] {
                let v = rank_correlated(u, rho, &mut rng);
                assert!(v > 0.0 && v < 1.0);
            }
        }
    }

    #[test]
    fn full_correlation_copies_its_source_or_mirrors_it() {
        let mut rng = Rng::new(2);
        for u in [0.001, 0.25, 0.5, 0.9] {
            assert!((rank_correlated(u, 1.0, &mut rng) - u).abs() < 1e-7);
            assert!((rank_correlated(u, -1.0, &mut rng) - (1.0 - u)).abs() < 1e-7);
        }
    }
}
