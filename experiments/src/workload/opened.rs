//! The traces of an experiment: found beside its file, verified, and surveyed once for all cells that replay them on the
//! same nodes. What a file holds is part of the identity of its cells: another trace is another cell.
//!
//! Not here: reading them (`trace`).

use super::trace::Trace;
use super::{Place, Plan, Replayed, place, plan};
use crate::file::diagnostic::{Diagnostic, Problem, Problems, nearest};
use crate::file::{Cell, Experiment, Resolved};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stands in the place of a hash where a generator stands in the place of a file.
const STAND_IN: &str = "stand-in";

/// SHA-256 of the files that an experiment replays, by their paths as it names them.
pub type Hashes = BTreeMap<String, String>;

/// The hash of every file that a cell replays, or what is wrong with those that cannot be found or are other files than
/// those that were meant.
pub fn hashes(experiment: &Experiment, place: &Place) -> Result<Hashes, Vec<Diagnostic>> {
    let (mut hashes, mut problems) = (Hashes::new(), Problems::default());
    for cell in &experiment.cells {
        let Some(trace) = trace(cell) else { continue };
        let Some(path) = trace.path() else { continue };
        if trace.replacement(place).is_some() {
            hashes.insert(path.to_owned(), STAND_IN.to_owned());
            continue;
        }
        let known = hashes.get(path).filter(|known| *known != STAND_IN).cloned();
        let found = known.map_or_else(|| trace.find(place).and_then(|file| place::hash(&file)), Ok);
        match found {
            Ok(hash) if trace.accepts(&hash) => _ = hashes.insert(path.to_owned(), hash),
            Ok(hash) => problems.push(other_file(&cell.scenario, path, &hash)),
            Err(sentence) => problems.push(missing(&cell.scenario, path, sentence, place)),
        }
    }
    if problems.is_empty() { Ok(hashes) } else { Err(problems.finish(&experiment.sources)) }
}

/// Makes what the files hold part of the identity of the cells that replay them.
pub fn identify(experiment: &mut Experiment, hashes: &Hashes) {
    for cell in &mut experiment.cells {
        let hash = trace(cell).and_then(|trace| hashes.get(trace.path()?).cloned());
        if let Some(hash) = hash {
            cell.mark("loadlab-trace-v1", &hash);
        }
    }
}

/// Surveys the traces of the cells. Cells with the same trace on the same nodes share it.
pub fn open(experiment: &mut Experiment, place: &Place) -> Result<(), Vec<Diagnostic>> {
    let mut known: BTreeMap<(String, u32, u64), Result<Arc<Replayed>, String>> = BTreeMap::new();
    let mut problems = Problems::default();
    for cell in &mut experiment.cells {
        let Some(trace) = trace(cell) else { continue };
        let (nodes, capacity) = size(cell);
        let table = cell.scenario.canonical("workload").unwrap_or_default();
        let opened = known.entry((table, nodes, capacity.to_bits()));
        let opened = opened.or_insert_with(|| trace.open(place, nodes, capacity).map(Arc::new));
        match opened {
            Ok(replayed) => cell.trace = Some(replayed.clone()),
            Err(sentence) => problems.push(Problem::new(cell.scenario.span("workload"), sentence.clone())),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.finish(&experiment.sources)) }
}

/// The trace that a cell replays, if it does.
fn trace(cell: &Cell) -> Option<Box<Trace>> {
    // A table that makes no plan was refused when the file was read.
    match plan(cell.scenario.args.maybe_table("workload")?) {
        Ok(Plan::Trace(trace)) => Some(trace),
        _ => None,
    }
}

/// How many nodes a cell has, and the work per second that they serve.
pub(super) fn size(cell: &Cell) -> (u32, f64) {
    let nodes = cell.scenario.args.tables("nodes");
    let capacity = nodes.iter().map(|n| n.number("speed") * n.count("cores") as f64 * n.count("count") as f64).sum();
    (nodes.iter().map(|n| n.count("count") as u32).sum(), capacity)
}

fn other_file(scenario: &Resolved, path: &str, hash: &str) -> Problem {
    let problem =
        Problem::new(scenario.span("workload.sha256"), format!("`{path}` is another file: its SHA-256 differs"));
    problem.expected(format!("the file that was meant, or `sha256 = \"{hash}\"`"))
}

fn missing(scenario: &Resolved, path: &str, sentence: String, place: &Place) -> Problem {
    let names = place.names(path);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let suggestion = nearest(path, &names).map(str::to_owned);
    Problem { suggestion, ..Problem::new(scenario.span("workload.path"), sentence) }
}
