//! Failures of nodes and of the file server: at random, or planned.
//!
//! A node or the server is up for an exponential time of mean `mtbf` and down for one of mean `repair`, independently of
//! the others. Not here: what a failure does to processes (`engine::changes`, `engine::commit`, `engine::calls`).

use crate::network::End;
use crate::spec::{Args, Need, Param, Range, Ty};

/// Random failures of one sort of machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outages {
    /// Mean seconds from a repair to the next failure.
    pub mtbf: f64,
    /// Mean seconds from a failure to its repair.
    pub repair: f64,
}

/// One planned failure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// When, in seconds.
    pub at: f64,
    /// Of whom.
    pub of: End,
    /// Seconds until the repair.
    pub lasts: f64,
}

/// All failures of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// Of each node.
    pub node: Option<Outages>,
    /// Of the file server.
    pub server: Option<Outages>,
    /// Planned ones.
    pub planned: Vec<Outage>,
}

const OUTAGES: &[Param] = &[
    Param {
        name: "mtbf",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Required,
        doc: "Mean time from a repair to the next failure.",
    },
    Param {
        name: "repair",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Required,
        doc: "Mean time from a failure to its repair.",
    },
];

const OUTAGE: &[Param] = &[
    Param {
        name: "at",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Required,
        doc: "When it fails, from the start of the run.",
    },
    Param {
        name: "node",
        ty: Ty::Count(0, u32::MAX as u64 - 2),
        need: Need::Optional,
        doc: "Which node, from 0; the file server if left out.",
    },
    Param { name: "lasts", ty: Ty::Duration(Range::POSITIVE), need: Need::Required, doc: "How long it is down." },
];

/// The keys of `faults`.
pub const FAULTS: &[Param] = &[
    Param {
        name: "node",
        ty: Ty::Table(OUTAGES),
        need: Need::Optional,
        doc: "Random failures of each node: its residents are lost, and who depends on it.",
    },
    Param {
        name: "server",
        ty: Ty::Table(OUTAGES),
        need: Need::Optional,
        doc: "Random failures of the file server: who needs it waits.",
    },
    Param { name: "planned", ty: Ty::List(&Ty::Table(OUTAGE)), need: Need::Optional, doc: "Failures at given times." },
];

impl Faults {
    /// From the keys of `faults`.
    pub fn of(args: &Args) -> Faults {
        let outages = |name| {
            let table = args.maybe_table(name)?;
            Some(Outages { mtbf: table.number("mtbf"), repair: table.number("repair") })
        };
        let planned = if args.has("planned") { args.tables("planned") } else { Vec::new() };
        let outage = |table: &Args| {
            let of = if table.has("node") { End::Node(table.count("node") as u32) } else { End::Server };
            Outage { at: table.number("at"), of, lasts: table.number("lasts") }
        };
        Faults { node: outages("node"), server: outages("server"), planned: planned.into_iter().map(outage).collect() }
    }

    /// Whether nothing ever fails.
    pub fn is_none(&self) -> bool {
        self.node.is_none() && self.server.is_none() && self.planned.is_empty()
    }
}
