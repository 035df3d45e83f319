//! Captions: what is shown, on how many replications it stands, how its intervals were made, and what is in doubt.

use super::super::Summary;
use super::Material;
use super::arrangement::Arrangement;
use super::recorded::replications;
use crate::plot::{Figure, Layer};
use crate::results::records::Sort;

/// The caption of a figure.
pub(super) fn caption(material: &Material<'_>, arrangement: &Arrangement<'_>, figure: &Figure) -> String {
    let plot = arrangement.plot;
    let says = match plot.kind.name {
        "lines" | "bars" | "heat" | "contour" if !plot.compares() => means(material, arrangement, figure),
        "contrast" | "heat" | "contour" => comparisons(material, arrangement),
        "effects" => {
            let (cells, level) = (arrangement.cells.len(), per_cent(arrangement.experiment.stop.confidence));
            format!("geometric means over {cells} cells, of ratios and of the ends of their {level} % intervals.")
        }
        "loads" | "gantt" => one_run(arrangement),
        "warmup" => format!(
            "processes at the nodes, averaged over {}, and the end of the warm-up, the mean over them.",
            recorded(material, arrangement, Sort::Nodes)
        ),
        "stability" => format!("running means of {}.", recorded(material, arrangement, Sort::Processes)),
        _ => format!("measured processes of {}.", recorded(material, arrangement, Sort::Processes)),
    };
    format!("{}: {says}", arrangement.experiment.name)
}

/// "n = 20 replications", over the cells that are drawn.
fn recorded(material: &Material<'_>, arrangement: &Arrangement<'_>, sort: Sort) -> String {
    let cells = arrangement.cells.iter().map(|k| arrangement.cell(*k));
    format!("{} recorded replications", span(cells.map(|cell| replications(material, cell, sort).len())))
}

/// "n = 5" or "n = 5 to 9".
fn span(counts: impl Iterator<Item = usize> + Clone) -> String {
    let (least, most) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
    if least == most { format!("n = {least}") } else { format!("n = {least} to {most}") }
}

fn per_cent(confidence: f64) -> f64 {
    // Ten decimals of a per cent: enough for any level, without the noise of 1 - .05.
    (100.0 * confidence * 1e10).round() / 1e10
}

fn means(material: &Material<'_>, arrangement: &Arrangement<'_>, figure: &Figure) -> String {
    let drawn = summaries(material, arrangement, &arrangement.cells);
    let map = figure.colours.is_some();
    let intervals = match (map, arrangement.plot.ci) {
        (false, true) => {
            format!(" with {} % Student t intervals", per_cent(arrangement.experiment.stop.confidence))
        }
        _ => String::new(),
    };
    let open = match (drawn.iter().all(|s| s.resolved()), map || has_blocks(figure)) {
        (true, _) => "",
        (false, true) => " Hatched cells are unresolved.",
        (false, false) => " Hollow points are unresolved.",
    };
    let n = span(drawn.iter().map(|s| s.replications));
    format!("means of {n} replications{intervals}.{open}{}", doubts(&drawn))
}

fn has_blocks(figure: &Figure) -> bool {
    figure.panels.iter().flat_map(|panel| &panel.layers).any(|layer| matches!(layer, Layer::Blocks(_)))
}

fn comparisons(material: &Material<'_>, arrangement: &Arrangement<'_>) -> String {
    let (plot, experiment) = (arrangement.plot, arrangement.experiment);
    let kind = super::compared::kind(plot);
    let metrics = plot.metrics();
    let drawn = material
        .compared
        .iter()
        .filter(|c| c.kind == kind && metrics.contains(&c.metric.name) && arrangement.cells.contains(&c.cell));
    let mut cells: Vec<usize> = drawn.clone().flat_map(|c| [c.cell, c.baseline]).collect();
    cells.sort_unstable();
    cells.dedup();
    let what = if kind == crate::stats::Kind::Ratio { "ratios" } else { "differences" };
    format!(
        "simultaneous {} % intervals of paired {what}, {} pairs.{}",
        per_cent(experiment.stop.confidence),
        span(drawn.map(|c| c.pairs)),
        doubts(&summaries(material, arrangement, &cells))
    )
}

fn one_run(arrangement: &Arrangement<'_>) -> String {
    let cell = arrangement.cells.first().map(|k| arrangement.cell(*k));
    let (scenario, policy) = cell.map_or(("", ""), |cell| (&*cell.scenario.name, &*cell.policy.name));
    // `scenario` is what the only scenario of a file is called, which says nothing.
    let scenario = if scenario == "scenario" { String::new() } else { format!("scenario {scenario}, ") };
    format!("{scenario}policy {policy}, replication {}.", arrangement.plot.replication)
}

fn summaries<'a>(material: &Material<'a>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Vec<&'a Summary> {
    let metrics = arrangement.plot.metrics();
    cells.iter().flat_map(|k| metrics.iter().filter_map(|name| material.summary(*k, name))).collect()
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
