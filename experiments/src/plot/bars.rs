//! Bars by policy, grouped by run; several metrics make several panels, as in the figures of M. Harchol-Balter and
//! A. B. Downey, "Exploiting process lifetime distributions for dynamic load balancing" (1997).

use super::figure::{Axis, Figure, Panel, Width};
use super::layer::{Block, Blocks, Fill, Layer, Point};
use std::collections::BTreeSet;

/// Part of a group's place that its bars fill.
const FILLED: f64 = 0.8;

/// One metric: its heading, its axis, and per policy one estimate per group.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Written above its panel.
    pub title: String,
    /// Its axis.
    pub axis: Axis,
    /// Policy and its estimates, in the order of the groups; the `x` of the points is not used.
    pub policies: Vec<(String, Vec<Point>)>,
}

/// The figure of these metrics over the named groups (runs): one panel each, two per row.
pub fn figure(group: &str, groups: Vec<String>, metrics: Vec<Metric>) -> Figure {
    let columns = if metrics.len() > 1 { 2 } else { 1 };
    let alone = (0..groups.len()).all(|group| bars_of(&metrics, group) <= 1);
    let panel = |metric: Metric| Panel {
        layers: layers(&metric.policies, alone),
        title: metric.title,
        y: Some(metric.axis),
        ..Panel::default()
    };
    let panels = metrics.into_iter().map(panel).collect();
    let width = if columns > 1 { Width::TwoColumns } else { Width::OneColumn };
    let x = Axis::categories(group, groups);
    Figure { panels, columns, width, ..Figure::single(x, Axis::linear("", ""), Vec::new()) }
}

/// How many policies have a bar in a group, in whichever panel.
fn bars_of(metrics: &[Metric], group: usize) -> usize {
    let stands = |policy: &(String, Vec<Point>)| policy.1.get(group).is_some_and(|point| point.y.is_finite());
    let places = metrics.iter().flat_map(|metric| metric.policies.iter().enumerate().filter(|(_, p)| stands(p)));
    places.map(|(place, _)| place).collect::<BTreeSet<_>>().len()
}

/// The bars of each policy; `alone` where each group has those of one policy, which then fill its place.
fn layers(policies: &[(String, Vec<Point>)], alone: bool) -> Vec<Layer> {
    let width = FILLED / if alone { 1.0 } else { policies.len().max(1) as f64 };
    let bars = |(place, (label, points)): (usize, &(String, Vec<Point>))| {
        let block = |(group, point): (usize, &Point)| {
            let left = group as f64 - 0.5 * FILLED + if alone { 0.0 } else { place as f64 * width };
            Block {
                x: (left, left + width),
                y: (0.0, point.y),
                point: Point { x: left, ..*point },
                text: String::new(),
            }
        };
        let blocks = points.iter().enumerate().map(block).collect();
        Layer::Blocks(Blocks { label: label.clone(), blocks, fill: Fill::Series, listed: true })
    };
    policies.iter().enumerate().map(bars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_a_group_stand_side_by_side_round_its_place_from_zero_to_their_value() {
        let of = |name: &str, y: f64| (name.to_string(), vec![Point::exact(0.0, y), Point::exact(0.0, 2.0 * y)]);
        let layers = layers(&[of("a", 1.0), of("b", 3.0)], false);
        let blocks: Vec<_> = layers
            .iter()
            .flat_map(|layer| match layer {
                Layer::Blocks(blocks) => blocks.blocks.iter().map(|block| (block.x, block.y)).collect(),
                _ => Vec::new(),
            })
            .collect();
        let expected =
            [((-0.4, 0.0), (0.0, 1.0)), ((0.6, 1.0), (0.0, 2.0)), ((0.0, 0.4), (0.0, 3.0)), ((1.0, 1.4), (0.0, 6.0))];
        for (found, expected) in blocks.iter().zip(expected) {
            assert!((found.0.0 - expected.0.0).abs() + (found.0.1 - expected.0.1).abs() < 1e-12, "{blocks:?}");
            assert_eq!(found.1, expected.1);
        }
    }

    #[test]
    fn a_bar_alone_in_its_group_stands_in_the_middle_of_its_place() {
        let none = Point::exact(0.0, f64::NAN);
        let policies = vec![
            ("a".to_string(), vec![Point::exact(0.0, 1.0), none]),
            ("b".to_string(), vec![none, Point::exact(0.0, 3.0)]),
        ];
        let metric = Metric { title: String::new(), axis: Axis::linear("", ""), policies };
        let figure = figure("policy", vec!["a".into(), "b".into()], vec![metric]);
        let Layer::Blocks(second) = &figure.panels[0].layers[1] else { panic!("no bars") };
        assert_eq!(second.blocks[1].x, (0.6, 1.4));
    }
}
