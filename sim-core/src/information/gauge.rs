//! Measures the load index of each node, exactly and only when somebody looks: between two changes of its load
//! everything that a node would have sampled follows from the load in between.
//!
//! Not here: the indices that follow from the present state alone.

use super::Index;
use crate::node::Node;
use crate::process::Slab;
use crate::rng::Rng;
use crate::time::Time;

/// What a node measures of its own load. The level is what is averaged: the load, or its busy fraction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gauge {
    /// Up to when everything below holds.
    at: f64,
    level: f64,
    /// What the node itself uses, and what others see.
    own: f64,
    shown: f64,
    /// The area under the level since the present window began.
    area: f64,
    /// Windows end at phase, phase + w, ...; how many have ended.
    phase: f64,
    windows: f64,
}

impl Gauge {
    /// Time goes on to t, at the same level.
    fn advance(&mut self, index: Index, t: f64) {
        match index {
            Index::Exponential { time } => {
                self.own = self.level + (self.own - self.level) * libm::exp((self.at - t) / time);
                self.shown = self.own;
            }
            Index::Average { window: w } | Index::Utilisation { window: w } | Index::Mosix { period: w } => {
                self.windows(index, t, w);
            }
            Index::Instantaneous | Index::RemainingWork | Index::Stretch => {}
        }
        self.at = t;
    }

    /// Closes the windows that end up to t. The first one that ends is shorter, and not whole: it is left out.
    fn windows(&mut self, index: Index, t: f64, width: f64) {
        let mut end = self.phase + self.windows * width;
        while end <= t {
            let whole = self.windows > 0.0;
            let mean = (self.area + self.level * (end - self.at)) / width;
            let before = (self.own, self.shown);
            if whole {
                self.sample(index, mean);
            }
            (self.area, self.at) = (0.0, end);
            self.windows += 1.0;
            // A whole window at one level that changed nothing: those that follow change nothing either.
            if whole && mean == self.level && before == (self.own, self.shown) {
                self.windows += ((t - end) / width).floor();
                self.at = self.phase + (self.windows - 1.0) * width;
            }
            end = self.phase + self.windows * width;
        }
        self.area += self.level * (t - self.at);
    }

    /// A window of mean load x is over. MOSIX: the mean rises by 3/8 of the difference and falls at once, the upper
    /// estimate rises at once and falls by 1/8.
    fn sample(&mut self, index: Index, x: f64) {
        (self.own, self.shown) = match index {
            Index::Mosix { .. } => {
                let own = if x > self.own { (5.0 * self.own + 3.0 * x) / 8.0 } else { x };
                let shown = if x >= self.shown { x } else { (7.0 * self.shown + x) / 8.0 };
                (own, shown)
            }
            _ => (x, x),
        };
    }
}

/// The gauges of all nodes; empty where the index needs no history.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    index: Index,
    list: Vec<Gauge>,
    /// What nodes add to the load that others see; empty until one does.
    added: Vec<f64>,
}

impl Gauges {
    pub(crate) fn new(index: Index, nodes: u32, rng: &mut Rng) -> Self {
        let width = match index {
            Index::Average { window: w } | Index::Utilisation { window: w } | Index::Mosix { period: w } => w,
            _ => 0.0,
        };
        let count = if index.has_history() { nodes } else { 0 };
        let list = (0..count).map(|_| Gauge { phase: width * rng.unit(), ..Gauge::default() }).collect();
        Gauges { index, list, added: Vec::new() }
    }

    /// Whether what nodes tell is just their load.
    pub(crate) fn is_plain(&self) -> bool {
        self.index == Index::Instantaneous && self.added.is_empty()
    }

    /// The load of a node has changed.
    pub(crate) fn changed(&mut self, i: usize, node: &Node, now: Time) {
        let Some(gauge) = self.list.get_mut(i) else { return };
        gauge.advance(self.index, now.seconds());
        let load = f64::from(node.load());
        gauge.level = match self.index {
            Index::Utilisation { .. } => load.min(f64::from(node.cores())) / f64::from(node.cores()),
            _ => load,
        };
    }

    /// From now on a node adds this to the load that others see.
    pub(crate) fn add(&mut self, i: usize, nodes: usize, value: f64) {
        self.added.resize(nodes, 0.0);
        self.added[i] = value;
    }

    /// (what the node uses itself, what others see).
    pub(crate) fn read(&self, i: usize, node: &Node, speed: f64, processes: &Slab, now: Time) -> (f64, f64) {
        let load = f64::from(node.load());
        let cores = f64::from(node.cores());
        let (own, shown) = match (self.index, self.list.get(i)) {
            (Index::Stretch, _) => {
                let stretch = ((load + 1.0) / cores).max(1.0) / speed;
                (stretch, stretch)
            }
            (Index::RemainingWork, _) => {
                let mut left = 0.0;
                node.each(processes, |slot| left += processes[slot].lifetime - node.age(slot, processes, now));
                let left = left / (speed * cores);
                (left, left)
            }
            (index, Some(gauge)) => {
                let mut gauge = *gauge;
                gauge.advance(index, now.seconds());
                (gauge.own, gauge.shown)
            }
            _ => (load, load),
        };
        (own, shown + self.added.get(i).copied().unwrap_or(0.0))
    }
}
