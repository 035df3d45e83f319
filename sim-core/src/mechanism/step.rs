//! The steps of a move: who runs, what is waited for, what is sent.

use super::costs::{Costs, Way, Wires};

/// Where the process runs during a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// At the node that it leaves.
    Source,
    /// Nowhere: it is frozen.
    Nowhere,
    /// At its new node.
    Target,
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The target is found and asked.
    Negotiate,
    /// The target prepares itself.
    Setup,
    /// A round of precopy, from 0.
    Round(u32),
    /// Control state, and with it whatever must travel before the process can go on.
    Switch,
    /// The target tells the source that it has everything.
    Prepare,
    /// The source has written down that the process is the target's, and tells it to go on.
    Commit,
    /// The image is written to a store.
    Store,
    /// The image waits for a scheduling cycle.
    Queue,
    /// The image is read from the store.
    Restore,
    /// What is left at the source is pushed to the target.
    Push,
    /// What is left at the source is written to the file server.
    Flush,
}

impl Phase {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Negotiate => "negotiate",
            Phase::Setup => "setup",
            Phase::Round(_) => "round",
            Phase::Switch => "switch",
            Phase::Prepare => "prepare",
            Phase::Commit => "commit",
            Phase::Store => "store",
            Phase::Queue => "queue",
            Phase::Restore => "restore",
            Phase::Push => "push",
            Phase::Flush => "flush",
        }
    }
}

/// One step. It takes `delay` seconds, then until the next multiple of `cycle`, and then sends its bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// What it is for.
    pub phase: Phase,
    /// Where the process runs meanwhile.
    pub runs: Runs,
    /// Seconds that no network and no CPU can change.
    pub delay: f64,
    /// It waits for the next multiple of so many seconds; 0: it does not. A move alone waits half of it, the mean.
    pub cycle: f64,
    /// Bytes to be sent.
    pub bytes: f64,
    /// Between whom.
    pub way: Way,
    /// Bytes per second that the step sends at most.
    pub limit: f64,
    /// The share of its usual speed at which the process runs meanwhile.
    pub speed: f64,
    /// CPU seconds at the source.
    pub source_cpu: f64,
    /// CPU seconds at the target.
    pub target_cpu: f64,
}

impl Step {
    /// A step that only takes time.
    pub fn pause(phase: Phase, runs: Runs, delay: f64) -> Step {
        Step {
            phase,
            runs,
            delay,
            cycle: 0.0,
            bytes: 0.0,
            way: Way::SourceTarget,
            limit: f64::INFINITY,
            speed: 1.0,
            source_cpu: 0.0,
            target_cpu: 0.0,
        }
    }

    /// The same step, which then sends bytes; whoever copies them pays CPU.
    pub fn sending(self, bytes: f64, way: Way, costs: &Costs) -> Step {
        let source = if way == Way::ServerTarget { 0.0 } else { bytes / costs.source_rate };
        let target = if way == Way::SourceServer { 0.0 } else { bytes / costs.target_rate };
        let limit = self.limit.min(costs.rate(way));
        let (source_cpu, target_cpu) = (self.source_cpu + source, self.target_cpu + target);
        Step { bytes, way, limit, source_cpu, target_cpu, ..self }
    }

    /// Seconds, for a move that has the network for itself.
    pub fn alone(&self, wires: &Wires) -> f64 {
        let sending = if self.bytes > 0.0 { self.bytes / wires.rate(self.way).min(self.limit) } else { 0.0 };
        self.delay + self.cycle / 2.0 + sending
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lapse {
    /// Seconds that it took.
    pub seconds: f64,
    /// CPU seconds that the process received meanwhile.
    pub ran: f64,
}
