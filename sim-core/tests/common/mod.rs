//! What the tests of the engine share: a sink that keeps everything, and a policy made of closures.
#![allow(dead_code, missing_docs, unreachable_pub)]

pub mod chaos;
pub mod moving;

use loadlab_core::policy::{
    Command, Commands, Declared, Newcomer, Note, Placement, Policy, Query, Reply, Resident, Site, View, Wake, Wakes,
};
use loadlab_core::process::{Attributes, Process};
use loadlab_core::record::{Exit, Moved, Outcome, Sink};
use loadlab_core::rng::Rng;
use loadlab_core::{Discipline, Error, NodeId, ProcessId, Scenario, Scripted, Time, simulate};
use std::sync::Arc;

/// One exit: which process, when, from which node, of what age, how.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    pub index: u64,
    pub at: f64,
    pub arrival: f64,
    pub lifetime: f64,
    pub age: f64,
    pub home: NodeId,
    pub node: NodeId,
    pub how: Exit,
}

/// Keeps everything that a run tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    pub exits: Vec<Gone>,
    pub loads: Vec<(f64, NodeId, u32)>,
    pub transfers: Vec<(f64, u64, NodeId, NodeId, f64)>,
}

impl Sink for Log {
    fn exit(&mut self, p: &Process, now: Time, how: Exit) {
        let (at, arrival) = (now.seconds(), p.arrival.seconds());
        let Process { index, lifetime, age, home, node, .. } = *p;
        self.exits.push(Gone { index, at, arrival, lifetime, age, home, node, how });
    }
    fn load(&mut self, node: NodeId, load: u32, now: Time) {
        self.loads.push((now.seconds(), node, load));
    }
    fn transfer(&mut self, p: &Process, moved: &Moved) {
        self.transfers.push((moved.at.seconds(), p.index, moved.from, moved.to, moved.freeze));
    }
}

impl Log {
    /// When each process left, in order of arrival.
    pub fn departures(&self) -> Vec<f64> {
        let mut list: Vec<(u64, f64)> = self.exits.iter().map(|e| (e.index, e.at)).collect();
        list.sort_by_key(|(index, _)| *index);
        list.into_iter().map(|(_, at)| at).collect()
    }

    /// The load of a node at the end of an instant.
    pub fn load_at(&self, node: NodeId, t: f64) -> u32 {
        self.loads.iter().rfind(|(at, n, _)| *n == node && *at <= t).map_or(0, |l| l.2)
    }
}

type Place = dyn Fn(&Newcomer, &View<'_>, &mut Rng) -> Placement + Send + Sync;
type Act = dyn Fn(Wake, &View<'_>, &mut Commands, &mut Rng) + Send + Sync;
type Answer = dyn Fn(Site, Query, Note, &View<'_>, &mut Commands) -> Reply + Send + Sync;

/// A policy made of closures.
#[derive(Clone)]
pub struct Puppet {
    pub declared: Declared,
    place: Arc<Place>,
    act: Arc<Act>,
    answer: Arc<Answer>,
}

impl Puppet {
    /// Everyone runs at home.
    pub fn new(declared: Declared) -> Self {
        Puppet {
            declared,
            place: Arc::new(|p, _, _| Placement::At(p.at)),
            act: Arc::new(|_, _, _, _| {}),
            answer: Arc::new(|_, _, _, _, _| Reply::Load),
        }
    }
    pub fn place(self, f: impl Fn(&Newcomer, &View<'_>, &mut Rng) -> Placement + Send + Sync + 'static) -> Self {
        Puppet { place: Arc::new(f), ..self }
    }
    pub fn act(self, f: impl Fn(Wake, &View<'_>, &mut Commands, &mut Rng) + Send + Sync + 'static) -> Self {
        Puppet { act: Arc::new(f), ..self }
    }
    pub fn answer(
        self,
        f: impl Fn(Site, Query, Note, &View<'_>, &mut Commands) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let declared = Declared { answers: true, ..self.declared };
        Puppet { answer: Arc::new(f), declared, ..self }
    }
}

impl Policy for Puppet {
    fn declare(&self) -> Declared {
        self.declared
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        (self.place)(process, view, rng)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        (self.act)(why, view, out, rng)
    }
    fn answer(&mut self, from: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        (self.answer)(from, query, note, view, out)
    }
}

/// Equal nodes, everything free, until the last process has left.
pub fn nodes(count: u32, discipline: Discipline) -> Scenario {
    let mut scenario = Scenario::simple(count, discipline, u64::MAX);
    scenario.window.drain = true;
    scenario.limits.instant = 10_000;
    scenario
}

/// Runs a list of (arrival, lifetime, home).
pub fn run(scenario: &Scenario, births: &[(f64, f64, NodeId)], policy: &dyn Policy) -> Result<(Outcome, Log), Error> {
    run_source(scenario, Scripted::new(births), policy)
}

/// Runs a scripted source.
pub fn run_source(scenario: &Scenario, source: Scripted, policy: &dyn Policy) -> Result<(Outcome, Log), Error> {
    let mut log = Log::default();
    let outcome = simulate(scenario, Box::new(source), policy, 1, 0, Some(&mut log))?;
    Ok((outcome, log))
}

/// When each process left; panics where the run failed.
pub fn departures(scenario: &Scenario, births: &[(f64, f64, NodeId)], policy: &dyn Policy) -> Vec<f64> {
    run(scenario, births, policy).expect("the run is possible").1.departures()
}

/// The only process of this site, or the k-th that arrived.
pub fn resident(view: &View<'_>, k: usize) -> Option<ProcessId> {
    let mut list: Vec<Resident> = view.residents();
    list.sort_by(|a, b| a.arrival.seconds().total_cmp(&b.arrival.seconds()));
    list.get(k).map(|r| r.id)
}

/// At home, woken like this.
pub fn woken(wakes: Wakes) -> Puppet {
    Puppet::new(Declared { wakes, ..Declared::default() })
}

/// When, what, and about which resident of node 0 in order of arrival.
pub type Alarm = (f64, fn(ProcessId) -> Command, usize);

/// Gives these orders at their times after the start.
pub fn at_times(times: &[Alarm]) -> Puppet {
    let times = times.to_vec();
    let wakes = Wakes { born: true, ..Wakes::default() };
    woken(wakes).act(move |why, view, out, _| match why {
        // The first process at node 0 sets all alarms.
        Wake::Born(_) if view.now() == Time::ZERO && view.site() == Site::Node(0) && view.load() == 1 => {
            for (k, (t, _, _)) in times.iter().enumerate() {
                out.push(Command::Wake { after: *t, note: Note { tag: k as u16, ..Note::default() } });
            }
        }
        Wake::Timer(note) => {
            let (_, order, which) = times[note.tag as usize];
            if let Some(id) = resident(view, which) {
                out.push(order(id));
            }
        }
        _ => {}
    })
}

pub fn with_attributes(scenario: &Scenario, births: &[(f64, f64, NodeId)], all: Attributes, policy: &Puppet) -> Log {
    let source = Scripted::new(births).with_attributes(vec![all; births.len()]);
    run_source(scenario, source, policy).expect("runs").1
}
