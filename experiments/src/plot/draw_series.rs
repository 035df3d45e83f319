//! Draws estimates and theory curves: band, line, error bars with caps, markers.

use super::figure::Axis;
use super::frame::Frame;
use super::layer::{Curve, Join, Point, Series};
use super::look::{Colour, Look};
use super::scale::{drawable, readable};
use super::scene::{Place, Scene, Stroke};

/// Radius of a marker in points.
pub(super) const MARKER: f64 = 2.1;
/// Width of a data line in points.
pub(super) const LINE: f64 = 1.1;

const BAR: f64 = 0.7;
const CAP: f64 = 1.9;
/// Opacity of a band; several share the ink of three, or they would be mud.
const SHADE: f64 = 0.13;
const SHADES: f64 = 3.0;

fn visible(frame: &Frame, point: &Point) -> bool {
    drawable(frame.x.scale, point.x) && drawable(frame.y.scale, point.y)
}

/// Draws a formula.
pub(super) fn curve(curve: &Curve, stroke: Stroke, frame: &Frame, scene: &mut Scene) {
    let shown = |&(x, y): &(f64, f64)| drawable(frame.x.scale, x) && drawable(frame.y.scale, y);
    for run in curve.points.split(|point| !shown(point)) {
        let places: Vec<Place> = run.iter().map(|&(x, y)| frame.at(x, y)).collect();
        for part in frame.cut_line(&places) {
            scene.line(part, stroke);
        }
    }
}

/// The thin pale line of one of many.
pub(super) const FAINT: Stroke = Stroke { colour: (0xa8, 0xa8, 0xa8), width: 0.5, dash: &[] };

/// Draws the shaded intervals between resolved neighbours.
pub(super) fn band(series: &Series, look: &Look, bands: usize, frame: &Frame, scene: &mut Scene) {
    let opacity = SHADE * (SHADES / bands.max(1) as f64).min(1.0);
    let has = |point: &Point| point.resolved && visible(frame, point) && !point.low.is_nan() && !point.high.is_nan();
    for run in series.points.split(|point| !has(point)).filter(|run| run.len() > 1) {
        let edge = |point: &Point, y: f64| frame.nearest(frame.at(point.x, y));
        let upper = run.iter().map(|point| edge(point, point.high));
        let lower = run.iter().rev().map(|point| edge(point, point.low));
        let corners = upper.chain(lower).collect();
        scene.shapes.push(super::scene::Shape::Area(corners, look.colour, opacity));
    }
}

/// Draws the line through resolved neighbours; an unresolved point interrupts it.
pub(super) fn line(series: &Series, look: &Look, frame: &Frame, scene: &mut Scene) {
    if series.join == Join::Nothing {
        return;
    }
    let stroke = if series.faint { FAINT } else { Stroke { colour: look.colour, width: LINE, dash: look.dash } };
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

/// The least distance between what a pointer reads along a line, in points.
const APART: f64 = 6.0;

/// Writes down what a pointer reads at each point; along a line without markers, where points are far enough apart for
/// a pointer to tell.
pub(super) fn spots(series: &Series, x: &Axis, y: &Axis, frame: &Frame, scene: &mut Scene) {
    let mut last: Option<Place> = None;
    for point in series.points.iter().filter(|point| visible(frame, point)) {
        let place = frame.at(point.x, point.y);
        let far = |from: Place| (place.0 - from.0).hypot(place.1 - from.1) >= APART;
        if frame.holds(place) && (series.markers || last.is_none_or(far)) {
            scene.spot(place, 2.0 * MARKER, &reading(&series.label, point, x, y));
            last = Some(place);
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

#[cfg(test)]
mod tests {
    use super::super::figure::Scale;
    use super::super::look::look;
    use super::super::scale::Span;
    use super::super::scene::Shape;
    use super::*;

    fn frame() -> Frame {
        let span = Span { scale: Scale::Linear, low: 0.0, high: 10.0 };
        Frame { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0, x: span, y: span }
    }

    fn series(points: Vec<Point>) -> Series {
        Series::new("a", points)
    }

    fn lines(scene: &Scene) -> Vec<Vec<Place>> {
        scene
            .shapes
            .iter()
            .filter_map(|s| if let Shape::Line(places, _) = s { Some(places.clone()) } else { None })
            .collect()
    }

    #[test]
    fn an_unresolved_point_is_never_joined() {
        let mut points: Vec<Point> = (0..5).map(|k| Point::exact(f64::from(k), 1.0)).collect();
        points[2] = points[2].unresolved();
        let mut scene = Scene::default();
        line(&series(points), &look(0), &frame(), &mut scene);
        assert_eq!(lines(&scene), [vec![(0.0, 9.0), (1.0, 9.0)], vec![(3.0, 9.0), (4.0, 9.0)]]);
    }

    #[test]
    fn points_without_an_order_are_not_joined() {
        let points = (0..3).map(|k| Point::exact(f64::from(k), 1.0)).collect();
        let mut scene = Scene::default();
        line(&Series { join: Join::Nothing, ..series(points) }, &look(0), &frame(), &mut scene);
        assert!(lines(&scene).is_empty(), "{:?}", scene.shapes);
    }

    #[test]
    fn an_unresolved_marker_is_hollow() {
        let mut scene = Scene::default();
        points(&series(vec![Point::exact(5.0, 5.0).unresolved()]), &look(0), &frame(), &mut scene);
        let inner = scene.shapes.last();
        assert!(
            matches!(inner, Some(Shape::Disc(_, radius, super::super::look::PAPER)) if *radius < MARKER),
            "{inner:?}"
        );
    }

    #[test]
    fn an_end_outside_the_axes_has_no_cap() {
        let mut scene = Scene::default();
        error_bar(&Point::estimate(5.0, 5.0, 3.0, 20.0, 4), (0, 0, 0), &frame(), &mut scene);
        assert_eq!(lines(&scene), [vec![(5.0, 7.0), (5.0, 0.0)], vec![(5.0 - CAP, 7.0), (5.0 + CAP, 7.0)]]);
    }

    #[test]
    fn steps_hold_their_value_until_the_next_point() {
        let steps = Series::steps("a", vec![Point::exact(1.0, 2.0), Point::exact(4.0, 6.0)]);
        let mut scene = Scene::default();
        line(&steps, &look(0), &frame(), &mut scene);
        assert_eq!(lines(&scene), [vec![(1.0, 8.0), (4.0, 8.0), (4.0, 4.0)]]);
    }

    #[test]
    fn a_pointer_reads_label_values_interval_and_replications() {
        let (x, y) = (Axis::linear("offered load", ""), Axis::linear("mean response", "s"));
        let says = reading("push", &Point::estimate(0.8, 3.214, 3.1, 3.32, 20).unresolved(), &x, &y);
        assert_eq!(says, "push, offered load 0.8: mean response 3.214 s [3.1, 3.32], n = 20, unresolved");
    }
}
