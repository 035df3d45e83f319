//! Draws a scene with any plotters backend. Scaling, dashes and text alignment are decided here, once for all formats.

use super::look::Colour;
use super::scene::{Anchor, Place, Scene, Shape, Stroke, Text};
use super::type_face;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily,
    FontStyle, FontTransform,
};
use std::convert::Infallible;

/// A backend's own way to say that it could not draw.
pub(super) type Refusal<B> = DrawingErrorKind<<B as DrawingBackend>::ErrorType>;

/// Distance from the top of a text to its baseline, in em: where plotters' SVG backend puts text anchored at its top.
const BASELINE: f64 = 0.76;

/// plotters' SVG backend divides every font size by this.
const PLOTTERS_SIZE: f64 = 1.24;

/// How the units of a backend relate to points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// Units per point.
    pub scale: f64,
    /// Units per final pixel: level and upright lines are laid on multiples of it. 1 where there are no pixels.
    pub snap: i32,
}

impl Grid {
    fn units(&self, (x, y): Place) -> BackendCoord {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    fn thickness(&self, width: f64) -> u32 {
        (width * self.scale).round().max(1.0) as u32
    }

    fn has_pixels(&self) -> bool {
        self.snap > 1
    }

    fn snapped(&self, length: f64) -> i32 {
        (length * self.scale / f64::from(self.snap)).round() as i32 * self.snap
    }
}

struct Ink {
    colour: Colour,
    opacity: f64,
    width: u32,
}

impl BackendStyle for Ink {
    fn color(&self) -> BackendColor {
        BackendColor { alpha: self.opacity, rgb: self.colour }
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

struct Letters<'a> {
    text: &'a Text,
    em: f64,
}

impl BackendTextStyle for Letters<'_> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: self.text.colour }
    }

    fn size(&self) -> f64 {
        self.em * PLOTTERS_SIZE
    }

    fn transform(&self) -> FontTransform {
        if self.text.upwards { FontTransform::Rotate270 } else { FontTransform::None }
    }

    fn style(&self) -> FontStyle {
        if self.text.bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        let level = match self.text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(level, VPos::Top)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(type_face::FAMILIES)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let width = type_face::width(text, self.em, self.text.bold);
        Ok(((0, 0), (width.round() as i32, self.em.round() as i32)))
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        (left, top): BackendCoord,
        mut draw: F,
    ) -> Result<Result<(), E>, Infallible> {
        let baseline = top + (BASELINE * self.em).round() as i32;
        Ok(type_face::rasterise(text, self.em, self.text.bold, |x, y, coverage| {
            draw(left + x, baseline + y, self.color().mix(f64::from(coverage)))
        }))
    }
}

/// Draws every shape of a scene, from back to front.
pub(super) fn draw<B: DrawingBackend>(scene: &Scene, grid: Grid, backend: &mut B) -> Result<(), Refusal<B>> {
    for shape in &scene.shapes {
        match shape {
            Shape::Line(places, stroke) => line(places, stroke, grid, backend)?,
            Shape::Area(corners, colour, opacity) => {
                let corners: Vec<_> = corners.iter().map(|&corner| grid.units(corner)).collect();
                backend.fill_polygon(corners, &Ink { colour: *colour, opacity: *opacity, width: 1 })?;
            }
            Shape::Disc(centre, radius, colour) => {
                let ink = Ink { colour: *colour, opacity: 1.0, width: 1 };
                backend.draw_circle(grid.units(*centre), grid.thickness(*radius), &ink, true)?;
            }
            Shape::Text(text) => letters(text, grid, backend)?,
            Shape::Spot(..) => {}
        }
    }
    Ok(())
}

fn letters<B: DrawingBackend>(text: &Text, grid: Grid, backend: &mut B) -> Result<(), Refusal<B>> {
    let em = text.size * grid.scale;
    let (x, y) = text.at;
    let drop = BASELINE * text.size;
    let top = if text.upwards { (x - drop, y) } else { (x, y - drop) };
    backend.draw_text(&text.says, &Letters { text, em }, grid.units(top))
}

fn line<B: DrawingBackend>(places: &[Place], stroke: &Stroke, grid: Grid, backend: &mut B) -> Result<(), Refusal<B>> {
    let ink = Ink { colour: stroke.colour, opacity: 1.0, width: grid.thickness(stroke.width) };
    if let (&[from, to], true) = (places, stroke.dash.is_empty())
        && (from.0 == to.0 || from.1 == to.1)
        && grid.has_pixels()
    {
        return snapped_line(from, to, &ink, grid, backend);
    }
    for piece in dashed(places, stroke.dash) {
        let mut units: Vec<_> = piece.into_iter().map(|place| grid.units(place)).collect();
        units.dedup();
        if units.len() > 1 {
            path(units, &ink, grid, backend)?;
        }
    }
    Ok(())
}

/// A path; on pixels piece by piece with round joins, because one outline of it would have holes where it meets itself.
fn path<B: DrawingBackend>(units: Vec<BackendCoord>, ink: &Ink, grid: Grid, backend: &mut B) -> Result<(), Refusal<B>> {
    if !grid.has_pixels() {
        return backend.draw_path(units, ink);
    }
    for pair in units.windows(2) {
        backend.draw_path(pair.to_vec(), ink)?;
    }
    for &joint in &units[1..units.len() - 1] {
        backend.draw_circle(joint, ink.width / 2, ink, true)?;
    }
    Ok(())
}

/// A level or upright line as a rectangle on whole pixels, so that thin lines stay sharp.
fn snapped_line<B: DrawingBackend>(
    from: Place,
    to: Place,
    ink: &Ink,
    grid: Grid,
    backend: &mut B,
) -> Result<(), Refusal<B>> {
    let thick = ((f64::from(ink.width) / f64::from(grid.snap)).round() as i32).max(1) * grid.snap;
    let half = 0.5 * f64::from(thick) / grid.scale;
    let (mut left, mut top) = (grid.snapped(from.0.min(to.0)), grid.snapped(from.1.min(to.1)));
    let (mut right, mut bottom) = (grid.snapped(from.0.max(to.0)), grid.snapped(from.1.max(to.1)));
    if from.0 == to.0 {
        left = grid.snapped(from.0 - half);
        right = left + thick;
    } else {
        top = grid.snapped(from.1 - half);
        bottom = top + thick;
    }
    backend.draw_rect((left, top), (right - 1, bottom - 1), ink, true)
}

/// The pieces of a line that carry ink.
fn dashed(places: &[Place], dash: &[f64]) -> Vec<Vec<Place>> {
    if dash.is_empty() {
        return vec![places.to_vec()];
    }
    let mut pieces = Vec::new();
    let mut current: Vec<Place> = places.first().copied().into_iter().collect();
    let (mut index, mut left) = (0, dash[0]);
    for pair in places.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut walked = 0.0;
        while length - walked > left {
            walked += left;
            let share = walked / length;
            let at = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            if index % 2 == 0 {
                current.push(at);
                pieces.push(std::mem::take(&mut current));
            } else {
                current = vec![at];
            }
            index = (index + 1) % dash.len();
            left = dash[index];
        }
        left -= length - walked;
        if index % 2 == 0 {
            current.push(to);
        }
    }
    if current.len() > 1 {
        pieces.push(current);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_follow_their_pattern_round_corners() {
        let pieces = dashed(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], &[4.0, 2.0]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 1.0), (5.0, 5.0)]]);
        let corner = dashed(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], &[6.0, 2.0]);
        assert_eq!(corner, [vec![(0.0, 0.0), (5.0, 0.0), (5.0, 1.0)], vec![(5.0, 3.0), (5.0, 5.0)]]);
    }

    #[test]
    fn ink_and_gaps_share_a_line_as_the_pattern_says() {
        let pieces = dashed(&[(0.0, 0.0), (600.0, 0.0)], &[3.0, 1.0, 1.0, 1.0]);
        let ink: f64 = pieces.iter().map(|piece| piece[piece.len() - 1].0 - piece[0].0).sum();
        assert!((ink - 400.0).abs() < 1e-6, "{ink}");
    }
}
