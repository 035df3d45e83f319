//! Where the warm-up ends: MSER-m for one series, one shared truncation point for a sweep point, Welch's curve for plots.
//!
//! The series should be a system series (number in system over equal stretches of time), not a series of slowdowns. Not
//! here: how a truncation point in batches becomes a simulated time.

use super::refused::{Refused, check};

/// The truncation that MSER-m chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truncation {
    /// Observations to leave out at the start, a multiple of m.
    pub cut: usize,
    /// The statistic z at its minimum.
    pub z: f64,
    /// The mean of the complete batches that are left.
    pub mean: f64,
    /// The minimum lies at the last admissible point, half of the batches: the run is too short to tell, and the
    /// truncation must not be trusted.
    pub late: bool,
}

/// MSER-m (White, Simulation 69(6), 1997; batches of 5: White, Cobb & Spratt, WSC 2000).
///
/// The means b_1 ... b_n of batches of m (an incomplete last batch is dropped); for d = 0 ... floor(n/2)
/// `z(d) = sum over i > d of (b_i - mean_d)^2 / (n - d)^2` with mean_d the mean of b_(d+1) ... b_n, that is, the squared
/// error that the truncated mean seems to have. The smallest d that minimises z is chosen.
pub fn mser(series: &[f64], m: usize) -> Result<Truncation, Refused> {
    let m = m.max(1);
    check(series, m)?;
    let batches: Vec<f64> = series.chunks_exact(m).map(|b| b.iter().sum::<f64>() / m as f64).collect();
    let n = batches.len();
    // Backwards by Welford's recursion: each suffix in one step, and a constant series gives exactly zero.
    let (mut mean, mut m2) = (0.0, 0.0);
    let mut best = Truncation { cut: 0, z: f64::INFINITY, mean: 0.0, late: false };
    for (d, &b) in batches.iter().enumerate().rev() {
        let left = (n - d) as f64;
        let delta = b - mean;
        mean += delta / left;
        m2 += delta * (b - mean);
        let z = m2 / (left * left);
        if d <= n / 2 && z <= best.z {
            best = Truncation { cut: m * d, z, mean, late: d == n / 2 };
        }
    }
    Ok(best)
}

/// The one truncation point of a sweep point: the latest that MSER-m chooses over the series given, so that pairs
/// compare the same processes. With it the position of the series that asked for it; `late` is set if any series is too
/// short to tell.
///
/// Give it one series per policy, the average over its replications (`welch_curve` with window 0). The latest of 40
/// single replications is an extreme of noise: it cut 44 % of runs that needed almost no truncation, the latest of four
/// averages of ten 6 % (docs/METHOD.md).
pub fn shared_truncation(series: &[&[f64]], m: usize) -> Result<(Truncation, usize), Refused> {
    let mut latest: Option<(Truncation, usize)> = None;
    let mut late = false;
    for (index, series) in series.iter().enumerate() {
        let truncation = mser(series, m)?;
        late |= truncation.late;
        if latest.is_none_or(|(l, _)| truncation.cut > l.cut) {
            latest = Some((truncation, index));
        }
    }
    let (truncation, index) = latest.ok_or(Refused::TooFew { needed: 1, got: 0 })?;
    Ok((Truncation { late, ..truncation }, index))
}

/// Welch's curve (1983): the average over replications, point by point, smoothed by a centred moving average over
/// 2 `window` + 1 points, fewer at the start; it ends `window` points before the shortest series does.
pub fn welch_curve(series: &[&[f64]], window: usize) -> Result<Vec<f64>, Refused> {
    let length = series.iter().map(|s| s.len()).min().unwrap_or(0);
    if length <= window {
        return Err(Refused::TooFew { needed: window + 1, got: length });
    }
    series.iter().try_for_each(|s| check(s, 1))?;
    let average: Vec<f64> =
        (0..length).map(|i| series.iter().map(|s| s[i]).sum::<f64>() / series.len() as f64).collect();
    Ok((0..length - window)
        .map(|i| {
            let w = window.min(i);
            average[i - w..=i + w].iter().sum::<f64>() / (2 * w + 1) as f64
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_series_needs_no_truncation() {
        let truncation = mser(&[0.1; 200], 5).unwrap();
        assert_eq!((truncation.cut, truncation.z, truncation.late), (0, 0.0, false));
    }

    #[test]
    fn a_series_that_never_settles_is_reported_as_too_short() {
        let ramp: Vec<f64> = (0..100).map(f64::from).collect();
        let truncation = mser(&ramp, 5).unwrap();
        assert_eq!((truncation.cut, truncation.late), (50, true));
    }

    #[test]
    fn the_incomplete_last_batch_is_dropped() {
        let mut series = vec![1.0; 20];
        series.extend([100.0; 4]);
        assert_eq!(mser(&series, 5).unwrap().mean, 1.0);
    }

    #[test]
    fn the_shared_point_is_the_latest_and_names_the_series_that_asked_for_it() {
        let early = [3.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let late = [3.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let (truncation, index) = shared_truncation(&[&early, &late, &early], 1).unwrap();
        assert_eq!((truncation.cut, index, truncation.late), (3, 1, false));
        let ramp = [1.0, 2.0, 3.0, 4.0];
        assert!(shared_truncation(&[&late, &ramp], 1).unwrap().0.late, "one series that cannot tell is enough");
        assert!(shared_truncation(&[], 5).is_err());
    }

    #[test]
    fn welch_averages_over_replications_and_then_over_its_window() {
        let (a, b) = ([0.0, 2.0, 4.0, 6.0, 8.0], [2.0, 4.0, 6.0, 8.0, 40.0]);
        assert_eq!(welch_curve(&[&a, &b], 0).unwrap(), [1.0, 3.0, 5.0, 7.0, 24.0]);
        assert_eq!(welch_curve(&[&a, &b], 1).unwrap(), [1.0, 3.0, 5.0, 12.0]);
        assert!(welch_curve(&[&a], 5).is_err());
    }

    #[test]
    fn too_short_series_and_values_that_are_not_numbers_are_refused() {
        assert!(mser(&[1.0; 4], 5).is_err());
        assert!(mser(&[1.0, f64::NAN, 1.0], 1).is_err());
    }
}
