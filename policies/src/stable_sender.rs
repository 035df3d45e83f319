//! The stable sender-initiated policy: senders probe those whom earlier answers recommend, receivers say that they are.

use crate::params;
use crate::partition::{Partition, Role};
use crate::stable_symmetric::offer;
use loadlab_core::policy::{
    Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View,
    Wake, Wakes, Who,
};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "stable-sender",
    summary: "Sender-initiated, probing those whom earlier answers recommend; receivers make themselves known.",
    doc: "Senders probe by lists as in `stable-symmetric`. Nothing that has started moves: instead, a node whose load falls \
          below T tells so to those nodes that do not take it for a receiver, and they file it at the head of their \
          receivers. To know who these are, every node keeps for each other node what that one takes it for: a sender, \
          once it has probed that node; what it answered, once that node has probed it; a receiver, once it has told \
          it.\n\n\
          Transfer: threshold T. Selection: the newcomer. Location: the head of the receivers' list. Information: on \
          demand, remembered, and on change of state.\n\n\
          Cost: up to `probes` probes per arrival at T or above and one transfer; per fall below T a message to each node \
          that has learned otherwise. Every node remembers every other: n^2 entries. The authors count the load with the \
          new process in it: their sender is a node above T after the arrival.",
    reference: "Shivaratri, Krueger & Singhal, IEEE Computer 25(12), 1992, doi:10.1109/2.179115",
    params: &[params::threshold("1"), params::probes("5")],
    build: |args| Ok(Box::new(StableSender::new(args.count("threshold") as u32, args.count("probes") as u8))),
    example: "kind = \"stable-sender\"\nthreshold = 1\nprobes = 5\n",
};

/// Senders probe by lists, receivers make themselves known.
#[derive(Clone, Debug)]
pub struct StableSender {
    threshold: u32,
    probes: u8,
    lists: Partition,
    /// What the others take this node for, as far as it is not "receiver".
    otherwise: Vec<NodeId>,
    /// Whether a node is in that list.
    listed: Vec<bool>,
}

impl StableSender {
    /// With threshold T and so many probes.
    pub fn new(threshold: u32, probes: u8) -> Self {
        let (otherwise, listed) = (Vec::new(), Vec::new());
        StableSender { threshold, probes, lists: Partition::default(), otherwise, listed }
    }

    /// That node now takes this one for `role`.
    fn known_as(&mut self, role: Role, node: NodeId, nodes: u32) {
        self.listed.resize(nodes as usize, false);
        let listed = &mut self.listed[node as usize];
        match (role, *listed) {
            (Role::Receiver, true) => {
                *listed = false;
                self.otherwise.retain(|i| *i != node);
            }
            (Role::Sender | Role::Neither, false) => {
                *listed = true;
                self.otherwise.push(node);
            }
            _ => {}
        }
    }
}

impl Policy for StableSender {
    fn declare(&self) -> Declared {
        let wakes = Wakes { below: Some(self.threshold), ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(StableSender::new(self.threshold, self.probes))
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        for reply in view.replies() {
            self.known_as(Role::Sender, reply.node, view.nodes());
        }
        offer(process, view, &mut self.lists, self.threshold, self.probes)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        self.lists.prepare(view.here(), view.nodes());
        match why {
            Wake::Below if view.load() < self.threshold => {
                for node in std::mem::take(&mut self.otherwise) {
                    self.listed[node as usize] = false;
                    out.push(Command::Send { to: Who::One(node), note: Note::default() });
                }
            }
            Wake::Message { from: Site::Node(node), .. } => self.lists.file(node, Role::Receiver),
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, _: Query, _: Note, view: &View<'_>, _: &mut Commands) -> Reply {
        if let Site::Node(asker) = from {
            self.lists.prepare(view.here(), view.nodes());
            self.lists.file(asker, Role::Sender);
            self.known_as(Role::of(f64::from(view.load()), self.threshold), asker, view.nodes());
        }
        Reply::Load
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_symmetric::{OFFER, question};
    use loadlab_core::policy::Fixture;

    fn told(policy: &mut StableSender, world: &Fixture) -> Vec<NodeId> {
        let mut out = Commands::new();
        policy.act(Wake::Below, &world.view(), &mut out, &mut Rng::new(1));
        let to = |c: &Command| match c {
            Command::Send { to: Who::One(node), .. } => *node,
            other => panic!("{other:?}"),
        };
        out.as_slice().iter().map(to).collect()
    }

    fn probed(policy: &mut StableSender, by: NodeId, load: u32) {
        let (world, note) = (Fixture::new(0, 9, load), Note { tag: OFFER, ..Note::default() });
        policy.answer(Site::Node(by), Query::Probe, note, &world.view(), &mut Commands::new());
    }

    #[test]
    fn a_node_tells_those_who_have_learned_otherwise_that_it_is_a_receiver_and_tells_them_once() {
        let (mut policy, idle) = (StableSender::new(1, 5), Fixture::new(0, 9, 0));
        assert_eq!(told(&mut policy, &idle), [], "all take it for one at first");
        probed(&mut policy, 4, 1);
        probed(&mut policy, 5, 2);
        probed(&mut policy, 6, 0);
        assert_eq!(told(&mut policy, &idle), [4, 5]);
        assert_eq!(told(&mut policy, &idle), []);
    }

    #[test]
    fn an_answer_that_it_is_a_receiver_spares_the_message() {
        let mut policy = StableSender::new(1, 5);
        probed(&mut policy, 4, 1);
        probed(&mut policy, 4, 0);
        assert_eq!(told(&mut policy, &Fixture::new(0, 9, 0)), []);
    }

    #[test]
    fn whom_it_has_probed_takes_it_for_a_sender() {
        let (mut policy, world) = (StableSender::new(1, 5), Fixture::new(0, 9, 1));
        let mut place = |world: &Fixture| policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1));
        assert_eq!(place(&world), Placement::Ask(question(1, OFFER)));
        assert_eq!(place(&world.replied(&[(1, 0.0)])), Placement::At(1));
        assert_eq!(told(&mut policy, &Fixture::new(0, 9, 0)), [1]);
    }

    #[test]
    fn who_says_that_it_is_a_receiver_is_probed_next() {
        let (mut policy, world) = (StableSender::new(1, 5), Fixture::new(0, 9, 1));
        let message = Wake::Message { from: Site::Node(7), note: Note::default() };
        policy.act(message, &world.view(), &mut Commands::new(), &mut Rng::new(1));
        let placed = policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1));
        assert_eq!(placed, Placement::Ask(question(7, OFFER)));
    }
}
