//! `loadlab plot` and `loadlab report`: what a folder of results shows, drawn again. They know the experiment from the
//! manifest.

use super::exit::Exit;
use crate::file::harmless;
use crate::inputs::Inputs;
use crate::report::{Facts, Report};
use crate::results::{self, Figures, Findings, Finished, Records};
use crate::runner::{Plan, Work};
use crate::store::{Mode, Store, StoreError, write_atomically};
use std::path::{Path, PathBuf};

/// The name of the page in a folder of results.
const PAGE: &str = "report.html";

/// Draws the plots of a folder again.
pub(super) fn plot(folder: &Path) -> Result<Exit, Exit> {
    again(folder, |_, _, findings, figures| {
        let drawn = findings.write_plots(figures, folder).map_err(|e| Exit::incomplete(&e))?;
        Ok(Exit::well(drawn.iter().map(|path| line(path)).collect()))
    })
}

/// Writes the page of a folder again.
pub(super) fn report(folder: &Path) -> Result<Exit, Exit> {
    again(folder, |inputs, finished, findings, figures| {
        Ok(Exit::well(line(&write(folder, inputs, finished, findings, figures)?)))
    })
}

/// Writes the page into a folder of results.
pub(super) fn write(
    folder: &Path,
    inputs: &Inputs,
    finished: &Finished<'_>,
    findings: &Findings<'_>,
    figures: &Figures,
) -> Result<PathBuf, Exit> {
    let path = folder.join(PAGE);
    let facts = Facts::of(finished).map_err(|e| Exit::incomplete(&e))?;
    let page = Report { inputs, findings, facts: &facts, figures }.page();
    write_atomically(&path, page.as_bytes()).map_err(|e| Exit::incomplete(&e))?;
    Ok(path)
}

fn line(path: &Path) -> String {
    format!("{}\n", harmless(&path.display().to_string()))
}

/// Does something with what the results of a folder say.
fn again(
    folder: &Path,
    with: impl FnOnce(&Inputs, &Finished<'_>, &Findings<'_>, &Figures) -> Result<Exit, Exit>,
) -> Result<Exit, Exit> {
    let inputs = results::read_inputs(folder).map_err(|e| Exit::wrong(format!("error: {}\n", harmless(&e))))?;
    let experiment = inputs.experiment().map_err(Exit::wrong)?;
    let broken = |e: StoreError| Exit::incomplete(&e);
    let store = Store::open(folder, Mode::Read).map_err(broken)?;
    let (plan, records) = (Plan::new(&experiment, None), Records::new(&experiment, folder));
    let work = Work { experiment: &experiment, models: &[], plan: &plan, store: &store, records: &records };
    let finished = work.finished(&work.survey().map_err(broken)?.replications);
    let findings = Findings::of(&finished).map_err(broken)?;
    let figures = findings.figures(&finished, &records).map_err(broken)?;
    with(&inputs, &finished, &findings, &figures)
}
