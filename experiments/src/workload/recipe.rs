//! The synthetic workload of a scenario: arrivals, laws, homes and traits from its keys.

use loadlab_core::Scenario;
use loadlab_core::law::Law;
use loadlab_core::scenario::Warmup;
use loadlab_core::spec::Args;
use loadlab_workloads::arrivals::{ARRIVALS, ArrivalProcess};
use loadlab_workloads::traits::{Class, Classes, Io, Linked, Traits};
use loadlab_workloads::{Homes, Realised, Recipe};
use std::sync::Arc;

/// The recipe of a checked scenario whose window is known.
pub fn recipe(args: &Args, scenario: &Scenario) -> Result<Recipe, String> {
    let lifetime = lifetime(args)?;
    let work_rate = work_rate(args, scenario)?;
    let rate = work_rate / lifetime.mean();
    let recipe = Recipe::new(arrivals(args)?, rate, lifetime, homes(args, scenario)?);
    let realised = args.maybe_text("match") == Some("realised");
    let realised = realised.then(|| measured(scenario, work_rate)).transpose()?;
    Ok(Recipe { traits: traits(args)?, realised, ..recipe })
}

/// The law of lifetimes, with a mean from which a rate can be solved.
pub(super) fn lifetime(args: &Args) -> Result<Arc<dyn Law>, String> {
    if !args.has("lifetime") {
        return Err("this workload needs the scenario's `lifetime`".to_owned());
    }
    let lifetime = args.law("lifetime");
    let mean = lifetime.mean();
    if mean > 0.0 && mean.is_finite() {
        Ok(lifetime)
    } else {
        Err(format!("the law of lifetimes has mean {mean} s, from which no arrival rate can be solved"))
    }
}

/// CPU seconds that arrive per second: the offered load times the capacity.
pub(super) fn work_rate(args: &Args, scenario: &Scenario) -> Result<f64, String> {
    let load = args.maybe_number("offered_load").ok_or("this workload needs the scenario's `offered_load`")?;
    Ok(load * scenario.capacity())
}

/// The arrival process.
pub(super) fn arrivals(args: &Args) -> Result<Arc<dyn ArrivalProcess>, String> {
    let table = args.table("arrivals");
    let kind = ARRIVALS.iter().find(|kind| kind.name == table.text("kind"));
    Ok((kind.ok_or("the arrivals are in no catalogue")?.build)(table)?.into())
}

/// Where processes arrive.
pub(super) fn homes(args: &Args, scenario: &Scenario) -> Result<Homes, String> {
    let nodes = scenario.count();
    if !args.has("home_weights") {
        return Ok(Homes::Even(nodes as u32));
    }
    let weights = args.numbers("home_weights");
    let total: f64 = weights.iter().sum();
    if weights.len() as u64 == nodes && total > 0.0 && total.is_finite() {
        Ok(Homes::Weighted(weights))
    } else {
        Err(format!("{nodes} nodes need {nodes} `home_weights`, not all zero; there are {}", weights.len()))
    }
}

/// The processes that are measured, which are to bring exactly this work per second.
fn measured(scenario: &Scenario, work_rate: f64) -> Result<Realised, String> {
    let window = &scenario.window;
    let last = window.processes.ok_or("`match = \"realised\"` needs a `horizon` in processes")?;
    match window.warmup {
        Warmup::None => Ok(Realised { first: 0, last, work_rate }),
        Warmup::Processes(first) => Ok(Realised { first, last, work_rate }),
        Warmup::Seconds(_) => Err("`match = \"realised\"` needs a `warmup` in processes, or none".to_owned()),
    }
}

/// What is known of processes beside their lifetimes.
pub(super) fn traits(args: &Args) -> Result<Traits, String> {
    let linked = |key: &str, correlation: &str| {
        let law = args.has(key).then(|| args.law(key)).filter(|law| law.support().1 > 0.0)?;
        Some(Linked { law, rank_correlation: args.maybe_number(correlation).unwrap_or(0.0) })
    };
    let classes = if args.has("classes") { args.tables("classes") } else { Vec::new() };
    let bounds = if args.has("class_lifetimes") { args.numbers("class_lifetimes") } else { Vec::new() };
    let ranges = bounds.len() + 1;
    let list = classes.into_iter().map(|table| class(table, ranges)).collect();
    Ok(Traits {
        memory: linked("memory", "memory_rank_correlation"),
        dirty_rate: linked("dirty_rate", "dirty_rate_rank_correlation"),
        must_stay: args.maybe_number("must_stay").unwrap_or(0.0),
        classes: Classes::new(bounds, list)?,
    })
}

/// A class; a single weight holds for all ranges of lifetimes.
fn class(table: &Args, ranges: usize) -> Class {
    let mut weights = table.numbers("weight");
    if let [weight] = weights[..] {
        weights = vec![weight; ranges];
    }
    let io = table.maybe_table("io").map(|io| Io {
        burst: io.law("burst"),
        wait: io.law("wait"),
        remote_factor: io.number("remote_factor"),
    });
    Class { name: table.text("name").to_owned(), weights, io }
}
