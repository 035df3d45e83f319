//! Draws lines of equal value over a grid, by marching squares with straight interpolation on the axes' scales.

use super::frame::Frame;
use super::layer::Contours;
use super::look::{INK, PAPER};
use super::scale::{drawable, readable};
use super::scene::{Anchor, Place, Scene, Stroke, Text};
use super::type_face;

const SIZE: f64 = 6.5;

/// Draws every level with its value written on its longest stretch.
pub(super) fn draw(contours: &Contours, frame: &Frame, scene: &mut Scene) {
    let mut labels: Vec<(Place, Place)> = Vec::new();
    for &level in &contours.levels {
        let pieces: Vec<(Place, Place)> =
            pieces(contours, level, frame).into_iter().filter_map(|(from, to)| frame.cut(from, to)).collect();
        // On paper first: a dark line on a dark colour could not be seen.
        for stroke in [Stroke::solid(PAPER, 1.8), Stroke::solid(INK, 0.8)] {
            pieces.iter().for_each(|&(from, to)| scene.line([from, to], stroke));
        }
        label(level, &pieces, frame, &mut labels, scene);
    }
}

/// Writes the value where it hides no other, as near to the middle of the line as that goes; nowhere if it cannot.
fn label(level: f64, pieces: &[(Place, Place)], frame: &Frame, labels: &mut Vec<(Place, Place)>, scene: &mut Scene) {
    let says = readable(level);
    let half = 0.5 * type_face::width(&says, SIZE, false) + 1.5;
    let middle = |&(from, to): &(Place, Place)| (0.5 * (from.0 + to.0), 0.5 * (from.1 + to.1));
    let roomy = |&(x, y): &Place| {
        x - half > frame.left && x + half < frame.right && y - SIZE > frame.top && y + SIZE < frame.bottom
    };
    let places: Vec<Place> = pieces.iter().map(middle).filter(roomy).collect();
    let corners = |(x, y): Place| ((x - half, y - 0.6 * SIZE), (x + half, y + 0.6 * SIZE));
    let free = |place: &&Place| {
        let (low, high) = corners(**place);
        let apart = |(a, b): &(Place, Place)| b.0 < low.0 || high.0 < a.0 || b.1 < low.1 || high.1 < a.1;
        labels.iter().all(apart)
    };
    let centre = places.len() / 2;
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|k| k.abs_diff(centre));
    let Some(&(x, y)) = order.into_iter().map(|k| &places[k]).find(|place| free(place)) else { return };
    let (low, high) = corners((x, y));
    labels.push((low, high));
    scene.rect(low, high, PAPER, 0.85);
    let text = Text::new((x, y + 0.5 * type_face::CAPITAL * SIZE), says, SIZE);
    scene.text(text.anchored(Anchor::Middle));
}

/// The pieces of one level in all squares of the grid.
fn pieces(contours: &Contours, level: f64, frame: &Frame) -> Vec<(Place, Place)> {
    let mut pieces = Vec::new();
    for (ys, rows) in contours.ys.windows(2).zip(contours.values.windows(2)) {
        for (column, xs) in contours.xs.windows(2).enumerate() {
            let corner = |row: usize, side: usize| rows[row].get(column + side).copied().unwrap_or(f64::NAN);
            // Round the square, so that neighbours in the list share an edge.
            let values = [corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0)];
            let places = [(xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1])];
            let shown = |&(x, y): &(f64, f64)| drawable(frame.x.scale, x) && drawable(frame.y.scale, y);
            if values.iter().all(|value| value.is_finite()) && places.iter().all(shown) {
                square(values, places.map(|(x, y)| frame.at(x, y)), level, &mut pieces);
            }
        }
    }
    pieces
}

/// The crossings of one square; in a saddle the mean of the corners decides which corners are cut off.
fn square(values: [f64; 4], places: [Place; 4], level: f64, pieces: &mut Vec<(Place, Place)>) {
    let mut crossings = Vec::new();
    for edge in 0..4 {
        let next = (edge + 1) % 4;
        let (a, b) = (values[edge], values[next]);
        if (a < level) != (b < level) {
            let share = ((level - a) / (b - a)).clamp(0.0, 1.0);
            let (from, to) = (places[edge], places[next]);
            crossings.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
        }
    }
    match crossings[..] {
        [a, b] => pieces.push((a, b)),
        [a, b, c, d] => {
            let mean = values.iter().map(|value| 0.25 * value).sum::<f64>();
            // Edges are numbered from corner 0: crossings (a, d) enclose corner 0, (a, b) corner 1.
            let first_cut_off = (values[0] < level) != (mean < level);
            pieces.extend(if first_cut_off { [(a, d), (b, c)] } else { [(a, b), (c, d)] });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Scale;
    use super::super::scale::Span;
    use super::*;

    fn frame() -> Frame {
        let span = Span { scale: Scale::Linear, low: 0.0, high: 4.0 };
        Frame { left: 0.0, top: 0.0, right: 4.0, bottom: 4.0, x: span, y: span }
    }

    fn contours(value: impl Fn(f64, f64) -> f64) -> Contours {
        let places: Vec<f64> = (0..=4).map(f64::from).collect();
        let values = places.iter().map(|&y| places.iter().map(|&x| value(x, y)).collect()).collect();
        Contours { xs: places.clone(), ys: places, values, levels: Vec::new() }
    }

    #[test]
    fn the_line_of_a_plane_is_straight_whole_and_in_its_place() {
        let found = pieces(&contours(|x, y| x + 2.0 * y), 3.3, &frame());
        let length: f64 = found.iter().map(|(a, b)| (b.0 - a.0).hypot(b.1 - a.1)).sum();
        for (x, y) in found.iter().flat_map(|&(a, b)| [a, b]) {
            assert!((x + 2.0 * (4.0 - y) - 3.3).abs() < 1e-9);
        }
        // From (3.3, 0) to (0, 1.65).
        assert!((length - 3.3_f64.hypot(1.65)).abs() < 1e-9, "{length}");
    }

    #[test]
    fn a_saddle_cuts_off_the_corners_that_differ_from_its_mean() {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let mut found = Vec::new();
        square([0.0, 4.0, 0.0, 4.0], corners, 1.0, &mut found);
        // The mean is 2, above the level: corners 0 and 2, below it, are cut off.
        assert_eq!(found, [((0.25, 0.0), (0.0, 0.25)), ((1.0, 0.75), (0.75, 1.0))]);
        found.clear();
        square([0.0, 4.0, 0.0, 4.0], corners, 3.0, &mut found);
        assert_eq!(found, [((0.75, 0.0), (1.0, 0.25)), ((0.25, 1.0), (0.0, 0.75))]);
    }

    #[test]
    fn nothing_is_drawn_through_a_missing_value() {
        let found = pieces(&contours(|x, y| if x == 2.0 && y == 2.0 { f64::NAN } else { x }), 1.5, &frame());
        assert_eq!(found.len(), 2);
    }
}
