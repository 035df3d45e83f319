//! Lifetime-aware migration: a process moves when it is old enough that moving is expected to pay.

use crate::age_based::{AgeBased, Rule, TRIGGER};
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES};
use crate::stability::STABILITY;
use loadlab_core::policy::Policy;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "lifetime-aware",
    summary: "Migrate processes whose age exceeds cost / (n - m) (Harchol-Balter & Downey).",
    doc: "Lifetimes of UNIX processes have a tail Pr{L > x} ~ x^-alpha with alpha near 1, so that a process of age a is \
          expected to use about a more seconds: the old ones are worth moving. When a process is born at a node that has \
          work, every process there of age a > alpha c / (n - m) moves to the least loaded node, ties at random; c is the \
          cost of moving it in seconds, n the load here and m the load there after the move, both with the process \
          counted. The oldest are judged first, and each move counts for the next. There is nothing to tune: alpha is \
          measured on the workload.\n\n\
          Components: transfer at a birth; selection by age; location least loaded; information exact, unless said otherwise.\n\n\
          Cost per decision: a look at every process of the node and at the load of every node; one migration per process \
          that moves; with `trigger = \"birth-and-departure\"` one message per departure.",
    reference: "Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344",
    params: &[
        Param {
            name: "alpha",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Default("1.0"),
            doc: "The exponent of the tail of lifetimes; k = -alpha in the paper.",
        },
        TRIGGER,
        INFORMATION,
        LOAD,
        PROBES,
        IN_TRANSIT,
        STABILITY,
    ],
    build: |args| Ok(Box::new(AgeBased::of(Rule::Pays { alpha: args.number("alpha") }, args)?)),
    example: "kind = \"lifetime-aware\"\nalpha = 1.05\n",
};
