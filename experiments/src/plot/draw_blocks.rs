//! Draws rectangles of values: bars, cells of a heat map, stays of a process on a node.

use super::colours::Ramp;
use super::draw_series::error_bar;
use super::figure::{Axis, Scale};
use super::frame::Frame;
use super::layer::{Block, Blocks, Fill, Point};
use super::look::{Colour, GREY, INK, Look, PAPER};
use super::scale::readable;
use super::scene::{Anchor, Place, Scene, Stroke, Text};
use super::type_face;

const HATCH: f64 = 3.2;
const TEXT: f64 = 6.5;
/// More blocks than this are too small to point at.
const MOST_SPOTS: usize = 600;

/// Draws blocks; `place` is the place of their series among all, which chooses the hatch.
pub(super) fn draw(
    blocks: &Blocks,
    look: &Look,
    place: usize,
    ramp: Option<&Ramp<'_>>,
    frame: &Frame,
    scene: &mut Scene,
) {
    for block in &blocks.blocks {
        let Some((upper_left, lower_right)) = rectangle(block, frame) else { continue };
        let fill = match blocks.fill {
            Fill::Series => Some(look.colour),
            Fill::Value => ramp.and_then(|ramp| ramp.colour(block.point.y)),
            Fill::Hatch => None,
        };
        if let Some(colour) = fill {
            scene.rect(upper_left, lower_right, colour, 1.0);
        }
        match blocks.fill {
            // Names that are not in the legend stand in the blocks, where a hatch would make them hard to read.
            Fill::Series if blocks.listed => series_hatch(place, upper_left, lower_right, scene),
            Fill::Series => {}
            // A value that is missing or not resolved must not look like the others, nor vanish in grey print.
            Fill::Value if fill.is_none() || !block.point.resolved => {
                hatch(upper_left, lower_right, 1.0, Stroke::solid(contrast(fill), 0.5), scene);
            }
            Fill::Value => {}
            Fill::Hatch => hatch(upper_left, lower_right, 1.0, Stroke::solid(INK, 0.5), scene),
        }
        if blocks.fill != Fill::Hatch {
            write_inside(block, fill, blocks.fill, upper_left, lower_right, scene);
        }
    }
    if blocks.fill == Fill::Series {
        for block in &blocks.blocks {
            let x = 0.5 * (block.x.0 + block.x.1);
            error_bar(&Point { x, ..block.point }, INK, frame, scene);
        }
    }
}

/// The visible part of a block: upper left and lower right.
fn rectangle(block: &Block, frame: &Frame) -> Option<(Place, Place)> {
    // A bar on a logarithmic axis has no zero to stand on: it stands on the axis.
    let base = |value: f64, axis: Scale, low: f64| if axis == Scale::Log && value <= 0.0 { low } else { value };
    let y = (base(block.y.0, frame.y.scale, frame.y.low), base(block.y.1, frame.y.scale, frame.y.low));
    let from = frame.at(block.x.0, y.0);
    let to = frame.at(block.x.1, y.1);
    if [from.0, from.1, to.0, to.1].iter().any(|place| place.is_nan()) {
        return None;
    }
    let (from, to) = (frame.nearest(from), frame.nearest(to));
    let upper_left = (from.0.min(to.0), from.1.min(to.1));
    let lower_right = (from.0.max(to.0), from.1.max(to.1));
    (upper_left.0 < lower_right.0 && upper_left.1 < lower_right.1).then_some((upper_left, lower_right))
}

/// Fills are told apart in grey by their hatch.
pub(super) fn series_hatch(place: usize, upper_left: Place, lower_right: Place, scene: &mut Scene) {
    let stroke = Stroke::solid(PAPER, 0.6);
    match place % 5 {
        1 => hatch(upper_left, lower_right, 1.0, stroke, scene),
        2 => hatch(upper_left, lower_right, -1.0, stroke, scene),
        3 => {
            hatch(upper_left, lower_right, 1.0, stroke, scene);
            hatch(upper_left, lower_right, -1.0, stroke, scene);
        }
        4 => hatch(upper_left, lower_right, 0.0, stroke, scene),
        _ => {}
    }
}

/// Parallel lines across a rectangle: rising (1), falling (-1) or level (0).
pub(super) fn hatch((left, top): Place, (right, bottom): Place, slope: f64, stroke: Stroke, scene: &mut Scene) {
    let (width, height) = (right - left, bottom - top);
    let reach = height + slope.abs() * width;
    let step = if slope == 0.0 { HATCH } else { HATCH * std::f64::consts::SQRT_2 };
    // Lines stand on a raster of the page, so that neighbours join.
    let anchor = |x: f64, y: f64| y + slope * x;
    let start = if slope < 0.0 { anchor(right, top) } else { anchor(left, top) };
    let first = (start / step).ceil() as i64;
    let last = ((start + reach) / step).floor() as i64;
    for index in first..=last {
        // The line y = at - slope x.
        let at = index as f64 * step;
        if slope == 0.0 {
            scene.line([(left, at), (right, at)], stroke);
            continue;
        }
        let x_of = |y: f64| (at - y) / slope;
        let (a, b) = (x_of(top), x_of(bottom));
        let (from, to) = (a.min(b).max(left), a.max(b).min(right));
        if from < to {
            scene.line([(from, at - slope * from), (to, at - slope * to)], stroke);
        }
    }
}

/// Ink or paper, whichever can be read on a colour (relative luminance of WCAG 2, without its gamma).
fn contrast(fill: Option<Colour>) -> Colour {
    let Some((red, green, blue)) = fill else { return GREY };
    let luminance = 0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue);
    if luminance > 140.0 { INK } else { PAPER }
}

fn write_inside(
    block: &Block,
    fill: Option<Colour>,
    kind: Fill,
    (left, top): Place,
    (right, bottom): Place,
    scene: &mut Scene,
) {
    let (width, height) = (right - left, bottom - top);
    let needed = type_face::width(&block.text, TEXT, false);
    if block.text.is_empty() || needed + 2.0 > width || TEXT + 1.0 > height {
        return;
    }
    let middle = (0.5 * (left + right), 0.5 * (top + bottom));
    // Letters over hatching need a quiet ground.
    if let (Some(ground), Fill::Value, false) = (fill, kind, block.point.resolved) {
        let half = (0.5 * needed + 1.0, 0.5 * TEXT);
        scene.rect((middle.0 - half.0, middle.1 - half.1), (middle.0 + half.0, middle.1 + half.1), ground, 1.0);
    }
    let baseline = middle.1 + 0.5 * type_face::CAPITAL * TEXT;
    // Names stand at the start of long bars, away from the arrows of their end.
    let (place, anchor) = if kind == Fill::Value {
        ((middle.0, baseline), Anchor::Middle)
    } else {
        ((left + 2.0, baseline), Anchor::Start)
    };
    scene.text(Text { colour: contrast(fill), ..Text::new(place, &block.text, TEXT) }.anchored(anchor));
}

/// Writes down what a pointer reads in each block.
pub(super) fn spots(blocks: &Blocks, x: &Axis, y: &Axis, value: Option<&Axis>, frame: &Frame, scene: &mut Scene) {
    if blocks.blocks.len() > MOST_SPOTS {
        return;
    }
    for block in &blocks.blocks {
        let Some((upper_left, lower_right)) = rectangle(block, frame) else { continue };
        let middle = (0.5 * (upper_left.0 + lower_right.0), 0.5 * (upper_left.1 + lower_right.1));
        let radius = 0.5 * (lower_right.0 - upper_left.0).min(lower_right.1 - upper_left.1).max(4.0);
        let centre = |(from, to): (f64, f64)| 0.5 * (from + to);
        let mut says = match (blocks.fill, value) {
            (Fill::Value, Some(axis)) => format!(
                "{} {}, {} {}: {} {}",
                x.label,
                x.reading(block.point.x),
                y.label,
                y.reading(centre(block.y)),
                axis.label,
                axis.reading(block.point.y)
            ),
            (Fill::Series, _) if !y.categories.is_empty() => {
                format!("{}: {} to {}", blocks.label, x.reading(block.x.0), x.reading(block.x.1))
            }
            (Fill::Series, _) => {
                format!("{}, {}: {}", blocks.label, x.reading(centre(block.x)), y.reading(block.point.y))
            }
            _ => continue,
        };
        if !block.point.low.is_nan() && !block.point.high.is_nan() {
            says.push_str(&format!(" [{}, {}]", readable(block.point.low), readable(block.point.high)));
        }
        if block.point.n > 0 {
            says.push_str(&format!(", n = {}", block.point.n));
        }
        if !block.point.resolved {
            says.push_str(", unresolved");
        }
        scene.spot(middle, radius, &says);
    }
}
