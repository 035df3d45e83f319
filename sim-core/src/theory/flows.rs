//! What N nodes do to their tails s_k: the rates at which each rises and falls, for exactly N = 1/ε nodes.
//!
//! A node chooses among the N - 1 others, and distinct ones where several are chosen; all of that enters through ε.
//!
//! Not here: what follows for the mean response (`refined`).

use super::jet::Jet;

/// What N nodes do.
#[derive(Clone, Copy)]
pub(super) enum Model {
    Choices { d: u32, distinct: bool },
    Sharing { threshold: usize, push: u32, pull: u32 },
    Random { threshold: usize, limit: u32 },
    Shortest { threshold: usize, probes: u32 },
    Stealing { threshold: usize },
    Retrying { rate: f64 },
}

/// The tails of one state.
struct Tails<'a> {
    s: &'a [Jet],
    load: Jet,
    few: Jet,
}

const ONE: Jet = Jet { x: 1.0, u: 0.0, v: 0.0, uv: 0.0 };

/// (up_k, down_k) for k = 1, ..., K.
pub(super) fn flows(load: f64, model: Model, s: &[Jet], few: Jet) -> Vec<(Jet, Jet)> {
    let tails = Tails { s, load: Jet::of(load), few };
    let flow = |k: usize| match model {
        Model::Choices { d, distinct } => tails.choices(k, d, distinct),
        Model::Sharing { threshold, push, pull } => tails.sharing(k, threshold, push, pull),
        Model::Random { threshold, limit } => tails.random(k, threshold, limit),
        Model::Shortest { threshold, probes } => tails.shortest(k, threshold, probes),
        Model::Stealing { threshold } => tails.stealing(k, threshold),
        Model::Retrying { rate } => tails.retrying(k, rate),
    };
    (1..=s.len()).map(flow).collect()
}

/// Events that raise one tail and lower another: their places in s, and N⁻¹ times their rates for large N.
pub(super) fn joint(model: Model, x: &[f64]) -> Vec<(usize, usize, f64)> {
    let Model::Retrying { rate } = model else { return Vec::new() };
    let idle = 1.0 - x[0];
    (1..x.len()).map(|k| (0, k, rate * idle * (x[k] - x.get(k + 1).copied().unwrap_or(0.0)))).collect()
}

impl Tails<'_> {
    fn level(&self, k: usize) -> Jet {
        if k == 0 { ONE } else { self.s.get(k - 1).copied().unwrap_or(Jet::of(0.0)) }
    }

    fn at(&self, k: usize) -> Jet {
        self.level(k) - self.level(k + 1)
    }

    fn choices(&self, k: usize, d: u32, distinct: bool) -> (Jet, Jet) {
        let skip = if distinct { self.few } else { Jet::of(0.0) };
        let all_above = |k: usize| refused(self.level(k), 0, d, skip);
        (self.load * (all_above(k - 1) - all_above(k)), self.at(k))
    }

    fn sharing(&self, k: usize, threshold: usize, push: u32, pull: u32) -> (Jet, Jet) {
        let (q, u) = (self.level(threshold), self.level(threshold + 1));
        let (kept, offered) = (refused(q, 1, push, self.few), q * hits(q, push, self.few));
        let tries = hits(ONE - u, pull, self.few);
        let searches = self.level(1) - u;
        let up = self.load * self.at(k - 1) * if k <= threshold { ONE + offered } else { kept };
        (up, self.at(k) * if k <= threshold { ONE - u * tries } else { ONE + searches * tries })
    }

    /// The node that holds the process after any number of hops in vain is any of those at T or above with the same
    /// probability, and each hop is to one of the N - 1 others.
    fn random(&self, k: usize, threshold: usize, limit: u32) -> (Jet, Jet) {
        let q = self.level(threshold);
        let others = ONE - self.few;
        let again = (q - self.few) / others;
        let (mut hops, mut in_vain) = (Jet::of(0.0), ONE);
        for _ in 0..limit {
            hops = hops + in_vain / others;
            in_vain = in_vain * again;
        }
        let up = self.load * self.at(k - 1) * if k <= threshold { ONE + q * hops } else { in_vain };
        (up, self.at(k))
    }

    /// The shortest of the probed has k or more with the probability that all have.
    fn shortest(&self, k: usize, threshold: usize, probes: u32) -> (Jet, Jet) {
        let q = self.level(threshold);
        let all_above = |k: usize| refused(self.level(k), 1, probes, self.few);
        let own = self.load * self.at(k - 1);
        let up = if k <= threshold {
            own + self.load * q * (all_above(k - 1) - all_above(k))
        } else {
            own * all_above(threshold)
        };
        (up, self.at(k))
    }

    fn stealing(&self, k: usize, threshold: usize) -> (Jet, Jet) {
        let others = ONE - self.few;
        let factor = match k {
            1 => ONE - self.level(threshold) / others,
            k if k < threshold => ONE,
            _ => ONE + self.at(1) / others,
        };
        (self.load * self.at(k - 1), self.at(k) * factor)
    }

    fn retrying(&self, k: usize, rate: f64) -> (Jet, Jet) {
        let tries = Jet::of(rate) * self.at(0) / (ONE - self.few);
        let arrivals = self.load * self.at(k - 1);
        if k == 1 { (arrivals + tries * self.level(2), self.at(1)) } else { (arrivals, self.at(k) * (ONE + tries)) }
    }
}

/// The probability that `count` distinct nodes all belong to a set that holds the fraction `share` of all nodes, when
/// the first `known` draws were members already and are not drawn again: Π_i (share - (known + i) ε)/(1 - (known + i) ε).
fn refused(share: Jet, known: u32, count: u32, few: Jet) -> Jet {
    (0..count).fold(Jet::of(1.0), |product, i| {
        let drawn = Jet::of(f64::from(known + i)) * few;
        product * (share - drawn) / (Jet::of(1.0) - drawn)
    })
}

/// The probability that a search of up to `count` distinct other nodes, by a node of the refusing fraction `share`,
/// ends at a given node outside that fraction, times N.
fn hits(share: Jet, count: u32, few: Jet) -> Jet {
    let (mut sum, mut in_vain) = (Jet::of(0.0), Jet::of(1.0));
    for i in 1..=count {
        let drawn = Jet::of(f64::from(i)) * few;
        let left = Jet::of(1.0) - drawn;
        sum = sum + in_vain / left;
        in_vain = in_vain * (share - drawn) / left;
    }
    sum
}
