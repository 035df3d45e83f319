//! From a checked cell to what the engine runs: scenario, workload and policy, built once and shared by all
//! replications of the cell.

use crate::file::{Cell, Warmup};
use crate::workload::{self, Place, Workload};
use crate::{catalogues, initial};
use loadlab_core::faults::Faults;
use loadlab_core::forwarding::FORWARDING;
use loadlab_core::law::{Law, equal_load_cutoffs};
use loadlab_core::network::{NETWORKS, Network};
use loadlab_core::node::DISCIPLINES;
use loadlab_core::policy::Policy;
use loadlab_core::record::Sink;
use loadlab_core::rng::Stream;
use loadlab_core::scenario::{Limits, Warmup as LeftOut, Window};
use loadlab_core::spec::{Arg, Args, Kind};
use loadlab_core::transfer::{PLACEMENTS, TRANSFERS};
use loadlab_core::{Error, NodeKind, Outcome, Scenario, Source, Transfer};
use std::path::Path;
use std::sync::Arc;

/// Everything that the runs of one cell share.
pub struct Model {
    /// The world.
    pub scenario: Scenario,
    /// The workload.
    pub workload: Workload,
    /// Processes per node at the start.
    initial_load: u64,
    policy: Box<dyn Policy>,
    /// The law of memory, where the workload is a trace that may not record it.
    memory: Option<Arc<dyn Law>>,
}

impl Model {
    /// Builds the model of a cell. An error is one sentence about a combination that makes no sense. A trace that has not
    /// been opened is looked for in the present folder.
    pub fn of(cell: &Cell, warmup: &Warmup) -> Result<Model, String> {
        let args = &cell.scenario.args;
        let nodes = args.tables("nodes").into_iter().map(nodes).collect::<Result<Vec<_>, _>>()?;
        let network: Network = build(NETWORKS, args.table("network"))?;
        let mut scenario = Scenario {
            nodes,
            latency: network.latency,
            probe_cost: network.probe_cost,
            message_cost: network.message_cost,
            fabric: network.fabric,
            placement: transfer(PLACEMENTS, args, "placement")?,
            migration: transfer(TRANSFERS, args, "migration")?,
            attributes: false,
            forwarding: args.maybe_table("forwarding").map(|table| build(FORWARDING, table)).transpose()?,
            faults: args.maybe_table("faults").map(Faults::of).unwrap_or_default(),
            changes: Vec::new(),
            window: window(args.table("horizon"), warmup)?,
            limits: Limits::default(),
        };
        let workload = match &cell.trace {
            Some(trace) => Workload::Trace(trace.clone()),
            None => Workload::of(args, &scenario, &Place::beside(Path::new("")))?,
        };
        let memory = Some(args.law("memory")).filter(|law| law.support().1 > 0.0);
        let memory = memory.filter(|_| matches!(workload, Workload::Trace(_)));
        scenario.attributes = workload.attributes() || memory.is_some();
        scenario.nodes.iter_mut().for_each(|(kind, _)| kind.speed *= workload.capacity_factor());
        scenario.check().map_err(|e| e.to_string())?;
        let initial_load = if args.has("initial_load") { args.count("initial_load") } else { 0 };
        let policy = &with_names(with_numbers(&cell.policy.args, args)?, &workload)?;
        let kind = catalogues::policy(policy.text("kind")).ok_or("the policy is in no catalogue")?;
        Ok(Model { scenario, workload, initial_load, policy: (kind.build)(policy)?, memory })
    }

    /// The workload of one replication, behind what is there at the start.
    pub fn source(&self, seed: u64, replication: u64) -> Result<Box<dyn Source>, Error> {
        let unread = |problem| Error::Birth { index: 0, problem: format!("could not be read: {problem}") };
        if let (Workload::Trace(trace), Some(law)) = (&self.workload, &self.memory) {
            return trace.source_with_memory(seed, replication, law).map_err(unread);
        }
        let source = self.workload.source(seed, replication).map_err(unread)?;
        let Workload::Laws(recipe) = &self.workload else { return Ok(source) };
        let lifetimes = (recipe.lifetime.as_ref(), Stream::new(seed, "initial", replication).rng());
        Ok(initial::loaded(source, self.initial_load, self.scenario.count() as u32, lifetimes))
    }

    /// One replication.
    pub fn run(&self, seed: u64, replication: u64) -> Result<Outcome, Error> {
        self.run_into(seed, replication, None)
    }

    /// One replication; `sink` receives its record.
    pub fn run_into<'a>(
        &'a self,
        seed: u64,
        replication: u64,
        sink: Option<&'a mut dyn Sink>,
    ) -> Result<Outcome, Error> {
        let source = self.source(seed, replication)?;
        loadlab_core::simulate(&self.scenario, source, self.policy.as_ref(), seed, replication, sink)
    }

    /// The same with a warm-up and a horizon of this fraction of their length.
    pub fn shortened(mut self, fraction: f64) -> Model {
        self.scenario.window = self.part(fraction);
        self
    }

    /// A fraction of the window. One that lasts until the workload is used up ends after so much of its processes.
    fn part(&self, fraction: f64) -> Window {
        let mut window = self.scenario.window;
        if window.seconds.is_none() && window.processes.is_none() {
            let all = self.arrivals();
            window.processes = all.is_finite().then_some(all as u64);
        }
        shortened(window, fraction)
    }

    /// The beginning of a replication, this fraction of its length, for its cost alone.
    pub fn run_part(&self, fraction: f64) -> Result<Outcome, Error> {
        let mut scenario = self.scenario.clone();
        scenario.window = self.part(fraction.min(1.0));
        loadlab_core::simulate(&scenario, self.source(0, 0)?, self.policy.as_ref(), 0, 0, None)
    }

    /// How many processes arrive up to the horizon, about.
    pub fn arrivals(&self) -> f64 {
        let window = &self.scenario.window;
        let counted = window.processes.map_or(f64::INFINITY, |n| n as f64);
        counted.min(self.workload.arrivals(window.seconds.unwrap_or(f64::INFINITY)))
    }

    /// The names of the classes of processes, by the numbers that these carry.
    pub fn classes(&self) -> Vec<String> {
        self.workload.classes()
    }

    /// What the policy declares.
    pub fn declared(&self) -> loadlab_core::policy::Declared {
        self.policy.declare()
    }
}

/// The table of a policy with words that need the scenario replaced by numbers: policies never see laws.
fn with_numbers(policy: &Args, scenario: &Args) -> Result<Args, String> {
    let Some(Arg::Text(_)) = policy.maybe("cutoffs") else { return Ok(policy.clone()) };
    if !scenario.has("lifetime") {
        return Err("cutoffs of equal load need a scenario with a law of lifetimes".to_owned());
    }
    let cutoffs = equal_load_cutoffs(&*scenario.law("lifetime"), policy.count("groups") as usize)?;
    Ok(policy.clone().with("cutoffs", Arg::List(cutoffs.into_iter().map(Arg::Number).collect())))
}

/// The table of a policy with the names that it takes from the trace: policies never see traces.
fn with_names(policy: Args, workload: &Workload) -> Result<Args, String> {
    if !policy.has("longest") {
        return Ok(policy);
    }
    let Workload::Trace(trace) = workload else {
        return Err("the `longest` programs need a workload that is a trace, which names programs".to_owned());
    };
    let names = workload::longest(&policy, trace).unwrap_or_else(|| Ok(Vec::new()))?;
    if names.is_empty() {
        return Err("no program of the trace occurs so often: lower the `count` of `longest`".to_owned());
    }
    let names = Arg::List(names.into_iter().map(Arg::Text).collect());
    Ok(policy.without("longest").with("names", names))
}

/// A fraction of a window, with at least one measured process.
fn shortened(mut window: Window, fraction: f64) -> Window {
    let some = |n: u64| (n as f64 * fraction).ceil() as u64;
    let left_out = match &mut window.warmup {
        LeftOut::None => 0,
        LeftOut::Processes(n) => {
            *n = some(*n);
            *n
        }
        LeftOut::Seconds(t) => {
            *t *= fraction;
            0
        }
    };
    window.processes = window.processes.map(|n| some(n).max(left_out + 1));
    window.seconds = window.seconds.map(|t| t * fraction);
    window
}

/// Builds what a table with `kind` names. The table has been checked: a missing kind is our bug.
fn build<T>(kinds: &'static [Kind<T>], args: &Args) -> Result<T, String> {
    let name = args.text("kind");
    let kind = kinds.iter().find(|kind| kind.name == name);
    (kind.unwrap_or_else(|| panic!("`{name}` was checked against another catalogue")).build)(args)
}

fn transfer(kinds: &'static [Kind<Transfer>], args: &Args, key: &str) -> Result<Transfer, String> {
    args.maybe_table(key).map_or(Ok(Transfer::Free), |table| build(kinds, table))
}

fn nodes(args: &Args) -> Result<(NodeKind, u32), String> {
    let kind = NodeKind {
        speed: args.number("speed"),
        cores: args.count("cores") as u32,
        discipline: build(DISCIPLINES, args.table("discipline"))?,
        ..NodeKind::default()
    };
    Ok((kind, args.count("count") as u32))
}

fn window(horizon: &Args, warmup: &Warmup) -> Result<Window, String> {
    let left_out = match warmup {
        // The pilot of MSER-5 measures from the start; `warmup::freeze` then sets what is left out.
        Warmup::None | Warmup::Mser5 => LeftOut::None,
        Warmup::Time(seconds) => LeftOut::Seconds(*seconds),
        Warmup::Processes(0) => LeftOut::None,
        Warmup::Processes(count) => LeftOut::Processes(*count),
    };
    let processes = horizon.has("processes").then(|| horizon.count("processes"));
    let drain = horizon.has("drain") && horizon.flag("drain");
    let series = *warmup == Warmup::Mser5;
    if series && processes.is_some_and(|n| n < crate::warmup::SHORTEST) {
        return Err(format!("the warm-up rule mser5 needs runs of {} processes or more", crate::warmup::SHORTEST));
    }
    Ok(Window { warmup: left_out, processes, seconds: horizon.maybe_number("time"), drain, series })
}
