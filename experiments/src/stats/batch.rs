//! Batch means: a confidence interval from one long run. Never for independent replications, where batching only throws
//! degrees of freedom away.
//!
//! Regenerative estimates of a single run are ratios over cycles: `ratio`.

use super::refused::{Refused, check};
use super::student::{Estimate, mean_interval};

/// The number of batches at first, and the fewest that are accepted.
const MOST_BATCHES: usize = 40;
const FEWEST_BATCHES: usize = 20;

/// A mean from batch means, with what its trust rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchMeans {
    /// Observations per batch.
    pub size: usize,
    /// Lag-1 autocorrelation of the batch means.
    pub lag1: f64,
    /// Mean over the batches with its Student interval; `n` is the number of batches.
    pub estimate: Estimate,
}

/// Non-overlapping batches: 40 of them, or as many fewer as doubling the size leaves, down to 20. Accepted where the
/// lag-1 autocorrelation of the batch means satisfies |r_1| < 1.96 / sqrt(k) (the 5 % bounds of
/// a white series); refused
/// where even the largest batches fail. Observations after the last complete batch are left out.
pub fn batch_means(series: &[f64], confidence: f64) -> Result<BatchMeans, Refused> {
    check(series, MOST_BATCHES)?;
    let mut size = series.len() / MOST_BATCHES;
    loop {
        let means: Vec<f64> = series.chunks_exact(size).map(|b| b.iter().sum::<f64>() / size as f64).collect();
        let lag1 = autocorrelation(&means);
        if lag1.abs() < 1.96 / (means.len() as f64).sqrt() {
            return Ok(BatchMeans { size, lag1, estimate: mean_interval(&means, confidence)? });
        }
        if series.len() / (2 * size) < FEWEST_BATCHES {
            return Err(Refused::BatchesCorrelated { observations: series.len(), lag1 });
        }
        size *= 2;
    }
}

/// r_1 = sum of (x_i - mean)(x_(i+1) - mean) over sum of (x_i - mean)^2; zero for a constant.
fn autocorrelation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let total: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let lagged: f64 = values.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum();
    if total > 0.0 { lagged / total } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_have_the_documented_number_and_size() {
        let alternating: Vec<f64> = (0..4003).map(|i| f64::from((i * 7919) % 101)).collect();
        let result = batch_means(&alternating, 0.95).unwrap();
        assert!((20..=41).contains(&result.estimate.n));
        assert!(result.size == 100 || result.size == 200);
    }

    #[test]
    fn a_run_that_drifts_is_refused() {
        let ramp: Vec<f64> = (0..1000).map(f64::from).collect();
        assert!(
            matches!(batch_means(&ramp, 0.95), Err(Refused::BatchesCorrelated { observations: 1000, lag1 }) if lag1 > 0.8)
        );
    }

    #[test]
    fn the_autocorrelation_of_a_hand_computed_series_agrees() {
        // 1 2 3: deviations -1 0 1; 1 -1 1 -1: products -1 -1 -1 over 4.
        assert_eq!(autocorrelation(&[1.0, 2.0, 3.0]), 0.0);
        assert_eq!(autocorrelation(&[1.0, -1.0, 1.0, -1.0]), -0.75);
        assert_eq!(autocorrelation(&[5.0, 5.0]), 0.0);
    }

    #[test]
    fn fewer_observations_than_batches_are_refused() {
        assert_eq!(batch_means(&[1.0; 39], 0.95), Err(Refused::TooFew { needed: 40, got: 39 }));
    }
}
