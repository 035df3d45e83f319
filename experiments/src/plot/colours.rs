//! Colours that stand for values: a sequential scale, a diverging one, and the bar that explains them.
//!
//! Sequential: from paper to dark blue, so that more is more ink and grey print keeps the order. Diverging: the blue
//! and the vermilion of Okabe and Ito through white, about equally dark at both ends.

use super::axes::{GAP, TICK, TICK_SIZE, Ticks};
use super::figure::{Axis, Colours, Figure, Scale};
use super::frame::Frame;
use super::layer::{Fill, Layer};
use super::look::{Colour, INK};
use super::plan::{LABEL, LEADING, heading_lines, lines_height};
use super::scale::{Span, drawable};
use super::scene::{Anchor, Scene, Stroke, Text};

const SEQUENTIAL: [Colour; 6] =
    [(244, 247, 250), (200, 219, 236), (135, 182, 218), (60, 136, 194), (0, 90, 150), (0, 38, 76)];
const DIVERGING: [Colour; 5] = [(0, 84, 150), (96, 165, 210), (247, 247, 247), (236, 152, 98), (176, 66, 0)];

const BAR: f64 = 9.0;
const STEPS: usize = 64;
/// Between the panels and the bar.
const BETWEEN: f64 = 8.0;

/// From values to colours.
pub(super) struct Ramp<'a> {
    colours: &'a Colours,
    span: Span,
}

impl<'a> Ramp<'a> {
    /// The colour scale of a figure over all its values; `None` where it has none.
    pub(super) fn of(figure: &'a Figure) -> Option<Ramp<'a>> {
        let colours = figure.colours.as_ref()?;
        let values: Vec<f64> = figure.panels.iter().flat_map(|panel| &panel.layers).flat_map(values).collect();
        let span = match colours.centre {
            Some(centre) if drawable(colours.axis.scale, centre) => around(&colours.axis, centre, &values),
            _ => exact(&colours.axis, &values),
        };
        Some(Ramp { colours, span })
    }

    /// The colour of a value; `None` for one that has no place on the scale.
    pub(super) fn colour(&self, value: f64) -> Option<Colour> {
        drawable(self.span.scale, value).then(|| self.at(self.span.fraction(value)))
    }

    fn at(&self, fraction: f64) -> Colour {
        let stops: &[Colour] = if self.colours.centre.is_some() { &DIVERGING } else { &SEQUENTIAL };
        let place = fraction.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
        let below = (place as usize).min(stops.len() - 2);
        let share = place - below as f64;
        let mix = |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
        let (a, b) = (stops[below], stops[below + 1]);
        (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
    }

    fn ticks(&self, height: f64) -> Ticks {
        Ticks::upright(&self.colours.axis, &self.span, height)
    }

    /// Room for the bar, its ticks and its heading, beside panels of this height.
    pub(super) fn room(&self, height: f64) -> f64 {
        let lines = heading_lines(&self.colours.axis, height).len();
        BETWEEN + BAR + TICK + GAP + self.ticks(height).breadth() + 4.0 + lines_height(lines, LABEL)
    }

    /// Draws the bar right of `left`.
    pub(super) fn draw_bar(&self, left: f64, top: f64, bottom: f64, scene: &mut Scene) {
        let left = left + BETWEEN;
        let step = (bottom - top) / STEPS as f64;
        for index in 0..STEPS {
            let y = bottom - index as f64 * step;
            // A hair of overlap: viewers smooth edges, and the page would shine through.
            let upper = (y - step - 0.3).max(top);
            let colour = self.at((index as f64 + 0.5) / STEPS as f64);
            scene.rect((left, upper), (left + BAR, y), colour, 1.0);
        }
        let corners = [(left, top), (left + BAR, top), (left + BAR, bottom), (left, bottom), (left, top)];
        for side in corners.windows(2) {
            scene.line(side, Stroke::solid(INK, 0.5));
        }
        let ticks = self.ticks(bottom - top);
        let frame = Frame { left, top, right: left + BAR, bottom, x: self.span, y: self.span };
        for tick in &ticks.ticks {
            let (y, length) = (frame.y_at(tick.at), if tick.is_major() { TICK } else { 1.7 });
            scene.line([(left + BAR, y), (left + BAR + length, y)], Stroke::solid(INK, 0.5));
            let place = (left + BAR + TICK + GAP, y + 0.35 * TICK_SIZE);
            scene.raised(Text::new(place, &tick.label, TICK_SIZE), &tick.exponent);
        }
        let start = left + BAR + TICK + GAP + ticks.breadth() + 4.0;
        for (index, line) in heading_lines(&self.colours.axis, bottom - top).into_iter().enumerate() {
            let baseline = start + LABEL * (0.8 + LEADING * index as f64);
            scene.text(Text::new((baseline, 0.5 * (top + bottom)), line, LABEL).anchored(Anchor::Middle).upwards());
        }
    }
}

fn values(layer: &Layer) -> Vec<f64> {
    match layer {
        Layer::Blocks(blocks) if blocks.fill == Fill::Value => blocks.blocks.iter().map(|b| b.point.y).collect(),
        _ => Vec::new(),
    }
}

/// The span of the values without margin: the ends of the bar are colours that occur.
fn exact(axis: &Axis, values: &[f64]) -> Span {
    let shown = || values.iter().copied().filter(|&value| drawable(axis.scale, value));
    let low = shown().fold(f64::INFINITY, f64::min);
    let high = shown().fold(f64::NEG_INFINITY, f64::max);
    let span = Span::of(axis, shown());
    if axis.range.is_none() && high - low > 1e-9 * high.abs().max(low.abs()) {
        Span { low, high, ..span }
    } else {
        span
    }
}

/// A span as long on both sides of the centre, on the axis's own scale.
fn around(axis: &Axis, centre: f64, values: &[f64]) -> Span {
    let shown = || values.iter().copied().filter(|&value| drawable(axis.scale, value));
    let scale = axis.scale;
    match scale {
        Scale::Linear => {
            let reach = shown().map(|value| (value - centre).abs()).fold(0.0, f64::max);
            let reach = if reach > 1e-9 * centre.abs() && reach > 0.0 { reach } else { 1.0 };
            Span { scale, low: centre - reach, high: centre + reach }
        }
        Scale::Log => {
            let reach = shown().map(|value| (value / centre).max(centre / value)).fold(1.0, f64::max).min(1e150);
            let reach = if reach > 1.0 + 1e-9 { reach } else { 2.0 };
            Span { scale, low: centre / reach, high: centre * reach }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layer::{Block, Blocks, Point};
    use super::*;

    fn figure(values: &[f64], axis: Axis, centre: Option<f64>) -> Figure {
        let block =
            |&value: &f64| Block { x: (0.0, 1.0), y: (0.0, 1.0), point: Point::exact(0.0, value), text: String::new() };
        let blocks = values.iter().map(block).collect();
        let blocks = Blocks { label: String::new(), blocks, fill: Fill::Value, listed: false };
        let layers = vec![Layer::Blocks(blocks)];
        Figure {
            colours: Some(Colours { axis, centre }),
            ..Figure::single(Axis::linear("", ""), Axis::linear("", ""), layers)
        }
    }

    fn darkness((red, green, blue): Colour) -> f64 {
        255.0 - (0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue))
    }

    #[test]
    fn a_ratio_of_one_is_neutral_and_a_ratio_and_its_inverse_are_equally_far() {
        let figure = figure(&[0.5, 1.5], Axis::log("ratio", ""), Some(1.0));
        let ramp = Ramp::of(&figure).unwrap();
        assert_eq!(ramp.colour(1.0), Some(DIVERGING[2]));
        assert_eq!((ramp.colour(0.5), ramp.colour(2.0)), (Some(DIVERGING[0]), Some(DIVERGING[4])));
    }

    #[test]
    fn more_is_always_darker_on_the_sequential_scale() {
        let figure = figure(&[0.0, 100.0], Axis::linear("load", ""), None);
        let ramp = Ramp::of(&figure).unwrap();
        let shades: Vec<f64> = (0..=100).map(|k| darkness(ramp.colour(f64::from(k)).unwrap())).collect();
        assert!(shades.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn both_sides_of_the_diverging_scale_darken_away_from_its_centre() {
        let shades: Vec<f64> = DIVERGING.iter().map(|&colour| darkness(colour)).collect();
        assert!(shades[0] > shades[1] && shades[1] > shades[2] && shades[2] < shades[3] && shades[3] < shades[4]);
    }

    #[test]
    fn a_missing_value_has_no_colour() {
        let figure = figure(&[1.0, 2.0, f64::NAN], Axis::linear("load", ""), None);
        assert_eq!(Ramp::of(&figure).unwrap().colour(f64::NAN), None);
    }
}
