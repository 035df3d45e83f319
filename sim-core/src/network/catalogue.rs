//! The networks that a file can name.

use super::{Fabric, Network};
use crate::spec::{Args, Kind, Need, Param, Range, Ty};

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

const LATENCY: Param = Param {
    name: "latency",
    ty: Ty::Duration(Range::NON_NEGATIVE),
    need: Need::Default("0"),
    doc: "Seconds that a message travels between two sites.",
};

const fn bandwidth(name: &'static str, need: Need, doc: &'static str) -> Param {
    Param { name, ty: Ty::Bandwidth(Range::POSITIVE), need, doc }
}

const SERVER: Param = bandwidth(
    "server_bandwidth",
    Need::Optional,
    "Bytes per second of the file server's own interface, each way; without it as fast as a node's.",
);

/// Every network.
pub static NETWORKS: &[Kind<Network>] = &[
    Kind {
        name: "none",
        summary: "Messages take no time.",
        doc: "Questions are answered at once; they may still cost CPU at both ends.",
        reference: "",
        params: &[PROBE_COST, MESSAGE_COST],
        build: |args| network(args, Fabric::None),
        example: "kind = \"none\"\n",
    },
    Kind {
        name: "constant",
        summary: "Every message takes the same time; messages do not slow each other.",
        doc: "A question takes the latency on its way there and again on its way back.",
        reference: "",
        params: &[Param { need: Need::Required, ..LATENCY }, PROBE_COST, MESSAGE_COST],
        build: |args| network(args, Fabric::None),
        example: "kind = \"constant\"\nlatency = \"1ms\"\n",
    },
    Kind {
        name: "switched",
        summary: "Every node has an interface of its own; transfers share only interfaces.",
        doc: "Transfers that leave the same node, or reach the same node, share its interface max-min fairly. Each \
              direction has the full bandwidth.",
        reference: "Bertsekas & Gallager, Data Networks, 2nd edition, 1992, section 6.5.2",
        params: &[
            bandwidth("bandwidth", Need::Required, "Bytes per second of an interface, each way."),
            SERVER,
            LATENCY,
            PROBE_COST,
            MESSAGE_COST,
        ],
        build: |args| {
            let bandwidth = args.number("bandwidth");
            let server = args.maybe_number("server_bandwidth").unwrap_or(bandwidth);
            network(args, Fabric::Switched { bandwidth, server })
        },
        example: "kind = \"switched\"\nbandwidth = \"100Mbit/s\"\nlatency = \"0.1ms\"\n",
    },
    Kind {
        name: "shared",
        summary: "One medium that all transfers share fairly.",
        doc: "k transfers at once have a k-th of the bandwidth each, like an Ethernet on one cable.",
        reference: "",
        params: &[
            bandwidth("bandwidth", Need::Required, "Bytes per second of the medium."),
            LATENCY,
            PROBE_COST,
            MESSAGE_COST,
        ],
        build: |args| network(args, Fabric::Shared { bandwidth: args.number("bandwidth") }),
        example: "kind = \"shared\"\nbandwidth = \"10Mbit/s\"\nlatency = \"1ms\"\n",
    },
    Kind {
        name: "two-level",
        summary: "Clusters with interfaces of their own, joined by slower links.",
        doc: "Node i stands in cluster i / cluster_size, the file server in the first. A transfer between two clusters also \
              crosses the wide-area link of each, which all its transfers share. Every exchange of a move, every message, \
              question, negotiation and letter of gossip between two clusters takes the wide-area latency on top; a question \
              put to several at once is answered by all when it has reached the farthest. What is told to all nodes or to a \
              board takes `latency` everywhere. Dispatchers and coordinators stand beside the file server.",
        reference: "",
        params: &[
            bandwidth("bandwidth", Need::Required, "Bytes per second of an interface, each way."),
            SERVER,
            bandwidth("wan_bandwidth", Need::Required, "Bytes per second of a cluster's wide-area link, each way."),
            Param {
                name: "wan_latency",
                ty: Ty::Duration(Range::NON_NEGATIVE),
                need: Need::Default("0"),
                doc: "Seconds that crossing to another cluster takes on top of `latency`.",
            },
            Param {
                name: "cluster_size",
                ty: Ty::Count(1, u32::MAX as u64),
                need: Need::Required,
                doc: "Nodes per cluster.",
            },
            LATENCY,
            PROBE_COST,
            MESSAGE_COST,
        ],
        build: |args| {
            let bandwidth = args.number("bandwidth");
            let fabric = Fabric::TwoLevel {
                bandwidth,
                server: args.maybe_number("server_bandwidth").unwrap_or(bandwidth),
                wan: args.number("wan_bandwidth"),
                wan_latency: args.number("wan_latency"),
                size: args.count("cluster_size") as u32,
            };
            network(args, fabric)
        },
        example: "kind = \"two-level\"\nbandwidth = \"1Gbit/s\"\nwan_bandwidth = \"50Mbit/s\"\nwan_latency = \"20ms\"\n\
                  cluster_size = 2\n",
    },
];

fn network(args: &Args, fabric: Fabric) -> Result<Network, String> {
    let latency = args.maybe_number("latency").unwrap_or(0.0);
    let (probe_cost, message_cost) = (args.number("probe_cost"), args.number("message_cost"));
    Ok(Network { latency, probe_cost, message_cost, fabric })
}
