//! Parameters that many policies share, described once.

use loadlab_core::spec::{Need, Param, Ty};

/// T.
pub(crate) const fn threshold(default: &'static str) -> Param {
    Param {
        name: "threshold",
        ty: Ty::Count(1, 1_000_000),
        need: Need::Default(default),
        doc: "T: a node with a load below this, the newcomer not counted, keeps or accepts a process.",
    }
}

/// The probe limit Lp.
pub(crate) const fn probes(default: &'static str) -> Param {
    Param {
        name: "probes",
        ty: Ty::Count(1, 255),
        need: Need::Default(default),
        doc: "How many nodes are asked at most.",
    }
}

/// Which process a node gives away when it is asked for one.
pub(crate) const TAKE: Param = Param {
    name: "take",
    ty: Ty::Choice(&["newest", "never-started"]),
    need: Need::Default("\"newest\""),
    doc: "Which process moves: the newest, running or not, or the newest among those that have received no service.",
};
