//! Load of each node over time: steps, one strip per node, for a few; a heat map of time averages for many.

use super::figure::{Axis, Colours, Figure, Panel};
use super::layer::{Block, Blocks, Fill, Layer, Point, Series};

/// More nodes than this are drawn as a heat map.
pub const MOST_STRIPS: usize = 5;
/// Height of the strip of one node, in points.
const STRIP: f64 = 34.0;
/// Columns of the heat map, at most.
const MOST_COLUMNS: usize = 120;
/// Cells of the heat map, about: a figure for print has no use for more, and the file would grow.
const CELLS: usize = 6000;

/// The load of one node: from each instant on, until the next.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeLoad {
    /// The node's name.
    pub node: String,
    /// (instant, load), in order of time.
    pub steps: Vec<(f64, f64)>,
}

/// The figure of these nodes from `from` to `to` on the time axis.
pub fn figure(time: Axis, nodes: &[NodeLoad], from: f64, to: f64) -> Figure {
    let time = time.within(from, to);
    if nodes.len() <= MOST_STRIPS {
        let panels = nodes.iter().map(|node| Panel {
            side: node.node.clone(),
            layers: vec![Layer::Series(steps(node, from, to))],
            ..Panel::default()
        });
        let figure = Figure::single(time, Axis::linear("Load", "processes"), Vec::new());
        return Figure { panels: panels.collect(), panel_height: Some(STRIP), ..figure };
    }
    let columns = (CELLS / nodes.len()).clamp(20, MOST_COLUMNS);
    let averages = |(row, node)| averages(node, row as f64, from, to, columns);
    let blocks = nodes.iter().enumerate().flat_map(averages).collect();
    let blocks = Blocks { label: String::new(), blocks, fill: Fill::Value, listed: false };
    let names = Axis::categories("Node", nodes.iter().map(|node| node.node.clone()).collect());
    let colours = Colours { axis: Axis::linear("Load", "processes"), centre: None };
    Figure { colours: Some(colours), ..Figure::single(time, names, vec![Layer::Blocks(blocks)]) }
}

fn steps(node: &NodeLoad, from: f64, to: f64) -> Series {
    let mut points: Vec<Point> = Vec::new();
    let before = node.steps.iter().rev().find(|&&(at, _)| at <= from);
    points.extend(before.map(|&(_, load)| Point::exact(from, load)));
    let inside = node.steps.iter().filter(|&&(at, _)| at > from && at < to);
    points.extend(inside.map(|&(at, load)| Point::exact(at, load)));
    points.extend(points.last().map(|last| Point::exact(to, last.y)));
    Series::steps("load", points)
}

/// Time averages of one node over the columns of the heat map; missing before its first instant.
fn averages(node: &NodeLoad, row: f64, from: f64, to: f64, columns: usize) -> Vec<Block> {
    let width = (to - from) / columns as f64;
    if !(width > 0.0 && width.is_finite()) {
        return Vec::new();
    }
    let mut areas = vec![f64::NAN; columns];
    let ends = node.steps.iter().skip(1).map(|&(at, _)| at).chain(std::iter::once(to));
    for (&(start, load), end) in node.steps.iter().zip(ends) {
        let column = |at: f64| ((at - from) / width).clamp(0.0, columns as f64);
        let (first, last) = (column(start) as usize, column(end).ceil() as usize);
        for (k, area) in areas.iter_mut().enumerate().take(last).skip(first) {
            let left = from + k as f64 * width;
            let overlap = end.min(left + width) - start.max(left);
            if overlap > 0.0 {
                *area = if area.is_nan() { 0.0 } else { *area } + load * overlap;
            }
        }
    }
    let block = |(k, area): (usize, f64)| {
        let left = from + k as f64 * width;
        let point = Point::exact(left + 0.5 * width, area / width);
        Block { x: (left, left + width), y: (row - 0.5, row + 0.5), point, text: String::new() }
    };
    areas.into_iter().enumerate().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_averages_of_the_columns_hold_the_whole_area_under_the_load() {
        let steps = vec![(0.0, 1.0), (3.3, 4.0), (3.4, 0.0), (7.0, 2.0), (9.0, 5.0)];
        let node = NodeLoad { node: "a".into(), steps };
        let blocks = averages(&node, 0.0, 0.0, 10.0, 7);
        let area: f64 = blocks.iter().map(|block| block.point.y * (block.x.1 - block.x.0)).sum();
        let by_hand = 3.3 * 1.0 + 0.1 * 4.0 + 3.6 * 0.0 + 2.0 * 2.0 + 1.0 * 5.0;
        assert!((area - by_hand).abs() < 1e-9, "{area} {by_hand}");
    }

    #[test]
    fn before_the_first_instant_the_load_is_missing_not_zero() {
        let node = NodeLoad { node: "a".into(), steps: vec![(5.0, 1.0)] };
        let blocks = averages(&node, 0.0, 0.0, 10.0, 10);
        assert!(blocks[..5].iter().all(|block| block.point.y.is_nan()));
        assert!(blocks[5..].iter().all(|block| (block.point.y - 1.0).abs() < 1e-9));
    }

    #[test]
    fn steps_begin_with_the_load_at_the_start_of_the_window() {
        let node = NodeLoad { node: "a".into(), steps: vec![(0.0, 1.0), (4.0, 3.0), (6.0, 2.0), (20.0, 9.0)] };
        let points: Vec<(f64, f64)> = steps(&node, 5.0, 10.0).points.iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(points, [(5.0, 3.0), (6.0, 2.0), (10.0, 2.0)]);
    }
}
