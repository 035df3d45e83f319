//! The least loaded of all nodes that something is known about.

use loadlab_core::policy::{Declared, Information, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "least-loaded",
    summary: "Oracle: start at the least loaded node of all.",
    doc: "Knows the exact load of every node and starts each process at the least loaded one, ties at random. With a \
          threshold T a process that finds a load below T stays where it arrived. Sent everywhere and free, this is \
          \"join the shortest queue\", the best that placement can do by loads alone for exponential lifetimes (Winston \
          1977). Marked as an oracle in results.\n\n\
          Transfer: every process, or threshold T. Selection: the newcomer. Location: the least loaded node. \
          Information: exact.\n\n\
          Cost per decision: one transfer; none is charged for information. Looks at every node.",
    reference: "Winston, Optimality of the shortest line discipline, Journal of Applied Probability 14(1), 1977, \
                doi:10.2307/3213271",
    params: &[Param {
        name: "threshold",
        ty: Ty::Count(1, 1_000_000),
        need: Need::Optional,
        doc: "Processes that find a load below this, themselves not counted, stay where they arrived.",
    }],
    build: |args| {
        Ok(Box::new(LeastLoaded { threshold: args.has("threshold").then(|| args.count("threshold") as u32) }))
    },
    example: "kind = \"least-loaded\"\n",
};

/// The least loaded of all known nodes.
#[derive(Clone, Copy, Debug)]
pub struct LeastLoaded {
    /// The load from which on processes are sent away; None sends all to the least loaded node.
    pub threshold: Option<u32>,
}

impl Policy for LeastLoaded {
    fn declare(&self) -> Declared {
        Declared { information: Information::Exact, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        if self.threshold.is_some_and(|t| view.load() < t) {
            return Placement::At(process.at);
        }
        Placement::At(view.known().least(rng, |_| true).map_or(process.at, |o| o.node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(threshold: Option<u32>, load: u32, known: &[(u32, f64)], seed: u64) -> Placement {
        let world = Fixture { known: Fixture::new(0, 4, load).replied(known).replies, ..Fixture::new(0, 4, load) };
        LeastLoaded { threshold }.place(&world.newcomer(), &world.view(), &mut Rng::new(seed))
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
        assert_eq!(place(Some(2), 1, &[(0, 1.0), (1, 0.0)], 1), Placement::At(0));
        assert_eq!(place(Some(1), 1, &[(0, 1.0), (1, 0.0)], 1), Placement::At(1));
        assert_eq!(place(None, 5, &[], 1), Placement::At(0));
    }
}
