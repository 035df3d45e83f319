//! Symmetric: senders look for a node with little to do, and nodes with little to do look for a process.

use crate::forward::{Expected, IN_TRANSIT, offer, settled};
use crate::params;
use crate::pull::{Take, asks_for_a_process, give, pull};
use crate::reverse::Order;
use loadlab_core::policy::{
    Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View,
    Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "symmetric",
    summary: "Sender-initiated at arrivals and receiver-initiated at departures.",
    doc: "At arrivals it does what `forward` does: a process that finds a load of T or more is offered to up to `probes` \
          nodes. At departures it does what `reverse` does: a node left with fewer than T processes asks up to \
          `pull_probes` nodes for one. With free transfers these are `threshold` and `receiver` together. Under \
          transfer delay a node does not search while a process that it has asked for is on its way, and counts what it \
          has accepted unless `count_in_transit = false`.\n\n\
          Transfer: threshold T, at arrivals and departures. Selection: the newcomer, or the newest process of the node \
          that gives. Location: the first node below T, or above T. Information: on demand.\n\n\
          Cost: up to `probes` probes per arrival at T or above and up to `pull_probes` per departure below T; a transfer \
          or a migration each. What is lost on its way goes on counting, as with `forward` and `reverse`.",
    reference: "Mirchandaney, Towsley & Stankovic, IEEE Trans. Computers 38(11), 1989, doi:10.1109/12.42124; \
                Shivaratri, Krueger & Singhal, IEEE Computer 25(12), 1992, doi:10.1109/2.179115",
    params: &[
        params::threshold("1"),
        params::probes("3"),
        Param {
            name: "pull_probes",
            ty: Ty::Count(1, 255),
            need: Need::Optional,
            doc: "How many nodes are asked for a process at most; as many as `probes` if left out.",
        },
        IN_TRANSIT,
        params::TAKE,
    ],
    build: |args| {
        let push = args.count("probes") as u8;
        let pull = if args.has("pull_probes") { args.count("pull_probes") as u8 } else { push };
        let basic = Symmetric::new(args.count("threshold") as u32, push, pull);
        let expected = Expected::new(args.flag("count_in_transit"));
        Ok(Box::new(Symmetric { take: Take::of(args), expected, ..basic }))
    },
    example: "kind = \"symmetric\"\nthreshold = 1\nprobes = 3\n",
};

/// Threshold and Receiver together.
#[derive(Clone, Debug)]
pub struct Symmetric {
    threshold: u32,
    push: u8,
    pull: u8,
    take: Take,
    order: Order,
    expected: Expected,
}

impl Symmetric {
    /// With threshold T, so many probes at arrivals and so many at departures; what is on its way counts.
    pub fn new(threshold: u32, push: u8, pull: u8) -> Self {
        let (order, expected) = (Order::default(), Expected::new(true));
        Symmetric { threshold, push, pull, take: Take::Newest, order, expected }
    }
}

impl Policy for Symmetric {
    fn declare(&self) -> Declared {
        let wakes = Wakes { born: true, departed: true, delivered: true, ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(Symmetric { order: Order::default(), expected: self.expected.fresh(), ..*self })
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.round() > 0 {
            return settled(process, view);
        }
        if view.load() < self.threshold { Placement::At(process.at) } else { Placement::Ask(offer(self.push)) }
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        self.order.note(why, view);
        match why {
            Wake::Born(process) => self.expected.came(process),
            Wake::Departed if view.load() < self.threshold && self.order.is_open() => {
                self.order.ask();
                out.push(Command::Ask(pull(self.pull)));
            }
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        match query {
            Query::Offer(process) => self.expected.consider(process.id, view.load(), self.threshold),
            Query::Probe if asks_for_a_process(note) => give(self.take, self.threshold, from, view, out),
            Query::Probe | Query::Transfer(_) => Reply::Load,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Fixture, Pick, To};

    fn answer(query: Query, note: Note, load: u32) -> (Reply, Vec<Command>) {
        let (world, mut out) = (Fixture::new(5, 9, load), Commands::new());
        let reply = Symmetric::new(2, 3, 4).answer(Site::Node(1), query, note, &world.view(), &mut out);
        (reply, out.as_slice().to_vec())
    }

    #[test]
    fn a_node_below_the_threshold_accepts_what_it_is_offered() {
        let offered = Query::Offer(Fixture::new(1, 9, 3).newcomer());
        assert_eq!(answer(offered, Note::default(), 1), (Reply::Accept, vec![]));
        assert_eq!(answer(offered, Note::default(), 2), (Reply::Refuse, vec![]));
    }

    #[test]
    fn a_node_above_the_threshold_gives_what_it_is_asked_for() {
        assert_eq!(answer(Query::Probe, pull(4).note, 2), (Reply::Load, vec![]));
        let given = Command::Move { pick: Pick::Newest(1), from: 5, to: To::Node(1) };
        assert_eq!(answer(Query::Probe, pull(4).note, 3), (Reply::Accept, vec![given]));
    }

    #[test]
    fn arrivals_and_departures_ask_with_their_own_limits() {
        let (mut policy, mut out, mut rng) = (Symmetric::new(1, 3, 4), Commands::new(), Rng::new(1));
        let world = Fixture::new(0, 9, 1);
        assert_eq!(policy.place(&world.newcomer(), &world.view(), &mut rng), Placement::Ask(offer(3)));
        policy.act(Wake::Departed, &Fixture::new(0, 9, 0).view(), &mut out, &mut rng);
        assert_eq!(out.as_slice(), [Command::Ask(pull(4))]);
    }
}
