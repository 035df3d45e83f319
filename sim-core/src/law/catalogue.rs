//! The catalogue of laws, and what their entries share: common parameters and checks.

use super::*;
use crate::spec::{Kind, Need, Param, Range, Ty};

/// One entry of [`LAWS`].
pub(super) type LawKind = Kind<Box<dyn Law>>;

/// Every law that a file can name.
pub static LAWS: &[LawKind] = &[
    constant::KIND,
    uniform::KIND,
    exponential::KIND,
    hyperexponential::KIND,
    degenerate::KIND,
    erlang::KIND,
    gamma::KIND,
    pareto::KIND,
    bounded_pareto::KIND,
    lognormal::KIND,
    weibull::KIND,
    zipf::KIND,
    empirical::KIND,
    mixture::KIND,
    truncated::KIND,
    two_part::KIND,
];

/// A positive parameter in the unit of the law.
pub(super) const fn scale(name: &'static str, need: Need, doc: &'static str) -> Param {
    Param { name, ty: Ty::Scale(Range::POSITIVE), need, doc }
}

/// A positive parameter that is a plain number.
pub(super) const fn positive(name: &'static str, need: Need, doc: &'static str) -> Param {
    Param { name, ty: Ty::Number(Range::POSITIVE), need, doc }
}

pub(super) const MEAN: Param = scale("mean", Need::Required, "The mean.");
pub(super) const MAX: Param = scale("max", Need::Required, "The greatest value.");
pub(super) const MIN_OR_ZERO: Param =
    Param { name: "min", ty: Ty::Scale(Range::NON_NEGATIVE), need: Need::Default("0"), doc: "The least value." };
pub(super) const ALPHA: Param =
    positive("alpha", Need::Required, "The tail index: P(X > x) falls like x^-alpha. The smaller, the heavier.");

/// `sentence` unless `holds`.
pub(super) fn check(holds: bool, sentence: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(sentence()) }
}

/// A law as a catalogue entry returns it.
pub(super) fn boxed<L: Law + 'static>(law: Result<L, String>) -> Result<Box<dyn Law>, String> {
    law.map(|law| Box::new(law) as Box<dyn Law>)
}
