//! One formula at one load: its value, its simulation, the criterion, and its line in `docs/theory-grid.md`.
//!
//! Not here: which cells there are (`grid`, `few_nodes`, `idle_queue`, `under_way`, `paying`, `board`, `sizes`).

use crate::control::{many, response};
use crate::support::{Estimate, System};
use loadlab_core::policy::Policy;
use loadlab_core::theory::Solved;
use loadlab_core::theory::refined::Refined;

/// Nodes of a system that stands for infinitely many.
pub(crate) const MANY: u32 = 1000;

/// A formula at a load.
pub(crate) struct Cell {
    /// Its path below `theory`, or where else it is computed.
    pub(crate) formula: &'static str,
    /// T and Lp, or what else it has.
    pub(crate) parameters: String,
    pub(crate) nodes: u32,
    pub(crate) load: f64,
    /// Its value.
    pub(crate) theory: f64,
    /// The error that it states itself.
    pub(crate) own: f64,
    /// For the limit of many nodes: its value for this number, to the order 1/N.
    refined: Option<Box<dyn Fn(f64) -> Solved<Refined>>>,
    measure: Box<dyn Fn(u64) -> Estimate>,
}

impl Cell {
    /// A cell with a simulation of its own, which is given its seed.
    pub(crate) fn of(
        (formula, parameters): (&'static str, String),
        (nodes, load): (u32, f64),
        theory: f64,
        measure: impl Fn(u64) -> Estimate + 'static,
    ) -> Cell {
        Cell { formula, parameters, nodes, load, theory, own: 0.0, refined: None, measure: Box::new(measure) }
    }

    /// A policy on equal nodes with free transfers against its mean response `w` as a function of the load.
    pub(crate) fn free(
        name: (&'static str, String),
        (nodes, load): (u32, f64),
        policy: impl Policy + 'static,
        w: impl Fn(f64) -> f64 + 'static,
    ) -> Cell {
        Cell::on(name, (nodes, load), policy, w, |system| system)
    }

    /// The same on systems that are changed before they run.
    pub(crate) fn on(
        name: (&'static str, String),
        (nodes, load): (u32, f64),
        policy: impl Policy + 'static,
        w: impl Fn(f64) -> f64 + 'static,
        change: impl Fn(System) -> System + 'static,
    ) -> Cell {
        let theory = w(load);
        Cell::of(name, (nodes, load), theory, move |seed| response(change(many(seed, nodes, load)), load, &policy, &w))
    }

    /// With what the same policy has at N nodes.
    pub(crate) fn refined(self, of: impl Fn(f64) -> Solved<Refined> + 'static) -> Cell {
        Cell { refined: Some(Box::new(of)), ..self }
    }

    /// Against a formula with an error.
    pub(crate) fn with_own_error(self, own: f64) -> Cell {
        Cell { own, ..self }
    }

    /// What tells it from all others.
    pub(crate) fn key(&self) -> String {
        format!("| `{}` | {} | {} | {} |", self.formula, self.parameters, self.nodes, self.load)
    }

    /// Simulates it. The seed depends on nothing but the key (FNV-1a).
    pub(crate) fn measure(&self) -> Estimate {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        (self.measure)(self.key().bytes().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    /// |difference| <= max(0.5 %, 3 standard errors), beside what the formula says of itself.
    pub(crate) fn near(&self, estimate: Estimate, value: f64) -> bool {
        (estimate.mean - value).abs() <= (0.005 * value).max(3.0 * estimate.error) + self.own
    }

    /// Where 1,000 nodes are too few for the limit: the value for 1,000 nodes, if the simulation is near that.
    pub(crate) fn exception(&self, estimate: Estimate) -> Option<f64> {
        if self.near(estimate, self.theory) {
            return None;
        }
        let finite = self.refined.as_ref()?(self.load).unwrap().response;
        self.near(estimate, finite).then_some(finite)
    }

    /// Whether values off by 3 % either way would have been told from the right one.
    pub(crate) fn is_sharp(&self, estimate: Estimate) -> bool {
        !self.near(estimate, 0.97 * self.theory) && !self.near(estimate, 1.03 * self.theory)
    }

    /// Whether an estimate is near the formula, or the value for this number of nodes.
    pub(crate) fn holds(&self, estimate: Estimate) -> bool {
        self.near(estimate, self.theory) || self.exception(estimate).is_some()
    }

    /// The criterion. What is not near the limit of many nodes must be near the value for this number of nodes.
    #[track_caller]
    pub(crate) fn check(&self, estimate: Estimate) {
        let (line, theory) = (self.line(estimate), self.theory);
        assert!(estimate.error <= 0.002 * theory, "the runs are too short: {line}");
        assert!(self.holds(estimate), "the formula does not hold: {line}");
        assert!(self.own > 0.0 || self.is_sharp(estimate), "a formula off by 3 % would pass: {line}");
    }

    /// As in the table.
    pub(crate) fn line(&self, estimate: Estimate) -> String {
        let (Estimate { mean, error }, theory) = (estimate, self.theory);
        let (percent, off) = (100.0 * error / mean, 100.0 * (mean / theory - 1.0));
        let note = match self.exception(estimate) {
            Some(finite) => format!("{finite:.5} for {} nodes", self.nodes),
            None if self.own > 0.0 => format!("± {:.5}", self.own),
            None => String::new(),
        };
        format!("{} {theory:.5} | {mean:.5} | {percent:.3} % | {off:+.2} % | {note} |\n", self.key())
    }
}

/// Simulates and checks cells, all of which are shown before the first that fails; their lines.
#[track_caller]
pub(crate) fn check_all(cells: &[Cell]) -> String {
    check_by(cells, Cell::measure)
}

/// The same with estimates that may be known already.
#[track_caller]
pub(crate) fn check_by(cells: &[Cell], estimate: impl Fn(&Cell) -> Estimate) -> String {
    let estimates: Vec<Estimate> = cells
        .iter()
        .map(|cell| {
            let estimate = estimate(cell);
            print!("{}", cell.line(estimate));
            estimate
        })
        .collect();
    cells.iter().zip(&estimates).for_each(|(cell, estimate)| cell.check(*estimate));
    for cell in cells {
        let mut same = cells.iter().zip(&estimates).filter(|(other, _)| other.formula == cell.formula);
        assert!(same.any(|(other, e)| other.is_sharp(*e)), "{}: no cell would reject a value off by 3 %", cell.formula);
    }
    cells.iter().zip(&estimates).map(|(cell, estimate)| cell.line(*estimate)).collect()
}
