//! The four classical components as data: transfer, selection, location, information. The textbook factorial needs no
//! code.
//!
//! Not here: the components themselves (`select`, `locate`, `sight`).

use crate::age_based::judge;
use crate::locate::{Location, random_other};
use crate::params;
use crate::select::Selection;
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, Sight};
use crate::stability::{STABILITY, Stability};
use loadlab_core::NodeId;
use loadlab_core::policy::{
    Among, Ask, Command, Commands, Declared, Information, Newcomer, Note, Pick, Placement, Policy, Query, Reply,
    Resident, Site, Stop, To, View, Wake, Wakes, Who,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty};
use std::cell::Cell;

const TRANSFER: &[Param] = &[
    Param {
        name: "initiator",
        ty: Ty::Choice(&["sender", "receiver", "symmetric"]),
        need: Need::Default("\"sender\""),
        doc: "Who looks for a partner: a node with more than it should have, one with less, or both.",
    },
    params::threshold("1"),
    Param {
        name: "accept",
        ty: Ty::Choice(&["below-threshold", "gain"]),
        need: Need::Default("\"below-threshold\""),
        doc: "Which pair will do: a target with a load below T (and a giver above T), or any two of which the one is less \
              loaded even with the process; then a node looks for a giver after every departure.",
    },
    Param {
        name: "at_birth",
        ty: Ty::Flag,
        need: Need::Default("true"),
        doc: "Whether a sender judges at births; without it only with its period.",
    },
    Param {
        name: "every",
        ty: Ty::Duration(Range::POSITIVE),
        need: Need::Optional,
        doc: "Every node also judges with this period, as at a birth and as at a departure.",
    },
];

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "composite",
    summary: "Transfer x selection x location x information, as data.",
    doc: "Transfer says when: a sender judges when a process arrives and finds a load of T or more, a receiver when a \
          departure leaves a load below T and nodes with a load above T may give. Selection says which process: the \
          newcomer, before it starts (placement), or one of those at the node, after a birth (migration). Location says \
          where: a random node, one of a few that are looked at, or the best of all. Information says what is known: \
          where it is on demand, nodes are asked, else they are looked up. The node that gives to a receiver selects by \
          the same rule; under `newcomer` it gives the newest.\n\n\
          With the newcomer, `probe` and on-demand information it is `threshold`; with `shortest`, `shortest`; as receiver \
          with the newest, `receiver`; with the largest age, `alpha`, a large `count`, `least`, `gain` and exact \
          information, `lifetime-aware`.\n\n\
          Cost per decision: that of its components.",
    reference: "Shivaratri, Krueger & Singhal, IEEE Computer 25(12), 1992, doi:10.1109/2.179115",
    params: &[
        Param { name: "transfer", ty: Ty::Table(TRANSFER), need: Need::Default("{}"), doc: "When." },
        Param {
            name: "selection",
            ty: Ty::Kind("selection"),
            need: Need::Default("\"newcomer\""),
            doc: "Which process.",
        },
        Param {
            name: "location",
            ty: Ty::Kind("location"),
            need: Need::Default("\"probe\""),
            doc: "Where to, or from.",
        },
        INFORMATION,
        LOAD,
        IN_TRANSIT,
        STABILITY,
    ],
    build: |args| Composite::of(args).map(|policy| Box::new(policy) as Box<dyn Policy>),
    example: "kind = \"composite\"\n\
              transfer = { initiator = \"symmetric\", threshold = 2 }\n\
              selection = { kind = \"oldest\", minimum_age = \"1s\" }\n\
              location = { kind = \"probe\", probes = 3 }\n\
              information = { kind = \"periodic\", every = \"1s\" }\n",
};

/// When a node looks for a partner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Whether nodes with more than T look for a target.
    pub sends: bool,
    /// Whether nodes with less than T look for a giver.
    pub receives: bool,
    /// T.
    pub threshold: u32,
    /// Whether any target will do that is less loaded even with the process; else only one below T.
    pub gain: bool,
    /// Whether senders judge at births.
    pub at_birth: bool,
    /// Seconds between two judgements besides.
    pub every: Option<f64>,
}

/// A policy put together from the four components.
#[derive(Clone, Debug)]
pub struct Composite {
    /// When.
    pub transfer: Transfer,
    /// Which.
    pub selection: Selection,
    /// Where.
    pub location: Location,
    /// What is known.
    pub sight: Sight,
    /// What keeps it from moving too much.
    pub stability: Stability,
}

/// Tags of questions: on behalf of a sender, and for a process.
const PUSH: u16 = 1;
const PULL: u16 = 2;

impl Composite {
    fn of(args: &Args) -> Result<Composite, String> {
        let table = args.table("transfer");
        let initiator = table.text("initiator");
        let transfer = Transfer {
            sends: initiator != "receiver",
            receives: initiator != "sender",
            threshold: table.count("threshold") as u32,
            gain: table.text("accept") == "gain",
            at_birth: table.flag("at_birth"),
            every: table.maybe_number("every"),
        };
        let (selection, location) = (Selection::named(args)?, Location::named(args)?);
        let sight = Sight::with_probes(args, 1)?;
        let asks = sight.information == Information::OnDemand;
        if asks && location == Location::Least {
            return Err("location `least` looks nodes up: with information on demand say `shortest`".to_owned());
        }
        if sight.information == Information::Blind && location != Location::Random {
            return Err("with blind information the only location is `random`".to_owned());
        }
        Ok(Composite { transfer, selection, location, sight, stability: Stability::of(args) })
    }

    /// The load below which a target will do for a process that counts in `here`.
    fn limit(&self, here: f64) -> f64 {
        if self.transfer.gain { here - 1.0 } else { f64::from(self.transfer.threshold) }
    }

    /// What must be asked to find a target below `limit`.
    fn question(&self, limit: f64) -> Option<Ask> {
        let note = Note { tag: PUSH, ..Note::default() };
        let asks = self.sight.information == Information::OnDemand;
        self.location.question(limit).filter(|_| asks).map(|ask| ask.with_note(note))
    }

    /// The nodes that will do as targets, as far as they are seen: one for all but `least`, which leaves the choice to
    /// each process.
    fn targets(&self, limit: f64, view: &View<'_>, rng: &mut Rng) -> Vec<(NodeId, f64)> {
        if self.location == Location::Random {
            // Unseen: it is taken for idle.
            return random_other(view.here(), view.nodes(), rng).map(|node| (node, 0.0)).into_iter().collect();
        }
        let mut known = self.sight.loads(view, self.stability.exported);
        if self.location == Location::Least {
            return known;
        }
        let found = if self.sight.information == Information::OnDemand {
            self.location.among_replies(&known)
        } else {
            self.location.among_known(&known, limit, rng)
        };
        known.clear();
        known.extend(found.filter(|o| o.1 < limit));
        known
    }

    /// A sender looks for a target for what it selects.
    fn push(&self, asked: bool, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if view.load() <= self.transfer.threshold {
            return;
        }
        let limit = self.limit(view.index());
        if let (false, Some(ask)) = (asked, self.question(limit)) {
            return out.push(Command::Ask(ask));
        }
        let candidates = self.selection.sorted(view, self.selection.chance(rng));
        let (moved, below) = (Cell::new(0), f64::from(self.transfer.threshold));
        let about = (candidates, self.targets(limit, view, rng));
        judge(view, about, &self.stability, (out, rng), |process, n, m| {
            let will_do = self.transfer.gain || m - 1.0 < below;
            let allowed = will_do && moved.get() < self.selection.count && self.selection.admits(process, n, m);
            moved.set(moved.get() + u32::from(allowed));
            allowed
        });
    }

    /// A receiver looks for a giver: a node with more than `limit`.
    fn pull(&self, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let gain = self.transfer.gain;
        if !gain && view.load() >= self.transfer.threshold {
            return;
        }
        let limit = if gain { view.index() + 1.0 } else { f64::from(self.transfer.threshold) };
        let who = match (self.location, self.sight.information) {
            (Location::Random, _) => random_other(view.here(), view.nodes(), rng).map(Who::One),
            (Location::Probe(n) | Location::Shortest(n), Information::OnDemand) => {
                Some(Who::Distinct(n, Among::Others))
            }
            _ => self.location.giver(&self.sight.loads(view, 1.0), limit, rng).map(Who::One),
        };
        // The giver has no randomness at hand: the question brings some, in the number of a node.
        let node = (self.selection.chance(rng) * f64::from(u32::MAX)) as NodeId;
        let note = Note { tag: PULL, value: limit, node };
        if let Some(who) = who {
            out.push(Command::Ask(Ask { who, stop: Stop::Accepted, sequential: true, note, timeout: None }));
        }
    }

    /// What a giver gives to a node that has one process less than `limit` at most.
    fn gift(&self, to: NodeId, note: Note, view: &View<'_>) -> Option<Resident> {
        let (n, u) = (view.index(), (f64::from(note.node) + 0.5) / (f64::from(u32::MAX) + 1.0));
        let mut list = self.selection.sorted(view, u).into_iter();
        list.find(|process| {
            let free = self.stability.frees(process, view) && view.eligible(process.id, to);
            free && n > note.value && self.selection.admits(process, n, note.value)
        })
    }
}

impl Policy for Composite {
    fn declare(&self) -> Declared {
        let wakes = Wakes {
            born: self.transfer.sends && self.transfer.at_birth && !self.selection.is_placement(),
            departed: self.transfer.receives,
            every: self.transfer.every,
            ..Wakes::default()
        };
        let negotiates = self.stability.refuse.is_some();
        Declared { wakes, negotiates, answers: self.transfer.receives, ..self.sight.declared() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let stays = Placement::At(process.at);
        if !self.transfer.sends || !self.selection.is_placement() || view.load() < self.transfer.threshold {
            return stays;
        }
        let limit = self.limit(view.index() + 1.0);
        if let (0, Some(ask)) = (view.round(), self.question(limit)) {
            return Placement::Ask(ask);
        }
        let mut targets = self.targets(limit, view, rng);
        targets.retain(|o| o.1 < limit && view.eligible(process.id, o.0));
        let best = crate::sight::least(&targets, rng, |_| true);
        best.map_or(stays, |k| Placement::At(targets[k].0))
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        match why {
            Wake::Born(_) => self.push(false, view, out, rng),
            Wake::Replies(note) if note.tag == PUSH => self.push(true, view, out, rng),
            Wake::Departed => self.pull(view, out, rng),
            Wake::Every => {
                if self.transfer.receives {
                    self.pull(view, out, rng);
                }
                if self.transfer.sends {
                    self.push(false, view, out, rng);
                }
            }
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        let (Query::Probe, PULL, Site::Node(to)) = (query, note.tag, from) else {
            return self.stability.answer(query, view);
        };
        let Some(process) = self.gift(to, note, view) else { return Reply::Load };
        out.push(Command::Move { pick: Pick::Process(process.id), from: view.here(), to: To::Node(to) });
        Reply::Accept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::Order;
    use loadlab_core::policy::Fixture;

    fn composite(order: Order, location: Location, information: Information) -> Composite {
        let transfer = Transfer { sends: true, receives: true, threshold: 1, gain: false, at_birth: true, every: None };
        let sight = Sight { information, ..Sight::EXACT };
        let selection = Selection::of(order);
        Composite { transfer, selection, location, sight, stability: Stability::NONE }
    }

    fn place(policy: &Composite, world: &Fixture) -> Placement {
        policy.clone().place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    fn act(policy: &Composite, why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        policy.clone().act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn a_newcomer_at_t_goes_to_a_node_below_t_that_is_looked_up_or_asked() {
        let known = composite(Order::Newcomer, Location::Least, Information::Exact);
        let world = |loads: &[f64]| Fixture::new(0, 3, 1).with_loads(loads);
        assert_eq!(place(&known, &world(&[1.0, 2.0, 0.0])), Placement::At(2));
        assert_eq!(place(&known, &world(&[1.0, 2.0, 1.0])), Placement::At(0));
        let asks = composite(Order::Newcomer, Location::Probe(2), Information::OnDemand);
        assert!(matches!(
            place(&asks, &world(&[])),
            Placement::Ask(Ask { sequential: true, stop: Stop::Below(1.0), .. })
        ));
        assert_eq!(place(&asks, &world(&[]).replied(&[(1, 3.0), (2, 0.0)])), Placement::At(2));
        assert_eq!(place(&asks, &world(&[]).replied(&[(1, 3.0), (2, 1.0)])), Placement::At(0));
    }

    #[test]
    fn a_gain_is_enough_where_that_is_said() {
        let mut policy = composite(Order::Newcomer, Location::Least, Information::Exact);
        policy.transfer.gain = true;
        let world = |here| Fixture::new(0, 2, here).with_loads(&[0.0, 3.0]);
        assert_eq!(place(&policy, &world(3)), Placement::At(0));
        assert_eq!(place(&policy, &world(4)), Placement::At(1));
    }

    #[test]
    fn after_a_birth_the_selected_process_moves() {
        let policy = composite(Order::LargestAge, Location::Least, Information::Exact);
        let world = Fixture::new(0, 2, 3).with_loads(&[3.0, 0.0]).with_residents(&[(1.0, 0.0), (7.0, 0.0), (0.0, 0.0)]);
        let moved = Command::Move { pick: Pick::Process(world.residents[1].id), from: 0, to: To::Node(1) };
        assert_eq!(act(&policy, Wake::Born(world.residents[2].id), &world), [moved]);
        let two = Composite { selection: Selection { count: 2, ..policy.selection.clone() }, ..policy };
        assert_eq!(act(&two, Wake::Every, &world).len(), 1, "the second would find a load of 1 there");
    }

    #[test]
    fn a_receiver_asks_a_node_known_to_be_loaded_or_random_ones() {
        let known = composite(Order::Newest, Location::Least, Information::Exact);
        let world = Fixture::new(0, 3, 0).with_loads(&[0.0, 2.0, 5.0]);
        assert!(matches!(act(&known, Wake::Departed, &world)[..], [Command::Ask(Ask { who: Who::One(2), .. })]));
        let asks = composite(Order::Newest, Location::Probe(2), Information::OnDemand);
        let who = Who::Distinct(2, Among::Others);
        assert!(matches!(act(&asks, Wake::Departed, &world)[..], [Command::Ask(a)] if a.who == who));
    }

    #[test]
    fn a_giver_gives_what_it_selects_if_it_has_more_than_t() {
        let mut policy = composite(Order::LargestAge, Location::Least, Information::Exact);
        let mut answer = |load| {
            let world = Fixture::new(3, 5, load).with_residents(&[(1.0, 0.0), (7.0, 0.0)]);
            let (note, mut out) = (Note { tag: PULL, value: 1.0, node: 0 }, Commands::new());
            let reply = policy.answer(Site::Node(4), Query::Probe, note, &world.view(), &mut out);
            (reply, out.as_slice().len())
        };
        assert_eq!(answer(1), (Reply::Load, 0));
        assert_eq!(answer(2), (Reply::Accept, 1));
    }
}
