//! Paired comparisons with the baseline: the line of no difference, intervals, verdicts.

use super::super::{Compared, baseline};
use super::arrangement::Arrangement;
use super::{Material, axis, metric_axis};
use crate::file::plots::Plot;
use crate::plot::{Axis, Figure, Point, contrast};
use crate::stats::{Kind, Verdict};
use loadlab_core::record::metric::Better;

/// How a plot compares.
pub(super) fn kind(plot: &Plot) -> Kind {
    if plot.compare.as_deref() == Some("difference") { Kind::Difference } else { Kind::Ratio }
}

/// The value that means no difference.
pub(super) fn neutral(plot: &Plot) -> f64 {
    if kind(plot) == Kind::Difference { 0.0 } else { 1.0 }
}

/// The axis of comparisons in a metric.
pub(super) fn comparison_axis(arrangement: &Arrangement<'_>, metric: &str, log: bool) -> Axis {
    let (own, other) = (metric_axis(metric, log), baseline(arrangement.experiment));
    match kind(arrangement.plot) {
        Kind::Ratio => axis(format!("{} over that of {other}", own.label), "", log),
        Kind::Difference => axis(format!("{} less that of {other}", own.label), &own.unit, log),
    }
}

/// The comparisons of some cells in a metric.
pub(super) fn of_cells<'a>(
    material: &Material<'a>,
    plot: &'a Plot,
    metric: &'a str,
    cells: &'a [usize],
) -> impl Iterator<Item = &'a Compared> {
    let kind = kind(plot);
    material.compared.iter().filter(move |c| c.kind == kind && c.metric.name == metric && cells.contains(&c.cell))
}

/// A comparison as a point; None where there was nothing to compare.
pub(super) fn point(compared: &Compared, x: f64) -> Option<Point> {
    let judged = compared.judged.as_ref().ok()?;
    let (value, interval) = (judged.estimate.value, judged.estimate.interval);
    let point = Point::estimate(x, value, interval.low, interval.high, compared.pairs as u64);
    Some(Point { resolved: judged.verdict != Verdict::Unresolved, ..point })
}

/// What each policy makes of a metric compared with the baseline.
pub(super) fn panel(material: &Material<'_>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Figure {
    let plot = arrangement.plot;
    let metric = plot.y.first().map_or("", String::as_str);
    let x = arrangement.x();
    let mut contrasts: Vec<contrast::Contrast> = Vec::new();
    for compared in of_cells(material, plot, metric, cells) {
        let place = x.place(arrangement.cell(compared.cell));
        let Some(point) = place.and_then(|at| point(compared, at)) else { continue };
        let label = arrangement.label(compared.cell).to_owned();
        let at = contrasts.iter().position(|known| known.label == label).unwrap_or(contrasts.len());
        if at == contrasts.len() {
            contrasts.push(contrast::Contrast { label, points: Vec::new() });
        }
        contrasts[at].points.push((point, sign(compared)));
    }
    contrasts.iter_mut().for_each(|c| c.points.sort_by(|a, b| a.0.x.total_cmp(&b.0.x)));
    contrast::figure(x.axis(), comparison_axis(arrangement, metric, plot.y_log), contrasts, neutral(plot))
}

/// The sign of a verdict; a metric without a good direction shows only whether anything is known.
fn sign(compared: &Compared) -> contrast::Verdict {
    match compared.judged.as_ref().map_or(Verdict::Unresolved, |judged| judged.verdict) {
        Verdict::Equivalent => contrast::Verdict::Equivalent,
        Verdict::Better if compared.metric.better != Better::Neither => contrast::Verdict::Better,
        Verdict::Worse if compared.metric.better != Better::Neither => contrast::Verdict::Worse,
        _ => contrast::Verdict::Unresolved,
    }
}
