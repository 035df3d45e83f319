//! What an experiment was made from: the text of its file, the files beside it that it names, and the options that
//! change it. The manifest keeps them, so that shards are merged and plots drawn again without the file.
//!
//! Not here: reading the text (`file`).

use crate::catalogues;
use crate::file::catalogue::Beside;
use crate::file::{self, Diagnostic, Experiment, harmless};
use crate::library;
use crate::results::{NO_PARQUET, check_plots, check_records, claims};
use crate::workload::{self, Accounted, Hashes, Place};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Everything that decides over an experiment's cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The path of the file as it was given; only for people.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The texts of the files beside it that it names.
    pub beside: BTreeMap<String, String>,
    /// SHA-256 of the traces that it replays, by their paths as it names them.
    #[serde(default)]
    pub traces: Hashes,
    /// What became of the lines of these.
    #[serde(default)]
    pub accounts: Vec<Accounted>,
    /// The arguments of `--set`, in order.
    pub sets: Vec<String>,
    /// The argument of `--only`.
    pub only: Option<String>,
    /// Whether it was a trial of a hundredth of the length.
    pub smoke: bool,
    /// Whether it was the smaller experiment that the file's `quick` makes of it.
    #[serde(default)]
    pub quick: bool,
}

/// The options that change an experiment.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The arguments of `--set`, in order.
    pub sets: Vec<String>,
    /// The argument of `--only`.
    pub only: Option<String>,
    /// `--smoke`.
    pub smoke: bool,
    /// `--quick`.
    pub quick: bool,
}

/// What is wrong with the inputs, as text for the user.
pub type Wrong = String;

impl Inputs {
    /// Reads a file and makes the experiment of it.
    pub fn read(path: &Path, changes: &Changes) -> Result<(Inputs, Experiment), Wrong> {
        let name = path.display().to_string();
        let text = match library::paper(&name) {
            Some(text) => text?.to_owned(),
            None => {
                let bytes =
                    std::fs::read(path).map_err(|e| format!("error: cannot read {}: {e}\n", harmless(&name)))?;
                file::decode(&bytes, &name).map_err(rendered)?.to_owned()
            }
        };
        let read: Arc<Mutex<BTreeMap<String, String>>> = Arc::default();
        let (folder, kept) = (path.parent().map(Path::to_path_buf).unwrap_or_default(), read.clone());
        let beside: Beside = Box::new(move |name| {
            let text = std::fs::read_to_string(folder.join(name)).map_err(|e| e.to_string())?;
            kept.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), text.clone());
            Ok(text)
        });
        let Changes { sets, only, smoke, quick } = changes.clone();
        let mut inputs = Inputs { file: name, text, sets, only, smoke, quick, ..Inputs::default() };
        let place = Place::beside(path);
        let mut experiment = inputs.cells(beside)?;
        inputs.beside = std::mem::take(&mut *read.lock().unwrap_or_else(PoisonError::into_inner));
        inputs.traces = workload::hashes(&experiment, &place).map_err(rendered)?;
        inputs.narrow(&mut experiment)?;
        workload::open(&mut experiment, &place).map_err(rendered)?;
        inputs.accounts = workload::accounts(&experiment);
        Ok((inputs, experiment))
    }

    /// Makes the same experiment again, without any file; nothing of it that replays a trace can be run.
    pub fn experiment(&self) -> Result<Experiment, Wrong> {
        let known = self.beside.clone();
        let beside = move |name: &str| known.get(name).cloned().ok_or_else(|| "the manifest has no copy".to_owned());
        let mut experiment = self.cells(Box::new(beside))?;
        self.narrow(&mut experiment)?;
        Ok(experiment)
    }

    /// All cells of the experiment, whatever `--only` keeps, with their traces.
    pub fn whole(&self) -> Result<Experiment, Wrong> {
        let mut whole = Inputs { only: None, ..self.clone() }.experiment()?;
        workload::open(&mut whole, &Place::beside(Path::new(&self.file))).map_err(rendered)?;
        Ok(whole)
    }

    /// Whether another experiment has the same cells, wherever its file lies.
    pub fn same(&self, other: &Inputs) -> bool {
        Inputs { file: String::new(), ..self.clone() } == Inputs { file: String::new(), ..other.clone() }
    }

    /// SHA-256 of every text, by name, in hexadecimal digits.
    pub fn hashes(&self) -> BTreeMap<&str, String> {
        let beside = self.beside.iter().map(|(name, text)| (name.as_str(), sha256(text)));
        let traces = self.traces.iter().map(|(path, hash)| (path.as_str(), hash.clone()));
        beside.chain(traces).chain([(self.file.as_str(), sha256(&self.text))]).collect()
    }

    /// The cells that the text describes.
    fn cells(&self, beside: Beside) -> Result<Experiment, Wrong> {
        let mut env = catalogues::env();
        env.beside = beside;
        let mut sets = self.sets.clone();
        if self.quick {
            let whole = file::read(&self.text, &self.file, &[], &env).map_err(rendered)?;
            sensible(claims::check(&whole))?;
            if whole.quick.is_empty() {
                return Err(format!("error: {}: the file has no `quick` list for --quick\n", harmless(&self.file)));
            }
            sets = [whole.quick, sets].concat();
        }
        let mut experiment = file::read(&self.text, &self.file, &sets, &env).map_err(rendered)?;
        if self.quick {
            experiment.name.push_str("-quick");
        }
        unwritable_records(&self.file, &experiment)?;
        // The smaller experiment may lack the points of some claims: they stay unresolved.
        if !self.quick {
            sensible(claims::check(&experiment))?;
        }
        sensible(check_plots(&experiment))?;
        Ok(experiment)
    }

    /// Makes the traces part of the cells, and leaves those that the options ask for.
    fn narrow(&self, experiment: &mut Experiment) -> Result<(), Wrong> {
        workload::identify(experiment, &self.traces);
        if let Some(only) = &self.only {
            keep(experiment, only)?;
        }
        if self.smoke {
            smoke(experiment);
        }
        Ok(())
    }
}

/// Messages with the underlined source.
fn rendered(list: Vec<Diagnostic>) -> Wrong {
    use std::io::IsTerminal;
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    list.iter().map(|d| d.render(colour)).collect::<Vec<_>>().join("\n")
}

/// Nothing doubtful, or else what is.
fn sensible(doubtful: Vec<Diagnostic>) -> Result<(), Wrong> {
    if doubtful.is_empty() { Ok(()) } else { Err(rendered(doubtful)) }
}

/// Records that the file may ask for but this build cannot write, and conditions that make no sense in some cell.
fn unwritable_records(file: &str, experiment: &Experiment) -> Result<(), Wrong> {
    let mut wrong = String::new();
    for record in &experiment.output.records {
        if record.format == "parquet" && !cfg!(feature = "parquet") {
            let _ = writeln!(wrong, "error: {}: `output.{}`: {NO_PARQUET}", harmless(file), record.of);
        }
    }
    for (record, error) in check_records(experiment) {
        let _ = writeln!(wrong, "error: {}: `output.{record}.when`: {}", harmless(file), harmless(&error.message));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Leaves the cells that `--only` keeps.
fn keep(experiment: &mut Experiment, only: &str) -> Result<(), Wrong> {
    let kept = experiment.select(only).map_err(rendered)?;
    if kept.is_empty() {
        return Err(format!("error: --only keeps no cell: {}\n", harmless(only)));
    }
    experiment.cells = kept.into_iter().map(|k| experiment.cells[k].clone()).collect();
    for (index, cell) in experiment.cells.iter_mut().enumerate() {
        cell.index = index;
    }
    Ok(())
}

/// Turns an experiment into its trial: one replication, another name, other cells, so that nothing of it can be taken
/// for a result. The runner shortens the runs.
fn smoke(experiment: &mut Experiment) {
    experiment.name.push_str("-smoke");
    (experiment.replicate.min, experiment.replicate.max) = (1, 1);
    for cell in &mut experiment.cells {
        cell.id = sha256(&format!("loadlab-smoke-v1 {}", cell.id))[..16].to_owned();
        cell.point = sha256(&format!("loadlab-smoke-v1 {}", cell.point))[..16].to_owned();
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
