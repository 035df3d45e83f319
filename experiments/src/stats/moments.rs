//! Mean, variance and covariance in one pass without cancellation, and the merge of two passes.
//!
//! Not here: what the moments are used for (`student`, `ratio`, `contrast`).

/// Count, mean and sum of squared deviations of a sample.
///
/// Welford (Technometrics 4(3), 1962): with each value `mean += (x - mean) / n` and
/// `m2 += (x - old mean) (x - new mean)`. The textbook `sum x^2 - n mean^2` loses all digits when the mean is large
/// against the spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    m2: f64,
}

impl Moments {
    /// The moments of a slice.
    pub fn of(values: &[f64]) -> Self {
        let mut moments = Moments::default();
        values.iter().for_each(|&x| moments.push(x));
        moments
    }

    /// Takes in one value.
    pub fn push(&mut self, x: f64) {
        self.n += 1;
        let delta = x - self.mean;
        self.mean += delta / self.n as f64;
        self.m2 += delta * (x - self.mean);
    }

    /// Takes in another sample (Chan, Golub & LeVeque, The American Statistician 37(3), 1983):
    /// `m2 = m2a + m2b + (mean_b - mean_a)^2 na nb / (na + nb)`.
    pub fn merge(&mut self, other: &Moments) {
        if self.n == 0 {
            *self = *other;
        } else if other.n > 0 {
            let (na, nb) = (self.n as f64, other.n as f64);
            let delta = other.mean - self.mean;
            self.n += other.n;
            self.mean += delta * nb / (na + nb);
            self.m2 += other.m2 + delta * delta * na * nb / (na + nb);
        }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// The mean; `None` of nothing.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean)
    }

    /// The unbiased variance, divisor n - 1; `None` of fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.m2 / (self.n - 1) as f64)
    }

    /// The square root of the variance; `None` of fewer than two values.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }
}

/// Moments of pairs (x, y), with the sum of products of deviations, by the same recursion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairMoments {
    x: Moments,
    y: Moments,
    cxy: f64,
}

impl PairMoments {
    /// The moments of two slices, paired by position; a longer slice's surplus is left out.
    pub fn of(x: &[f64], y: &[f64]) -> Self {
        let mut pairs = PairMoments::default();
        x.iter().zip(y).for_each(|(&x, &y)| pairs.push(x, y));
        pairs
    }

    /// Takes in one pair.
    pub fn push(&mut self, x: f64, y: f64) {
        let delta = x - self.x.mean;
        self.x.push(x);
        self.y.push(y);
        self.cxy += delta * (y - self.y.mean);
    }

    /// The moments of the first and of the second component.
    pub fn parts(&self) -> (&Moments, &Moments) {
        (&self.x, &self.y)
    }

    /// The unbiased covariance, divisor n - 1; `None` of fewer than two pairs.
    pub fn covariance(&self) -> Option<f64> {
        (self.x.n > 1).then(|| self.cxy / (self.x.n - 1) as f64)
    }

    /// Pearson's correlation; `None` where one component does not vary.
    pub fn correlation(&self) -> Option<f64> {
        let scale = (self.x.m2 * self.y.m2).sqrt();
        (scale > 0.0).then(|| (self.cxy / scale).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_offset_does_not_cost_digits() {
        // The construction of NIST StRD "NumAcc4": one value at the mean, then values .1 below and .1 above; sd is .1.
        let mut values = vec![10_000_000.2];
        values.extend((0..1000).map(|i| if i % 2 == 0 { 10_000_000.1 } else { 10_000_000.3 }));
        let moments = Moments::of(&values);
        assert!((moments.mean().unwrap() - 10_000_000.2).abs() < 1e-8);
        assert!((moments.sd().unwrap() - 0.1).abs() < 1e-8);
    }

    #[test]
    fn merging_any_split_gives_the_moments_of_the_whole() {
        let values: Vec<f64> = (0..97).map(|i| ((i * 7919) % 101) as f64 / 7.0).collect();
        let whole = Moments::of(&values);
        for cut in 0..=values.len() {
            let mut merged = Moments::of(&values[..cut]);
            merged.merge(&Moments::of(&values[cut..]));
            assert_eq!(merged.count(), 97);
            assert!((merged.mean().unwrap() - whole.mean().unwrap()).abs() < 1e-12);
            assert!((merged.variance().unwrap() - whole.variance().unwrap()).abs() < 1e-11);
        }
    }

    #[test]
    fn variance_and_covariance_agree_with_hand_computed_values() {
        let pairs = PairMoments::of(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]);
        assert!((pairs.parts().0.variance().unwrap() - 5.0 / 3.0).abs() < 1e-15);
        assert!((pairs.covariance().unwrap() - 1.0).abs() < 1e-15);
        assert!((pairs.correlation().unwrap() - 0.6).abs() < 1e-15);
    }

    #[test]
    fn nothing_is_claimed_of_too_few_values() {
        assert_eq!(Moments::default().mean(), None);
        assert_eq!(Moments::of(&[1.0]).sd(), None);
        assert_eq!(PairMoments::of(&[1.0, 1.0], &[1.0, 2.0]).correlation(), None, "a constant has no correlation");
    }
}
