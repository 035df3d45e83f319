//! Draws estimates and theory curves: band, line, error bars with caps, markers.

use super::figure::{Axis, Curve, Join, Point, Series};
use super::frame::Frame;
use super::look::{Colour, Look, THEORY_DASH};
use super::scale::{drawable, readable};
use super::scene::{Place, Scene, Stroke};

/// Radius of a marker in points.
pub(super) const MARKER: f64 = 2.1;
/// Width of a data line in points.
pub(super) const LINE: f64 = 1.1;

const BAR: f64 = 0.7;
const CAP: f64 = 1.9;
const THEORY: f64 = 0.8;
const SHADE: f64 = 0.13;

fn visible(frame: &Frame, point: &Point) -> bool {
    drawable(frame.x.scale, point.x) && drawable(frame.y.scale, point.y)
}

/// Draws a formula as a thin dashed line.
pub(super) fn curve(curve: &Curve, colour: Colour, frame: &Frame, scene: &mut Scene) {
    let stroke = Stroke { colour, width: THEORY, dash: THEORY_DASH };
    let shown = |&(x, y): &(f64, f64)| drawable(frame.x.scale, x) && drawable(frame.y.scale, y);
    for run in curve.points.split(|point| !shown(point)) {
        let places: Vec<Place> = run.iter().map(|&(x, y)| frame.at(x, y)).collect();
        for part in frame.cut_line(&places) {
            scene.line(part, stroke);
        }
    }
}

/// Draws the shaded intervals between resolved neighbours.
pub(super) fn band(series: &Series, look: &Look, frame: &Frame, scene: &mut Scene) {
    let has = |point: &Point| point.resolved && visible(frame, point) && !point.low.is_nan() && !point.high.is_nan();
    for run in series.points.split(|point| !has(point)).filter(|run| run.len() > 1) {
        let edge = |point: &Point, y: f64| frame.nearest(frame.at(point.x, y));
        let upper = run.iter().map(|point| edge(point, point.high));
        let lower = run.iter().rev().map(|point| edge(point, point.low));
        let corners = upper.chain(lower).collect();
        scene.shapes.push(super::scene::Shape::Area(corners, look.colour, SHADE));
    }
}

/// Draws the line through resolved neighbours; an unresolved point interrupts it.
pub(super) fn line(series: &Series, look: &Look, frame: &Frame, scene: &mut Scene) {
    let stroke = Stroke { colour: look.colour, width: LINE, dash: look.dash };
    for run in series.points.split(|point| !point.resolved || !visible(frame, point)) {
        let mut places: Vec<Place> = Vec::new();
        for point in run {
            let place = frame.at(point.x, point.y);
            if let (Join::Steps, Some(&(_, y))) = (series.join, places.last()) {
                places.push((place.0, y));
            }
            places.push(place);
        }
        for part in frame.cut_line(&places) {
            scene.line(part, stroke);
        }
    }
}

/// Draws error bars and markers.
pub(super) fn points(series: &Series, look: &Look, frame: &Frame, scene: &mut Scene) {
    for point in series.points.iter().filter(|point| visible(frame, point)) {
        error_bar(point, look.colour, frame, scene);
    }
    for point in series.points.iter().filter(|point| visible(frame, point)) {
        let place = frame.at(point.x, point.y);
        if frame.holds(place) {
            scene.marker(place, MARKER, look, point.resolved);
        }
    }
}

/// A bar from end to end of the interval; an end outside the axes has no cap.
pub(super) fn error_bar(point: &Point, colour: Colour, frame: &Frame, scene: &mut Scene) {
    if point.low.is_nan() || point.high.is_nan() {
        return;
    }
    let x = frame.x_at(point.x);
    let ends = [frame.y_at(point.low), frame.y_at(point.high)];
    let Some(((_, from), (_, to))) = frame.cut((x, ends[0]), (x, ends[1])) else { return };
    let stroke = Stroke::solid(colour, BAR);
    scene.line([(x, from), (x, to)], stroke);
    for end in ends.into_iter().filter(|&end| frame.holds((x, end))) {
        scene.line([(x - CAP, end), (x + CAP, end)], stroke);
    }
}

/// Writes down what a pointer reads at each point.
pub(super) fn spots(series: &Series, x: &Axis, y: &Axis, frame: &Frame, scene: &mut Scene) {
    for point in series.points.iter().filter(|point| visible(frame, point)) {
        let place = frame.at(point.x, point.y);
        if frame.holds(place) {
            scene.spot(place, 2.0 * MARKER, &reading(&series.label, point, x, y));
        }
    }
}

/// `push, offered load 0.8: slowdown 3.21 [3.1, 3.32], n = 20`.
pub(super) fn reading(label: &str, point: &Point, x: &Axis, y: &Axis) -> String {
    let mut says = format!("{label}, {} {}: {} {}", x.label, x.reading(point.x), y.label, y.reading(point.y));
    if !point.low.is_nan() && !point.high.is_nan() {
        says.push_str(&format!(" [{}, {}]", readable(point.low), readable(point.high)));
    }
    if point.n > 0 {
        says.push_str(&format!(", n = {}", point.n));
    }
    if !point.resolved {
        says.push_str(", unresolved");
    }
    says
}
