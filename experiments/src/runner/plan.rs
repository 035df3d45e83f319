//! What is to be run: the sweep points, the cells of each, and the share of this machine.
//!
//! Not here: what has been run already (`Work::step`).

use crate::file::{Experiment, Warmup};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// A sweep point: the cells that differ in their policy only, which are run, compared and stopped together.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its identity, as its cells have it.
    pub id: String,
    /// Its cells by their places in the experiment, each identity once.
    pub cells: Vec<usize>,
    /// All its cells: those of equal policies under other names too.
    pub names: Vec<usize>,
}

/// One of several machines that share an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u64,
    /// Of how many.
    pub of: u64,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((index, of)) if 1 <= index && index <= of => Ok(Shard { index, of }),
            _ => Err("expected I/N with 1 <= I <= N, such as 2/3".to_owned()),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// The points of an experiment and the share that is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In the order in which they first appear among the cells.
    pub points: Vec<Point>,
    shard: Option<Shard>,
    /// Whether single replications can be run apart from the others of their point.
    by_replication: bool,
}

impl Plan {
    /// Of a whole experiment, or of a shard of it.
    pub fn new(experiment: &Experiment, shard: Option<Shard>) -> Plan {
        let (mut points, mut places): (Vec<Point>, BTreeMap<&str, usize>) = Default::default();
        let mut seen = BTreeSet::new();
        for (k, cell) in experiment.cells.iter().enumerate() {
            let at = *places.entry(&cell.point).or_insert(points.len());
            if at == points.len() {
                points.push(Point { id: cell.point.clone(), cells: Vec::new(), names: Vec::new() });
            }
            points[at].names.push(k);
            if seen.insert(&cell.id) {
                points[at].cells.push(k);
            }
        }
        let replicate = &experiment.replicate;
        let by_replication = replicate.min == replicate.max && experiment.warmup != Warmup::Mser5;
        Plan { points, shard: shard.filter(|s| s.of > 1), by_replication }
    }

    /// Whether a replication of a point is run here. Where nothing looks at other replications, they are dealt out one
    /// by one, else whole points, so that no rule needs anything from another shard.
    pub fn covers(&self, point: usize, replication: u64) -> bool {
        let Some(Shard { index, of }) = self.shard else { return true };
        let card = if self.by_replication { point as u64 + replication } else { point as u64 };
        card % of == index - 1
    }

    /// The shard, if this is not all.
    pub fn shard(&self) -> Option<Shard> {
        self.shard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_and_nonsense_is_refused() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, of: 3 }));
        for text in ["", "2", "0/3", "4/3", "a/b", "1/0", "-1/2", "1/2/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text:?} was accepted");
        }
    }
}
