//! The engine: one event loop over three lanes (completions, agenda, arrivals), merged by (time, rank, tie-break).
//!
//! Order at one instant. Internal events of nodes come first, lowest node first: a process that leaves at t makes room
//! that a decision at t should see. Then the agenda, by rank and then first come, first served. Arrivals come last.
//!
//! Not here: what a policy may do (`policy`), how nodes serve (`node`), what is measured (`record`).

mod act;
mod apart;
mod births;
mod calls;
mod changes;
mod commit;
mod copiers;
mod copies;
mod decide;
mod exits;
mod faults;
mod feedback;
mod inform;
mod inquiry;
mod instances;
mod ledger;
mod moves;
mod negotiate;
mod openings;
mod owed;
mod rules;
mod setup;
mod stops;
mod tell;
mod transit;
mod underway;
mod waits;
mod window;

use crate::error::Error;
use crate::network::End;
use crate::node::Change;
use crate::policy::{Commands, Note, Observation, Outlook, Policy, Site, Stage, View, Wake};
use crate::process::{NodeId, Slot};
use crate::queue::{Completions, agenda::Agenda};
use crate::record::{Outcome, Sink, Traffic};
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::source::{Birth, Source};
use crate::time::Time;
use calls::Calls;
use faults::{Failing, Fault};
use feedback::Feedback;
use inform::{Due, Informant};
use inquiry::Inquiries;
use instances::Instances;
#[cfg(debug_assertions)]
use ledger::Ledger;
use openings::Openings;
use rules::Rules;
use std::collections::{BTreeMap, VecDeque};
use underway::Transit;

/// Runs one replication: a pure function of its arguments.
pub fn simulate<'a>(
    scenario: &'a Scenario,
    source: Box<dyn Source>,
    policy: &dyn Policy,
    seed: u64,
    replication: u64,
    sink: Option<&'a mut dyn Sink>,
) -> Result<Outcome, Error> {
    scenario.check()?;
    let mut world = World::new(scenario, source, policy, seed, replication, sink)?;
    world.run().map_err(|e| *e)?;
    world.tell_unfinished();
    Ok(world.finish())
}

/// How every step of a run ends. The error is boxed: it is rare, and a step must not carry its size around.
type Flow<T = ()> = Result<T, Box<Error>>;

/// What the agenda holds.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A process arrives at the node that it was sent to: to run, or to be decided upon there.
    Deliver(Slot, u32, Trip),
    /// A process that has been forwarded so often reaches the node that is to decide.
    Forwarded(Slot, u32, u32),
    /// A process comes back from I/O.
    Io(Slot, u32),
    /// What a step of a move has waited for is over.
    Step(u32, u32),
    /// The next transfer on the network ends, if nothing has changed meanwhile.
    Wires(u32),
    /// Missing pages leave their holder.
    Pages(u32),
    /// The target of a migration is asked whether it takes the process.
    Asked(Slot, u32, NodeId, NodeId),
    /// It has agreed.
    Agreed(Slot, u32, NodeId, NodeId),
    /// A decision is handed over to this site.
    Delegate(Slot, u32, Site, u32),
    /// A question reaches those who are asked.
    Sample(u32),
    /// The replies reach the one who asked.
    Replies(u32),
    /// A note reaches a site.
    Message(Site, Site, Note),
    /// Something is due in the information structure.
    Inform(Due),
    /// A site wanted to be woken.
    Timer(Site, Note),
    /// A period of a site is over.
    Every(Site),
    /// Something happens to a node from outside.
    Change(NodeId, Change),
    /// Something fails, or is repaired.
    Fault(Fault),
    /// A process arrives because another has left.
    Birth(u32),
    /// The warm-up is over.
    Measure,
    /// The horizon is reached.
    Horizon,
}

/// At the same instant: what happens to nodes first, then what arrives, then timers, then births.
fn rank(event: &Event) -> u8 {
    match event {
        Event::Measure | Event::Horizon => 0,
        Event::Change(..) | Event::Fault(_) => 1,
        Event::Deliver(..) | Event::Forwarded(..) | Event::Io(..) => 2,
        Event::Step(..) | Event::Wires(_) | Event::Pages(_) => 2,
        Event::Sample(..) | Event::Replies(..) | Event::Message(..) | Event::Delegate(..) => 3,
        Event::Asked(..) | Event::Agreed(..) => 3,
        Event::Inform(due) => due.rank(),
        Event::Timer(..) | Event::Every(..) => 4,
        Event::Birth(_) => 5,
    }
}

/// Why a process is on its way.
#[derive(Clone, Copy, Debug)]
enum Trip {
    /// To start.
    Start,
    /// To go on.
    Migration,
}

/// How a process came to be where it is decided upon.
#[derive(Clone, Copy, Debug)]
struct Path {
    /// Who decides.
    site: Site,
    /// The node that the process is at meanwhile.
    at: NodeId,
    hops: u32,
    round: u32,
}

struct World<'a> {
    now: Time,
    scenario: &'a Scenario,
    /// What views may draw on.
    stage: Stage,
    completions: Completions,
    agenda: Agenda<Event>,
    source: Box<dyn Source>,
    feedback: Option<Box<Feedback>>,
    births: Vec<Birth>,
    next_birth: usize,
    /// When it takes place; every event asks.
    next_arrival: Time,
    /// Who is in the system of each group whose members are kept apart.
    groups: BTreeMap<u32, Vec<Slot>>,
    /// Copies of the same process, by its number.
    clones: Vec<(u64, Slot)>,
    mind: Mind,
    informant: Box<Informant>,
    rules: Rules,
    openings: Option<Openings>,
    inquiries: Inquiries,
    /// Moves with steps; `None` where moves have none.
    transit: Option<Box<Transit>>,
    /// Forwarded calls, where the scenario has them.
    calls: Option<Box<Calls>>,
    /// What fails, where anything does.
    failing: Option<Box<Failing>>,
    pending: VecDeque<(Site, Wake)>,
    replies: Vec<Observation>,
    targets: Vec<NodeId>,
    traffic: Traffic,
    #[cfg(debug_assertions)]
    ledger: Ledger,
    outcome: Outcome,
    sink: Option<&'a mut dyn Sink>,
    arrived: u64,
    /// Measured processes in the system, and measured programs that have not ended.
    inside: u64,
    /// From this arrival on the window must be watched.
    last: u64,
    /// Whether the horizon is still ahead.
    open: bool,
    measuring: bool,
    /// Events at the present instant; agenda events since the last arrival or departure.
    instant: u64,
    quiet: u64,
    /// The last instant at which the clock can be trusted.
    trusted: Time,
}

/// The policy's instances, its randomness and its orders.
struct Mind {
    instances: Instances,
    rng: Rng,
    commands: Commands,
}

impl<'a> World<'a> {
    /// What is due never is not scheduled.
    fn schedule(&mut self, at: Time, event: Event) {
        if at.is_finite() {
            self.agenda.push(at, rank(&event), event);
        }
    }

    /// Seconds that a message travels between two sites. Sites that are no nodes stand beside the file server.
    fn latency(&self, from: Site, to: Site) -> f64 {
        let end = |site| if let Site::Node(i) = site { End::Node(i) } else { End::Server };
        self.scenario.latency + self.scenario.fabric.detour(end(from), end(to))
    }

    /// The loop. Three lanes, merged by (time, rank, tie-break).
    fn run(&mut self) -> Flow {
        while self.open || self.inside > 0 || (self.scenario.window.drain && self.outcome.integrals.in_system() > 0) {
            let (arrival, planned) = (self.next_arrival, self.agenda.first());
            let limit = if planned < arrival { planned } else { arrival };
            let (nodes, processes) = (&self.stage.nodes, &self.stage.processes);
            let ahead = |far: NodeId, near: NodeId| {
                crate::prefetch::node(nodes, far);
                crate::prefetch::first_process(nodes, processes, near);
            };
            if let Some((t, node)) = self.completions.next(nodes, limit, ahead) {
                self.step(t)?;
                self.complete(node)?;
            } else if planned <= arrival {
                let Some((t, event)) = self.agenda.pop() else { break };
                self.step(t)?;
                self.handle(event)?;
            } else {
                self.step(arrival)?;
                self.arrive()?;
            }
            if !self.pending.is_empty() {
                self.wake_all()?;
            }
        }
        Ok(())
    }

    /// Time goes on to t.
    #[inline(always)]
    fn step(&mut self, t: Time) -> Flow {
        self.outcome.events += 1;
        self.book_time(t);
        if t > self.now {
            self.instant = 0;
            self.outcome.integrals.advance(t);
            self.now = t;
            if t > self.trusted {
                let lifetimes = self.source.scale();
                return Err(Box::new(Error::Resolution { at: t.seconds(), lifetimes }));
            }
            return Ok(());
        }
        assert!(t == self.now, "time went back from {} s to {} s", self.now.seconds(), t.seconds());
        self.instant += 1;
        if self.instant > self.scenario.limits.instant {
            return Err(self.endless("the events of one instant", self.scenario.limits.instant));
        }
        Ok(())
    }

    #[cold]
    fn endless(&self, what: &'static str, bound: u64) -> Box<Error> {
        Box::new(Error::Endless { what, bound, at: self.now.seconds() })
    }

    #[inline(never)]
    fn arrive(&mut self) -> Flow {
        let birth = self.births[self.next_birth];
        let index = self.arrived;
        if (!self.measuring || index >= self.last) && !self.watch_window(index) {
            self.births.clear();
            self.next_arrival = Time::NEVER;
            return Ok(());
        }
        self.next_birth += 1;
        if self.rules.large {
            self.fetch_ahead();
        }
        let slot = self.enrol(&birth);
        let number = if self.feedback.is_some() { self.number_arrival(slot) } else { index };
        match self.births.get(self.next_birth) {
            Some(next) => self.next_arrival = next.at,
            None => self.refill()?,
        }
        self.welcome(slot, number, birth.home)
    }

    #[inline(never)]
    fn handle(&mut self, event: Event) -> Flow {
        self.quiet += 1;
        if self.quiet > self.scenario.limits.instant {
            return Err(self.endless("the events without any arrival or departure", self.scenario.limits.instant));
        }
        match event {
            Event::Deliver(slot, stamp, trip) => self.deliver(slot, stamp, trip),
            Event::Forwarded(slot, stamp, hops) => self.forwarded(slot, stamp, hops),
            Event::Io(slot, stamp) => self.io_done(slot, stamp),
            Event::Step(number, serial) => self.step_over(number, serial),
            Event::Wires(epoch) => self.flow_ends(epoch),
            Event::Pages(serial) => {
                self.pages_leave(serial);
                Ok(())
            }
            Event::Asked(slot, stamp, from, to) => self.asked(slot, stamp, from, to),
            Event::Agreed(slot, stamp, from, to) => self.agreed(slot, stamp, from, to),
            Event::Delegate(slot, stamp, site, hops) => self.delegated(slot, stamp, site, hops),
            Event::Sample(inquiry) => self.sample(inquiry),
            Event::Replies(inquiry) => self.resume(inquiry),
            Event::Message(to, from, note) => self.act(to, Wake::Message { from, note }, 0),
            Event::Inform(due) => self.inform(due),
            Event::Timer(site, note) => self.act(site, Wake::Timer(note), 0),
            Event::Every(site) => self.period(site),
            Event::Change(node, change) => self.change(node, change),
            Event::Fault(fault) => self.fault(fault),
            Event::Birth(planned) => self.arrive_by_feedback(planned),
            Event::Measure => {
                self.measure();
                Ok(())
            }
            Event::Horizon => {
                if self.open {
                    self.close();
                }
                Ok(())
            }
        }
    }

    /// Lets a policy judge: `f` gets the instance of the site, what it sees, its randomness and its list of orders.
    #[inline(always)]
    fn consult<R>(
        &mut self,
        site: Site,
        here: NodeId,
        round: u32,
        f: impl FnOnce(&mut dyn Policy, &View<'_>, &mut Rng, &mut Commands) -> R,
    ) -> R {
        let view =
            View { now: self.now, site, here, round, replies: &self.replies, outlook: Outlook::Stage(&self.stage) };
        f(self.mind.instances.at(site), &view, &mut self.mind.rng, &mut self.mind.commands)
    }
}
