//! Small policies that a formula needs and the catalogue does not have (yet).

use loadlab_core::policy::{Declared, Information, Memory, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One stream dealt to all nodes in turn, whatever the homes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InTurn {
    next: u32,
}

impl Policy for InTurn {
    fn declare(&self) -> Declared {
        Declared { memory: Memory::Oracle, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(InTurn::default())
    }
    fn place(&mut self, _: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        let node = self.next;
        self.next = (node + 1) % view.nodes();
        Placement::At(node)
    }
}

/// The shortest of all queues, ties at random.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JoinShortest;

impl Policy for JoinShortest {
    fn declare(&self) -> Declared {
        Declared { information: Information::Exact, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        Placement::At(view.known().least(rng, |_| true).map_or(process.at, |o| o.node))
    }
}

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
