//! Which series a figure has, how each looks, and the legend that says so. The legend never covers data.

use super::figure::{Figure, Layer};
use super::layer_series::{LINE, MARKER};
use super::look::{Colour, GREY, Look, Marker, THEORY_DASH, look};
use super::scene::{Scene, Stroke, Text};
use super::type_face;

/// Size of legend text in points.
pub(super) const SIZE: f64 = 7.5;
/// Height of one row.
pub(super) const ROW: f64 = 10.5;

const SAMPLE: f64 = 19.0;
const GAP: f64 = 4.0;
const BETWEEN: f64 = 11.0;

/// What stands beside a name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sample {
    Line { look: Look, marker: bool, line: bool },
    Theory(Colour),
    Unresolved,
}

/// The names and samples of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Legend {
    entries: Vec<(String, Sample)>,
    order: Vec<String>,
}

impl Legend {
    /// Everything that has a name in the figure, in order of appearance; the same name has one look everywhere.
    pub(super) fn of(figure: &Figure) -> Legend {
        let mut legend = Legend { entries: Vec::new(), order: Vec::new() };
        let layers = || figure.panels.iter().flat_map(|panel| &panel.layers);
        for layer in layers() {
            if let Layer::Series(series) = layer {
                let line = series.join != super::figure::Join::Nothing;
                let look = legend.enrol(&series.label);
                legend.add(&series.label, Sample::Line { look, marker: series.markers, line });
            }
        }
        for layer in layers() {
            if let Layer::Curve(curve) = layer {
                legend.add(&curve.label, Sample::Theory(legend.theory_colour(&curve.of)));
            }
        }
        let unresolved =
            |layer: &Layer| matches!(layer, Layer::Series(s) if s.markers && s.points.iter().any(|p| !p.resolved));
        if layers().any(unresolved) {
            legend.add("not resolved", Sample::Unresolved);
        }
        legend
    }

    fn enrol(&mut self, name: &str) -> Look {
        let index = self.order.iter().position(|known| known == name).unwrap_or_else(|| {
            self.order.push(name.to_string());
            self.order.len() - 1
        });
        look(index)
    }

    fn add(&mut self, name: &str, sample: Sample) {
        match self.entries.iter_mut().find(|(known, _)| known == name) {
            // Curves of several series under one name are one entry, which then has no series' colour.
            Some((_, known)) if *known != sample => {
                if let (Sample::Theory(_), Sample::Theory(_)) = (*known, sample) {
                    *known = Sample::Theory(GREY);
                }
            }
            Some(_) => {}
            None => self.entries.push((name.to_string(), sample)),
        }
    }

    /// How the series of this name looks.
    pub(super) fn look(&self, name: &str) -> Look {
        look(self.order.iter().position(|known| known == name).unwrap_or(0))
    }

    /// The colour of a theory curve: its series', or grey.
    pub(super) fn theory_colour(&self, of: &str) -> Colour {
        self.order.iter().position(|known| known == of).map_or(GREY, |index| look(index).colour)
    }

    /// One series needs no legend: the axes say what it is.
    pub(super) fn is_needed(&self) -> bool {
        self.entries.len() > 1
    }

    /// Width of the widest entry, at most `room`.
    pub(super) fn breadth(&self, room: f64) -> f64 {
        let widest = self.entries.iter().map(|(name, _)| type_face::width(name, SIZE, false)).fold(0.0, f64::max);
        (SAMPLE + GAP + widest).min(room)
    }

    fn per_row(&self, room: f64) -> usize {
        (((room + BETWEEN) / (self.breadth(room) + BETWEEN)) as usize).clamp(1, self.entries.len().max(1))
    }

    /// Height of the legend when it is laid in rows of this width.
    pub(super) fn height(&self, room: f64) -> f64 {
        self.entries.len().div_ceil(self.per_row(room)) as f64 * ROW
    }

    /// Height of the legend as one column.
    pub(super) fn column_height(&self) -> f64 {
        self.entries.len() as f64 * ROW
    }

    /// Draws the legend in rows of width `room`, its upper left corner at a place.
    pub(super) fn draw(&self, (left, top): (f64, f64), room: f64, scene: &mut Scene) {
        let breadth = self.breadth(room);
        let per_row = self.per_row(room);
        for (index, (name, sample)) in self.entries.iter().enumerate() {
            let x = left + (index % per_row) as f64 * (breadth + BETWEEN);
            let y = top + (index / per_row) as f64 * ROW + 0.5 * ROW;
            draw_sample(*sample, (x, y), scene);
            let name = type_face::fitted(name, SIZE, breadth - SAMPLE - GAP + 0.01);
            scene.text(Text::new((x + SAMPLE + GAP, y + 0.5 * type_face::CAPITAL * SIZE), name, SIZE));
        }
    }
}

fn draw_sample(sample: Sample, (x, y): (f64, f64), scene: &mut Scene) {
    let ends = [(x, y), (x + SAMPLE, y)];
    let middle = (x + 0.5 * SAMPLE, y);
    match sample {
        Sample::Line { look, marker, line } => {
            if line {
                scene.line(ends, Stroke { colour: look.colour, width: LINE, dash: look.dash });
            }
            if marker {
                scene.marker(middle, MARKER, &look, true);
            }
        }
        Sample::Theory(colour) => scene.line(ends, Stroke { colour, width: 0.8, dash: THEORY_DASH }),
        Sample::Unresolved => {
            let look = Look { colour: GREY, dash: &[], marker: Marker::Disc };
            scene.marker(middle, MARKER, &look, false);
        }
    }
}
