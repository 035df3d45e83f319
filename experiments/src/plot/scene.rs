//! A drawing as a list of shapes in points of 1/72 inch, y downwards: the one description that SVG, PNG and TikZ share.

use super::look::{Colour, INK, Look, Marker, PAPER};
use super::type_face;

/// A position on the page.
pub(super) type Place = (f64, f64);

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width in points.
    pub width: f64,
    /// Lengths on and off; empty for a solid line.
    pub dash: &'static [f64],
}

impl Stroke {
    /// A solid line.
    pub(super) fn solid(colour: Colour, width: f64) -> Stroke {
        Stroke { colour, width, dash: &[] }
    }
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    /// Where its baseline is anchored.
    pub at: Place,
    /// What it says.
    pub says: String,
    /// Its size in points.
    pub size: f64,
    /// Which part stands at `at`.
    pub anchor: Anchor,
    /// Whether it reads upwards.
    pub upwards: bool,
    /// Whether it is bold.
    pub bold: bool,
    /// Its colour.
    pub colour: Colour,
}

impl Text {
    /// Level text in ink, starting at a place.
    pub(super) fn new(at: Place, says: impl Into<String>, size: f64) -> Text {
        Text { at, says: says.into(), size, anchor: Anchor::Start, upwards: false, bold: false, colour: INK }
    }

    /// The same text, anchored otherwise.
    pub(super) fn anchored(self, anchor: Anchor) -> Text {
        Text { anchor, ..self }
    }

    /// The same text, reading upwards.
    pub(super) fn upwards(self) -> Text {
        Text { upwards: true, ..self }
    }
}

/// Text without control characters and non-characters, which XML and TeX forbid: a name can contain anything.
pub(super) fn clean(text: &str) -> String {
    let forbidden = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if forbidden(c) { ' ' } else { c }).collect()
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A line through places.
    Line(Vec<Place>, Stroke),
    /// A filled polygon with its opacity.
    Area(Vec<Place>, Colour, f64),
    /// A filled disc: centre and radius.
    Disc(Place, f64, Colour),
    /// Text.
    Text(Text),
    /// No ink: what a pointer reads within a radius of a place, where the format can.
    Spot(Place, f64, String),
}

/// A drawing of a given size.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scene {
    /// Width and height in points.
    pub size: (f64, f64),
    /// The shapes, from back to front.
    pub shapes: Vec<Shape>,
    /// One sentence for those who cannot see it.
    pub alt: String,
    /// The caption.
    pub caption: String,
}

impl Scene {
    /// Adds a line.
    pub(super) fn line(&mut self, places: impl Into<Vec<Place>>, stroke: Stroke) {
        self.shapes.push(Shape::Line(places.into(), stroke));
    }

    /// Adds a filled rectangle.
    pub(super) fn rect(&mut self, (left, top): Place, (right, bottom): Place, colour: Colour, opacity: f64) {
        let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
        self.shapes.push(Shape::Area(corners, colour, opacity));
    }

    /// Adds text; nothing for a text without letters.
    pub(super) fn text(&mut self, text: Text) {
        if !text.says.trim().is_empty() {
            self.shapes.push(Shape::Text(Text { says: clean(&text.says), ..text }));
        }
    }

    /// Adds what a pointer reads within `radius` of a place.
    pub(super) fn spot(&mut self, at: Place, radius: f64, says: &str) {
        self.shapes.push(Shape::Spot(at, radius, clean(says)));
    }

    /// Adds a label and its raised exponent; the pair is anchored as one.
    pub(super) fn raised(&mut self, base: Text, exponent: &str) {
        if exponent.is_empty() {
            return self.text(base);
        }
        let small = 0.72 * base.size;
        let (first, second) =
            (type_face::width(&base.says, base.size, false), type_face::width(exponent, small, false));
        let start = match base.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -0.5 * (first + second),
            Anchor::End => -(first + second),
        };
        let (x, y) = base.at;
        self.text(Text::new((x + start + first, y - 0.38 * base.size), exponent, small));
        self.text(Text { at: (x + start, y), anchor: Anchor::Start, ..base });
    }

    /// Adds a marker, hollow or filled.
    pub(super) fn marker(&mut self, at: Place, radius: f64, look: &Look, filled: bool) {
        self.marker_shape(at, radius, look.marker, look.colour);
        if !filled {
            self.marker_shape(at, radius - 0.75, look.marker, PAPER);
        }
    }

    fn marker_shape(&mut self, (x, y): Place, radius: f64, marker: Marker, colour: Colour) {
        match marker {
            Marker::Disc => self.shapes.push(Shape::Disc((x, y), radius, colour)),
            Marker::Corners(corners) => {
                let corners = corners.iter().map(|(dx, dy)| (x + radius * dx, y + radius * dy)).collect();
                self.shapes.push(Shape::Area(corners, colour, 1.0));
            }
        }
    }
}
