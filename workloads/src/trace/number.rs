//! Numbers from bytes, without a `String` on the way.
//!
//! Not here: what a number means, or whether it may be negative.

/// Powers of ten that a binary64 number holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A finite decimal number, correctly rounded; `None` for anything else (`nan`, `inf` and hexadecimal included).
///
/// A mantissa below 2^53 and a power of ten up to 22 are both exact, so that one division rounds once (Clinger, How to
/// read floating point numbers accurately, PLDI 1990). The rest goes through the standard library.
pub(crate) fn decimal(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (mut mantissa, mut seen, mut after_point, mut point) = (0u64, 0usize, 0usize, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                seen += 1;
                after_point += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return by_the_library(text),
        }
    }
    match seen {
        0 => None,
        1..=15 => {
            let size = mantissa as f64 / TENS[after_point];
            Some(if negative { -size } else { size })
        }
        _ => by_the_library(text),
    }
}

fn by_the_library(text: &[u8]) -> Option<f64> {
    if !text.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok().filter(|x: &f64| x.is_finite())
}

/// A natural number in decimal digits.
pub(crate) fn natural(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |n, &byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 { None } else { n.checked_mul(10)?.checked_add(u64::from(digit)) }
    })
}

/// A number that has no fraction and is exact in a binary64.
pub(crate) fn whole(x: f64) -> Option<u64> {
    ((0.0..=9_007_199_254_740_992.0).contains(&x) && x == x.floor()).then_some(x as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_that_is_not_a_decimal_number_is_refused() {
        for text in ["", "-", "+", ".", "nan", "inf", "-inf", "0x10", "1e", "1 2", "1,5", "--1", "1e999", "1.2.3"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn signs_points_and_exponents_are_understood() {
        for (text, value) in [("-1", -1.0), ("+2", 2.0), (".005", 0.005), ("7.", 7.0), ("1e3", 1000.0), ("00012", 12.0)]
        {
            assert_eq!(decimal(text.as_bytes()), Some(value), "{text:?}");
        }
    }

    #[test]
    fn natural_numbers_stop_at_their_greatest() {
        assert_eq!(natural(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(natural(b"18446744073709551616"), None);
        assert_eq!(natural(b"-1"), None);
        assert_eq!(natural(b""), None);
    }

    proptest! {
        #[test]
        fn decimal_agrees_with_the_standard_library_to_the_last_bit(
            text in "[-+]?[0-9]{0,22}(\\.[0-9]{0,22})?([eE][-+]?[0-9]{1,3})?"
        ) {
            let expected = text.parse::<f64>().ok().filter(|x| x.is_finite());
            prop_assert_eq!(decimal(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
        }

        #[test]
        fn what_rust_prints_is_read_back_to_the_last_bit(x in proptest::num::f64::NORMAL) {
            prop_assert_eq!(decimal(x.to_string().as_bytes()).map(f64::to_bits), Some(x.to_bits()));
        }
    }
}
