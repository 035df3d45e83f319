//! What a view tells besides loads: who may run where, what is on its way, what classes are called, and how much memory
//! is left at home.

use super::view::Outlook;
use super::{Fixture, Resident, Site, Stage, View};
use crate::information::Knowledge;
use crate::process::{NodeId, ProcessId, Slot};
use crate::time::Time;

impl View<'_> {
    /// Whether this process may run at that node: it need not stay at home, and the node has its architecture, what it
    /// needs, and memory and swap enough to hold it alone. The home of a process may always run it. What the node holds
    /// besides does not count: only the node itself knows that.
    pub fn eligible(&self, process: ProcessId, node: NodeId) -> bool {
        match self.outlook {
            Outlook::Stage(stage) => stage.processes.find(process).is_some_and(|slot| stage.eligible(slot, node)),
            Outlook::Fixture(fixture) => !fixture.ineligible.contains(&(process, node)),
        }
    }

    /// The number of a process in order of arrival, if it is still in the system: for records, not for policies.
    pub(crate) fn number(&self, process: ProcessId) -> Option<u64> {
        match self.outlook {
            Outlook::Stage(stage) => stage.processes.find(process).map(|slot| stage.processes[slot].index),
            Outlook::Fixture(_) => Some(u64::from(process.stamp)),
        }
    }

    /// How many processes are on their way to a node, to start there or to go on. With exact information only; else 0.
    pub fn in_transit(&self, node: NodeId) -> u32 {
        match self.outlook {
            Outlook::Stage(stage) if matches!(stage.knowledge, Knowledge::Present) => stage.in_transit(node),
            Outlook::Stage(_) => 0,
            Outlook::Fixture(fixture) => fixture.in_transit.get(node as usize).copied().unwrap_or(0),
        }
    }

    /// What the workload calls a class (a program, a sort of work); None where it has no name.
    pub fn class_name(&self, class: u32) -> Option<&str> {
        let names = match self.outlook {
            Outlook::Stage(stage) => &stage.class_names,
            Outlook::Fixture(fixture) => &fixture.class_names,
        };
        names.get(class as usize).map(String::as_str)
    }

    /// Bytes of memory and swap that are free at this node; infinite where memory does not matter.
    pub fn free_memory(&self) -> f64 {
        match (self.outlook, self.site) {
            (Outlook::Stage(stage), Site::Node(here)) => stage.nodes[here as usize].free_memory(&stage.kinds),
            (Outlook::Stage(_), _) => f64::INFINITY,
            (Outlook::Fixture(fixture), _) => fixture.free_memory,
        }
    }
}

impl Stage {
    /// Whether a process may run at a node. A node too small for it may try, and loses it.
    pub(crate) fn may_run(&self, slot: Slot, node: NodeId) -> bool {
        let Some(attributes) = self.attributes.get(slot as usize) else { return true };
        if self.processes[slot].home == node {
            return true;
        }
        let kind = &self.kinds[self.nodes[node as usize].kind()];
        !attributes.must_stay
            && attributes.architectures & kind.architecture != 0
            && attributes.needs & !kind.offers == 0
    }

    /// Whether it may run there, and the node is large enough for it.
    fn eligible(&self, slot: Slot, node: NodeId) -> bool {
        let kind = &self.kinds[self.nodes[node as usize].kind()];
        let memory = self.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let at_home = self.processes[slot].home == node;
        self.may_run(slot, node) && (at_home || memory <= kind.memory + kind.swap)
    }

    /// How many processes are on their way to a node.
    pub(crate) fn in_transit(&self, node: NodeId) -> u32 {
        self.in_transit.get(node as usize).copied().unwrap_or(0)
    }

    /// A process leaves for a node.
    pub(crate) fn set_out(&mut self, node: NodeId) {
        if self.in_transit.is_empty() {
            self.in_transit.resize(self.nodes.len(), 0);
        }
        self.in_transit[node as usize] += 1;
    }

    /// It has arrived there, or was lost on its way.
    pub(crate) fn arrived(&mut self, node: NodeId) {
        self.in_transit[node as usize] -= 1;
    }

    /// When a process came to the node it is at: by its last migration, or else when it arrived in the system.
    pub(crate) fn since(&self, slot: Slot) -> Time {
        let process = &self.processes[slot];
        if process.moves == 0 {
            process.arrival
        } else {
            self.since.get(slot as usize).copied().unwrap_or(process.arrival)
        }
    }

    /// A migrated process goes on at its new node.
    pub(crate) fn came(&mut self, slot: Slot, now: Time) {
        if self.since.len() <= slot as usize {
            self.since.resize(slot as usize + 1, Time::ZERO);
        }
        self.since[slot as usize] = now;
    }
}

impl Fixture {
    /// A process at this node with nothing special about it, for a test to change and to push onto `residents`. Its
    /// name is its number there.
    pub fn resident(&self, age: f64) -> Resident {
        let number = self.residents.len() as u32;
        Resident {
            id: ProcessId { slot: number, stamp: number },
            age,
            arrival: Time::ZERO,
            since: Time::ZERO,
            home: self.here,
            memory: 0.0,
            moves: 0,
            class: 0,
            cost: 0.0,
            lifetime: None,
            suspended: false,
            foreign: false,
            started: age > 0.0,
            communication: 0.0,
        }
    }

    /// With processes of these ages and migration costs at this node.
    pub fn with_residents(mut self, ages_and_costs: &[(f64, f64)]) -> Self {
        for (age, cost) in ages_and_costs {
            let resident = Resident { cost: *cost, ..self.resident(*age) };
            self.residents.push(resident);
        }
        self
    }

    /// Knowing these loads of nodes 0, 1, 2, ...
    pub fn with_loads(mut self, loads: &[f64]) -> Self {
        let observe = |(node, load): (usize, &f64)| super::Observation {
            node: node as NodeId,
            load: *load,
            reply: super::Reply::Load,
            as_of: self.now,
        };
        self.known = loads.iter().enumerate().map(observe).collect();
        self
    }
}
