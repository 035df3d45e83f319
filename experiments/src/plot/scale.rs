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
        let start = if low >= 0.0 && low <= 0.3 * high { 0.0 } else { low - margin };
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

    /// Multiples of a round step, at least two of them; `room` is a wish.
    fn linear_ticks(&self, room: usize) -> Vec<Tick> {
        let steps = (room..4 * room + 2).map(|room| nice_step((self.high - self.low) / room as f64));
        let ticks = |step: f64| (step, self.multiples(step));
        let found = steps.map(ticks).find(|(_, multiples)| multiples.len() >= 2);
        let Some((step, multiples)) = found else { return Vec::new() };
        let power = self.common_power();
        multiples.into_iter().map(|at| label(at, step, power)).collect()
    }

    /// The power of ten that all labels share where plain digits would be long.
    fn common_power(&self) -> Option<i32> {
        let largest = self.low.abs().max(self.high.abs());
        (!(2e-3..1e6).contains(&largest)).then(|| largest.log10().floor() as i32)
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
        if self.high / self.low >= 10.0 && (decades < 2.0 || (high - low < 2.2 && room >= 5)) {
            let labelled: &[i32] = if room >= 5 { &[1, 2, 5] } else { &[1, 3] };
            return self.decade_ticks(1, labelled);
        }
        // Even steps crowd at the upper end of less than a decade; where they would, digits spread by ratio stand instead.
        if room <= 5 && self.high / self.low >= 3.0 && decades < 2.0 {
            let ticks = self.decade_ticks(1, &[1, 2, 5]);
            if ticks.iter().filter(|tick| tick.is_major()).count() >= 2 {
                return ticks;
            }
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
fn label(at: f64, step: f64, power: Option<i32>) -> Tick {
    let at = if at.abs() < 1e-9 * step { 0.0 } else { at };
    let unit = 10f64.powi(power.unwrap_or(0));
    let decimals = (-(step / unit * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 15.0) as usize;
    match power {
        Some(_) if at == 0.0 => Tick { at, label: "0".to_string(), exponent: String::new() },
        Some(power) => {
            let label = format!("{}×10", fixed(at / unit, decimals));
            Tick { at, label, exponent: with_minus(power.to_string()) }
        }
        None => Tick { at, label: fixed(at, decimals), exponent: String::new() },
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(span: Span, room: usize) -> Vec<String> {
        span.ticks(room).iter().filter(|t| t.is_major()).map(|t| format!("{}{}", t.label, t.exponent)).collect()
    }

    fn linear(low: f64, high: f64) -> Span {
        Span { scale: Scale::Linear, low, high }
    }

    fn log(low: f64, high: f64) -> Span {
        Span { scale: Scale::Log, low, high }
    }

    #[test]
    fn linear_ticks_are_round_and_no_more_precise_than_needed() {
        assert_eq!(labels(linear(0.0, 1.0), 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(linear(-3.0, 12.0), 3), ["0", "5", "10"]);
        assert_eq!(labels(linear(0.0, 0.0125), 3), ["0.000", "0.005", "0.010"]);
    }

    #[test]
    fn negative_ticks_have_a_true_minus_sign_and_zero_has_none() {
        assert_eq!(labels(linear(-0.25, 0.2), 4), ["\u{2212}0.2", "0.0", "0.2"]);
    }

    #[test]
    fn large_and_small_ticks_are_written_with_powers_of_ten() {
        assert_eq!(labels(linear(0.0, 4e7), 2), ["0", "2×107", "4×107"]);
        assert_eq!(labels(linear(0.0, 2.5e-5), 2), ["0", "2×10\u{2212}5"]);
    }

    #[test]
    fn a_logarithmic_axis_has_every_decade_and_eight_minor_ticks_between() {
        let ticks = log(1.0, 1000.0).ticks(6);
        assert_eq!(labels(log(1.0, 1000.0), 6), ["1", "10", "100", "1000"]);
        assert_eq!(ticks.iter().filter(|tick| !tick.is_major()).count(), 3 * 8);
    }

    #[test]
    fn a_short_logarithmic_axis_is_labelled_inside_its_decades() {
        assert_eq!(labels(log(0.9, 12.0), 6), ["1", "2", "5", "10"]);
        assert_eq!(labels(log(2.0, 3.0), 5), ["2.0", "2.2", "2.4", "2.6", "2.8", "3.0"]);
    }

    #[test]
    fn less_than_a_decade_with_little_room_has_labels_that_do_not_crowd() {
        assert_eq!(labels(log(0.9, 8.0), 3), ["1", "2", "5"]);
        assert_eq!(labels(log(1.2, 8.0), 2), ["2", "5"]);
    }

    #[test]
    fn a_long_logarithmic_axis_skips_decades_evenly() {
        assert_eq!(labels(log(1e-8, 1.0), 5), ["10\u{2212}8", "10\u{2212}6", "10\u{2212}4", "10\u{2212}2", "100"]);
    }

    #[test]
    fn values_without_a_place_are_told_apart() {
        assert!(!drawable(Scale::Linear, f64::NAN) && !drawable(Scale::Linear, f64::INFINITY));
        assert!(drawable(Scale::Linear, -1.0) && !drawable(Scale::Log, -1.0) && !drawable(Scale::Log, 0.0));
    }

    #[test]
    fn one_value_gets_an_axis_around_it() {
        for axis in [Axis::linear("", ""), Axis::log("", "")] {
            let span = Span::of(&axis, [3.0, f64::NAN].into_iter());
            assert!((span.fraction(3.0) - 0.5).abs() < 1e-9, "{span:?}");
        }
    }

    #[test]
    fn readable_numbers_keep_four_digits() {
        let texts = [0.0, 1.0, 0.123456, -12.5, 12345.6, 1.5e-7].map(readable);
        assert_eq!(texts, ["0", "1", "0.1235", "\u{2212}12.5", "12346", "1.500e\u{2212}7"]);
    }

    proptest! {
        #[test]
        fn ticks_stand_on_the_axis_in_order_and_a_label_reads_back_as_its_value(
            low in -1e9..1e9_f64, width in 1e-3..1e9_f64, room in 2..9_usize,
        ) {
            let span = linear(low, low + width);
            let ticks = span.ticks(room);
            prop_assert!(ticks.len() >= 2 && ticks.len() <= room.max(4) + 2, "{ticks:?}");
            for tick in &ticks {
                prop_assert!((-1e-6..=1.0 + 1e-6).contains(&span.fraction(tick.at)));
                let text = if tick.exponent.is_empty() { tick.label.clone() } else {
                    format!("{}{}", tick.label.replace("×10", "e"), tick.exponent)
                };
                let value: f64 = text.replace('\u{2212}', "-").parse().unwrap();
                prop_assert!((value - tick.at).abs() <= 1e-3 * width, "{text} at {}", tick.at);
            }
            prop_assert!(ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
        }

        #[test]
        fn decades_keep_their_place(power in -100..100_i32, decades in 1..50_i32) {
            let span = log(10f64.powi(power), 10f64.powi(power + decades));
            let middle = 10f64.powi(power) * 10f64.powf(0.5 * f64::from(decades));
            prop_assert!((span.fraction(middle) - 0.5).abs() < 1e-9);
            prop_assert!(span.ticks(5).iter().filter(|tick| tick.is_major()).count() <= 9);
        }
    }
}
