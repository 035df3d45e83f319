//! A workload made of laws: arrival times from one process, homes, lifetimes and attributes from independent streams.
//!
//! Hot attributes (gaps, homes, lifetimes) are drawn in order of arrival, in blocks; cold ones are a function of the
//! stream and the index, so a run that never looks at them never draws them.

use crate::arrivals::{ArrivalProcess, Arrivals};
use crate::traits::{Drawn, Traits};
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

/// Draws the home of one process after the other.
pub(crate) struct HomeDraw {
    homes: Homes,
    /// Running sums of the weights, where homes are weighted.
    ladder: Vec<f64>,
    rng: Rng,
}

impl HomeDraw {
    pub(crate) fn new(homes: &Homes, rng: Rng) -> Self {
        let mut ladder = Vec::new();
        if let Homes::Weighted(weights) = homes {
            let total: f64 = weights.iter().sum();
            let mut sum = 0.0;
            ladder.extend(weights.iter().map(|w| {
                sum += w / total;
                sum
            }));
        }
        HomeDraw { homes: homes.clone(), ladder, rng }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> NodeId {
        match self.homes {
            Homes::Even(1) => 0,
            Homes::Even(n) => self.rng.below(n),
            Homes::Weighted(_) => {
                let u = self.rng.unit();
                self.ladder.partition_point(|sum| *sum < u).min(self.ladder.len() - 1) as NodeId
            }
        }
    }
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
    /// What else is to be known of them.
    pub traits: Traits,
    /// Whether the run is to receive exactly the load it names; `None`: on average.
    pub realised: Option<Realised>,
}

impl Recipe {
    /// Processes with nothing but a lifetime and a home, whose load is right on average.
    pub fn new(arrivals: Arc<dyn ArrivalProcess>, rate: f64, lifetime: Arc<dyn Law>, homes: Homes) -> Self {
        Recipe { arrivals, rate, lifetime, homes, traits: Traits::default(), realised: None }
    }
}

/// The load that a finite run is to receive exactly.
///
/// The realised load of a run that measures the processes from `first` up to, and without, `last` is their work over
/// the time between the arrivals of these two, where the window opens and closes. Arrival times are multiplied by one
/// factor that makes it so; lifetimes and homes stay. The work is drawn twice: once to find the factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Realised {
    /// The first measured process (0: the window opens at time 0).
    pub first: u64,
    /// The first process after the measured ones.
    pub last: u64,
    /// CPU seconds per second that are to arrive: the offered load times the capacity.
    pub work_rate: f64,
}

impl Realised {
    /// work / (work_rate (a_last - a_first)): what every arrival time is multiplied by.
    fn stretch(&self, mut hot: Hot) -> f64 {
        let (mut work, mut opened, mut index) = (0.0, 0.0, 0);
        loop {
            hot.draw();
            for (t, lifetime) in hot.times.iter().zip(&hot.lifetimes) {
                if index == self.last {
                    return work / (self.work_rate * (t - opened));
                }
                if index == self.first && index > 0 {
                    opened = *t;
                }
                work += if index >= self.first { *lifetime } else { 0.0 };
                index += 1;
            }
        }
    }
}

/// Arrival times and lifetimes, in blocks.
struct Hot {
    arrivals: Box<dyn Arrivals>,
    lifetime: Arc<dyn Law>,
    rng: Rng,
    times: [f64; BLOCK],
    lifetimes: [f64; BLOCK],
}

impl Hot {
    fn new(recipe: &Recipe, seed: u64, replication: u64) -> Self {
        let rng = |purpose| Stream::new(seed, purpose, replication).rng();
        Hot {
            arrivals: recipe.arrivals.start(recipe.rate, rng("arrivals")),
            lifetime: recipe.lifetime.clone(),
            rng: rng("lifetimes"),
            times: [0.0; BLOCK],
            lifetimes: [0.0; BLOCK],
        }
    }

    fn draw(&mut self) {
        self.arrivals.fill(&mut self.times);
        self.lifetime.fill(&mut self.rng, &mut self.lifetimes);
    }
}

/// The workload of one replication.
pub struct Synthetic {
    hot: Hot,
    /// What arrival times are multiplied by.
    stretch: f64,
    homes: HomeDraw,
    traits: Drawn,
    /// The lifetimes of the block before: the engine may ask for the attributes of a process after it has been handed
    /// the next block.
    before: [f64; BLOCK],
    blocks: u64,
}

impl Synthetic {
    /// Starts the workload of one replication of one seed.
    pub fn new(recipe: &Recipe, seed: u64, replication: u64) -> Self {
        let hot = || Hot::new(recipe, seed, replication);
        Synthetic {
            stretch: recipe.realised.map_or(1.0, |realised| realised.stretch(hot())),
            hot: hot(),
            homes: HomeDraw::new(&recipe.homes, Stream::new(seed, "homes", replication).rng()),
            traits: Drawn::new(&recipe.traits, recipe.lifetime.clone(), seed, replication),
            before: [0.0; BLOCK],
            blocks: 0,
        }
    }
}

impl Source for Synthetic {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        self.before = self.hot.lifetimes;
        self.hot.draw();
        self.blocks += 1;
        block.extend((0..BLOCK).map(|k| Birth {
            at: Time::new(self.stretch * self.hot.times[k]),
            lifetime: self.hot.lifetimes[k],
            home: self.homes.next(),
        }));
    }

    fn class_names(&self) -> Vec<String> {
        self.traits.class_names()
    }

    fn attributes(&mut self, index: u64) -> Attributes {
        let (block, k) = (index / BLOCK as u64 + 1, (index % BLOCK as u64) as usize);
        let lifetime = if block == self.blocks { self.hot.lifetimes[k] } else { self.before[k] };
        self.traits.of(index, lifetime)
    }

    fn scale(&self) -> (f64, f64) {
        (self.hot.lifetime.support().0, self.hot.lifetime.mean())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrivals::Poisson;
    use loadlab_core::law::Exponential;

    fn recipe(homes: Homes) -> Recipe {
        Recipe::new(Arc::new(Poisson), 2.0, Arc::new(Exponential { mean: 3.0 }), homes)
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
    fn a_realised_load_is_met_exactly_and_changes_neither_lifetimes_nor_homes() {
        let plain = recipe(Homes::Even(4));
        for (first, last) in [(0, 1000), (1, 256), (300, 5000)] {
            let realised = Realised { first, last, work_rate: 3.2 };
            let exact = births(&Recipe { realised: Some(realised), ..plain.clone() }, 0);
            let opened = if first == 0 { 0.0 } else { exact[first as usize].at.seconds() };
            let work: f64 = exact[first as usize..last as usize].iter().map(|b| b.lifetime).sum();
            let found = work / (exact[last as usize].at.seconds() - opened);
            assert!((found / 3.2 - 1.0).abs() < 1e-12, "{found} from {first} to {last}");
            let strip = |b: &Birth| (b.lifetime, b.home);
            assert!(exact.iter().map(strip).eq(births(&plain, 0).iter().map(strip)));
        }
    }

    #[test]
    fn attributes_follow_the_lifetimes_of_their_own_processes() {
        use crate::traits::Linked;
        let memory = Some(Linked { law: Arc::new(Exponential { mean: 3.0 }), rank_correlation: 1.0 });
        let recipe = Recipe { traits: Traits { memory, ..Traits::default() }, ..recipe(Homes::Even(1)) };
        let (mut source, mut block) = (Synthetic::new(&recipe, 1, 0), Vec::new());
        source.fill(&mut block);
        for k in 0..1000 {
            // The engine asks for process k once it has taken it, and has then filled the next block.
            if k + 1 == block.len() {
                source.fill(&mut block);
            }
            // Full rank correlation and the same law: memory is the lifetime again.
            let (memory, lifetime) = (source.attributes(k as u64).memory, block[k].lifetime);
            assert!((memory / lifetime - 1.0).abs() < 1e-5, "process {k}: {memory} for {lifetime}");
        }
    }
}
