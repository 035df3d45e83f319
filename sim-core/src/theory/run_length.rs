//! How many processes a single run needs: the M/M/1 wait is the yardstick for its cost.

use super::{Solved, check, check_load};

/// The asymptotic variance constant of the M/M/1 wait: the variance of the mean of n successive waits is about
/// σ² / n, with σ² = λ (2 + 5λ - 4λ² + λ³) / (1 - λ)⁴ in squared mean lifetimes.
///
/// Daley, The serial correlation coefficients of waiting times in a stationary single server queue, J. Australian
/// Math. Society 8, 1968; Whitt, Planning queueing simulations, Management Science 35(11), 1989.
pub fn mm1_wait_variance(load: f64) -> Solved<f64> {
    check_load(load)?;
    let idle = 1.0 - load;
    let polynomial = 2.0 + load * (5.0 + load * (-4.0 + load));
    Ok(load * polynomial / (idle * idle * idle * idle))
}

/// The number of processes for which the 95 % confidence interval of the mean M/M/1 wait, λ / (1 - λ), has a half-width
/// of `precision` times the mean: n = σ² (1.96 / (precision λ / (1 - λ)))².
pub fn mm1_processes_needed(load: f64, precision: f64) -> Solved<f64> {
    check(precision > 0.0 && precision.is_finite(), "precision", precision, "finite and more than 0")?;
    let z = 1.959_963_984_540_054 * (1.0 - load) / (precision * load);
    Ok(mm1_wait_variance(load)? * z * z)
}
