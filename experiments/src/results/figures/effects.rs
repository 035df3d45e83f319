//! Effects of a factor: what each policy makes of a metric compared with the baseline, averaged over all cells in which
//! the factor has the same value.
//!
//! Not here: the comparisons themselves (`contrasts`), one by one (`compared`).

use super::Material;
use super::arrangement::Arrangement;
use super::compared::{comparison_axis, neutral, of_cells};
use crate::plot::{Figure, Layer, Point, Rule, Series};

/// The effects of the key along x. Ratios average geometrically: a ratio and its inverse cancel.
pub(super) fn panel(material: &Material<'_>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Figure {
    let plot = arrangement.plot;
    let metric = plot.y.first().map_or("", String::as_str);
    let x = arrangement.x();
    let series = arrangement.series(cells).into_iter().filter_map(|(label, own)| {
        let at = |place: f64| {
            let here: Vec<usize> =
                own.iter().copied().filter(|k| x.place(arrangement.cell(*k)) == Some(place)).collect();
            let values = of_cells(material, plot, metric, &here).filter_map(|c| c.judged.as_ref().ok());
            let logs: Vec<f64> = values.map(|j| j.estimate.value).filter(|v| *v > 0.0).map(f64::ln).collect();
            let mean = logs.iter().sum::<f64>() / logs.len() as f64;
            (!logs.is_empty()).then(|| Point::exact(place, mean.exp()))
        };
        let points: Vec<Point> = x.places().into_iter().filter_map(at).collect();
        (!points.is_empty()).then(|| Series::new(label, points))
    });
    let rule = Rule { label: String::new(), at: neutral(plot), upright: false };
    let layers = std::iter::once(Layer::Rule(rule)).chain(series.map(Layer::Series)).collect();
    Figure::single(x.axis(), comparison_axis(arrangement, metric, plot.y_log), layers)
}
