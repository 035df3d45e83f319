//! Round robin: processes are dealt to the nodes in turn.

use loadlab_core::policy::{Declared, Memory, Newcomer, Placement, Policy, Site, View};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "round-robin",
    summary: "Deal processes to the nodes in turn.",
    doc: "Every process starts at the node whose turn it is, whatever its load. With `turns = \"one\"` a dispatcher deals \
          the processes of all nodes in one turn; n equal nodes are then E_n/M/1 queues if arrivals are Poisson and \
          lifetimes exponential. With `turns = \"per-node\"` every node deals its own processes. A turn begins at a \
          random node. A node that may not run the process is passed over.\n\n\
          Transfer: every process. Selection: the newcomer. Location: the next node. Information: none.\n\n\
          Cost per decision: one transfer, and a message to the dispatcher where there is one.",
    reference: "Jackson & McKenzie's Erlang arrivals as in Kleinrock, Queueing Systems I, 1975, section 4.4",
    params: &[Param {
        name: "turns",
        ty: Ty::Choice(&["one", "per-node"]),
        need: Need::Default("\"one\""),
        doc: "Whether all nodes share one turn, kept by a dispatcher, or each has its own.",
    }],
    build: |args| Ok(Box::new(RoundRobin::new(args.text("turns") == "one"))),
    example: "kind = \"round-robin\"\nturns = \"one\"\n",
};

/// Processes are dealt to the nodes in turn.
#[derive(Clone, Copy, Debug)]
pub struct RoundRobin {
    /// Whether one dispatcher deals for all nodes.
    central: bool,
    /// Whose turn it is at this site; none before the first process.
    next: Option<NodeId>,
}

impl RoundRobin {
    /// One turn for all nodes, or a turn per node.
    pub fn new(central: bool) -> Self {
        RoundRobin { central, next: None }
    }
}

impl Policy for RoundRobin {
    fn declare(&self) -> Declared {
        Declared { memory: Memory::PerSite, dispatchers: u32::from(self.central), ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(RoundRobin::new(self.central))
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        if let (true, Site::Node(_)) = (self.central, view.site()) {
            return Placement::Delegate(Site::Dispatcher(0));
        }
        let nodes = view.nodes();
        let first = self.next.unwrap_or_else(|| rng.below(nodes));
        let mut turns = (0..nodes).map(|k| (first + k) % nodes);
        let node = turns.find(|node| view.eligible(process.id, *node)).unwrap_or(process.at);
        self.next = Some((node + 1) % nodes);
        Placement::At(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn deal(policy: &mut RoundRobin, world: &Fixture) -> Placement {
        policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn a_dispatcher_deals_to_every_node_before_any_gets_a_second() {
        let (mut policy, mut world) = (RoundRobin::new(true), Fixture::new(0, 3, 7));
        world.site = Site::Dispatcher(0);
        let dealt: Vec<Placement> = (0..6).map(|_| deal(&mut policy, &world)).collect();
        let mut first = dealt[..3].to_vec();
        first.sort_by_key(|p| if let Placement::At(node) = p { *node } else { 99 });
        assert_eq!(first, [Placement::At(0), Placement::At(1), Placement::At(2)]);
        assert_eq!(dealt[..3], dealt[3..]);
    }

    #[test]
    fn a_node_that_may_not_run_the_process_is_passed_over() {
        let (mut policy, mut world) = (RoundRobin::new(false), Fixture::new(0, 3, 0));
        let Placement::At(first) = deal(&mut policy, &world) else { panic!("it deals") };
        world.ineligible = vec![(world.newcomer().id, (first + 1) % 3)];
        assert_eq!(deal(&mut policy, &world), Placement::At((first + 2) % 3));
    }

    #[test]
    fn nodes_leave_it_to_the_dispatcher_or_deal_for_themselves() {
        let world = Fixture::new(1, 2, 0);
        assert_eq!(deal(&mut RoundRobin::new(true), &world), Placement::Delegate(Site::Dispatcher(0)));
        let mut own = RoundRobin::new(false);
        assert_ne!(deal(&mut own, &world), deal(&mut own, &world));
    }
}
