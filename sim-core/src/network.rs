//! The network, as far as the engine needs it: how long a message travels, and what it costs the CPUs at its ends.

use crate::spec::{Args, Kind, Need, Param, Range, Ty};

/// A network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Network {
    /// Seconds that a message travels between two sites.
    pub latency: f64,
    /// CPU seconds that a question costs at each of its two ends, at kernel priority.
    pub probe_cost: f64,
    /// CPU seconds that a message of an information structure costs each node at its ends, at kernel priority.
    pub message_cost: f64,
}

fn network(args: &Args, latency: f64) -> Network {
    Network { latency, probe_cost: args.number("probe_cost"), message_cost: args.number("message_cost") }
}

const PROBE_COST: Param = Param {
    name: "probe_cost",
    ty: Ty::Duration(Range::NON_NEGATIVE),
    need: Need::Default("0"),
    doc: "CPU seconds that a question costs at each of its two ends, before any process runs on.",
};

const MESSAGE_COST: Param = Param {
    name: "message_cost",
    ty: Ty::Duration(Range::NON_NEGATIVE),
    need: Need::Default("0"),
    doc: "CPU seconds that a message of an information structure costs each node at its ends, as for `probe_cost`.",
};

/// Every network.
pub static NETWORKS: &[Kind<Network>] = &[
    Kind {
        name: "none",
        summary: "Messages take no time.",
        doc: "Questions are answered at once; they may still cost CPU at both ends.",
        reference: "",
        params: &[PROBE_COST, MESSAGE_COST],
        build: |args| Ok(network(args, 0.0)),
        example: "kind = \"none\"\n",
    },
    Kind {
        name: "constant",
        summary: "Every message takes the same time; messages do not slow each other.",
        doc: "A question takes the latency on its way there and again on its way back.",
        reference: "",
        params: &[
            Param {
                name: "latency",
                ty: Ty::Duration(Range::NON_NEGATIVE),
                need: Need::Required,
                doc: "Seconds that a message travels between two sites.",
            },
            PROBE_COST,
            MESSAGE_COST,
        ],
        build: |args| Ok(network(args, args.number("latency"))),
        example: "kind = \"constant\"\nlatency = \"1ms\"\n",
    },
];
