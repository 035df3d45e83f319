//! Survival functions on log-log axes: the fraction of observations greater than x. Power laws are straight there.

use super::ecdf::{distribution, sorted};
use super::figure::{Axis, Figure, Scale};
use super::layer::{Curve, Layer, Point, Series};

/// The figure of these samples, with theory behind them.
pub fn figure(quantity: Axis, samples: &[(String, Vec<f64>)], theory: Vec<Curve>) -> Figure {
    let x = Axis { scale: Scale::Log, ..quantity };
    let y = Axis::log("fraction greater than x", "");
    let mut left_out = 0;
    let (mut largest, mut most) = (0.0_f64, 0);
    let mut series: Vec<Layer> = Vec::new();
    for (label, sample) in samples {
        let values = sorted(sample, Scale::Log);
        left_out += sample.len() - values.len();
        largest = values.last().copied().unwrap_or(0.0).max(largest);
        most = values.len().max(most);
        series.push(Layer::Series(Series::steps(label, steps(&values))));
    }
    // Theory goes on for ever; where no observation could be, it would only squeeze the data.
    let within = |&(x, y): &(f64, f64)| most == 0 || (x <= largest && y * most as f64 >= 0.3);
    let cut = |curve: Curve| Curve { points: curve.points.into_iter().filter(within).collect(), ..curve };
    let layers = theory.into_iter().map(cut).map(Layer::Curve).chain(series).collect();
    Figure { left_out, ..Figure::single(x, y, layers) }
}

/// 1 - F(x); the last step, down to zero, has no place on a logarithmic axis and ends at the largest value.
fn steps(sorted: &[f64]) -> Vec<Point> {
    let rise = distribution(sorted);
    let mut points: Vec<Point> = rise.first().map(|&(x, _)| Point::exact(x, 1.0)).into_iter().collect();
    let mut before = 1.0;
    for (x, share) in rise {
        let after = 1.0 - share;
        // 1 - n/n is zero exactly; rounding must not draw a cliff where the function ends.
        let shown = if after > 0.0 { after } else { before };
        points.push(Point::exact(x, shown));
        before = shown;
    }
    points
}
