//! Copy-on-reference: only the map of the memory travels while the process is frozen; each page follows when it is
//! touched (Accent, Mach).
//!
//! F = T_fix + regions t_r, whatever the size. Afterwards U(t) first touches in t seconds of CPU time, so that
//! `t_wall = t_cpu + phi U(t_cpu) / (1 + h p)` with p pages prefetched per fault, of which a fraction h would have
//! faulted next. Exact where the process runs alone.

use super::step::{Phase, Runs, Step};
use super::{After, Background, Dependency, Mechanism, Plan, Until, Way, keys};
use crate::spec::{Kind, Need, Param, Range, Ty};
use crate::transfer::Transfer;

/// How pages follow a process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reference {
    /// p: pages that come along with each fault.
    pub prefetch: f64,
    /// h: the fraction of them that would have faulted next.
    pub hits: f64,
    /// Whether clean pages come from the file server and not from the source.
    pub clean_from_server: bool,
    /// Whether the rest is pushed while the process runs: post-copy.
    pub push: bool,
}

impl Reference {
    pub(super) fn dependency(&self) -> Dependency {
        let source = if self.push { Until::Sent } else { Until::Exit };
        Dependency { source, server: self.clean_from_server, ..Dependency::default() }
    }
}

pub(super) const PREFETCH: Param = Param {
    name: "prefetch",
    ty: Ty::Number(Range::NON_NEGATIVE),
    need: Need::Default("0"),
    doc: "Pages that come along with each fault.",
};
pub(super) const HITS: Param = Param {
    name: "hit_ratio",
    ty: Ty::Number(Range::FRACTION),
    need: Need::Default("0.5"),
    doc: "The fraction of the prefetched pages that the process would have touched next.",
};

const CLEAN_FROM: Param = Param {
    name: "clean_from",
    ty: Ty::Choice(&["source", "server"]),
    need: Need::Default("\"source\""),
    doc: "Who holds the pages that are not dirty.",
};

pub(crate) const COPY_ON_REFERENCE: Kind<Transfer> = Kind {
    name: "copy-on-reference",
    summary: "Only maps travel during the freeze; every page follows when it is first touched.",
    doc: "Freeze: control work plus `regions x per_region`, whatever the size of the memory. Each page that is touched \
          later stalls the process for `2 x latency + fault_cpu + page / bandwidth` and costs its holder `fault_cpu`. The \
          process depends on the node that it left for as long as it lives.",
    reference: "Zayas, Attacking the process migration bottleneck, SOSP 1987, doi:10.1145/41457.37503",
    params: &keys::join::<26>(&[
        &keys::CONTROL,
        &[keys::REGIONS, keys::PER_REGION, keys::DIRTY, CLEAN_FROM],
        &keys::FAULTS,
        &[PREFETCH, HITS],
    ]),
    build: |args| {
        let reference = Reference {
            prefetch: args.number("prefetch"),
            hits: args.number("hit_ratio"),
            clean_from_server: args.text("clean_from") == "server",
            push: false,
        };
        keys::mechanism(args, Plan::CopyOnReference(reference))
    },
    example: "kind = \"copy-on-reference\"\nfixed = \"80ms\"\nregions = 5\nper_region = \"2ms\"\ntouched_fraction = 0.4\n",
};

pub(super) fn steps(m: &Mechanism, how: &Reference) -> Vec<Step> {
    let delay = if how.push { m.costs.switch } else { m.control() + m.image.regions * m.costs.per_region };
    let freeze = Step::pause(Phase::Switch, Runs::Nowhere, delay);
    let mut steps = vec![m.negotiation(), freeze.sending(m.image.kernel_state, Way::SourceTarget, &m.costs)];
    if how.push {
        steps.push(push(m, m.image.memory));
    }
    steps
}

/// The step that pushes what is left behind.
pub(super) fn push(m: &Mechanism, bytes: f64) -> Step {
    Step::pause(Phase::Push, Runs::Target, 0.0).sending(bytes, Way::SourceTarget, &m.costs)
}

pub(super) fn after(m: &Mechanism, how: &Reference) -> After {
    let (image, server) = (&m.image, m.server_fault());
    let kept = if how.clean_from_server { image.dirty } else { 1.0 };
    let touched = image.touched * image.pages();
    After {
        left: kept * image.memory,
        wanted: kept * touched,
        fault: m.fault(Way::SourceTarget, image.page * (1.0 + how.prefetch)),
        server_fault: server,
        fault_cpu: m.costs.fault_cpu,
        prefetch: how.prefetch,
        hits: how.hits,
        background: if how.push { Background::Push } else { Background::None },
        rate: m.wires.bandwidth.min(m.costs.rate(Way::SourceTarget)),
        paging: ((1.0 - kept) * touched, server.0 + server.1),
        ..After::nothing(image)
    }
}
