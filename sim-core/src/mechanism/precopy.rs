//! Precopy: the memory travels while the process runs; what it dirties meanwhile travels again; the last of it while
//! it is frozen (V, Xen, QEMU).
//!
//! Round 0 sends S, round i+1 what was dirtied during round i: V_(i+1) = D(V_i / B). F = T_switch + V_n / B. See
//! `closed` for what follows from that, `rounds` for the machine, `stop` for the rules.

use super::stop::{Limit, Rates, Rules};
use super::{Plan, keys};
use crate::spec::{Args, Kind, Need, Param, Range, Ty};
use crate::transfer::Transfer;

const RULES: [Param; 12] = [
    Param {
        name: "rules",
        ty: Ty::Choice(&["limit", "xen-2005", "xen-2017", "qemu"]),
        need: Need::Default("\"limit\""),
        doc: "Whose rules the other keys start from.",
    },
    Param {
        name: "few_pages",
        ty: Ty::Number(Range::NON_NEGATIVE),
        need: Need::Optional,
        doc: "So many pages or fewer are left for the freeze (`limit` 0, both Xen 49).",
    },
    Param {
        name: "downtime",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Optional,
        doc: "What can be sent in this time, at the rate of the last round, is left for the freeze (`qemu` 300 ms).",
    },
    Param {
        name: "rounds",
        ty: Ty::Count(1, 100_000),
        need: Need::Optional,
        doc: "Rounds at most (`limit` 30, `xen-2005` 29, `xen-2017` 5, `qemu` 1000).",
    },
    Param {
        name: "total",
        ty: Ty::Number(Range::POSITIVE),
        need: Need::Optional,
        doc: "The rounds end once more than this multiple of the memory has been sent (`xen-2005` 3).",
    },
    Param {
        name: "skip",
        ty: Ty::Flag,
        need: Need::Optional,
        doc: "Whether a page that is dirty again before its turn is left to the next round (both Xen).",
    },
    Param {
        name: "first_rate",
        ty: Ty::Bandwidth(Range::POSITIVE),
        need: Need::Optional,
        doc: "Bytes per second of the first round; later ones exceed the rate of dirtying by 50 Mbit/s (`xen-2005` 100 Mbit/s).",
    },
    Param {
        name: "highest_rate",
        ty: Ty::Bandwidth(Range::POSITIVE),
        need: Need::Optional,
        doc: "Bytes per second of the fastest round (`xen-2005` 500 Mbit/s).",
    },
    Param {
        name: "converge",
        ty: Ty::Flag,
        need: Need::Optional,
        doc: "Whether the process is slowed by 20 %, then 10 % more each round, while more than half of what is sent is \
              dirtied again (`qemu`).",
    },
    Param {
        name: "slowdown",
        ty: Ty::Number(Range { below: true, ..Range::FRACTION }),
        need: Need::Default("0"),
        doc: "The fraction of its speed that the process loses during the rounds.",
    },
    Param {
        name: "track_cpu",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "CPU seconds at the source per page sent, for catching the next write to it.",
    },
    Param {
        name: "at_limit",
        ty: Ty::Choice(&["freeze", "give-up", "post-copy"]),
        need: Need::Optional,
        doc: "What follows when the rounds end with too much left: `freeze` sends it all at once, `give-up` leaves the \
              process where it is (`qemu`), `post-copy` pushes it behind the running process.",
    },
];

pub(crate) const PRECOPY: Kind<Transfer> = Kind {
    name: "precopy",
    summary: "Memory travels while the process runs, again and again; only the rest during the freeze.",
    doc: "Each round sends what was dirtied during the one before. Where memory is dirtied faster than it can be sent, the \
          rounds do not converge, and the freeze is that of the whole working set.",
    reference: "Theimer, Lantz & Cheriton, Preemptable remote execution facilities for the V-System, SOSP 1985, \
                doi:10.1145/323647.323629; Clark et al., Live migration of virtual machines, NSDI 2005",
    params: &keys::join::<33>(&[&keys::OUTSIDE, &[keys::SWITCH, keys::SETUP], &keys::WRITES, &RULES, &keys::FAULTS]),
    build: |args| {
        let rules = rules(args)?;
        keys::mechanism(args, Plan::Precopy(rules))
    },
    example: "kind = \"precopy\"\nswitch = \"30ms\"\nworking_set = \"0.2MiB\"\nwrite_time = \"2s\"\nfew_pages = 10\n",
};

/// The rules that the keys name.
fn rules(args: &Args) -> Result<Rules, String> {
    let base = match args.text("rules") {
        "xen-2005" => Rules::XEN_2005,
        "xen-2017" => Rules::XEN_2017,
        "qemu" => Rules::QEMU,
        _ => Rules::LIMIT,
    };
    let number = |name, otherwise| args.maybe_number(name).unwrap_or(otherwise);
    let flag = |name, otherwise| if args.has(name) { args.flag(name) } else { otherwise };
    let (limit, then_push) = match args.maybe_text("at_limit") {
        Some("freeze") => (Limit::Freeze, false),
        Some("give-up") => (Limit::GiveUp, false),
        Some(_) => (Limit::Freeze, true),
        None => (base.limit, base.then_push),
    };
    let rules = Rules {
        few_pages: number("few_pages", base.few_pages),
        downtime: args.maybe_number("downtime").or(base.downtime),
        rounds: if args.has("rounds") { args.count("rounds") as u32 } else { base.rounds },
        total: number("total", base.total),
        skip: flag("skip", base.skip),
        rates: rates(args, base.rates)?,
        converge: flag("converge", base.converge),
        slowdown: args.number("slowdown"),
        track_cpu: args.number("track_cpu"),
        limit,
        then_push,
        ..base
    };
    Ok(rules)
}

fn rates(args: &Args, base: Option<Rates>) -> Result<Option<Rates>, String> {
    let given = |name| args.maybe_number(name);
    let first = given("first_rate").or(base.map(|r| r.first));
    let highest = given("highest_rate").or(base.map(|r| r.highest));
    match (first, highest) {
        (None, None) => Ok(None),
        (Some(first), Some(highest)) if first > highest => Err("`first_rate` is above `highest_rate`".to_owned()),
        (first, highest) => {
            let highest = highest.unwrap_or(f64::INFINITY);
            let first = first.unwrap_or(highest);
            Ok(Some(Rates { first, step: super::stop::XEN_STEP, highest }))
        }
    }
}
