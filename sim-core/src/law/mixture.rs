//! Mixtures: one of several laws, chosen at random for each draw.

use super::Law;
use super::catalogue::{LawKind, boxed, check};
use crate::rng::Rng;
use crate::spec::{Arg, Args, Need, Param, Range, Ty, Unit};
use std::sync::Arc;

/// X follows law i with probability p_i.
#[derive(Clone, Debug)]
pub struct Mixture(Vec<Part>);

#[derive(Clone, Debug)]
struct Part {
    p: f64,
    /// The sum of p up to and including this part.
    up_to: f64,
    law: Arc<dyn Law>,
}

impl Mixture {
    /// From (weight, law) pairs; the probabilities are the weights, at least 0, divided by their positive sum.
    pub fn new(parts: Vec<(f64, Arc<dyn Law>)>) -> Result<Self, String> {
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        check(parts.iter().all(|(weight, _)| *weight >= 0.0) && total > 0.0 && total.is_finite(), || {
            "the weights must be at least 0, and one of them more".into()
        })?;
        let used = parts.into_iter().filter(|(weight, _)| *weight > 0.0);
        let mut up_to = 0.0;
        let part = |(weight, law): (f64, Arc<dyn Law>)| {
            let p = weight / total;
            up_to += p;
            Part { p, up_to, law }
        };
        Ok(Mixture(used.map(part).collect()))
    }

    fn sum(&self, of: impl Fn(&dyn Law) -> f64) -> f64 {
        self.0.iter().map(|part| part.p * of(&*part.law)).sum()
    }
}

impl Law for Mixture {
    fn sample(&self, rng: &mut Rng) -> f64 {
        let u = rng.unit();
        let last = self.0.len() - 1;
        let part = self.0[..last].iter().find(|part| u < part.up_to).unwrap_or(&self.0[last]);
        part.law.sample(rng)
    }
    fn cdf(&self, x: f64) -> f64 {
        self.sum(|law| law.cdf(x)).min(1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        self.sum(|law| law.survival(x)).min(1.0)
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        self.sum(|law| law.partial_moment(k, low, high))
    }
    fn support(&self) -> (f64, f64) {
        let bounds = self.0.iter().map(|part| part.law.support());
        bounds.fold((f64::INFINITY, 0.0), |(low, high), (a, b)| (a.min(low), b.max(high)))
    }
    /// The heaviest tail among the parts that reach the greatest value.
    fn tail_index(&self) -> Option<f64> {
        let end = self.support().1;
        let reaching = self.0.iter().filter(|part| part.law.support().1 == end);
        reaching.filter_map(|part| part.law.tail_index()).min_by(f64::total_cmp)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Mixture(self.0.iter().map(|part| Part { law: part.law.scaled(c).into(), ..part.clone() }).collect()))
    }
}

fn build(args: &Args) -> Result<Mixture, String> {
    let part = |arg: &Arg| match arg {
        Arg::Table(part) => (part.number("weight"), part.law("law")),
        other => panic!("a part of a mixture was described as {other:?}"),
    };
    Mixture::new(args.list("parts").iter().map(part).collect())
}

pub(super) const KIND: LawKind = LawKind {
    name: "mixture",
    summary: "one of several laws, chosen at random for each draw",
    doc: "Each draw follows one of the `parts`, chosen with probability proportional to its `weight`. The mean and all \
          other moments are the weighted means of theirs.",
    reference: "G. McLachlan, D. Peel, Finite Mixture Models, Wiley, 2000",
    params: &[Param {
        name: "parts",
        ty: Ty::List(&Ty::Table(&[
            Param {
                name: "weight",
                ty: Ty::Number(Range::NON_NEGATIVE),
                need: Need::Required,
                doc: "How likely the part is, relative to the others.",
            },
            Param { name: "law", ty: Ty::Law(Unit::One), need: Need::Required, doc: "The law of the part." },
        ])),
        need: Need::Required,
        doc: "The laws, with their weights.",
    }],
    build: |args| boxed(build(args)),
    example: r#"kind = "mixture"
parts = [
    { weight = 0.9, law = { kind = "exponential", mean = 0.2 } },
    { weight = 0.1, law = { kind = "bounded-pareto", alpha = 1.1, min = 1.0, max = 1000.0 } },
]"#,
};
