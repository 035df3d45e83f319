//! Histograms: the density of observations, in bins of equal width on the axis's own scale.

use super::ecdf::sorted;
use super::figure::{Axis, Figure, Panel, Scale};
use super::layer::{Block, Blocks, Fill, Layer, Point};

const MOST_BINS: f64 = 80.0;
/// Height of each of several panels, in points.
const SEVERAL: f64 = 64.0;

/// The figure of these samples, one above the other: bars that overlap hide each other. Bins and axes are shared.
pub fn figure(x: Axis, samples: &[(String, Vec<f64>)]) -> Figure {
    let per = match (x.scale, x.unit.is_empty()) {
        (Scale::Log, _) => "per decade".to_string(),
        (Scale::Linear, true) => String::new(),
        (Scale::Linear, false) => format!("1/{}", x.unit),
    };
    let y = Axis::linear("Density of observations", per);
    let values: Vec<Vec<f64>> = samples.iter().map(|(_, sample)| sorted(sample, x.scale)).collect();
    let left_out = samples.iter().zip(&values).map(|((_, all), kept)| all.len() - kept.len()).sum();
    let edges = edges(&values, x.scale);
    let panel = |((label, _), sample): (&(String, Vec<f64>), &Vec<f64>)| {
        let title = if samples.len() > 1 { label.clone() } else { String::new() };
        Panel { title, layers: vec![bars(label, &edges, &densities(sample, &edges, x.scale))], ..Panel::default() }
    };
    let panels: Vec<Panel> = samples.iter().zip(&values).map(panel).collect();
    let panel_height = (samples.len() > 1).then_some(SEVERAL);
    Figure { left_out, panels, panel_height, ..Figure::single(x, y, Vec::new()) }
}

fn on_scale(scale: Scale, value: f64) -> f64 {
    if scale == Scale::Log { value.log10() } else { value }
}

/// Edges of the bins. Their width is 2 IQR / n^(1/3) (D. Freedman and P. Diaconis, 1981) for the largest sample.
fn edges(samples: &[Vec<f64>], scale: Scale) -> Vec<f64> {
    let ends = |sample: &Vec<f64>| Some((on_scale(scale, *sample.first()?), on_scale(scale, *sample.last()?)));
    let Some((low, high)) = samples.iter().filter_map(ends).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return Vec::new();
    };
    if high - low <= 1e-9 * high.abs().max(low.abs()) {
        let half = if scale == Scale::Log || low == 0.0 { 0.5 } else { 0.05 * low.abs() };
        return [low - half, low + half].map(|edge| back(scale, edge)).to_vec();
    }
    let largest = samples.iter().max_by_key(|sample| sample.len()).map_or(&[][..], |sample| sample);
    let quartile = |share: f64| on_scale(scale, largest[((largest.len() - 1) as f64 * share) as usize]);
    let width = 2.0 * (quartile(0.75) - quartile(0.25)) / (largest.len() as f64).cbrt();
    let bins = if width > 0.0 { ((high - low) / width).ceil().clamp(1.0, MOST_BINS) } else { 10.0 };
    (0..=bins as usize).map(|k| back(scale, low + (high - low) * k as f64 / bins)).collect()
}

fn back(scale: Scale, value: f64) -> f64 {
    if scale == Scale::Log { 10f64.powf(value) } else { value }
}

/// Count / (n width) of every bin; the last bin holds its upper edge.
fn densities(sorted: &[f64], edges: &[f64], scale: Scale) -> Vec<f64> {
    let last = edges.len().saturating_sub(2);
    let below = |edge: f64| sorted.partition_point(|&value| value < edge);
    let bin = |(k, pair): (usize, &[f64])| {
        // Rounding of the outer edges must not lose the extremes.
        let from = if k == 0 { 0 } else { below(pair[0]) };
        let to = if k == last { sorted.len() } else { below(pair[1]) };
        let width = on_scale(scale, pair[1]) - on_scale(scale, pair[0]);
        to.saturating_sub(from) as f64 / (sorted.len().max(1) as f64 * width)
    };
    edges.windows(2).enumerate().map(bin).collect()
}

fn bars(label: &str, edges: &[f64], densities: &[f64]) -> Layer {
    let block = |(pair, &density): (&[f64], &f64)| Block {
        x: (pair[0], pair[1]),
        y: (0.0, density),
        point: Point::exact(pair[0], density),
        text: String::new(),
    };
    let blocks = edges.windows(2).zip(densities).map(block).collect();
    Layer::Blocks(Blocks { label: label.to_string(), blocks, fill: Fill::Series, listed: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_density_of_all_bins_is_one(sample in prop::collection::vec(0.01..1e4_f64, 1..300), log in any::<bool>()) {
            let scale = if log { Scale::Log } else { Scale::Linear };
            let values = sorted(&sample, scale);
            let edges = edges(std::slice::from_ref(&values), scale);
            let widths = edges.windows(2).map(|pair| on_scale(scale, pair[1]) - on_scale(scale, pair[0]));
            let total: f64 = widths.zip(densities(&values, &edges, scale)).map(|(width, density)| width * density).sum();
            prop_assert!((total - 1.0).abs() < 1e-9, "{total}");
        }
    }

    #[test]
    fn a_bin_counts_what_lies_in_it() {
        let densities = densities(&[0.0, 0.5, 1.0, 3.0], &[0.0, 1.0, 2.0, 3.0], Scale::Linear);
        assert_eq!(densities, [0.5, 0.25, 0.25]);
    }

    #[test]
    fn the_width_of_bins_follows_freedman_and_diaconis() {
        // 1000 even values on [0, 1]: IQR 0.5, so the width is 2 * 0.5 / 10 = 0.1.
        let values: Vec<f64> = (0..1000).map(|k| f64::from(k) / 999.0).collect();
        assert!((edges(&[values], Scale::Linear).len() as i32 - 11).abs() <= 1);
    }
}
