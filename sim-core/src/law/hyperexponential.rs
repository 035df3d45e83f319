//! The hyperexponential law: one of several exponential laws, chosen at random; more variable than one alone.

use super::Law;
use super::catalogue::{LawKind, boxed, check, scale};
use super::ziggurat::Ziggurat;
use crate::rng::Rng;
use crate::spec::{Args, Need, Param, Range, Ty};
use crate::special::lifted_gamma_between;

/// X = shift + Y, where Y is exponential with mean m_i with probability p_i.
#[derive(Clone, Debug)]
pub struct Hyperexponential {
    branches: Vec<Branch>,
    shift: f64,
}

#[derive(Clone, Copy, Debug)]
struct Branch {
    p: f64,
    /// The sum of p up to and including this branch.
    up_to: f64,
    mean: f64,
}

impl Hyperexponential {
    /// Two branches with this mean and C2 >= 1, and balanced means: each branch contributes half of the mean. Then
    /// p = (1 + sqrt((C2 - 1) / (C2 + 1))) / 2, with the branch means mean / (2 p) and mean / (2 (1 - p)).
    pub fn balanced(mean: f64, c2: f64) -> Result<Self, String> {
        check(c2 >= 1.0, || format!("`c2` = {c2} must be at least 1; for less use the law `erlang` or `gamma`"))?;
        let p = 0.5 * (1.0 + ((c2 - 1.0) / (c2 + 1.0)).sqrt());
        // 1 - p = 1 / ((C2 + 1) 2 p), because p (1 - p) = 1 / (2 (C2 + 1)): no cancellation for large C2.
        let rest = 1.0 / (2.0 * (c2 + 1.0) * p);
        Self::with_branches(&[(p, mean / (2.0 * p)), (rest, mean / (2.0 * rest))])
    }

    /// Branches as (probability, mean); the probabilities are positive and sum to 1.
    pub fn with_branches(branches: &[(f64, f64)]) -> Result<Self, String> {
        let total: f64 = branches.iter().map(|(p, _)| p).sum();
        check((total - 1.0).abs() < 1e-6, || format!("the probabilities `p` sum to {total} instead of 1"))?;
        check(branches.iter().all(|(p, m)| *p > 0.0 && *m > 0.0), || {
            "each of `p` and `means` must be positive".into()
        })?;
        let mut up_to = 0.0;
        let mut branch = |&(p, mean): &(f64, f64)| {
            up_to += p / total;
            Branch { p: p / total, up_to, mean }
        };
        Ok(Hyperexponential { branches: branches.iter().map(&mut branch).collect(), shift: 0.0 })
    }

    /// The same law with a constant added to every value.
    pub fn shifted(self, shift: f64) -> Self {
        Hyperexponential { shift: self.shift + shift, ..self }
    }

    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.branches.iter().map(|b| b.p * of(b.mean)).sum()
    }
}

impl Law for Hyperexponential {
    fn sample(&self, rng: &mut Rng) -> f64 {
        let u = rng.unit();
        let last = self.branches.len() - 1;
        let branch = self.branches[..last].iter().find(|b| u < b.up_to).unwrap_or(&self.branches[last]);
        self.shift + branch.mean * Ziggurat::tables().exponential(rng)
    }
    fn cdf(&self, x: f64) -> f64 {
        let y = (x - self.shift).max(0.0);
        self.sum(|mean| -libm::expm1(-y / mean))
    }
    fn survival(&self, x: f64) -> f64 {
        let y = (x - self.shift).max(0.0);
        self.sum(|mean| libm::exp(-y / mean))
    }
    /// Per branch exp(shift / m) m^k times the integral of t^k exp(-t) over t = x / m.
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let low = low.max(self.shift);
        self.sum(|mean| libm::pow(mean, k) * lifted_gamma_between(k + 1.0, low / mean, high / mean, self.shift / mean))
    }
    fn support(&self) -> (f64, f64) {
        (self.shift, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        let branches = self.branches.iter().map(|b| Branch { mean: b.mean * c, ..*b }).collect();
        Box::new(Hyperexponential { branches, shift: self.shift * c })
    }
}

fn build(args: &Args) -> Result<Hyperexponential, String> {
    let lists = args.has("p") && args.has("means");
    let law = match (args.maybe_number("mean"), args.maybe_number("c2")) {
        (Some(mean), Some(c2)) if !args.has("p") && !args.has("means") => Hyperexponential::balanced(mean, c2)?,
        (None, None) if lists => {
            let (p, means) = (args.numbers("p"), args.numbers("means"));
            check(p.len() == means.len(), || format!("`p` has {} entries and `means` has {}", p.len(), means.len()))?;
            Hyperexponential::with_branches(&p.into_iter().zip(means).collect::<Vec<_>>())?
        }
        _ => return Err("give either `mean` and `c2` or `p` and `means`".into()),
    };
    Ok(law.shifted(args.number("shift")))
}

pub(super) const KIND: LawKind = LawKind {
    name: "hyperexponential",
    summary: "a mix of exponential laws: any C2 of at least 1",
    doc: "With probability p_i exponential with mean m_i. Given by `mean` and `c2`, it has two branches with balanced \
          means: each contributes half of the mean. `shift` is added to every value, and then `mean` and `c2` are \
          those before the shift.",
    reference: "W. Whitt, Approximating a point process by a renewal process, I: two basic methods, Operations \
                Research 30(1), 1982, doi:10.1287/opre.30.1.125",
    params: &[
        scale("mean", Need::Optional, "The mean; with `c2`."),
        Param {
            name: "c2",
            ty: Ty::Number(Range { low: 1.0, high: 1e12, above: false, below: false }),
            need: Need::Optional,
            doc: "The squared coefficient of variation; with `mean`.",
        },
        Param {
            name: "p",
            ty: Ty::List(&Ty::Number(Range::POSITIVE)),
            need: Need::Optional,
            doc: "The probability of each branch; they sum to 1.",
        },
        Param {
            name: "means",
            ty: Ty::List(&Ty::Scale(Range::POSITIVE)),
            need: Need::Optional,
            doc: "The mean of each branch.",
        },
        Param {
            name: "shift",
            ty: Ty::Scale(Range::NON_NEGATIVE),
            need: Need::Default("0"),
            doc: "A constant added to every value.",
        },
    ],
    build: |args| boxed(build(args)),
    example: r#"kind = "hyperexponential"
mean = 1.0
c2 = 16.0"#,
};
