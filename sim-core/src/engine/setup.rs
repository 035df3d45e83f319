//! What a run begins with: nodes, instances, streams, and what is known before it begins.

use super::calls::Calls;
use super::inquiry::Inquiries;
use super::instances::Instances;
#[cfg(debug_assertions)]
use super::ledger::Ledger;
use super::openings::Openings;
use super::rules::Rules;
use super::underway::Transit;
use super::{Event, Informant, Mind, World};
use crate::error::Error;
use crate::information::{Gauges, Knowledge};
use crate::node::Node;
use crate::policy::{Commands, Declared, Policy, Stage};
use crate::process::Slab;
use crate::queue::{Completions, agenda::Agenda};
use crate::record::{Outcome, Series, Sink, Traffic};
use crate::rng::{Rng, Stream};
use crate::scenario::{Scenario, Warmup};
use crate::source::Source;
use crate::time::Time;
use std::collections::{BTreeMap, VecDeque};

/// For how many processes room is kept from the start; memory that is never used costs nothing.
const PROCESSES_PER_NODE: usize = 4;

/// Nothing measured yet.
fn blank(scenario: &Scenario, nodes: u32, oracle: bool) -> Outcome {
    Outcome {
        oracle,
        capacity: scenario.capacity(),
        nodes,
        cores: scenario.nodes.iter().map(|(k, count)| u64::from(k.cores) * u64::from(*count)).sum(),
        series: scenario.window.series.then(Series::default),
        ..Outcome::default()
    }
}

/// The nodes, in the order of their numbers.
fn nodes_of(scenario: &Scenario, plain: bool) -> Vec<Node> {
    // Room for all at once: a list that grows is moved, which tears its large pages apart.
    let mut nodes = Vec::with_capacity(scenario.count() as usize);
    let make = if plain { Node::plain } else { Node::new };
    for (k, (kind, count)) in scenario.nodes.iter().enumerate() {
        nodes.extend((0..*count).map(|_| make(k as u16, kind)));
    }
    nodes
}

/// Nodes, and nothing on them.
fn stage(scenario: &Scenario, declared: &Declared, plain: bool, class_names: Vec<String>, mut gauges: Rng) -> Stage {
    let nodes = nodes_of(scenario, plain);
    let count = nodes.len() as u32;
    let room = if plain { 0 } else { PROCESSES_PER_NODE * nodes.len() };
    Stage {
        nodes,
        kinds: scenario.nodes.iter().map(|(kind, _)| kind.clone()).collect(),
        processes: Slab::with_room(room),
        attributes: Vec::new(),
        parked: Vec::new(),
        held: Vec::new(),
        since: Vec::new(),
        in_transit: Vec::new(),
        class_names,
        migration: scenario.migration_alone(),
        knows: declared.knows,
        knowledge: Knowledge::new(&declared.information, count, declared.dispatchers),
        gauges: Gauges::new(declared.load, count, &mut gauges),
        plain,
    }
}

impl<'a> World<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        source: Box<dyn Source>,
        policy: &dyn Policy,
        seed: u64,
        replication: u64,
        sink: Option<&'a mut dyn Sink>,
    ) -> Result<Self, Error> {
        let declared = policy.declare();
        declared.check(scenario.count() as u32)?;
        let rules = Rules::of(scenario, &declared, sink.is_some(), source.feedback());
        let gauges = Stream::new(seed, "gauges", replication).rng();
        let stage = stage(scenario, &declared, rules.plain, source.class_names(), gauges);
        let nodes = stage.nodes.len();
        let (least, mean) = source.scale();
        let mut world = World {
            now: Time::ZERO,
            completions: Completions::new(nodes, scenario.capacity() / mean),
            agenda: Agenda::new(),
            feedback: source.feedback().then(Box::default),
            source,
            births: Vec::new(),
            next_birth: 0,
            next_arrival: Time::NEVER,
            groups: BTreeMap::new(),
            clones: Vec::new(),
            mind: Mind {
                instances: Instances::new(policy, &declared, nodes as u32),
                rng: Stream::new(seed, "policy", replication).rng(),
                commands: Commands::new(),
            },
            informant: Box::new(Informant::new(
                declared.information,
                Stream::new(seed, "information", replication).rng(),
            )),
            rules,
            openings: None,
            inquiries: Inquiries::default(),
            transit: Transit::of(scenario),
            calls: Calls::of(scenario.forwarding),
            failing: None,
            pending: VecDeque::new(),
            replies: Vec::with_capacity(16),
            targets: Vec::with_capacity(16),
            traffic: Traffic::default(),
            #[cfg(debug_assertions)]
            ledger: Ledger::default(),
            outcome: blank(scenario, nodes as u32, declared.is_oracle()),
            sink,
            arrived: 0,
            inside: 0,
            last: scenario.window.processes.unwrap_or(u64::MAX),
            open: true,
            measuring: scenario.window.warmup == Warmup::None,
            instant: 0,
            quiet: 0,
            // Where every lifetime is 0 there is nothing to resolve.
            trusted: if mean == 0.0 { Time::NEVER } else { Time::trusted_until(least, mean) },
            scenario,
            stage,
        };
        world.plan(&declared, seed, replication);
        world.refill().map_err(|e| *e)?;
        Ok(world)
    }

    /// What is known before the run begins.
    fn plan(&mut self, declared: &Declared, seed: u64, replication: u64) {
        if let Some(ask) = declared.opening.filter(|_| !self.scenario.attributes) {
            self.openings =
                Openings::new(ask, self.stage.nodes.len() as u32, Stream::new(seed, "openings", replication).rng());
        }
        for (t, node, change) in &self.scenario.changes {
            self.schedule(*t, Event::Change(*node, *change));
        }
        if let Warmup::Seconds(t) = self.scenario.window.warmup {
            self.schedule(Time::new(t), Event::Measure);
        }
        if let Some(t) = self.scenario.window.seconds {
            self.schedule(Time::new(t), Event::Horizon);
        }
        self.plan_faults(Stream::new(seed, "faults", replication).rng());
        self.start_informing();
        self.schedule_periods(declared, Stream::new(seed, "phases", replication).rng());
    }
}
