//! What a run measures: streaming sums, quantile sketches and exact time integrals, without allocation per event.
//!
//! Not here: files and tables. A [`Sink`] receives every exit and load change of runs that ask for records.

mod decision;
mod integrals;
pub mod metric;
mod series;
mod sketch;
mod tail;
mod tally;

pub use decision::{Choice, Decision};
pub use integrals::Integrals;
pub use series::Series;
pub use sketch::Sketch;
pub use tally::Tally;

use crate::process::{Attributes, NodeId, Process};
use crate::time::Time;

/// Receives the full record of a run, as it happens.
pub trait Sink {
    /// A process has arrived, of which more is known than its lifetime.
    fn arrival(&mut self, _process: &Process, _attributes: &Attributes) {}
    /// A process joins the queue of a node for the first time.
    fn start(&mut self, _process: &Process, _now: Time) {}
    /// A process is at a node from now on, running or not: it has started there, or come there.
    fn present(&mut self, _process: &Process, _node: NodeId, _now: Time) {}
    /// A process has been taken from the node that it was at, to go on elsewhere, or there again if that comes to nothing.
    fn left(&mut self, _process: &Process, _node: NodeId, _now: Time) {}
    /// One copy of a process is no more, at this node or on its way there; others are.
    fn discarded(&mut self, _process: &Process, _node: NodeId, _now: Time) {}
    /// A policy has decided.
    fn decision(&mut self, _decision: &Decision<'_>) {}
    /// An order of the last decision that names no process has meant this one.
    fn picked(&mut self, _process: &Process, _now: Time) {}
    /// The run has ended with this process still in the system.
    fn unfinished(&mut self, _process: &Process) {}
    /// A process has left the system.
    fn exit(&mut self, process: &Process, now: Time, how: Exit);
    /// The load of a node has changed.
    fn load(&mut self, node: NodeId, load: u32, now: Time);
    /// A process has been moved from one node to another, or has been taken from there on its way.
    fn transfer(&mut self, process: &Process, moved: &Moved);
    /// A moved process waits for so many pages that it has left behind.
    fn faulted(&mut self, _process: &Process, _pages: f64) {}
    /// They have come, after so many seconds.
    fn stalled(&mut self, _process: &Process, _seconds: f64) {}
    /// Nothing of a process is left at the node that it left last.
    fn released(&mut self, _process: &Process, _now: Time) {}
}

/// One move of a process that had started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The node that it left.
    pub from: NodeId,
    /// The node that it was sent to.
    pub to: NodeId,
    /// CPU seconds that it had received when it stopped running.
    pub age: f64,
    /// When it stopped running.
    pub at: Time,
    /// Seconds during which it ran on neither node.
    pub freeze: f64,
    /// Seconds from the order to the first instruction at the new node.
    pub initial: f64,
    /// Bytes sent until then.
    pub bytes: f64,
    /// Whether anything is still to follow.
    pub owes: bool,
}

/// How a process left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It received its lifetime.
    Done,
    /// It was killed, by its policy, a failing node or lack of memory.
    Lost,
}

/// Everything measured in one run. All sums are over the measured processes and the measured window, unless said.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Response (exit - arrival), in seconds.
    pub response: Tally,
    /// Slowdown (response / lifetime), of processes with a lifetime above 0.
    pub slowdown: Tally,
    /// Quantiles of the response.
    pub response_sketch: Sketch,
    /// Quantiles of the slowdown.
    pub slowdown_sketch: Sketch,
    /// Sum of the lifetimes of those that left.
    pub work: f64,
    /// Sum of the squares of their lifetimes.
    pub squared_work: f64,
    /// The longest of their lifetimes.
    pub longest: f64,
    /// Slowdowns of at least 3, and of at least 5.
    pub severe: [u64; 2],
    /// Processes with lifetime 0, which have no slowdown.
    pub empty: u64,
    /// Measured processes that were lost, and that were unfinished when the run had to end.
    pub lost: u64,
    /// See `lost`.
    pub unfinished: u64,
    /// Programs of several processes that began in the window.
    pub programs: Programs,
    /// Measured processes that started away from home.
    pub placed: Placed,
    /// Measured processes that moved after they started, their CPU seconds, and how often they moved.
    pub migrants: Migrants,
    /// Messages and questions within the window.
    pub traffic: Traffic,
    /// Time averages within the window.
    pub integrals: Integrals,
    /// The window, in seconds since the start.
    pub window: (f64, f64),
    /// Work that arrived in the window, in CPU seconds.
    pub arrived_work: f64,
    /// Cores times speed, over all nodes.
    pub capacity: f64,
    /// How many nodes and cores there are.
    pub nodes: u32,
    /// See `nodes`.
    pub cores: u64,
    /// Events over the whole run: arrivals, internal events of nodes, agenda.
    pub events: u64,
    /// All arrivals of the run, measured or not.
    pub arrivals: u64,
    /// Arrivals before the window began: those that the warm-up leaves out.
    pub left_out: u64,
    /// The number in the system along the window, if the scenario asks for it.
    pub series: Option<Series>,
    /// CPU seconds thrown away by restarts, and by copies of processes that others outran.
    pub wasted: f64,
    /// Whether the policy used what no real system could know.
    pub oracle: bool,
}

/// What started away from home.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Processes.
    pub count: u64,
    /// Sum of their lifetimes.
    pub work: f64,
    /// Quantiles of their lifetimes.
    pub lifetimes: Sketch,
}

/// What was moved after it had started.
#[derive(Clone, Debug, Default)]
pub struct Migrants {
    /// Processes that moved at least once.
    pub count: u64,
    /// Moves.
    pub moves: u64,
    /// Their lifetimes.
    pub work: f64,
    /// Quantiles of their lifetimes.
    pub lifetimes: Sketch,
    /// Seconds during which they ran nowhere.
    pub freeze: f64,
    /// The longest single freeze.
    pub longest_freeze: f64,
    /// Quantiles of single freezes; none before the first.
    pub freezes: Option<Sketch>,
    /// Bytes sent, also by moves that came to nothing, and for pages that followed later.
    pub bytes: f64,
    /// Moves that came to nothing.
    pub aborted: u64,
    /// Seconds during which processes were frozen for these.
    pub wasted: f64,
    /// Remote faults.
    pub faults: f64,
    /// Seconds during which processes waited for pages.
    pub stalled: f64,
    /// Seconds that forwarded calls took longer.
    pub forwarded: f64,
}

/// Programs of several processes, of which some wait for others.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    /// From the arrival of the first process to the exit of the last, in seconds.
    pub response: Tally,
    /// Its quantiles.
    pub sketch: Sketch,
    /// Those that had not ended when the run had to end.
    pub unfinished: u64,
}

/// What was said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traffic {
    /// Nodes asked.
    pub probes: u64,
    /// Messages of any kind: questions, replies, notes, and those of the information structure.
    pub messages: u64,
    /// For each decision the mean age of what the deciding site knew from its information structure, in seconds.
    pub ages: Tally,
}

impl Outcome {
    /// A measured process has received its lifetime.
    #[inline(always)]
    pub(crate) fn done(&mut self, response: f64, lifetime: f64) {
        self.response.add(response);
        self.response_sketch.add(response);
        self.work += lifetime;
        self.squared_work += lifetime * lifetime;
        self.longest = if lifetime > self.longest { lifetime } else { self.longest };
        if lifetime > 0.0 {
            let slowdown = response / lifetime;
            self.slowdown.add(slowdown);
            self.slowdown_sketch.add(slowdown);
            self.severe[0] += u64::from(slowdown >= 3.0);
            self.severe[1] += u64::from(slowdown >= 5.0);
        } else {
            self.empty += 1;
        }
    }

    /// A measured process has received its lifetime; whether on the move.
    #[inline(always)]
    pub(crate) fn migrated(&mut self, process: &Process) {
        if process.moves > 0 {
            self.migrants.count += 1;
            self.migrants.work += process.lifetime;
            self.migrants.lifetimes.add(process.lifetime);
        }
    }

    /// A measured process is to start away from home.
    #[inline(always)]
    pub(crate) fn placed(&mut self, lifetime: f64) {
        self.placed.count += 1;
        self.placed.work += lifetime;
        self.placed.lifetimes.add(lifetime);
    }

    /// Seconds in the window.
    pub fn seconds(&self) -> f64 {
        self.window.1 - self.window.0
    }

    /// Work that arrived per unit of capacity in the window: the load that this finite run really received.
    pub fn realised_offered_load(&self) -> f64 {
        self.arrived_work / (self.capacity * self.seconds())
    }
}
