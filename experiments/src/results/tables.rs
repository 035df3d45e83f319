//! The tables as CSV: tidy, one row per observation, every row with its identity, the same bytes every time.
//!
//! The table of runs is written from the store cell by cell, so that it takes no memory. Not here: what the columns of
//! other tables mean.

use super::{Column, Finished, Run, Summary, number, text};
use crate::file::{Cell, Experiment};
use crate::store::{AtomicFile, StoreError};
use loadlab_core::record::metric::METRICS;
use std::io::{self, Write};
use std::path::Path;

/// The columns of `runs.csv` behind the identity.
pub(super) const RUNS: &[Column] = &[
    Column { name: "replication", unit: "1", doc: "the replication, from 0" },
    Column { name: "seed", unit: "1", doc: "the seed of the experiment" },
    Column { name: "metric", unit: "", doc: "the metric" },
    Column { name: "value", unit: "", doc: "its value in its unit; empty where it is undefined" },
    Column { name: "processes", unit: "1", doc: "measured processes" },
    Column { name: "warmup_s", unit: "s", doc: "when the window of measurement began" },
    Column { name: "horizon_s", unit: "s", doc: "when it ended" },
    Column {
        name: "realised_offered_load",
        unit: "1",
        doc: "work that arrived in the window / (capacity x its length)",
    },
    Column { name: "events", unit: "1", doc: "events of the whole run" },
    Column {
        name: "status",
        unit: "",
        doc: "`complete`, or `censored` where measured processes were unfinished when the run had to end",
    },
];

/// The columns of `summary.csv` behind the identity.
pub(super) const SUMMARY: &[Column] = &[
    Column { name: "metric", unit: "", doc: "the metric" },
    Column { name: "unit", unit: "", doc: "its unit; 1 for plain numbers" },
    Column { name: "replications", unit: "1", doc: "replications in which it is defined" },
    Column {
        name: "mean",
        unit: "",
        doc: "mean over replications; of a percentile such as `response.p99` the mean of the percentiles that each \
              replication has within itself, not the percentile of all processes pooled",
    },
    Column { name: "sd", unit: "", doc: "standard deviation over replications" },
    Column { name: "ci_low", unit: "", doc: "lower end of Student's interval for the mean" },
    Column { name: "ci_high", unit: "", doc: "its upper end" },
    Column { name: "confidence", unit: "1", doc: "its confidence" },
    Column { name: "relative_half_width", unit: "1", doc: "half-width of the interval / mean" },
    Column { name: "target", unit: "1", doc: "the relative half-width that `[stop]` asks for" },
    Column { name: "met", unit: "", doc: "whether the target is met" },
    Column { name: "median", unit: "", doc: "median over replications" },
    Column {
        name: "median_low",
        unit: "",
        doc: "lower end of the order-statistic interval for the median of the replications' values",
    },
    Column { name: "median_high", unit: "", doc: "its upper end" },
    Column { name: "warnings", unit: "", doc: "codes of what must be known about the row, separated by blanks" },
];

/// The columns that say what a row is about.
pub(super) fn identity_header(experiment: &Experiment) -> Vec<String> {
    let fixed = ["experiment", "cell", "scenario", "policy"].map(str::to_owned);
    fixed.into_iter().chain(experiment.swept.iter().map(|key| safe(key.to_string()))).collect()
}

/// Their values for a cell.
pub(super) fn identity(experiment: &Experiment, cell: &Cell) -> Vec<String> {
    let fixed = [experiment.name.clone(), cell.id.clone(), cell.scenario.name.clone(), cell.policy.name.clone()];
    fixed.into_iter().chain(cell.keys.iter().map(|(_, value)| safe(text(value)))).collect()
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front.
pub(super) fn safe(field: String) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    if formula { format!("'{field}") } else { field }
}

/// A whole table as CSV.
pub(super) fn write(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// Fields of CSV, quoted where needed, without the end of the line.
pub(super) fn csv_fields(fields: impl IntoIterator<Item = String>) -> io::Result<String> {
    let fields: Vec<String> = fields.into_iter().collect();
    let mut line = String::from_utf8(write(&fields, std::iter::empty())?).map_err(io::Error::other)?;
    line.truncate(line.trim_end_matches('\n').len());
    Ok(line)
}

/// Writes `runs.csv`: one row per cell, replication and metric.
pub fn write_runs(finished: &Finished<'_>, path: &Path) -> Result<(), StoreError> {
    let experiment = finished.experiment();
    let mut file = AtomicFile::create(path)?;
    let header = identity_header(experiment).into_iter().chain(RUNS.iter().map(|c| c.name.to_owned()));
    let mut rows = csv_fields(header).map_err(|e| file.error(e))? + "\n";
    for cell in &experiment.cells {
        let front = csv_fields(identity(experiment, cell)).map_err(|e| file.error(e))?;
        for run in finished.of(&cell.id) {
            add_run(&mut rows, &front, &run?);
            file.write_all(rows.as_bytes()).map_err(|e| file.error(e))?;
            rows.clear();
        }
    }
    file.write_all(rows.as_bytes()).map_err(|e| file.error(e))?;
    file.commit()
}

/// The rows of a run: one per metric.
fn add_run(rows: &mut String, front: &str, run: &Run) {
    let what = format!("{front},{},{}", run.replication, run.seed);
    let how = [
        run.processes.to_string(),
        number(run.warmup),
        number(run.horizon),
        number(run.realised_offered_load),
        run.events.to_string(),
        run.status.word().to_owned(),
    ]
    .join(",");
    for (metric, value) in METRICS.iter().zip(&run.values) {
        rows.push_str(&what);
        for field in [metric.name, &number(*value), &how] {
            rows.push(',');
            rows.push_str(field);
        }
        rows.push('\n');
    }
}

/// About how many bytes a run takes, in the store and in `runs.csv` together.
pub fn bytes_per_run(experiment: &Experiment, cell: &Cell) -> f64 {
    let row = identity(experiment, cell).iter().map(|field| field.len() + 1).sum::<usize>() + 110;
    (METRICS.len() * (row + size_of::<f64>()) + 100) as f64
}

/// `summary.csv`: one row per cell and metric.
pub fn summary_csv(experiment: &Experiment, summaries: &[Summary]) -> Result<Vec<u8>, csv::Error> {
    let header: Vec<String> =
        identity_header(experiment).into_iter().chain(SUMMARY.iter().map(|c| c.name.to_owned())).collect();
    let rows = summaries.iter().map(|s| {
        let of = |f: fn(&crate::stats::Estimate) -> f64| s.estimate.as_ref().map_or(String::new(), |e| number(f(e)));
        let row = [
            s.metric.name.to_owned(),
            s.metric.unit.to_owned(),
            s.replications.to_string(),
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
        ];
        identity(experiment, &experiment.cells[s.cell]).into_iter().chain(row).collect()
    });
    write(&header, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_a_reader_would_cut_them() {
        let fields = ["plain", "a,b", "say \"so\"", "two\nlines", ""].map(str::to_owned);
        assert_eq!(csv_fields(fields).expect("text"), "plain,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",");
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_are_left_alone() {
        let safe = |text: &str| safe(text.to_owned());
        assert_eq!(
            [safe("=1+1"), safe("-1.5"), safe("@x"), safe("+cmd"), safe("a")],
            ["'=1+1", "-1.5", "'@x", "'+cmd", "a"]
        );
    }
}
