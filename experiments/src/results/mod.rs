//! What runs leave behind: the record of one run, and the tables, figures and manifest made from all of them.
//!
//! Not here: running, and the statistics themselves (`stats`).

pub mod claims;
mod conclusion;
mod contrasts;
mod dictionary;
mod doubts;
mod figures;
mod manifest;
#[cfg(feature = "parquet")]
mod parquet;
mod places;
mod recorder;
mod records;
pub mod reproduced;
mod run;
mod single;
mod stamp;
mod summary;
mod tables;
mod terminal;
mod theory_table;
mod verdicts;
mod workloads_table;
mod write;

pub use claims::{Judged, claim_metrics};
pub use conclusion::conclusion;
pub use contrasts::{Compared, baseline, contrasts_csv, metric_index, pairs, points, question};
pub use dictionary::columns;
pub use figures::{Material, check as check_plots, figures};
pub use manifest::{Circumstances, Manifest, read_inputs};
pub use places::Place;
pub use recorder::Recorder;
pub use records::{NO_PARQUET, Records, check as check_records};
pub use run::{Finished, Run, Runs, Status};
pub use single::SingleRun;
pub use stamp::Stamp;
pub use summary::{Summary, warning_lines};
pub use tables::{bytes_per_run, summary_csv, write_runs};
pub(crate) use terminal::significant;
pub use terminal::{closing_plot, closing_table};
pub use theory_table::theory_csv;
pub use verdicts::{claims_csv, claims_text};
pub use workloads_table::workloads_csv;
pub use write::{Figures, Findings, Unwritten};

use crate::expr::Value;

/// A column of a table, for the table itself and for the data dictionary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// The unit of its values: "1" for plain numbers, nothing for words and for values whose unit the row tells.
    pub unit: &'static str,
    /// What stands in it.
    pub doc: &'static str,
}

/// A value as it stands in tables: numbers in their shortest form, nothing where there is none.
pub fn text(value: &Value) -> String {
    match value {
        Value::Number(x) => number(*x),
        Value::Text(text) => text.clone(),
        Value::Flag(flag) => flag.to_string(),
        Value::Missing => String::new(),
    }
}

/// A number in the shortest form that reads back as the same double; empty where it is undefined.
pub fn number(x: f64) -> String {
    if x.is_nan() { String::new() } else { format!("{x}") }
}
