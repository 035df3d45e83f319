//! What a policy sees when it decides. Nothing else reaches it: a view gives only what the declared information
//! structure delivered. Tests build views by hand with [`Fixture`]; the engine backs them with its own state.

use super::{Declared, Information, Knows, Observation, Site};
use crate::information::{Entry, Gauges, Knowledge};
use crate::node::{Node, NodeKind};
use crate::process::{Attributes, NodeId, ProcessId, Slab, Slot, State};
use crate::rng::Rng;
use crate::time::Time;
use crate::transfer::Transfer;

/// A process whose placement is to be decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Newcomer {
    /// Its name.
    pub id: ProcessId,
    /// Where it arrived.
    pub home: NodeId,
    /// Where it is now: its home, or the node that it was forwarded to.
    pub at: NodeId,
    /// How often it has been forwarded.
    pub hops: u32,
    /// Its memory in bytes (0 where the workload has none).
    pub memory: f64,
    /// Its class, as an index into the workload's table.
    pub class: u32,
    /// Its lifetime, where the policy declares that it knows lifetimes.
    pub lifetime: Option<f64>,
}

/// A process at this node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resident {
    /// Its name.
    pub id: ProcessId,
    /// CPU seconds that it has received.
    pub age: f64,
    /// When it arrived in the system.
    pub arrival: Time,
    /// When it came to this node: by its last migration, or when it arrived.
    pub since: Time,
    /// Its home.
    pub home: NodeId,
    /// Its memory in bytes.
    pub memory: f64,
    /// How often it has moved after it started.
    pub moves: u32,
    /// Its class.
    pub class: u32,
    /// Seconds that moving it would cost, by the declared mechanism.
    pub cost: f64,
    /// Its lifetime, where the policy declares that it knows lifetimes.
    pub lifetime: Option<f64>,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether its home is another node.
    pub foreign: bool,
    /// Whether it has received any service, or is being served.
    pub started: bool,
    /// The fraction of its CPU time that it spends talking to partners.
    pub communication: f64,
}

/// The state behind a view.
#[derive(Clone, Copy)]
pub(crate) enum Outlook<'a> {
    Stage(&'a Stage),
    Fixture(&'a Fixture),
}

/// The engine's state, as far as a view may draw on it.
pub(crate) struct Stage {
    pub(crate) nodes: Vec<Node>,
    pub(crate) kinds: Vec<NodeKind>,
    pub(crate) processes: Slab,
    /// Beside the slab; empty in runs that use no attributes.
    pub(crate) attributes: Vec<Attributes>,
    /// Processes at a node but not in its queue.
    pub(crate) parked: Vec<Slot>,
    /// Processes that a site holds.
    pub(crate) held: Vec<(Site, Newcomer)>,
    /// When processes that have migrated came to their nodes, by slot; grown as they do.
    pub(crate) since: Vec<Time>,
    /// How many processes are on their way to each node; empty until one is.
    pub(crate) in_transit: Vec<u32>,
    /// What the workload calls its classes.
    pub(crate) class_names: Vec<String>,
    /// What moving costs, as far as a resident's cost tells.
    pub(crate) migration: Transfer,
    /// What the policy has declared that it may know.
    pub(crate) knows: Knows,
    /// What information structures have delivered, and what load indices measure.
    pub(crate) knowledge: Knowledge,
    pub(crate) gauges: Gauges,
    /// Whether processes that have started keep no record.
    pub(crate) plain: bool,
}

/// What is known at a site at a moment.
pub struct View<'a> {
    pub(crate) now: Time,
    pub(crate) site: Site,
    pub(crate) here: NodeId,
    pub(crate) round: u32,
    /// The vector itself, not a slice of it: its length has just been written alone, and reading it back together with
    /// the pointer would stall the processor.
    pub(crate) replies: &'a Vec<Observation>,
    pub(crate) outlook: Outlook<'a>,
}

impl<'a> View<'a> {
    /// The time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The site that decides.
    pub fn site(&self) -> Site {
        self.site
    }

    /// The node of this site. At a site that is no node: the node that the process in question is at, or node 0.
    pub fn here(&self) -> NodeId {
        self.here
    }

    /// How often this decision has asked before; 0 at first.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// The load of this node: processes here that run or wait for the CPU. A newcomer does not count.
    #[inline]
    pub fn load(&self) -> u32 {
        match self.outlook {
            Outlook::Stage(stage) => stage.nodes[self.here as usize].load(),
            Outlook::Fixture(fixture) => fixture.load,
        }
    }

    /// How many nodes there are.
    #[inline]
    pub fn nodes(&self) -> u32 {
        match self.outlook {
            Outlook::Stage(stage) => stage.nodes.len() as u32,
            Outlook::Fixture(fixture) => fixture.nodes,
        }
    }

    /// The replies to the last question of this decision, in the order in which they came.
    pub fn replies(&self) -> &'a [Observation] {
        self.replies
    }

    /// What the declared information structure has delivered about other nodes.
    ///
    /// Where all sites share what is known, a node may find itself there, as others see it.
    pub fn known(&self) -> Known<'a> {
        match self.outlook {
            Outlook::Stage(stage) => match &stage.knowledge {
                Knowledge::None => Known::Table(&[]),
                Knowledge::Present if stage.gauges.is_plain() => Known::Loads(&stage.nodes, self.now),
                Knowledge::Present => Known::Indices(stage, self.now),
                knowledge => {
                    let (entries, places) = knowledge.at(self.site);
                    Known::Entries(entries, places)
                }
            },
            Outlook::Fixture(fixture) => {
                fixture.entitled();
                Known::Table(&fixture.known)
            }
        }
    }

    /// The load of this node in the declared index, as it uses it itself; others may be told otherwise.
    pub fn index(&self) -> f64 {
        match self.outlook {
            Outlook::Fixture(fixture) => fixture.index.unwrap_or(f64::from(self.load())),
            Outlook::Stage(stage) => stage.index(self.here, self.now).0,
        }
    }

    /// The processes at this node, suspended ones included, in an order that depends on the discipline only.
    pub fn residents(&self) -> Vec<Resident> {
        let mut list = Vec::new();
        self.each_resident(|r| list.push(r));
        list
    }

    /// Calls `f` with each process at this node.
    pub fn each_resident(&self, mut f: impl FnMut(Resident)) {
        match self.outlook {
            Outlook::Fixture(fixture) => fixture.residents.iter().for_each(|r| f(*r)),
            Outlook::Stage(stage) => {
                assert!(!stage.plain, "a policy that looks at residents to place a process must declare `residents`");
                let Site::Node(here) = self.site else { return };
                stage.nodes[here as usize].each(&stage.processes, |slot| {
                    if stage.processes[slot].state != State::Copying {
                        f(stage.resident(slot, self.now));
                    }
                });
                let parked = stage.parked.iter().filter(|slot| stage.processes[**slot].node == here);
                parked.for_each(|slot| f(stage.resident(*slot, self.now)));
            }
        }
    }

    /// The processes that this site holds, in the order in which they came.
    pub fn held(&self) -> Vec<Newcomer> {
        match self.outlook {
            Outlook::Fixture(fixture) => fixture.held.clone(),
            Outlook::Stage(stage) => stage.held.iter().filter(|(s, _)| *s == self.site).map(|(_, n)| *n).collect(),
        }
    }

    /// The other nodes of this node's cluster.
    pub fn neighbours(&self) -> Vec<NodeId> {
        match self.outlook {
            Outlook::Fixture(fixture) => fixture.neighbours.clone(),
            Outlook::Stage(stage) => stage.neighbours(self.here).collect(),
        }
    }
}

impl Stage {
    /// The load of a node in the declared index: (as it uses it itself, as others are told).
    pub(crate) fn index(&self, i: NodeId, now: Time) -> (f64, f64) {
        let node = &self.nodes[i as usize];
        self.gauges.read(i as usize, node, self.kinds[node.kind()].speed, &self.processes, now)
    }

    /// The other nodes of a node's cluster.
    pub(crate) fn neighbours(&self, here: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let cluster = |i: NodeId| self.kinds[self.nodes[i as usize].kind()].cluster;
        let own = cluster(here);
        (0..self.nodes.len() as NodeId).filter(move |i| *i != here && cluster(*i) == own)
    }

    pub(crate) fn resident(&self, slot: Slot, now: Time) -> Resident {
        let process = &self.processes[slot];
        let attributes = self.attributes.get(slot as usize);
        let running = process.state == State::Present;
        let memory = attributes.map_or(0.0, |a| a.memory);
        let age = if running { self.nodes[process.node as usize].age(slot, &self.processes, now) } else { process.age };
        Resident {
            id: self.processes.id(slot),
            age,
            arrival: process.arrival,
            since: self.since(slot),
            home: process.home,
            memory,
            moves: u32::from(process.moves),
            class: attributes.map_or(0, |a| a.class),
            cost: self.migration.seconds(memory),
            lifetime: self.knows.lifetime.then_some(process.lifetime),
            suspended: process.state == State::Suspended,
            foreign: process.home != process.node,
            started: age > 0.0 || (running && self.nodes[process.node as usize].serves(slot)),
            communication: attributes.map_or(0.0, |a| a.communication),
        }
    }
}

/// What is known about other nodes.
#[derive(Clone, Copy)]
pub enum Known<'a> {
    /// The exact present loads.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    Loads(&'a [Node], Time),
    /// The exact present values of another index.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    Indices(&'a Stage, Time),
    /// What was delivered, and where each node stands in it.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    Entries(&'a [Entry], Option<&'a [u32]>),
    /// What a test says.
    Table(&'a [Observation]),
}

impl<'a> Known<'a> {
    /// How many nodes something is known about.
    pub fn len(&self) -> usize {
        match self {
            Known::Loads(nodes, _) => nodes.len(),
            Known::Indices(stage, _) => stage.nodes.len(),
            Known::Entries(entries, _) => entries.len(),
            Known::Table(table) => table.len(),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The k-th observation.
    pub fn get(&self, k: usize) -> Observation {
        let present =
            |load: f64, now: Time| Observation { node: k as NodeId, load, reply: super::Reply::Load, as_of: now };
        match self {
            Known::Table(table) => table[k],
            Known::Entries(entries, _) => entries[k].observation(),
            Known::Loads(nodes, now) => present(f64::from(nodes[k].load()), *now),
            Known::Indices(stage, now) => present(stage.index(k as NodeId, *now).1, *now),
        }
    }

    /// What is known about a node.
    pub fn about(&self, node: NodeId) -> Option<Observation> {
        match self {
            Known::Loads(..) | Known::Indices(..) => ((node as usize) < self.len()).then(|| self.get(node as usize)),
            Known::Entries(entries, Some(places)) => {
                places.get(node as usize).and_then(|k| entries.get(*k as usize)).map(Entry::observation)
            }
            Known::Entries(..) | Known::Table(_) => self.iter().find(|o| o.node == node),
        }
    }

    /// All observations.
    pub fn iter(&self) -> impl Iterator<Item = Observation> + use<'a> {
        let all = *self;
        (0..all.len()).map(move |k| all.get(k))
    }

    /// The observation with the least load, ties at random, among those that `eligible` admits.
    pub fn least(&self, rng: &mut Rng, mut eligible: impl FnMut(NodeId) -> bool) -> Option<Observation> {
        let (mut best, mut ties) = (None::<Observation>, 0);
        for o in self.iter().filter(|o| eligible(o.node)) {
            match best {
                Some(b) if o.load > b.load => {}
                Some(b) if o.load == b.load => {
                    ties += 1;
                    if rng.below(ties) == 0 {
                        best = Some(o);
                    }
                }
                _ => (best, ties) = (Some(o), 1),
            }
        }
        best
    }
}

/// A hand-made view, for testing a policy without a simulator.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The time.
    pub now: Time,
    /// The deciding site.
    pub site: Site,
    /// The node of the site.
    pub here: NodeId,
    /// How often it has asked.
    pub round: u32,
    /// The load of the node.
    pub load: u32,
    /// How many nodes there are.
    pub nodes: u32,
    /// Replies.
    pub replies: Vec<Observation>,
    /// What is known.
    pub known: Vec<Observation>,
    /// The load of the node in the declared index, where that is not the load itself.
    pub index: Option<f64>,
    /// What the policy declares; where it is given, what a policy may not see poisons it: reading it panics.
    pub declared: Option<Declared>,
    /// Residents.
    pub residents: Vec<Resident>,
    /// Held processes.
    pub held: Vec<Newcomer>,
    /// Neighbours.
    pub neighbours: Vec<NodeId>,
    /// Which processes may not run at which nodes.
    pub ineligible: Vec<(ProcessId, NodeId)>,
    /// How many processes are on their way to nodes 0, 1, 2, ...
    pub in_transit: Vec<u32>,
    /// What classes 0, 1, 2, ... are called.
    pub class_names: Vec<String>,
    /// Free memory at this node.
    pub free_memory: f64,
}

impl Fixture {
    /// Node `here` of `nodes`, with a load and nothing else known.
    pub fn new(here: NodeId, nodes: u32, load: u32) -> Self {
        Fixture {
            now: Time::ZERO,
            site: Site::Node(here),
            here,
            round: 0,
            load,
            nodes,
            replies: Vec::new(),
            known: Vec::new(),
            index: None,
            declared: None,
            residents: Vec::new(),
            held: Vec::new(),
            neighbours: Vec::new(),
            ineligible: Vec::new(),
            in_transit: Vec::new(),
            class_names: Vec::new(),
            free_memory: f64::INFINITY,
        }
    }

    /// After asking once more: these nodes replied with these loads.
    pub fn replied(mut self, loads: &[(NodeId, f64)]) -> Self {
        let observe = |(node, load): &(NodeId, f64)| Observation {
            node: *node,
            load: *load,
            reply: super::Reply::Load,
            as_of: self.now,
        };
        self.replies = loads.iter().map(observe).collect();
        self.round += 1;
        self
    }

    /// This is known: (node, load, age in seconds).
    pub fn knowing(mut self, seen: &[(NodeId, f64, f64)]) -> Self {
        let observe = |(node, load, age): &(NodeId, f64, f64)| Observation {
            node: *node,
            load: *load,
            reply: super::Reply::Load,
            as_of: Time::new(self.now.seconds() - age),
        };
        self.known = seen.iter().map(observe).collect();
        self
    }

    /// From now on the policy meets a poisoned world: reading what this declaration does not deliver panics.
    pub fn poisoned(mut self, declared: Declared) -> Self {
        self.declared = Some(declared);
        self
    }

    /// Panics where nothing is ever delivered.
    fn entitled(&self) {
        if let Some(declared) = &self.declared {
            let collected = !matches!(declared.information, Information::Blind | Information::OnDemand);
            assert!(collected, "a policy that declares {:?} read what is known of others", declared.information);
        }
    }

    /// A process that arrived at this node.
    pub fn newcomer(&self) -> Newcomer {
        Newcomer {
            id: ProcessId { slot: 0, stamp: 0 },
            home: self.here,
            at: self.here,
            hops: 0,
            memory: 0.0,
            class: 0,
            lifetime: None,
        }
    }

    /// The view.
    pub fn view(&self) -> View<'_> {
        View {
            now: self.now,
            site: self.site,
            here: self.here,
            round: self.round,
            replies: &self.replies,
            outlook: Outlook::Fixture(self),
        }
    }
}
