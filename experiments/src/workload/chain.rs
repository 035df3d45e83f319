//! What is done to the processes of a trace, in order: sort, rebase, select, window, first, parallel, least lifetime,
//! homes, load, resample. Every step writes itself into the account.

use super::fields::{Condition, Problem};
use loadlab_core::rng::Stream;
use loadlab_core::spec::Args;
use loadlab_workloads::trace::Trace;
use loadlab_workloads::trace::ops::{self, By, Field, Homes, Order, Scaling, Shake};

/// A trace on its way through the operations.
pub(super) type Boxed = Box<dyn Trace + Send>;

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// How much it may decompress to.
    pub max_bytes: u64,
    /// Whether a bad line is an error.
    pub strict: bool,
}

/// From which streams chance is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    pub seed: u64,
    pub replication: u64,
}

impl Draw {
    pub(super) fn stream(self, purpose: &str) -> Stream {
        Stream::new(self.seed, purpose, self.replication)
    }
}

/// Where processes arrive.
#[derive(Clone, Debug)]
enum HomesRule {
    Recorded,
    RoundRobin,
    Field(Field),
    Weights(Vec<f64>),
}

/// What becomes of processes of several processors.
#[derive(Clone, Copy, Debug)]
enum Parallel {
    Split,
    SerialOnly,
}

/// How replications differ.
#[derive(Clone, Copy, Debug)]
enum Resample {
    Shake(Shake),
    Bootstrap { block: f64, per_home: bool },
}

/// The operations of one `workload` table.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    order: Order,
    rebase: bool,
    select: Option<Condition>,
    window: Option<(f64, f64)>,
    processes: Option<u64>,
    parallel: Option<Parallel>,
    least: Option<f64>,
    homes: HomesRule,
    load: Option<(f64, By)>,
    resample: Option<Resample>,
    follow: bool,
}

/// Up to how many processes a trace that is in order by nature may be out of it.
const WINDOW: usize = 65_536;

impl Chain {
    /// The operations that a table names, for a format of this nature.
    pub(super) fn new(args: &Args, nature: super::format::Nature) -> Result<Self, String> {
        let window = args.maybe_table("window");
        let window = window.map(|w| (w.number("from"), w.maybe_number("to").unwrap_or(f64::INFINITY)));
        if window.is_some_and(|(from, to)| from >= to) {
            return Err("the window must end after its start".to_owned());
        }
        let order = match args.has("sort_window") {
            true => Order::Window(args.count("sort_window") as usize),
            false if nature.ordered => Order::Window(WINDOW),
            false => Order::Whole,
        };
        let resample = args.maybe_table("resample").map(resample).transpose()?;
        let follow = args.has("follow") && args.flag("follow");
        if follow && matches!(resample, Some(Resample::Bootstrap { .. })) {
            return Err("a bootstrap loses who follows whom: leave out `follow`".to_owned());
        }
        Ok(Chain {
            order,
            rebase: !nature.from_zero,
            select: args.maybe_text("select").map(Condition::parse).transpose()?,
            window,
            processes: args.has("processes").then(|| args.count("processes")),
            parallel: args.maybe_text("parallel").map(|word| match word {
                "split" => Parallel::Split,
                _ => Parallel::SerialOnly,
            }),
            least: args.maybe_number("least_lifetime"),
            homes: homes(args, nature.homes)?,
            load: args.maybe_table("offered_load").map(load),
            resample,
            follow,
        })
    }

    /// The load to which the trace is to be brought, and how.
    pub(super) fn load(&self) -> Option<(f64, By)> {
        self.load
    }

    /// Whether processes arrive after those that they follow.
    pub(super) fn follows(&self) -> bool {
        self.follow
    }

    /// Whether replications of one trace differ.
    pub(super) fn resamples(&self) -> bool {
        self.resample.is_some()
    }

    /// The operations up to the homes, which need nothing but the trace.
    pub(super) fn prepare(&self, trace: Boxed, nodes: u32, draw: Draw, problem: &Problem) -> Result<Boxed, String> {
        // A generator that goes on for ever is cut off before it is sorted.
        let trace: Boxed = match (self.processes, &self.select, self.window) {
            (Some(n), None, None) => Box::new(ops::first(trace, n)),
            _ => trace,
        };
        let mut trace: Boxed = Box::new(ops::sorted(trace, self.order));
        if self.rebase {
            trace = Box::new(ops::rebase(trace));
        }
        if let Some(condition) = &self.select {
            trace = Box::new(ops::select(trace, &condition.text, condition.predicate(problem)));
        }
        if let Some((from, to)) = self.window {
            trace = Box::new(ops::since(ops::window(trace, from, to), from));
        }
        if let Some(n) = self.processes.filter(|_| self.select.is_some() || self.window.is_some()) {
            trace = Box::new(ops::first(trace, n));
        }
        trace = match self.parallel {
            Some(Parallel::Split) => Box::new(ops::split(trace)),
            Some(Parallel::SerialOnly) => Box::new(ops::serial_only(trace)),
            None => trace,
        };
        if let Some(least) = self.least {
            trace = Box::new(ops::at_least(trace, least));
        }
        let rule = match self.homes.clone() {
            HomesRule::Recorded => return Ok(trace),
            HomesRule::RoundRobin => Homes::RoundRobin,
            HomesRule::Field(field) => Homes::Field(field),
            HomesRule::Weights(weights) => Homes::Weights(weights, draw.stream("homes")),
        };
        Ok(Box::new(ops::assign_homes(trace, nodes, rule).map_err(|error| error.to_string())?))
    }

    /// The load, and what makes replications differ.
    pub(super) fn vary(&self, trace: Boxed, scaling: Option<Scaling>, draw: Option<Draw>) -> Result<Boxed, String> {
        let trace: Boxed = match scaling {
            Some(scaling) => Box::new(ops::scale(trace, scaling)),
            None => trace,
        };
        let (Some(resample), Some(draw)) = (self.resample, draw) else { return Ok(trace) };
        Ok(match resample {
            Resample::Shake(shake) => {
                let shaken = ops::shake(trace, shake, draw.stream("shake"));
                // The earliest that anything can arrive becomes time 0.
                Box::new(ops::since(shaken, shake.submit.0.min(0.0)))
            }
            Resample::Bootstrap { block, per_home } => {
                let drawn = ops::bootstrap(trace, block, per_home, draw.stream("bootstrap"));
                Box::new(drawn.map_err(|error| error.to_string())?)
            }
        })
    }
}

fn homes(args: &Args, recorded: bool) -> Result<HomesRule, String> {
    let weights = args.has("home_weights").then(|| args.numbers("home_weights"));
    let word = args.maybe_text("homes").unwrap_or(if recorded { "recorded" } else { "round-robin" });
    match (word, weights) {
        ("weights", Some(weights)) => Ok(HomesRule::Weights(weights)),
        ("weights", None) => Err("`homes = \"weights\"` needs `home_weights`".to_owned()),
        (_, Some(_)) => Err("`home_weights` needs `homes = \"weights\"`".to_owned()),
        ("recorded", None) => Ok(HomesRule::Recorded),
        ("user", None) => Ok(HomesRule::Field(Field::User)),
        ("group", None) => Ok(HomesRule::Field(Field::Group)),
        ("program", None) => Ok(HomesRule::Field(Field::Program)),
        ("class", None) => Ok(HomesRule::Field(Field::Class)),
        _ => Ok(HomesRule::RoundRobin),
    }
}

fn load(args: &Args) -> (f64, By) {
    let by = match args.text("kind") {
        "lifetime" => By::Lifetime,
        "capacity" => By::Capacity,
        _ => By::Interarrival,
    };
    (args.number("to"), by)
}

fn resample(args: &Args) -> Result<Resample, String> {
    if args.text("kind") == "bootstrap" {
        let block = args.maybe_number("block").ok_or("a bootstrap needs the length of a `block`")?;
        return Ok(Resample::Bootstrap { block, per_home: args.flag("per_home") });
    }
    let between = |key: &str| (args.table(key).number("low"), args.table(key).number("high"));
    let (lifetime, submit) = (between("runtime"), between("submit"));
    if lifetime.0 > lifetime.1 || submit.0 > submit.1 {
        return Err("`low` must not be above `high`".to_owned());
    }
    Ok(Resample::Shake(Shake { lifetime, submit }))
}
