//! Effects of a factor: what each policy makes of a metric compared with the baseline, averaged over all cells in which
//! the factor has the same value.
//!
//! Not here: the comparisons themselves (`contrasts`), one by one (`compared`).

use super::super::Compared;
use super::Material;
use super::arrangement::Arrangement;
use super::compared::{comparison_axis, neutral, of_cells};
use crate::plot::{Figure, Layer, Point, Rule, Series};
use crate::stats::Estimate;

/// The geometric mean of ratios, between those of the ends of their intervals. With half-widths h on the scale of logarithms
/// and any correlation between cells, the standard deviation of the mean is at most the mean of theirs: so the interval is
/// right whatever cells have in common, random numbers above all, and wider than it need be where they have little.
fn effect(place: f64, compared: &[&Compared]) -> Option<Point> {
    let judged = compared.iter().filter_map(|c| c.judged.as_ref().ok()).map(|judged| judged.estimate);
    let ratios: Vec<Estimate> = judged.filter(|ratio| ratio.value > 0.0).collect();
    let mean = |of: fn(&Estimate) -> f64| (ratios.iter().map(|r| of(r).ln()).sum::<f64>() / ratios.len() as f64).exp();
    let (value, low, high) = (mean(|r| r.value), mean(|r| r.interval.low), mean(|r| r.interval.high));
    // An end that is not positive has no logarithm.
    let high = if low.is_nan() { f64::NAN } else { high };
    let pairs = compared.first().map_or(0, |c| c.pairs as u64);
    (!ratios.is_empty()).then(|| Point::estimate(place, value, low, high, pairs))
}

/// The effects of the key along x. Ratios average geometrically: a ratio and its inverse cancel.
pub(super) fn panel(material: &Material<'_>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Figure {
    let plot = arrangement.plot;
    let metric = plot.y.first().map_or("", String::as_str);
    let x = arrangement.x();
    let series = arrangement.series(cells).into_iter().filter_map(|(label, own)| {
        let at = |place: f64| {
            let here: Vec<usize> =
                own.iter().copied().filter(|k| x.place(arrangement.cell(*k)) == Some(place)).collect();
            let compared: Vec<&Compared> = of_cells(material, plot, metric, &here).collect();
            effect(place, &compared)
        };
        let points: Vec<Point> = x.places().into_iter().filter_map(at).collect();
        (!points.is_empty()).then(|| Series::new(label, points))
    });
    let rule = Rule { label: String::new(), at: neutral(plot), upright: false };
    let layers = std::iter::once(Layer::Rule(rule)).chain(series.map(Layer::Series)).collect();
    Figure::single(x.axis(), comparison_axis(arrangement, metric, plot.y_log), layers)
}
