//! Parameters that several kinds of workload share, and the keys that synthetic workloads add to a scenario.

use loadlab_core::spec::{Need, Param, Range, Ty, Unit};

pub(super) const fn required(name: &'static str, ty: Ty, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Required, doc }
}

pub(super) const fn optional(name: &'static str, ty: Ty, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Optional, doc }
}

pub(super) const fn default(name: &'static str, ty: Ty, value: &'static str, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Default(value), doc }
}

/// Keys of a scenario beside `arrivals`, `lifetime` and `memory`; each may be left out.
pub const SCENARIO: &[Param] = &[
    optional(
        "match",
        Ty::Choice(&["nominal", "realised"]),
        "Whether the load is right on average, or exactly in every run: arrival times are then stretched by one factor. \
         Needs a horizon in processes, and a warm-up in processes or none.",
    ),
    optional(
        "home_weights",
        Ty::List(&Ty::Number(Range::NON_NEGATIVE)),
        "How much of the arrivals each node is the home of, in any unit; all alike if left out.",
    ),
    optional("must_stay", Ty::Number(Range::FRACTION), "The fraction of processes that may only run at their homes."),
    optional(
        "memory_rank_correlation",
        Ty::Number(CORRELATION),
        "Spearman's rank correlation of memory and lifetime; 0 if left out.",
    ),
    optional("dirty_rate", Ty::Law(Unit::Bytes), "The law of the bytes per CPU second that a process makes dirty."),
    optional(
        "dirty_rate_rank_correlation",
        Ty::Number(CORRELATION),
        "Spearman's rank correlation of dirty rate and lifetime; 0 if left out.",
    ),
    optional("classes", Ty::List(&Ty::Table(CLASS)), "The classes of processes: programs, or sorts of work."),
    optional(
        "class_lifetimes",
        Ty::List(&Ty::Duration(Range::POSITIVE)),
        "Where ranges of lifetimes end, ascending, if the weights of classes differ between them.",
    ),
];

const CORRELATION: Range = Range { low: -1.0, high: 1.0, above: false, below: false };

/// One of `classes`.
const CLASS: &[Param] = &[
    required("name", Ty::Text, "What it is called."),
    required(
        "weight",
        Ty::Many(&Ty::Number(Range::NON_NEGATIVE)),
        "How frequent it is, in any unit: a number, or one for each range of lifetimes.",
    ),
    optional("io", Ty::Table(IO), "Its I/O; it only computes if left out."),
];

/// `io` of a class.
const IO: &[Param] = &[
    required("burst", Ty::Law(Unit::Seconds), "CPU seconds between I/O operations; drawn once per process."),
    required("wait", Ty::Law(Unit::Seconds), "Seconds of each I/O operation; drawn once per process."),
    default("remote_factor", Ty::Number(Range::NON_NEGATIVE), "1", "Factor on `wait` away from home."),
];

/// Where a file stands and which one it must be.
pub(super) const PATH: Param =
    required("path", Ty::Text, "The file, beside the experiment file or in the folder that LOADLAB_DATA names.");
pub(super) const SHA256: Param =
    optional("sha256", Ty::Text, "Its SHA-256 in hexadecimal; another file is refused before anything runs.");
pub(super) const MAX_SIZE: Param = default(
    "max_decompressed",
    Ty::Size(Range::POSITIVE),
    "\"64GiB\"",
    "How much a compressed file (gzip or xz) may decompress to; more is refused.",
);
pub(super) const STRICT: Param =
    default("strict", Ty::Flag, "false", "Whether a bad line is an error; otherwise it is dropped and counted.");

pub(super) const FOLLOW: Param = default(
    "follow",
    Ty::Flag,
    "false",
    "Whether a process that names preceding ones arrives its think time after the last of these has left, whenever that \
     is; otherwise all arrive when they did. Those that wait are held in memory.",
);

/// What is done to the processes of any trace, in this order.
pub(super) const SORT: Param = optional(
    "sort_window",
    Ty::Count(1, 1_000_000_000),
    "How many processes may be held to put them into the order of arrival; if left out, 65536 where the format is in \
     order by nature, and all of them where it is not.",
);
pub(super) const SELECT: Param = optional(
    "select",
    Ty::Expression,
    "Keeps the processes for which this is true; over line, process, submit, lifetime (or run_time), processors, memory, \
     requested_time, user, group, program, class, status (1 completed, 0 failed, 5 cancelled, 2 not ended), home and \
     think_time.",
);
pub(super) const WINDOW: Param =
    optional("window", Ty::Table(WINDOW_KEYS), "Keeps what arrives in it; time then counts from its start.");
const WINDOW_KEYS: &[Param] = &[
    default("from", Ty::Duration(Range::NON_NEGATIVE), "0", "Its start, in the time of the trace."),
    optional("to", Ty::Duration(Range::POSITIVE), "Its end; the end of the trace if left out."),
];
pub(super) const PROCESSES: Param =
    optional("processes", Ty::Count(1, 1_000_000_000_000), "Ends the trace after so many processes.");
pub(super) const PARALLEL: Param = optional(
    "parallel",
    Ty::Choice(&["split", "serial-only"]),
    "Processes of several processors become as many serial ones, or are dropped. Without it they are an error.",
);
pub(super) const LEAST: Param = optional(
    "least_lifetime",
    Ty::Duration(Range::POSITIVE),
    "Raises shorter lifetimes to this: for traces that write 0 for what they could not resolve.",
);
pub(super) const HOMES: Param = optional(
    "homes",
    Ty::Choice(&["recorded", "round-robin", "user", "group", "program", "class", "weights"]),
    "Where processes arrive: as recorded, one node after the other, equal values of a field at the same node, or drawn \
     by `home_weights`. If left out: as recorded where the format records it, else one after the other.",
);
pub(super) const HOME_WEIGHTS: Param = optional(
    "home_weights",
    Ty::List(&Ty::Number(Range::NON_NEGATIVE)),
    "With `homes = \"weights\"`: how much of the arrivals each node is the home of.",
);
pub(super) const OFFERED_LOAD: Param = optional(
    "offered_load",
    Ty::Table(OFFERED_LOAD_KEYS),
    "Changes the load: work over capacity and the time from the first arrival to the last.",
);
const OFFERED_LOAD_KEYS: &[Param] = &[
    required("to", Ty::Number(Range::POSITIVE), "The load that is offered then."),
    default(
        "kind",
        Ty::Choice(&["interarrival", "lifetime", "capacity"]),
        "\"interarrival\"",
        "What is multiplied: the times between arrivals, the lifetimes, or the speed of all nodes.",
    ),
];
pub(super) const RESAMPLE: Param = optional(
    "resample",
    Ty::Table(RESAMPLE_KEYS),
    "Makes another trace of it for each replication: shaken, or drawn from blocks of it. Otherwise all replications \
     replay the same processes.",
);
const RESAMPLE_KEYS: &[Param] = &[
    required("kind", Ty::Choice(&["shake", "bootstrap"]), "Which of the two."),
    default(
        "runtime",
        Ty::Table(&[
            required("low", Ty::Number(Range::NON_NEGATIVE), "The least factor."),
            required("high", Ty::Number(Range::NON_NEGATIVE), "The greatest factor."),
        ]),
        "{ low = 0.95, high = 1.05 }",
        "Shake: lifetimes are multiplied by a factor uniform between these.",
    ),
    default(
        "submit",
        Ty::Table(&[
            required("low", Ty::Duration(Range::ANY), "The least shift."),
            required("high", Ty::Duration(Range::ANY), "The greatest shift."),
        ]),
        "{ low = -60, high = 60 }",
        "Shake: arrivals are shifted by a time uniform between these.",
    ),
    optional("block", Ty::Duration(Range::POSITIVE), "Bootstrap: how long the blocks are."),
    default("per_home", Ty::Flag, "false", "Bootstrap: whether the processes of each home are drawn on their own."),
];
