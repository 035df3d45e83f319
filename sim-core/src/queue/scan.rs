//! The keys of a few nodes in one flat array, with the minimum of each chunk and the first of all kept: a change costs
//! at most a scan of its chunk and one of the minima.

use crate::process::NodeId;
use crate::time::Time;

const WIDTH: usize = 8;

#[derive(Debug)]
pub(crate) struct Scan {
    keys: [[f64; WIDTH]; WIDTH],
    /// The least key of each chunk.
    chunks: [f64; WIDTH],
    first: (Time, NodeId),
    /// How many chunks hold keys.
    used: usize,
    /// Whether there is but one node.
    alone: bool,
}

impl Scan {
    /// The most nodes it can hold.
    pub(crate) const MOST: usize = WIDTH * WIDTH;

    pub(crate) fn new(nodes: usize) -> Self {
        assert!(nodes <= Scan::MOST, "no more keys than places");
        Scan {
            keys: [[f64::INFINITY; WIDTH]; WIDTH],
            chunks: [f64::INFINITY; WIDTH],
            first: (Time::NEVER, 0),
            used: nodes.div_ceil(WIDTH),
            alone: nodes == 1,
        }
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, i: NodeId, t: Time) {
        if self.alone {
            self.first.0 = t;
            return;
        }
        let (chunk, within) = (i as usize / WIDTH % WIDTH, i as usize % WIDTH);
        let old = std::mem::replace(&mut self.keys[chunk][within], t.seconds());
        if old == f64::INFINITY {
            // One key more: the others stay as they are.
            let least = self.chunks[chunk];
            self.chunks[chunk] = if t.seconds() < least { t.seconds() } else { least };
            let sooner = t < self.first.0 || (t == self.first.0 && i < self.first.1);
            self.first = if sooner { (t, i) } else { self.first };
            return;
        }
        self.chunks[chunk] = least_of(&self.keys[chunk]);
        if i == self.first.1 || t <= self.first.0 {
            self.find_first();
        }
    }

    #[inline(always)]
    pub(crate) fn next(&self, limit: Time) -> Option<(Time, NodeId)> {
        let (t, i) = self.first;
        (t <= limit && t < Time::NEVER).then_some((t, i))
    }

    /// The first chunk with the least key, and the first place in it; without a branch that could be mispredicted.
    #[inline(always)]
    fn find_first(&mut self) {
        let chunk = first_of(&self.chunks[..self.used]);
        let within = first_of(&self.keys[chunk % WIDTH]);
        self.first = (Time::new(self.chunks[chunk % WIDTH]), (chunk * WIDTH + within) as NodeId);
    }
}

/// The first place of the least key, with both carried along: no branch, and no second look for the place.
#[inline(always)]
fn first_of(keys: &[f64]) -> usize {
    let mut best = (u64::MAX, 0);
    for (k, key) in keys.iter().enumerate() {
        let bits = key.to_bits();
        best = if bits < best.0 { (bits, k) } else { best };
    }
    best.1
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
