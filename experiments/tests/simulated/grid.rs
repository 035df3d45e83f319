//! Policies with free transfers on 1,000 nodes against their mean fields: families, thresholds, probes, loads.
//!
//! The normal run takes a few cells of each family; `LOADLAB_FULL=1` takes all of them and writes `docs/theory-grid.md`.

use crate::control::{many, response};
use crate::policies::ShorterOfTwo;
use crate::support::{Estimate, full, many_nodes_agree};
use loadlab_core::policy::Policy;
use loadlab_core::theory::{MeanField, Solved, sharing, stealing, supermarket};
use loadlab_policies::{PowerOfD, PullRate, PushRate, Random, Receiver, Shortest, Symmetric, Threshold, WorkStealing};

/// The loads of the whole grid.
const LOADS: [f64; 7] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95];

type Formula = Box<dyn Fn(f64) -> Solved<MeanField>>;

/// A policy and its formula, at every load.
struct Row {
    family: &'static str,
    /// T and Lp, or what else the family has.
    parameters: String,
    policy: Box<dyn Policy>,
    formula: Formula,
}

fn row(family: &'static str, parameters: String, policy: impl Policy + 'static, formula: Formula) -> Row {
    Row { family, parameters, policy: Box::new(policy), formula }
}

/// The families with a threshold and a number of probes.
fn of_probes(t: u32, probes: u8) -> Vec<Row> {
    let lp = u32::from(probes);
    let say = || format!("T = {t}, Lp = {lp}");
    let random = Random { threshold: Some(t), transfers: lp };
    vec![
        row("threshold", say(), Threshold { threshold: t, probes }, Box::new(move |l| sharing::threshold(l, t, lp))),
        row("random", format!("T = {t}, Lt = {lp}"), random, Box::new(move |l| sharing::random(l, t, lp))),
        row("shortest", say(), Shortest { threshold: t, probes }, Box::new(move |l| sharing::shortest(l, t, lp))),
        row("receiver", say(), Receiver::new(t, probes), Box::new(move |l| sharing::receiver(l, t, lp))),
        row("symmetric", say(), Symmetric::new(t, probes, probes), Box::new(move |l| sharing::symmetric(l, t, lp, lp))),
    ]
}

fn stealing_from(t: u32) -> Row {
    row("work stealing", format!("from {t}"), WorkStealing::new(t, 1), Box::new(move |l| stealing::when_idle(l, t)))
}

/// Nodes with two or more processes push at rate r each: R = r s_2 probes per node, and s_2 = λ² - R (1 - λ) by the
/// formula itself, so R = r λ² / (1 + r (1 - λ)).
fn at_rate(rate: f64) -> [Row; 2] {
    let pushed = move |load: f64| stealing::push_rate(load, rate * load * load / (1.0 + rate * (1.0 - load)));
    [
        row("pull", format!("rate {rate}"), PullRate::new(rate), Box::new(move |l| stealing::retrying(l, rate))),
        row("push", format!("rate {rate}"), PushRate::new(rate), Box::new(pushed)),
    ]
}

fn choices(d: u8) -> Row {
    let policy = PowerOfD { d, replacement: false };
    row("supermarket", format!("d = {d}"), policy, Box::new(move |l| supermarket::choices(l, u32::from(d))))
}

/// The weak form of the threshold supermarket is Random(T, 1).
fn strong(t: u32) -> Row {
    let policy = ShorterOfTwo { threshold: t };
    row("supermarket, strong", format!("T = {t}"), policy, Box::new(move |l| supermarket::strong_threshold(l, t)))
}

fn rows() -> Vec<Row> {
    let thresholds = [1, 2, 3].into_iter();
    let mut rows: Vec<Row> =
        thresholds.flat_map(|t| [1, 3, 5].into_iter().flat_map(move |p| of_probes(t, p))).collect();
    rows.sort_by_key(|row| row.family);
    rows.extend([2, 3, 5].map(stealing_from));
    rows.extend([1.0, 5.0].into_iter().flat_map(at_rate));
    rows.extend([2, 3, 5].map(choices));
    rows.extend([1, 2, 3].map(strong));
    rows
}

/// A row at a load: estimate and formula.
struct Cell<'a> {
    row: &'a Row,
    load: f64,
    estimate: Estimate,
    theory: f64,
}

impl Cell<'_> {
    fn measure(seed: u64, row: &Row, load: f64) -> Cell<'_> {
        let formula = |load: f64| (row.formula)(load).unwrap().response;
        Cell { row, load, estimate: response(many(seed, 1000, load), load, &*row.policy, &formula), theory: formula(load) }
    }

    fn check(&self) {
        let what = format!("{}, {}, at {}", self.row.family, self.row.parameters, self.load);
        many_nodes_agree(what, self.estimate, self.theory);
    }

    fn line(&self) -> String {
        let Row { family, parameters, .. } = self.row;
        let (Estimate { mean, error }, Cell { load, theory, .. }) = (self.estimate, self);
        let (error, off) = (100.0 * error / mean, 100.0 * (mean / theory - 1.0));
        format!("| {family} | {parameters} | {load} | {theory:.5} | {mean:.5} | {error:.3} % | {off:+.2} % |\n")
    }
}

#[test]
fn a_thousand_nodes_respond_as_in_the_mean_field_of_every_family() {
    let mut cells = Vec::new();
    for (t, probes, load) in [(1, 1, 0.5), (1, 3, 0.8), (2, 1, 0.7), (2, 3, 0.9), (3, 5, 0.8)] {
        cells.extend(of_probes(t, probes).into_iter().map(|row| (row, load)));
    }
    cells.extend([(stealing_from(2), 0.8), (stealing_from(5), 0.7)]);
    cells.extend(at_rate(5.0).into_iter().map(|row| (row, 0.8)));
    cells.extend([(choices(2), 0.9), (choices(3), 0.5), (choices(5), 0.8), (strong(2), 0.8)]);
    for (k, (row, load)) in cells.iter().enumerate() {
        Cell::measure(30_000 + k as u64, row, *load).check();
    }
}

const HEAD: &str = "# Free sharing on 1,000 nodes against its formulas

Written by the theory tests of the simulator (`experiments/tests/simulated/grid.rs`, with `LOADLAB_FULL=1`). Lifetimes are
exponential with mean 1, nodes serve first come first served, transfers and probes are free and take no time. W is the
mean response; the formula is the limit of infinitely many nodes, the estimate is of 1,000 nodes, with its standard
error. Every row passed: standard error at most 0.2 %, difference at most 0.5 % or 3 standard errors.

| policy | parameters | load | formula | estimate | standard error | difference |
|---|---|---:|---:|---:|---:|---:|
";

#[test]
fn the_whole_grid_of_a_thousand_nodes_responds_as_in_the_mean_fields() {
    if !full() {
        return;
    }
    let rows = rows();
    let mut cells = Vec::new();
    for (j, row) in rows.iter().enumerate() {
        for (k, &load) in LOADS.iter().enumerate() {
            let cell = Cell::measure(31_000 + 10 * j as u64 + k as u64, row, load);
            print!("{}", cell.line());
            cells.push(cell);
        }
    }
    cells.iter().for_each(Cell::check);
    let table: String = cells.iter().map(Cell::line).collect();
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/theory-grid.md"), format!("{HEAD}{table}")).unwrap();
}
