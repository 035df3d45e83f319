//! The keys of a few nodes in one flat array, with a cached minimum: only losing the minimum costs a scan.

use crate::process::NodeId;
use crate::time::Time;

const WIDTH: usize = 8;

#[derive(Debug)]
pub(crate) struct Scan {
    keys: Vec<f64>,
    first: (Time, NodeId),
    alone: bool,
}

impl Scan {
    pub(crate) fn new(nodes: usize) -> Self {
        let keys = vec![f64::INFINITY; nodes.next_multiple_of(WIDTH)];
        Scan { keys, first: (Time::NEVER, 0), alone: nodes == 1 }
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, i: NodeId, t: Time) {
        if self.alone {
            self.first = (t, 0);
            return;
        }
        self.keys[i as usize] = t.seconds();
        if i == self.first.1 {
            self.rescan();
        } else if t < self.first.0 || (t == self.first.0 && i < self.first.1) {
            self.first = (t, i);
        }
    }

    #[inline(always)]
    pub(crate) fn next(&self, limit: Time) -> Option<(Time, NodeId)> {
        let (t, i) = self.first;
        (t <= limit && t < Time::NEVER).then_some((t, i))
    }

    /// The least key of each chunk by halving, which vectorises; then its place in the first chunk that holds it.
    #[inline(always)]
    fn rescan(&mut self) {
        let (mut t, mut at) = (f64::INFINITY, 0);
        for (c, chunk) in self.keys.chunks_exact(WIDTH).enumerate() {
            let four: [f64; 4] = std::array::from_fn(|k| least(chunk[k], chunk[k + 4]));
            let two: [f64; 2] = std::array::from_fn(|k| least(four[k], four[k + 2]));
            let one = least(two[0], two[1]);
            if one < t {
                (t, at) = (one, c * WIDTH);
            }
        }
        let within = self.keys[at..at + WIDTH].iter().position(|key| *key == t).unwrap_or(0);
        self.first = (Time::new(t), (at + within) as NodeId);
    }
}

#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
