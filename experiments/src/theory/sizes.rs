//! Formulas for policies that go by lifetimes, on nodes that serve first come, first served.
//!
//! Not here: the formulas themselves (`loadlab_core::theory::sizes`).

use super::{Known, Model, exact, roughly};
use loadlab_core::law::equal_load_cutoffs;
use loadlab_core::spec::{Arg, Args};
use loadlab_core::theory::sizes::{self, Times};

/// What is known of a cell whose policy goes by lifetimes.
pub(super) struct Sizes {
    name: &'static str,
    exactly: bool,
    /// In seconds, and per CPU second at speed 1.
    times: Times,
}

impl Sizes {
    pub(super) fn response(&self) -> Known {
        self.known(self.times.response)
    }

    /// None where it is infinite.
    pub(super) fn slowdown(&self) -> Option<Known> {
        self.times.slowdown.is_finite().then(|| self.known(self.times.slowdown))
    }

    fn known(&self, value: f64) -> Known {
        if self.exactly { exact(self.name, value) } else { roughly(self.name, value) }
    }
}

impl Model<'_> {
    /// Where lifetimes decide, transfers are free and groups are of equal numbers of nodes.
    pub(super) fn by_size(&self, policy: &Args) -> Option<Sizes> {
        let kind = policy.text("kind");
        if self.discipline != "fcfs" || self.cores != 1 || !self.free(kind) {
            return None;
        }
        let (rate, law) = (self.load / self.law.mean(), self.law.as_ref());
        let (name, solved) = match kind {
            "sita" => ("M/G/1 for each range of lifetimes", sizes::sita(rate, law, &self.cutoffs(policy)?)),
            "tags" => ("M/G/1 for each group of nodes", sizes::tags(rate, law, &self.cutoffs(policy)?)),
            "least-work-left" => ("M/G/k (Lee-Longton)", sizes::least_work_left(self.nodes, rate, law)),
            _ => return None,
        };
        let times = solved.ok()?;
        let per_speed = Times { response: times.response / self.speed, slowdown: times.slowdown / self.speed };
        Some(Sizes { name, exactly: kind == "sita", times: per_speed })
    }

    /// The cutoffs, in seconds of lifetime, if they divide the nodes into equal groups.
    fn cutoffs(&self, policy: &Args) -> Option<Vec<f64>> {
        let cutoffs = match policy.maybe("cutoffs")? {
            Arg::Text(_) => equal_load_cutoffs(self.law.as_ref(), policy.count("groups") as usize).ok()?,
            Arg::List(list) => {
                list.iter().filter_map(|c| if let Arg::Number(x) = c { Some(*x) } else { None }).collect()
            }
            _ => return None,
        };
        (self.nodes as usize).is_multiple_of(cutoffs.len() + 1).then_some(cutoffs)
    }
}
