//! What `run` and `merge` do once the runs are there: tables, plots, manifest, and the words at the end.

use super::exit::{Exit, FAILED};
use super::report;
use crate::file::harmless;
use crate::inputs::Inputs;
use crate::machine;
use crate::results::{self, Circumstances, Figures, Findings, Finished, Manifest, Records, Stamp, Unwritten};
use crate::runner::{Report, Shard};
use crate::stats::Outcome as Verdict;
use crate::store::write_atomically;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Finished work.
pub(super) struct Outcome<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) finished: Finished<'a>,
    pub(super) records: &'a Records<'a>,
    pub(super) folder: &'a Path,
    pub(super) started: Instant,
    pub(super) threads: usize,
    pub(super) report: &'a Report,
    pub(super) shard: Option<Shard>,
    pub(super) strict: bool,
}

impl Outcome<'_> {
    /// Writes everything that is not there as it should be.
    pub(super) fn write(&self, quiet: bool) -> Result<Exit, Exit> {
        let broken = |e: Unwritten| Exit::incomplete(&e);
        let key = Stamp::key(self.inputs, &self.finished, &format!("{:?} {}", self.shard, self.strict));
        if let Some(code) = Stamp::holds(self.folder, &key).filter(|_| self.report.ran == 0) {
            let answer = if quiet { String::new() } else { self.nothing_to_do() };
            return Ok(Exit { answer, code, ..Exit::default() });
        }
        Stamp::lift(self.folder);
        let mut exit = Exit::default();
        let mut files = Vec::new();
        match self.shard {
            Some(shard) => exit.answer = self.shard_done(shard),
            None => {
                let findings = Findings::of(&self.finished).map_err(|e| Exit::incomplete(&e))?;
                let tables = findings.write(&self.finished, self.records, self.folder).map_err(broken)?;
                let figures = findings.figures(&self.finished, self.records).map_err(|e| Exit::incomplete(&e))?;
                let drawn = findings.write_plots(&figures, self.folder).map_err(broken)?;
                let page = report::write(self.folder, self.inputs, &self.finished, &findings, &figures)?;
                exit.answer = self.closing(&findings, &figures, &drawn, &page);
                exit.code = self.verdict(&findings);
                files = [tables, self.workloads()?, drawn, vec![page]].concat();
            }
        }
        self.manifest()?;
        files.push(self.folder.join("manifest.json"));
        Stamp::put(self.folder, key, &files, exit.code).map_err(|e| Exit::incomplete(&e))?;
        if quiet {
            exit.answer.clear();
        }
        Ok(exit)
    }

    /// The exit code that the claims give.
    fn verdict(&self, findings: &Findings<'_>) -> u8 {
        let any = |verdict| findings.judged.iter().any(|judged| judged.verdict == verdict);
        if any(Verdict::Fail) || (self.strict && any(Verdict::Unresolved)) { FAILED } else { 0 }
    }

    /// What became of the traces, where there are any.
    fn workloads(&self) -> Result<Vec<PathBuf>, Exit> {
        if self.inputs.accounts.is_empty() {
            return Ok(Vec::new());
        }
        let table = results::workloads_csv(self.finished.experiment(), &self.inputs.accounts);
        let bytes = table.map_err(|e| Exit::incomplete(&format!("table workloads: {e}")))?;
        let path = self.folder.join("workloads.csv");
        write_atomically(&path, &bytes).map_err(|e| Exit::incomplete(&e))?;
        Ok(vec![path])
    }

    fn manifest(&self) -> Result<(), Exit> {
        let circumstances = Circumstances {
            command_line: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
            started_unix_s: unix_seconds().saturating_sub(self.started.elapsed().as_secs()),
            duration_s: self.started.elapsed().as_secs_f64(),
            ran: self.report.ran,
            threads: self.threads,
            peak_memory_bytes: machine::peak_memory(),
            shard: self.shard.map(|shard| shard.to_string()),
            failures: self.report.failures.iter().map(|failure| failure.message.clone()).collect(),
        };
        let experiment = self.finished.experiment();
        let manifest = Manifest::of(experiment, self.inputs, self.finished.count(), &circumstances);
        let text = manifest.text().map_err(|e| Exit::incomplete(&format!("cannot write manifest.json: {e}")))?;
        write_atomically(&self.folder.join("manifest.json"), text.as_bytes()).map_err(|e| Exit::incomplete(&e))
    }

    /// The table of means, the verdicts, and where everything is.
    fn closing(&self, findings: &Findings<'_>, figures: &Figures, drawn: &[PathBuf], page: &Path) -> String {
        let experiment = self.finished.experiment();
        let plots = drawn.iter().filter(|p| p.extension().is_some_and(|e| e == "svg"));
        let plots: String = plots.map(|p| format!("  {}\n", place(p))).collect();
        format!(
            "{}\n{}{}{}Tables in {}, report: {}{}\n{plots}",
            results::closing_table(experiment, &findings.summaries),
            results::closing_plot(figures),
            results::claims_text(experiment, &findings.judged),
            self.counted(),
            place(self.folder),
            place(page),
            if plots.is_empty() { "" } else { ", plots:" }
        )
    }

    /// How many runs there are, and how many of them are new.
    fn counted(&self) -> String {
        let (all, new) = (self.finished.count() as u64, self.report.ran);
        let cells = self.finished.experiment().cells.len();
        let before = if new < all { format!(", {} of them done before", all - new.min(all)) } else { String::new() };
        format!("{all} runs of {cells} cells in {:.1} s{before}. ", self.started.elapsed().as_secs_f64())
    }

    fn nothing_to_do(&self) -> String {
        format!("Nothing to do: all {} runs are there. Tables in {}\n", self.finished.count(), place(self.folder))
    }

    fn shard_done(&self, shard: Shard) -> String {
        format!("Shard {shard}: {}Join all shards with `loadlab merge`: {}\n", self.counted(), place(self.folder))
    }
}

fn place(path: &Path) -> String {
    harmless(&path.display().to_string())
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
