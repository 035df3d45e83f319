//! Count, sum, sum of squares and maximum of one quantity.

/// A streaming summary.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many values.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The sum of their squares.
    pub squares: f64,
    /// The greatest.
    pub max: f64,
}

impl Tally {
    /// One more value (not negative).
    #[inline(always)]
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        self.sum += x;
        self.squares += x * x;
        self.max = if x > self.max { x } else { self.max };
    }

    /// The mean; NaN where there is no value.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// The standard deviation of the values, as a population; NaN where there is no value.
    pub fn sd(&self) -> f64 {
        let mean = self.mean();
        (self.squares / self.count as f64 - mean * mean).max(0.0).sqrt()
    }
}
