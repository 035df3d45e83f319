//! A metric, or its ratio to the baseline, over two keys: as colour, or with lines of equal value.

use super::arrangement::Arrangement;
use super::compared::{comparison_axis, kind, neutral, of_cells, point};
use super::means::estimate;
use super::{Material, metric_axis};
use crate::plot::heat::{self, Grid};
use crate::plot::{Figure, Point};
use crate::stats::Kind;

/// About how many lines of equal value there are.
const LEVELS: f64 = 8.0;
/// So many values of a key each have a field and a name; more are placed by their size.
const MOST_NAMED: usize = 12;

/// The map of some cells.
pub(super) fn panel(material: &Material<'_>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Figure {
    let plot = arrangement.plot;
    let metric = plot.value.as_deref().unwrap_or("");
    let (x, y) = (arrangement.x(), arrangement.y());
    let (x, y) = if plot.kind.name == "heat" { (x.named(MOST_NAMED), y.named(MOST_NAMED)) } else { (x, y) };
    let (xs, ys) = (x.places(), y.places());
    let mut grid = vec![vec![Point::exact(f64::NAN, f64::NAN); xs.len()]; ys.len()];
    let mut put = |cell: usize, of: &dyn Fn(f64) -> Option<Point>| {
        let cell = arrangement.cell(cell);
        let (Some(px), Some(py)) = (x.place(cell), y.place(cell)) else { return };
        let (column, row) = (xs.iter().position(|at| *at == px), ys.iter().position(|at| *at == py));
        if let (Some(column), Some(row), Some(point)) = (column, row, of(px)) {
            grid[row][column] = point;
        }
    };
    let ratio = plot.compares() && kind(plot) == Kind::Ratio;
    if plot.compares() {
        of_cells(material, plot, metric, cells).for_each(|c| put(c.cell, &|px| point(c, px)));
    } else {
        cells.iter().for_each(|k| put(*k, &|px| estimate(material, *k, metric, true, px)));
    }
    let (axis, centre) = match plot.compares() {
        // A ratio and its inverse are equally far from 1 on a logarithmic scale.
        true => (comparison_axis(arrangement, metric, ratio), Some(neutral(plot))),
        false => (metric_axis(metric, false), None),
    };
    let levels = if plot.kind.name == "contour" { levels(&grid) } else { Vec::new() };
    heat::figure(x.axis(), y.axis(), axis, centre, &Grid { xs, ys, cells: grid }, &levels)
}

/// Round values between the least and the greatest.
fn levels(grid: &[Vec<Point>]) -> Vec<f64> {
    let values = || grid.iter().flatten().filter(|p| p.resolved && p.y.is_finite()).map(|p| p.y);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    if !(high - low).is_finite() || high - low <= 1e-9 * high.abs() {
        return Vec::new();
    }
    let rough = (high - low) / LEVELS;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|k| k * power).find(|step| *step >= rough).unwrap_or(rough);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|k| k as f64 * step).filter(|level| *level > low && *level < high).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_round_and_lie_between_the_values() {
        let grid = vec![vec![Point::exact(0.0, 1.3), Point::exact(0.0, 7.9)]];
        assert_eq!(levels(&grid), [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert!(levels(&[vec![Point::exact(0.0, 2.0)]]).is_empty());
        assert!(levels(&[]).is_empty());
    }
}
