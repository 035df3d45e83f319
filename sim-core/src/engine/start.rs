//! The world before anything has happened: empty nodes, nothing known, nothing measured.

use crate::information::{Gauges, Knowledge};
use crate::node::{Node, NodeKind};
use crate::policy::{Declared, Stage};
use crate::process::Slab;
use crate::record::{Outcome, Series};
use crate::rng::Stream;
use crate::scenario::Scenario;

/// For how many processes room is kept from the start; memory that is never used costs nothing.
const PROCESSES_PER_NODE: usize = 4;

/// Nothing measured yet.
pub(super) fn blank(scenario: &Scenario, oracle: bool) -> Outcome {
    Outcome {
        oracle,
        capacity: scenario.capacity(),
        nodes: scenario.count() as u32,
        cores: scenario.nodes.iter().map(|(k, count)| u64::from(k.cores) * u64::from(*count)).sum(),
        series: scenario.window.series.then(Series::default),
        ..Outcome::default()
    }
}

/// Nobody there. The phases of load indices come from their own stream of the replication.
pub(super) fn stage(
    scenario: &Scenario,
    declared: &Declared,
    class_names: Vec<String>,
    seed: u64,
    replication: u64,
) -> Stage {
    let count = scenario.count() as u32;
    // Room for all at once: a list that grows is moved, which tears its large pages apart.
    let mut nodes = Vec::with_capacity(count as usize);
    for (k, (kind, count)) in scenario.nodes.iter().enumerate() {
        nodes.extend((0..*count).map(|_| Node::new(k as u16, kind)));
    }
    let kinds: Vec<NodeKind> = scenario.nodes.iter().map(|(kind, _)| kind.clone()).collect();
    Stage {
        nodes,
        kinds,
        processes: Slab::with_room(PROCESSES_PER_NODE * count as usize),
        attributes: Vec::new(),
        parked: Vec::new(),
        held: Vec::new(),
        since: Vec::new(),
        in_transit: Vec::new(),
        class_names,
        migration: scenario.migration,
        knows: declared.knows,
        knowledge: Knowledge::new(&declared.information, count, declared.dispatchers),
        gauges: Gauges::new(declared.load, count, &mut Stream::new(seed, "gauges", replication).rng()),
    }
}
