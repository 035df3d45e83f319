//! Empirical distribution functions: the fraction of observations at most x.

use super::figure::{Axis, Figure, Scale};
use super::layer::{Layer, Point, Series};
use super::scale::drawable;

/// Corners of a curve beyond which more could not be seen.
const CORNERS: usize = 400;

/// The figure of these samples on the given x axis.
pub fn figure(x: Axis, samples: &[(String, Vec<f64>)]) -> Figure {
    let y = Axis::linear("Fraction at most x", "").within(0.0, 1.0);
    let mut left_out = 0;
    let mut layers = Vec::new();
    for (label, sample) in samples {
        let values = sorted(sample, x.scale);
        left_out += sample.len() - values.len();
        layers.push(Layer::Series(Series::steps(label, steps(&values, x.scale))));
    }
    Figure { left_out, ..Figure::single(x, y, layers) }
}

/// The values that have a place on the axis, in increasing order.
pub(super) fn sorted(sample: &[f64], scale: Scale) -> Vec<f64> {
    let mut values: Vec<f64> = sample.iter().copied().filter(|&value| drawable(scale, value)).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// F(x) = #{X <= x} / n, as (x, F) at every distinct x, thinned to what can be seen on an axis of this scale.
pub(super) fn distribution(sorted: &[f64], scale: Scale) -> Vec<(f64, f64)> {
    let n = sorted.len() as f64;
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (index, &value) in sorted.iter().enumerate() {
        let share = (index + 1) as f64 / n;
        match all.last_mut() {
            Some(last) if last.0 == value => last.1 = share,
            _ => all.push((value, share)),
        }
    }
    if all.len() <= CORNERS {
        return all;
    }
    // A corner that is hardly further right or higher than the one before is dropped, but for the largest values, all kept:
    // tails are what such figures are drawn for.
    let at = |x: f64| if scale == Scale::Log { x.log10() } else { x };
    let tail = all.len() - CORNERS / 2;
    let (right, up) = (2.0 * (at(all[all.len() - 1].0) - at(all[0].0)) / CORNERS as f64, 2.0 / CORNERS as f64);
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (index, (x, share)) in all.into_iter().enumerate() {
        let seen = |&(from, below): &(f64, f64)| at(x) - at(from) >= right || share - below >= up;
        if index >= tail || kept.last().is_none_or(seen) {
            kept.push((x, share));
        }
    }
    kept
}

fn steps(sorted: &[f64], scale: Scale) -> Vec<Point> {
    let rise = distribution(sorted, scale);
    let foot = rise.first().map(|&(x, _)| Point::exact(x, 0.0));
    foot.into_iter().chain(rise.iter().map(|&(x, share)| Point::exact(x, share))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_curve_counts_the_observations_at_most_x(sample in prop::collection::vec(0..50_u8, 1..200)) {
            let values = sorted(&sample.iter().map(|&value| f64::from(value)).collect::<Vec<_>>(), Scale::Linear);
            for (x, share) in distribution(&values, Scale::Linear) {
                let counted = sample.iter().filter(|&&value| f64::from(value) <= x).count();
                prop_assert!((share - counted as f64 / sample.len() as f64).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn thinning_keeps_the_ends_and_the_values_it_shows() {
        let values: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let shown = distribution(&values, Scale::Linear);
        assert!(shown.len() <= CORNERS + 1 && shown.len() > CORNERS / 2);
        assert_eq!(shown.first(), Some(&(1.0, 1e-4)));
        assert_eq!(shown.last(), Some(&(10_000.0, 1.0)));
        assert!(shown.iter().all(|&(x, share)| (share - x / 10_000.0).abs() < 1e-12));
    }

    #[test]
    fn the_first_of_many_values_are_all_shown_where_they_lie_far_apart_on_a_logarithmic_axis() {
        // Clock ticks: three quarters of the sample lie on the first five of a thousand distinct values.
        let ticks = (1..=1000).flat_map(|tick| std::iter::repeat_n(f64::from(tick), if tick <= 5 { 600 } else { 1 }));
        let shown = distribution(&ticks.collect::<Vec<_>>(), Scale::Log);
        let first: Vec<f64> = shown.iter().map(|&(x, _)| x).take(5).collect();
        assert_eq!(first, [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!(shown.len() < 2 * CORNERS, "{}", shown.len());
    }
}
