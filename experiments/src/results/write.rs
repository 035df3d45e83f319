//! Writes everything that is made from finished runs: tables, records, plots.
//!
//! Not here: the manifest, which tells how it came about, and what is said on the terminal.

use super::claims::{self, Judged};
use super::{
    Compared, Finished, Material, Records, Runs, Summary, claims_csv, contrasts::contrasts, contrasts_csv, figures,
    points, summary::summarise, summary_csv, theory_csv, write_runs,
};
use crate::file::Experiment;
use crate::plot::{self, Figure};
use crate::store::{StoreError, provide_folder, write_atomically};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Why a table or a plot could not be written.
#[derive(Debug)]
pub enum Unwritten {
    /// The store could not be read or the table not written.
    Store(StoreError),
    /// The table of this name could not be made.
    Table(String, csv::Error),
    /// The plot of this name.
    Plot(String, plot::Error),
}

impl std::fmt::Display for Unwritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unwritten::Store(error) => write!(f, "{error}"),
            Unwritten::Table(name, error) => write!(f, "table {name}: {error}"),
            Unwritten::Plot(name, error) => write!(f, "plot {name}: {error}"),
        }
    }
}

impl std::error::Error for Unwritten {}

impl From<StoreError> for Unwritten {
    fn from(error: StoreError) -> Self {
        Unwritten::Store(error)
    }
}

/// Figures by the names of their plots.
pub type Figures = Vec<(String, Figure)>;

/// What the finished runs say.
#[derive(Debug)]
pub struct Findings<'a> {
    /// What was asked.
    pub experiment: &'a Experiment,
    /// The means.
    pub summaries: Vec<Summary>,
    /// The comparisons with the baseline.
    pub compared: Vec<Compared>,
    /// The verdicts on the claims.
    pub judged: Vec<Judged>,
}

impl<'a> Findings<'a> {
    /// From the runs that count.
    pub fn of(finished: &Finished<'a>) -> Result<Findings<'a>, StoreError> {
        Findings::from_parts(finished.experiment(), &|cells| finished.load(cells))
    }

    /// From runs that come in parts, so that memory does not grow with their number: `load` gives those of some cells, by
    /// their places in the experiment. It is asked for the cells of one point, or of one place of a claim, at a time.
    pub fn from_parts<E>(
        experiment: &'a Experiment,
        load: &impl Fn(&[usize]) -> Result<Runs, E>,
    ) -> Result<Findings<'a>, E> {
        let (mut summaries, mut compared) = (Vec::new(), Vec::new());
        for point in points(experiment) {
            let runs = load(&point)?;
            let own = contrasts(experiment, &point, &runs);
            summaries.extend(summarise(experiment, &point, &runs, &own));
            compared.extend(own);
        }
        // The cells of a point need not be neighbours; the metrics of a cell keep their order.
        summaries.sort_by_key(|summary: &Summary| summary.cell);
        Ok(Findings { experiment, summaries, compared, judged: claims::judge(experiment, load)? })
    }

    /// Writes the tables that the experiment asks for; says which files they are.
    pub fn write_tables(&self, finished: &Finished<'_>, folder: &Path) -> Result<Vec<PathBuf>, Unwritten> {
        let mut files = Vec::new();
        for table in &self.experiment.output.tables {
            let path = folder.join(format!("{table}.csv"));
            let bytes = match table.as_str() {
                "runs" => {
                    write_runs(finished, &path)?;
                    files.push(path);
                    continue;
                }
                "summary" => summary_csv(self.experiment, &self.summaries),
                "contrasts" => contrasts_csv(self.experiment, &self.compared),
                "claims" => claims_csv(self.experiment, &self.judged),
                "theory" => theory_csv(self.experiment, &self.summaries),
                _ => continue,
            };
            write_atomically(&path, &bytes.map_err(|error| Unwritten::Table(table.clone(), error))?)?;
            files.push(path);
        }
        Ok(files)
    }

    /// The figures of the experiment's plots, by name.
    pub fn figures(&self, finished: &Finished<'a>, records: &Records<'a>) -> Result<Figures, StoreError> {
        figures(&Material {
            experiment: self.experiment,
            summaries: &self.summaries,
            compared: &self.compared,
            records,
            finished,
        })
    }

    /// Draws the figures; says which files they are.
    pub fn write_plots(&self, drawn: &Figures, folder: &Path) -> Result<Vec<PathBuf>, Unwritten> {
        let plots = folder.join("plots");
        provide_folder(&plots)?;
        let written = drawn.par_iter().map(|(name, figure)| {
            plot::write(figure, &plots.join(name)).map_err(|error| Unwritten::Plot(name.clone(), error))
        });
        Ok(written.collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// Writes tables and records.
    pub fn write(
        &self,
        finished: &Finished<'_>,
        records: &Records<'_>,
        folder: &Path,
    ) -> Result<Vec<PathBuf>, Unwritten> {
        let mut tables = self.write_tables(finished, folder)?;
        tables.extend(records.write(finished, folder)?);
        Ok(tables)
    }
}
