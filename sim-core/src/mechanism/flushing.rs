//! Flushing: dirty pages go to the file server while the process is frozen, and come back when they are touched
//! (Sprite).
//!
//! F = T_fix + d S/B_server. Afterwards u d N faults at the server; the clean pages that are touched are ordinary
//! paging. The source is free at once.

use super::step::{Phase, Runs, Step};
use super::{After, Mechanism, Plan, Way, keys};
use crate::spec::Kind;
use crate::transfer::Transfer;

pub(crate) const FLUSHING: Kind<Transfer> = Kind {
    name: "flushing",
    summary: "Dirty pages are written to the file server during the freeze and fault back from there.",
    doc: "Freeze: control work plus `dirty_fraction x memory` over the bandwidth to the file server. A dirty page that is \
          touched again crosses the network twice. Nothing stays at the source, which suits evictions.",
    reference: "Douglis & Ousterhout, Transparent process migration: design alternatives and the Sprite implementation, \
                SP&E 21(8), 1991, doi:10.1002/spe.4380210802",
    params: &keys::join::<21>(&[&keys::CONTROL, &[keys::DIRTY], &keys::FAULTS]),
    build: |args| keys::mechanism(args, Plan::Flushing),
    example: "kind = \"flushing\"\nfixed = \"76ms\"\nper_file = \"9.4ms\"\nfiles = 4\ndirty_fraction = 0.3\n",
};

pub(super) fn steps(m: &Mechanism) -> Vec<Step> {
    let freeze = Step::pause(Phase::Switch, Runs::Nowhere, m.control());
    let image = &m.image;
    let mut steps = vec![m.negotiation(), freeze.sending(image.dirty * image.memory, Way::SourceServer, &m.costs)];
    if image.kernel_state > 0.0 {
        let state = Step::pause(Phase::Switch, Runs::Nowhere, 0.0);
        steps.push(state.sending(image.kernel_state, Way::SourceTarget, &m.costs));
    }
    steps
}

/// What was flushed faults back, from the server.
pub(super) fn after(m: &Mechanism) -> After {
    let (image, fault) = (&m.image, m.server_fault());
    let touched = image.touched * image.pages();
    After {
        left: image.dirty * image.memory,
        wanted: image.dirty * touched,
        fault,
        server_fault: fault,
        at_server: true,
        fault_cpu: m.costs.fault_cpu,
        paging: ((1.0 - image.dirty) * touched, fault.0 + fault.1),
        ..After::nothing(image)
    }
}
