//! The figures that an experiment asks for, made from its summaries.

use super::{Compared, Summary, baseline};
use crate::expr::{self, Value};
use crate::file::experiment::Plot;
use crate::file::{Cell, Experiment};
use crate::plot::{Axis, Curve, Figure, Point, Series, contrast, lines};
use crate::stats::{Kind, Verdict};
use crate::theory;
use loadlab_core::record::metric::Better;

/// How finely a formula is drawn.
const CURVE_STEPS: usize = 80;

/// Every plot of the file, by name.
pub fn figures(experiment: &Experiment, summaries: &[Summary], compared: &[Compared]) -> Vec<(String, Figure)> {
    let drawn = |plot: &Plot| match plot.kind.as_str() {
        "contrast" => contrast_figure(experiment, summaries, compared, plot),
        _ => figure(experiment, summaries, plot),
    };
    experiment.plots.iter().map(|plot| (plot.name.clone(), drawn(plot))).collect()
}

/// The ratio of each policy to the baseline, with its verdicts.
fn contrast_figure(experiment: &Experiment, summaries: &[Summary], compared: &[Compared], plot: &Plot) -> Figure {
    let drawn: Vec<&Compared> = compared
        .iter()
        .filter(|c| c.metric.name == plot.y && c.kind == Kind::Ratio && wanted(plot, &experiment.cells[c.cell]))
        .collect();
    let mut contrasts: Vec<contrast::Contrast> = Vec::new();
    for c in &drawn {
        let cell = &experiment.cells[c.cell];
        let (Some(x), Ok(judged)) = (place(cell, &plot.x), &c.judged) else { continue };
        let interval = judged.estimate.interval;
        let point = Point::estimate(x, judged.estimate.value, interval.low, interval.high, c.pairs as u64);
        let label = series_name(cell, &plot.by);
        let at = contrasts.iter().position(|known| known.label == label).unwrap_or(contrasts.len());
        if at == contrasts.len() {
            contrasts.push(contrast::Contrast { label, points: Vec::new() });
        }
        contrasts[at].points.push((point, sign(c, judged.verdict)));
    }
    contrasts.iter_mut().for_each(|c| c.points.sort_by(|a, b| a.0.x.total_cmp(&b.0.x)));
    let (x_label, x_unit) = key_label(&plot.x);
    let x = if plot.x_log { Axis::log(x_label, x_unit) } else { Axis::linear(x_label, x_unit) };
    let label =
        drawn.first().map_or(plot.y.clone(), |c| format!("{} over that of {}", c.metric.label, baseline(experiment)));
    let y = if plot.y_log { Axis::log(label, "") } else { Axis::linear(label, "") };
    let about: Vec<&Summary> = summaries
        .iter()
        .filter(|s| s.metric.name == plot.y && drawn.iter().any(|c| c.cell == s.cell || c.baseline == s.cell))
        .collect();
    let text = format!(
        "{} {} Simultaneous {} % intervals of paired ratios.{}",
        experiment.name.clone() + ":",
        contrast::KEY,
        experiment.stop.confidence * 100.0,
        doubts(&about)
    );
    contrast::figure(x, y, contrasts, 1.0).with_caption(text, false)
}

/// The sign of a verdict; a metric without a good direction shows only whether anything is known.
fn sign(compared: &Compared, verdict: Verdict) -> contrast::Verdict {
    match verdict {
        Verdict::Equivalent => contrast::Verdict::Equivalent,
        Verdict::Better if compared.metric.better != Better::Neither => contrast::Verdict::Better,
        Verdict::Worse if compared.metric.better != Better::Neither => contrast::Verdict::Worse,
        _ => contrast::Verdict::Unresolved,
    }
}

/// The warnings about what is drawn: each code with the number of points that it concerns.
fn doubts(drawn: &[&Summary]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for code in drawn.iter().flat_map(|s| s.warnings.iter().map(|w| w.code())) {
        match counts.iter_mut().find(|(known, _)| *known == code) {
            Some((_, n)) => *n += 1,
            None => counts.push((code, 1)),
        }
    }
    if counts.is_empty() {
        return String::new();
    }
    let told: Vec<String> = counts.iter().map(|(code, n)| format!("{code} {n}")).collect();
    format!(" Warnings, by points of {}: {}.", drawn.len(), told.join(", "))
}

fn figure(experiment: &Experiment, summaries: &[Summary], plot: &Plot) -> Figure {
    let drawn: Vec<&Summary> =
        summaries.iter().filter(|s| s.metric.name == plot.y && wanted(plot, &experiment.cells[s.cell])).collect();
    let label = drawn.first().map_or(plot.y.as_str(), |s| s.metric.label);
    let unit = drawn.first().map_or("", |s| if s.metric.unit == "1" { "" } else { s.metric.unit });
    let y = if plot.y_log { Axis::log(label, unit) } else { Axis::linear(label, unit) };
    let (x_label, x_unit) = key_label(&plot.x);
    let x = if plot.x_log { Axis::log(x_label, x_unit) } else { Axis::linear(x_label, x_unit) };
    let mut names: Vec<String> = Vec::new();
    for s in &drawn {
        let name = series_name(&experiment.cells[s.cell], &plot.by);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |name: &String| -> Vec<&Summary> {
        drawn.iter().filter(|s| series_name(&experiment.cells[s.cell], &plot.by) == *name).copied().collect()
    };
    let series = names.iter().map(|name| series(experiment, plot, name, &of(name))).collect();
    let curves = if plot.theory {
        names.iter().filter_map(|name| curve(experiment, plot, name, &of(name))).collect()
    } else {
        Vec::new()
    };
    lines::figure(x, y, series, curves).with_caption(caption(experiment, &drawn), false)
}

/// Whether a plot draws a cell.
pub(super) fn wanted(plot: &Plot, cell: &Cell) -> bool {
    plot.filter.as_ref().is_none_or(|f| expr::holds(&f.expr, &|name| cell.lookup(name)).unwrap_or(false))
}

/// A key in words and its unit, for an axis.
fn key_label(key: &str) -> (String, &'static str) {
    match key {
        "offered_load" => ("Offered load".to_owned(), ""),
        _ => (key.replace(['_', '.'], " "), ""),
    }
}

fn value(cell: &Cell, key: &str) -> Option<Value> {
    cell.lookup(&expr::Name { path: key.to_owned(), filters: Vec::new() })
}

fn series_name(cell: &Cell, by: &str) -> String {
    value(cell, by).map_or(String::new(), |v| super::text(&v))
}

fn place(cell: &Cell, key: &str) -> Option<f64> {
    match value(cell, key)? {
        Value::Number(x) => Some(x),
        _ => None,
    }
}

fn series(experiment: &Experiment, plot: &Plot, name: &str, summaries: &[&Summary]) -> Series {
    let point = |s: &&Summary| {
        let x = place(&experiment.cells[s.cell], &plot.x)?;
        let (low, high) = match &s.estimate {
            Some(e) if plot.ci => (e.interval.low, e.interval.high),
            _ => (s.mean(), s.mean()),
        };
        let resolved = s.resolved();
        Some(Point { x, y: s.mean(), low, high, resolved, n: s.replications as u64 })
    };
    let mut points: Vec<Point> = summaries.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    Series::new(name, points)
}

/// The formula along the x axis: smooth where that is the offered load, else at the simulated points.
fn curve(experiment: &Experiment, plot: &Plot, name: &str, summaries: &[&Summary]) -> Option<Curve> {
    let cells = summaries.iter().map(|s| &experiment.cells[s.cell]);
    let mut places: Vec<(f64, &Cell)> = cells.filter_map(|cell| Some((place(cell, &plot.x)?, cell))).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = (*places.first()?, *places.last()?);
    let known: Vec<(f64, theory::Known)> = if plot.x == "offered_load" {
        let at = |k: usize| first.0 + (last.0 - first.0) * k as f64 / CURVE_STEPS as f64;
        let steps = (0..=CURVE_STEPS).map(at);
        steps.filter_map(|load| Some((load, theory::known_at(first.1, &plot.y, load)?))).collect()
    } else {
        places.iter().filter_map(|(x, cell)| Some((*x, theory::known(cell, &plot.y)?))).collect()
    };
    let label = known.first()?.1.formula.to_owned();
    Some(Curve { label, of: name.to_owned(), points: known.into_iter().map(|(x, k)| (x, k.value)).collect() })
}

/// What is shown, on how many replications it stands, and how its intervals were made.
fn caption(experiment: &Experiment, drawn: &[&Summary]) -> String {
    let counts = drawn.iter().map(|s| s.replications);
    let (least, most) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
    let n = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let hollow = if drawn.iter().all(|s| s.resolved()) { "" } else { " Hollow points are unresolved." };
    format!(
        "{}: means of n = {n} replications with {} % Student t intervals.{hollow}{}",
        experiment.name,
        experiment.stop.confidence * 100.0,
        doubts(drawn)
    )
}
