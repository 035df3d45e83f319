//! Receiver-initiated sharing: a node with little to do looks for a process to take.

use crate::params;
use crate::pull::{Take, give, pull};
use loadlab_core::policy::{
    Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View,
    Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "receiver",
    summary: "After a departure that leaves fewer than T, look for a node with more than T (receiver-initiated).",
    doc: "When a process leaves a node with fewer than T others, the node probes up to `probes` different random other \
          nodes, one after the other; the first with more than T processes gives one away. If none has, the node waits for \
          its next departure, or, with `retry`, tries again after that time while it has fewer than T. T counts the \
          processes that remain after the departure, as the authors count.\n\n\
          Transfer: threshold T, at departures. Selection: the newest process of the node that gives. Location: the first \
          node above T. Information: on demand.\n\n\
          Cost: up to `probes` probes and one migration per departure below T.",
    reference: "Eager, Lazowska & Zahorjan, Performance Evaluation 6(1), 1986, doi:10.1016/0166-5316(86)90008-8",
    params: &[
        params::threshold("1"),
        params::probes("3"),
        params::TAKE,
        Param {
            name: "retry",
            ty: Ty::Duration(Range::POSITIVE),
            need: Need::Optional,
            doc: "After a search in vain the node tries again when this time has passed.",
        },
    ],
    build: |args| {
        let basic = Receiver::new(args.count("threshold") as u32, args.count("probes") as u8);
        Ok(Box::new(Receiver { take: Take::of(args), retry: args.maybe_number("retry"), ..basic }))
    },
    example: "kind = \"receiver\"\nthreshold = 1\nprobes = 3\nretry = \"500ms\"\n",
};

/// A node that falls below T takes a process from one above T.
#[derive(Clone, Copy, Debug)]
pub struct Receiver {
    /// A node with a load below this after a departure looks for a process; one with a load above it gives.
    pub threshold: u32,
    /// How many nodes are asked at most.
    pub probes: u8,
    /// What is given away.
    pub take: Take,
    /// Seconds after which a search in vain is repeated.
    pub retry: Option<f64>,
    /// Whether a repetition is due.
    waiting: bool,
}

impl Receiver {
    /// One attempt per departure, for the newest process.
    pub fn new(threshold: u32, probes: u8) -> Self {
        Receiver { threshold, probes, take: Take::Newest, retry: None, waiting: false }
    }
}

impl Policy for Receiver {
    fn declare(&self) -> Declared {
        let memory = if self.retry.is_some() { Memory::PerSite } else { Memory::None };
        let wakes = Wakes { departed: true, ..Wakes::default() };
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(Receiver { waiting: false, ..*self })
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        if let Wake::Timer(_) = why {
            self.waiting = false;
        }
        if view.load() >= self.threshold {
            return;
        }
        match (why, self.retry) {
            (Wake::Departed | Wake::Timer(_), _) => out.push(Command::Ask(pull(self.probes))),
            (Wake::Replies(_), Some(after)) if !self.waiting => {
                let in_vain = view.replies().iter().all(|o| o.reply != Reply::Accept);
                if in_vain {
                    self.waiting = true;
                    out.push(Command::Wake { after, note: Note::default() });
                }
            }
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, _: Query, _: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        give(self.take, self.threshold, from, view, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Ask, Fixture, Observation, Pick, Stop, To};

    fn act(policy: &mut Receiver, why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn it_looks_for_a_process_only_below_the_threshold() {
        let mut policy = Receiver::new(2, 3);
        assert!(act(&mut policy, Wake::Departed, &Fixture::new(0, 9, 2)).is_empty());
        let asked = act(&mut policy, Wake::Departed, &Fixture::new(0, 9, 1));
        assert!(matches!(asked[..], [Command::Ask(Ask { stop: Stop::Accepted, sequential: true, .. })]));
    }

    #[test]
    fn a_node_gives_only_above_the_threshold() {
        let answer = |load: u32| {
            let (world, mut out) = (Fixture::new(4, 9, load), Commands::new());
            let reply =
                Receiver::new(2, 3).answer(Site::Node(7), Query::Probe, Note::default(), &world.view(), &mut out);
            (reply, out.as_slice().to_vec())
        };
        assert_eq!(answer(2), (Reply::Load, vec![]));
        let given = Command::Move { pick: Pick::Newest(1), from: 4, to: To::Node(7) };
        assert_eq!(answer(3), (Reply::Accept, vec![given]));
    }

    #[test]
    fn after_a_search_in_vain_it_tries_again_once_and_only_if_told_to() {
        let asked = Fixture::new(0, 9, 0).replied(&[(3, 1.0)]);
        let replies = Wake::Replies(Note::default());
        assert!(act(&mut Receiver::new(1, 1), replies, &asked).is_empty());
        let mut policy = Receiver { retry: Some(0.5), ..Receiver::new(1, 1) };
        assert_eq!(act(&mut policy, replies, &asked), [Command::Wake { after: 0.5, note: Note::default() }]);
        assert!(act(&mut policy, replies, &asked).is_empty());
        assert_eq!(act(&mut policy, Wake::Timer(Note::default()), &asked).len(), 1);
        let found = Fixture { replies: asked.replies.iter().map(accepted).collect(), ..asked.clone() };
        assert!(act(&mut policy, replies, &found).is_empty());
    }

    fn accepted(o: &Observation) -> Observation {
        Observation { reply: Reply::Accept, ..*o }
    }
}
