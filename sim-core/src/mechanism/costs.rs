//! What the steps of a move cost, apart from the bytes that they send; and the wires that carry the bytes.

/// Seconds and CPU of the single steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// Finding and asking the target, before anything happens to the process.
    pub select: f64,
    /// Work before the freeze, while the process still runs (precopy only).
    pub setup: f64,
    /// t_0: process frame, control block and their messages, inside the freeze.
    pub fixed: f64,
    /// Per open file, inside the freeze.
    pub per_file: f64,
    /// Per channel, inside the freeze.
    pub per_channel: f64,
    /// Per region of the address space whose map is sent, inside the freeze.
    pub per_region: f64,
    /// Stopping here and starting there, where the control work was done before (precopy, post-copy).
    pub switch: f64,
    /// CPU seconds at the owner of a page, and at most as long until the page is mapped, per remote fault.
    pub fault_cpu: f64,
    /// Bytes per second that one transfer sends at most, whatever the network can do.
    pub copy_rate: f64,
    /// Bytes per CPU second that the source copies; infinite where copying costs no CPU.
    pub source_rate: f64,
    /// The same at the target.
    pub target_rate: f64,
    /// Whether copying competes with the processes of its node; at kernel priority otherwise.
    pub competes: bool,
    /// CPU seconds between two points at which the process can be frozen; 0: at any.
    pub safe_point: f64,
    /// The fraction of the memory that is code: a node where the process has been before still has it.
    pub code: f64,
    /// Whether source and target agree in two phases before the process runs on.
    pub two_phase: bool,
    /// Seconds after which the source of such a move takes the process back if the target stays silent.
    pub in_doubt: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Costs {
            select: 0.0,
            setup: 0.0,
            fixed: 0.0,
            per_file: 0.0,
            per_channel: 0.0,
            per_region: 0.0,
            switch: 0.0,
            fault_cpu: 0.0,
            copy_rate: f64::INFINITY,
            source_rate: f64::INFINITY,
            target_rate: f64::INFINITY,
            competes: false,
            safe_point: 0.0,
            code: 0.0,
            two_phase: false,
            in_doubt: 0.0,
        }
    }
}

impl Costs {
    /// Bytes per second that a transfer sends at most, whatever the network can do. Copying that competes takes its time:
    /// who copies a byte in k CPU seconds sends no more than 1/k. At kernel priority CPU is charged beside the transfer,
    /// and `copy_rate` alone limits it.
    pub fn rate(&self, way: Way) -> f64 {
        if !self.competes {
            return self.copy_rate;
        }
        let source = if way == Way::ServerTarget { f64::INFINITY } else { self.source_rate };
        let target = if way == Way::SourceServer { f64::INFINITY } else { self.target_rate };
        self.copy_rate.min(source).min(target)
    }
}

/// The network as one move alone sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wires {
    /// Bytes per second between two nodes.
    pub bandwidth: f64,
    /// Bytes per second between a node and the file server.
    pub server: f64,
    /// Seconds that a message travels one way.
    pub latency: f64,
}

impl Default for Wires {
    fn default() -> Self {
        Wires { bandwidth: f64::INFINITY, server: f64::INFINITY, latency: 0.0 }
    }
}

/// Between whom bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the old node to the new one.
    SourceTarget,
    /// From the old node to the file server.
    SourceServer,
    /// From the file server to the new node.
    ServerTarget,
}

impl Wires {
    /// Bytes per second on a way.
    pub fn rate(&self, way: Way) -> f64 {
        match way {
            Way::SourceTarget => self.bandwidth,
            Way::SourceServer | Way::ServerTarget => self.server,
        }
    }
}
