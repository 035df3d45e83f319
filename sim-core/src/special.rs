//! Special functions that laws and closed forms need, on one pure-Rust libm.

/// The integral of x^(s-1) exp(-x) between a and b (b may be infinite); infinite where it diverges (s <= 0 at a = 0).
pub(crate) fn gamma_between(s: f64, a: f64, b: f64) -> f64 {
    if a >= b {
        return 0.0;
    }
    if s <= 0.0 && a == 0.0 {
        return f64::INFINITY;
    }
    if s == 1.0 {
        return libm::exp(-a) - libm::exp(-b);
    }
    if a == 0.0 && b == f64::INFINITY {
        return libm::tgamma(s);
    }
    simpson_log(s, a, b)
}

/// By Simpson's rule in log x: smooth for every s, and no branch of the incomplete gamma function to get wrong.
fn simpson_log(s: f64, a: f64, b: f64) -> f64 {
    let low = libm::log(a.max(1e-300));
    let high = libm::log(b.min(800.0 + 4.0 * s.abs()));
    let steps = 20_000;
    let h = (high - low) / steps as f64;
    let f = |y: f64| libm::exp(s * y - libm::exp(y));
    let inner: f64 = (1..steps).map(|i| f(low + i as f64 * h) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (f(low) + inner + f(high)) * h / 3.0
}
