//! The information structures as TOML names them.

use super::{Central, Gossip, Groups, Information, Timing};
use crate::spec::{Args, Kind, Need, Param, Range, Ty};

/// Builds what the table under a key names. The table has been checked against the same list.
pub(super) fn named<T>(kinds: &'static [Kind<T>], args: &Args, key: &str) -> Result<T, String> {
    let table = args.table(key);
    let name = table.text("kind");
    let kind = kinds.iter().find(|kind| kind.name == name);
    kind.map_or_else(|| Err(format!("there is no {key} `{name}`")), |kind| (kind.build)(table))
}

const fn param(name: &'static str, ty: Ty, default: &'static str, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Default(default), doc }
}

const fn every(default: &'static str, doc: &'static str) -> Param {
    param("every", Ty::Duration(Range::POSITIVE), default, doc)
}

const TIMING: Param = param(
    "timing",
    Ty::Choice(&["phases", "rounds", "poisson"]),
    "\"phases\"",
    "Each node at a random phase of its own; all at the same instant; or after exponential times.",
);

fn timing(args: &Args) -> Timing {
    match args.text("timing") {
        "rounds" => Timing::Rounds,
        "poisson" => Timing::Poisson,
        _ => Timing::Phases,
    }
}

fn or_never(args: &Args, name: &str) -> f64 {
    args.maybe_number(name).unwrap_or(f64::INFINITY)
}

const fn kind(
    name: &'static str,
    summary: &'static str,
    doc: &'static str,
    reference: &'static str,
    params: &'static [Param],
    build: fn(&Args) -> Result<Information, String>,
    example: &'static str,
) -> Kind<Information> {
    Kind { name, summary, doc, reference, params, build, example }
}

const EVERY: [Param; 2] = [every("1", "The time between two broadcasts of a node."), TIMING];

const GOSSIP: [Param; 7] = [
    every("1", "The time between two rounds of a node."),
    TIMING,
    param("length", Ty::Count(2, 1 << 26), "8", "Entries that a node keeps, its own included."),
    Param {
        name: "send",
        ty: Ty::Count(1, 1 << 26),
        need: Need::Optional,
        doc: "Entries in a message, the sender's own included; the newer half of the vector if left out.",
    },
    param("fanout", Ty::Count(1, 255), "2", "Messages per round."),
    param(
        "known",
        Ty::Count(0, 254),
        "1",
        "How many of them go to nodes of the vector, which are known to be alive; at least one goes to a random node.",
    ),
    param("reply", Ty::Flag, "true", "Whether the receiver answers with its own load."),
];

const WINDOW: [Param; 3] = [
    every("1", "The time between two messages of a node."),
    TIMING,
    param("window", Ty::Count(1, 1 << 26), "8", "Entries in a message, the sender's own included."),
];

const CENTRAL: [Param; 8] = [
    Param {
        name: "every",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Optional,
        doc: "The time between two reports of a node; without it, nodes report on change alone.",
    },
    TIMING,
    Param {
        name: "by",
        ty: Ty::Number(Range::POSITIVE),
        need: Need::Optional,
        doc: "A node also reports when its load differs by this much from what it reported last.",
    },
    param("report", Ty::Duration(Range::NON_NEGATIVE), "0", "What a report takes of the collector's time."),
    param("request", Ty::Duration(Range::NON_NEGATIVE), "0", "What a request takes of the collector's time."),
    Param {
        name: "crash_at",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Optional,
        doc: "When the collector crashes for the first time.",
    },
    Param {
        name: "crash_every",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Optional,
        doc: "Mean of the exponential time from the start, and from each take-over, to the next crash.",
    },
    param("takeover", Ty::Duration(Range::NON_NEGATIVE), "0", "Time from a crash until another collector serves."),
];

const LEVEL: [Param; 2] = [
    param("size", Ty::Count(1, 1 << 26), "8", "Members of a group."),
    every("1", "The time between two reports of a member to its head."),
];

const IDLE: [Param; 2] = [
    param(
        "choices",
        Ty::Count(1, 255),
        "1",
        "How many different random registrars are compared by their registrations.",
    ),
    param("withdraw", Ty::Flag, "true", "Whether a registered node that gets a process from elsewhere withdraws."),
];

/// Every information structure.
pub static INFORMATION: &[Kind<Information>] = &[
    kind("blind", "Nothing is known of other nodes.", "", "", &[], |_| Ok(Information::Blind), "kind = \"blind\"\n"),
    kind(
        "exact",
        "The present load of every node: an oracle.",
        "Free and at once; no real system has it, and results are marked.",
        "",
        &[],
        |_| Ok(Information::Exact),
        "kind = \"exact\"\n",
    ),
    kind(
        "on-demand",
        "What a policy asks for, when it asks.",
        "Replies are as old as the way back takes. A multicast query that takes the first reply is of this kind.",
        "Eager, Lazowska & Zahorjan, IEEE Trans. Software Engineering 12(5), 1986, doi:10.1109/TSE.1986.6312961",
        &[],
        |_| Ok(Information::OnDemand),
        "kind = \"on-demand\"\n",
    ),
    kind(
        "periodic",
        "Every node tells all others its load once per period.",
        "A broadcast counts as n - 1 messages; its sender pays for one, and so does each receiver.",
        "Zhou, A trace-driven simulation study of dynamic load balancing, IEEE TSE 14(9), 1988, doi:10.1109/32.6176",
        &EVERY,
        |args| Ok(Information::Periodic { period: args.number("every"), timing: timing(args) }),
        "kind = \"periodic\"\nevery = \"10s\"\n",
    ),
    kind(
        "on-change",
        "Every node tells all others when its load has changed by so much.",
        "Looked at whenever a process joins or leaves its queue. At the start all nodes are known to be idle.",
        "Livny & Melman, Load balancing in homogeneous broadcast distributed systems, ACM Computer Network Performance \
         Symposium, 1982",
        &[param("by", Ty::Number(Range::POSITIVE), "1", "The difference from what was told last.")],
        |args| Ok(Information::OnChange { by: args.number("by") }),
        "kind = \"on-change\"\nby = 2\n",
    ),
    kind(
        "board",
        "A bulletin board: everyone sees the same snapshot until the next.",
        "At 0, T, 2 T, ... all nodes post their loads, by one message each; reading is free. The periodic update model \
         of old information.",
        "Mitzenmacher, How useful is old information?, IEEE TPDS 11(1), 2000, doi:10.1109/71.824633",
        &[every("1", "The time between two snapshots.")],
        |args| Ok(Information::Board { period: args.number("every") }),
        "kind = \"board\"\nevery = \"5s\"\n",
    ),
    kind(
        "central",
        "Nodes report to one collector, which answers requests one by one.",
        "The coordinator sees the table. A decision that is delegated to it waits in the queue of the collector with the \
         reports, first come, first served. A collector that crashes loses its table; what is reported meanwhile is \
         lost, and requests wait until another has taken over.",
        "Theimer & Lantz, Finding idle machines in a workstation-based distributed system, IEEE TSE 15(11), 1989, \
         doi:10.1109/32.41336",
        &CENTRAL,
        |args| {
            let central = Central {
                period: or_never(args, "every"),
                timing: timing(args),
                by: or_never(args, "by"),
                report: args.number("report"),
                request: args.number("request"),
                crash_at: or_never(args, "crash_at"),
                crash_every: or_never(args, "crash_every"),
                takeover: args.number("takeover"),
            };
            let silent = central.period == f64::INFINITY && central.by == f64::INFINITY;
            if silent {
                Err("nobody reports: give `every`, `by`, or both".into())
            } else {
                Ok(Information::Central(central))
            }
        },
        "kind = \"central\"\nevery = \"1min\"\nby = 1\nrequest = \"15ms\"\n",
    ),
    kind(
        "gossip",
        "MOSIX's load vector: each node keeps the newest of what it hears and passes on the newest half.",
        "Once per period a node sends its own load and the newest entries of its vector to `fanout` nodes. The receiver \
         keeps the newest entries of what it had and what it got, one per node, and answers with its own load. A fan-out \
         of 2 is that of the first MOSIX, 3 that of 1989, 1 without reply that of Linux.",
        "Barak & Shiloh, A distributed load-balancing policy for a multicomputer, Software: Practice and Experience \
         15(9), 1985, doi:10.1002/spe.4380150905",
        &GOSSIP,
        |args| {
            let length = args.count("length") as u32;
            Ok(Information::Gossip(Gossip {
                period: args.number("every"),
                timing: timing(args),
                length,
                send: if args.has("send") { args.count("send") as u32 } else { length.div_ceil(2) },
                fanout: args.count("fanout") as u8,
                known: args.count("known") as u8,
                reply: args.flag("reply"),
            }))
        },
        "kind = \"gossip\"\nlength = 16\nfanout = 2\n",
    ),
    kind(
        "window",
        "Windowed gossip: everyone knows all, with guaranteed ages.",
        "Once per period a node sends its own load and the w - 1 youngest entries of its vector, which holds all nodes, \
         to one random node. With n nodes and a fixed period at random phases the mean age of the vector is about \
         (n - 1) / w periods.",
        "Amar, Barak, Drezner & Okun, Randomized gossip algorithms for maintaining a distributed bulletin board with \
         guaranteed age properties, Concurrency and Computation 21(15), 2009, doi:10.1002/cpe.1418",
        &WINDOW,
        |args| {
            Ok(Information::Gossip(Gossip {
                period: args.number("every"),
                timing: timing(args),
                length: u32::MAX,
                send: args.count("window") as u32,
                fanout: 1,
                known: 0,
                reply: false,
            }))
        },
        "kind = \"window\"\nwindow = 8\n",
    ),
    kind(
        "hierarchical",
        "Nodes report to the heads of their groups, and heads to the heads above them.",
        "A head of the lowest level sees the nodes of its group; a head above it one observation for each group below, \
         under the number of its first node: the mean of what its head knows, as old as the oldest part of it.",
        "Zhou, Zheng, Wang & Delisle, Utopia, Software: Practice and Experience 23(12), 1993, \
         doi:10.1002/spe.4380231203",
        &[param(
            "levels",
            Ty::List(&Ty::Table(&LEVEL)),
            "[{ size = 8, every = 1 }]",
            "From the level just above the nodes upwards, at most 4.",
        )],
        |args| {
            let levels: Vec<(u32, f64)> =
                args.tables("levels").into_iter().map(|t| (t.count("size") as u32, t.number("every"))).collect();
            Groups::new(&levels).map(Information::Hierarchical)
        },
        "kind = \"hierarchical\"\nlevels = [{ size = 10, every = \"15s\" }, { size = 10, every = \"1min\" }]\n",
    ),
    kind(
        "idle",
        "Nodes that become idle register with a dispatcher.",
        "The queue of idle nodes of join-idle-queue. A node registers with a random dispatcher, or with the shorter of \
         the queues of several; with a random node where the policy has no dispatchers. A registration is used up when \
         its registrar places a process there.",
        "Lu, Xie, Kliot, Geller, Larus & Greenberg, Join-idle-queue, Performance Evaluation 68(11), 2011, \
         doi:10.1016/j.peva.2011.07.015",
        &IDLE,
        |args| Ok(Information::Idle { choices: args.count("choices") as u8, withdraw: args.flag("withdraw") }),
        "kind = \"idle\"\nchoices = 2\n",
    ),
];
