//! The table that closes a run on the terminal: the first plot's metric, policies across, the swept key down.

use super::{Summary, text};
use crate::expr::{Name, Value};
use crate::file::{Cell, Experiment};
use std::fmt::Write;

/// Means with their half-widths, as text; empty where there is nothing to show.
pub fn closing_table(experiment: &Experiment, summaries: &[Summary]) -> String {
    let plot = experiment.plots.first();
    let metric = plot.map_or("response.mean", |p| p.y.as_str());
    let x = plot.map(|p| p.x.clone()).or_else(|| experiment.swept.first().map(|key| key.to_string()));
    let by = plot.map_or("policy", |p| p.by.as_str());
    let wanted = |s: &&Summary| {
        let cell = &experiment.cells[s.cell];
        s.metric.name == metric && plot.is_none_or(|p| super::figures::wanted(p, cell))
    };
    let shown: Vec<&Summary> = summaries.iter().filter(wanted).collect();
    let Some(first) = shown.first() else { return String::new() };
    let unit = if first.metric.unit == "1" { String::new() } else { format!(" in {}", first.metric.unit) };
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for s in &shown {
        let cell = &experiment.cells[s.cell];
        keep(&mut rows, key(cell, x.as_deref()));
        keep(&mut columns, key(cell, Some(by)));
    }
    let mut out = format!(
        "{} ({metric}{unit}), mean +- half-width of the {} % interval\n\n",
        first.metric.label,
        experiment.stop.confidence * 100.0
    );
    let width = columns.iter().map(|c| c.chars().count()).max().unwrap_or(0).max(17) + 2;
    let head = x.as_deref().unwrap_or("");
    let side = rows.iter().map(|r| r.chars().count()).max().unwrap_or(0).max(head.chars().count());
    let _ = write!(out, "{head:side$}");
    columns.iter().for_each(|c| _ = write!(out, "{c:>width$}"));
    out.push('\n');
    for row in &rows {
        let _ = write!(out, "{row:side$}");
        for column in &columns {
            let found = shown.iter().find(|s| {
                let cell = &experiment.cells[s.cell];
                key(cell, x.as_deref()) == *row && key(cell, Some(by)) == *column
            });
            let _ = write!(out, "{:>width$}", found.map_or("-".to_owned(), |s| entry(s)));
        }
        out.push('\n');
    }
    out
}

fn keep(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn key(cell: &Cell, key: Option<&str>) -> String {
    let name = |path: &str| Name { path: path.to_owned(), filters: Vec::new() };
    key.and_then(|k| cell.lookup(&name(k))).filter(|v| *v != Value::Missing).map_or(String::new(), |v| text(&v))
}

fn entry(summary: &Summary) -> String {
    match &summary.estimate {
        Some(e) => format!("{} +- {}", significant(e.value, 5), significant(e.interval.half_width(), 2)),
        None if summary.mean().is_nan() => "-".to_owned(),
        None => significant(summary.mean(), 5),
    }
}

/// So many significant digits, without an exponent where that is readable.
fn significant(x: f64, digits: i32) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let magnitude = x.abs().log10().floor() as i32;
    if !(-5..=9).contains(&magnitude) {
        return format!("{x:.*e}", (digits - 1) as usize);
    }
    format!("{x:.*}", (digits - 1 - magnitude).max(0) as usize)
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn numbers_keep_their_significant_digits() {
        assert_eq!(significant(1.234567, 5), "1.2346");
        assert_eq!(significant(123456.7, 5), "123457");
        assert_eq!(significant(0.00123456, 2), "0.0012");
        assert_eq!(significant(1.5e12, 3), "1.50e12");
        assert_eq!(significant(0.0, 3), "0");
    }
}
