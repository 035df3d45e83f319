//! `manifest.json`: where the results come from, and everything needed to make them again. The only file that may differ
//! between two runs of the same experiment.

use crate::file::Experiment;
use crate::inputs::Inputs;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What the caller knows about this run of the program.
#[derive(Clone, Debug, Serialize)]
pub struct Circumstances {
    /// The command line.
    pub command_line: Vec<String>,
    /// When it began, in seconds since 1970.
    pub started_unix_s: u64,
    /// How long it took, in seconds.
    pub duration_s: f64,
    /// Runs that it did; the others were there.
    pub ran: u64,
    /// Threads used.
    pub threads: usize,
    /// The greatest memory in use, in bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// The shard, if these are not all results.
    pub shard: Option<String>,
    /// What went wrong, run by run.
    pub failures: Vec<String>,
}

/// The manifest.
#[derive(Serialize)]
pub struct Manifest<'a> {
    schema: u32,
    loadlab: &'static str,
    /// The commit that the program was built from, where the build knows it.
    commit: Option<&'static str>,
    experiment: &'a str,
    question: Option<&'a str>,
    refs: &'a [String],
    seed: u64,
    cells: usize,
    runs: usize,
    #[serde(flatten)]
    circumstances: &'a Circumstances,
    machine: Machine,
    sha256: BTreeMap<&'a str, String>,
    inputs: &'a Inputs,
    resolved: Vec<Resolved>,
}

#[derive(Serialize)]
struct Machine {
    os: &'static str,
    architecture: &'static str,
}

#[derive(Serialize)]
struct Resolved {
    cell: String,
    toml: String,
}

impl<'a> Manifest<'a> {
    /// Of an experiment with so many runs.
    pub fn of(experiment: &'a Experiment, inputs: &'a Inputs, runs: usize, circumstances: &'a Circumstances) -> Self {
        let resolved =
            |cell: &crate::file::Cell| Resolved { cell: cell.id.clone(), toml: cell.show(&experiment.sources) };
        Manifest {
            schema: 1,
            loadlab: env!("CARGO_PKG_VERSION"),
            commit: option_env!("LOADLAB_COMMIT"),
            experiment: &experiment.name,
            question: experiment.question.as_deref(),
            refs: &experiment.refs,
            seed: experiment.replicate.seed,
            cells: experiment.cells.len(),
            runs,
            circumstances,
            machine: Machine { os: std::env::consts::OS, architecture: std::env::consts::ARCH },
            sha256: inputs.hashes(),
            inputs,
            resolved: experiment.cells.iter().map(resolved).collect(),
        }
    }

    /// As JSON text.
    pub fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// What the results in a folder were made from, as its manifest tells. The error is one sentence.
pub fn read_inputs(folder: &Path) -> Result<Inputs, String> {
    let path = folder.join("manifest.json");
    let text = std::fs::read_to_string(&path).map_err(|e| {
        format!("cannot read {path:?}: {e}. Give a folder of results, such as results/NAME, of a run that has ended")
    })?;
    let manifest: serde_json::Value = serde_json::from_str(&text).map_err(|e| format!("{path:?} is damaged: {e}"))?;
    let inputs = manifest.get("inputs").cloned().ok_or_else(|| format!("{path:?} names no inputs"))?;
    serde_json::from_value(inputs).map_err(|e| format!("{path:?} is damaged: {e}"))
}
