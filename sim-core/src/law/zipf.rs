//! The Zipf law: ranks, each less likely than the one before by a power.

use super::Discrete;
use super::catalogue::{LawKind, boxed, check, positive};
use crate::spec::{Need, Param, Range, Ty};

/// A table of this many values takes some tens of megabytes.
const MAX_COUNT: u64 = 1_000_000;

/// P(X = i step) = i^-exponent / H for i = 1 to count, where H is the sum of i^-exponent.
pub fn zipf(exponent: f64, count: u64, step: f64) -> Result<Discrete, String> {
    check((1..=MAX_COUNT).contains(&count), || format!("`count` = {count} must be between 1 and {MAX_COUNT}"))?;
    let rank = |i: u64| (i as f64 * step, libm::pow(i as f64, -exponent));
    let law = Discrete::new((1..=count).map(rank).collect())?;
    // The survival function sums the tail, so its power is one less.
    Ok(law.with_tail_index((exponent > 1.0).then_some(exponent - 1.0)))
}

pub(super) const KIND: LawKind = LawKind {
    name: "zipf",
    summary: "whole multiples of a step, their probabilities falling by a power law",
    doc: "P(X = i `step`) is proportional to i^-`exponent` for i = 1 to `count`. Drawn from an alias table, in \
          constant time.",
    reference: "G. K. Zipf, Human Behavior and the Principle of Least Effort, Addison-Wesley, 1949; M. D. Vose, A \
                linear algorithm for generating random numbers with a given distribution, IEEE Transactions on \
                Software Engineering 17(9), 1991, doi:10.1109/32.92917",
    params: &[
        positive("exponent", Need::Required, "The power: 0 would make all values equally likely."),
        Param { name: "count", ty: Ty::Count(1, MAX_COUNT), need: Need::Required, doc: "How many values." },
        Param {
            name: "step",
            ty: Ty::Scale(Range::POSITIVE),
            need: Need::Default("1"),
            doc: "The least value; the others are its multiples.",
        },
    ],
    build: |args| boxed(zipf(args.number("exponent"), args.count("count"), args.number("step"))),
    example: r#"kind = "zipf"
exponent = 1.2
count = 100"#,
};
