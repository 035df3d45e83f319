//! What a precision target will cost: replications from a pilot, processes from the theory of the M/M/1 queue.
//!
//! Estimates for planning and for warnings, never a ground for a verdict.

use super::moments::Moments;
use super::refused::{Refused, check, check_margin, check_probability};
use super::stop::Target;
use super::student::StudentT;

/// Degrees of freedom at which Student's law is the normal law to eight digits: an asymptotic formula's factor.
const ASYMPTOTIC: f64 = 1e6;
/// More replications than this are the same answer: out of reach.
const OUT_OF_REACH: usize = 1 << 50;

/// The smallest number of replications n with t_(n-1) s / sqrt(n) within the target, s and mean taken from a pilot;
/// `None` where no number is in reach (a relative target on a mean of zero).
pub fn replications_needed(pilot: &[f64], target: Target, confidence: f64) -> Result<Option<usize>, Refused> {
    check(pilot, 2)?;
    check_probability(confidence)?;
    let moments = Moments::of(pilot);
    let (Some(mean), Some(sd)) = (moments.mean(), moments.sd()) else {
        return Err(Refused::TooFew { needed: 2, got: pilot.len() });
    };
    let allowed = target.allowed(mean)?;
    let enough = |n: usize| -> Result<bool, Refused> {
        let t = StudentT::new(((n - 1) as f64).min(ASYMPTOTIC))?.critical(1.0 - confidence)?;
        Ok(t * sd / (n as f64).sqrt() <= allowed)
    };
    let (mut too_few, mut n) = (1, 2);
    while !enough(n)? {
        if n > OUT_OF_REACH {
            return Ok(None);
        }
        too_few = n;
        n *= 2;
    }
    while n - too_few > 1 {
        let middle = too_few + (n - too_few) / 2;
        if enough(middle)? { n = middle } else { too_few = middle }
    }
    Ok(Some(n))
}

/// sigma^2 = lim n Var(mean of n waiting times) of the M/M/1 queue with service rate 1 and offered load rho:
/// `rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4` (Whitt, Management Science 35(11), 1989).
pub fn mm1_wait_constant(rho: f64) -> Result<f64, Refused> {
    check_probability(rho)?;
    Ok(rho * (2.0 + rho * (5.0 + rho * (rho - 4.0))) / (1.0 - rho).powi(4))
}

/// Processes after which the mean wait of an M/M/1 queue is known to the relative half width gamma:
/// `(z / gamma)^2 sigma^2 / W^2` with W = rho / (1 - rho). A guide for any single queue of variable service; a policy
/// that balances well needs less.
pub fn mm1_processes_needed(rho: f64, gamma: f64, confidence: f64) -> Result<f64, Refused> {
    check_margin(gamma)?;
    check_probability(confidence)?;
    let wait = rho / (1.0 - rho);
    let factor = StudentT::new(ASYMPTOTIC)?.critical(1.0 - confidence)? / gamma;
    Ok(factor * factor * mm1_wait_constant(rho)? / (wait * wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_replications_is_the_smallest_that_meets_the_target() {
        // s = 1 and half width .5 at 95 %: t_17 / sqrt(18) = .4973, t_16 / sqrt(17) = .5142.
        let pilot = [9.0, 10.0, 11.0];
        assert_eq!(replications_needed(&pilot, Target::Absolute(0.5), 0.95), Ok(Some(18)));
        assert_eq!(replications_needed(&[1.0, 1.0], Target::Relative(0.01), 0.95), Ok(Some(2)));
    }

    #[test]
    fn a_relative_target_on_a_mean_of_zero_is_out_of_reach() {
        assert_eq!(replications_needed(&[-1.0, 1.0], Target::Relative(0.05), 0.95), Ok(None));
    }

    #[test]
    fn loads_outside_the_open_unit_interval_are_refused() {
        assert!(mm1_wait_constant(1.0).is_err() && mm1_processes_needed(0.0, 0.05, 0.95).is_err());
    }
}
