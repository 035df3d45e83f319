//! Exact decimal numbers, so that a range from 0.5 by 0.05 holds 0.85 and not its neighbour, and "300ms" is 0.3.
//!
//! Not here: units (`units`), ranges (`range`).

/// `mantissa * 10^exponent`, without trailing zeros in the mantissa.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    exponent: i32,
}

impl Decimal {
    /// Reads decimal text such as "-1.25e-3"; `None` if it is none or does not fit.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (number, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok().filter(|e| e.abs() < 1000)?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
        if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mantissa = digits.parse::<i128>().ok()?;
        Some(Decimal { mantissa, exponent: exponent - i32::try_from(fraction.len()).ok()? }.trim())
    }

    /// The same number with the shortest mantissa.
    fn trim(mut self) -> Decimal {
        while self.mantissa != 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        if self.mantissa == 0 {
            self.exponent = 0;
        }
        self
    }

    /// The mantissa at a lower exponent.
    fn at(self, exponent: i32) -> Option<i128> {
        let digits = u32::try_from(self.exponent - exponent).ok()?;
        self.mantissa.checked_mul(10i128.checked_pow(digits)?)
    }

    /// Both mantissas at their common exponent.
    fn align(self, other: Decimal) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        Some((self.at(exponent)?, other.at(exponent)?, exponent))
    }

    /// `self + other`, if it fits.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        let (a, b, exponent) = self.align(other)?;
        Some(Decimal { mantissa: a.checked_add(b)?, exponent }.trim())
    }

    /// `self - other`, if it fits.
    pub fn minus(self, other: Decimal) -> Option<Decimal> {
        self.plus(Decimal { mantissa: other.mantissa.checked_neg()?, ..other })
    }

    /// `self * factor * 10^shift`, if it fits.
    pub fn times(self, factor: i128, shift: i32) -> Option<Decimal> {
        let exponent = self.exponent.checked_add(shift)?;
        Some(Decimal { mantissa: self.mantissa.checked_mul(factor)?, exponent }.trim())
    }

    /// How many whole times `step` fits into `self` (both positive).
    pub fn steps(self, step: Decimal) -> Option<i128> {
        let (a, b, _) = self.align(step)?;
        a.checked_div(b)
    }

    /// The number itself, if it is whole and not negative.
    pub fn whole(self) -> Option<u64> {
        (self.exponent >= 0).then(|| self.at(0)).flatten().and_then(|n| u64::try_from(n).ok())
    }

    /// The sign: -1, 0 or 1.
    pub fn sign(self) -> i128 {
        self.mantissa.signum()
    }

    /// `self / count`, if the quotient is a decimal of at most 30 digits.
    pub fn over(self, count: i128) -> Option<Decimal> {
        (0..=30).find_map(|digits| {
            let full = self.mantissa.checked_mul(10i128.pow(digits))?;
            let exponent = self.exponent - digits as i32;
            (full % count == 0).then(|| Decimal { mantissa: full / count, exponent }.trim())
        })
    }

    /// The nearest floating-point number.
    pub fn value(self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN)
    }
}

/// As TOML writes it: "0.85", "12", and with an exponent where the plain form would be long.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, digits) = (if self.mantissa < 0 { "-" } else { "" }, self.mantissa.unsigned_abs().to_string());
        let point = digits.len() as i32 + self.exponent;
        match self.exponent {
            0..=15 => write!(f, "{sign}{digits}{}", "0".repeat(self.exponent as usize)),
            ..=-1 if point > 0 => write!(f, "{sign}{}.{}", &digits[..point as usize], &digits[point as usize..]),
            ..=-1 if point > -6 => write!(f, "{sign}0.{}{digits}", "0".repeat(-point as usize)),
            _ => write!(f, "{sign}{digits}e{}", self.exponent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn text_survives_reading_and_writing() {
        for text in ["0", "0.85", "-1.25", "12", "100", "0.000001", "1e30", "-7e-9"] {
            assert_eq!(d(text).to_string(), text);
        }
        assert_eq!(d("+01.500e1").to_string(), "15");
        for text in ["", "-", "1.2.3", "0x1f", "nan", "1e99999", "12a", "1_0"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sums_and_steps_are_exact_where_floats_drift() {
        let mut x = d("0.5");
        for _ in 0..7 {
            x = x.plus(d("0.05")).unwrap();
        }
        assert_eq!((x.to_string().as_str(), x.value()), ("0.85", 0.85));
        assert_eq!(d("0.4").steps(d("0.1")), Some(4));
        assert_eq!(d("1").over(8).map(|q| q.to_string()).as_deref(), Some("0.125"));
        assert_eq!(d("1").over(3), None);
        assert_eq!(d("1e300").plus(d("1e-300")), None);
    }
}
