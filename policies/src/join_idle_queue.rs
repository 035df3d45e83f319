//! Join the idle queue: idle nodes register with dispatchers, which send processes to registered nodes.

use crate::eligible::one_of;
use loadlab_core::policy::{
    Command, Commands, Declared, Memory, Newcomer, Note, Placement, Policy, Site, View, Wake, Wakes, Who,
};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};
use std::collections::VecDeque;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "join-idle-queue",
    summary: "Idle nodes register with dispatchers, which send processes to them.",
    doc: "Every process goes to a random one of the `dispatchers`, which sends it to the node that registered first with it, \
          or, if none is registered, to a random node. A node registers when it falls idle. The literature has three \
          definitions, which give three mean responses:\n\n\
          - `definition = \"kept\"`: the node registers with a random dispatcher, and stays registered until that sends it \
          a process, even if it has received another meanwhile (as in the algorithm of Lu et al.).\n\
          - `definition = \"removed\"`: the same, but a node that receives a process is removed at once. The formula \
          `theory::jiq::exact` holds for many nodes; the published one, W = 1 / (1 - s) with s = lambda / (1 + r (1 - \
          lambda)) and r nodes per dispatcher, is an approximation to both.\n\
          - `definition = \"sq2\"`: as removed, but the node asks two random dispatchers how many nodes are registered \
          there and registers with the one that has fewer.\n\n\
          Transfer: every process. Selection: the newcomer. Location: a registered node, else a random one. Information: \
          idle registration.\n\n\
          Cost per decision: a message to the dispatcher and one transfer; per idle period one message to register \
          (five with sq2), and one more to be removed at each start of a process on a registered node. Nodes that have \
          been idle from the beginning are not registered.",
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

/// What messages say: register me; remove me; how many have you (in which search); so many (in that search).
const REGISTER: u16 = 1;
const REMOVE: u16 = 2;
const HOW_MANY: u16 = 3;
const SO_MANY: u16 = 4;

/// Idle nodes register, and are sent processes.
#[derive(Clone, Debug)]
pub struct JoinIdleQueue {
    dispatchers: u32,
    definition: Definition,
    /// At a dispatcher: who is registered, first come first.
    registered: VecDeque<NodeId>,
    /// At a node: with whom it is registered.
    with: Option<u32>,
    /// At a node: the number of its present search, and the first of two replies to it.
    search: u32,
    first: Option<(u32, f64)>,
}

impl JoinIdleQueue {
    /// So many dispatchers, in this definition.
    pub fn new(dispatchers: u32, definition: Definition) -> Self {
        let registered = VecDeque::new();
        JoinIdleQueue { dispatchers, definition, registered, with: None, search: 0, first: None }
    }

    /// A message of this node. The value carries a number.
    fn tell(dispatcher: u32, tag: u16, node: NodeId, value: f64) -> Command {
        Command::Send { to: Who::At(Site::Dispatcher(dispatcher)), note: Note { tag, value, node } }
    }

    fn register(&mut self, dispatcher: u32, here: NodeId, out: &mut Commands) {
        if self.definition != Definition::Kept {
            self.with = Some(dispatcher);
        }
        out.push(Self::tell(dispatcher, REGISTER, here, 0.0));
    }

    fn fall_idle(&mut self, here: NodeId, out: &mut Commands, rng: &mut Rng) {
        let of = self.dispatchers;
        if self.definition != Definition::ShorterOfTwo || of < 2 {
            return self.register(rng.below(of), here, out);
        }
        self.search = self.search.wrapping_add(1);
        self.first = None;
        let (a, b) = rng.two_below(of);
        for dispatcher in [a, b] {
            out.push(Self::tell(dispatcher, HOW_MANY, here, f64::from(self.search)));
        }
    }

    /// A dispatcher has told how many are registered with it; the second reply decides.
    fn compare(&mut self, dispatcher: u32, count: f64, view: &View<'_>, out: &mut Commands) {
        match self.first.take() {
            None => self.first = Some((dispatcher, count)),
            // A node that has got a process meanwhile registers when it next falls idle.
            Some(_) if view.load() > 0 => {}
            Some((other, fewest)) => {
                let chosen = if fewest <= count { other } else { dispatcher };
                self.register(chosen, view.here(), out);
            }
        }
    }

    /// A message to a dispatcher.
    fn serve(&mut self, from: Site, note: Note, out: &mut Commands) {
        match note.tag {
            REGISTER => self.registered.push_back(note.node),
            REMOVE => self.registered.retain(|node| *node != note.node),
            HOW_MANY => {
                let count = self.registered.len() as f64;
                // The node's own number is of no use to it: that place carries the number of its search.
                let note = Note { tag: SO_MANY, value: count, node: note.value as NodeId };
                out.push(Command::Send { to: Who::At(from), note });
            }
            _ => {}
        }
    }
}

impl Policy for JoinIdleQueue {
    fn declare(&self) -> Declared {
        let wakes = Wakes { idle: true, born: self.definition != Definition::Kept, ..Wakes::default() };
        Declared { wakes, memory: Memory::PerSite, dispatchers: self.dispatchers, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(JoinIdleQueue::new(self.dispatchers, self.definition))
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        match view.site() {
            Site::Dispatcher(_) => {
                let eligible = |node: &NodeId| view.eligible(process.id, *node);
                let registered = self.registered.iter().position(eligible).and_then(|k| self.registered.remove(k));
                Placement::At(registered.unwrap_or_else(|| one_of(0..view.nodes(), process, view, rng)))
            }
            _ => Placement::Delegate(Site::Dispatcher(rng.below(self.dispatchers))),
        }
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        match (why, view.site()) {
            (Wake::Idle, _) if view.load() == 0 => self.fall_idle(view.here(), out, rng),
            (Wake::Born(_), _) => {
                if let Some(dispatcher) = self.with.take() {
                    out.push(Self::tell(dispatcher, REMOVE, view.here(), 0.0));
                }
            }
            (Wake::Message { from, note }, Site::Dispatcher(_)) => self.serve(from, note, out),
            (Wake::Message { from: Site::Dispatcher(d), note }, _) if note.node == self.search => {
                self.compare(d, note.value, view, out);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn at(site: Site, load: u32) -> Fixture {
        Fixture { site, ..Fixture::new(if let Site::Node(i) = site { i } else { 0 }, 9, load) }
    }

    fn act(policy: &mut JoinIdleQueue, why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    fn message(from: Site, tag: u16, node: NodeId, value: f64) -> Wake {
        Wake::Message { from, note: Note { tag, value, node } }
    }

    #[test]
    fn a_dispatcher_sends_to_whom_registered_first_and_else_at_random() {
        let (mut policy, world) = (JoinIdleQueue::new(1, Definition::Removed), at(Site::Dispatcher(0), 0));
        for node in [5, 3, 7] {
            act(&mut policy, message(Site::Node(node), REGISTER, node, 0.0), &world);
        }
        act(&mut policy, message(Site::Node(3), REMOVE, 3, 0.0), &world);
        let mut place = || policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1));
        assert_eq!((place(), place()), (Placement::At(5), Placement::At(7)));
        assert!(matches!(place(), Placement::At(0..9)));
    }

    #[test]
    fn a_node_that_gets_a_process_is_removed_unless_registrations_are_kept() {
        let born = Wake::Born(Fixture::new(0, 9, 1).newcomer().id);
        for (definition, messages) in [(Definition::Kept, 0), (Definition::Removed, 1)] {
            let (mut policy, node) = (JoinIdleQueue::new(1, definition), at(Site::Node(4), 0));
            assert_eq!(act(&mut policy, Wake::Idle, &node), [JoinIdleQueue::tell(0, REGISTER, 4, 0.0)]);
            assert_eq!(act(&mut policy, born, &at(Site::Node(4), 1)).len(), messages, "{definition:?}");
            assert!(act(&mut policy, born, &at(Site::Node(4), 2)).is_empty());
        }
    }

    #[test]
    fn with_two_choices_a_node_registers_where_fewer_are_registered() {
        let (mut policy, node) = (JoinIdleQueue::new(5, Definition::ShorterOfTwo), at(Site::Node(4), 0));
        assert_eq!(act(&mut policy, Wake::Idle, &node).len(), 2);
        assert!(act(&mut policy, message(Site::Dispatcher(1), SO_MANY, 1, 3.0), &node).is_empty());
        let registered = act(&mut policy, message(Site::Dispatcher(2), SO_MANY, 1, 2.0), &node);
        assert_eq!(registered, [JoinIdleQueue::tell(2, REGISTER, 4, 0.0)]);
        act(&mut policy, Wake::Idle, &node);
        assert!(act(&mut policy, message(Site::Dispatcher(1), SO_MANY, 1, 3.0), &node).is_empty(), "an old search");
        act(&mut policy, message(Site::Dispatcher(1), SO_MANY, 2, 3.0), &node);
        let busy = act(&mut policy, message(Site::Dispatcher(3), SO_MANY, 2, 1.0), &at(Site::Node(4), 1));
        assert!(busy.is_empty(), "it is no longer idle");
    }

    #[test]
    fn a_dispatcher_says_how_many_are_registered_with_it() {
        let (mut policy, world) = (JoinIdleQueue::new(1, Definition::ShorterOfTwo), at(Site::Dispatcher(0), 0));
        act(&mut policy, message(Site::Node(5), REGISTER, 5, 0.0), &world);
        let said = act(&mut policy, message(Site::Node(6), HOW_MANY, 6, 17.0), &world);
        let note = Note { tag: SO_MANY, value: 1.0, node: 17 };
        assert_eq!(said, [Command::Send { to: Who::At(Site::Node(6)), note }]);
    }
}
