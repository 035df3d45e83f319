//! Quantities: durations, sizes and bandwidths as numbers in SI base units or as text with a unit.
//!
//! Not here: which key takes which quantity (`check`).

use super::decimal::Decimal;

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Seconds.
    Duration,
    /// Bytes.
    Size,
    /// Bytes per second.
    Bandwidth,
}

impl Dimension {
    /// What it is called, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Duration => "a duration",
            Dimension::Size => "a size",
            Dimension::Bandwidth => "a bandwidth",
        }
    }

    /// How it is written, for messages.
    pub fn how(self) -> &'static str {
        match self {
            Dimension::Duration => "a duration (seconds, or text such as \"300ms\")",
            Dimension::Size => "a size (bytes, or text such as \"4MiB\")",
            Dimension::Bandwidth => "a bandwidth (bytes per second, or text such as \"10Mbit/s\")",
        }
    }

    /// Its units in ASCII.
    pub fn units(self) -> Vec<&'static str> {
        UNITS.iter().filter(|unit| unit.1 == self && unit.0.is_ascii()).map(|unit| unit.0).collect()
    }
}

/// Unit, dimension, and its size as `factor * 10^shift` base units.
const UNITS: &[(&str, Dimension, i128, i32)] = {
    use Dimension::{Bandwidth, Duration, Size};
    &[
        ("ns", Duration, 1, -9),
        ("us", Duration, 1, -6),
        // The micro sign and the Greek letter look the same.
        ("\u{b5}s", Duration, 1, -6),
        ("\u{3bc}s", Duration, 1, -6),
        ("ms", Duration, 1, -3),
        ("s", Duration, 1, 0),
        ("min", Duration, 60, 0),
        ("h", Duration, 3600, 0),
        ("d", Duration, 86_400, 0),
        ("B", Size, 1, 0),
        ("KB", Size, 1, 3),
        ("kB", Size, 1, 3),
        ("MB", Size, 1, 6),
        ("GB", Size, 1, 9),
        ("TB", Size, 1, 12),
        ("KiB", Size, 1 << 10, 0),
        ("MiB", Size, 1 << 20, 0),
        ("GiB", Size, 1 << 30, 0),
        ("TiB", Size, 1 << 40, 0),
        ("B/s", Bandwidth, 1, 0),
        ("KB/s", Bandwidth, 1, 3),
        ("kB/s", Bandwidth, 1, 3),
        ("MB/s", Bandwidth, 1, 6),
        ("GB/s", Bandwidth, 1, 9),
        ("KiB/s", Bandwidth, 1 << 10, 0),
        ("MiB/s", Bandwidth, 1 << 20, 0),
        ("GiB/s", Bandwidth, 1 << 30, 0),
        ("bit/s", Bandwidth, 125, -3),
        ("kbit/s", Bandwidth, 125, 0),
        ("Kbit/s", Bandwidth, 125, 0),
        ("Mbit/s", Bandwidth, 125, 3),
        ("Gbit/s", Bandwidth, 125, 6),
        ("Tbit/s", Bandwidth, 125, 9),
    ]
};

/// Why text is no quantity of the wanted dimension.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It does not begin with a number.
    NoNumber,
    /// It is a number without a unit.
    NoUnit,
    /// No such unit.
    Unknown(String),
    /// A unit of something else.
    Other(Dimension),
}

/// Splits "1.5h" into its number and its unit (which may be empty).
pub fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let exponent = matches!(bytes[at], b'e' | b'E')
            && at > 0
            && bytes.get(at + 1).is_some_and(|b| b.is_ascii_digit() || b"+-".contains(b));
        let sign = matches!(bytes[at], b'+' | b'-') && (at == 0 || matches!(bytes[at - 1], b'e' | b'E'));
        if !(bytes[at].is_ascii_digit() || bytes[at] == b'.' || exponent || sign) {
            break;
        }
        at += 1;
    }
    (&text[..at], text[at..].trim_start())
}

/// Reads text with a unit of any dimension: the exact value in base units.
pub fn parse_any(text: &str) -> Result<(f64, Dimension), Fault> {
    let (number, unit) = split(text);
    let number = Decimal::parse(number).ok_or(Fault::NoNumber)?;
    if unit.is_empty() {
        return Err(Fault::NoUnit);
    }
    let &(_, dimension, factor, shift) =
        UNITS.iter().find(|known| known.0 == unit).ok_or_else(|| Fault::Unknown(unit.to_owned()))?;
    let exact = number.times(factor, shift).map(Decimal::value);
    Ok((
        exact.unwrap_or_else(|| number.value() * factor as f64 * format!("1e{shift}").parse().unwrap_or(1.0)),
        dimension,
    ))
}

/// Reads text with a unit of the wanted dimension.
pub fn parse(text: &str, wanted: Dimension) -> Result<f64, Fault> {
    match parse_any(text)? {
        (value, dimension) if dimension == wanted => Ok(value),
        (_, other) => Err(Fault::Other(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_exact_in_decimal() {
        let seconds = |text| parse(text, Dimension::Duration);
        assert_eq!(seconds("300ms"), Ok(0.3));
        assert_eq!(seconds("0.7ms"), Ok(0.0007));
        assert_eq!(seconds("9.9min"), Ok(594.0));
        assert_eq!(seconds("-60s"), Ok(-60.0));
        assert_eq!(seconds("2e3 s"), Ok(2000.0));
        assert_eq!(seconds("7d"), Ok(604_800.0));
        assert_eq!([seconds("5us"), seconds("5\u{b5}s"), seconds("5\u{3bc}s")], [Ok(5e-6), Ok(5e-6), Ok(5e-6)]);
        assert_eq!(parse("0.5MiB/s", Dimension::Bandwidth), Ok(524_288.0));
        assert_eq!(parse("10Mbit/s", Dimension::Bandwidth), Ok(1_250_000.0));
        assert_eq!(parse("4MiB", Dimension::Size), Ok(4_194_304.0));
        assert_eq!(parse("4MB", Dimension::Size), Ok(4_000_000.0));
    }

    #[test]
    fn wrong_units_say_what_they_are() {
        assert_eq!(parse("4MiB", Dimension::Duration), Err(Fault::Other(Dimension::Size)));
        assert_eq!(parse("3 sec", Dimension::Duration), Err(Fault::Unknown("sec".into())));
        assert_eq!(parse("3", Dimension::Duration), Err(Fault::NoUnit));
        assert_eq!(parse("soon", Dimension::Duration), Err(Fault::NoNumber));
        assert_eq!(parse("", Dimension::Duration), Err(Fault::NoNumber));
    }
}
