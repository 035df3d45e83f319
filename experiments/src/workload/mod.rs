//! Workloads that a scenario names by `workload = { kind = ... }`: traces and generators (`trace`), structured work
//! (`structured`); and those made of its own `arrivals` and laws (`recipe`).
//!
//! A table becomes a [`Plan`], which opens nothing. [`open`] finds and surveys what must be read, once for all
//! cells that share it; [`Workload::source`] then starts the workload of each replication.

mod accounts;
mod chain;
mod fields;
mod format;
pub mod keys;
mod law_report;
mod opened;
mod place;
mod recipe;
mod report;
mod run;
mod structured;
mod trace;

pub(crate) use accounts::longest;
pub use accounts::{Accounted, Fact, accounts};
pub use format::Format;
pub use law_report::{characterised, example};
pub use opened::{Hashes, hashes, identify, open};
pub use place::Place;
pub use recipe::recipe;
pub use report::{Report, report, report_file, report_scenarios};
pub use structured::Structured;
pub use trace::{Replayed, Trace};

use loadlab_core::spec::{Args, Kind};
use loadlab_core::{Scenario, Source};
use loadlab_workloads::structured::{Closed, ForkTrees, Graphs, Program, Trees, Users};
use loadlab_workloads::{Recipe, Synthetic};
use std::sync::Arc;

/// What a `workload` table says, before any file is opened.
#[derive(Clone, Debug)]
pub enum Plan {
    /// A trace, or a generator that stands in for one.
    Trace(Box<Trace>),
    /// Processes that fork, wait for each other, or belong to users who wait for them.
    Structured(Structured),
}

/// Every workload that TOML can name.
pub static WORKLOADS: &[Kind<Plan>] = &[
    format::SWF,
    format::PACCT,
    format::CSV,
    format::BERKELEY,
    format::BERKELEY_SYNTHETIC,
    format::GOOGLE,
    format::ALIBABA,
    format::PROCESSES_TABLE,
    format::LUBLIN,
    format::SCRIPTED,
    structured::FORKS,
    structured::STAGES,
    structured::GRAPH,
    structured::CLOSED,
];

/// The plan of a checked `workload` table.
pub fn plan(args: &Args) -> Result<Plan, String> {
    let kind = WORKLOADS.iter().find(|kind| kind.name == args.text("kind"));
    (kind.ok_or("the workload is in no catalogue")?.build)(args)
}

/// A workload that is ready to run.
#[derive(Debug)]
pub enum Workload {
    /// Arrivals and laws.
    Laws(Recipe),
    /// A trace.
    Trace(Arc<Replayed>),
    /// Processes that fork. The recipe's rate is that of roots.
    Forks(Recipe, Trees),
    /// Processes that wait for each other. The recipe's rate is that of programs.
    Graphs(Recipe, Program),
    /// Users who wait for their processes.
    Closed(Users),
}

impl Workload {
    /// The workload of a checked scenario. An error is a sentence about a combination that makes no sense, or about a
    /// file that cannot be used; nothing has run by then.
    pub fn of(args: &Args, scenario: &Scenario, place: &Place) -> Result<Workload, String> {
        let Some(table) = args.maybe_table("workload") else {
            return Ok(Workload::Laws(recipe(args, scenario)?));
        };
        match plan(table)? {
            Plan::Trace(trace) => {
                Ok(Workload::Trace(Arc::new(trace.open(place, scenario.count() as u32, scenario.capacity())?)))
            }
            Plan::Structured(structured) => structured.workload(args, scenario),
        }
    }

    /// Starts the workload of one replication.
    pub fn source(&self, seed: u64, replication: u64) -> Result<Box<dyn Source>, String> {
        Ok(match self {
            Workload::Laws(recipe) => Box::new(Synthetic::new(recipe, seed, replication)),
            Workload::Trace(replayed) => replayed.source(seed, replication)?,
            Workload::Forks(recipe, trees) => Box::new(ForkTrees::new(recipe, trees, seed, replication)),
            Workload::Graphs(recipe, program) => Box::new(Graphs::new(recipe, program, seed, replication)),
            Workload::Closed(users) => Box::new(Closed::new(users, seed, replication)),
        })
    }

    /// Whether a run needs the attributes of processes.
    pub fn attributes(&self) -> bool {
        match self {
            Workload::Laws(recipe) | Workload::Forks(recipe, _) => !recipe.traits.is_empty(),
            Workload::Graphs(recipe, program) => program.apart || !recipe.traits.is_empty(),
            Workload::Trace(replayed) => replayed.survey().attributes,
            Workload::Closed(users) => !users.traits.is_empty(),
        }
    }

    /// The names of the classes, by the numbers that processes carry.
    pub fn classes(&self) -> Vec<String> {
        match self {
            Workload::Laws(recipe) | Workload::Forks(recipe, _) | Workload::Graphs(recipe, _) => {
                recipe.traits.classes.names()
            }
            Workload::Trace(replayed) => replayed.survey().classes.names(),
            Workload::Closed(users) => users.traits.classes.names(),
        }
    }

    /// By how much the speed of all nodes is to be multiplied: other than 1 only where a trace is scaled by capacity.
    pub fn capacity_factor(&self) -> f64 {
        if let Workload::Trace(replayed) = self { replayed.capacity_factor() } else { 1.0 }
    }

    /// How many processes arrive by themselves in so many seconds, about; of closed users: at most.
    pub fn arrivals(&self, seconds: f64) -> f64 {
        match self {
            Workload::Laws(recipe) => recipe.rate * seconds,
            Workload::Forks(roots, trees) => roots.rate * trees.mean_size() * seconds,
            Workload::Graphs(programs, program) => programs.rate * program.graph.len() as f64 * seconds,
            Workload::Closed(users) => f64::from(users.count) * (1.0 + seconds / users.think.mean()),
            Workload::Trace(replayed) => {
                let all = replayed.account().result();
                let span = all.last - all.first;
                let part = if span > 0.0 { (seconds / span).min(1.0) } else { 1.0 };
                all.processes as f64 * part
            }
        }
    }
}
