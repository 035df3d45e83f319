//! What a synthetic process is beside its lifetime: memory, dirty rate, affinity, class, I/O phases.
//!
//! Every trait is a function of a stream, the number of the process and its lifetime, and is drawn only when asked for.
//!
//! Not here: arrival times, lifetimes and homes (`synthetic`).

use loadlab_core::law::{Law, rank_correlated};
use loadlab_core::process::{Attributes, Phases};
use loadlab_core::rng::Stream;
use std::sync::Arc;

/// A law, and how its values go with the lifetime.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The law of the values.
    pub law: Arc<dyn Law>,
    /// Spearman's rank correlation with the lifetime, from -1 to 1.
    pub rank_correlation: f64,
}

impl Linked {
    /// Values that do not depend on the lifetime.
    pub fn independent(law: Arc<dyn Law>) -> Self {
        Linked { law, rank_correlation: 0.0 }
    }

    fn draw(&self, stream: &Stream, index: u64, lifetime: f64, lifetimes: &dyn Law) -> f64 {
        let mut rng = stream.at(index);
        if self.rank_correlation == 0.0 {
            return self.law.sample(&mut rng);
        }
        self.law.quantile(rank_correlated(lifetimes.cdf(lifetime), self.rank_correlation, &mut rng))
    }
}

/// Alternation of CPU bursts and I/O, drawn once per process.
#[derive(Clone, Debug)]
pub struct Io {
    /// CPU seconds between two I/O operations.
    pub burst: Arc<dyn Law>,
    /// Seconds of each I/O operation.
    pub wait: Arc<dyn Law>,
    /// Factor on `wait` away from home.
    pub remote_factor: f64,
}

/// A class of processes: a program, a sort of work.
#[derive(Clone, Debug)]
pub struct Class {
    /// What it is called.
    pub name: String,
    /// How frequent it is, one weight for each range of lifetimes.
    pub weights: Vec<f64>,
    /// Its I/O; `None`: it only computes.
    pub io: Option<Io>,
}

/// The classes of a workload.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    /// Where one range of lifetimes ends and the next begins, in seconds, ascending. None: there is one range.
    up_to: Vec<f64>,
    list: Vec<Class>,
}

impl Classes {
    /// Checks that every range has a weight of every class, and some class with a positive one.
    pub fn new(up_to: Vec<f64>, list: Vec<Class>) -> Result<Self, String> {
        if !up_to.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err("the bounds between ranges of lifetimes must ascend".to_owned());
        }
        let ranges = up_to.len() + 1;
        for class in &list {
            let (name, weights) = (&class.name, class.weights.len());
            if weights != ranges {
                return Err(format!(
                    "class `{name}` has {weights} weights, but there are {ranges} ranges of lifetimes"
                ));
            }
            if !class.weights.iter().all(|w| *w >= 0.0 && w.is_finite()) {
                return Err(format!("a weight of class `{name}` is negative or infinite"));
            }
        }
        let empty = (0..ranges).find(|k| list.iter().map(|class| class.weights[*k]).sum::<f64>() <= 0.0);
        match empty.filter(|_| !list.is_empty()) {
            Some(range) => Err(format!("no class has a positive weight in range {} of the lifetimes", range + 1)),
            None => Ok(Classes { up_to, list }),
        }
    }

    /// The names, in the order of the numbers that processes carry.
    pub fn names(&self) -> Vec<String> {
        self.list.iter().map(|class| class.name.clone()).collect()
    }

    /// The class of a process of this lifetime.
    fn draw(&self, u: f64, lifetime: f64) -> usize {
        let range = self.up_to.partition_point(|bound| *bound < lifetime);
        let weights = || self.list.iter().map(|class| class.weights[range]);
        let mut left = u * weights().sum::<f64>();
        let hit = weights().position(|weight| {
            left -= weight;
            left < 0.0
        });
        // Rounding may leave a sliver beyond the last weight.
        hit.unwrap_or_else(|| weights().rposition(|weight| weight > 0.0).unwrap_or(0))
    }
}

/// Everything that a workload knows of its processes beside their lifetimes.
#[derive(Clone, Debug, Default)]
pub struct Traits {
    /// Address space in bytes.
    pub memory: Option<Linked>,
    /// Bytes per CPU second that become dirty at first.
    pub dirty_rate: Option<Linked>,
    /// The fraction of processes that may only run at their homes.
    pub must_stay: f64,
    /// Their classes.
    pub classes: Classes,
}

impl Traits {
    /// Whether there is nothing to know: a run may then leave attributes out.
    pub fn is_empty(&self) -> bool {
        let classless = self.classes.list.is_empty();
        self.memory.is_none() && self.dirty_rate.is_none() && self.must_stay == 0.0 && classless
    }
}

/// The traits of one replication.
pub(crate) struct Drawn {
    traits: Traits,
    lifetimes: Arc<dyn Law>,
    memory: Stream,
    dirty_rate: Stream,
    affinity: Stream,
    class: Stream,
    io: Stream,
}

impl Drawn {
    pub(crate) fn class_names(&self) -> Vec<String> {
        self.traits.classes.names()
    }

    pub(crate) fn new(traits: &Traits, lifetimes: Arc<dyn Law>, seed: u64, replication: u64) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, replication);
        Drawn {
            traits: traits.clone(),
            lifetimes,
            memory: stream("memory"),
            dirty_rate: stream("dirty-rate"),
            affinity: stream("affinity"),
            class: stream("class"),
            io: stream("io"),
        }
    }

    /// The attributes of process `index`.
    pub(crate) fn of(&self, index: u64, lifetime: f64) -> Attributes {
        let Traits { memory, dirty_rate, must_stay, classes } = &self.traits;
        let linked = |linked: &Option<Linked>, stream: &Stream| {
            linked.as_ref().map_or(0.0, |l| l.draw(stream, index, lifetime, self.lifetimes.as_ref()))
        };
        let (mut class, mut io) = (0, Phases::default());
        if !classes.list.is_empty() {
            class = classes.draw(self.class.at(index).unit(), lifetime);
            io = classes.list[class].io.as_ref().map_or(io, |law| {
                let mut rng = self.io.at(index);
                let (burst, wait) = (law.burst.sample(&mut rng), law.wait.sample(&mut rng));
                Phases { burst, wait, remote_factor: law.remote_factor }
            });
        }
        Attributes {
            memory: linked(memory, &self.memory),
            dirty_rate: linked(dirty_rate, &self.dirty_rate),
            must_stay: *must_stay > 0.0 && self.affinity.at(index).chance(*must_stay),
            class: class as u32,
            io,
            ..Attributes::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::law::{Constant, Exponential, Uniform};
    use loadlab_core::rng::Rng;

    const N: u64 = 40_000;

    fn exponential(mean: f64) -> Arc<dyn Law> {
        Arc::new(Exponential { mean })
    }

    /// The lifetimes of N processes and their attributes.
    fn draw(traits: &Traits) -> Vec<(f64, Attributes)> {
        let drawn = Drawn::new(traits, exponential(2.0), 1, 0);
        let mut rng = Rng::new(1);
        (0..N)
            .map(|k| {
                let lifetime = exponential(2.0).sample(&mut rng);
                (lifetime, drawn.of(k, lifetime))
            })
            .collect()
    }

    fn class(name: &str, weights: &[f64], io: Option<Io>) -> Class {
        Class { name: name.to_owned(), weights: weights.to_vec(), io }
    }

    /// Ranks from 0 to 1, less one half.
    fn ranks(values: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let mut ranks = vec![0.0; values.len()];
        order.iter().enumerate().for_each(|(rank, k)| ranks[*k] = (rank as f64 + 0.5) / values.len() as f64 - 0.5);
        ranks
    }

    #[test]
    fn memory_keeps_its_law_and_has_the_rank_correlation_asked_for() {
        for rho in [-0.5, 0.0, 0.8] {
            let memory = Some(Linked { law: exponential(7.0), rank_correlation: rho });
            let drawn = draw(&Traits { memory, ..Traits::default() });
            let (lifetimes, sizes): (Vec<f64>, Vec<f64>) = drawn.iter().map(|(l, a)| (*l, a.memory)).unzip();
            let product: f64 = ranks(&lifetimes).iter().zip(ranks(&sizes)).map(|(a, b)| a * b).sum();
            // The standard deviation of a rank correlation is at most about 1 / sqrt(n).
            let found = 12.0 * product / N as f64;
            assert!((found - rho).abs() < 4.0 / (N as f64).sqrt(), "asked for {rho}, found {found}");
            let mean = sizes.iter().sum::<f64>() / N as f64;
            assert!((mean - 7.0).abs() < 4.0 * 7.0 / (N as f64).sqrt(), "mean {mean}");
        }
    }

    #[test]
    fn the_stated_fraction_must_stay() {
        let drawn = draw(&Traits { must_stay: 0.3, ..Traits::default() });
        let share = drawn.iter().filter(|(_, a)| a.must_stay).count() as f64 / N as f64;
        assert!((share - 0.3).abs() < 4.0 * (0.21 / N as f64).sqrt(), "{share}");
        assert!(draw(&Traits::default()).iter().all(|(_, a)| *a == Attributes::default()));
    }

    #[test]
    fn classes_come_up_by_the_weights_of_their_range_of_lifetimes() {
        let list = vec![class("short", &[3.0, 0.0], None), class("any", &[1.0, 2.0], None)];
        let classes = Classes::new(vec![1.0], list).expect("good weights");
        assert_eq!(classes.names(), ["short", "any"]);
        let drawn = draw(&Traits { classes, ..Traits::default() });
        let brief: Vec<_> = drawn.iter().filter(|(lifetime, _)| *lifetime <= 1.0).collect();
        let share = brief.iter().filter(|(_, a)| a.class == 0).count() as f64 / brief.len() as f64;
        assert!((share - 0.75).abs() < 4.0 * (0.1875 / brief.len() as f64).sqrt(), "{share}");
        assert!(drawn.iter().filter(|(lifetime, _)| *lifetime > 1.0).all(|(_, a)| a.class == 1));
    }

    #[test]
    fn io_is_drawn_from_the_laws_of_the_class() {
        let burst: Arc<dyn Law> = Arc::new(Uniform::new(1.0, 3.0).expect("a good law"));
        let io = Io { burst, wait: Arc::new(Constant(0.5)), remote_factor: 2.0 };
        let list = vec![class("cpu", &[1.0], None), class("io", &[1.0], Some(io))];
        let classes = Classes::new(Vec::new(), list).expect("good weights");
        let drawn = draw(&Traits { classes, ..Traits::default() });
        assert!(drawn.iter().filter(|(_, a)| a.class == 0).all(|(_, a)| a.io == Phases::default()));
        let bursts: Vec<f64> = drawn.iter().filter(|(_, a)| a.class == 1).map(|(_, a)| a.io.burst).collect();
        let n = bursts.len() as f64;
        // Uniform on (1, 3): mean 2, variance 1/3.
        assert!((bursts.iter().sum::<f64>() / n - 2.0).abs() < 4.0 * (1.0 / 3.0 / n).sqrt());
        assert!(drawn.iter().filter(|(_, a)| a.class == 1).all(|(_, a)| (a.io.wait, a.io.remote_factor) == (0.5, 2.0)));
    }

    #[test]
    fn one_trait_never_shifts_another() {
        let memory = Some(Linked::independent(exponential(7.0)));
        let alone = draw(&Traits { memory: memory.clone(), ..Traits::default() });
        let classes = Classes::new(Vec::new(), vec![class("a", &[1.0], None)]).expect("good weights");
        let all = Traits { memory, dirty_rate: Some(Linked::independent(exponential(1.0))), must_stay: 0.5, classes };
        let together = draw(&all);
        assert!(alone.iter().zip(&together).all(|((_, a), (_, b))| a.memory == b.memory));
    }

    #[test]
    fn weights_that_do_not_fit_are_refused() {
        let bad = [
            Classes::new(vec![1.0], vec![class("a", &[1.0], None)]),
            Classes::new(Vec::new(), vec![class("a", &[-1.0], None)]),
            Classes::new(Vec::new(), vec![class("a", &[0.0], None)]),
            Classes::new(vec![2.0, 1.0], vec![class("a", &[1.0, 1.0, 1.0], None)]),
        ];
        assert!(bad.iter().all(Result::is_err));
    }
}
