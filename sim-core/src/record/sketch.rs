//! A mergeable quantile sketch: a histogram whose buckets are the first bits of the double itself, so adding a value
//! costs a shift and an increment.
//!
//! Error: a quantile is the midpoint of its bucket, which spans 1/128 of the value's power of two, so it is off by at
//! most 1/256 (0.4 %) of the exact nearest-rank quantile x_(ceil(p n)). Values outside [2^-40, 2^88) are counted at the
//! ends of that range.

const MANTISSA_BITS: u32 = 7;
const LOWEST: usize = (1023 - 40) << MANTISSA_BITS;
const BUCKETS: usize = 128 << MANTISSA_BITS;

/// Counts per bucket.
#[derive(Clone, Debug)]
pub struct Sketch {
    counts: Box<[u64; BUCKETS]>,
}

impl Default for Sketch {
    fn default() -> Self {
        let counts = vec![0; BUCKETS].into_boxed_slice();
        Sketch { counts: counts.try_into().expect("as long as that") }
    }
}

impl Sketch {
    /// The largest relative error of a quantile.
    pub const ERROR: f64 = 1.0 / 256.0;

    /// One more value (not negative).
    #[inline(always)]
    pub fn add(&mut self, x: f64) {
        let bucket = ((x.to_bits() >> (52 - MANTISSA_BITS)) as usize).saturating_sub(LOWEST).min(BUCKETS - 1);
        self.counts[bucket] += 1;
    }

    /// All the values of another sketch too.
    pub fn merge(&mut self, other: &Sketch) {
        self.counts.iter_mut().zip(other.counts.iter()).for_each(|(a, b)| *a += b);
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The nearest-rank quantile x_(ceil(p n)), to within [`Sketch::ERROR`]; NaN where there is no value.
    pub fn quantile(&self, p: f64) -> f64 {
        let total = self.count();
        let rank = ((p * total as f64).ceil() as u64).clamp(1, total.max(1));
        let mut seen = 0;
        let reached = |count: &u64| {
            seen += count;
            seen >= rank
        };
        self.counts.iter().position(reached).map_or(f64::NAN, middle)
    }

    /// The values that occur with how often they do, largest first.
    pub(super) fn descending(&self) -> impl Iterator<Item = (f64, u64)> {
        let occupied = self.counts.iter().enumerate().rev().filter(|(_, count)| **count > 0);
        occupied.map(|(bucket, count)| (middle(bucket), *count))
    }
}

/// The middle of a bucket.
fn middle(bucket: usize) -> f64 {
    let edge = |b: usize| f64::from_bits(((b + LOWEST) as u64) << (52 - MANTISSA_BITS));
    (edge(bucket) + edge(bucket + 1)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn quantiles_are_within_the_stated_error_of_the_exact_ones() {
        let mut rng = Rng::new(1);
        let (mut sketch, mut exact) = (Sketch::default(), Vec::new());
        for _ in 0..50_000 {
            let x = libm::pow(rng.unit(), -1.0 / 1.1);
            sketch.add(x);
            exact.push(x);
        }
        exact.sort_by(f64::total_cmp);
        for p in [0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0] {
            let truth = exact[((p * 50_000.0f64).ceil() as usize).max(1) - 1];
            let error = (sketch.quantile(p) - truth).abs() / truth;
            assert!(error <= Sketch::ERROR, "p = {p}: relative error {error}");
        }
    }

    #[test]
    fn merging_is_the_same_as_adding_to_one_sketch() {
        let (mut one, mut a, mut b) = (Sketch::default(), Sketch::default(), Sketch::default());
        for k in 1..1000 {
            let x = f64::from(k) * 0.37;
            one.add(x);
            if k % 3 == 0 { a.add(x) } else { b.add(x) }
        }
        a.merge(&b);
        assert_eq!(one.counts, a.counts);
        assert_eq!(one.count(), a.count());
    }

    #[test]
    fn an_empty_sketch_has_no_quantile() {
        assert!(Sketch::default().quantile(0.5).is_nan());
    }
}
