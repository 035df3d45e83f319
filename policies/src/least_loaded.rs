//! The least loaded of all nodes that something is known about.

use loadlab_core::information::{Index, Information};
use loadlab_core::policy::{Declared, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "least-loaded",
    summary: "Start at the least loaded of the nodes that something is known about.",
    doc: "Starts each process at the node with the least known load, ties at random; what is known, how old it is and in \
          which index, its tables `information` and `load` say. Its own node it knows as it is, in the same index. With \
          a threshold T a process that finds a load below T (in that index) stays where it arrived. With exact \
          information and no threshold this is \"join the shortest queue\", the best that placement can do by loads alone \
          for exponential lifetimes (Winston 1977), and marked as an oracle. The older the information, the more \
          processes run to the same node that looks idle.\n\n\
          Transfer: every process, or threshold T. Selection: the newcomer. Location: the least loaded node. \
          Information: as chosen.\n\n\
          Cost per decision: one transfer, and what the information costs. Looks at every node that it knows of.",
    reference: "Winston, Optimality of the shortest line discipline, Journal of Applied Probability 14(1), 1977, \
                doi:10.2307/3213271",
    params: &[
        Information::param("\"exact\""),
        Index::PARAM,
        Param {
            name: "threshold",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Optional,
            doc: "T: processes that find a load below this, themselves not counted, stay where they arrived.",
        },
    ],
    build: |args| {
        let (information, load) = (Information::of(args)?, Index::of(args)?);
        Ok(Box::new(LeastLoaded { information, load, threshold: args.maybe_number("threshold") }))
    },
    example: "kind = \"least-loaded\"\n",
};

/// The least loaded of all known nodes.
#[derive(Clone, Copy, Debug)]
pub struct LeastLoaded {
    /// How it knows.
    pub information: Information,
    /// What it knows.
    pub load: Index,
    /// The load from which on processes are sent away; None sends all to the least loaded node.
    pub threshold: Option<f64>,
}

impl LeastLoaded {
    /// With exact information.
    pub fn exact() -> Self {
        LeastLoaded { information: Information::Exact, load: Index::Instantaneous, threshold: None }
    }
}

impl Policy for LeastLoaded {
    fn declare(&self) -> Declared {
        Declared { information: self.information, load: self.load, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let own = view.index();
        if self.threshold.is_some_and(|t| own < t) {
            return Placement::At(process.at);
        }
        // Where all share one table this node stands there too, but knows itself better.
        let oracle = self.information.is_oracle();
        let other = |node| (oracle || node != view.here()) && view.eligible(process.id, node);
        let least = view.known().least(rng, other);
        let better = least.filter(|o| oracle || o.load < own);
        Placement::At(better.map_or(process.at, |o| o.node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(threshold: Option<f64>, load: u32, known: &[(u32, f64)], seed: u64) -> Placement {
        let world = Fixture { known: Fixture::new(0, 4, load).replied(known).replies, ..Fixture::new(0, 4, load) };
        LeastLoaded { threshold, ..LeastLoaded::exact() }.place(&world.newcomer(), &world.view(), &mut Rng::new(seed))
    }

    #[test]
    fn it_goes_to_the_least_loaded_and_to_each_of_equals() {
        let chosen = |seed| place(None, 1, &[(0, 1.0), (1, 0.0), (2, 0.0), (3, 1.0)], seed);
        let to_1 = (0..1000).filter(|seed| chosen(*seed) == Placement::At(1)).count();
        assert!((0..1000).all(|seed| [Placement::At(1), Placement::At(2)].contains(&chosen(seed))));
        assert!((to_1 as f64 - 500.0).abs() < 4.0 * 250f64.sqrt(), "node 1 came up {to_1} times of 1000");
    }

    #[test]
    fn below_the_threshold_or_knowing_nothing_it_stays() {
        assert_eq!(place(Some(2.0), 1, &[(0, 1.0), (1, 0.0)], 1), Placement::At(0));
        assert_eq!(place(Some(1.0), 1, &[(0, 1.0), (1, 0.0)], 1), Placement::At(1));
        assert_eq!(place(None, 5, &[], 1), Placement::At(0));
    }

    #[test]
    fn what_is_told_of_its_own_node_counts_less_than_what_it_sees() {
        let told = Fixture::new(0, 3, 1).replied(&[(0, 0.0), (1, 1.0), (2, 2.0)]).replies;
        let world = Fixture { known: told, ..Fixture::new(0, 3, 1) };
        let place = |information| {
            let mut policy = LeastLoaded { information, ..LeastLoaded::exact() };
            policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
        };
        assert_eq!(place(Information::Board { period: 1.0 }), Placement::At(0), "nobody is below its own 1");
        let world = Fixture { load: 2, ..world.clone() };
        let mut policy = LeastLoaded { information: Information::Board { period: 1.0 }, ..LeastLoaded::exact() };
        assert_eq!(policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1)), Placement::At(1));
    }
}
