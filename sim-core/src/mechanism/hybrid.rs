//! Hybrid: one round of precopy, then post-copy of what was dirtied meanwhile.
//!
//! Bytes: S + D(S/B) at most, whatever the rate of dirtying. Only pages that were dirtied in the round can fault.

use super::stop::Rules;
use super::{After, Background, Mechanism, Plan, Way, keys};
use crate::spec::Kind;
use crate::transfer::Transfer;

pub(crate) const HYBRID: Kind<Transfer> = Kind {
    name: "hybrid",
    summary: "One round of precopy while the process runs, then post-copy of what it dirtied meanwhile.",
    doc: "The freeze is that of post-copy; the push is as short as the working set is small.",
    reference: "Sahni & Varma, A hybrid approach to live migration of virtual machines, IEEE CCEM 2012, \
                doi:10.1109/CCEM.2012.6354587",
    params: &keys::join::<21>(&[&keys::OUTSIDE, &[keys::SWITCH, keys::SETUP], &keys::WRITES, &keys::FAULTS]),
    build: |args| {
        let rules = Rules { rounds: 1, then_push: true, ..Rules::LIMIT };
        keys::mechanism(args, Plan::Precopy(rules))
    },
    example: "kind = \"hybrid\"\nswitch = \"30ms\"\nworking_set = \"0.2MiB\"\nwrite_time = \"2s\"\n",
};

/// So many bytes were dirty at the switch; the pages among them are touched like all others.
pub(super) fn after(m: &Mechanism, left: f64) -> After {
    let image = &m.image;
    After {
        left,
        wanted: image.touched * left / image.page,
        fault: m.fault(Way::SourceTarget, image.page),
        server_fault: m.server_fault(),
        fault_cpu: m.costs.fault_cpu,
        background: Background::Push,
        rate: m.wires.bandwidth.min(m.costs.rate(Way::SourceTarget)),
        ..After::nothing(image)
    }
}
