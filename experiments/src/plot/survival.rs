//! Survival functions on log-log axes: the fraction of observations greater than x. Power laws are straight there.

use super::ecdf::{distribution, sorted};
use super::figure::{Axis, Figure, Scale};
use super::layer::{Curve, Layer, Point, Series};

/// The figure of these samples, with theory behind them.
pub fn figure(quantity: Axis, samples: &[(String, Vec<f64>)], theory: Vec<Curve>) -> Figure {
    let x = Axis { scale: Scale::Log, ..quantity };
    let y = Axis::log("Fraction greater than x", "");
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
    let rise = distribution(sorted, Scale::Log);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_starts_at_one_and_ends_one_step_above_zero() {
        let points: Vec<(f64, f64)> = steps(&[1.0, 2.0, 2.0, 8.0]).iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(points, [(1.0, 1.0), (1.0, 0.75), (2.0, 0.25), (8.0, 0.25)]);
    }

    #[test]
    fn observations_without_a_logarithm_are_counted_not_drawn() {
        let samples = [("a".to_string(), vec![1.0, -1.0, 0.0, f64::NAN, 4.0])];
        let figure = figure(Axis::linear("lifetime", "s"), &samples, Vec::new());
        assert_eq!(figure.left_out, 3);
        assert!(super::super::caption(&figure).starts_with("3 points are not drawn"));
    }

    #[test]
    fn theory_ends_where_no_observation_could_be() {
        let curve =
            Curve { label: "theory".into(), of: String::new(), points: vec![(1.0, 1.0), (3.0, 0.5), (9.0, 0.4)] };
        let figure = figure(Axis::linear("lifetime", "s"), &[("a".to_string(), vec![1.0, 4.0])], vec![curve]);
        assert_eq!(figure.panels[0].layers[0].places(), [(1.0, 1.0), (3.0, 0.5)]);
    }
}
