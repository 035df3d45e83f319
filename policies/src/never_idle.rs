//! The oracle of perfect sharing: no node is idle while another has two processes.

use loadlab_core::policy::{
    Command, Commands, Declared, Information, Newcomer, Pick, Placement, Policy, Site, To, View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "never-idle",
    summary: "Oracle: no node is idle while another has two processes.",
    doc: "Knows the exact load of every node. A process starts at home if that is idle, else at an idle node if there is \
          one; a node that falls idle takes the newest process of the most loaded node that has two or more. With free \
          transfers and exponential lifetimes the number of processes in the system is that of M/M/N, the lower bound \
          of all load sharing. Marked as an oracle in results.\n\n\
          Transfer: a process that finds its node busy; a node that falls idle. Selection: the newcomer, or the newest \
          of a node. Location: an idle node; from the most loaded. Information: exact.\n\n\
          Cost per decision: none is charged for information; one transfer or migration.",
    reference: "The lower bound M/M/K of Eager, Lazowska & Zahorjan, IEEE TSE SE-12(5), 1986",
    params: &[],
    build: |_| Ok(Box::new(NeverIdle)),
    example: "kind = \"never-idle\"\n",
};

/// No node is idle while another has two processes.
#[derive(Clone, Copy, Debug)]
pub struct NeverIdle;

impl Policy for NeverIdle {
    fn declare(&self) -> Declared {
        let wakes = Wakes { idle: true, ..Wakes::default() };
        Declared { information: Information::Exact, wakes, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        if view.load() == 0 {
            return Placement::At(process.at);
        }
        let least = view.known().least(rng, |node| view.eligible(process.id, node)).filter(|o| o.load == 0.0);
        Placement::At(least.map_or(process.at, |o| o.node))
    }
    fn act(&mut self, _: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        if view.load() > 0 {
            return;
        }
        let most = view.known().iter().reduce(|best, o| if o.load > best.load { o } else { best });
        if let Some(victim) = most.filter(|o| o.load >= 2.0) {
            out.push(Command::Move { pick: Pick::Newest(1), from: victim.node, to: To::Node(view.here()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn world(here: u32, load: u32) -> Fixture {
        let known = Fixture::new(here, 4, load).replied(&[(0, 1.0), (1, 3.0), (2, 0.0), (3, 1.0)]).replies;
        Fixture { known, ..Fixture::new(here, 4, load) }
    }

    #[test]
    fn a_newcomer_at_a_busy_home_goes_to_the_idle_node() {
        let world = world(0, 1);
        assert_eq!(NeverIdle.place(&world.newcomer(), &world.view(), &mut Rng::new(1)), Placement::At(2));
    }

    #[test]
    fn a_newcomer_at_an_idle_home_stays() {
        let world = world(2, 0);
        assert_eq!(NeverIdle.place(&world.newcomer(), &world.view(), &mut Rng::new(1)), Placement::At(2));
    }

    #[test]
    fn a_node_that_falls_idle_takes_from_the_most_loaded() {
        let (world, mut out) = (world(2, 0), Commands::new());
        NeverIdle.act(Wake::Idle, &world.view(), &mut out, &mut Rng::new(1));
        assert_eq!(out.as_slice(), [Command::Move { pick: Pick::Newest(1), from: 1, to: To::Node(2) }]);
    }
}
