//! Which series a figure has, how each looks, and the legend that says so. The legend never covers data.

use super::draw_series::{FAINT, LINE, MARKER};
use super::figure::Figure;
use super::layer::{Block, Curve, Fill, Join, Layer};
use super::look::{GREY, INK, Look, Marker, PALE, THEORY_DASHES, look};
use super::scene::{Scene, Stroke, Text};
use super::type_face;
use super::{draw_blocks, draw_marks};

/// Size of legend text in points.
pub(super) const SIZE: f64 = 7.5;
/// Height of one row.
pub(super) const ROW: f64 = 10.5;

const SAMPLE: f64 = 19.0;
/// Between the lines of one sample.
const APART: f64 = 1.6;
const GAP: f64 = 4.0;
const BETWEEN: f64 = 11.0;
/// Width of the line of a formula.
const THEORY: f64 = 0.8;

/// What stands beside a name.
#[derive(Debug, Clone, PartialEq)]
enum Sample {
    Line {
        look: Look,
        marker: bool,
        line: bool,
    },
    Faint,
    /// Lines of formulas side by side, one for each look: at most the eight colours of series and grey, which fit.
    Theory(Vec<Stroke>),
    Rule {
        upright: bool,
    },
    Block {
        look: Look,
        place: usize,
    },
    Hatch,
    Arrow,
    Unresolved,
}

/// The names and samples of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Legend {
    entries: Vec<(String, Sample)>,
    order: Vec<String>,
    /// The names of formulas and level lines that are no series' own.
    own: Vec<String>,
    required: bool,
}

impl Legend {
    /// Everything that has a name in the figure, in order of appearance; the same name has one look everywhere.
    pub(super) fn of(figure: &Figure) -> Legend {
        let mut legend = Legend { entries: Vec::new(), order: Vec::new(), own: Vec::new(), required: false };
        let layers = || figure.panels.iter().flat_map(|panel| &panel.layers);
        layers().for_each(|layer| legend.enter_data(layer));
        layers().for_each(|layer| legend.enter_reference(layer));
        if layers().any(has_hatched_cells) {
            legend.add("not resolved, or missing", Sample::Hatch);
            legend.required = true;
        }
        if layers().any(has_unresolved_markers) {
            legend.add("not resolved", Sample::Unresolved);
        }
        legend
    }

    fn enter_data(&mut self, layer: &Layer) {
        match layer {
            Layer::Series(series) => {
                if series.faint {
                    return self.add(&series.label, Sample::Faint);
                }
                let look = self.enrol(&series.label);
                let line = series.join != Join::Nothing;
                self.add(&series.label, Sample::Line { look, marker: series.markers, line });
            }
            Layer::Blocks(blocks) if blocks.fill == Fill::Series => {
                let look = self.enrol(&blocks.label);
                if blocks.listed {
                    self.add(&blocks.label, Sample::Block { look, place: self.place(&blocks.label) });
                }
            }
            _ => {}
        }
    }

    fn enter_reference(&mut self, layer: &Layer) {
        match layer {
            Layer::Curve(curve) => {
                if !self.order.contains(&curve.of) && !self.own.contains(&curve.label) {
                    self.own.push(curve.label.clone());
                }
                self.add(&curve.label, Sample::Theory(vec![self.theory(curve)]));
            }
            Layer::Rule(rule) => self.add(&rule.label, Sample::Rule { upright: rule.upright }),
            Layer::Blocks(blocks) if blocks.fill == Fill::Hatch && blocks.listed && !blocks.blocks.is_empty() => {
                self.add(&blocks.label, Sample::Hatch);
            }
            Layer::Arrows(arrows) if !arrows.arrows.is_empty() => self.add(&arrows.label, Sample::Arrow),
            _ => {}
        }
    }

    fn enrol(&mut self, name: &str) -> Look {
        let index = self.order.iter().position(|known| known == name).unwrap_or_else(|| {
            self.order.push(name.to_string());
            self.order.len() - 1
        });
        look(index)
    }

    fn add(&mut self, name: &str, sample: Sample) {
        if name.trim().is_empty() {
            return;
        }
        match self.entries.iter_mut().find(|(known, _)| known == name) {
            // Curves of several series under one name are one entry, with the colours of all.
            Some((_, Sample::Theory(known))) => {
                if let Sample::Theory(strokes) = sample {
                    known.extend(strokes.into_iter().filter(|stroke| !known.contains(stroke)).collect::<Vec<_>>());
                }
            }
            Some(_) => {}
            None => self.entries.push((name.to_string(), sample)),
        }
    }

    /// The place of a series among all.
    pub(super) fn place(&self, name: &str) -> usize {
        self.order.iter().position(|known| known == name).unwrap_or(0)
    }

    /// How the series of this name looks.
    pub(super) fn look(&self, name: &str) -> Look {
        look(self.place(name))
    }

    /// The line of a formula: in the colour of its series; grey and with a dash of its own where it has none.
    pub(super) fn theory(&self, curve: &Curve) -> Stroke {
        let series = self.order.iter().position(|known| *known == curve.of);
        let colour = series.map_or(GREY, |index| look(index).colour);
        let place = self.own.iter().position(|known| series.is_none() && *known == curve.label).unwrap_or(0);
        Stroke { colour, width: THEORY, dash: THEORY_DASHES[place % THEORY_DASHES.len()] }
    }

    /// One series needs no legend: the axes say what it is. A hatch does.
    pub(super) fn is_needed(&self) -> bool {
        self.entries.len() > 1 || self.required
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
            draw_sample(sample, (x, y), scene);
            let name = type_face::fitted(name, SIZE, false, breadth - SAMPLE - GAP + 0.01);
            scene.text(Text::new((x + SAMPLE + GAP, y + 0.5 * type_face::CAPITAL * SIZE), name, SIZE));
        }
    }
}

fn has_hatched_cells(layer: &Layer) -> bool {
    let hatched = |block: &Block| !block.point.resolved || !block.point.y.is_finite();
    matches!(layer, Layer::Blocks(blocks) if blocks.fill == Fill::Value && blocks.blocks.iter().any(hatched))
}

fn has_unresolved_markers(layer: &Layer) -> bool {
    matches!(layer, Layer::Series(series) if series.markers && series.points.iter().any(|point| !point.resolved))
}

fn draw_sample(sample: &Sample, (x, y): (f64, f64), scene: &mut Scene) {
    let ends = [(x, y), (x + SAMPLE, y)];
    let middle = (x + 0.5 * SAMPLE, y);
    match *sample {
        Sample::Line { look, marker, line } => {
            if line {
                scene.line(ends, Stroke { colour: look.colour, width: LINE, dash: look.dash });
            }
            if marker {
                scene.marker(middle, MARKER, &look, true);
            }
        }
        Sample::Faint => scene.line(ends, FAINT),
        Sample::Rule { upright } => scene.line(ends, draw_marks::rule_stroke(upright)),
        Sample::Block { look, place } => {
            let (corner, opposite) = ((x + 5.0, y - 3.2), (x + SAMPLE - 2.0, y + 3.2));
            scene.rect(corner, opposite, look.colour, 1.0);
            draw_blocks::series_hatch(place, corner, opposite, scene);
        }
        Sample::Hatch => {
            let (corner, opposite) = ((x + 5.0, y - 3.2), (x + SAMPLE - 2.0, y + 3.2));
            scene.rect(corner, opposite, PALE, 1.0);
            draw_blocks::hatch(corner, opposite, 1.0, Stroke::solid(INK, 0.5), scene);
        }
        Sample::Arrow => draw_marks::arrow((x + 2.0, y), (x + SAMPLE - 2.0, y), scene),
        Sample::Theory(ref strokes) => {
            let step = (SAMPLE + APART) / strokes.len() as f64;
            for (place, stroke) in strokes.iter().enumerate() {
                let from = x + place as f64 * step;
                scene.line([(from, y), (from + step - APART, y)], *stroke);
            }
        }
        Sample::Unresolved => {
            let look = Look { colour: GREY, dash: &[], marker: Marker::Disc };
            scene.marker(middle, MARKER, &look, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Axis;
    use super::super::layer::Series;
    use super::super::lines;
    use super::*;

    #[test]
    fn a_formula_of_several_series_shows_the_colour_of_each_once() {
        let series = ["sender", "receiver"].map(|name| Series::new(name, vec![]));
        let curve =
            |of: &str| Curve { label: "mean field".into(), of: of.into(), points: vec![(0.1, 1.0), (0.9, 2.0)] };
        let curves = ["sender", "receiver", "sender", ""].map(curve);
        let axes = (Axis::linear("load", ""), Axis::linear("mean response", "s"));
        let legend = Legend::of(&lines::figure(axes.0, axes.1, series.into(), curves.into()));
        let of = |name: &str| legend.entries.iter().find(|(known, _)| known == name).map(|(_, sample)| sample.clone());
        let Some(Sample::Theory(strokes)) = of("mean field") else { panic!("{legend:?}") };
        let colours: Vec<_> = strokes.iter().map(|stroke| stroke.colour).collect();
        assert_eq!(colours, [look(0).colour, look(1).colour, GREY]);
        assert!(matches!(of("sender"), Some(Sample::Line { .. })), "a series keeps its own look");
    }
}
