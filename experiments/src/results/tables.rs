//! The tables as CSV: tidy, one row per observation, every row with its identity, the same bytes every time.

use super::{Run, Runs, Summary, number, text};
use crate::file::{Cell, Experiment};
use loadlab_core::record::metric::METRICS;

/// The columns that say what a row is about.
pub(super) fn identity_header(experiment: &Experiment) -> Vec<String> {
    let mut columns: Vec<String> = ["experiment", "cell", "scenario", "policy"].map(str::to_owned).to_vec();
    columns.extend(experiment.swept.iter().map(|key| key.to_string()));
    columns
}

pub(super) fn identity(experiment: &Experiment, cell: &Cell) -> Vec<String> {
    let mut fields =
        vec![experiment.name.clone(), cell.id.clone(), cell.scenario.name.clone(), cell.policy.name.clone()];
    fields.extend(cell.keys.iter().map(|(_, value)| safe(text(value))));
    fields
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front.
pub(super) fn safe(field: String) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    if formula { format!("'{field}") } else { field }
}

pub(super) fn write(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// `runs.csv`: one row per cell, replication and metric.
pub fn runs_csv(experiment: &Experiment, runs: &Runs) -> Result<Vec<u8>, csv::Error> {
    let mut header = identity_header(experiment);
    header.extend(
        [
            "replication",
            "seed",
            "metric",
            "value",
            "processes",
            "warmup_s",
            "horizon_s",
            "realised_offered_load",
            "events",
            "status",
        ]
        .map(str::to_owned),
    );
    let rows = experiment.cells.iter().flat_map(|cell| {
        let identity = identity(experiment, cell);
        runs.of(&cell.id).iter().flat_map(move |run| {
            let identity = identity.clone();
            METRICS.iter().zip(&run.values).map(move |(metric, value)| {
                let mut row = identity.clone();
                row.extend(run_fields(run, metric.name, *value));
                row
            })
        })
    });
    write(&header, rows)
}

fn run_fields(run: &Run, metric: &str, value: f64) -> [String; 10] {
    [
        run.replication.to_string(),
        run.seed.to_string(),
        metric.to_owned(),
        number(value),
        run.processes.to_string(),
        number(run.warmup),
        number(run.horizon),
        number(run.realised_offered_load),
        run.events.to_string(),
        run.status.word().to_owned(),
    ]
}

/// `summary.csv`: one row per cell and metric.
pub fn summary_csv(experiment: &Experiment, summaries: &[Summary]) -> Result<Vec<u8>, csv::Error> {
    let mut header = identity_header(experiment);
    header.extend(
        [
            "metric",
            "unit",
            "replications",
            "mean",
            "sd",
            "ci_low",
            "ci_high",
            "confidence",
            "relative_half_width",
            "target",
            "met",
            "median",
            "median_low",
            "median_high",
            "warnings",
        ]
        .map(str::to_owned),
    );
    let rows = summaries.iter().map(|s| {
        let mut row = identity(experiment, &experiment.cells[s.cell]);
        let of = |f: fn(&crate::stats::Estimate) -> f64| s.estimate.as_ref().map_or(String::new(), |e| number(f(e)));
        row.extend([
            s.metric.name.to_owned(),
            s.metric.unit.to_owned(),
            s.values.len().to_string(),
            number(s.mean()),
            of(|e| e.sd),
            of(|e| e.interval.low),
            of(|e| e.interval.high),
            number(experiment.stop.confidence),
            of(crate::stats::Estimate::relative_half_width),
            s.target.map_or(String::new(), number),
            s.met().map_or(String::new(), |met| met.to_string()),
            number(s.median),
            s.median_interval.map_or(String::new(), |i| number(i.low)),
            s.median_interval.map_or(String::new(), |i| number(i.high)),
            s.codes(),
        ]);
        row
    });
    write(&header, rows)
}
