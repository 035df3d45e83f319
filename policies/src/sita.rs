//! SITA: size interval task assignment. Each range of lifetimes has nodes of its own.

use crate::eligible::one_of;
use crate::groups::{MOST, cutoffs, nodes_of};
use loadlab_core::policy::{Declared, Knows, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Arg, Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "sita",
    summary: "Size interval assignment: short and long processes on different nodes.",
    doc: "Knows the lifetime of each process. The nodes are divided, in order, into as many equal groups as there are \
          ranges between the cutoffs; a process whose lifetime is in a range starts at a random node of its group, so \
          that short processes never wait behind long ones. With `cutoffs = \"equal-load\"` the cutoffs are computed from \
          the law of the scenario's lifetimes, for `groups` groups, so that each group receives the same load (SITA-E). \
          With heavy tails nearly all processes are then in the first group, which sees little variance. Each node is an \
          M/G/1 queue with the law cut to its range. Marked as an oracle in results.\n\n\
          Transfer: every process. Selection: the newcomer. Location: by lifetime. Information: lifetimes.\n\n\
          Cost per decision: one transfer.",
    reference: "Harchol-Balter, Crovella & Murta, On choosing a task assignment policy for a distributed server system, \
                Journal of Parallel and Distributed Computing 59(2), 1999, doi:10.1006/jpdc.1999.1577",
    params: &[
        Param {
            name: "cutoffs",
            ty: Ty::AnyOf(&[Ty::Choice(&["equal-load"]), Ty::List(&Ty::Duration(Range::POSITIVE))]),
            need: Need::Default("\"equal-load\""),
            doc: "The lifetimes that divide the ranges, rising; or \"equal-load\".",
        },
        Param {
            name: "groups",
            ty: Ty::Count(2, MOST as u64 + 1),
            need: Need::Default("2"),
            doc: "How many groups there are; counts only with \"equal-load\".",
        },
    ],
    build: |args| {
        // Words are replaced by numbers before a run, where the law is known; here they are only checked.
        let named = matches!(args.maybe("cutoffs"), Some(Arg::Text(_)));
        Ok(Box::new(Sita { cutoffs: if named { Vec::new() } else { cutoffs(args)? } }))
    },
    example: "kind = \"sita\"\ncutoffs = [\"2s\"]\n",
};

/// Each range of lifetimes has nodes of its own.
#[derive(Clone, Debug)]
pub struct Sita {
    /// The lifetimes that divide the ranges, rising.
    pub cutoffs: Vec<f64>,
}

impl Policy for Sita {
    fn declare(&self) -> Declared {
        Declared { knows: Knows { lifetime: true }, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let lifetime = process.lifetime.unwrap_or(0.0);
        let group = self.cutoffs.iter().filter(|cutoff| lifetime > **cutoff).count();
        let nodes = nodes_of(group, self.cutoffs.len() + 1, view.nodes());
        Placement::At(one_of(nodes, process, view, rng))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    #[test]
    fn a_process_goes_to_the_nodes_of_its_range() {
        let world = Fixture::new(0, 6, 0);
        for (lifetime, nodes) in [(0.5, [0, 1]), (1.0, [0, 1]), (1.5, [2, 3]), (9.0, [4, 5])] {
            let process = Newcomer { lifetime: Some(lifetime), ..world.newcomer() };
            let mut policy = Sita { cutoffs: vec![1.0, 4.0] };
            let mut place = |seed| policy.place(&process, &world.view(), &mut Rng::new(seed));
            let placed: Vec<Placement> = (0..50).map(&mut place).collect();
            assert!(placed.iter().all(|p| nodes.map(Placement::At).contains(p)), "{lifetime}: {placed:?}");
            assert!(nodes.iter().all(|node| placed.contains(&Placement::At(*node))));
        }
    }
}
