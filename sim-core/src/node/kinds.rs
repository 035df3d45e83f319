//! The disciplines as TOML names them.

use super::Discipline;
use crate::spec::{Kind, Need, Param, Range, Ty};

const fn plain(
    name: &'static str,
    summary: &'static str,
    doc: &'static str,
    reference: &'static str,
    build: fn(&crate::spec::Args) -> Result<Discipline, String>,
    example: &'static str,
) -> Kind<Discipline> {
    Kind { name, summary, doc, reference, params: &[], build, example }
}

/// Every discipline.
pub static DISCIPLINES: &[Kind<Discipline>] = &[
    plain(
        "fcfs",
        "First come, first served, without preemption.",
        "The first `cores` processes run, the others wait in order of coming.",
        "",
        |_| Ok(Discipline::Fcfs),
        "kind = \"fcfs\"\n",
    ),
    plain(
        "ps",
        "Processor sharing: everyone runs at once, at an equal share.",
        "n processes on c cores run at min(1, c / n) of the speed each: round robin with an endlessly short quantum and \
         no switch cost.",
        "Kleinrock, Journal of the ACM 14(2), 1967, doi:10.1145/321386.321388",
        |_| Ok(Discipline::Ps),
        "kind = \"ps\"\n",
    ),
    Kind {
        name: "rr",
        summary: "Round robin with a quantum and a switch cost.",
        doc: "Each core serves its process for at most one quantum and then turns to the one that has waited longest. \
              Turning to a process other than the one it just ran costs `switch_cost`, during which nobody is served.",
        reference: "",
        params: &[
            Param {
                name: "quantum",
                ty: Ty::Duration(Range::POSITIVE),
                need: Need::Default("\"10ms\""),
                doc: "The longest turn, in seconds at full speed.",
            },
            Param {
                name: "switch_cost",
                ty: Ty::Duration(Range::NON_NEGATIVE),
                need: Need::Default("0"),
                doc: "Seconds that turning to another process takes.",
            },
        ],
        build: |args| Ok(Discipline::Rr { quantum: args.number("quantum"), switch_cost: args.number("switch_cost") }),
        example: "kind = \"rr\"\nquantum = \"10ms\"\nswitch_cost = \"50us\"\n",
    },
    plain(
        "srpt",
        "Shortest remaining processing time first, preemptive.",
        "The `cores` processes with the least remaining lifetime run; a newcomer preempts only one with strictly more left.",
        "Schrage & Miller, Operations Research 14(4), 1966, doi:10.1287/opre.14.4.670",
        |_| Ok(Discipline::Srpt),
        "kind = \"srpt\"\n",
    ),
    plain(
        "fb",
        "Foreground-background: those who have received least run.",
        "The processes that have received least service run; equally old ones share. Also called least attained service.",
        "Leland & Ott, SIGMETRICS 1986, doi:10.1145/317531.317539",
        |_| Ok(Discipline::Fb),
        "kind = \"fb\"\n",
    ),
];
