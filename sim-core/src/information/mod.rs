//! Information structures: how what one node knows of another is collected, how far it spreads and how old it may be.
//!
//! A policy declares one; the engine runs it, counts and delays its messages and charges them to CPUs, and a view shows
//! only what has been delivered, every observation with the instant at which it was true. The structures here are
//! plain data, without time or randomness of their own; `engine::inform` drives them.
//!
//! Not here: what a policy makes of it; load indices beyond their definition (`index`).

mod catalogue;
mod entry;
mod gauge;
mod groups;
mod index;
mod knowledge;
mod registers;
mod rota;
mod vectors;

pub use catalogue::INFORMATION;
pub use groups::Groups;
pub use index::{INDICES, Index};

pub(crate) use entry::Entry;
pub(crate) use gauge::Gauges;
pub(crate) use knowledge::Knowledge;
pub(crate) use registers::Registers;
pub(crate) use rota::Rota;

use crate::error::Error;
use crate::spec::{Args, Need, Param, Ty};

/// What a policy may know of the loads of other nodes, and how it comes to know it.
///
/// A multicast query that takes the first reply is no structure of its own: it is [`Information::OnDemand`] with
/// [`Who::Everyone`](crate::policy::Who). All messages take the same time, so who is first is for the policy to draw
/// among the replies that suit it; where nodes answer one by one, [`Stop::First`](crate::policy::Stop) ends the asking.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Information {
    /// Nothing.
    #[default]
    Blind,
    /// The present load of every node, free and at once. Marked as an oracle in results.
    Exact,
    /// What it asks for, when it asks.
    OnDemand,
    /// Every node tells all others its load, once per period.
    Periodic {
        /// Seconds between two broadcasts of a node.
        period: f64,
        /// When within the period.
        timing: Timing,
    },
    /// Every node tells all others its load whenever it differs from what it told last by this much or more.
    OnChange {
        /// In the declared load index.
        by: f64,
    },
    /// All loads are posted at once, and everyone sees that snapshot until the next.
    Board {
        /// Seconds between two snapshots.
        period: f64,
    },
    /// Nodes report to one collector, which only [`Site::Coordinator`](crate::policy::Site) sees.
    Central(Central),
    /// Each node keeps the newest of what it has heard and passes on the newest part of it.
    Gossip(Gossip),
    /// Nodes report to the head of their group, heads to the heads above them.
    Hierarchical(Groups),
    /// Nodes that become idle register with a dispatcher, or with a node where no dispatcher is declared.
    Idle {
        /// How many registrars are compared; the one with the fewest registrations is chosen.
        choices: u8,
        /// Whether a registered node that receives a process from elsewhere withdraws.
        withdraw: bool,
    },
}

/// When nodes that do something once per period do it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// Each at a phase of its own, drawn once, uniform over the period.
    #[default]
    Phases,
    /// All at the same instant; what is sent then is what was known before it.
    Rounds,
    /// Each after an exponentially distributed time with the period as its mean.
    Poisson,
}

/// Who tells whom how much, once per period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gossip {
    /// Seconds between two rounds of a node.
    pub period: f64,
    /// When within the period.
    pub timing: Timing,
    /// Entries that a node keeps, its own included; `u32::MAX` for all nodes.
    pub length: u32,
    /// Entries in a message, the sender's own included.
    pub send: u32,
    /// Messages per round.
    pub fanout: u8,
    /// How many of them, but never all, go to nodes of the vector: these are known to be alive.
    pub known: u8,
    /// Whether the receiver answers with its own load.
    pub reply: bool,
}

/// A central collector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Central {
    /// Seconds between two reports of a node; infinite where there are none.
    pub period: f64,
    /// When within the period.
    pub timing: Timing,
    /// A node also reports when its load differs by so much from what it reported last; infinite where it does not.
    pub by: f64,
    /// Seconds that the collector takes for a report.
    pub report: f64,
    /// Seconds that the collector takes for a request. Reports and requests queue, first come, first served.
    pub request: f64,
    /// When the collector crashes for the first time; infinite for never.
    pub crash_at: f64,
    /// Mean of the exponential time from a take-over to the next crash; infinite for none.
    pub crash_every: f64,
    /// Seconds from a crash until another collector serves, which knows nothing yet.
    pub takeover: f64,
}

impl Information {
    /// The parameter by which a policy lets its table choose the structure: `information = { kind = "gossip" }`.
    pub const fn param(default: &'static str) -> Param {
        Param {
            name: "information",
            ty: Ty::Kind("information"),
            need: Need::Default(default),
            doc: "How it comes to know the loads of other nodes.",
        }
    }

    /// The structure that the checked table under `information` names.
    pub fn of(args: &Args) -> Result<Information, String> {
        catalogue::named(INFORMATION, args, "information")
    }

    /// Whether it tells more than any real system could know.
    pub fn is_oracle(&self) -> bool {
        *self == Information::Exact
    }

    /// Whether the engine must run anything for it.
    pub(crate) fn is_collected(&self) -> bool {
        !matches!(self, Information::Blind | Information::Exact | Information::OnDemand)
    }

    /// Refuses what makes no sense.
    pub(crate) fn check(&self, nodes: u32) -> Result<(), Error> {
        match *self {
            Information::Blind | Information::Exact | Information::OnDemand => Ok(()),
            Information::Periodic { period, .. } | Information::Board { period } => positive("period", period),
            Information::OnChange { by } => positive("change", by),
            Information::Central(central) => central.check(),
            Information::Gossip(gossip) => gossip.check(nodes),
            Information::Hierarchical(groups) => groups.check(),
            Information::Idle { choices, .. } => positive("number of compared registrars", f64::from(choices)),
        }
    }
}

fn wrong(what: &str, value: f64, expected: &str) -> Error {
    Error::scenario(&format!("the {what} of the information"), value, expected)
}

fn positive(what: &str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value < f64::INFINITY { Ok(()) } else { Err(wrong(what, value, "more than 0")) }
}

impl Central {
    fn check(&self) -> Result<(), Error> {
        for (what, value) in [("period", self.period), ("change", self.by), ("time between crashes", self.crash_every)]
        {
            if value.is_nan() || value <= 0.0 {
                return Err(wrong(what, value, "more than 0"));
            }
        }
        let times = [("report time", self.report), ("request time", self.request), ("take-over", self.takeover)];
        for (what, value) in times {
            if !(0.0..f64::INFINITY).contains(&value) {
                return Err(wrong(what, value, "0 s or more"));
            }
        }
        if self.crash_at.is_nan() || self.crash_at < 0.0 {
            return Err(wrong("first crash", self.crash_at, "at 0 s or later"));
        }
        Ok(())
    }
}

impl Gossip {
    /// All vectors together may hold so many entries.
    const MOST: u64 = 1 << 26;

    /// Entries about others that a node keeps.
    pub(crate) fn capacity(&self, nodes: u32) -> u32 {
        self.length.min(nodes).saturating_sub(1)
    }

    fn check(&self, nodes: u32) -> Result<(), Error> {
        positive("period", self.period)?;
        positive("fan-out", f64::from(self.fanout))?;
        positive("number of entries in a message", f64::from(self.send))?;
        if self.length < 2 {
            return Err(wrong("length of the vectors", f64::from(self.length), "at least 2"));
        }
        let entries = u64::from(nodes) * u64::from(self.capacity(nodes));
        if entries > Self::MOST {
            return Err(wrong("number of entries in all vectors", entries as f64, "at most 67108864: shorten them"));
        }
        Ok(())
    }
}
