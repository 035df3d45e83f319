//! One rectangle of axes on the page: from values to places, and what lies outside is cut off.

use super::scale::Span;
use super::scene::Place;

/// A rectangle on the page and the values at its edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// Left edge in points.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Values from left to right.
    pub x: Span,
    /// Values from the lower edge upwards.
    pub y: Span,
}

/// Values far outside stay near enough for sums of places not to lose the page.
const FAR: f64 = 1e6;

impl Frame {
    /// The horizontal place of a value; outside the frame where the value is outside the axis.
    pub(super) fn x_at(&self, value: f64) -> f64 {
        self.left + (self.x.fraction(value) * (self.right - self.left)).clamp(-FAR, FAR)
    }

    /// The vertical place of a value.
    pub(super) fn y_at(&self, value: f64) -> f64 {
        self.bottom - (self.y.fraction(value) * (self.bottom - self.top)).clamp(-FAR, FAR)
    }

    /// The place of a pair of values.
    pub(super) fn at(&self, x: f64, y: f64) -> Place {
        (self.x_at(x), self.y_at(y))
    }

    /// Whether a place lies inside, give or take a hair.
    pub(super) fn holds(&self, (x, y): Place) -> bool {
        let hair = 0.01;
        x >= self.left - hair && x <= self.right + hair && y >= self.top - hair && y <= self.bottom + hair
    }

    /// The nearest place inside.
    pub(super) fn nearest(&self, (x, y): Place) -> Place {
        (x.clamp(self.left, self.right), y.clamp(self.top, self.bottom))
    }

    /// The part of a straight line inside (Liang and Barsky, 1984).
    pub(super) fn cut(&self, from: Place, to: Place) -> Option<(Place, Place)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let edges = [
            (-dx, from.0 - self.left),
            (dx, self.right - from.0),
            (-dy, from.1 - self.top),
            (dy, self.bottom - from.1),
        ];
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        for (towards, distance) in edges {
            if towards == 0.0 {
                if distance < 0.0 {
                    return None;
                }
            } else if towards < 0.0 {
                enters = enters.max(distance / towards);
            } else {
                leaves = leaves.min(distance / towards);
            }
        }
        let at = |share: f64| (from.0 + share * dx, from.1 + share * dy);
        (enters <= leaves).then(|| (at(enters), at(leaves)))
    }

    /// The visible runs of a line through places.
    pub(super) fn cut_line(&self, places: &[Place]) -> Vec<Vec<Place>> {
        let mut runs: Vec<Vec<Place>> = Vec::new();
        for pair in places.windows(2) {
            let Some((from, to)) = self.cut(pair[0], pair[1]) else { continue };
            match runs.last_mut() {
                Some(run) if run.last() == Some(&from) => run.push(to),
                _ => runs.push(vec![from, to]),
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Scale;
    use super::*;
    use proptest::prelude::*;

    fn frame() -> Frame {
        let span = Span { scale: Scale::Linear, low: 0.0, high: 10.0 };
        Frame { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0, x: span, y: span }
    }

    #[test]
    fn values_grow_to_the_right_and_upwards() {
        assert_eq!(frame().at(0.0, 0.0), (0.0, 100.0));
        assert_eq!(frame().at(10.0, 5.0), (100.0, 50.0));
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two_runs() {
        let runs = frame().cut_line(&[(10.0, 50.0), (50.0, -50.0), (90.0, 50.0)]);
        assert_eq!(runs, [vec![(10.0, 50.0), (30.0, 0.0)], vec![(70.0, 0.0), (90.0, 50.0)]]);
    }

    proptest! {
        #[test]
        fn what_is_cut_out_is_the_part_inside(
            from in (-200.0..300.0_f64, -200.0..300.0_f64), to in (-200.0..300.0_f64, -200.0..300.0_f64),
        ) {
            // The slow twin: a thousand places along the line, each asked whether it is inside.
            let at = |share: f64| (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            let inside = (0..=1000).filter(|&k| frame().holds(at(f64::from(k) / 1000.0))).count() as f64 / 1000.0;
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let cut = frame().cut(from, to).map_or(0.0, |(a, b)| (b.0 - a.0).hypot(b.1 - a.1));
            prop_assert!((cut - inside * length).abs() <= 0.003 * length + 0.1, "{cut} {}", inside * length);
        }
    }
}
