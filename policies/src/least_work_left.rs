//! Least work left: the node that would be idle first.

use loadlab_core::information::{Index, Information};
use loadlab_core::policy::{Declared, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "least-work-left",
    summary: "Oracle: start at the node with the least work left.",
    doc: "Knows for every node the CPU seconds that its processes still need, and starts each process where that takes the \
          least time to be done, ties at random. On k equal nodes that serve first come, first served, this is one queue \
          with k servers: M/G/k. Marked as an oracle in results.\n\n\
          Transfer: every process. Selection: the newcomer. Location: the node that would be idle first. Information: \
          exact, remaining work.\n\n\
          Cost per decision: one transfer; none is charged for information. Looks at every process.",
    reference: "Harchol-Balter, Crovella & Murta, On choosing a task assignment policy for a distributed server system, \
                Journal of Parallel and Distributed Computing 59(2), 1999, doi:10.1006/jpdc.1999.1577",
    params: &[],
    build: |_| Ok(Box::new(LeastWorkLeft)),
    example: "kind = \"least-work-left\"\n",
};

/// The node that would be idle first.
#[derive(Clone, Copy, Debug)]
pub struct LeastWorkLeft;

impl Policy for LeastWorkLeft {
    fn declare(&self) -> Declared {
        Declared { information: Information::Exact, load: Index::RemainingWork, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let least = view.known().least(rng, |node| view.eligible(process.id, node));
        Placement::At(least.map_or(process.at, |o| o.node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    #[test]
    fn it_goes_to_the_node_with_the_least_work_however_many_processes_there_are() {
        let mut world = Fixture::new(0, 3, 1);
        world.known = Fixture::new(0, 3, 1).replied(&[(0, 9.5), (1, 0.25), (2, 0.2)]).replies;
        world.ineligible = vec![(world.newcomer().id, 2)];
        let placed = LeastWorkLeft.place(&world.newcomer(), &world.view(), &mut Rng::new(1));
        assert_eq!(placed, Placement::At(1));
    }
}
