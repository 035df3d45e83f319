//! The keys of a few nodes in one flat array, with the minimum of each chunk and the first of all kept: a change costs
//! at most a scan of its chunk and one of the minima.

use crate::process::NodeId;
use crate::time::Time;

const WIDTH: usize = 8;

#[derive(Debug)]
pub(crate) struct Scan {
    keys: Vec<f64>,
    /// The least key of each chunk of `WIDTH`.
    chunks: [f64; WIDTH],
    first: (Time, NodeId),
    /// Whether there is but one node.
    alone: bool,
}

impl Scan {
    /// The most nodes it can hold.
    pub(crate) const MOST: usize = WIDTH * WIDTH;

    pub(crate) fn new(nodes: usize) -> Self {
        let keys = vec![f64::INFINITY; nodes.next_multiple_of(WIDTH)];
        Scan { keys, chunks: [f64::INFINITY; WIDTH], first: (Time::NEVER, 0), alone: nodes == 1 }
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, i: NodeId, t: Time) {
        if self.alone {
            self.first.0 = t;
            return;
        }
        self.keys[i as usize] = t.seconds();
        let chunk = i as usize / WIDTH;
        self.chunks[chunk] = least_of(self.chunk(chunk));
        if i == self.first.1 || t <= self.first.0 {
            self.find_first();
        }
    }

    #[inline(always)]
    fn chunk(&self, chunk: usize) -> &[f64; WIDTH] {
        let places = self.keys[chunk * WIDTH..].first_chunk();
        places.expect("the keys are whole chunks")
    }

    #[inline(always)]
    pub(crate) fn next(&self, limit: Time) -> Option<(Time, NodeId)> {
        let (t, i) = self.first;
        (t <= limit && t < Time::NEVER).then_some((t, i))
    }

    /// The first chunk with the least key, and the first place in it; without a branch that could be mispredicted.
    #[inline(always)]
    fn find_first(&mut self) {
        let t = least_of(&self.chunks);
        let chunk = place_of(t, &self.chunks);
        let within = place_of(t, self.chunk(chunk));
        self.first = (Time::new(t), (chunk * WIDTH + within) as NodeId);
    }
}

/// The first place that holds t; 0 where none does.
#[inline(always)]
fn place_of(t: f64, keys: &[f64; WIDTH]) -> usize {
    let same = |k: usize| u32::from(keys[k].to_bits() == t.to_bits());
    let mask = (0..WIDTH).fold(0, |mask, k| mask | (same(k) << k));
    (mask | 1 << WIDTH).trailing_zeros() as usize % WIDTH
}

/// The least of `WIDTH` keys, by halving. As integers the keys have the same order, and are read one by one: as vectors
/// they would have to wait for the one that was just written.
#[inline(always)]
fn least_of(keys: &[f64; WIDTH]) -> f64 {
    let bits: [u64; WIDTH] = keys.map(f64::to_bits);
    let four: [u64; 4] = std::array::from_fn(|k| bits[k].min(bits[k + 4]));
    let two: [u64; 2] = std::array::from_fn(|k| four[k].min(four[k + 2]));
    f64::from_bits(two[0].min(two[1]))
}
