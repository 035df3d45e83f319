//! The stable symmetric policy: both sides probe those whom earlier answers recommend.

use crate::params;
use crate::partition::{Partition, Role};
use crate::pull::{Take, send};
use loadlab_core::policy::{
    Ask, Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View,
    Wake, Wakes,
};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "stable-symmetric",
    summary: "Symmetric, probing those whom earlier answers recommend, so that probes cease at high load.",
    doc: "Every node files each other node, at the head of one of three lists, as a sender (load above T), a receiver (below \
          T) or neither, by what it last learned; at first all are receivers. A process that finds a load of T or more \
          probes the head of the receivers' list, up to `probes` times: a node below T takes it; another is filed anew \
          and files the asking node as a sender. When the list is empty nobody is probed, which keeps the policy \
          stable. A node whose load falls below T probes up to `probes` nodes for a process: the senders from the head, \
          then the others and the receivers from the tail. A probed sender gives its newest process and is filed by what \
          it has left; another files the asking node as a receiver.\n\n\
          Transfer: threshold T, at arrivals and departures. Selection: the newcomer, or the newest process of a sender. \
          Location: by the lists. Information: on demand, remembered.\n\n\
          Cost: up to `probes` probes per arrival at T or above and per fall below T; a transfer or a migration each. Every \
          node remembers every other: n^2 entries. The authors count the load with the new process in it: their sender is \
          a node above T after the arrival.",
    reference: "Shivaratri, Krueger & Singhal, IEEE Computer 25(12), 1992, doi:10.1109/2.179115",
    params: &[params::threshold("1"), params::probes("5")],
    build: |args| Ok(Box::new(StableSymmetric::new(args.count("threshold") as u32, args.count("probes") as u8))),
    example: "kind = \"stable-symmetric\"\nthreshold = 1\nprobes = 5\n",
};

/// What a question is for.
pub(crate) const OFFER: u16 = 1;
const REQUEST: u16 = 2;

/// Both sides probe by lists.
#[derive(Clone, Debug)]
pub struct StableSymmetric {
    threshold: u32,
    probes: u8,
    lists: Partition,
    /// Whom the present search will ask, last first.
    search: Vec<NodeId>,
    searching: bool,
}

/// One question to a node.
pub(crate) fn question(node: NodeId, tag: u16) -> Ask {
    Ask::one(node).with_note(Note { tag, ..Note::default() })
}

/// What a sender does with the reply to its last probe (if any): goes there, probes the next receiver, or gives up.
pub(crate) fn offer(
    process: &Newcomer,
    view: &View<'_>,
    lists: &mut Partition,
    threshold: u32,
    probes: u8,
) -> Placement {
    lists.prepare(view.here(), view.nodes());
    if let Some(reply) = view.replies().last() {
        let role = Role::of(reply.load, threshold);
        lists.file(reply.node, role);
        if role == Role::Receiver {
            return Placement::At(reply.node);
        }
    }
    if view.load() < threshold || view.round() >= u32::from(probes) {
        return Placement::At(process.at);
    }
    let first = lists.forward(Role::Receiver).find(|node| view.eligible(process.id, *node));
    first.map_or(Placement::At(process.at), |node| Placement::Ask(question(node, OFFER)))
}

impl StableSymmetric {
    /// With threshold T and so many probes.
    pub fn new(threshold: u32, probes: u8) -> Self {
        StableSymmetric { threshold, probes, lists: Partition::default(), search: Vec::new(), searching: false }
    }

    /// Whom a receiver asks: senders from the head, the others and the receivers from the tail.
    fn plan(&mut self) {
        let lists = &self.lists;
        let order = lists.forward(Role::Sender).chain(lists.backward(Role::Neither));
        let order = order.chain(lists.backward(Role::Receiver));
        self.search = order.take(usize::from(self.probes)).collect();
        self.search.reverse();
    }

    /// The next question of the search, or its end.
    fn go_on(&mut self, view: &View<'_>, out: &mut Commands) {
        let next = if view.load() < self.threshold { self.search.pop() } else { None };
        self.searching = next.is_some();
        if let Some(node) = next {
            out.push(Command::Ask(question(node, REQUEST)));
        }
    }
}

impl Policy for StableSymmetric {
    fn declare(&self) -> Declared {
        let wakes = Wakes { below: Some(self.threshold), ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(StableSymmetric::new(self.threshold, self.probes))
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        offer(process, view, &mut self.lists, self.threshold, self.probes)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        self.lists.prepare(view.here(), view.nodes());
        match why {
            Wake::Below if !self.searching => {
                self.plan();
                self.go_on(view, out);
            }
            Wake::Replies(_) => {
                let given = view.replies().last().is_some_and(|reply| {
                    self.lists.file(reply.node, Role::of(reply.load, self.threshold));
                    matches!(reply.reply, Reply::Value(_))
                });
                if given {
                    self.search.clear();
                }
                self.go_on(view, out);
            }
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, _: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        let Site::Node(asker) = from else { return Reply::Load };
        self.lists.prepare(view.here(), view.nodes());
        if note.tag == OFFER {
            self.lists.file(asker, Role::Sender);
            return Reply::Load;
        }
        if view.load() > self.threshold {
            out.push(send(Take::Newest, view.here(), asker));
            return Reply::Value(f64::from(view.load() - 1));
        }
        self.lists.file(asker, Role::Receiver);
        Reply::Load
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Fixture, Pick, To};

    fn place(policy: &mut StableSymmetric, world: &Fixture) -> Placement {
        policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    fn act(policy: &mut StableSymmetric, why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn a_sender_probes_those_it_takes_for_receivers_and_nobody_when_there_are_none() {
        let (mut policy, world) = (StableSymmetric::new(1, 5), Fixture::new(0, 3, 1));
        assert_eq!(place(&mut policy, &Fixture::new(0, 3, 0)), Placement::At(0));
        assert_eq!(place(&mut policy, &world), Placement::Ask(question(1, OFFER)));
        assert_eq!(place(&mut policy, &world.clone().replied(&[(1, 1.0)])), Placement::Ask(question(2, OFFER)));
        assert_eq!(place(&mut policy, &world.clone().replied(&[]).replied(&[(2, 3.0)])), Placement::At(0));
        assert_eq!(place(&mut policy, &world), Placement::At(0), "nobody is taken for a receiver any more");
    }

    #[test]
    fn a_sender_stops_at_its_limit_and_stays_with_a_node_that_takes_processes() {
        let (mut policy, world) = (StableSymmetric::new(1, 1), Fixture::new(0, 9, 1));
        assert_eq!(place(&mut policy, &world.clone().replied(&[(1, 1.0)])), Placement::At(0));
        assert_eq!(place(&mut policy, &world.clone().replied(&[(2, 0.0)])), Placement::At(2));
        assert_eq!(place(&mut policy, &world), Placement::Ask(question(2, OFFER)));
    }

    #[test]
    fn a_receiver_asks_senders_first_and_stops_when_it_gets_a_process() {
        let (mut policy, idle) = (StableSymmetric::new(1, 3), Fixture::new(0, 5, 0));
        let offer = Note { tag: OFFER, ..Note::default() };
        policy.answer(Site::Node(3), Query::Probe, offer, &idle.view(), &mut Commands::new());
        assert_eq!(act(&mut policy, Wake::Below, &idle), [Command::Ask(question(3, REQUEST))]);
        assert!(act(&mut policy, Wake::Below, &idle).is_empty(), "it is searching");
        // Then the receivers, from the tail.
        let refused = idle.clone().replied(&[(3, 1.0)]);
        let replies = Wake::Replies(Note::default());
        assert_eq!(act(&mut policy, replies, &refused), [Command::Ask(question(4, REQUEST))]);
        let mut given = idle.clone().replied(&[(4, 2.0)]);
        given.replies[0].reply = Reply::Value(2.0);
        assert!(act(&mut policy, replies, &given).is_empty());
        assert_eq!(act(&mut policy, Wake::Below, &idle), [Command::Ask(question(4, REQUEST))]);
    }

    #[test]
    fn a_probed_sender_gives_its_newest_and_says_what_it_has_left() {
        let (mut policy, mut out) = (StableSymmetric::new(1, 5), Commands::new());
        let request = Note { tag: REQUEST, ..Note::default() };
        let reply = policy.answer(Site::Node(2), Query::Probe, request, &Fixture::new(0, 5, 3).view(), &mut out);
        let given = Command::Move { pick: Pick::Newest(1), from: 0, to: To::Node(2) };
        assert_eq!((reply, out.as_slice()), (Reply::Value(2.0), &[given][..]));
        let mut out = Commands::new();
        let reply = policy.answer(Site::Node(2), Query::Probe, request, &Fixture::new(0, 5, 1).view(), &mut out);
        assert_eq!((reply, out.as_slice()), (Reply::Load, &[][..]));
        assert_eq!(place(&mut policy, &Fixture::new(0, 5, 1)), Placement::Ask(question(2, OFFER)));
    }
}
