//! Draws what stands for itself: reference lines, arrows, and the rows of verdicts above a panel.

use super::figure::Strip;
use super::frame::Frame;
use super::layer::{Arrows, Rule};
use super::legend::Legend;
use super::look::INK;
use super::scale::drawable;
use super::scene::{Anchor, Place, Scene, Shape, Stroke, Text};
use super::type_face;

/// Height of one row of verdicts.
pub(super) const STRIP: f64 = 8.5;

const SIZE: f64 = 7.0;
const HEAD: f64 = 3.6;
const MARK: f64 = 1.7;

/// The line of a rule, here and in the legend.
pub(super) fn rule_stroke(upright: bool) -> Stroke {
    Stroke { colour: INK, width: 0.8, dash: if upright { &[3.0, 1.5] } else { &[] } }
}

/// Draws a reference line.
pub(super) fn rule(rule: &Rule, frame: &Frame, scene: &mut Scene) {
    let scale = if rule.upright { frame.x.scale } else { frame.y.scale };
    if !drawable(scale, rule.at) {
        return;
    }
    let (x, y) = (frame.x_at(rule.at), frame.y_at(rule.at));
    let ends = if rule.upright { ((x, frame.top), (x, frame.bottom)) } else { ((frame.left, y), (frame.right, y)) };
    if let Some((from, to)) = frame.cut(ends.0, ends.1) {
        scene.line([from, to], rule_stroke(rule.upright));
    }
}

/// Draws arrows.
pub(super) fn arrows(arrows: &Arrows, frame: &Frame, scene: &mut Scene) {
    let shown = |(x, y): (f64, f64)| drawable(frame.x.scale, x) && drawable(frame.y.scale, y);
    for &(tail, head) in arrows.arrows.iter().filter(|&&(tail, head)| shown(tail) && shown(head)) {
        if let Some((from, to)) = frame.cut(frame.at(tail.0, tail.1), frame.at(head.0, head.1)) {
            arrow(from, to, scene);
        }
    }
}

/// One arrow: a thin shaft and a filled head.
pub(super) fn arrow(from: Place, to: Place, scene: &mut Scene) {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    if length < 0.1 {
        return;
    }
    let (dx, dy) = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let head = HEAD.min(length);
    let neck = (to.0 - head * dx, to.1 - head * dy);
    scene.line([from, neck], Stroke::solid(INK, 0.7));
    let half = 0.36 * head;
    let corners = vec![to, (neck.0 - half * dy, neck.1 + half * dx), (neck.0 + half * dy, neck.1 - half * dx)];
    scene.shapes.push(Shape::Area(corners, INK, 1.0));
}

/// Draws rows of marks above a frame; the marker of its series stands before each row.
pub(super) fn strips(strips: &[Strip], legend: &Legend, frame: &Frame, scene: &mut Scene) {
    for (row, strip) in strips.iter().rev().enumerate() {
        let middle = frame.top - 3.0 - (row as f64 + 0.5) * STRIP;
        let look = legend.look(&strip.label);
        scene.marker((frame.left - 5.0, middle), MARK, &look, true);
        for (x, mark) in &strip.marks {
            let x = frame.x_at(*x);
            if x >= frame.left - 0.01 && x <= frame.right + 0.01 {
                let place = (x, middle + 0.5 * type_face::CAPITAL * SIZE);
                let text = Text { colour: look.colour, bold: true, ..Text::new(place, mark, SIZE) };
                scene.text(text.anchored(Anchor::Middle));
            }
        }
    }
}
