//! Records of single runs, for the replications that `[output]` chooses: every process, every change of load, every
//! migration, and intervals from within a run.
//!
//! A run writes its rows without identity to a file of its own in the store, before the run itself is stored; the tables
//! are these files one after the other, in canonical order, each row with its identity in front. So records survive
//! interruptions and shards like runs do. Not here: the rows (`recorder`).

use super::recorder::Recorder;
use super::tables::{csv_fields, identity, identity_header};
use super::{Column, Finished};
use crate::expr::{self, Name, Value};
use crate::file::experiment::Record;
use crate::file::{Cell, Experiment};
use crate::store::{AtomicFile, RESULTS_VERSION, StoreError, provide_folder, records};
use serde::Serialize;
use serde_json::Map;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// A sort of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Processes,
    Nodes,
    Migrations,
    Decisions,
    SingleRun,
}

impl Sort {
    /// The sort that a key of `[output]` asks for.
    pub(super) fn of(key: &str) -> Option<Sort> {
        let all = [Sort::Processes, Sort::Nodes, Sort::Migrations, Sort::Decisions, Sort::SingleRun];
        all.into_iter().find(|sort| sort.word() == key)
    }

    /// The word for it, which is the name of its table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Sort::Processes => "processes",
            Sort::Nodes => "nodes",
            Sort::Migrations => "migrations",
            Sort::Decisions => "decisions",
            Sort::SingleRun => "single_run",
        }
    }

    /// Its columns behind the identity.
    pub(super) fn columns(self) -> &'static [Column] {
        match self {
            Sort::Processes => super::recorder::PROCESSES,
            Sort::Nodes => super::recorder::NODES,
            Sort::Migrations => super::recorder::MIGRATIONS,
            Sort::Decisions => crate::trace::DECISIONS,
            Sort::SingleRun => super::single::COLUMNS,
        }
    }
}

/// What a line of JSON begins with.
#[derive(Serialize)]
struct Identity<'a> {
    experiment: &'a str,
    cell: &'a str,
    scenario: &'a str,
    policy: &'a str,
    keys: Map<String, serde_json::Value>,
    replication: u64,
    seed: u64,
}

/// What to do where this build cannot write Parquet.
pub const NO_PARQUET: &str = "this build has no Parquet: write format = \"csv\", or build loadlab with `cargo build --release --features parquet`";

/// The records that an experiment asks for, and where their parts are.
#[derive(Debug)]
pub struct Records<'a> {
    experiment: &'a Experiment,
    asked: Vec<(Sort, &'a Record)>,
    folder: PathBuf,
}

impl<'a> Records<'a> {
    /// Those of an experiment with its results in this folder.
    pub fn new(experiment: &'a Experiment, results: &Path) -> Records<'a> {
        let asked = experiment.output.records.iter().filter_map(|record| Some((Sort::of(record.of)?, record)));
        Records { experiment, asked: asked.collect(), folder: records(results) }
    }

    /// Whether a part that this run should have written is not there.
    pub fn lacks(&self, cell: &Cell, replication: u64) -> bool {
        self.wanted(cell, replication).any(|sort| !self.part(sort, cell, replication).exists())
    }

    /// About how many bytes the records of a run with so many arrivals take, in parts and tables together.
    pub fn bytes(&self, cell: &Cell, replication: u64, arrivals: f64) -> f64 {
        let of = |sort| match sort {
            Sort::Processes => 2.0 * 220.0 * arrivals,
            Sort::Nodes => 2.0 * 2.0 * 110.0 * arrivals,
            // Few processes move; how many, only the run tells.
            Sort::Migrations => 0.0,
            // One or two decisions for each arrival, if nothing is collected; how much more, only the run tells.
            Sort::Decisions => 2.0 * 900.0 * arrivals,
            Sort::SingleRun => 2.0 * 1000.0,
        };
        self.wanted(cell, replication).map(of).sum()
    }

    /// What receives the record of a run; None if none is asked for.
    pub fn recorder(
        &self,
        cell: &Cell,
        replication: u64,
        classes: Vec<String>,
    ) -> Result<Option<Recorder>, StoreError> {
        let sorts: Vec<Sort> = self.wanted(cell, replication).collect();
        if sorts.is_empty() {
            return Ok(None);
        }
        provide_folder(&self.folder)?;
        let file = |sort: Sort| Ok((sort, AtomicFile::create(&self.part(sort, cell, replication))?));
        let files = sorts.into_iter().map(file).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Some(Recorder::new(files, classes).at_confidence(self.experiment.stop.confidence)))
    }

    /// Writes the tables of all records, as far as their parts are there.
    pub fn write(&self, finished: &Finished<'_>, folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let tables = self.asked.iter().map(|(sort, record)| {
            let path = folder.join(format!("{}.{}", sort.word(), record.format));
            let mut file = AtomicFile::create(&path)?;
            match record.format.as_str() {
                "parquet" => self.parquet(*sort, finished, &mut file)?,
                "jsonl" => self.lines(*sort, finished, &mut file)?,
                _ => self.table(*sort, finished, &mut file)?,
            }
            file.commit()?;
            Ok(path)
        });
        tables.collect()
    }

    /// The parts of a sort that are there, in canonical order.
    fn parts<'s>(
        &'s self,
        sort: Sort,
        finished: &'s Finished<'_>,
    ) -> impl Iterator<Item = (&'s Cell, u64, PathBuf)> + 's {
        let of = |cell: &'s Cell| finished.replications(&cell.id).into_iter().map(move |r| (cell, r));
        let wanted = move |(cell, r): &(&Cell, u64)| self.wanted(cell, *r).any(|wanted| wanted == sort);
        let all = self.experiment.cells.iter().flat_map(of).filter(wanted);
        all.map(move |(cell, r)| (cell, r, self.part(sort, cell, r))).filter(|(_, _, path)| path.exists())
    }

    #[cfg(feature = "parquet")]
    fn parquet(&self, sort: Sort, finished: &Finished<'_>, out: &mut AtomicFile) -> Result<(), StoreError> {
        let write = |out: &mut AtomicFile| {
            let mut table = super::parquet::Table::new(self.experiment, sort, out)?;
            for (cell, replication, path) in self.parts(sort, finished) {
                table.add(self.experiment, cell, replication, BufReader::new(File::open(path)?))?;
            }
            table.end()
        };
        write(out).map_err(|e| out.error(e))
    }

    /// Not reached from a file: reading it refuses the format in builds without it.
    #[cfg(not(feature = "parquet"))]
    fn parquet(&self, _: Sort, _: &Finished<'_>, out: &mut AtomicFile) -> Result<(), StoreError> {
        Err(out.error(std::io::Error::other(NO_PARQUET)))
    }

    /// Copies the parts that another folder of results has and this one has not.
    pub fn adopt(&self, results: &Path) -> Result<(), StoreError> {
        if self.asked.is_empty() {
            return Ok(());
        }
        provide_folder(&self.folder)?;
        let theirs = Records::new(self.experiment, results);
        for cell in &self.experiment.cells {
            for replication in 0..self.experiment.replicate.max {
                for sort in self.wanted(cell, replication) {
                    let (from, to) = (theirs.part(sort, cell, replication), self.part(sort, cell, replication));
                    if from.exists() && !to.exists() {
                        copy(&from, &to)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn table(&self, sort: Sort, finished: &Finished<'_>, out: &mut AtomicFile) -> Result<(), StoreError> {
        let columns = ["replication", "seed"].into_iter().chain(sort.columns().iter().map(|c| c.name));
        let header = identity_header(self.experiment).into_iter().chain(columns.map(str::to_owned));
        let line = csv_fields(header).map_err(|e| out.error(e))?;
        put(out, line.as_bytes())?;
        put(out, b"\n")?;
        for (cell, replication, path) in self.parts(sort, finished) {
            let run = [replication.to_string(), self.experiment.replicate.seed.to_string()];
            let front = csv_fields(identity(self.experiment, cell).into_iter().chain(run));
            let front = front.map_err(|e| out.error(e))? + ",";
            each_line(&path, |line| {
                put(out, front.as_bytes())?;
                put(out, line)
            })?;
        }
        Ok(())
    }

    /// A record of JSON objects, one per line, each with its identity in front. Swept keys stand in a table of their own,
    /// so that none can be taken for a key of the record.
    fn lines(&self, sort: Sort, finished: &Finished<'_>, out: &mut AtomicFile) -> Result<(), StoreError> {
        for (cell, replication, path) in self.parts(sort, finished) {
            let keys: Map<String, serde_json::Value> =
                cell.keys.iter().map(|(key, value)| (key.to_string(), json(value))).collect();
            let identity = Identity {
                experiment: &self.experiment.name,
                cell: &cell.id,
                scenario: &cell.scenario.name,
                policy: &cell.policy.name,
                keys,
                replication,
                seed: self.experiment.replicate.seed,
            };
            let text = serde_json::to_string(&identity).map_err(|e| out.error(e.into()))?;
            // Without the brace that closes it.
            let front = &text[..text.len() - 1];
            each_line(&path, |line| {
                put(out, front.as_bytes())?;
                put(out, b",")?;
                // Behind the brace that opens the line.
                put(out, &line[1.min(line.len())..])
            })?;
        }
        Ok(())
    }

    /// The rows of the record of a run, field by field without identity; nothing where there is no such record.
    pub(super) fn rows(
        &self,
        sort: Sort,
        cell: &Cell,
        replication: u64,
        mut each: impl FnMut(&[&str]),
    ) -> Result<(), StoreError> {
        let path = self.part(sort, cell, replication);
        if !path.exists() {
            return Ok(());
        }
        each_line(&path, |line| {
            // Records are numbers and words, none of them quoted.
            let line = String::from_utf8_lossy(line);
            each(&line.trim_end().split(',').collect::<Vec<_>>());
            Ok(())
        })
    }

    /// Whether a run leaves a record of this sort.
    pub(super) fn keeps(&self, sort: Sort, cell: &Cell, replication: u64) -> bool {
        self.wanted(cell, replication).any(|wanted| wanted == sort)
    }

    /// The sorts that are asked for of a run. A condition that cannot be evaluated was refused by [`check`].
    fn wanted(&self, cell: &Cell, replication: u64) -> impl Iterator<Item = Sort> {
        let holds = move |record: &Record| self.chosen(record, cell, replication).unwrap_or(false);
        self.asked.iter().filter(move |(_, record)| holds(record)).map(|(sort, _)| *sort)
    }

    fn chosen(&self, record: &Record, cell: &Cell, replication: u64) -> Result<bool, expr::Error> {
        let lookup = |name: &Name| match name.path.as_str() {
            "replication" => Some(Value::Number(replication as f64)),
            _ => self.experiment.value(cell, name),
        };
        expr::holds(&record.when.expr, &lookup)
    }

    fn part(&self, sort: Sort, cell: &Cell, replication: u64) -> PathBuf {
        let seed = self.experiment.replicate.seed;
        // Intervals hold at one confidence.
        let at = if sort == Sort::SingleRun { format!("-{}", self.experiment.stop.confidence) } else { String::new() };
        let kind = if sort == Sort::Decisions { "jsonl" } else { "csv" };
        self.folder.join(format!("{}{at}-v{RESULTS_VERSION}-{}-{seed}-{replication}.{kind}", sort.word(), cell.id))
    }
}

/// What is wrong with the conditions under which records are written: each is tried on every cell.
pub fn check(experiment: &Experiment) -> Vec<(&'static str, expr::Error)> {
    let records = Records::new(experiment, Path::new(""));
    let wrong = |(sort, record): &(Sort, &Record)| {
        let error = experiment.cells.iter().find_map(|cell| records.chosen(record, cell, 0).err());
        error.map(|error| (sort.word(), error))
    };
    records.asked.iter().filter_map(wrong).collect()
}

/// A value of a swept key in JSON.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(x) => serde_json::Value::from(*x),
        Value::Text(text) => serde_json::Value::from(text.as_str()),
        Value::Flag(flag) => serde_json::Value::from(*flag),
        Value::Missing => serde_json::Value::Null,
    }
}

fn put(out: &mut AtomicFile, bytes: &[u8]) -> Result<(), StoreError> {
    out.write_all(bytes).map_err(|e| out.error(e))
}

fn each_line(path: &Path, mut each: impl FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let error = |source| StoreError::Io { action: "read", path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(error)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).map_err(error)? > 0 {
        each(&line)?;
        line.clear();
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let error = |source| StoreError::Io { action: "copy", path: from.to_owned(), source };
    let mut file = AtomicFile::create(to)?;
    std::io::copy(&mut File::open(from).map_err(error)?, &mut file).map_err(error)?;
    file.commit()
}
