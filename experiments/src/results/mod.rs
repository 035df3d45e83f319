//! What runs leave behind: the record of one run, and the tables, figures and manifest made from all of them.
//!
//! Not here: running, and the statistics themselves (`stats`).

pub mod claims;
mod contrasts;
mod doubts;
mod figures;
mod manifest;
mod places;
mod run;
mod summary;
mod tables;
mod terminal;
mod theory_table;
mod verdicts;

pub use contrasts::{Compared, baseline, contrasts, contrasts_csv, metric_index, pairs, points, question};
pub use figures::figures;
pub use manifest::{Circumstances, manifest};
pub use places::Place;
pub use run::{Run, Runs, Status};
pub use summary::{Summary, summarise, warning_lines};
pub use tables::{runs_csv, summary_csv};
pub use terminal::closing_table;
pub use theory_table::theory_csv;
pub use verdicts::{claims_csv, claims_text};

use crate::expr::Value;

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
