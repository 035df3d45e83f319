//! The keys that several mechanisms share, and how they become a [`Mechanism`].

use super::image::SETS;
use super::{Costs, HotSet, Image, Mechanism, Plan, Wires, Writes};
use crate::spec::{Args, Need, Param, Range, Ty};
use crate::transfer::Transfer;

/// Groups of keys as one list. Panics while compiling if there are not exactly N.
pub(super) const fn join<const N: usize>(groups: &[&[Param]]) -> [Param; N] {
    let mut all = [groups[0][0]; N];
    let (mut group, mut count) = (0, 0);
    while group < groups.len() {
        let mut k = 0;
        while k < groups[group].len() {
            all[count] = groups[group][k];
            k += 1;
            count += 1;
        }
        group += 1;
    }
    assert!(count == N, "the length of a list of keys is not what was written");
    all
}

const fn duration(name: &'static str, default: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Duration(Range::NON_NEGATIVE), need: Need::Default(default), doc }
}

const fn size(name: &'static str, default: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Size(Range::NON_NEGATIVE), need: Need::Default(default), doc }
}

const fn number(name: &'static str, range: Range, default: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Number(range), need: Need::Default(default), doc }
}

const fn rate(name: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Bandwidth(Range::POSITIVE), need: Need::Optional, doc }
}

pub(super) const SELECT: Param = duration("select", "0", "Seconds to find the target, before the process is touched.");
pub(super) const FIXED: Param = duration("fixed", "0", "Seconds of control work inside the freeze.");
pub(super) const PER_FILE: Param = duration("per_file", "0", "Seconds per open file, inside the freeze.");
pub(super) const FILES: Param = number("files", Range::NON_NEGATIVE, "0", "Open files.");
const PER_CHANNEL: Param = duration("per_channel", "0", "Seconds per communication channel, inside the freeze.");
const CHANNELS: Param = number("channels", Range::NON_NEGATIVE, "0", "Communication channels.");
const KERNEL_STATE: Param = size("kernel_state", "0", "Bytes that the kernel holds for the process.");
const MEMORY: Param = size("memory", "\"1MiB\"", "Bytes of memory of a process of which the workload does not say it.");
pub(super) const COPY_RATE: Param =
    rate("copy_rate", "Bytes per second that one transfer sends at most; without it only the network limits it.");
pub(super) const SOURCE_RATE: Param =
    rate("source_rate", "Bytes that the source copies per CPU second; without it copying costs it no CPU.");
pub(super) const TARGET_RATE: Param =
    rate("target_rate", "Bytes that the target copies per CPU second; without it copying costs it no CPU.");
const COPYING: Param = Param {
    name: "copying",
    ty: Ty::Choice(&["kernel", "competes"]),
    need: Need::Default("\"kernel\""),
    doc: "Whether the CPU work of copying comes before all processes of its node, or competes with them like one more.",
};
const SAFE_POINT: Param = duration(
    "safe_point",
    "0",
    "CPU seconds between two points at which the process can be frozen, such as the ends of its system calls; 0: any.",
);
const CODE: Param = number(
    "code_fraction",
    Range { below: true, ..Range::FRACTION },
    "0",
    "The fraction of its memory that is code, which a node where the process has been before still has.",
);
const COMMIT: Param = Param {
    name: "commit",
    ty: Ty::Choice(&["one-phase", "two-phase"]),
    need: Need::Default("\"one-phase\""),
    doc: "With `two-phase` the process runs on only after the target has told the source that it has everything and the \
          source has answered; the source keeps its copy until the target has confirmed that.",
};
const IN_DOUBT: Param = duration(
    "in_doubt",
    "\"10s\"",
    "Seconds after which the source of a `two-phase` move takes the process back if the target stays silent.",
);
pub(super) const SWITCH: Param =
    duration("switch", "0", "Seconds to stop the process here and to start it there, inside the freeze.");
pub(super) const SETUP: Param = duration("setup", "0", "Seconds of control work while the process still runs.");
pub(super) const REGIONS: Param =
    number("regions", Range::NON_NEGATIVE, "0", "Contiguous regions of the address space.");
pub(super) const PER_REGION: Param = duration("per_region", "0", "Seconds per region, inside the freeze.");
const PAGE: Param = Param {
    name: "page_size",
    ty: Ty::Size(Range::POSITIVE),
    need: Need::Default("\"4KiB\""),
    doc: "Bytes of a page.",
};
pub(super) const DIRTY: Param = number(
    "dirty_fraction",
    Range::FRACTION,
    "1",
    "The fraction of its memory that differs from what the file server holds.",
);

/// What every mechanism takes that does its control work outside the freeze.
pub(super) const OUTSIDE: [Param; 11] =
    [SELECT, KERNEL_STATE, MEMORY, COPY_RATE, SOURCE_RATE, TARGET_RATE, COPYING, SAFE_POINT, CODE, COMMIT, IN_DOUBT];

/// What every mechanism takes that does its control work inside the freeze.
pub(super) const CONTROL: [Param; 16] = join(&[&[FIXED, PER_FILE, FILES, PER_CHANNEL, CHANNELS], &OUTSIDE]);

/// What follows where pages are missing.
pub(super) const FAULTS: [Param; 4] = [
    PAGE,
    number("touched_fraction", Range::FRACTION, "1", "The fraction of its pages that the process will touch again."),
    Param {
        name: "touch_time",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Default("\"1s\""),
        doc: "CPU seconds in which it touches all but 1/e of them.",
    },
    duration("fault_cpu", "0", "Seconds per remote fault at the holder of the page, beside messages and transfer."),
];

const HOT: [Param; 2] = [
    Param { name: "size", ty: Ty::Size(Range::POSITIVE), need: Need::Required, doc: "Bytes of the set." },
    Param {
        name: "time",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Required,
        doc: "CPU seconds between two writes to the same page.",
    },
];

/// What a process writes to while it runs.
pub(super) const WRITES: [Param; 4] = [
    Param {
        name: "working_set",
        ty: Ty::Size(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "Bytes that the process keeps writing to: `D(t) = W (1 - exp(-t / write_time))` are dirty after t seconds.",
    },
    Param {
        name: "write_time",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Default("\"1s\""),
        doc: "CPU seconds between two writes to the same page of the working set.",
    },
    Param {
        name: "hot_sets",
        ty: Ty::List(&Ty::Table(&HOT)),
        need: Need::Optional,
        doc: "Instead of one working set up to three, each with `size` and `time`.",
    },
    Param {
        name: "dirty_rate",
        ty: Ty::Bandwidth(Range::NON_NEGATIVE),
        need: Need::Optional,
        doc: "Instead of a working set: bytes dirtied per CPU second, each write to another page.",
    },
];

/// A mechanism from its arguments. It has a network to itself until a scenario gives it one.
pub(super) fn mechanism(args: &Args, plan: Plan) -> Result<Transfer, String> {
    let number = |name: &str, otherwise: f64| args.maybe_number(name).unwrap_or(otherwise);
    let rate = |name: &str| number(name, f64::INFINITY);
    let costs = Costs {
        select: number("select", 0.0),
        setup: number("setup", 0.0),
        fixed: number("fixed", number("cost", 0.0)),
        per_file: number("per_file", 0.0),
        per_channel: number("per_channel", 0.0),
        per_region: number("per_region", 0.0),
        switch: number("switch", 0.0),
        fault_cpu: number("fault_cpu", 0.0),
        copy_rate: rate("copy_rate"),
        source_rate: rate("source_rate"),
        target_rate: rate("target_rate"),
        competes: args.maybe_text("copying") == Some("competes"),
        safe_point: number("safe_point", 0.0),
        code: number("code_fraction", 0.0),
        two_phase: args.maybe_text("commit") == Some("two-phase"),
        in_doubt: number("in_doubt", 0.0),
    };
    let plain = Image::default();
    let image = Image {
        memory: number("memory", plain.memory),
        page: number("page_size", plain.page),
        dirty: number("dirty_fraction", plain.dirty),
        writes: writes(args)?,
        touched: number("touched_fraction", plain.touched),
        touch_time: number("touch_time", plain.touch_time),
        regions: number("regions", 0.0),
        files: number("files", 0.0),
        channels: number("channels", 0.0),
        kernel_state: number("kernel_state", 0.0),
    };
    Ok(Transfer::Staged(Mechanism { plan, costs, image, wires: Wires::default() }))
}

/// What is written to, from one of three ways to say it.
fn writes(args: &Args) -> Result<Writes, String> {
    let working_set = args.maybe_number("working_set").unwrap_or(0.0);
    let given =
        usize::from(working_set > 0.0) + usize::from(args.has("hot_sets")) + usize::from(args.has("dirty_rate"));
    if given > 1 {
        return Err("give one of `working_set`, `hot_sets` and `dirty_rate`".to_owned());
    }
    if let Some(rate) = args.maybe_number("dirty_rate") {
        return Ok(Writes::Rate(rate));
    }
    let mut sets = [HotSet::default(); SETS];
    if args.has("hot_sets") {
        let tables = args.tables("hot_sets");
        if tables.len() > SETS {
            return Err(format!("there are {} `hot_sets`: at most {SETS} are told apart", tables.len()));
        }
        for (set, table) in sets.iter_mut().zip(tables) {
            *set = HotSet { size: table.number("size"), time: table.number("time") };
        }
    } else if working_set > 0.0 {
        sets[0] = HotSet { size: working_set, time: args.number("write_time") };
    } else {
        return Ok(Writes::Rate(0.0));
    }
    Ok(Writes::Sets(sets))
}
