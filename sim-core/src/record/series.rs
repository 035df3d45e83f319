//! The number in the system along a run, in a bounded number of batches of equally many arrivals: what the rule for
//! the warm-up looks at.
//!
//! Not here: the rule itself.

/// When there are so many batches, neighbours are joined: from then on there are between half as many and as many.
const MOST: usize = 2048;

/// Sums of the numbers in the system that arrivals found, over batches of equally many arrivals. The numbers are whole,
/// so the sums are exact and batches can be joined without error.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    batch: u64,
    sums: Vec<f64>,
    sum: f64,
    filled: u64,
}

impl Default for Series {
    fn default() -> Self {
        Series { batch: 1, sums: Vec::with_capacity(MOST), sum: 0.0, filled: 0 }
    }
}

impl Series {
    /// An arrival found this number in the system.
    pub fn add(&mut self, found: f64) {
        self.sum += found;
        self.filled += 1;
        if self.filled == self.batch {
            self.sums.push(self.sum);
            (self.sum, self.filled) = (0.0, 0);
            if self.sums.len() == MOST {
                self.join();
            }
        }
    }

    /// Joins neighbouring batches, in place.
    fn join(&mut self) {
        for k in 0..MOST / 2 {
            self.sums[k] = self.sums[2 * k] + self.sums[2 * k + 1];
        }
        self.sums.truncate(MOST / 2);
        self.batch *= 2;
    }

    /// Arrivals per batch: a power of two.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Arrivals in complete batches.
    pub fn arrivals(&self) -> u64 {
        self.batch * self.sums.len() as u64
    }

    /// The mean of each complete batch of so many arrivals, which must be a multiple of [`Series::batch`].
    pub fn means(&self, batch: u64) -> Vec<f64> {
        assert!(batch.is_multiple_of(self.batch), "batches of {} cannot be made from {}", batch, self.batch);
        let joined = self.sums.chunks_exact((batch / self.batch) as usize);
        joined.map(|sums| sums.iter().sum::<f64>() / batch as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_series_keeps_every_arrival() {
        let mut series = Series::default();
        [3.0, 1.0, 2.0, 2.0, 9.0].into_iter().for_each(|found| series.add(found));
        assert_eq!((series.batch(), series.arrivals()), (1, 5));
        assert_eq!(series.means(1), [3.0, 1.0, 2.0, 2.0, 9.0]);
        assert_eq!(series.means(2), [2.0, 2.0], "the incomplete last batch is left out");
    }

    #[test]
    fn a_long_series_is_as_if_it_had_been_cut_into_its_final_batches_at_once() {
        let found = |k: u64| ((k * 7919) % 101) as f64;
        let mut series = Series::default();
        (0..100_000).for_each(|k| series.add(found(k)));
        assert_eq!(series.batch(), 64);
        let slow: Vec<f64> =
            (0..100_000 / 64).map(|b| (0..64).map(|k| found(64 * b + k)).sum::<f64>() / 64.0).collect();
        assert_eq!(series.means(64), slow);
        assert!(series.sums.len() >= MOST / 2 && series.sums.len() < MOST);
        assert_eq!(series.arrivals(), 99_968);
    }
}
