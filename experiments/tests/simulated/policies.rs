//! Small policies that a formula needs and the catalogue does not have (yet).

use loadlab_core::policy::{Among, Ask, Declared, Information, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
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
