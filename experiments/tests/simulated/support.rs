//! What the theory tests share: systems that run in steady state, independent replications, and the criterion.
//!
//! Warm-up. Every run starts empty. An M/M/1 node forgets its start like exp(-t / r), times a power of t, with the
//! relaxation time r = 1 / (1 - sqrt(load))^2 mean lifetimes (Cohen, The single server queue, 1982, section II.2.1); in
//! heavy traffic r grows with the variability of lifetimes like (1 + C2) / 2. A warm-up of at least 5 r leaves less than
//! e^-5 = 0.7 % of the initial deficit; averaged over a window of at least 10 r, through which it goes on falling, that
//! is less than 0.07 % of the value. With the power of t, which is small by then, the bias is well below a quarter of
//! the standard errors, which are 0.2 to 0.5 % of the value.

use loadlab_core::law::Law;
use loadlab_core::policy::Policy;
use loadlab_core::record::Sink;
use loadlab_core::record::metric::Metric;
use loadlab_core::scenario::{Warmup, Window};
use loadlab_core::{Discipline, NodeKind, Outcome, Scenario};
use loadlab_workloads::arrivals::Poisson;
use loadlab_workloads::{Homes, Recipe, Synthetic};
use rayon::prelude::*;
use std::fmt::Display;
use std::sync::Arc;

/// Independent replications behind each estimate.
pub(crate) const REPLICATIONS: u64 = 40;

/// Whether the long versions were asked for.
pub(crate) fn full() -> bool {
    let full = std::env::var_os("LOADLAB_FULL").is_some_and(|v| v == "1");
    if !full {
        println!("\nskipped: the loads that take minutes; set LOADLAB_FULL=1 to run them");
    }
    full
}

/// Nodes of speed 1 and one core.
pub(crate) fn nodes(count: u32, discipline: Discipline) -> Vec<(NodeKind, u32)> {
    vec![(NodeKind { discipline, ..NodeKind::default() }, count)]
}

/// The relaxation time of an M/G/1 node; see above.
pub(crate) fn relaxation(load: f64, lifetime: &dyn Law) -> f64 {
    let root = 1.0 - load.sqrt();
    lifetime.mean() * (1.0 + lifetime.c2()) / 2.0 / (root * root)
}

/// A world, its workload and the seed of its runs.
pub(crate) struct System {
    pub(crate) scenario: Scenario,
    pub(crate) recipe: Recipe,
    pub(crate) seed: u64,
}

impl System {
    /// These nodes under Poisson arrivals, at every node equally often.
    pub(crate) fn new(seed: u64, nodes: Vec<(NodeKind, u32)>, load: f64, lifetime: &Arc<dyn Law>) -> System {
        let scenario = Scenario { nodes, ..Scenario::simple(1, Discipline::Fcfs, 1) };
        let recipe = Recipe::new(
            Arc::new(Poisson),
            load * scenario.capacity() / lifetime.mean(),
            lifetime.clone(),
            Homes::Even(scenario.count() as u32),
        );
        System { scenario, recipe, seed }
    }

    /// Measures as many processes as arrive in so many seconds, after those of the warm-up. Means over processes are
    /// then free of the bias of a ratio.
    pub(crate) fn by_processes(mut self, warm: f64, measured: f64) -> System {
        let arrivals = |seconds: f64| (self.recipe.rate * seconds).ceil() as u64;
        let window = Window { warmup: Warmup::Processes(arrivals(warm)), ..Window::default() };
        self.scenario.window = Window { processes: Some(arrivals(warm) + arrivals(measured)), ..window };
        self
    }

    /// Measures for so many seconds after the warm-up. Averages over time are then free of the bias of a ratio.
    pub(crate) fn by_time(mut self, warm: f64, measured: f64) -> System {
        let window = Window { warmup: Warmup::Seconds(warm), ..Window::default() };
        self.scenario.window = Window { seconds: Some(warm + measured), ..window };
        self
    }

    /// One replication.
    pub(crate) fn run(&self, policy: &dyn Policy, replication: u64) -> Outcome {
        self.run_into(policy, replication, None)
    }

    /// One replication with its full record.
    pub(crate) fn run_into<'a>(
        &'a self,
        policy: &dyn Policy,
        replication: u64,
        sink: Option<&'a mut dyn Sink>,
    ) -> Outcome {
        let source = Box::new(Synthetic::new(&self.recipe, self.seed, replication));
        loadlab_core::simulate(&self.scenario, source, policy, self.seed, replication, sink)
            .expect("the run is possible")
    }

    /// Estimates of metrics, by name.
    pub(crate) fn estimates<const K: usize>(&self, policy: &dyn Policy, metrics: [&str; K]) -> [Estimate; K] {
        replicate(|r| {
            let outcome = self.run(policy, r);
            metrics.map(|name| metric(&outcome, name))
        })
    }

    /// The estimate of one metric, by name.
    pub(crate) fn estimate(&self, policy: &dyn Policy, metric: &str) -> Estimate {
        let [estimate] = self.estimates(policy, [metric]);
        estimate
    }
}

/// A metric of a run, by name.
pub(crate) fn metric(outcome: &Outcome, name: &str) -> f64 {
    (Metric::find(name).unwrap_or_else(|| panic!("there is no metric {name}")).value)(outcome)
}

/// Mean and standard error of each of K values over the replications.
pub(crate) fn replicate<const K: usize>(one: impl Fn(u64) -> [f64; K] + Sync) -> [Estimate; K] {
    let runs: Vec<[f64; K]> = (0..REPLICATIONS).into_par_iter().map(&one).collect();
    std::array::from_fn(|k| Estimate::of(&runs.iter().map(|values| values[k]).collect::<Vec<f64>>()))
}

/// What independent replications say about one value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

impl Estimate {
    /// From one value per replication.
    pub(crate) fn of(values: &[f64]) -> Estimate {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        Estimate { mean, error: (squares / (n - 1.0) / n).sqrt() }
    }

    fn accepts(&self, value: f64, known: f64) -> bool {
        (self.mean - value).abs() <= 4.0 * self.error + known
    }
}

/// The criterion: standard error at most 0.5 % of the value, the formula within 4 standard errors, and the formula
/// rejected when it is off by 3 %.
#[track_caller]
pub(crate) fn agrees(what: impl Display, estimate: Estimate, theory: f64) {
    agrees_within(what, estimate, theory, 0.0);
}

/// The criterion for a formula, or a measurement, that states an error of its own.
#[track_caller]
pub(crate) fn agrees_within(what: impl Display, estimate: Estimate, theory: f64, known: f64) {
    let Estimate { mean, error } = estimate;
    let off = 100.0 * (mean / theory - 1.0);
    println!(
        "{what}: theory {theory:.5}, simulated {mean:.5} ± {error:.5} ({off:+.2} %, {:.2} SE)",
        (mean - theory) / error
    );
    assert!(error <= 0.005 * theory.abs(), "{what}: the runs are too short: {mean} ± {error}");
    assert!(
        estimate.accepts(theory, known),
        "{what}: theory {theory}, known error {known}, simulated {mean} ± {error}"
    );
    for wrong in [0.97 * theory, 1.03 * theory] {
        assert!(!estimate.accepts(wrong, known), "{what}: a formula off by 3 % would pass: {mean} ± {error}");
    }
}

/// The criterion for many nodes against the limit of infinitely many: standard error at most 0.2 %, and a difference
/// of at most 0.5 % or 3 standard errors. (At 1,000 nodes the limit itself is off by up to 0.3 %.)
#[track_caller]
pub(crate) fn many_nodes_agree(what: impl Display, estimate: Estimate, theory: f64) {
    let Estimate { mean, error } = estimate;
    let off = 100.0 * (mean / theory - 1.0);
    println!("{what}: theory {theory:.5}, simulated {mean:.5} ± {error:.5} ({off:+.2} %)");
    assert!(error <= 0.002 * theory.abs(), "{what}: the runs are too short: {mean} ± {error}");
    let near = |value: f64| (mean - value).abs() <= (0.005 * value).max(3.0 * error);
    assert!(near(theory), "{what}: theory {theory}, simulated {mean} ± {error}");
    assert!(!near(0.97 * theory) && !near(1.03 * theory), "{what}: a formula off by 3 % would pass: {mean} ± {error}");
}

/// The exponential law with mean 1.
pub(crate) fn exponential() -> Arc<dyn Law> {
    Arc::new(loadlab_core::law::Exponential { mean: 1.0 })
}

/// The law of a constant 1.
pub(crate) fn constant() -> Arc<dyn Law> {
    Arc::new(loadlab_core::law::Constant(1.0))
}

/// The hyperexponential law of two branches with balanced means, mean 1.
pub(crate) fn hyper(c2: f64) -> Arc<dyn Law> {
    Arc::new(loadlab_core::law::Hyperexponential::balanced(1.0, c2).expect("C2 is at least 1"))
}

/// The bounded Pareto law of mean 1 with this greatest value.
pub(crate) fn bounded_pareto(alpha: f64, max: f64) -> Arc<dyn Law> {
    Arc::new(
        loadlab_core::law::BoundedPareto::with_mean_and_max(1.0, max, alpha).expect("the mean is below the maximum"),
    )
}

/// A heavy tail over three decades and more.
pub(crate) fn heavy() -> Arc<dyn Law> {
    bounded_pareto(1.1, 300.0)
}

#[test]
fn the_standard_error_covers_a_known_mean_as_often_as_it_should() {
    let life = exponential();
    let covered = (0..2000u64).into_par_iter().filter(|seed| {
        let mut rng = loadlab_core::rng::Rng::new(*seed);
        let values: Vec<f64> =
            (0..REPLICATIONS).map(|_| (0..100).map(|_| life.sample(&mut rng)).sum::<f64>() / 100.0).collect();
        let estimate = Estimate::of(&values);
        (estimate.mean - 1.0).abs() <= 2.0 * estimate.error
    });
    // Student's t with 39 degrees of freedom is within ±2 with probability 0.9475.
    let share = covered.count() as f64 / 2000.0;
    assert!((share - 0.9475).abs() < 4.0 * (0.9475 * 0.0525 / 2000.0f64).sqrt(), "covered in {share} of the cases");
}
