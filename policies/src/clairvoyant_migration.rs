//! Migration by what processes still need, which no real system knows.

use crate::age_based::{AgeBased, Rule, TRIGGER};
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES};
use crate::stability::STABILITY;
use loadlab_core::policy::Policy;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "clairvoyant-migration",
    summary: "Oracle: migrate processes whose remaining life exceeds cost / (n - m).",
    doc: "As `lifetime-aware`, but with the CPU seconds r that a process still needs in place of its age: with n processes \
          at its node and m at the target, itself counted at both, staying takes r n and moving c + r m seconds if the \
          loads stay as they are. Those with most left are judged first. What it gains over `lifetime-aware` is what \
          better prediction of lifetimes could still bring. Marked as an oracle in results.\n\n\
          Components: transfer at a birth; selection by remaining lifetime; location least loaded; information exact, unless said otherwise.\n\n\
          Cost per decision: as `lifetime-aware`.",
    reference: "After Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344",
    params: &[TRIGGER, INFORMATION, LOAD, PROBES, IN_TRANSIT, STABILITY],
    build: |args| Ok(Box::new(AgeBased::of(Rule::Clairvoyant, args)?)),
    example: "kind = \"clairvoyant-migration\"\n",
};
