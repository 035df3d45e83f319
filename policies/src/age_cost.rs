//! Migration from a multiple of its cost on.

use crate::age_based::{AgeBased, Rule, TRIGGER};
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES};
use crate::stability::STABILITY;
use loadlab_core::policy::Policy;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "age-cost",
    summary: "Migrate processes older than alpha times the cost of moving them.",
    doc: "When a process is born at a node that has work, every process there of age a > alpha c, where c is the cost of \
          moving it in seconds, moves to the least loaded node, ties at random, if that is less loaded even with it. The \
          oldest are judged first, and each move counts for the next. The best alpha depends on the loads; \
          `lifetime-aware` replaces it by 1 / (n - m).\n\n\
          Components: transfer at a birth; selection by age and cost; location least loaded; information exact, unless said otherwise.\n\n\
          Cost per decision: a look at every process of the node and at the load of every node; one migration per process \
          that moves; with `trigger = \"birth-and-departure\"` one message per departure.",
    reference: "Compared in Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344",
    params: &[
        Param {
            name: "alpha",
            ty: Ty::Number(Range::NON_NEGATIVE),
            need: Need::Default("1.0"),
            doc: "How many times its cost of migration a process must have used.",
        },
        TRIGGER,
        INFORMATION,
        LOAD,
        PROBES,
        IN_TRANSIT,
        STABILITY,
    ],
    build: |args| Ok(Box::new(AgeBased::of(Rule::TimesCost(args.number("alpha")), args)?)),
    example: "kind = \"age-cost\"\nalpha = 0.5\n",
};
