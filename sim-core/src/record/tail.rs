//! How heavy the tail of a sketched sample is, without keeping the sample.

use super::Sketch;

impl Sketch {
    /// The k largest values as (value, how often), largest first; each to within [`Sketch::ERROR`].
    fn largest(&self, k: u64) -> impl Iterator<Item = (f64, u64)> {
        let mut left = k;
        self.descending().map_while(move |(value, count)| {
            let taken = count.min(left);
            left -= taken;
            (taken > 0).then_some((value, taken))
        })
    }

    /// The Hill estimate of the tail index from the k = floor(sqrt n) largest of n values:
    /// alpha = k / sum over i = 1..k of ln(x_(n-i+1) / x_(n-k)) (Hill, Annals of Statistics 3(5), 1975). NaN where the
    /// largest values fall into one bucket: they show no tail.
    pub fn hill(&self) -> f64 {
        let k = self.count().isqrt();
        let Some((threshold, _)) = self.largest(k + 1).last().filter(|_| self.count() > k) else { return f64::NAN };
        let sum: f64 = self.largest(k).map(|(x, count)| count as f64 * libm::log(x / threshold)).sum();
        if sum > 0.0 { k as f64 / sum } else { f64::NAN }
    }

    /// The share of the total that the longest 1 % carry: the ceil(n / 100) largest values over all; NaN where there is
    /// no value.
    pub fn top_share(&self) -> f64 {
        let sum = |values: &mut dyn Iterator<Item = (f64, u64)>| values.map(|(x, n)| x * n as f64).sum::<f64>();
        sum(&mut self.largest(self.count().div_ceil(100))) / sum(&mut self.descending())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// 200 000 values of Pareto law, sketched and kept.
    fn pareto(alpha: f64) -> (Sketch, Vec<f64>) {
        let (mut rng, mut sketch) = (Rng::new(5), Sketch::default());
        let values: Vec<f64> = (0..200_000).map(|_| libm::pow(1.0 - rng.unit(), -1.0 / alpha)).collect();
        values.iter().for_each(|x| sketch.add(*x));
        (sketch, values)
    }

    #[test]
    fn the_hill_estimate_is_the_tail_index_within_four_of_its_standard_errors() {
        for alpha in [1.1, 1.5, 2.5] {
            let estimate = pareto(alpha).0.hill();
            let error = alpha / 447f64.sqrt();
            assert!((estimate - alpha).abs() < 4.0 * error, "{estimate} for {alpha}");
        }
    }

    #[test]
    fn estimates_from_the_sketch_agree_with_those_from_all_values_to_its_precision() {
        let (sketch, mut values) = pareto(1.5);
        values.sort_by(|a, b| b.total_cmp(a));
        let k = values.len().isqrt();
        let exact = k as f64 / values[..k].iter().map(|x| libm::log(x / values[k])).sum::<f64>();
        // Every logarithm of a ratio is off by at most twice the sketch's error, and their mean is 1 / alpha.
        assert!((sketch.hill() / exact - 1.0).abs() < 2.0 * Sketch::ERROR * exact * 1.01, "{} {exact}", sketch.hill());
        let share = values[..2000].iter().sum::<f64>() / values.iter().sum::<f64>();
        assert!((sketch.top_share() / share - 1.0).abs() < 2.0 * Sketch::ERROR * 1.01);
    }

    #[test]
    fn equal_values_and_no_values_show_no_tail() {
        let mut sketch = Sketch::default();
        assert!(sketch.hill().is_nan() && sketch.top_share().is_nan());
        (0..400).for_each(|_| sketch.add(2.0));
        assert!(sketch.hill().is_nan());
        assert!((sketch.top_share() - 0.01).abs() < 1e-12);
    }
}
