//! The two-part law of process lifetimes: a body of short processes and a power-law tail of long ones.

use super::catalogue::{ALPHA, LawKind, boxed, check, scale};
use super::{BoundedPareto, Constant, Law, Mixture, Pareto, Truncated, Uniform};
use crate::spec::{Arg, Args, Need, Param, Range, Ty, Unit};
use std::sync::Arc;

/// With probability `tail_probability` a value above `split`, from a Pareto law with index `alpha` that starts there
/// and ends at `max` (or never); otherwise a value of `body`, given that it is at most `split`.
pub fn two_part(
    body: Arc<dyn Law>,
    split: f64,
    tail_probability: f64,
    alpha: f64,
    max: Option<f64>,
) -> Result<Mixture, String> {
    let tail: Arc<dyn Law> = match max {
        Some(max) => {
            check(split < max, || format!("`split` = {split} must be less than `max` = {max}"))?;
            Arc::new(BoundedPareto::new(split, max, alpha)?)
        }
        None => Arc::new(Pareto { min: split, alpha }),
    };
    let body = if body.support().1 <= split {
        body
    } else {
        check(body.cdf(split) > 0.0, || format!("`body` never yields a value of at most `split` = {split}"))?;
        Arc::new(Truncated::new(body, f64::NEG_INFINITY, split)?)
    };
    Mixture::new(vec![(1.0 - tail_probability, body), (tail_probability, tail)])
}

/// One piece of the body: a single value where min = max, otherwise a uniform law between them.
fn piece(min: f64, max: f64) -> Result<Arc<dyn Law>, String> {
    if min == max { Ok(Arc::new(Constant(min))) } else { Ok(Arc::new(Uniform::new(min, max)?)) }
}

fn pieces(list: &[Arg], split: f64) -> Result<Arc<dyn Law>, String> {
    let mut parts = Vec::new();
    for arg in list {
        let Arg::Table(table) = arg else { panic!("a piece of the body was described as {arg:?}") };
        let (min, max) = (table.number("min"), table.number("max"));
        check(max <= split, || format!("the piece up to {max} reaches beyond `split` = {split}"))?;
        parts.push((table.number("weight"), piece(min, max)?));
    }
    Ok(Arc::new(Mixture::new(parts)?))
}

fn build(args: &Args) -> Result<Mixture, String> {
    let split = args.number("split");
    let body = match (args.has("body"), args.has("pieces")) {
        (true, false) => args.law("body"),
        (false, true) => pieces(args.list("pieces"), split)?,
        _ => return Err("give either `body` or `pieces`".into()),
    };
    two_part(body, split, args.number("tail_probability"), args.number("alpha"), args.maybe_number("max"))
}

pub(super) const KIND: LawKind = LawKind {
    name: "two-part",
    summary: "measured UNIX lifetimes: any body below a second, a power law above",
    doc: "With probability `tail_probability` the value lies above `split` and follows a Pareto law there: P(X > x \
          given X > `split`) = (`split` / x)^`alpha`, ending at `max` where that is given. Otherwise it follows the body, \
          as a law (`body`, of which only the part up to `split` is used) or as a list of `pieces`, each a single value \
          or a range. Leave `max` out only for an `alpha` above 1: otherwise the mean is infinite.",
    reference: "M. Harchol-Balter, A. B. Downey, Exploiting process lifetime distributions for dynamic load balancing, \
                ACM Transactions on Computer Systems 15(3), 1997, doi:10.1145/263326.263344",
    params: &[
        Param {
            name: "tail_probability",
            ty: Ty::Number(Range::FRACTION),
            need: Need::Required,
            doc: "P(X > `split`).",
        },
        ALPHA,
        scale("split", Need::Default("1"), "Where the tail begins."),
        scale("max", Need::Optional, "The greatest value; left out, the tail has no end."),
        Param {
            name: "body",
            ty: Ty::Law(Unit::One),
            need: Need::Optional,
            doc: "The law of the values up to `split`.",
        },
        Param {
            name: "pieces",
            ty: Ty::List(&Ty::Table(&[
                Param {
                    name: "weight",
                    ty: Ty::Number(Range::NON_NEGATIVE),
                    need: Need::Required,
                    doc: "How likely the piece is, relative to the other pieces.",
                },
                Param {
                    name: "min",
                    ty: Ty::Scale(Range::NON_NEGATIVE),
                    need: Need::Required,
                    doc: "The least value of the piece.",
                },
                Param {
                    name: "max",
                    ty: Ty::Scale(Range::NON_NEGATIVE),
                    need: Need::Required,
                    doc: "The greatest value of the piece; equal to `min` for a single value.",
                },
            ])),
            need: Need::Optional,
            doc: "The body as a list of single values and ranges.",
        },
    ],
    build: |args| boxed(build(args)),
    example: r#"kind = "two-part"
tail_probability = 0.07
alpha = 1.27
split = 1.0
max = 1600.0
pieces = [
    { weight = 0.6, min = 0.01, max = 0.01 },
    { weight = 0.4, min = 0.02, max = 1.0 },
]"#,
};
