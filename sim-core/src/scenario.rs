//! Everything about the world of a run but its processes and its policy.

use crate::error::Error;
use crate::faults::Faults;
use crate::forwarding::Forwarding;
use crate::mechanism::{Mechanism, Plan, Wires};
use crate::network::{End, Fabric};
use crate::node::{Change, Discipline, NodeKind};
use crate::process::NodeId;
use crate::time::Time;
use crate::transfer::Transfer;

/// Nodes, network, costs and the window of measurement.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The nodes, in groups of equal ones; they are numbered in this order.
    pub nodes: Vec<(NodeKind, u32)>,
    /// Seconds that a message travels between two sites.
    pub latency: f64,
    /// CPU seconds that a question costs at each of its two ends, at kernel priority.
    pub probe_cost: f64,
    /// The links that transfers share.
    pub fabric: Fabric,
    /// CPU seconds that a message of an information structure costs each node at its ends, at kernel priority.
    pub message_cost: f64,
    /// What starting a process away from home costs.
    pub placement: Transfer,
    /// What moving a process after its start costs.
    pub migration: Transfer,
    /// Whether the workload's attributes are used (memory, eligibility, I/O, class).
    pub attributes: bool,
    /// How the calls of processes that have moved are forwarded.
    pub forwarding: Option<Forwarding>,
    /// What fails, and when.
    pub faults: Faults,
    /// What happens to nodes at given times.
    pub changes: Vec<(Time, NodeId, Change)>,
    /// What is measured.
    pub window: Window,
    /// How many questions or forwardings one decision may take, and how many events may share one instant.
    pub limits: Limits,
}

/// Which processes are measured, and when the run ends.
///
/// Measured are the processes that arrive after the warm-up and before the horizon. Time averages run from the arrival
/// that ends the warm-up to the horizon. The run goes on, with processes arriving as before but not measured, until
/// the last measured process has left: so no process is cut off, and none meets a system that is emptying.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// What is left out at the beginning.
    pub warmup: Warmup,
    /// The run measures arrivals up to this number (the warm-up counts).
    pub processes: Option<u64>,
    /// The run measures arrivals up to this time.
    pub seconds: Option<f64>,
    /// Nothing arrives after the horizon; the run and its time averages end when the system is empty.
    pub drain: bool,
    /// Whether the number in the system along the window is kept, for a warm-up rule to look at.
    pub series: bool,
}

/// What is left out at the beginning of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Warmup {
    /// Nothing.
    #[default]
    None,
    /// So many arrivals.
    Processes(u64),
    /// What arrives in so many seconds.
    Seconds(f64),
}

/// Bounds whose passing is an error, so that nothing can hang.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Rounds of one decision.
    pub rounds: u32,
    /// Events at one instant.
    pub instant: u64,
    /// Arrivals after the horizon, as a multiple of those before it, before unfinished processes are given up.
    pub cooldown: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { rounds: 1000, instant: 10_000_000, cooldown: 10.0 }
    }
}

impl Scenario {
    /// `count` equal nodes of speed 1, one core and this discipline; everything free; `processes` arrivals measured.
    pub fn simple(count: u32, discipline: Discipline, processes: u64) -> Scenario {
        Scenario {
            nodes: vec![(NodeKind { discipline, ..NodeKind::default() }, count)],
            latency: 0.0,
            probe_cost: 0.0,
            fabric: Fabric::None,
            message_cost: 0.0,
            placement: Transfer::Free,
            migration: Transfer::Free,
            attributes: false,
            forwarding: None,
            faults: Faults::default(),
            changes: Vec::new(),
            window: Window { processes: Some(processes), ..Window::default() },
            limits: Limits::default(),
        }
    }

    /// How many nodes there are.
    pub fn count(&self) -> u64 {
        self.nodes.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    /// CPU seconds per second that all nodes together can serve.
    pub fn capacity(&self) -> f64 {
        self.nodes.iter().map(|(kind, count)| kind.speed * f64::from(kind.cores) * f64::from(*count)).sum()
    }

    /// What a move costs on the empty network, between the first two nodes: what policies are told.
    pub(crate) fn migration_alone(&self) -> Transfer {
        let Transfer::Staged(m) = self.migration else { return self.migration };
        let (a, b) = (End::Node(0), End::Node(1));
        let (bandwidth, server) = (self.fabric.alone(a, b), self.fabric.alone(a, End::Server));
        Transfer::Staged(Mechanism { wires: Wires { bandwidth, server, latency: self.latency }, ..m })
    }

    /// Refuses what makes no sense, naming the culprit.
    pub fn check(&self) -> Result<(), Error> {
        let count = self.count();
        if count == 0 || count > u64::from(u32::MAX - 1) {
            return Err(Error::scenario("nodes", count as f64, "between 1 and 4294967294 nodes"));
        }
        for (kind, _) in &self.nodes {
            kind.check()?;
        }
        check("latency", self.latency, self.latency >= 0.0, "0 s or more")?;
        check("probe cost", self.probe_cost, self.probe_cost >= 0.0, "0 s or more")?;
        check("message cost", self.message_cost, self.message_cost >= 0.0, "0 s or more")?;
        self.placement.check("placement")?;
        self.migration.check("migration")?;
        if let Some((_, node, _)) = self.changes.iter().find(|(_, node, _)| u64::from(*node) >= count) {
            return Err(Error::scenario("a change of node", f64::from(*node), "the number of an existing node"));
        }
        let planned = self.faults.planned.iter().map(|outage| outage.of);
        if let Some(End::Node(node)) =
            planned.into_iter().find(|of| matches!(of, End::Node(i) if u64::from(*i) >= count))
        {
            return Err(Error::scenario(
                "a planned failure of node",
                f64::from(node),
                "the number of an existing node",
            ));
        }
        self.window.check()
    }
}

fn check(what: &'static str, value: f64, holds: bool, expected: &'static str) -> Result<(), Error> {
    if holds && value.is_finite() { Ok(()) } else { Err(Error::scenario(what, value, expected)) }
}

impl NodeKind {
    fn check(&self) -> Result<(), Error> {
        check("speed", self.speed, self.speed > 0.0, "more than 0")?;
        check("cores", f64::from(self.cores), self.cores > 0, "at least 1")?;
        check("swap", self.swap, self.swap >= 0.0, "0 bytes or more")?;
        check("paging penalty", self.paging_penalty, self.paging_penalty >= 0.0, "0 or more")?;
        if self.memory.is_nan() || self.memory <= 0.0 {
            return Err(Error::scenario("memory", self.memory, "more than 0 bytes"));
        }
        if let Discipline::Rr { quantum, switch_cost } = self.discipline {
            check("quantum", quantum, quantum > 0.0, "more than 0 s")?;
            check("switch cost", switch_cost, switch_cost >= 0.0, "0 s or more")?;
        }
        Ok(())
    }
}

impl Transfer {
    fn check(&self, what: &'static str) -> Result<(), Error> {
        let (seconds, bandwidth) = match *self {
            Transfer::Free => return Ok(()),
            Transfer::Fixed { seconds, bandwidth } => (seconds, bandwidth),
            Transfer::Staged(m) => {
                if let Plan::Precopy(rules) = m.plan {
                    let (slowed, some) = (rules.slowdown, (0.0..1.0).contains(&rules.slowdown));
                    check("slowdown during precopy", slowed, some, "at least 0 and less than 1")?;
                }
                (m.control(), m.costs.copy_rate)
            }
        };
        check(what, seconds, seconds >= 0.0, "a cost of 0 s or more")?;
        if bandwidth > 0.0 {
            Ok(())
        } else {
            Err(Error::scenario(what, bandwidth, "a bandwidth of more than 0 bytes/s"))
        }
    }
}

impl Window {
    fn check(&self) -> Result<(), Error> {
        let (processes, seconds) = match self.warmup {
            Warmup::None => (0, 0.0),
            Warmup::Processes(n) => (n, 0.0),
            Warmup::Seconds(t) => (0, t),
        };
        check("warm-up", seconds, seconds >= 0.0, "0 s or more")?;
        if let Some(t) = self.seconds {
            check("horizon", t, t > seconds, "later than the end of the warm-up")?;
        }
        match self.processes {
            Some(n) if n <= processes => {
                Err(Error::scenario("horizon", n as f64, "more processes than the warm-up takes"))
            }
            _ => Ok(()),
        }
    }
}
