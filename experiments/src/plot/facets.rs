//! One panel per combination of two parameters, on shared axes so that panels can be compared.

use super::figure::{Axis, Figure, Panel, Width};
use super::layer::Layer;

/// A grid of panels: `layers(row, column)` fills the panel of the row-th row name and the column-th column name.
///
/// A grid without rows (or columns) is one empty name.
pub fn figure(
    x: Axis,
    y: Axis,
    rows: &[String],
    columns: &[String],
    layers: impl Fn(usize, usize) -> Vec<Layer>,
) -> Figure {
    let mut panels = Vec::new();
    for (row, side) in rows.iter().enumerate() {
        for (column, title) in columns.iter().enumerate() {
            let title = if row == 0 { title.clone() } else { String::new() };
            let side = if column + 1 == columns.len() { side.clone() } else { String::new() };
            panels.push(Panel { title, side, layers: layers(row, column), ..Panel::default() });
        }
    }
    let width = if columns.len() > 1 { Width::TwoColumns } else { Width::OneColumn };
    Figure { panels, columns: columns.len(), width, ..Figure::single(x, y, Vec::new()) }
}

/// The same grid from figures of one panel each, row by row. The axes and the colours are those of the first; a figure
/// with panels of its own keeps the first of them.
pub fn join(rows: &[String], columns: &[String], figures: Vec<Figure>) -> Figure {
    let left_out = figures.iter().map(|figure| figure.left_out).sum();
    let Some(first) = figures.first().cloned() else {
        return Figure::single(Axis::linear("", ""), Axis::linear("", ""), Vec::new());
    };
    let panels: Vec<Panel> =
        figures.into_iter().map(|figure| figure.panels.into_iter().next().unwrap_or_default()).collect();
    let grid = figure(first.x.clone(), first.y.clone(), rows, columns, |_, _| Vec::new());
    let named = grid.panels.into_iter().zip(panels);
    let panels = named.map(|(name, panel)| Panel { title: name.title, side: name.side, ..panel }).collect();
    Figure { panels, columns: grid.columns, width: grid.width, left_out, ..first }
}

#[cfg(test)]
mod tests {
    use super::super::layer::{Point, Series};
    use super::*;

    #[test]
    fn joined_panels_keep_their_layers_and_are_named_at_the_edges() {
        let one = |y: f64| {
            let layers = vec![Layer::Series(Series::new("a", vec![Point::exact(1.0, y)]))];
            Figure { left_out: 1, ..Figure::single(Axis::linear("x", ""), Axis::linear("y", ""), layers) }
        };
        let names = |names: [&str; 2]| names.map(str::to_owned);
        let joined = join(&names(["r0", "r1"]), &names(["c0", "c1"]), (0..4).map(|k| one(f64::from(k))).collect());
        let panels: Vec<_> = joined.panels.iter().map(|p| (p.title.as_str(), p.side.as_str())).collect();
        assert_eq!(panels, [("c0", ""), ("c1", "r0"), ("", ""), ("", "r1")]);
        assert_eq!((joined.columns, joined.left_out), (2, 4));
        let ys: Vec<f64> = joined.panels.iter().map(|panel| panel.layers[0].places()[0].1).collect();
        assert_eq!(ys, [0.0, 1.0, 2.0, 3.0]);
    }
}
