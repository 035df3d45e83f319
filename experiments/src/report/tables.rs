//! The tables of the page: means, comparisons with the baseline, theory beside simulation.

use super::checklist::short;
use super::html::{Field, Table};
use super::{Keys, Report};
use crate::file::Experiment;
use crate::results::{baseline, claim_metrics};
use crate::stats::{Judged, Kind};
use crate::theory;
use loadlab_core::record::metric::{METRICS, Metric};

/// The metrics that the experiment is about: those of its plots, claims, targets and contrasts, in the order of all
/// tables.
pub(super) fn metrics(experiment: &Experiment) -> Vec<&'static str> {
    let mut named: Vec<&str> = experiment.plots.iter().flat_map(|plot| plot.metrics()).collect();
    named.extend(experiment.claims.iter().flat_map(claim_metrics));
    named.extend(experiment.stop.targets.iter().map(|target| target.metric.as_str()));
    named.extend(experiment.stop.contrasts.iter().flat_map(|c| &c.metrics).map(String::as_str));
    if named.is_empty() {
        named = vec!["response.mean", "slowdown.mean"];
    }
    METRICS.iter().map(|metric| metric.name).filter(|name| named.contains(name)).collect()
}

fn heading(name: &str) -> String {
    match Metric::find(name) {
        Some(metric) if metric.unit != "1" => format!("{} ({})", metric.label, metric.unit),
        Some(metric) => metric.label.to_owned(),
        None => name.to_owned(),
    }
}

/// A row per cell, a column per metric.
pub(super) fn means(report: &Report<'_>) -> String {
    let experiment = report.findings.experiment;
    let keys = Keys::of(experiment);
    let metrics = metrics(experiment);
    let headings = metrics.iter().map(|name| heading(name)).chain(["Replications".to_owned(), "Warnings".to_owned()]);
    let head: Vec<String> = keys.names().into_iter().chain(headings).collect();
    let confidence = short(100.0 * experiment.stop.confidence, 4);
    let caption = format!("Means over replications ± the half-width of the {confidence} % interval (Student t)");
    let mut table = Table::new(&caption, &head);
    for cells in report.findings.summaries.chunks(METRICS.len()) {
        let Some(first) = cells.first() else { continue };
        let mut row = keys.values(first.cell);
        let mut codes: Vec<&str> = Vec::new();
        let shown = || cells.iter().filter(|s| metrics.contains(&s.metric.name));
        for summary in shown() {
            let half = summary.estimate.as_ref().map(|e| e.interval.half_width());
            row.push(Field::mean(summary.mean(), half));
            codes.extend(summary.warnings.iter().map(|w| w.code()));
        }
        codes.sort_unstable();
        codes.dedup();
        row.push(Field::text(report.facts.replications[first.cell].to_string()));
        row.push(if codes.is_empty() { Field::none() } else { Field::text(codes.join(", ")) });
        table.row(row);
    }
    table.html()
}

/// A row per policy that is compared, point and metric.
pub(super) fn comparisons(report: &Report<'_>) -> String {
    let experiment = report.findings.experiment;
    let keys = Keys::of(experiment);
    let own = ["Metric", "Ratio", "Interval", "p", "Pairs", "Verdict"].map(str::to_owned);
    let head: Vec<String> = keys.names().into_iter().chain(own).collect();
    let caption = format!("Each policy over {}, as paired ratios with simultaneous intervals", baseline(experiment));
    let mut table = Table::new(&caption, &head);
    for compared in report.findings.compared.iter().filter(|c| c.kind == Kind::Ratio && c.pairs > 0) {
        let mut row = keys.values(compared.cell);
        row.push(Field::text(heading(compared.metric.name)));
        let of = |f: fn(&Judged) -> Field| compared.judged.as_ref().map_or(Field::none(), f);
        row.push(of(|j| Field::number(j.estimate.value)));
        row.push(of(|j| Field::interval(j.estimate.interval.low, j.estimate.interval.high)));
        row.push(of(|j| Field::digits(j.p_adjusted, 2)));
        row.push(Field::text(compared.pairs.to_string()));
        row.push(Field::verdict(compared.verdict()));
        table.row(row);
    }
    table.html()
}

/// A row per cell and shown metric for which a formula is known.
pub(super) fn theory(report: &Report<'_>) -> String {
    let experiment = report.findings.experiment;
    let keys = Keys::of(experiment);
    let own = ["Metric", "Formula", "Holds", "Theory", "Simulated", "Inside the interval"].map(str::to_owned);
    let head: Vec<String> = keys.names().into_iter().chain(own).collect();
    let mut table = Table::new("What formulas say beside what was simulated", &head);
    let metrics = metrics(experiment);
    for summary in report.findings.summaries.iter().filter(|s| metrics.contains(&s.metric.name)) {
        let known = theory::known(&experiment.cells[summary.cell], summary.metric.name);
        let (Some(known), Some(estimate)) = (known, &summary.estimate) else { continue };
        let mut row = keys.values(summary.cell);
        row.extend(
            [heading(summary.metric.name), known.formula.to_owned(), known.holds.word().to_owned()].map(Field::text),
        );
        row.push(Field::number(known.value));
        row.push(Field::mean(estimate.value, Some(estimate.interval.half_width())));
        row.push(Field::text(if known.inside(&estimate.interval) { "yes" } else { "no" }));
        table.row(row);
    }
    table.html()
}
