//! Runs jobs (cell x replication) in parallel and hands their records on in canonical order, whatever the number of
//! threads and the order in which they finish.

use crate::file::{Cell, Experiment};
use crate::model::Model;
use crate::results::{Run, Runs, text};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is told while runs go on; called from many threads.
pub trait Progress: Sync {
    /// A run of a cell has finished.
    fn finished(&self, cell: &Cell, events: u64);
}

/// Why there are not all results.
#[derive(Debug)]
pub enum Failure {
    /// A run ended with an error.
    Run {
        /// Which cell and replication, in words.
        place: String,
        /// What the engine said.
        error: loadlab_core::Error,
    },
    /// The user has stopped the work.
    Interrupted,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Run { place, error } => write!(f, "a run failed: {place}: {error}"),
            Failure::Interrupted => write!(f, "interrupted"),
        }
    }
}

/// Builds the model of every cell; all errors at once, each naming its cell.
pub fn models(experiment: &Experiment) -> Result<Vec<Model>, Vec<String>> {
    let built = experiment
        .cells
        .iter()
        .map(|cell| Model::of(cell, &experiment.warmup).map_err(|e| format!("{}: {e}", describe(cell))));
    let (mut models, mut errors) = (Vec::new(), Vec::new());
    built.for_each(|result| match result {
        Ok(model) => models.push(model),
        Err(error) => errors.push(error),
    });
    if errors.is_empty() { Ok(models) } else { Err(errors) }
}

/// Runs these replications of every cell; cells with the same identity are run once.
pub fn run(
    experiment: &Experiment,
    models: &[Model],
    replications: std::ops::Range<u64>,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Runs, Failure> {
    let cells = distinct(experiment);
    let jobs: Vec<(usize, u64)> = cells.iter().flat_map(|k| replications.clone().map(move |r| (*k, r))).collect();
    let one = |(k, replication): &(usize, u64)| {
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        let cell = &experiment.cells[*k];
        let seed = seed(experiment, cell);
        let outcome = models[*k].run(seed, *replication).map_err(|error| {
            let place = format!("{}, replication {replication}", describe(cell));
            Failure::Run { place, error }
        })?;
        progress.finished(cell, outcome.events);
        Ok(Run::new(&cell.id, *replication, experiment.replicate.seed, &outcome))
    };
    let finished: Vec<Run> = jobs.par_iter().with_max_len(1).map(one).collect::<Result<_, _>>()?;
    let mut runs = Runs::default();
    finished.into_iter().for_each(|run| runs.add(run));
    Ok(runs)
}

/// The cells that differ, by their places.
pub fn distinct(experiment: &Experiment) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    (0..experiment.cells.len()).filter(|k| seen.insert(experiment.cells[*k].id.as_str())).collect()
}

/// The seed of a cell: that of the experiment, so that all cells meet the same processes; or one of its own.
fn seed(experiment: &Experiment, cell: &Cell) -> u64 {
    let own = if experiment.replicate.common_random_numbers { "0" } else { cell.id.as_str() };
    experiment.replicate.seed ^ u64::from_str_radix(own, 16).unwrap_or(0)
}

/// A cell in words: what was swept, and its identity.
pub fn describe(cell: &Cell) -> String {
    let keys = cell.keys.iter().map(|(key, value)| format!(", {key} = {}", text(value)));
    format!(
        "cell {} (scenario {}, policy {}{})",
        cell.id,
        cell.scenario.name,
        cell.policy.name,
        keys.collect::<String>()
    )
}
