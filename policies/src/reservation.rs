//! Reservation: a node with little to do reserves the next process to arrive at a loaded one.

use crate::params;
use loadlab_core::policy::{
    Among, Ask, Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply,
    Site, Stop, View, Wake, Wakes, Who,
};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "reservation",
    summary: "Receiver-initiated without migration: reserve the next arrival of a loaded node.",
    doc: "As `receiver`, but nothing moves that has started: a node left with fewer than T processes by a departure probes \
          up to `probes` different random other nodes, one after the other, and the first that has more than T, and is not \
          reserved, promises it the next process that arrives there from outside. When that process comes, it is sent, \
          if it finds a load of T or more and the other node is still below T; else the promise lapses. A node holds one \
          promise at most, and waits for one at most. Worse than the sender-initiated policy at every load: what is \
          promised is of use only at the next arrival.\n\n\
          Transfer: threshold T, at departures. Selection: the next newcomer. Location: the first node above T without a \
          promise. Information: on demand.\n\n\
          Cost: up to `probes` probes per departure below T, one more when a promise is due, and one transfer.",
    reference: "Eager, Lazowska & Zahorjan, Performance Evaluation 6(1), 1986, doi:10.1016/0166-5316(86)90008-8",
    params: &[params::threshold("1"), params::probes("3")],
    build: |args| Ok(Box::new(Reservation::new(args.count("threshold") as u32, args.count("probes") as u8))),
    example: "kind = \"reservation\"\nthreshold = 1\nprobes = 3\n",
};

/// The questions: for a promise; whether a promised process is still wanted; and that it will not come.
const RESERVE: u16 = 1;
const CLAIM: u16 = 2;
const RELEASE: u16 = 3;

/// What a node waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Nothing,
    Asking,
    Promised,
    /// The promise was redeemed before the reply that made it was back.
    Redeemed,
}

/// The next newcomer of a loaded node is sent to the node that reserved it.
#[derive(Clone, Copy, Debug)]
pub struct Reservation {
    threshold: u32,
    probes: u8,
    wish: Wish,
    promised_to: Option<NodeId>,
}

impl Reservation {
    /// With threshold T and so many probes.
    pub fn new(threshold: u32, probes: u8) -> Self {
        Reservation { threshold, probes, wish: Wish::Nothing, promised_to: None }
    }

    fn tagged(who: Who, tag: u16) -> Ask {
        let note = Note { tag, ..Note::default() };
        Ask { who, stop: Stop::Accepted, sequential: true, note, timeout: None }
    }

    fn redeem(&mut self) {
        self.wish = if self.wish == Wish::Asking { Wish::Redeemed } else { Wish::Nothing };
    }
}

impl Policy for Reservation {
    fn declare(&self) -> Declared {
        let wakes = Wakes { departed: true, ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(Reservation::new(self.threshold, self.probes))
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.round() > 0 {
            let wanted = view.replies().last().filter(|o| o.reply == Reply::Accept);
            return Placement::At(wanted.map_or(process.at, |o| o.node));
        }
        let Some(node) = self.promised_to.take() else { return Placement::At(process.at) };
        let wanted = view.load() >= self.threshold && view.eligible(process.id, node);
        let tag = if wanted { CLAIM } else { RELEASE };
        Placement::Ask(Self::tagged(Who::One(node), tag))
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        match why {
            Wake::Departed if view.load() < self.threshold && self.wish == Wish::Nothing => {
                self.wish = Wish::Asking;
                out.push(Command::Ask(Self::tagged(Who::Distinct(self.probes, Among::Others), RESERVE)));
            }
            Wake::Replies(_) => {
                let promised = view.replies().iter().any(|o| o.reply == Reply::Accept);
                self.wish = if promised && self.wish == Wish::Asking { Wish::Promised } else { Wish::Nothing };
            }
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, _: Query, note: Note, view: &View<'_>, _: &mut Commands) -> Reply {
        let accepted = match (note.tag, from) {
            (RESERVE, Site::Node(node)) if self.promised_to.is_none() && view.load() > self.threshold => {
                self.promised_to = Some(node);
                true
            }
            (CLAIM, _) => {
                self.redeem();
                view.load() < self.threshold
            }
            (RELEASE, _) => {
                self.redeem();
                false
            }
            _ => false,
        };
        if accepted { Reply::Accept } else { Reply::Refuse }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn asked(policy: &mut Reservation, tag: u16, load: u32) -> Reply {
        let (world, note) = (Fixture::new(5, 9, load), Note { tag, ..Note::default() });
        policy.answer(Site::Node(1), Query::Probe, note, &world.view(), &mut Commands::new())
    }

    fn placed(policy: &mut Reservation, world: &Fixture) -> Placement {
        policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    fn searches(policy: &mut Reservation, why: Wake, world: &Fixture) -> bool {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        matches!(out.as_slice(), [Command::Ask(Ask { note: Note { tag: RESERVE, .. }, .. })])
    }

    #[test]
    fn a_loaded_node_makes_one_promise_and_asks_when_it_is_due() {
        let mut policy = Reservation::new(1, 3);
        assert_eq!(asked(&mut policy, RESERVE, 1), Reply::Refuse);
        assert_eq!(asked(&mut policy, RESERVE, 2), Reply::Accept);
        assert_eq!(asked(&mut policy, RESERVE, 2), Reply::Refuse);
        let claim = Reservation::tagged(Who::One(1), CLAIM);
        assert_eq!(placed(&mut policy, &Fixture::new(5, 9, 1)), Placement::Ask(claim));
        let mut reply = Fixture::new(5, 9, 1).replied(&[(1, 0.0)]);
        assert_eq!(placed(&mut policy, &reply), Placement::At(5));
        reply.replies[0].reply = Reply::Accept;
        assert_eq!(placed(&mut policy, &reply), Placement::At(1));
        assert_eq!(placed(&mut policy, &Fixture::new(5, 9, 1)), Placement::At(5), "the promise is redeemed");
    }

    #[test]
    fn a_promise_lapses_if_the_newcomer_finds_little_there() {
        let mut policy = Reservation::new(1, 3);
        asked(&mut policy, RESERVE, 2);
        let release = Reservation::tagged(Who::One(1), RELEASE);
        assert_eq!(placed(&mut policy, &Fixture::new(5, 9, 0)), Placement::Ask(release));
    }

    #[test]
    fn a_node_waits_for_one_promise_at_a_time() {
        let (mut policy, idle) = (Reservation::new(1, 3), Fixture::new(5, 9, 0));
        assert!(searches(&mut policy, Wake::Departed, &idle));
        let mut reply = Fixture::new(5, 9, 0).replied(&[(1, 2.0)]);
        reply.replies[0].reply = Reply::Accept;
        assert!(!searches(&mut policy, Wake::Replies(Note::default()), &reply));
        assert!(!searches(&mut policy, Wake::Departed, &idle));
        assert_eq!(asked(&mut policy, CLAIM, 0), Reply::Accept);
        assert!(searches(&mut policy, Wake::Departed, &idle));
        assert_eq!(asked(&mut policy, CLAIM, 1), Reply::Refuse, "it has a process by now");
        searches(&mut policy, Wake::Replies(Note::default()), &reply);
        assert!(searches(&mut policy, Wake::Departed, &idle), "redeemed before the reply was back");
    }
}
