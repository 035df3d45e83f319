//! Freeze-free migration (Choices): control state and the current pages of code, heap and stack travel while the
//! process is frozen; the old node flushes what is dirty to the file server while the process runs on.
//!
//! F = t_0 + 3 P/B. The dependency on the source lasts d S/B_server. A fault is served by the source if its page has
//! not been flushed yet, else by the file server.

use super::step::{Phase, Runs, Step};
use super::{After, Background, Mechanism, Plan, Way, keys};
use crate::spec::{Kind, Need, Param, Range, Ty};
use crate::transfer::Transfer;

const FIRST_PAGES: Param = Param {
    name: "first_pages",
    ty: Ty::Number(Range::NON_NEGATIVE),
    need: Need::Default("3"),
    doc: "Pages that travel with the control state.",
};

pub(crate) const FREEZE_FREE: Kind<Transfer> = Kind {
    name: "freeze-free",
    summary: "Only control state and three pages travel during the freeze; the rest is flushed in parallel.",
    doc: "Freeze: `fixed + first_pages x page_size / bandwidth`. Communication state is kept apart from the process, so \
          files and channels do not lengthen the freeze.",
    reference: "Roush & Campbell, Fast dynamic process migration, ICDCS 1996, doi:10.1109/ICDCS.1996.508015",
    params: &keys::join::<18>(&[&[keys::FIXED, keys::DIRTY, FIRST_PAGES], &keys::OUTSIDE, &keys::FAULTS]),
    build: |args| keys::mechanism(args, Plan::FreezeFree { pages: args.number("first_pages") }),
    example: "kind = \"freeze-free\"\nfixed = \"4ms\"\ndirty_fraction = 0.3\n",
};

fn first(m: &Mechanism, pages: f64) -> f64 {
    (pages * m.image.page).min(m.image.memory)
}

pub(super) fn steps(m: &Mechanism, pages: f64) -> Vec<Step> {
    let freeze = Step::pause(Phase::Switch, Runs::Nowhere, m.costs.fixed);
    let flush = Step::pause(Phase::Flush, Runs::Target, 0.0);
    let (first, dirty) = (first(m, pages), m.image.dirty * m.image.memory);
    vec![
        m.negotiation(),
        freeze.sending(first + m.image.kernel_state, Way::SourceTarget, &m.costs),
        flush.sending(dirty, Way::SourceServer, &m.costs),
    ]
}

pub(super) fn after(m: &Mechanism, pages: f64) -> After {
    let image = &m.image;
    let missing = image.pages() - first(m, pages) / image.page;
    After {
        left: image.dirty * image.memory,
        wanted: image.touched * missing,
        fault: m.fault(Way::SourceTarget, image.page),
        server_fault: m.server_fault(),
        // Where nothing is dirty, nothing need be flushed: the file server holds it all.
        at_server: image.dirty == 0.0,
        fault_cpu: m.costs.fault_cpu,
        background: Background::Flush,
        rate: m.wires.server.min(m.costs.rate(Way::SourceServer)),
        ..After::nothing(image)
    }
}
