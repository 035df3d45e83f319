//! Random numbers: one named, pinned generator, and one stream of it per purpose.
//!
//! A stream is named by the experiment's seed, its purpose, the replication and, where each process or node has
//! numbers of its own, an entity. Nothing else enters the key, so two policies of one experiment meet the same
//! processes, and a policy that draws one number more shifts nobody's lifetime.
//!
//! Not here: the laws that turn these numbers into lifetimes (`law`).

use rand::{SeedableRng, TryRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use sha2::{Digest, Sha256};

/// The version of the seeding rule. A change of the rule or of the generator changes every result, and this word.
const VERSION: &[u8] = b"loadlab-seed-v1\0";

/// The generator of every random choice in loadlab: xoshiro256++ (Blackman & Vigna, ACM TOMS 47(4), 2021).
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// A generator for tests and examples; experiments use [`Stream`].
    pub fn new(seed: u64) -> Self {
        Stream::new(seed, "test", 0).rng()
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let Ok(bits) = self.0.try_next_u64();
        bits
    }

    /// Uniform on the open interval (0, 1): the midpoints of 2^52 equal cells, so neither 0 nor 1 ever appears and
    /// `ln(u)` and `ln(1 - u)` are finite.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// Uniform on 0..n (multiply and shift; for n below 2^32 the bias is below 2^-32).
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// Two different numbers of 0..n, every ordered pair equally likely; needs n of at least 2. Uses one draw.
    #[inline]
    pub fn two_below(&mut self, n: u32) -> (u32, u32) {
        let bits = self.bits();
        let first = ((bits & 0xffff_ffff) * u64::from(n)) >> 32;
        let second = ((bits >> 32) * u64::from(n - 1)) >> 32;
        (first as u32, (second + u64::from(second >= first)) as u32)
    }

    /// True with probability p.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
}

/// So that `rand` and `rand_distr` can draw from the same generator.
impl TryRng for Rng {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.bits() >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.bits())
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        self.0.try_fill_bytes(out)
    }
}

/// A named source of randomness: `SHA-256(version || seed || purpose || 0 || replication)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream([u8; 32]);

impl Stream {
    /// The stream of one purpose ("arrivals", "lifetimes", "policy", ...) in one replication.
    pub fn new(seed: u64, purpose: &str, replication: u64) -> Self {
        Stream(key(seed, purpose, replication).finalize().into())
    }

    /// The stream of one entity (a node, a process class) within a purpose.
    pub fn of_entity(seed: u64, purpose: &str, replication: u64, entity: u64) -> Self {
        Stream(key(seed, purpose, replication).chain_update(entity.to_le_bytes()).finalize().into())
    }

    /// The generator that walks through this stream from its start.
    pub fn rng(&self) -> Rng {
        Rng(Xoshiro256PlusPlus::from_seed(self.0))
    }

    /// The generator of position `index`: a function of the stream and the index alone, computed on demand, so that
    /// attributes that a run never looks at are never drawn. Costs about ten nanoseconds.
    pub fn at(&self, index: u64) -> Rng {
        let words = self.words();
        let mut seed = [0u8; 32];
        for (k, chunk) in seed.chunks_exact_mut(8).enumerate() {
            let start = words[k] ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&mix(start.wrapping_add(index)).to_le_bytes());
        }
        Rng(Xoshiro256PlusPlus::from_seed(seed))
    }

    fn words(&self) -> [u64; 4] {
        std::array::from_fn(|k| u64::from_le_bytes(std::array::from_fn(|b| self.0[8 * k + b])))
    }
}

fn key(seed: u64, purpose: &str, replication: u64) -> Sha256 {
    Sha256::new()
        .chain_update(VERSION)
        .chain_update(seed.to_le_bytes())
        .chain_update(purpose.as_bytes())
        .chain_update([0])
        .chain_update(replication.to_le_bytes())
}

/// Two rounds of the SplitMix64 finaliser (Steele, Lea & Flood, OOPSLA 2014).
fn mix(x: u64) -> u64 {
    let round = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    round(round(x).wrapping_add(0x9e37_79b9_7f4a_7c15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_first_words_of_a_stream_never_change() {
        let mut rng = Stream::new(1, "lifetimes", 0).rng();
        let words: Vec<u64> = (0..3).map(|_| rng.bits()).collect();
        assert_eq!(words, GOLDEN, "the generator or the seeding rule changed: every published result changes with it");
    }
    /// Computed by an independent implementation of SHA-256 seeding and xoshiro256++.
    const GOLDEN: [u64; 3] = [14_686_874_362_033_048_705, 4_231_135_649_825_770_075, 14_429_059_021_375_244_109];

    #[test]
    fn streams_of_different_purpose_replication_or_entity_differ() {
        let base = Stream::new(1, "a", 0);
        assert_ne!(base, Stream::new(2, "a", 0));
        assert_ne!(base, Stream::new(1, "b", 0));
        assert_ne!(base, Stream::new(1, "a", 1));
        assert_ne!(base, Stream::of_entity(1, "a", 0, 0));
    }

    #[test]
    fn unit_never_reaches_its_ends_and_has_mean_one_half() {
        let mut rng = Rng::new(3);
        let n = 1_000_000;
        let mut sum = 0.0;
        for _ in 0..n {
            let u = rng.unit();
            assert!(u > 0.0 && u < 1.0);
            sum += u;
        }
        let error = (1.0f64 / 12.0 / n as f64).sqrt();
        assert!((sum / n as f64 - 0.5).abs() < 4.0 * error);
    }

    #[test]
    fn below_is_uniform_by_chi_square() {
        let mut rng = Rng::new(4);
        let (n, draws) = (10u32, 200_000);
        let mut seen = vec![0.0; n as usize];
        for _ in 0..draws {
            seen[rng.below(n) as usize] += 1.0;
        }
        let expected = draws as f64 / f64::from(n);
        let chi2: f64 = seen.iter().map(|c: &f64| (c - expected) * (c - expected) / expected).sum();
        assert!(chi2 < 33.7, "chi-square {chi2} with 9 degrees of freedom is beyond the 1e-4 quantile");
    }

    #[test]
    fn two_below_gives_every_ordered_pair_equally_often() {
        let mut rng = Rng::new(5);
        let (n, draws) = (5u32, 200_000);
        let mut seen = vec![0.0; (n * n) as usize];
        for _ in 0..draws {
            let (a, b) = rng.two_below(n);
            assert_ne!(a, b);
            seen[(a * n + b) as usize] += 1.0;
        }
        let expected = draws as f64 / 20.0;
        let pairs = seen.iter().filter(|c| **c > 0.0);
        let chi2: f64 = pairs.map(|c: &f64| (c - expected) * (c - expected) / expected).sum();
        assert!(chi2 < 50.8, "chi-square {chi2} with 19 degrees of freedom is beyond the 1e-4 quantile");
    }

    #[test]
    fn neighbouring_positions_of_a_stream_are_uncorrelated() {
        let stream = Stream::new(9, "memory", 0);
        let n = 100_000u64;
        let draws: Vec<f64> = (0..n).map(|i| stream.at(i).unit() - 0.5).collect();
        let product: f64 = draws.windows(2).map(|w| w[0] * w[1]).sum::<f64>() * 12.0 / (n - 1) as f64;
        assert!(product.abs() < 4.0 / (n as f64).sqrt(), "correlation {product}");
        let mean: f64 = draws.iter().sum::<f64>() / n as f64;
        assert!(mean.abs() < 4.0 * (1.0f64 / 12.0 / n as f64).sqrt());
    }
}
