//! Join the idle queue: idle nodes register with dispatchers, which send processes to registered nodes.

use crate::eligible::one_of;
use loadlab_core::information::Information;
use loadlab_core::policy::{Declared, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "join-idle-queue",
    summary: "Idle nodes register with dispatchers, which send processes to them.",
    doc: "Every process goes to a random one of the `dispatchers`, which sends it to the node that registered first with it, \
          or, if none is registered, to a random node. A node registers when it is idle: at the beginning, when its last \
          process has gone, or when it is repaired. The literature has three definitions, which give three mean \
          responses:\n\n\
          - `definition = \"kept\"`: the node registers with a random dispatcher, and stays registered until that sends it \
          a process, even if it has received another meanwhile (as in the algorithm of Lu et al.).\n\
          - `definition = \"removed\"`: the same, but a node that receives a process is removed at once. The formula \
          `theory::jiq::exact` holds for many nodes; the published one, W = 1 / (1 - s) with s = lambda / (1 + r (1 - \
          lambda)) and r nodes per dispatcher, is an approximation to both.\n\
          - `definition = \"sq2\"`: as removed, but the node asks two random dispatchers how many nodes are registered \
          there and registers with the one that has fewer.\n\n\
          Transfer: every process. Selection: the newcomer. Location: a registered node, else a random one. Information: \
          `idle`.\n\n\
          Cost per decision: a message to the dispatcher and one transfer; per idle period one message to register \
          (five with sq2), and one more to be removed at each start of a process on a registered node.",
    reference: "Lu, Xie, Kliot, Geller, Larus & Greenberg, Performance Evaluation 68(11), 2011, \
                doi:10.1016/j.peva.2011.07.015",
    params: &[
        Param {
            name: "dispatchers",
            ty: Ty::Count(1, 1_000_000),
            need: Need::Default("1"),
            doc: "How many dispatchers there are.",
        },
        Param {
            name: "definition",
            ty: Ty::Choice(&["kept", "removed", "sq2"]),
            need: Need::Default("\"removed\""),
            doc: "Where a node registers, and what becomes of its registration when it is no longer idle.",
        },
    ],
    build: |args| {
        let definition = match args.text("definition") {
            "kept" => Definition::Kept,
            "removed" => Definition::Removed,
            _ => Definition::ShorterOfTwo,
        };
        Ok(Box::new(JoinIdleQueue::new(args.count("dispatchers") as u32, definition)))
    },
    example: "kind = \"join-idle-queue\"\ndispatchers = 4\ndefinition = \"removed\"\n",
};

/// Where a node registers, and what becomes of its registration when it is no longer idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definition {
    /// With a random dispatcher; it stays until used.
    Kept,
    /// With a random dispatcher; it is removed when the node receives a process.
    Removed,
    /// With the one of two random dispatchers that has fewer; it is removed when the node receives a process.
    ShorterOfTwo,
}

/// Idle nodes register, and are sent processes.
#[derive(Clone, Copy, Debug)]
pub struct JoinIdleQueue {
    dispatchers: u32,
    definition: Definition,
}

impl JoinIdleQueue {
    /// So many dispatchers, in this definition.
    pub fn new(dispatchers: u32, definition: Definition) -> Self {
        JoinIdleQueue { dispatchers, definition }
    }
}

impl Policy for JoinIdleQueue {
    fn declare(&self) -> Declared {
        let choices = if self.definition == Definition::ShorterOfTwo { 2 } else { 1 };
        let information = Information::Idle { choices, withdraw: self.definition != Definition::Kept };
        Declared { information, dispatchers: self.dispatchers, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        if let Site::Node(_) = view.site() {
            return Placement::Delegate(Site::Dispatcher(rng.below(self.dispatchers)));
        }
        let registered = view.known().iter().map(|o| o.node).find(|node| view.eligible(process.id, *node));
        Placement::At(registered.unwrap_or_else(|| one_of(0..view.nodes(), process, view, rng)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(site: Site, registered: &[(u32, f64, f64)], seed: u64) -> Placement {
        let world = Fixture { site, ..Fixture::new(0, 9, 0) }.knowing(registered);
        JoinIdleQueue::new(4, Definition::Removed).place(&world.newcomer(), &world.view(), &mut Rng::new(seed))
    }

    #[test]
    fn a_dispatcher_sends_to_whom_registered_first_and_else_at_random() {
        let at = Site::Dispatcher(0);
        assert_eq!(place(at, &[(5, 0.0, 0.0), (3, 0.0, 0.0)], 1), Placement::At(5));
        let drawn: Vec<Placement> = (0..100).map(|seed| place(at, &[], seed)).collect();
        assert!((0..9).all(|node| drawn.contains(&Placement::At(node))), "{drawn:?}");
    }

    #[test]
    fn a_node_leaves_it_to_a_random_dispatcher() {
        let to: Vec<Placement> = (0..100).map(|seed| place(Site::Node(0), &[], seed)).collect();
        assert!((0..4).all(|k| to.contains(&Placement::Delegate(Site::Dispatcher(k)))), "{to:?}");
    }

    #[test]
    fn the_definitions_differ_in_what_nodes_do() {
        let information = |definition| JoinIdleQueue::new(4, definition).declare().information;
        assert_eq!(information(Definition::Kept), Information::Idle { choices: 1, withdraw: false });
        assert_eq!(information(Definition::Removed), Information::Idle { choices: 1, withdraw: true });
        assert_eq!(information(Definition::ShorterOfTwo), Information::Idle { choices: 2, withdraw: true });
    }
}
