//! Eager transfer: the process is frozen while its memory travels.
//!
//! All of it (Charlotte, user-level systems): F = T_fix + S/B. Only what is dirty (MOSIX, Locus): F = T_fix + d S/B;
//! clean pages and text are paged in from the file server, as they would have been anyway. Exact on wires of constant
//! bandwidth.

use super::step::{Phase, Runs, Step};
use super::{After, Mechanism, Plan, Way, keys};
use crate::spec::Kind;
use crate::transfer::Transfer;

pub(crate) const EAGER_ALL: Kind<Transfer> = Kind {
    name: "eager-all",
    summary: "The whole address space travels while the process is frozen.",
    doc: "Freeze: `fixed + files x per_file + channels x per_channel + (memory + kernel_state) / bandwidth`. Nothing is \
          left behind: no faults, no dependency. Charlotte, Amoeba, MPVM and user-level systems do this.",
    reference: "Artsy & Finkel, Designing a process migration facility, IEEE Computer 22(9), 1989, doi:10.1109/2.35214",
    params: &keys::CONTROL,
    build: |args| keys::mechanism(args, Plan::EagerAll),
    example: "kind = \"eager-all\"\nfixed = \"300ms\"\ncopy_rate = \"1MiB/s\"\n",
};

pub(crate) const EAGER_DIRTY: Kind<Transfer> = Kind {
    name: "eager-dirty",
    summary: "Dirty pages travel while the process is frozen; clean ones are paged in from the file server.",
    doc: "Freeze as with `eager-all`, for `dirty_fraction` of the memory. What is touched again of the rest is paged in \
          from the file server; since that would happen without the move too, it counts as ordinary paging and not as \
          residual.",
    reference: "Barak, Guday & Wheeler, The MOSIX Distributed Operating System, LNCS 672, 1993, doi:10.1007/3-540-56663-5",
    params: &keys::join::<21>(&[&keys::CONTROL, &[keys::DIRTY], &keys::FAULTS]),
    build: |args| keys::mechanism(args, Plan::EagerDirty),
    example: "kind = \"eager-dirty\"\nfixed = \"300ms\"\ndirty_fraction = 0.3\n",
};

/// Negotiation, then a freeze that sends so many bytes of memory.
pub(super) fn steps(m: &Mechanism, bytes: f64) -> Vec<Step> {
    let freeze = Step::pause(Phase::Switch, Runs::Nowhere, m.control());
    vec![m.negotiation(), freeze.sending(bytes + m.image.kernel_state, Way::SourceTarget, &m.costs)]
}

/// Of what is clean, what will be touched is paged in.
pub(super) fn after_dirty(m: &Mechanism) -> After {
    let (fault, transfer) = m.server_fault();
    let clean = m.image.touched * (1.0 - m.image.dirty) * m.image.pages();
    After { paging: (clean, fault + transfer), ..After::nothing(&m.image) }
}
