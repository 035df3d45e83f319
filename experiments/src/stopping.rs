//! Whether a sweep point goes on: the one decision that the runner asks for between rounds.
//!
//! Not here: running, and the statistics themselves (`stats`).

use crate::file::Experiment;
use crate::results::Run;

/// What to do with a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run all its cells up to this many replications, then ask again.
    Continue {
        /// The total, not the addition.
        next: usize,
    },
    /// Enough, or no more allowed.
    Stop,
}

/// Decides over a point. `runs` are its cells, by their places in the experiment, with their replications from 0.
pub fn decide(experiment: &Experiment, point: &str, runs: &[(usize, &[Run])]) -> Decision {
    let replicate = &experiment.replicate;
    let of = runs.iter().filter(|(cell, _)| experiment.cells[*cell].point == point);
    let done = of.map(|(_, runs)| runs.len() as u64).min().unwrap_or(0);
    let open = !experiment.stop.targets.is_empty() || experiment.stop.contrasts.is_some();
    if done >= replicate.max || (done >= replicate.min && !open) {
        return Decision::Stop;
    }
    Decision::Continue { next: (done.max(replicate.min) + replicate.batch).min(replicate.max) as usize }
}
