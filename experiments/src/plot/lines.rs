//! A metric against a parameter, one series per policy, with its intervals; theory dashed behind the points.

use super::figure::{Axis, Figure};
use super::layer::{Curve, Layer, Series};

/// The figure of these series and curves.
pub fn figure(x: Axis, y: Axis, series: Vec<Series>, theory: Vec<Curve>) -> Figure {
    Figure::single(x, y, layers(series, theory))
}

/// The layers of one panel, for facets.
pub fn layers(series: Vec<Series>, theory: Vec<Curve>) -> Vec<Layer> {
    theory.into_iter().map(Layer::Curve).chain(series.into_iter().map(Layer::Series)).collect()
}
