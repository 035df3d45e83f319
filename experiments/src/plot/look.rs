//! How series are told apart: colours that colour-blind readers can tell, and markers and dashes that survive grey.
//!
//! Colours: M. Okabe and K. Ito, "Color Universal Design" (2008), without their yellow, which vanishes on white.

/// A colour of the screen: red, green, blue.
pub(super) type Colour = (u8, u8, u8);

/// Text and axes.
pub(super) const INK: Colour = (0x1a, 0x1a, 0x1a);
/// Reference lines and theory.
pub(super) const GREY: Colour = (0x59, 0x59, 0x59);
/// The grid.
pub(super) const PALE: Colour = (0xe4, 0xe4, 0xe4);
/// The page.
pub(super) const PAPER: Colour = (0xff, 0xff, 0xff);

const COLOURS: [Colour; 8] = [
    (0x00, 0x72, 0xb2),
    (0xd5, 0x5e, 0x00),
    (0x00, 0x9e, 0x73),
    (0xcc, 0x79, 0xa7),
    (0xe6, 0x9f, 0x00),
    (0x56, 0xb4, 0xe9),
    (0x33, 0x33, 0x33),
    (0x8c, 0x8c, 0x8c),
];

/// Lengths on and off, in points; empty for a solid line.
const DASHES: [&[f64]; 6] =
    [&[], &[5.0, 1.8], &[1.3, 1.3], &[5.0, 1.5, 1.3, 1.5], &[8.0, 2.0], &[5.0, 1.3, 1.3, 1.3, 1.3, 1.3]];

/// The dashes of formulas and level lines: that of a series by its colour, those of none by order of appearance.
pub(super) const THEORY_DASHES: [&[f64]; 4] = [&[2.4, 1.6], &[6.0, 1.6], &[1.0, 1.3], &[6.0, 1.4, 1.0, 1.4]];

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Marker {
    /// A disc.
    Disc,
    /// A regular shape given by its corners, in units of the disc's radius.
    Corners(&'static [(f64, f64)]),
}

const MARKERS: [Marker; 10] = [
    Marker::Disc,
    Marker::Corners(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]),
    Marker::Corners(&[(0.0, -1.25), (1.1, 0.75), (-1.1, 0.75)]),
    Marker::Corners(&[(0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)]),
    Marker::Corners(&[(0.0, 1.25), (1.1, -0.75), (-1.1, -0.75)]),
    Marker::Corners(&[
        (-0.4, -1.2),
        (0.4, -1.2),
        (0.4, -0.4),
        (1.2, -0.4),
        (1.2, 0.4),
        (0.4, 0.4),
        (0.4, 1.2),
        (-0.4, 1.2),
        (-0.4, 0.4),
        (-1.2, 0.4),
        (-1.2, -0.4),
        (-0.4, -0.4),
    ]),
    Marker::Corners(&[
        (-1.13, -0.57),
        (-0.57, -1.13),
        (0.0, -0.57),
        (0.57, -1.13),
        (1.13, -0.57),
        (0.57, 0.0),
        (1.13, 0.57),
        (0.57, 1.13),
        (0.0, 0.57),
        (-0.57, 1.13),
        (-1.13, 0.57),
        (-0.57, 0.0),
    ]),
    Marker::Corners(&[(0.0, -1.2), (1.14, -0.37), (0.71, 0.97), (-0.71, 0.97), (-1.14, -0.37)]),
    Marker::Corners(&[(-1.25, 0.0), (0.75, -1.1), (0.75, 1.1)]),
    Marker::Corners(&[(1.25, 0.0), (-0.75, -1.1), (-0.75, 1.1)]),
];

/// Colour, dash and marker of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    /// Its colour.
    pub colour: Colour,
    /// The dash of its line.
    pub dash: &'static [f64],
    /// The marker of its points.
    pub marker: Marker,
}

/// The look of the `index`-th series; the three periods differ, so that 120 series differ.
pub(super) fn look(index: usize) -> Look {
    Look {
        colour: COLOURS[index % COLOURS.len()],
        dash: DASHES[index % DASHES.len()],
        marker: MARKERS[index % MARKERS.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_series_differ_by_marker_and_neighbours_by_dash_and_colour() {
        for a in 0..10 {
            assert!((0..a).all(|b| look(a).marker != look(b).marker), "{a}");
            assert_ne!((look(a).dash, look(a).colour), (look(a + 1).dash, look(a + 1).colour));
        }
        assert!((1..120).all(|index| look(index) != look(0)));
        assert_eq!(look(120), look(0));
    }

    #[test]
    fn every_colour_stands_out_from_paper() {
        // Contrast of graphical objects of at least 2:1 for the palest (WCAG asks 3:1 where colour alone carries meaning;
        // here marker and dash carry it too).
        let linear = |v: u8| {
            let c = f64::from(v) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        for (red, green, blue) in COLOURS {
            let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
            assert!(1.05 / (luminance + 0.05) >= 2.0, "{red} {green} {blue}");
        }
    }
}
