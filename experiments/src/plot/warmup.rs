//! The warm-up by Welch's method (P. D. Welch, 1983): the mean over replications, its moving average, the chosen end.

use super::figure::{Axis, Figure};
use super::layer::{Layer, Point, Rule, Series};

/// The figure: `mean` over replications, `smooth` its moving average over `window` points, `end` the chosen warm-up.
pub fn figure(x: Axis, y: Axis, mean: &[(f64, f64)], smooth: &[(f64, f64)], window: usize, end: f64) -> Figure {
    let points = |run: &[(f64, f64)]| run.iter().map(|&(x, y)| Point::exact(x, y)).collect();
    let chosen = format!("end of warm-up: {}", x.reading(end));
    let layers = vec![
        Layer::Series(Series::line(format!("moving average of {window}"), points(smooth))),
        Layer::Series(Series::line("mean over replications", points(mean)).faint()),
        Layer::Rule(Rule { label: chosen, at: end, upright: true }),
    ];
    Figure::single(x, y, layers)
}
