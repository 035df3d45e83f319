//! The embedded typeface: how wide a text is, and the ink of its glyphs. Text is never left to the system's fonts.
//!
//! Liberation Sans (SIL Open Font Licence 1.1) has the advance widths of Helvetica and Arial, so a page laid out with
//! it stays right in a viewer that has any of the three. Spacing is by advance widths alone: viewers differ in kerning.

use ab_glyph::{Font, FontRef, Glyph, PxScale, point};
use std::sync::LazyLock;

static REGULAR: LazyLock<FontRef<'static>> =
    LazyLock::new(|| parse(include_bytes!("../../assets/fonts/LiberationSans-Regular.ttf")));
static BOLD: LazyLock<FontRef<'static>> =
    LazyLock::new(|| parse(include_bytes!("../../assets/fonts/LiberationSans-Bold.ttf")));

/// Families with the same widths, the embedded one among them.
pub(super) const FAMILIES: &str = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/// Height of a capital letter in em.
pub(super) const CAPITAL: f64 = 0.69;

fn parse(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is a font: a test parses it")
}

fn font(bold: bool) -> &'static FontRef<'static> {
    if bold { &BOLD } else { &REGULAR }
}

fn units_per_em(font: &FontRef<'static>) -> f64 {
    f64::from(font.units_per_em().unwrap_or(2048.0))
}

/// Width of a line of text at a size in points.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let font = font(bold);
    let units: f64 = text.chars().map(|c| f64::from(font.h_advance_unscaled(font.glyph_id(c)))).sum();
    units / units_per_em(font) * size
}

/// The longest start of `text` that fits `room`, with an ellipsis where something was cut.
pub(super) fn fitted(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_string();
    }
    let ellipsis = width("…", size, bold);
    let mut used = ellipsis;
    let fits = |c: &char| {
        used += width(c.encode_utf8(&mut [0; 4]), size, bold);
        used <= room
    };
    let short: String = text.chars().take_while(fits).collect();
    if ellipsis > room { String::new() } else { format!("{}…", short.trim_end()) }
}

/// Text broken into lines of at most `room` at spaces; a single longer word keeps a line of its own.
pub(super) fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, false) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// Calls `ink(x, y, coverage)` for every pixel of a text whose baseline starts at the origin; `em` is in pixels.
pub(super) fn rasterise<E>(
    text: &str,
    em: f64,
    bold: bool,
    mut ink: impl FnMut(i32, i32, f32) -> Result<(), E>,
) -> Result<(), E> {
    let font = font(bold);
    // ab_glyph scales by the height from descender to ascender, typesetters by the em.
    let scale = PxScale::from((em * f64::from(font.height_unscaled()) / units_per_em(font)) as f32);
    let mut x = 0.0;
    for c in text.chars() {
        let id = font.glyph_id(c);
        let glyph = Glyph { id, scale, position: point(x as f32, 0.0) };
        x += f64::from(font.h_advance_unscaled(id)) / units_per_em(font) * em;
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        let mut pixels = Vec::new();
        outline.draw(|dx, dy, coverage| pixels.push((dx as i32, dy as i32, coverage)));
        for (dx, dy, coverage) in pixels {
            if coverage > 0.0 {
                ink(corner.x as i32 + dx, corner.y as i32 + dy, coverage.min(1.0))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_helvetica() {
        // Adobe's font metrics of Helvetica and Helvetica-Bold, in thousandths of an em.
        for (letters, regular, bold) in
            [("i", 222.0, 278.0), ("a", 556.0, 556.0), ("W", 944.0, 944.0), ("0", 556.0, 556.0)]
        {
            assert!((width(letters, 1000.0, false) - regular).abs() < 1.0, "{letters}");
            assert!((width(letters, 1000.0, true) - bold).abs() < 1.0, "{letters} in bold");
        }
    }

    #[test]
    fn every_sign_the_plots_write_has_a_glyph() {
        for c in "0123456789\u{2212}×…±≤≥αρµ".chars() {
            assert_ne!(font(false).glyph_id(c).0, 0, "{c}");
        }
    }

    #[test]
    fn text_that_does_not_fit_is_cut_with_an_ellipsis() {
        assert_eq!(fitted("short", 8.0, false, 100.0), "short");
        let cut = fitted("a name that is far too long", 8.0, false, 50.0);
        assert!(cut.ends_with('…') && width(&cut, 8.0, false) <= 50.0, "{cut}");
        assert_eq!(fitted("wide", 8.0, false, 1.0), "");
        assert_eq!(fitted("wide", 8.0, false, 8.5), "…");
    }

    #[test]
    fn wrapped_lines_fit_and_lose_no_word() {
        let text = "mean response, difference from no migration (s)";
        let lines = wrapped(text, 8.0, 90.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| width(line, 8.0, false) <= 90.0));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn a_capital_stands_on_its_baseline_and_has_its_height() {
        let (mut top, mut bottom, mut right) = (0, i32::MIN, 0);
        let drawn: Result<(), ()> = rasterise("H", 1000.0, false, |x, y, coverage| {
            if coverage > 0.5 {
                (top, bottom, right) = (top.min(y), bottom.max(y), right.max(x));
            }
            Ok(())
        });
        assert!(drawn.is_ok());
        assert_eq!(bottom, -1);
        assert!((f64::from(-top) / 1000.0 - CAPITAL).abs() < 0.005, "{top}");
        assert!(f64::from(right) < width("H", 1000.0, false));
    }
}
