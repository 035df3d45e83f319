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
