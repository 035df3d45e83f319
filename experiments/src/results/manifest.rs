//! `manifest.json`: where the results come from. The only file that may differ between two runs of the same experiment.

use crate::file::Experiment;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What the caller knows about this run of the program.
#[derive(Clone, Debug, Serialize)]
pub struct Circumstances {
    /// The command line.
    pub command_line: Vec<String>,
    /// The path of the experiment file as given.
    pub file: String,
    /// Its text.
    #[serde(skip)]
    pub source: String,
    /// When it began, in seconds since 1970.
    pub started_unix_s: u64,
    /// How long it took, in seconds.
    pub duration_s: f64,
    /// Threads used.
    pub threads: usize,
    /// The greatest memory in use, in bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    schema: u32,
    loadlab: &'static str,
    experiment: &'a str,
    question: Option<&'a str>,
    refs: &'a [String],
    seed: u64,
    cells: usize,
    runs: usize,
    input_sha256: String,
    #[serde(flatten)]
    circumstances: &'a Circumstances,
    machine: Machine,
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

/// The manifest as JSON text.
pub fn manifest(experiment: &Experiment, runs: usize, circumstances: &Circumstances) -> serde_json::Result<String> {
    let resolved = experiment
        .cells
        .iter()
        .map(|cell| Resolved { cell: cell.id.clone(), toml: cell.show(&experiment.sources) })
        .collect();
    let manifest = Manifest {
        schema: 1,
        loadlab: env!("CARGO_PKG_VERSION"),
        experiment: &experiment.name,
        question: experiment.question.as_deref(),
        refs: &experiment.refs,
        seed: experiment.replicate.seed,
        cells: experiment.cells.len(),
        runs,
        input_sha256: sha256(circumstances.source.as_bytes()),
        circumstances,
        machine: Machine { os: std::env::consts::OS, architecture: std::env::consts::ARCH },
        resolved,
    };
    serde_json::to_string_pretty(&manifest).map(|text| text + "\n")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
