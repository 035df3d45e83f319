//! What closes a run on the terminal: the first plot's metric as a table, policies across and the swept key down, with
//! whatever else tells its cells apart; and the plot itself as text.

use super::{Figures, Summary, text};
use crate::expr::{Name, Value};
use crate::file::plots::Shows;
use crate::file::{Cell, Experiment, harmless};
use crate::plot;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Means with their half-widths, as text; empty where there is nothing to show.
pub fn closing_table(experiment: &Experiment, summaries: &[Summary]) -> String {
    let plot = experiment.plots.first();
    let metric = plot.and_then(|p| p.metrics().first().copied()).unwrap_or("response.mean");
    let along = plot.filter(|p| p.kind.x == Shows::Key).map(|p| p.x.clone());
    let x = along.or_else(|| experiment.swept.first().map(|key| key.to_string()));
    let by = plot.and_then(|p| p.by.first()).map_or("policy", String::as_str);
    let wanted = |s: &&Summary| {
        let cell = &experiment.cells[s.cell];
        s.metric.name == metric && plot.is_none_or(|p| super::figures::wanted(experiment, p, cell))
    };
    let shown: Vec<&Summary> = summaries.iter().filter(wanted).collect();
    let Some(first) = shown.first() else { return String::new() };
    let unit = if first.metric.unit == "1" { String::new() } else { format!(" in {}", first.metric.unit) };
    let cells: Vec<&Cell> = shown.iter().map(|s| &experiment.cells[s.cell]).collect();
    let sides = sides(experiment, &cells, x, by);
    let row_of = |cell: &Cell| sides.iter().map(|side| key(cell, side)).collect::<Vec<_>>();
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for cell in &cells {
        keep(&mut rows, row_of(cell));
        keep(&mut columns, key(cell, by));
    }
    let mut out = format!(
        "{} ({metric}{unit}), mean +- half-width of the {} % interval\n\n",
        first.metric.label,
        experiment.stop.confidence * 100.0
    );
    let width = columns.iter().map(|c| c.chars().count()).max().unwrap_or(0).max(17) + 2;
    let heads = aligned(&sides, &rows);
    let _ = write!(out, "{}", heads[0]);
    columns.iter().for_each(|c| _ = write!(out, "{c:>width$}"));
    out.push('\n');
    for (row, head) in rows.iter().zip(&heads[1..]) {
        let _ = write!(out, "{head}");
        for column in &columns {
            let found = shown.iter().zip(&cells).find(|(_, cell)| row_of(cell) == *row && key(cell, by) == *column);
            let _ = write!(out, "{:>width$}", found.map_or("-".to_owned(), |(s, _)| entry(s)));
        }
        out.push('\n');
    }
    out
}

/// The keys that name the rows: before the one along x, every other without which two cells would share an entry.
fn sides(experiment: &Experiment, cells: &[&Cell], x: Option<String>, by: &str) -> Vec<String> {
    let distinct = |sides: &[String]| {
        let place = |cell: &&Cell| (key(cell, by), sides.iter().map(|side| key(cell, side)).collect::<Vec<_>>());
        cells.iter().map(place).collect::<BTreeSet<_>>().len()
    };
    let mut sides: Vec<String> = x.into_iter().collect();
    let along = sides.len();
    for other in ["scenario", "policy"].into_iter().chain(experiment.swept.iter().map(|key| &**key)) {
        let mut longer = sides.clone();
        longer.insert(sides.len() - along, other.to_owned());
        if distinct(&longer) > distinct(&sides) {
            sides = longer;
        }
    }
    sides
}

/// The line of the keys and the lines of their values, all equally wide.
fn aligned(sides: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let mut lines = vec![String::new(); rows.len() + 1];
    for (k, side) in sides.iter().enumerate() {
        let texts: Vec<&String> = std::iter::once(side).chain(rows.iter().map(|row| &row[k])).collect();
        let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let gap = if k == 0 { "" } else { "  " };
        lines.iter_mut().zip(texts).for_each(|(line, text)| _ = write!(line, "{gap}{text:width$}"));
    }
    lines
}

/// The columns of the plot on the terminal.
const COLUMNS: usize = 76;

/// The first figure as text, in which nothing acts on the terminal.
pub fn closing_plot(figures: &Figures) -> String {
    let Some((_, figure)) = figures.first() else { return String::new() };
    let lines = plot::text::plot(figure, COLUMNS);
    lines.lines().map(|line| harmless(line) + "\n").chain(["\n".to_owned()]).collect()
}

fn keep<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The value of a key in a cell, as text; empty where it has none.
fn key(cell: &Cell, path: &str) -> String {
    let name = Name { path: path.to_owned(), filters: Vec::new() };
    cell.lookup(&name).filter(|v| *v != Value::Missing).map_or(String::new(), |v| text(&v))
}

fn entry(summary: &Summary) -> String {
    match &summary.estimate {
        Some(e) => format!("{} +- {}", significant(e.value, 5), significant(e.interval.half_width(), 2)),
        None if summary.mean().is_nan() => "-".to_owned(),
        None => significant(summary.mean(), 5),
    }
}

/// So many significant digits, without an exponent where that is readable.
pub(crate) fn significant(x: f64, digits: i32) -> String {
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
