//! What is wrong with the plots of a file that only the whole sweep shows: nothing to draw, several cells in one place,
//! records that are not written. Checked before anything is run.

use super::super::Records;
use super::super::baseline;
use super::super::records::Sort;
use super::arrangement::{Arrangement, chosen};
use crate::file::diagnostic::{Problem, Problems, quote};
use crate::file::plots::Plot;
use crate::file::{Cell, Diagnostic, Experiment};
use std::path::Path;

/// More replications than this are not tried for one that is recorded.
const MOST_TRIED: u64 = 10_000;

/// Every fault of the plots.
pub fn check(experiment: &Experiment) -> Vec<Diagnostic> {
    let wrong: Vec<Diagnostic> = experiment.plots.iter().filter_map(|plot| senseless(experiment, plot)).collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let mut problems = Problems::default();
    for plot in &experiment.plots {
        faults(experiment, plot).into_iter().for_each(|problem| problems.push(problem));
    }
    problems.finish(&experiment.sources)
}

/// A condition that cannot be evaluated for some cell.
fn senseless(experiment: &Experiment, plot: &Plot) -> Option<Diagnostic> {
    let error = experiment.cells.iter().find_map(|cell| chosen(experiment, plot, cell).err())?;
    plot.filter.as_ref()?.diagnostic(error, &experiment.sources)
}

fn faults(experiment: &Experiment, plot: &Plot) -> Option<Problem> {
    let mut arrangement = Arrangement::of(experiment, plot);
    if arrangement.cells.is_empty() {
        let at = plot.filter.as_ref().map_or(plot.at, |filter| filter.span);
        return Some(Problem::new(at, "no cell of the sweep meets this: the plot would be empty"));
    }
    if plot.kind.one_cell {
        if plot.compares() {
            arrangement.cells.retain(|k| experiment.cells[*k].policy.name != baseline(experiment));
        }
        if let Some(problem) = crowded(&arrangement) {
            return Some(problem);
        }
    }
    plot.kind.records.iter().find_map(|record| unrecorded(&arrangement, record))
}

/// Cells that lie on each other.
fn crowded(arrangement: &Arrangement<'_>) -> Option<Problem> {
    let (first, second) = arrangement.crowd()?;
    let plot = arrangement.plot;
    let what = format!(
        "each {} of {} shows one cell, but {} and {} meet in one",
        if plot.kind.takes.contains(&"compare") { "field" } else { "panel" },
        quote(&plot.name),
        describe(arrangement.cell(first)),
        describe(arrangement.cell(second))
    );
    let facets = if plot.kind.takes.contains(&"rows") { ", or `rows` or `columns` that part them" } else { "" };
    Some(Problem::new(plot.at, what).expected(format!("a `where` that keeps one of them{facets}")))
}

fn describe(cell: &Cell) -> String {
    let keys = cell.keys.iter().map(|(key, value)| format!("{key} = {}", super::super::text(value)));
    let words: Vec<String> = [cell.scenario.name.clone(), cell.policy.name.clone()].into_iter().chain(keys).collect();
    quote(&words.join(", "))
}

/// A record that the plot needs and that some cell of it lacks.
fn unrecorded(arrangement: &Arrangement<'_>, record: &str) -> Option<Problem> {
    let (experiment, plot) = (arrangement.experiment, arrangement.plot);
    let sort = Sort::of(record)?;
    let wanted = format!("`[output]` with `{record} = {{ when = \"replication == {}\" }}`", plot.replication);
    if !experiment.output.records.iter().any(|own| own.of == record) {
        let message =
            format!("a plot of kind `{}` is drawn from the record of {record}, which is not written", plot.kind.name);
        return Some(Problem::new(plot.at, message).expected(wanted));
    }
    let records = Records::new(experiment, Path::new(""));
    let single = plot.kind.takes.contains(&"replication");
    if single && plot.replication >= experiment.replicate.max {
        let message = format!("replication {} is never run: there are {}", plot.replication, experiment.replicate.max);
        return Some(Problem::new(plot.at, message));
    }
    let tried =
        if single { plot.replication..plot.replication + 1 } else { 0..experiment.replicate.max.min(MOST_TRIED) };
    let lacks = |k: &&usize| !tried.clone().any(|n| records.keeps(sort, arrangement.cell(**k), n));
    let cell = arrangement.cell(*arrangement.cells.iter().find(lacks)?);
    let runs = if single { format!("replication {}", plot.replication) } else { "no replication".to_owned() };
    let not = if single { " is not" } else { " is" };
    let message = format!("{runs} of {}{not} in the record of {record}", describe(cell));
    Some(Problem::new(plot.at, message).expected(format!("a `when` of `output.{record}` that holds for it")))
}
