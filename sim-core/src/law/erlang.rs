//! The Erlang law: several exponential phases in a row; less variable than one.

use super::Gamma;
use super::catalogue::{LawKind, MEAN, boxed};
use crate::spec::{Need, Param, Ty};

/// The sum of `phases` independent exponential quantities of equal mean, `mean` in total: the gamma law of that shape.
pub fn erlang(phases: u32, mean: f64) -> Result<Gamma, String> {
    Gamma::new(f64::from(phases), mean / f64::from(phases))
}

pub(super) const KIND: LawKind = LawKind {
    name: "erlang",
    summary: "a sum of exponential phases: C2 below 1",
    doc: "The sum of `phases` exponential quantities, each with mean `mean` / `phases`. C2 = 1 / `phases`.",
    reference: "A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic \
                telephone exchanges, Elektroteknikeren 13, 1917",
    params: &[MEAN, Param { name: "phases", ty: Ty::Count(1, 10_000), need: Need::Required, doc: "How many phases." }],
    build: |args| boxed(erlang(args.count("phases") as u32, args.number("mean"))),
    example: r#"kind = "erlang"
mean = 1.0
phases = 4"#,
};
