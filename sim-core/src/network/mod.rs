//! The network: how long a message travels, what it costs the CPUs at its ends, and how transfers share the wires.
//!
//! Messages of policies are short: they take the latency and share nothing. What a migration sends are [`Flows`] over
//! the links of a [`Fabric`].

mod catalogue;
mod fabric;
pub mod flows;
#[cfg(test)]
mod slow;

pub use catalogue::NETWORKS;
pub use fabric::{End, Fabric, Route};
pub use flows::Flows;

/// A network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Network {
    /// Seconds that a message travels between two sites.
    pub latency: f64,
    /// CPU seconds that a question costs at each of its two ends, at kernel priority.
    pub probe_cost: f64,
    /// CPU seconds that a message of an information structure costs each node at its ends, at kernel priority.
    pub message_cost: f64,
    /// What transfers share.
    pub fabric: Fabric,
}
