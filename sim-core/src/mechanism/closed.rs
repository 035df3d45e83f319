//! Closed forms of what moves cost, each with the conditions under which it is exact. The timeline is tested against
//! them.

/// Precopy at a constant rate of dirtying R < B: `V_i = S r^i` with `r = R/B`, until `V_n <= few`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometric {
    /// n: rounds sent while the process runs.
    pub rounds: f64,
    /// `(S/B) (1 - r^n) / (1 - r)`: seconds of these rounds.
    pub running: f64,
    /// `(S/B) r^n`: seconds to send the last set.
    pub last: f64,
    /// `S (1 - r^(n+1)) / (1 - r)`.
    pub bytes: f64,
}

/// Exact for constant B and R, every write to another page, and no other rule than `few` bytes.
pub fn geometric(memory: f64, bandwidth: f64, rate: f64, few: f64) -> Geometric {
    let r = rate / bandwidth;
    let n = libm::ceil(libm::log(few / memory) / libm::log(r)).max(1.0);
    let power = libm::pow(r, n);
    Geometric {
        rounds: n,
        running: memory / bandwidth * (1.0 - power) / (1.0 - r),
        last: memory / bandwidth * power,
        bytes: memory * (1.0 - power * r) / (1.0 - r),
    }
}

/// The principal branch of Lambert's W on [-1/e, infinity): `w exp(w) = x`.
///
/// Halley's iteration from the branch-point series or the logarithm (Corless et al., Adv. Comput. Math. 5, 1996).
pub fn lambert_w(x: f64) -> f64 {
    let e = std::f64::consts::E;
    let p = (2.0 * (e * x + 1.0)).max(0.0).sqrt();
    let mut w = match x {
        _ if x < -0.25 => -1.0 + p - p * p / 3.0 + 11.0 / 72.0 * p * p * p,
        _ if x < 1.0 => x * (1.0 - x / (1.0 + x)),
        _ => libm::log1p(x),
    };
    for _ in 0..40 {
        let error = w * libm::exp(w) - x;
        let slope = libm::exp(w) * (w + 1.0) - (w + 2.0) * error / (2.0 * w + 2.0);
        let step = error / slope;
        if !step.is_finite() || step.abs() <= 1e-16 * w.abs() {
            break;
        }
        w -= step;
    }
    w
}

/// Where the rounds of precopy settle when a working set is dirtied a = W / (time B) times as fast as it is sent:
/// `x = a (1 - exp(-x))`, so `x = a + W0(-a exp(-a))` rounds are x times `time` long, and 0 for a <= 1.
///
/// Exact for one working set, constant bandwidth, no skipping, and after so many rounds that they have settled.
pub fn settled(a: f64) -> f64 {
    if a <= 1.0 { 0.0 } else { a + lambert_w(-a * libm::exp(-a)) }
}

/// Wall-clock seconds in which a process receives t CPU seconds while its pages follow on reference:
/// `t + phi u N (1 - exp(-t / tau)) / (1 + h p)`. Exact for a process that runs alone.
pub fn dilated(t: f64, phi: f64, wanted: f64, touch_time: f64, per_fault: f64) -> f64 {
    t - phi * wanted * libm::expm1(-t / touch_time) / per_fault
}

/// Expected faults of post-copy: `N_u (1 - (tau/T) (1 - exp(-T/tau)))` with a push of T seconds.
///
/// Exact where faults neither stall the process nor take time from the push, in the limit of few and cheap ones.
pub fn push_faults(wanted: f64, touch_time: f64, push: f64) -> f64 {
    wanted * (1.0 + touch_time / push * libm::expm1(-push / touch_time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambert_w_inverts_w_exp_w() {
        for k in -99..400 {
            let w = f64::from(k) * 0.01;
            let back = lambert_w(w * libm::exp(w));
            // Near the branch point the inverse has an infinite slope.
            assert!((back - w).abs() <= 1e-7 * (1.0 + w.abs()), "{w}: {back}");
        }
        assert!((lambert_w(1.0) - 0.567_143_290_409_783_8).abs() < 1e-15, "the omega constant");
    }

    /// Computed with 30 digits from x = a (1 - exp(-x)).
    #[test]
    fn rounds_settle_where_the_equation_says() {
        for (a, x) in [(1.1, 0.193_747), (1.5, 0.874_217), (2.0, 1.593_624), (3.0, 2.821_439), (5.0, 4.965_114)] {
            assert!((settled(a) - x).abs() < 2e-6, "a = {a}: {}", settled(a));
            assert!((settled(a) - a * (1.0 - libm::exp(-settled(a)))).abs() < 1e-12);
        }
        assert_eq!([settled(0.3), settled(1.0)], [0.0, 0.0]);
    }
}
