//! Which metrics have no finite mean or variance under the law of lifetimes that a cell declares, so that no number of
//! replications makes them precise.
//!
//! Not here: estimates of tails from runs (`stats`), and what follows from a doubt (`results`).

use crate::catalogues;
use crate::file::Cell;
use crate::stats::{Infinite, Warning};
use loadlab_core::law::Law;

/// What the moments of a metric depend on.
struct World<'a> {
    law: &'a dyn Law,
    /// Whether a process may wait while others are served, however short it is: FCFS and round robin.
    waits: bool,
    /// Whether a process may wait for the whole of another one: FCFS.
    whole: bool,
    /// Whether nodes are queues of their own, each with random arrivals.
    alone: bool,
    /// Whether the policy is blind to lifetimes, so that waiting does not depend on a process's own.
    blind: bool,
    /// Whether asking or starting elsewhere costs time.
    costs: bool,
}

/// The doubt about a metric of a cell, if there is one; certain ones first.
///
/// With lifetime X, response T and wait W: T >= X / speed always, so mean responses have an infinite variance with
/// E\[X^2\]. W of an M/G/1 FCFS queue has a mean with E\[X^2\] (Pollaczek & Khinchine) and a variance with E\[X^3\].
/// Where W does not depend on X, the slowdown's mean needs E\[1/X\] and its variance E\[1/X^2\]. Under processor sharing,
/// SRPT and FB the slowdown of short processes stays finite.
pub fn doubt(cell: &Cell, metric: &str) -> Option<Warning> {
    let scenario = &cell.scenario.args;
    if !scenario.has("lifetime") {
        return None;
    }
    let law = scenario.law("lifetime");
    let disciplines: Vec<&str> =
        scenario.tables("nodes").into_iter().map(|n| n.table("discipline").text("kind")).collect();
    let any = |names: &[&str]| disciplines.iter().any(|d| names.contains(d));
    let network = scenario.table("network");
    let policy = &cell.policy.args;
    let declared = catalogues::policy(policy.text("kind")).and_then(|kind| (kind.build)(policy).ok());
    let world = World {
        law: law.as_ref(),
        waits: any(&["fcfs", "rr"]),
        whole: any(&["fcfs"]),
        alone: policy.text("kind") == "none" || (policy.text("kind") == "random" && !policy.has("threshold")),
        blind: declared.is_some_and(|p| !p.declare().knows.lifetime),
        costs: network.text("kind") != "none"
            || network.number("probe_cost") > 0.0
            || scenario.has("forwarding")
            || scenario.has("faults")
            || scenario.maybe_table("placement").is_some_and(|t| t.text("kind") != "free"),
    };
    let doubts = world.doubts(metric);
    let found = doubts.iter().find(|d| d.3).or_else(|| doubts.first());
    found.map(|(what, order, _, certain)| Warning::InfiniteMoment { what: *what, order: *order, certain: *certain })
}

impl World<'_> {
    /// (what, order, whether it applies, whether it is certain), where the moment is infinite.
    fn doubts(&self, metric: &str) -> Vec<(Infinite, f64, bool, bool)> {
        use Infinite::{Mean, Variance};
        let needed: &[(Infinite, f64, bool, bool)] = match metric {
            "response.mean" | "response.max" => {
                &[(Mean, 2.0, self.whole, self.alone), (Variance, 2.0, true, true), (Variance, 3.0, self.whole, false)]
            }
            "delay.mean" | "in_system.mean" => {
                &[(Mean, 2.0, self.whole, self.alone), (Variance, 3.0, self.whole, false)]
            }
            "slowdown.mean" | "slowdown.sd" => &[
                (Mean, -1.0, self.waits, self.blind),
                (Mean, 2.0, self.whole, self.alone),
                (Variance, -2.0, self.waits, self.blind),
                (Mean, -1.0, self.costs && !self.alone, false),
                (Variance, 3.0, self.whole, false),
            ],
            _ => &[],
        };
        let infinite = |d: &&(Infinite, f64, bool, bool)| d.2 && self.law.moment(d.1) == f64::INFINITY;
        needed.iter().filter(infinite).copied().collect()
    }
}
