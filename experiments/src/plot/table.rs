//! The data behind a figure as CSV: one row per thing drawn, with the panel and the layer it belongs to.

use super::Error;
use super::figure::{Axis, Figure, Panel};
use super::layer::{Block, Contours, Layer, Point};

const HEADER: [&str; 13] =
    ["title", "side", "layer", "series", "x", "x_to", "y", "y_to", "value", "low", "high", "resolved", "n"];

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

/// One row without its panel: from the layer's kind to `n`.
type Row = [String; 11];

fn rows(figure: &Figure, panel: &Panel, layer: &Layer) -> Vec<Row> {
    let (x, y) = (figure.x_of(panel), figure.y_of(panel));
    let start = |kind: &str| -> Row {
        let mut row = Row::default();
        row[0] = kind.to_string();
        row[1] = layer.label().to_string();
        row
    };
    let place = |kind: &str, px: f64, py: f64| -> Row {
        let mut row = start(kind);
        (row[2], row[4]) = (value(x, px), value(y, py));
        row
    };
    match layer {
        Layer::Series(series) => {
            series.points.iter().map(|point| estimate(place("series", point.x, point.y), point)).collect()
        }
        Layer::Curve(curve) => curve.points.iter().map(|&(px, py)| place("theory", px, py)).collect(),
        Layer::Rule(rule) => {
            let mut row = start("line");
            row[if rule.upright { 2 } else { 4 }] = number(rule.at);
            vec![row]
        }
        Layer::Blocks(blocks) => blocks.blocks.iter().map(|block| block_row(start("block"), block)).collect(),
        Layer::Contours(contours) => contour_rows(contours, &place),
        Layer::Arrows(arrows) => arrows
            .arrows
            .iter()
            .map(|&(tail, head)| {
                let mut row = place("arrow", tail.0, tail.1);
                (row[3], row[5]) = (number(head.0), number(head.1));
                row
            })
            .collect(),
    }
}

fn estimate(mut row: Row, point: &Point) -> Row {
    (row[7], row[8]) = (number(point.low), number(point.high));
    (row[9], row[10]) = (point.resolved.to_string(), point.n.to_string());
    row
}

fn block_row(mut row: Row, block: &Block) -> Row {
    (row[2], row[3]) = (number(block.x.0), number(block.x.1));
    (row[4], row[5]) = (number(block.y.0), number(block.y.1));
    row[6] = number(block.point.y);
    estimate(row, &block.point)
}

fn contour_rows(contours: &Contours, place: &dyn Fn(&str, f64, f64) -> Row) -> Vec<Row> {
    let mut rows = Vec::new();
    for (&y, values) in contours.ys.iter().zip(&contours.values) {
        for (&x, &value) in contours.xs.iter().zip(values) {
            let mut row = place("contour", x, y);
            row[6] = number(value);
            rows.push(row);
        }
    }
    rows
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

#[cfg(test)]
mod tests {
    use super::super::layer::{Curve, Series};
    use super::super::lines;
    use super::*;

    #[test]
    fn every_number_reads_back_as_it_was_and_a_missing_one_is_empty() {
        let points = vec![Point::estimate(0.1, 1.0 / 3.0, 0.3, 0.4, 20), Point::exact(0.2, 1e-9).unresolved()];
        let theory = Curve { label: "M/M/1, \"theory\"".into(), of: String::new(), points: vec![(0.5, 2.0)] };
        let axis = || Axis::linear("", "");
        let text = csv(&lines::figure(axis(), axis(), vec![Series::new("push", points)], vec![theory])).unwrap();
        let expected = "title,side,layer,series,x,x_to,y,y_to,value,low,high,resolved,n\n\
            ,,theory,\"M/M/1, \"\"theory\"\"\",0.5,,2,,,,,,\n\
            ,,series,push,0.1,,0.3333333333333333,,,0.3,0.4,true,20\n\
            ,,series,push,0.2,,0.000000001,,,,,false,0\n";
        assert_eq!(text, expected);
    }
}
