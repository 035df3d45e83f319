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
    /// The last instant at which the level was not 0: for `Input`, whose level is the owner.
    input: f64,
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
            Index::Input if self.level > 0.0 => self.input = t,
            Index::Instantaneous | Index::RemainingWork | Index::Stretch | Index::Input => {}
        }
        self.at = t;
    }

    /// From t on the level is this.
    fn set(&mut self, index: Index, level: f64, t: f64) {
        self.advance(index, t);
        self.level = level;
    }

    /// Closes the windows that end up to t. The first one that ends is shorter, and not whole: it is left out.
    fn windows(&mut self, index: Index, t: f64, width: f64) {
        let mut end = self.phase + self.windows * width;
        while end <= t {
            let whole = self.windows > 0.0;
            // Exact, where nothing has changed in the window.
            let same = whole && self.at == self.phase + (self.windows - 1.0) * width;
            let mean = if same { self.level } else { (self.area + self.level * (end - self.at)) / width };
            let before = (self.own, self.shown);
            if whole {
                self.sample(index, mean);
            }
            (self.area, self.at) = (0.0, end);
            self.windows += 1.0;
            // A whole window at one level that changed nothing: those that follow change nothing either.
            if same && before == (self.own, self.shown) {
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
        let load = f64::from(node.load());
        let level = match self.index {
            Index::Utilisation { .. } => load.min(f64::from(node.cores())) / f64::from(node.cores()),
            Index::Input => f64::from(u8::from(node.has_its_owner())),
            _ => load,
        };
        gauge.set(self.index, level, now.seconds());
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
                if index == Index::Input {
                    (gauge.own, gauge.shown) = (gauge.input - gauge.at, gauge.input - gauge.at);
                }
                (gauge.own, gauge.shown)
            }
            _ => (load, load),
        };
        (own, shown + self.added.get(i).copied().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A load history: from each instant on, this level.
    type History = Vec<(f64, f64)>;

    fn read(index: Index, phase: f64, history: &History, t: f64) -> (f64, f64) {
        let mut gauge = Gauge { phase, ..Gauge::default() };
        history.iter().for_each(|(at, level)| gauge.set(index, *level, *at));
        gauge.advance(index, t);
        (gauge.own, gauge.shown)
    }

    /// The area under a history from a to b.
    fn area(history: &History, a: f64, b: f64) -> f64 {
        let until = history.iter().skip(1).map(|(t, _)| *t).chain([f64::INFINITY]);
        history.iter().zip(until).map(|((from, level), to)| level * (to.min(b) - from.max(a)).max(0.0)).sum()
    }

    /// The obvious slow version: the mean of every whole window, one after the other.
    fn sampled(history: &History, phase: f64, width: f64, t: f64, mut f: impl FnMut(f64)) {
        let mut k = 1.0;
        while phase + k * width <= t {
            f(area(history, phase + (k - 1.0) * width, phase + k * width) / width);
            k += 1.0;
        }
    }

    fn histories() -> impl Strategy<Value = (History, f64, f64)> {
        let steps = prop::collection::vec((0.001f64..6.0, 0u8..5), 1..20);
        (steps, 0.0f64..1.0, 0.0f64..30.0).prop_map(|(steps, phase, after)| {
            let mut t = 0.0;
            let mut history = vec![(0.0, 0.0)];
            for (dt, level) in steps {
                t += dt;
                history.push((t, f64::from(level)));
            }
            (history, phase, t + after)
        })
    }

    proptest! {
        #[test]
        fn the_average_is_that_of_the_last_whole_window((history, phase, t) in histories()) {
            let mut expected = 0.0;
            sampled(&history, phase, 1.0, t, |mean| expected = mean);
            let (own, shown) = read(Index::Average { window: 1.0 }, phase, &history, t);
            prop_assert!((own - expected).abs() < 1e-9 && own == shown, "{own} instead of {expected}");
        }

        #[test]
        fn the_pair_of_mosix_follows_its_two_recursions((history, phase, t) in histories()) {
            let (mut mean, mut upper) = (0.0f64, 0.0f64);
            sampled(&history, phase, 1.0, t, |x| {
                mean = if x > mean { 0.625 * mean + 0.375 * x } else { x };
                upper = if x >= upper { x } else { 0.875 * upper + 0.125 * x };
            });
            let (own, shown) = read(Index::Mosix { period: 1.0 }, phase, &history, t);
            prop_assert!((own - mean).abs() < 1e-9 && (shown - upper).abs() < 1e-9, "{own} {mean} {shown} {upper}");
        }

        #[test]
        fn the_exponential_average_is_the_weighted_integral((history, _, t) in histories()) {
            // A(t) = sum over pieces of level x (e^-(t-b)/T - e^-(t-a)/T).
            let until = history.iter().skip(1).map(|(t, _)| *t).chain([t]);
            let weight = |at: f64| libm::exp((at - t) / 5.0);
            let expected: f64 = history.iter().zip(until).map(|((a, level), b)| level * (weight(b) - weight(*a))).sum();
            let (own, shown) = read(Index::Exponential { time: 5.0 }, 0.0, &history, t);
            prop_assert!((own - expected).abs() < 1e-9 && own == shown, "{own} instead of {expected}");
        }
    }

    #[test]
    fn a_long_quiet_time_is_passed_over_in_one_step() {
        let index = Index::Average { window: 1.0 };
        let mut gauge = Gauge { phase: 0.25, ..Gauge::default() };
        gauge.set(index, 2.0, 0.0);
        gauge.set(index, 0.0, 10.5);
        // A step per window would not end within the patience of any test.
        gauge.advance(index, 1e15);
        assert_eq!(gauge.own, 0.0);
    }
}
