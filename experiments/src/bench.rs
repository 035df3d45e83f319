//! `loadlab bench`: the speed of the real engine on five standard models, policies behind `dyn`, all statistics on.
//!
//! M1: M/M/1 FCFS, load .8. M2: 20 FCFS nodes, Threshold(1, 3), load .8, exponential. M3: 20 PS nodes, bounded
//! Pareto(1.1) over four decades, the shorter of two distinct nodes, load .8. M4: n FCFS nodes, the shorter of two,
//! exponential, load .9; the large M4 has a million of them. M5: 20 PS nodes, an idle node takes a running process, exponential, load .8.
//! An event is an arrival or a departure: two per process, whatever the engine does inside.

use loadlab_core::law::{BoundedPareto, Exponential, Law};
use loadlab_core::policy::Policy;
use loadlab_core::{Discipline, Outcome, Scenario};
use loadlab_policies::{NoSharing, PowerOfD, Threshold, WorkStealing};
use loadlab_workloads::arrivals::Poisson;
use loadlab_workloads::{Homes, Recipe, Synthetic};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// The names of the models.
pub const MODELS: [&str; 6] = ["m1", "m2", "m3", "m4", "m5", "m4-large"];

/// How many nodes and processes a model has if nothing else is said.
pub fn usual_size(name: &str) -> (u32, u64) {
    match name {
        "m1" => (1, 2_000_000),
        "m4" => (1000, 2_000_000),
        // Ten processes for each node, so that most of the run is beyond the time in which the queues fill.
        "m4-large" => (1_000_000, 10_000_000),
        _ => (20, 2_000_000),
    }
}

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Measurement {
    /// Which model.
    pub model: String,
    /// How many nodes.
    pub nodes: u32,
    /// How many processes.
    pub processes: u64,
    /// How many events: arrivals and departures.
    pub events: u64,
    /// CPU nanoseconds per event (wall time where the system does not tell CPU time).
    pub ns_per_event: f64,
    /// Processes per CPU second.
    pub processes_per_second: f64,
    /// Mean response, to see that the right thing was run.
    pub mean_response: f64,
    /// The greatest memory in use by this program so far, in bytes.
    pub peak_memory_bytes: Option<u64>,
}

impl std::fmt::Display for Measurement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let memory = self.peak_memory_bytes.map_or("?".to_owned(), |b| format!("{:.0}", b as f64 / 1_048_576.0));
        write!(
            f,
            "{:8} {:7} nodes {:10} processes {:7.1} ns/event {:6.2} M processes/s {memory:>6} MiB  mean response {:.4}",
            self.model,
            self.nodes,
            self.processes,
            self.ns_per_event,
            self.processes_per_second / 1e6,
            self.mean_response
        )
    }
}

struct Model {
    discipline: Discipline,
    law: Arc<dyn Law>,
    policy: Box<dyn Policy>,
    load: f64,
    nodes: u32,
}

fn model(name: &str, nodes: u32) -> Result<Model, String> {
    let exponential = || -> Arc<dyn Law> { Arc::new(Exponential { mean: 1.0 }) };
    let two = || Box::new(PowerOfD { d: 2, replacement: false });
    let (discipline, law, policy, load, nodes): (_, _, Box<dyn Policy>, _, _) = match name {
        "m1" => (Discipline::Fcfs, exponential(), Box::new(NoSharing), 0.8, 1),
        "m2" => (Discipline::Fcfs, exponential(), Box::new(Threshold { threshold: 1, probes: 3 }), 0.8, nodes),
        "m3" => {
            let unit = BoundedPareto::new(1.0, 1e4, 1.1)?;
            (Discipline::Ps, Arc::from(unit.scaled(1.0 / unit.mean())), two(), 0.8, nodes)
        }
        "m4" | "m4-large" => (Discipline::Fcfs, exponential(), two(), 0.9, nodes),
        "m5" => (Discipline::Ps, exponential(), Box::new(WorkStealing::new(2, 3)), 0.8, nodes),
        _ => return Err(format!("there is no model `{name}`: m1, m2, m3, m4, m5 or m4-large")),
    };
    Ok(Model { discipline, law, policy, load, nodes })
}

/// Runs one model once.
pub fn measure(name: &str, nodes: u32, processes: u64) -> Result<Measurement, String> {
    let model = model(name, nodes)?;
    let recipe =
        Recipe::new(Arc::new(Poisson), model.load * f64::from(model.nodes), model.law, Homes::Even(model.nodes));
    let mut scenario = Scenario::simple(model.nodes, model.discipline, processes);
    // Ends with the last arrival, as the yardstick does: of a million nodes the slowest process would take millions of
    // unmeasured others to leave.
    scenario.limits.cooldown = 0.0;
    let source = Box::new(Synthetic::new(&recipe, 1, 0));
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let outcome: Outcome = loadlab_core::simulate(&scenario, source, model.policy.as_ref(), 1, 0, None)
        .map_err(|e| format!("model {name}: {e}"))?;
    let spent = match (cpu, cpu_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => wall.elapsed().as_secs_f64(),
    };
    Ok(Measurement {
        model: name.to_owned(),
        nodes: model.nodes,
        processes,
        events: outcome.events,
        ns_per_event: spent * 1e9 / outcome.events as f64,
        processes_per_second: processes as f64 / spent,
        mean_response: outcome.response.mean(),
        peak_memory_bytes: crate::machine::peak_memory(),
    })
}

/// CPU seconds of this thread so far, where the system tells.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? * 1e-9)
}
