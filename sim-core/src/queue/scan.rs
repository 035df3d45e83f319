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

    /// The least key in lanes that vectorise, then the first place that holds it.
    #[inline(always)]
    fn rescan(&mut self) {
        let mut least = [f64::INFINITY; WIDTH];
        for chunk in self.keys.chunks_exact(WIDTH) {
            for k in 0..WIDTH {
                least[k] = if chunk[k] < least[k] { chunk[k] } else { least[k] };
            }
        }
        let t = least.iter().fold(f64::INFINITY, |a, b| if *b < a { *b } else { a });
        let mut at = 0;
        for (c, chunk) in self.keys.chunks_exact(WIDTH).enumerate() {
            let mask = (0..WIDTH).fold(0u32, |m, k| m | (u32::from(chunk[k] == t) << k));
            if mask != 0 {
                at = c * WIDTH + mask.trailing_zeros() as usize;
                break;
            }
        }
        self.first = (Time::new(t), at as NodeId);
    }
}
