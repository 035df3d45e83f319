//! Grid, axis lines, ticks and tick labels of one frame.

use super::figure::Axis;
use super::frame::Frame;
use super::look::{INK, PALE};
use super::scale::{Span, Tick};
use super::scene::{Anchor, Scene, Stroke, Text};
use super::type_face;

/// Size of tick labels in points.
pub(super) const TICK_SIZE: f64 = 7.0;
/// Length of a labelled tick.
pub(super) const TICK: f64 = 3.0;
/// Between a tick and its label.
pub(super) const GAP: f64 = 2.0;

const MINOR_TICK: f64 = 1.7;
const AXIS: Stroke = Stroke { colour: INK, width: 0.6, dash: &[] };
const MINOR: Stroke = Stroke { colour: INK, width: 0.4, dash: &[] };
const GRID: Stroke = Stroke { colour: PALE, width: 0.5, dash: &[] };
/// Names of categories that are longer than this are shortened.
const LONGEST_NAME: f64 = 90.0;

/// The ticks of one axis and how their labels are laid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    /// The ticks.
    pub ticks: Vec<Tick>,
    /// Whether the labels are turned to read upwards.
    pub turned: bool,
}

/// Width of a tick's label with its exponent.
fn label_width(tick: &Tick) -> f64 {
    type_face::width(&tick.label, TICK_SIZE, false) + type_face::width(&tick.exponent, 0.72 * TICK_SIZE, false)
}

fn category_ticks(axis: &Axis, room: f64) -> Vec<Tick> {
    let name = |name: &String| type_face::fitted(name, TICK_SIZE, false, room);
    let tick = |(place, text): (usize, &String)| Tick { at: place as f64, label: name(text), exponent: String::new() };
    axis.categories.iter().enumerate().map(tick).collect()
}

/// Ticks with room for about so many labels; of counts, whole ones only.
fn ticks(axis: &Axis, span: &Span, room: usize) -> Vec<Tick> {
    let mut ticks = span.ticks(room);
    if axis.whole {
        ticks.retain(|tick| (tick.at - tick.at.round()).abs() < 1e-9);
        for tick in &mut ticks {
            let label = tick.label.split('.').next().unwrap_or_default().to_owned();
            tick.label = if tick.exponent.is_empty() { label } else { tick.label.clone() };
        }
    }
    ticks
}

impl Ticks {
    /// Ticks of a level axis of this length: as many as fit side by side.
    pub(super) fn level(axis: &Axis, span: &Span, length: f64) -> Ticks {
        if !axis.categories.is_empty() {
            return Ticks::level_categories(axis, length);
        }
        let fits = |ticks: &[Tick]| overlap_free(ticks, |tick| span.fraction(tick.at) * length, label_width, 5.0);
        let found = (2..=8).rev().map(|room| ticks(axis, span, room)).find(|ticks| fits(ticks));
        let ticks = found.unwrap_or_else(|| only_ends(ticks(axis, span, 2)));
        Ticks { ticks, turned: false }
    }

    /// How far labels stand out beyond the end of a level axis of this length.
    pub(super) fn beyond(&self, span: &Span, length: f64) -> f64 {
        let out = |tick: &Tick| (span.fraction(tick.at) - 1.0) * length + 0.5 * label_width(tick);
        if self.turned { 0.0 } else { self.ticks.iter().filter(|t| t.is_major()).map(out).fold(0.0, f64::max) }
    }

    fn level_categories(axis: &Axis, length: f64) -> Ticks {
        let each = length / axis.categories.len() as f64;
        let widest = axis.categories.iter().map(|name| type_face::width(name, TICK_SIZE, false)).fold(0.0, f64::max);
        if widest + 3.0 <= each {
            return Ticks { ticks: category_ticks(axis, each), turned: false };
        }
        let mut ticks = category_ticks(axis, LONGEST_NAME);
        thin(&mut ticks, each, TICK_SIZE + 1.0);
        Ticks { ticks, turned: true }
    }

    /// Ticks of an upright axis of this length.
    pub(super) fn upright(axis: &Axis, span: &Span, length: f64) -> Ticks {
        if !axis.categories.is_empty() {
            let mut ticks = category_ticks(axis, LONGEST_NAME);
            thin(&mut ticks, length / axis.categories.len() as f64, TICK_SIZE + 1.0);
            return Ticks { ticks, turned: false };
        }
        let fits = |ticks: &[Tick]| overlap_free(ticks, |tick| span.fraction(tick.at) * length, |_| TICK_SIZE, 6.0);
        let most = ((length / 16.0) as usize).clamp(2, 9);
        let found = (2..=most).rev().map(|room| ticks(axis, span, room)).find(|ticks| fits(ticks));
        Ticks { ticks: found.unwrap_or_else(|| only_ends(ticks(axis, span, 2))), turned: false }
    }

    /// The room that the labels need beside a level axis.
    pub(super) fn depth(&self) -> f64 {
        TICK + GAP + if self.turned { self.breadth() } else { TICK_SIZE * 0.8 }
    }

    /// The widest label.
    pub(super) fn breadth(&self) -> f64 {
        self.ticks.iter().map(label_width).fold(0.0, f64::max)
    }
}

/// Leaves every k-th label where neighbours would overlap.
fn thin(ticks: &mut [Tick], each: f64, needed: f64) {
    let every = (needed / each).ceil().max(1.0) as usize;
    for (place, tick) in ticks.iter_mut().enumerate() {
        if place % every != 0 {
            tick.label.clear();
        }
    }
}

fn only_ends(mut ticks: Vec<Tick>) -> Vec<Tick> {
    let major: Vec<usize> = (0..ticks.len()).filter(|&k| ticks[k].is_major()).collect();
    for &k in major.iter().skip(1) {
        ticks[k].label.clear();
        ticks[k].exponent.clear();
    }
    ticks
}

fn overlap_free(ticks: &[Tick], place: impl Fn(&Tick) -> f64, extent: impl Fn(&Tick) -> f64, gap: f64) -> bool {
    let major: Vec<&Tick> = ticks.iter().filter(|tick| tick.is_major()).collect();
    let apart = |pair: &[&Tick]| place(pair[1]) - place(pair[0]) >= 0.5 * (extent(pair[0]) + extent(pair[1])) + gap;
    // One label says nothing about the scale.
    major.len() >= 2 && major.windows(2).all(apart)
}

/// Draws the grid behind the data.
pub(super) fn grid(frame: &Frame, x: &Ticks, y: &Ticks, vertical: bool, scene: &mut Scene) {
    for tick in y.ticks.iter().filter(|tick| tick.is_major()) {
        let at = frame.y_at(tick.at);
        scene.line([(frame.left, at), (frame.right, at)], GRID);
    }
    for tick in x.ticks.iter().filter(|tick| vertical && tick.is_major()) {
        let at = frame.x_at(tick.at);
        scene.line([(at, frame.top), (at, frame.bottom)], GRID);
    }
}

/// Draws the axis below the frame; labels only where `labelled`.
pub(super) fn below(frame: &Frame, ticks: &Ticks, labelled: bool, scene: &mut Scene) {
    scene.line([(frame.left, frame.bottom), (frame.right, frame.bottom)], AXIS);
    for tick in &ticks.ticks {
        let at = frame.x_at(tick.at);
        let (length, stroke) = if tick.is_major() { (TICK, AXIS) } else { (MINOR_TICK, MINOR) };
        scene.line([(at, frame.bottom), (at, frame.bottom + length)], stroke);
        if !labelled || !tick.is_major() {
            continue;
        }
        let top = frame.bottom + TICK + GAP;
        if ticks.turned {
            let place = (at + 0.5 * type_face::CAPITAL * TICK_SIZE, top);
            scene.text(Text::new(place, &tick.label, TICK_SIZE).anchored(Anchor::End).upwards());
        } else {
            let place = (at, top + type_face::CAPITAL * TICK_SIZE);
            scene.raised(Text::new(place, &tick.label, TICK_SIZE).anchored(Anchor::Middle), &tick.exponent);
        }
    }
}

/// Draws the axis at the left of the frame; labels only where `labelled`.
pub(super) fn left(frame: &Frame, ticks: &Ticks, labelled: bool, scene: &mut Scene) {
    scene.line([(frame.left, frame.top), (frame.left, frame.bottom)], AXIS);
    for tick in &ticks.ticks {
        let at = frame.y_at(tick.at);
        let (length, stroke) = if tick.is_major() { (TICK, AXIS) } else { (MINOR_TICK, MINOR) };
        scene.line([(frame.left - length, at), (frame.left, at)], stroke);
        if labelled && tick.is_major() {
            let place = (frame.left - TICK - GAP, at + 0.5 * type_face::CAPITAL * TICK_SIZE);
            scene.raised(Text::new(place, &tick.label, TICK_SIZE).anchored(Anchor::End), &tick.exponent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Scale;
    use super::*;

    #[test]
    fn a_count_has_no_ticks_between_whole_numbers() {
        let span = Span { scale: Scale::Linear, low: 1.85, high: 5.15 };
        let labels = |whole: bool| -> Vec<String> {
            let axis = Axis { whole, ..Axis::linear("Nodes", "") };
            let ticks = Ticks::level(&axis, &span, 200.0).ticks;
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(labels(true), ["2", "3", "4", "5"]);
        assert_eq!(labels(false)[..3], ["2.0", "2.5", "3.0"]);
    }
}
