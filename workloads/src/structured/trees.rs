//! Processes that fork: trees whose members share the home of their root.
//!
//! A process forks a random number of children, each some time after its own arrival; they fork in turn, down to a
//! stated generation. This is a Galton-Watson process in a cluster process of arrivals (Hawkes & Oakes, A cluster
//! process representation of a self-exciting process, Journal of Applied Probability 11(3), 1974, doi:10.2307/3212693).
//!
//! Not here: parents that wait for their children (`graphs`).

use super::mean_rounded_up;
use crate::arrivals::Arrivals;
use crate::recent::Recent;
use crate::synthetic::{HomeDraw, Recipe};
use crate::traits::Drawn;
use loadlab_core::law::Law;
use loadlab_core::process::Attributes;
use loadlab_core::rng::{Rng, Stream};
use loadlab_core::{Birth, NodeId, Source, Time};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

const BLOCK: usize = 256;

/// What a tree looks like.
#[derive(Clone, Debug)]
pub struct Trees {
    /// How many children a process forks, rounded up.
    children: Arc<dyn Law>,
    /// Seconds from the arrival of a process to that of a child.
    delay: Arc<dyn Law>,
    /// How many generations may follow the root.
    generations: u32,
    /// Mean processes of a tree.
    size: f64,
}

impl Trees {
    /// Trees of at most so many generations below the root.
    pub fn new(children: Arc<dyn Law>, delay: Arc<dyn Law>, generations: u32) -> Result<Self, String> {
        let mean = mean_rounded_up(children.as_ref())?;
        let (mut size, mut generation) = (1.0, 1.0);
        for _ in 0..generations {
            generation *= mean;
            size += generation;
        }
        if size > 1e9 {
            return Err(format!("a tree has {size} processes on average: fork less, or bound the generations"));
        }
        Ok(Trees { children, delay, generations, size })
    }

    /// Mean processes of a tree: the sum of m^j over its generations, m being the mean number of children.
    pub fn mean_size(&self) -> f64 {
        self.size
    }
}

/// A process that is still to arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Due {
    at: f64,
    /// Ties arrive in the order in which they were forked.
    turn: u64,
    home: NodeId,
    generation: u32,
    parent: Option<u64>,
}

impl Eq for Due {}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.turn.cmp(&other.turn))
    }
}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The workload of one replication. The recipe's rate is that of roots.
pub struct ForkTrees {
    trees: Trees,
    roots: Box<dyn Arrivals>,
    /// The next root.
    root: f64,
    due: BinaryHeap<Reverse<Due>>,
    turn: u64,
    lifetime: Arc<dyn Law>,
    lifetimes: Rng,
    forks: Stream,
    homes: HomeDraw,
    traits: Drawn,
    /// Lifetime and parent.
    recent: Recent<(f64, Option<u64>)>,
    given: u64,
}

impl ForkTrees {
    /// Starts the workload.
    pub fn new(recipe: &Recipe, trees: &Trees, seed: u64, replication: u64) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, replication);
        let mut roots = recipe.arrivals.start(recipe.rate, stream("arrivals").rng());
        let mut root = [0.0];
        roots.fill(&mut root);
        ForkTrees {
            trees: trees.clone(),
            roots,
            root: root[0],
            due: BinaryHeap::new(),
            turn: 0,
            lifetime: recipe.lifetime.clone(),
            lifetimes: stream("lifetimes").rng(),
            forks: stream("forks"),
            homes: HomeDraw::new(&recipe.homes, stream("homes").rng()),
            traits: Drawn::new(&recipe.traits, recipe.lifetime.clone(), seed, replication),
            recent: Recent::new(),
            given: 0,
        }
    }

    /// The process that arrives next, of those forked and the roots.
    fn next(&mut self) -> Due {
        if let Some(Reverse(first)) = self.due.peek().copied()
            && first.at <= self.root
        {
            self.due.pop();
            return first;
        }
        let root = Due { at: self.root, turn: 0, home: self.homes.next(), generation: 0, parent: None };
        let mut next = [0.0];
        self.roots.fill(&mut next);
        self.root = next[0];
        root
    }

    /// What process `number` forks.
    fn fork(&mut self, process: Due, number: u64) {
        if process.generation == self.trees.generations {
            return;
        }
        let mut rng = self.forks.at(number);
        let count = self.trees.children.sample(&mut rng).ceil() as u64;
        for _ in 0..count {
            self.turn += 1;
            let at = process.at + self.trees.delay.sample(&mut rng);
            let generation = process.generation + 1;
            self.due.push(Reverse(Due { at, turn: self.turn, generation, parent: Some(number), ..process }));
        }
    }
}

impl Source for ForkTrees {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        self.recent.begin();
        for _ in 0..BLOCK {
            let process = self.next();
            self.fork(process, self.given);
            self.given += 1;
            let lifetime = self.lifetime.sample(&mut self.lifetimes);
            self.recent.push((lifetime, process.parent));
            block.push(Birth { at: Time::new(process.at), lifetime, home: process.home });
        }
    }

    fn attributes(&mut self, index: u64) -> Attributes {
        let (lifetime, parent) = self.recent.get(index).copied().unwrap_or_default();
        Attributes { parent, ..self.traits.of(index, lifetime) }
    }

    fn class_names(&self) -> Vec<String> {
        self.traits.class_names()
    }

    fn scale(&self) -> (f64, f64) {
        (self.lifetime.support().0, self.lifetime.mean())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrivals::Poisson;
    use crate::synthetic::Homes;
    use loadlab_core::law::{Constant, Exponential, Uniform};

    fn recipe(rate: f64, nodes: u32) -> Recipe {
        Recipe::new(Arc::new(Poisson), rate, Arc::new(Exponential { mean: 1.0 }), Homes::Even(nodes))
    }

    fn births(trees: &Trees, rate: f64, replication: u64) -> (Vec<Birth>, Vec<Option<u64>>) {
        let mut source = ForkTrees::new(&recipe(rate, 5), trees, 1, replication);
        let (mut births, mut parents) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let from = births.len();
            source.fill(&mut births);
            parents.extend((from..births.len()).map(|k| source.attributes(k as u64).parent));
        }
        (births, parents)
    }

    #[test]
    fn children_inherit_the_home_of_their_parent_and_arrive_after_it() {
        let law: Arc<dyn Law> = Arc::new(Uniform::new(0.0, 2.0).expect("a good law"));
        let trees = Trees::new(law, Arc::new(Exponential { mean: 3.0 }), 2).expect("small trees");
        let (births, parents) = births(&trees, 1.0, 0);
        assert!(births.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let forked = parents.iter().enumerate().filter_map(|(k, parent)| Some((k, (*parent)? as usize)));
        for (child, parent) in forked.clone() {
            assert_eq!(births[child].home, births[parent].home);
            assert!(births[child].at >= births[parent].at && child > parent);
        }
        assert!(forked.count() > 1000);
    }

    #[test]
    fn two_children_over_two_generations_make_trees_of_seven() {
        let trees = Trees::new(Arc::new(Constant(2.0)), Arc::new(Constant(0.0)), 2).expect("small trees");
        assert_eq!(trees.mean_size(), 7.0);
        let (births, parents) = births(&trees, 1.0, 0);
        for (tree, parents) in births.chunks_exact(7).zip(parents.chunks_exact(7)) {
            assert!(tree.iter().all(|b| b.at == tree[0].at && b.home == tree[0].home));
            assert_eq!(parents.iter().filter(|p| p.is_none()).count(), 1);
        }
    }

    #[test]
    fn processes_arrive_at_the_rate_of_roots_times_the_mean_size() {
        // One or two children with equal probability: m = 1.5, three generations: 1 + 1.5 + 2.25 + 3.375.
        let law: Arc<dyn Law> = Arc::new(Uniform::new(0.0, 2.0).expect("a good law"));
        let trees = Trees::new(law, Arc::new(Exponential { mean: 1.0 }), 3).expect("small trees");
        assert!((trees.mean_size() - 8.125).abs() < 1e-12);
        // Counted after the first trees have grown: the delays are a few seconds in all.
        let rates: Vec<f64> = (0..60)
            .map(|r| {
                let births = births(&trees, 0.5, r).0;
                births.iter().filter(|b| (100.0..1700.0).contains(&b.at.seconds())).count() as f64 / 1600.0
            })
            .collect();
        let mean = rates.iter().sum::<f64>() / 60.0;
        let error = (rates.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 59.0 / 60.0).sqrt();
        assert!((mean - 0.5 * 8.125).abs() < 4.0 * error, "{mean} +- {error}");
    }

    #[test]
    fn trees_without_end_are_refused() {
        assert!(Trees::new(Arc::new(Constant(3.0)), Arc::new(Constant(1.0)), 40).is_err());
    }
}
