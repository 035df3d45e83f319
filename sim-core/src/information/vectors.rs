//! Gossip: the vectors of all nodes, what a node sends of its own, and how it takes in what it receives.
//!
//! A vector holds at most one entry per other node, newest first; a node's own entry is its present load and is never
//! stored. The obvious slow version stands beside it, in the tests.

use super::entry::Entry;
use crate::process::NodeId;

#[derive(Debug, Default)]
pub(crate) struct Vectors {
    /// Vector i starts at i x capacity and holds `lengths[i]` entries.
    entries: Vec<Entry>,
    lengths: Vec<u32>,
    capacity: usize,
    /// The last merge in which each node was met.
    met: Vec<u32>,
    merges: u32,
    scratch: Vec<Entry>,
}

impl Vectors {
    /// For so many nodes, each with room for entries about so many others.
    pub(crate) fn new(nodes: u32, capacity: u32) -> Self {
        let (n, capacity) = (nodes as usize, capacity as usize);
        let none = Entry { node: 0, load: 0.0, as_of: crate::time::Time::ZERO };
        Vectors {
            entries: vec![none; n * capacity],
            lengths: vec![0; n],
            capacity,
            met: vec![0; n],
            merges: 0,
            scratch: Vec::with_capacity(capacity),
        }
    }

    /// What node i knows of others, newest first.
    #[inline]
    pub(crate) fn of(&self, i: NodeId) -> &[Entry] {
        let first = i as usize * self.capacity;
        &self.entries[first..first + self.lengths[i as usize] as usize]
    }

    /// A message of node i: its own entry and the newest of its vector, `send` in all.
    pub(crate) fn write(&self, i: NodeId, own: Entry, send: u32, letter: &mut Vec<Entry>) {
        letter.clear();
        letter.push(own);
        let vector = self.of(i);
        letter.extend_from_slice(&vector[..vector.len().min(send as usize - 1)]);
    }

    /// Node i takes in a message, newest first: of both it keeps the newest entries, one per node.
    pub(crate) fn merge(&mut self, i: NodeId, letter: &[Entry]) {
        self.begin_merge(i);
        let first = i as usize * self.capacity;
        let old = &self.entries[first..first + self.lengths[i as usize] as usize];
        let (mut a, mut b) = (0, 0);
        self.scratch.clear();
        while self.scratch.len() < self.capacity {
            let next = match (old.get(a), letter.get(b)) {
                (Some(x), Some(y)) if y.as_of <= x.as_of => {
                    a += 1;
                    x
                }
                (_, Some(y)) => {
                    b += 1;
                    y
                }
                (Some(x), None) => {
                    a += 1;
                    x
                }
                (None, None) => break,
            };
            let met = &mut self.met[next.node as usize];
            if *met != self.merges {
                *met = self.merges;
                self.scratch.push(*next);
            }
        }
        let kept = self.scratch.len();
        self.entries[first..first + kept].copy_from_slice(&self.scratch);
        self.lengths[i as usize] = kept as u32;
    }

    /// Nobody has been met in this merge, but the node itself, which keeps no entry of its own.
    fn begin_merge(&mut self, i: NodeId) {
        self.merges = self.merges.wrapping_add(1);
        if self.merges == 0 {
            self.met.fill(0);
            self.merges = 1;
        }
        self.met[i as usize] = self.merges;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::time::Time;

    /// The obvious slow version: everything known of each node, the newest of it, sorted, cut.
    struct Slow {
        capacity: usize,
        vectors: Vec<Vec<Entry>>,
    }

    impl Slow {
        fn letter(&self, i: NodeId, own: Entry, send: usize) -> Vec<Entry> {
            let mut letter = vec![own];
            letter.extend(self.vectors[i as usize].iter().take(send - 1));
            letter
        }

        fn merge(&mut self, i: NodeId, letter: &[Entry]) {
            let heard: Vec<Entry> = self.vectors[i as usize].iter().chain(letter).copied().collect();
            let mut kept: Vec<Entry> = Vec::new();
            for node in (0..self.vectors.len() as NodeId).filter(|node| *node != i) {
                let of_node = heard.iter().filter(|e| e.node == node);
                kept.extend(of_node.max_by(|a, b| a.as_of.seconds().total_cmp(&b.as_of.seconds())));
            }
            kept.sort_by(|a, b| b.as_of.seconds().total_cmp(&a.as_of.seconds()));
            kept.truncate(self.capacity);
            self.vectors[i as usize] = kept;
        }
    }

    fn in_lock_step(nodes: u32, capacity: u32, send: u32, seed: u64) {
        let mut rng = Rng::new(seed);
        let mut fast = Vectors::new(nodes, capacity);
        let mut slow = Slow { capacity: capacity as usize, vectors: vec![Vec::new(); nodes as usize] };
        let (mut now, mut letter) = (0.0, Vec::new());
        for step in 0..3000 {
            now += rng.unit();
            let (i, j) = rng.two_below(nodes);
            let own = |node| Entry { node, load: f64::from(step), as_of: Time::new(now) };
            fast.write(i, own(i), send, &mut letter);
            assert_eq!(letter, slow.letter(i, own(i), send as usize));
            fast.merge(j, &letter);
            slow.merge(j, &letter);
            // The answer.
            fast.merge(i, &[own(j)]);
            slow.merge(i, &[own(j)]);
            assert_eq!(fast.of(j), slow.vectors[j as usize], "step {step}");
            assert_eq!(fast.of(i), slow.vectors[i as usize], "step {step}");
        }
    }

    #[test]
    fn vectors_agree_with_the_obvious_slow_version_in_lock_step() {
        for (nodes, capacity, send) in [(2, 1, 1), (5, 4, 3), (20, 7, 4), (30, 29, 5), (64, 7, 8)] {
            in_lock_step(nodes, capacity, send, u64::from(nodes));
        }
    }

    #[test]
    fn the_count_of_merges_may_run_over() {
        let mut vectors = Vectors::new(3, 2);
        vectors.merges = u32::MAX - 1;
        let entry = |node, t| Entry { node, load: 0.0, as_of: Time::new(t) };
        for k in 0..4 {
            vectors.merge(0, &[entry(1, f64::from(k)), entry(2, f64::from(k) - 0.5 + 0.5)]);
            assert_eq!(vectors.of(0).len(), 2);
        }
    }
}
