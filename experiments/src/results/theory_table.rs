//! `theory.csv`: where a formula is known, its value beside the simulation.
//!
//! Not here: which formula is known for what (`theory`).

use super::tables::{identity, identity_header, write};
use super::{Summary, number};
use crate::file::Experiment;
use crate::theory;

/// One row per cell and metric for which a formula is known and which was simulated.
pub fn theory_csv(experiment: &Experiment, summaries: &[Summary]) -> Result<Vec<u8>, csv::Error> {
    let mut header = identity_header(experiment);
    let columns =
        "metric formula holds value neglected simulated ci_low ci_high confidence replications inside warnings";
    header.extend(columns.split(' ').map(str::to_owned));
    write(&header, summaries.iter().filter_map(|s| row(experiment, s)))
}

/// `inside`: the interval, widened by what the formula neglects, holds the formula's value.
fn row(experiment: &Experiment, summary: &Summary) -> Option<Vec<String>> {
    let cell = &experiment.cells[summary.cell];
    let interval = summary.estimate.as_ref()?.interval;
    let known = theory::known(cell, summary.metric.name)?;
    let mut row = identity(experiment, cell);
    row.extend([
        summary.metric.name.to_owned(),
        known.formula.to_owned(),
        known.holds.word().to_owned(),
        number(known.value),
        known.neglected.map_or(String::new(), number),
        number(summary.mean()),
        number(interval.low),
        number(interval.high),
        number(experiment.stop.confidence),
        summary.replications.to_string(),
        known.inside(&interval).to_string(),
        summary.codes(),
    ]);
    Some(row)
}
