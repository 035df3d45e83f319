//! Which process was where and when: one band per node, one lane per process on it, migrations as arrows.

use super::figure::{Axis, Figure, Width};
use super::layer::{Arrows, Block, Blocks, Fill, Layer, Point};
use std::collections::BTreeMap;

/// Part of a node's band that lanes fill; the rest keeps the nodes apart.
const BAND: f64 = 0.86;
/// Height of one lane on the page, in points.
const LANE: f64 = 9.0;

/// A stretch of time that a process spends on one node.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    /// The process.
    pub process: String,
    /// The node, by its place in the list of nodes.
    pub node: usize,
    /// When it began.
    pub from: f64,
    /// When it ended.
    pub to: f64,
    /// Whether the process was frozen: on its way, running nowhere.
    pub frozen: bool,
}

/// The chart of these stays. Consecutive stays of a process on different nodes are joined by an arrow.
pub fn figure(time: Axis, nodes: Vec<String>, stays: &[Stay]) -> Figure {
    let stays: Vec<&Stay> = stays.iter().filter(|stay| stay.node < nodes.len() && stay.from <= stay.to).collect();
    let lanes = lanes(&stays, nodes.len());
    let place = |k: usize| band(stays[k].node, lanes.of[k], lanes.count[stays[k].node]);
    let mut layers: Vec<Layer> = Vec::new();
    let mut by_process: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (k, stay) in stays.iter().enumerate() {
        by_process.entry(&stay.process).or_default().push(k);
    }
    let block = |k: usize, text: &str| Block {
        x: (stays[k].from, stays[k].to),
        y: place(k),
        point: Point::exact(stays[k].from, stays[k].to - stays[k].from),
        text: text.to_string(),
    };
    let mut arrows = Vec::new();
    for (process, mine) in &mut by_process {
        mine.sort_by(|&a, &b| stays[a].from.total_cmp(&stays[b].from));
        let blocks = mine.iter().map(|&k| block(k, if stays[k].frozen { "" } else { process })).collect();
        layers.push(Layer::Blocks(Blocks { label: process.to_string(), blocks, fill: Fill::Series, listed: false }));
        let centre = |k: usize| 0.5 * (place(k).0 + place(k).1);
        let moves = mine.windows(2).filter(|pair| stays[pair[0]].node != stays[pair[1]].node);
        arrows.extend(moves.map(|pair| ((stays[pair[0]].to, centre(pair[0])), (stays[pair[1]].from, centre(pair[1])))));
    }
    let frozen = (0..stays.len()).filter(|&k| stays[k].frozen).map(|k| block(k, "")).collect();
    layers.push(Layer::Blocks(Blocks { label: "frozen".to_string(), blocks: frozen, fill: Fill::Hatch, listed: true }));
    layers.push(Layer::Arrows(Arrows { label: "migration".to_string(), arrows }));
    let most = lanes.count.iter().copied().max().unwrap_or(1);
    let height = (LANE * (most * nodes.len()) as f64).max(40.0) / BAND;
    let names = Axis::categories("Node", nodes);
    let figure = Figure::single(time, names, layers).with_width(Width::TwoColumns);
    Figure { panel_height: Some(height.min(600.0)), ..figure }
}

/// The lane of every stay and the number of lanes of every node.
struct Lanes {
    of: Vec<usize>,
    count: Vec<usize>,
}

/// Every stay takes the lowest lane of its node that is free when it begins.
fn lanes(stays: &[&Stay], nodes: usize) -> Lanes {
    let mut order: Vec<usize> = (0..stays.len()).collect();
    order.sort_by(|&a, &b| stays[a].from.total_cmp(&stays[b].from).then(a.cmp(&b)));
    let mut free_at: Vec<Vec<f64>> = vec![Vec::new(); nodes];
    let mut of = vec![0; stays.len()];
    for k in order {
        let lanes = &mut free_at[stays[k].node];
        let lane = lanes.iter().position(|&end| end <= stays[k].from).unwrap_or_else(|| {
            lanes.push(f64::NEG_INFINITY);
            lanes.len() - 1
        });
        lanes[lane] = stays[k].to;
        of[k] = lane;
    }
    Lanes { of, count: free_at.iter().map(|lanes| lanes.len().max(1)).collect() }
}

/// From and to of a lane on the axis of nodes.
fn band(node: usize, lane: usize, lanes: usize) -> (f64, f64) {
    let height = BAND / lanes as f64;
    let bottom = node as f64 - 0.5 * BAND + lane as f64 * height;
    (bottom, bottom + 0.94 * height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(process: &str, node: usize, from: f64, to: f64) -> Stay {
        Stay { process: process.into(), node, from, to, frozen: false }
    }

    fn chart(stays: &[Stay]) -> Figure {
        figure(Axis::linear("time", "s"), vec!["a".into(), "b".into()], stays)
    }

    #[test]
    fn stays_that_overlap_on_a_node_never_share_a_place() {
        let stays: Vec<Stay> =
            (0..20).map(|k| stay(&k.to_string(), k % 2, (k * 3 % 7) as f64, (k * 3 % 7 + 4) as f64)).collect();
        let blocks: Vec<Block> = chart(&stays).panels[0]
            .layers
            .iter()
            .filter_map(|layer| match layer {
                Layer::Blocks(blocks) => Some(blocks.blocks.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(blocks.len(), 20);
        for (k, a) in blocks.iter().enumerate() {
            for b in &blocks[k + 1..] {
                let apart = |a: (f64, f64), b: (f64, f64)| a.1 <= b.0 || b.1 <= a.0;
                assert!(apart(a.x, b.x) || apart(a.y, b.y), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_migration_is_an_arrow_from_the_old_node_to_the_new_one() {
        let chart =
            chart(&[stay("p", 0, 0.0, 5.0), stay("p", 1, 6.0, 9.0), stay("q", 0, 1.0, 2.0), stay("q", 0, 3.0, 4.0)]);
        let Some(Layer::Arrows(arrows)) = chart.panels[0].layers.last() else { panic!("no arrows") };
        let [(tail, head)] = arrows.arrows[..] else { panic!("{arrows:?}") };
        assert_eq!((tail.0, head.0), (5.0, 6.0));
        assert!(tail.1.abs() < 0.5 && (head.1 - 1.0).abs() < 0.5);
    }
}
