//! From values to positions along an axis, and where its ticks stand. Knows nothing of paper or ink.

use super::figure::{Axis, Scale};

/// Magnitudes beyond this cannot be told apart on any axis, and their differences could overflow.
const LARGEST: f64 = 1e150;

/// The part of an axis that is drawn: `low < high`, both drawable on `scale`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    /// Linear or logarithmic.
    pub scale: Scale,
    /// The value at the start of the axis.
    pub low: f64,
    /// The value at its end.
    pub high: f64,
}

/// One tick: where, and what is written beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// The value.
    pub at: f64,
    /// What is written; empty for a minor tick.
    pub label: String,
    /// A raised exponent after the label.
    pub exponent: String,
}

impl Tick {
    fn minor(at: f64) -> Tick {
        Tick { at, label: String::new(), exponent: String::new() }
    }

    /// Whether it is labelled.
    pub(super) fn is_major(&self) -> bool {
        !self.label.is_empty()
    }
}

/// Whether a value has a place on an axis of this scale.
pub(super) fn drawable(scale: Scale, value: f64) -> bool {
    match scale {
        Scale::Linear => value.abs() <= LARGEST,
        Scale::Log => (1.0 / LARGEST..=LARGEST).contains(&value),
    }
}

impl Span {
    /// The span of an axis: its own range, its categories, or the drawable ones of `values` with a margin.
    pub(super) fn of(axis: &Axis, values: impl Iterator<Item = f64>) -> Span {
        if !axis.categories.is_empty() {
            return Span { scale: Scale::Linear, low: -0.5, high: axis.categories.len() as f64 - 0.5 };
        }
        let scale = axis.scale;
        if let Some((low, high)) = axis.range
            && drawable(scale, low)
            && drawable(scale, high)
            && low < high
        {
            return Span { scale, low, high };
        }
        let (low, high) = values
            .filter(|&value| drawable(scale, value))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        match scale {
            Scale::Linear => Span::padded_linear(low, high),
            Scale::Log => Span::padded_log(low, high),
        }
    }

    fn padded_linear(low: f64, high: f64) -> Span {
        let scale = Scale::Linear;
        if low > high {
            return Span { scale, low: 0.0, high: 1.0 };
        }
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let half = if low == 0.0 { 1.0 } else { 0.1 * low.abs() };
            return Span { scale, low: low - half, high: high + half };
        }
        let margin = 0.05 * (high - low);
        // An axis that starts near zero starts at zero: lengths can then be compared.
        let start = if low >= 0.0 && low <= 0.3 * high {
            if low == 0.0 { 0.0 - 0.4 * margin } else { 0.0 }
        } else {
            low - margin
        };
        Span { scale, low: start, high: high + margin }
    }

    fn padded_log(low: f64, high: f64) -> Span {
        let scale = Scale::Log;
        if low > high {
            return Span { scale, low: 1.0, high: 10.0 };
        }
        let factor = if high / low <= 1.0 + 1e-9 { 2.0 } else { (high / low).powf(0.05) };
        Span { scale, low: low / factor, high: high * factor }
    }

    /// How far along the axis a value stands: 0 at `low`, 1 at `high`. May be infinite, never NaN for a number.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value <= 0.0 => f64::NEG_INFINITY,
            Scale::Log => (value / self.low).log10() / (self.high / self.low).log10(),
        }
    }

    /// Ticks for an axis that has room for about `room` labels.
    pub(super) fn ticks(&self, room: usize) -> Vec<Tick> {
        let room = room.max(2);
        match self.scale {
            Scale::Linear => self.linear_ticks(room),
            Scale::Log => self.log_ticks(room),
        }
    }

    fn linear_ticks(&self, room: usize) -> Vec<Tick> {
        let step = nice_step((self.high - self.low) / room as f64);
        let multiples = self.multiples(step);
        multiples.into_iter().map(|at| label(at, step)).collect()
    }

    /// Multiples of `step` inside the span, at most a hundred of them.
    fn multiples(&self, step: f64) -> Vec<f64> {
        let slack = 1e-9 * (self.high - self.low) / step;
        let first = (self.low / step - slack).ceil();
        let count = ((self.high / step + slack).floor() - first).clamp(-1.0, 100.0);
        (0..=count as i64).filter(|_| count >= 0.0).map(|k| (first + k as f64) * step + 0.0).collect()
    }

    fn log_ticks(&self, room: usize) -> Vec<Tick> {
        let (low, high) = (self.low.log10(), self.high.log10());
        let decades = (high + 1e-9).floor() - (low - 1e-9).ceil() + 1.0;
        // Up to two decades the parts of a decade are labelled where there is room; the caller asks again with less.
        if self.high / self.low > 3.0 && (decades < 2.0 || (high - low < 2.2 && room >= 5)) {
            let labelled: &[i32] = if room >= 5 { &[1, 2, 5] } else { &[1, 3] };
            return self.decade_ticks(1, labelled);
        }
        if decades >= 2.0 {
            let every = (decades / room as f64).ceil().max(1.0) as i32;
            return self.decade_ticks(every, &[1]);
        }
        self.linear_ticks(room)
    }

    /// Decades and their parts; `labelled` are the digits that carry a label.
    fn decade_ticks(&self, every: i32, labelled: &[i32]) -> Vec<Tick> {
        let mut ticks = Vec::new();
        let inside = |at: f64| at >= self.low * (1.0 - 1e-9) && at <= self.high * (1.0 + 1e-9);
        // Exponents are written out only where plain digits would be long, and then on the whole axis.
        let plain = self.low >= 0.9e-3 && self.high <= 2e4;
        for exponent in self.low.log10().floor() as i32..=self.high.log10().ceil() as i32 {
            for digit in 1..=9 {
                let at = f64::from(digit) * 10f64.powi(exponent);
                if !inside(at) {
                    continue;
                }
                if labelled.contains(&digit) && exponent.rem_euclid(every) == 0 {
                    ticks.push(decade_label(at, digit, exponent, plain));
                } else if every == 1 || digit == 1 {
                    ticks.push(Tick::minor(at));
                }
            }
        }
        ticks
    }
}

fn decade_label(at: f64, digit: i32, exponent: i32, plain: bool) -> Tick {
    if plain {
        return Tick { at, label: fixed(at, (-exponent).max(0) as usize), exponent: String::new() };
    }
    let base = if digit == 1 { "10".to_string() } else { format!("{digit}×10") };
    Tick { at, label: base, exponent: with_minus(exponent.to_string()) }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
fn nice_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let digit = least / power;
    let nice = [1.0, 2.0, 5.0].into_iter().find(|&nice| digit <= nice * (1.0 + 1e-9)).unwrap_or(10.0);
    nice * power
}

/// A label that tells neighbours `step` apart from each other, and no more.
fn label(at: f64, step: f64) -> Tick {
    let at = if at.abs() < 1e-9 * step { 0.0 } else { at };
    let largest = at.abs().max(step);
    if at != 0.0 && !(1e-4..1e6).contains(&largest) {
        let power = at.abs().log10().floor();
        let decimals = (power - step.log10().floor()).clamp(0.0, 15.0) as usize;
        let mantissa = fixed(at / 10f64.powf(power), decimals);
        return Tick { at, label: format!("{mantissa}×10"), exponent: with_minus(format!("{power}")) };
    }
    let decimals = (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 15.0) as usize;
    Tick { at, label: fixed(at, decimals), exponent: String::new() }
}

fn fixed(value: f64, decimals: usize) -> String {
    with_minus(format!("{value:.decimals$}"))
}

/// A hyphen is not a minus sign.
pub(super) fn with_minus(number: String) -> String {
    number.replace('-', "\u{2212}")
}

/// A value for a reader: up to four significant digits, with a true minus sign.
pub(super) fn readable(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    if !value.is_finite() {
        return with_minus(value.to_string());
    }
    let power = value.abs().log10().floor();
    if !(-4.0..6.0).contains(&power) {
        return with_minus(format!("{value:.3e}"));
    }
    let text = format!("{value:.*}", (3.0 - power).max(0.0) as usize);
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    with_minus(short.to_string())
}
