//! The data behind a figure as CSV: one row per thing drawn, with the panel and the layer it belongs to.

use super::Error;
use super::figure::{Axis, Figure, Layer, Panel};

const HEADER: [&str; 10] = ["title", "side", "layer", "series", "x", "y", "low", "high", "resolved", "n"];

/// The figure's data as CSV.
pub(super) fn csv(figure: &Figure) -> Result<String, Error> {
    let wrong = |why: csv::Error| Error::Table(why.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).map_err(wrong)?;
    for panel in &figure.panels {
        for layer in &panel.layers {
            for row in rows(figure, panel, layer) {
                writer.write_record([panel.title.clone(), panel.side.clone()].into_iter().chain(row)).map_err(wrong)?;
            }
        }
    }
    let bytes = writer.into_inner().map_err(|why| Error::Table(why.to_string()))?;
    String::from_utf8(bytes).map_err(|why| Error::Table(why.to_string()))
}

fn rows(figure: &Figure, panel: &Panel, layer: &Layer) -> Vec<[String; 8]> {
    let (x, y) = (figure.x_of(panel), figure.y_of(panel));
    match layer {
        Layer::Series(series) => series
            .points
            .iter()
            .map(|p| {
                let numbers = [value(x, p.x), value(y, p.y), number(p.low), number(p.high)];
                row("series", &series.label, numbers, &p.resolved.to_string(), &p.n.to_string())
            })
            .collect(),
        Layer::Curve(curve) => curve
            .points
            .iter()
            .map(|&(px, py)| {
                row("theory", &curve.label, [value(x, px), value(y, py), String::new(), String::new()], "", "")
            })
            .collect(),
    }
}

fn row(layer: &str, series: &str, [x, y, low, high]: [String; 4], resolved: &str, n: &str) -> [String; 8] {
    [layer.to_string(), series.to_string(), x, y, low, high, resolved.to_string(), n.to_string()]
}

/// The name of a category, or the number.
fn value(axis: &Axis, value: f64) -> String {
    let name = axis.categories.get(value as usize).filter(|_| value >= 0.0 && value.fract() == 0.0);
    name.cloned().unwrap_or_else(|| number(value))
}

/// The shortest text that reads back as the same number; nothing where there is none.
fn number(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}
