//! A workload made of laws: arrival times from one process, homes, lifetimes and attributes from independent streams.
//!
//! Hot attributes (gaps, homes, lifetimes) are drawn in order of arrival, in blocks; cold ones are a function of the
//! stream and the index, so a run that never looks at them never draws them.

use crate::arrivals::{ArrivalProcess, Arrivals};
use loadlab_core::law::Law;
use loadlab_core::process::Attributes;
use loadlab_core::rng::{Rng, Stream};
use loadlab_core::{Birth, NodeId, Source, Time};
use std::sync::Arc;

const BLOCK: usize = 256;

/// Where processes arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Homes {
    /// Each of so many nodes equally often.
    Even(u32),
    /// Node i with probability proportional to its weight.
    Weighted(Vec<f64>),
}

/// What a synthetic workload is made of.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// When processes arrive.
    pub arrivals: Arc<dyn ArrivalProcess>,
    /// How many per second, in the long run, in the whole system.
    pub rate: f64,
    /// How long they live.
    pub lifetime: Arc<dyn Law>,
    /// Where they arrive.
    pub homes: Homes,
    /// Their memory in bytes; None: they use none.
    pub memory: Option<Arc<dyn Law>>,
}

/// The workload of one replication.
pub struct Synthetic {
    arrivals: Box<dyn Arrivals>,
    lifetime: Arc<dyn Law>,
    lifetimes: Rng,
    homes: Homes,
    /// Running sums of the weights, where homes are weighted.
    ladder: Vec<f64>,
    home_rng: Rng,
    memory: Option<(Arc<dyn Law>, Stream)>,
    times: [f64; BLOCK],
    values: [f64; BLOCK],
}

impl Synthetic {
    /// Starts the workload of one replication of one seed.
    pub fn new(recipe: &Recipe, seed: u64, replication: u64) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, replication);
        let mut ladder = Vec::new();
        if let Homes::Weighted(weights) = &recipe.homes {
            let total: f64 = weights.iter().sum();
            let mut sum = 0.0;
            ladder.extend(weights.iter().map(|w| {
                sum += w / total;
                sum
            }));
        }
        Synthetic {
            arrivals: recipe.arrivals.start(recipe.rate, stream("arrivals").rng()),
            lifetime: recipe.lifetime.clone(),
            lifetimes: stream("lifetimes").rng(),
            homes: recipe.homes.clone(),
            ladder,
            home_rng: stream("homes").rng(),
            memory: recipe.memory.clone().map(|law| (law, stream("memory"))),
            times: [0.0; BLOCK],
            values: [0.0; BLOCK],
        }
    }
}

#[inline]
fn home(homes: &Homes, ladder: &[f64], rng: &mut Rng) -> NodeId {
    match homes {
        Homes::Even(1) => 0,
        Homes::Even(n) => rng.below(*n),
        Homes::Weighted(_) => {
            let u = rng.unit();
            ladder.partition_point(|sum| *sum < u).min(ladder.len() - 1) as NodeId
        }
    }
}

impl Source for Synthetic {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        self.arrivals.fill(&mut self.times);
        self.lifetime.fill(&mut self.lifetimes, &mut self.values);
        block.extend((0..BLOCK).map(|k| {
            let home = home(&self.homes, &self.ladder, &mut self.home_rng);
            Birth { at: Time::new(self.times[k]), lifetime: self.values[k], home }
        }));
    }

    fn attributes(&mut self, index: u64) -> Attributes {
        let memory = self.memory.as_ref().map_or(0.0, |(law, stream)| law.sample(&mut stream.at(index)));
        Attributes { memory, ..Attributes::default() }
    }

    fn scale(&self) -> (f64, f64) {
        (self.lifetime.support().0, self.lifetime.mean())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrivals::Poisson;
    use loadlab_core::law::Exponential;

    fn recipe(homes: Homes) -> Recipe {
        Recipe {
            arrivals: Arc::new(Poisson),
            rate: 2.0,
            lifetime: Arc::new(Exponential { mean: 3.0 }),
            homes,
            memory: Some(Arc::new(Exponential { mean: 7.0 })),
        }
    }

    fn births(recipe: &Recipe, replication: u64) -> Vec<Birth> {
        let (mut source, mut block) = (Synthetic::new(recipe, 1, replication), Vec::new());
        (0..100).for_each(|_| source.fill(&mut block));
        block
    }

    #[test]
    fn the_same_seed_gives_the_same_processes_and_another_replication_others() {
        let recipe = recipe(Homes::Even(4));
        assert_eq!(births(&recipe, 0), births(&recipe, 0));
        assert_ne!(births(&recipe, 0), births(&recipe, 1));
    }

    #[test]
    fn homes_change_neither_times_nor_lifetimes() {
        let even = births(&recipe(Homes::Even(2)), 0);
        let weighted = births(&recipe(Homes::Weighted(vec![1.0, 3.0])), 0);
        let strip = |b: &Birth| (b.at, b.lifetime);
        assert!(even.iter().map(strip).eq(weighted.iter().map(strip)));
    }

    #[test]
    fn weighted_homes_come_up_in_proportion() {
        let births = births(&recipe(Homes::Weighted(vec![1.0, 0.0, 3.0])), 0);
        let n = births.len() as f64;
        let share = births.iter().filter(|b| b.home == 0).count() as f64 / n;
        assert!((share - 0.25).abs() < 4.0 * (0.25 * 0.75 / n).sqrt(), "node 0 got {share}");
        assert!(births.iter().all(|b| b.home != 1), "a node of weight 0 is nobody's home");
    }

    #[test]
    fn memory_depends_on_the_index_alone() {
        let mut source = Synthetic::new(&recipe(Homes::Even(1)), 1, 0);
        let (a, b) = (source.attributes(5), source.attributes(6));
        assert_ne!(a.memory, b.memory);
        assert_eq!(source.attributes(5), a);
    }
}
