//! Writes everything that is made from finished runs: tables, records, plots.
//!
//! Not here: the manifest, which tells how it came about, and what is said on the terminal.

use super::{Finished, Records, Summary, figures, summarise, summary_csv, write_runs};
use crate::file::Experiment;
use crate::plot;
use crate::store::{StoreError, provide_folder, write_atomically};
use std::path::{Path, PathBuf};

/// Why a table or a plot could not be written.
#[derive(Debug)]
pub enum Unwritten {
    /// The store could not be read or the table not written.
    Table(StoreError),
    /// The plot of this name.
    Plot(String, plot::Error),
}

impl std::fmt::Display for Unwritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unwritten::Table(error) => write!(f, "{error}"),
            Unwritten::Plot(name, error) => write!(f, "plot {name}: {error}"),
        }
    }
}

impl std::error::Error for Unwritten {}

impl From<StoreError> for Unwritten {
    fn from(error: StoreError) -> Self {
        Unwritten::Table(error)
    }
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// Every file, in order.
    pub files: Vec<PathBuf>,
    /// The means that the tables hold.
    pub summaries: Vec<Summary>,
}

/// Writes the tables that the experiment asks for, records included.
pub fn write_tables(finished: &Finished<'_>, records: &Records<'_>, folder: &Path) -> Result<Written, Unwritten> {
    let experiment = finished.experiment();
    let summaries = summarise(experiment, &finished.load()?);
    let mut files = Vec::new();
    for table in &experiment.output.tables {
        let path = folder.join(format!("{table}.csv"));
        match table.as_str() {
            "runs" => write_runs(finished, &path)?,
            "summary" => write_atomically(&path, summary_csv(experiment, &summaries).as_bytes())?,
            _ => continue,
        }
        files.push(path);
    }
    files.extend(records.write(finished, folder)?);
    Ok(Written { files, summaries })
}

/// Draws the plots of the experiment.
pub fn write_plots(experiment: &Experiment, summaries: &[Summary], folder: &Path) -> Result<Vec<PathBuf>, Unwritten> {
    let plots = folder.join("plots");
    provide_folder(&plots)?;
    let mut drawn = Vec::new();
    for (name, figure) in figures(experiment, summaries) {
        let written = plot::write(&figure, &plots.join(&name));
        drawn.extend(written.map_err(|error| Unwritten::Plot(name, error))?);
    }
    Ok(drawn)
}
