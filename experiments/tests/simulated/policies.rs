//! Small policies that a formula needs and the catalogue does not have (yet).

use loadlab_core::policy::{
    Among, Ask, Command, Commands, Declared, Information, Newcomer, Note, Pick, Placement, Policy, Query, Reply, Site,
    To, View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::theory::old_information::Choice;
use loadlab_policies::Receiver;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Everyone runs at home; keeps count of the loads that newcomers find there in a window of time.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    window: (f64, f64),
    loads: Arc<AtomicU64>,
    newcomers: Arc<AtomicU64>,
}

impl Witness {
    /// For one run.
    pub(crate) fn from_until(from: f64, until: f64) -> Witness {
        Witness { window: (from, until), loads: Arc::default(), newcomers: Arc::default() }
    }

    /// The mean load found.
    pub(crate) fn mean(&self) -> f64 {
        self.loads.load(Ordering::Relaxed) as f64 / self.newcomers.load(Ordering::Relaxed) as f64
    }
}

impl Policy for Witness {
    fn declare(&self) -> Declared {
        Declared::default()
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        let now = view.now().seconds();
        if self.window.0 <= now && now < self.window.1 {
            self.loads.fetch_add(u64::from(view.load()), Ordering::Relaxed);
            self.newcomers.fetch_add(1, Ordering::Relaxed);
        }
        Placement::At(process.home)
    }
}

/// A policy whose forwardings cost the forwarding node CPU: it asks itself before each a random number of questions, of
/// which each costs twice the scenario's probe cost. The number is geometric with mean `questions`, so that the cost is
/// nearly exponential; or always 1, where that is the mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paying<P> {
    pub(crate) policy: P,
    pub(crate) questions: f64,
}

impl<P: Policy + Copy + 'static> Policy for Paying<P> {
    fn declare(&self) -> Declared {
        Declared { information: Information::OnDemand, ..self.policy.declare() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let paid = view.round() > 0 && rng.unit() * self.questions < 1.0;
        if view.round() > 0 && !paid {
            return Placement::Ask(Ask::one(view.here()));
        }
        match self.policy.place(process, view, rng) {
            Placement::Forward(_) if !paid => Placement::Ask(Ask::one(view.here())),
            placement => placement,
        }
    }
}

/// The strong form of the threshold supermarket: a process that finds T or more at its first choice, which is its home,
/// makes a second choice and joins the shorter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShorterOfTwo {
    pub(crate) threshold: u32,
}

impl Policy for ShorterOfTwo {
    fn declare(&self) -> Declared {
        Declared { information: Information::OnDemand, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.load() < self.threshold {
            return Placement::At(process.at);
        }
        if view.round() == 0 {
            return Placement::Ask(Ask::distinct(1, Among::Others));
        }
        match view.replies().last() {
            Some(reply) if reply.load < f64::from(view.load()) => Placement::At(reply.node),
            _ => Placement::At(process.at),
        }
    }
}

/// Threshold, Receiver or Symmetric by migration alone, so that the mechanism of migration says what every transfer
/// costs: a process starts at home; if that makes the load exceed T, its node asks for one below T at once, and sends it
/// there before it has run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migrating {
    pub(crate) threshold: u32,
    pub(crate) push: u8,
    pub(crate) pull: Option<Receiver>,
}

impl Migrating {
    pub(crate) fn new(threshold: u32, push: u8, pull: u8) -> Migrating {
        Migrating { threshold, push, pull: (pull > 0).then(|| Receiver::new(threshold, pull)) }
    }
}

impl Policy for Migrating {
    fn declare(&self) -> Declared {
        let wakes = Wakes { born: self.push > 0, departed: self.pull.is_some(), ..Wakes::default() };
        Declared { information: Information::OnDemand, wakes, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let limit = f64::from(self.threshold);
        match (why, &mut self.pull) {
            (Wake::Born(_), _) if view.load() > self.threshold => {
                out.push(Command::Ask(Ask::until_below(self.push, limit)));
            }
            (Wake::Replies(note), _) if note == Note::default() => {
                if let Some(found) = view.replies().last().filter(|reply| reply.load < limit) {
                    out.push(Command::Move { pick: Pick::Newest(1), from: view.here(), to: To::Node(found.node) });
                }
            }
            (Wake::Departed, Some(receiver)) => receiver.act(why, view, out, rng),
            _ => {}
        }
    }
    fn answer(&mut self, from: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        let pull = self.pull.as_mut().filter(|_| note != Note::default());
        pull.map_or(Reply::Load, |receiver| receiver.answer(from, query, note, view, out))
    }
}

/// Every process goes where a bulletin board says, and nothing else is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByBoard {
    pub(crate) choice: Choice,
    pub(crate) period: f64,
}

impl Policy for ByBoard {
    fn declare(&self) -> Declared {
        Declared { information: Information::Board { period: self.period }, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let known = view.known();
        let chosen = match self.choice {
            Choice::Least => known.least(rng, |_| true),
            Choice::Of(d) => {
                let drawn = (0..d).filter_map(|_| known.about(rng.below(view.nodes())));
                drawn.reduce(|a, b| if b.load < a.load { b } else { a })
            }
        };
        Placement::At(chosen.map_or(process.at, |o| o.node))
    }
}
