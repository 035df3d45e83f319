//! A metric over two parameters as a heat map, with contours where they help. Unresolved cells are hatched.

use super::figure::{Axis, Colours, Figure, Scale};
use super::layer::{Block, Blocks, Contours, Fill, Layer, Point};
use super::scale::{readable, with_minus};

/// Values over a grid of two parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The parameter along x, increasing.
    pub xs: Vec<f64>,
    /// The parameter along y, increasing.
    pub ys: Vec<f64>,
    /// `cells[row][column]` at `ys[row]`, `xs[column]`: the `y` of each point is the value, its `x` is not used.
    pub cells: Vec<Vec<Point>>,
}

/// The heat map of a grid; a centre (1 for ratios) makes the colours diverge from it. Contours are drawn at `levels`.
pub fn figure(x: Axis, y: Axis, value: Axis, centre: Option<f64>, grid: &Grid, levels: &[f64]) -> Figure {
    let (columns, rows) = (edges(&grid.xs, &x), edges(&grid.ys, &y));
    // Numbers and contours would lie on each other.
    let numbers = levels.is_empty();
    let mut layers = vec![Layer::Blocks(blocks(grid, &columns, &rows, numbers))];
    if !levels.is_empty() {
        let levels = levels.iter().copied().filter(|level| centre.is_none_or(|c| (level - c).abs() > 1e-9)).collect();
        let values = grid.cells.iter().map(|row| row.iter().map(shown_value).collect()).collect();
        let (xs, ys) = (grid.xs.clone(), grid.ys.clone());
        layers.push(Layer::Contours(Contours { xs, ys, values, levels }));
        // Where neither is better can only lie in cells that do not resolve it: that line follows the estimates.
        layers.extend(centre.map(|level| Layer::Contours(estimated(grid, level))));
    }
    let (x, y) = (within(x, &columns), within(y, &rows));
    Figure { colours: Some(Colours { axis: value, centre }), ..Figure::single(x, y, layers) }
}

/// The line of one value through the estimates, resolved or not.
fn estimated(grid: &Grid, level: f64) -> Contours {
    let values = grid.cells.iter().map(|row| row.iter().map(|cell| cell.y).collect()).collect();
    Contours { xs: grid.xs.clone(), ys: grid.ys.clone(), values, levels: vec![level] }
}

/// A contour through a value that is not resolved would be a guess.
fn shown_value(cell: &Point) -> f64 {
    if cell.resolved { cell.y } else { f64::NAN }
}

fn within(axis: Axis, edges: &[f64]) -> Axis {
    match (axis.categories.is_empty(), edges) {
        (true, [first, .., last]) => axis.within(*first, *last),
        _ => axis,
    }
}

/// Edges between neighbours, half-way on the axis's scale; the outer ones as far out as the inner ones are in.
fn edges(values: &[f64], axis: &Axis) -> Vec<f64> {
    let log = axis.scale == Scale::Log;
    let to = |value: f64| if log { value.log10() } else { value };
    let back = |value: f64| if log { 10f64.powf(value) } else { value };
    let places: Vec<f64> = values.iter().map(|&value| to(value)).collect();
    let inner: Vec<f64> = places.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
    let (Some(&first), Some(&last)) = (places.first(), places.last()) else { return Vec::new() };
    let start = inner.first().map_or(first - 0.5, |edge| 2.0 * first - edge);
    let end = inner.last().map_or(last + 0.5, |edge| 2.0 * last - edge);
    std::iter::once(start).chain(inner).chain(std::iter::once(end)).map(back).collect()
}

fn blocks(grid: &Grid, columns: &[f64], rows: &[f64], numbers: bool) -> Blocks {
    let mut blocks = Vec::new();
    for (row, cells) in rows.windows(2).zip(&grid.cells) {
        for ((column, cell), &at) in columns.windows(2).zip(cells).zip(&grid.xs) {
            let text = if numbers && cell.y.is_finite() { short(cell.y) } else { String::new() };
            let point = Point { x: at, ..*cell };
            blocks.push(Block { x: (column[0], column[1]), y: (row[0], row[1]), point, text });
        }
    }
    Blocks { label: String::new(), blocks, fill: Fill::Value, listed: false }
}

/// Three digits are what fits a cell, one of a ratio below a two-hundredth; as many decimals in all cells of a magnitude.
fn short(value: f64) -> String {
    match value.abs() {
        size if (0.0005..0.005).contains(&size) => with_minus(format!("{value:.3}")),
        size if (0.005..9.995).contains(&size) => with_minus(format!("{value:.2}")),
        size if (9.995..99.95).contains(&size) => with_minus(format!("{value:.1}")),
        _ => readable(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_meet_half_way_on_the_scale_of_their_axis() {
        assert_eq!(edges(&[1.0, 2.0, 4.0], &Axis::linear("", "")), [0.5, 1.5, 3.0, 5.0]);
        let log = edges(&[1.0, 100.0], &Axis::log("", ""));
        for (found, expected) in log.iter().zip([0.1, 10.0, 1000.0]) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{log:?}");
        }
    }

    #[test]
    fn numbers_in_cells_are_short() {
        let found = [0.00312, 0.0312, -0.312, 3.12, 31.2, 312.0].map(short);
        assert_eq!(found, ["0.003", "0.03", "\u{2212}0.31", "3.12", "31.2", "312"]);
    }

    #[test]
    fn contours_do_not_trust_an_unresolved_value() {
        let cell = |y| Point::exact(0.0, y);
        let cells = vec![vec![cell(1.0), cell(2.0).unresolved()], vec![cell(3.0), cell(4.0)]];
        let grid = Grid { xs: vec![0.0, 1.0], ys: vec![0.0, 1.0], cells };
        let axis = || Axis::linear("", "");
        let figure = figure(axis(), axis(), axis(), None, &grid, &[1.5]);
        let Some(Layer::Contours(contours)) = figure.panels[0].layers.last() else { panic!("no contours") };
        assert!(contours.values[0][1].is_nan() && contours.values[1] == [3.0, 4.0]);
    }

    #[test]
    fn the_line_of_no_difference_follows_the_estimates_that_do_not_resolve_it() {
        let cell = |y| Point::exact(0.0, y);
        let cells = vec![vec![cell(0.8), cell(1.01).unresolved()], vec![cell(1.1), cell(1.3)]];
        let grid = Grid { xs: vec![0.0, 1.0], ys: vec![0.0, 1.0], cells };
        let axis = || Axis::linear("", "");
        let figure = figure(axis(), axis(), axis(), Some(1.0), &grid, &[0.9, 1.0, 1.1]);
        let lines = figure.panels[0].layers.iter().filter_map(|layer| match layer {
            Layer::Contours(contours) => Some((contours.levels.clone(), contours.values[0][1].is_nan())),
            _ => None,
        });
        assert_eq!(lines.collect::<Vec<_>>(), [(vec![0.9, 1.1], true), (vec![1.0], false)]);
    }
}
