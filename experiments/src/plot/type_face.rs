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
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    if width(text, size, false) <= room {
        return text.to_string();
    }
    let mut short: String = text.to_string();
    while short.pop().is_some() {
        let candidate = format!("{}…", short.trim_end());
        if width(&candidate, size, false) <= room {
            return candidate;
        }
    }
    String::new()
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
