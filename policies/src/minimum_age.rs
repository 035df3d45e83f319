//! Migration from a fixed minimum age on.

use crate::age_based::{AgeBased, Rule, TRIGGER};
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES};
use crate::stability::STABILITY;
use loadlab_core::policy::Policy;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "minimum-age",
    summary: "Migrate processes from a fixed age on.",
    doc: "When a process is born at a node that has work, every process there that has used at least `age` seconds of CPU \
          moves to the least loaded node, ties at random, if that is less loaded even with it. The oldest are judged \
          first, and each move counts for the next. The age must be tuned to the cost of migration and to the load.\n\n\
          Components: transfer at a birth; selection by age; location least loaded; information exact, unless said otherwise.\n\n\
          Cost per decision: a look at every process of the node and at the load of every node; one migration per process \
          that moves; with `trigger = \"birth-and-departure\"` one message per departure.",
    reference: "Compared in Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344",
    params: &[
        Param {
            name: "age",
            ty: Ty::Duration(Range::NON_NEGATIVE),
            need: Need::Default("\"1s\""),
            doc: "CPU seconds that a process must have used.",
        },
        TRIGGER,
        INFORMATION,
        LOAD,
        PROBES,
        IN_TRANSIT,
        STABILITY,
    ],
    build: |args| Ok(Box::new(AgeBased::of(Rule::Fixed(args.number("age")), args)?)),
    example: "kind = \"minimum-age\"\nage = \"2s\"\n",
};
