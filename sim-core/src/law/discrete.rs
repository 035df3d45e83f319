//! Discrete laws given by a table of values and weights. The Zipf and the empirical law are such tables.

use super::Law;
use super::catalogue::check;
use crate::rng::Rng;
use std::sync::Arc;

/// X = one of a table's values, each with its own probability.
#[derive(Clone, Debug)]
pub struct Discrete {
    table: Arc<Table>,
    factor: f64,
    tail_index: Option<f64>,
}

#[derive(Debug)]
struct Table {
    /// Different values, ascending.
    values: Vec<f64>,
    probability: Vec<f64>,
    /// P(X <= value), summed from the left; the last is 1.
    at_most: Vec<f64>,
    /// P(X > value), summed from the right, so that the tail keeps its digits; the last is 0.
    above: Vec<f64>,
    alias: Vec<Slot>,
}

/// One of n equally likely slots: its own value with probability `keep`, else that of another slot.
#[derive(Clone, Copy, Debug)]
struct Slot {
    keep: f64,
    other: u32,
}

impl Discrete {
    /// From (value, weight) pairs: finite values of at least 0 and weights of at least 0 with a positive sum.
    pub fn new(mut points: Vec<(f64, f64)>) -> Result<Self, String> {
        let sound = |&(value, weight): &(f64, f64)| {
            (0.0..f64::INFINITY).contains(&value) && (0.0..f64::INFINITY).contains(&weight)
        };
        check(points.iter().all(sound), || {
            "every value and every weight must be a finite number of at least 0".into()
        })?;
        points.retain(|(_, weight)| *weight > 0.0);
        check(!points.is_empty(), || "there is no value with a positive weight".into())?;
        check(points.len() < u32::MAX as usize, || "there are more than 2^32 values".into())?;
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0.0 };
            same
        });
        Ok(Discrete { table: Arc::new(Table::new(&points)), factor: 1.0, tail_index: None })
    }

    /// Names the tail index of the law that the table stands for.
    pub(super) fn with_tail_index(self, tail_index: Option<f64>) -> Self {
        Discrete { tail_index, ..self }
    }

    /// How many of the values are at most x.
    fn count_at_most(&self, x: f64) -> usize {
        self.table.values.partition_point(|v| v * self.factor <= x)
    }

    fn value(&self, index: usize) -> f64 {
        self.table.values[index.min(self.table.values.len() - 1)] * self.factor
    }
}

impl Table {
    fn new(points: &[(f64, f64)]) -> Self {
        // From the smallest weights up would be exact; heavy tails have them at the right end.
        let total: f64 = points.iter().rev().map(|(_, w)| w).sum();
        let probability: Vec<f64> = points.iter().map(|(_, w)| w / total).collect();
        let mut at_most = cumulate(probability.iter());
        let mut above = cumulate(probability.iter().rev());
        above.reverse();
        above.remove(0);
        above.push(0.0);
        if let Some(last) = at_most.last_mut() {
            *last = 1.0;
        }
        let alias = alias_slots(&probability);
        Table { values: points.iter().map(|(v, _)| *v).collect(), probability, at_most, above, alias }
    }
}

fn cumulate<'a>(terms: impl Iterator<Item = &'a f64>) -> Vec<f64> {
    let running = |sum: &mut f64, term: &f64| {
        *sum += term;
        Some(sum.min(1.0))
    };
    terms.scan(0.0, running).collect()
}

/// Walker's alias table, built in linear time by Vose's method (M. D. Vose, IEEE Transactions on Software Engineering
/// 17(9), 1991): a slot with less than its share is filled up from one with more.
fn alias_slots(probability: &[f64]) -> Vec<Slot> {
    let n = probability.len() as f64;
    let mut share: Vec<f64> = probability.iter().map(|p| p * n).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..share.len()).partition(|&i| share[i] < 1.0);
    let mut slots: Vec<Slot> = (0..share.len()).map(|i| Slot { keep: 1.0, other: i as u32 }).collect();
    while let (Some(&poor), Some(&rich)) = (small.last(), large.last()) {
        small.pop();
        slots[poor] = Slot { keep: share[poor], other: rich as u32 };
        share[rich] -= 1.0 - share[poor];
        if share[rich] < 1.0 {
            large.pop();
            small.push(rich);
        }
    }
    slots
}

impl Law for Discrete {
    fn sample(&self, rng: &mut Rng) -> f64 {
        let slot = rng.below(self.table.alias.len() as u32) as usize;
        let Slot { keep, other } = self.table.alias[slot];
        self.value(if rng.chance(keep) { slot } else { other as usize })
    }
    fn cdf(&self, x: f64) -> f64 {
        self.count_at_most(x).checked_sub(1).map_or(0.0, |i| self.table.at_most[i])
    }
    fn survival(&self, x: f64) -> f64 {
        self.count_at_most(x).checked_sub(1).map_or(1.0, |i| self.table.above[i])
    }
    fn quantile(&self, p: f64) -> f64 {
        self.value(self.table.at_most.partition_point(|at_most| *at_most < p))
    }
    fn tail_quantile(&self, q: f64) -> f64 {
        self.value(self.table.above.partition_point(|above| *above > q))
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let range = self.count_at_most(low)..self.count_at_most(high).max(self.count_at_most(low));
        let terms = range.map(|i| self.table.probability[i] * libm::pow(self.table.values[i] * self.factor, k));
        terms.sum()
    }
    fn support(&self) -> (f64, f64) {
        (self.value(0), self.value(usize::MAX))
    }
    fn tail_index(&self) -> Option<f64> {
        self.tail_index
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Discrete { factor: self.factor * c, ..self.clone() })
    }
}
