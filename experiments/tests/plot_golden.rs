//! Golden tests of every plot kind: the SVG is compared structurally, the PNG by pixels with a tolerance.
//!
//! `UPDATE_GOLDEN=1 cargo test -p loadlab --test plot_golden` writes the golden files anew; look at each before keeping
//! it. Set `PLOT_GALLERY` to a folder to write all fixtures there at print resolution.

mod plot_fixtures;

use loadlab::plot;
use std::fs;
use std::path::{Path, PathBuf};

/// Resolution of the golden images: enough to see what moved, small enough to keep.
const DPI: u32 = 75;
/// Numbers in SVG may differ by this many drawing units (a twentieth of a point each): rounding of logarithms.
const UNITS: f64 = 1.5;
/// A pixel differs when a channel is off by more than this.
const CHANNEL: u8 = 48;
/// Fraction of the pixels that may differ.
const PIXELS: f64 = 0.002;

fn golden(name: &str, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/plot").join(format!("{name}.{extension}"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// The document as words and numbers.
fn tokens(svg: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_number = false;
    for c in svg.chars() {
        let numeric = c.is_ascii_digit() || c == '.';
        match tokens.last_mut() {
            Some(token) if numeric == in_number => token.push(c),
            _ => tokens.push(c.to_string()),
        }
        in_number = numeric;
    }
    tokens
}

fn same(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= UNITS,
        _ => a == b,
    }
}

#[test]
fn every_svg_has_the_structure_of_its_golden_file() {
    for (name, figure) in plot_fixtures::figures() {
        let (svg, path) = (plot::svg(&figure), golden(name, "svg"));
        if updating() {
            fs::write(&path, &svg).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap();
        let (found, expected) = (tokens(&svg), tokens(&expected));
        for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!(same(found, expected), "{name}.svg, token {place}: {found:?}, golden {expected:?}");
        }
        assert_eq!(found.len(), expected.len(), "{name}.svg has more or fewer elements than its golden file");
    }
}

fn decoded(path: &Path) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height, pixels)
}

fn differing(a: &[u8], b: &[u8]) -> f64 {
    let differs = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > CHANNEL);
    a.chunks(3).zip(b.chunks(3)).filter(differs).count() as f64 / (a.len() / 3) as f64
}

#[test]
fn every_png_has_the_pixels_of_its_golden_file() {
    for (name, figure) in plot_fixtures::figures() {
        let path = golden(name, "png");
        if updating() {
            fs::write(&path, plot::png(&figure, DPI).unwrap()).unwrap();
        }
        let (found, (width, height, expected)) = (plot::pixels(&figure, DPI).unwrap(), decoded(&path));
        assert_eq!((found.width, found.height), (width, height), "{name}.png has another size");
        let share = differing(&found.rgb, &expected);
        assert!(share <= PIXELS, "{name}.png: {:.2} % of the pixels differ", 100.0 * share);
    }
}

#[test]
fn the_comparison_of_pixels_notices_a_missing_series() {
    let mut figure = plot_fixtures::figures().swap_remove(0).1;
    let all = plot::pixels(&figure, DPI).unwrap();
    figure.panels[0].layers.iter_mut().rev().take(1).for_each(|layer| {
        if let plot::Layer::Series(series) = layer {
            series.points.truncate(3);
            series.points.push(plot::Point::exact(0.9, 3.0).unresolved());
        }
    });
    let fewer = plot::pixels(&figure, DPI).unwrap();
    assert_eq!(all.rgb.len(), fewer.rgb.len(), "the legend is the same, so is the size");
    assert!(differing(&all.rgb, &fewer.rgb) > PIXELS);
}

#[test]
fn drawing_twice_gives_the_same_bytes() {
    for ((name, first), (_, second)) in plot_fixtures::figures().into_iter().zip(plot_fixtures::figures()) {
        assert_eq!(plot::svg(&first), plot::svg(&second), "{name}");
        assert_eq!(plot::png(&first, DPI).unwrap(), plot::png(&second, DPI).unwrap(), "{name}");
        assert_eq!(plot::tikz(&first), plot::tikz(&second), "{name}");
        assert_eq!(plot::csv(&first).unwrap(), plot::csv(&second).unwrap(), "{name}");
    }
}

#[test]
fn write_leaves_four_files_beside_each_other_even_for_a_name_with_dots() {
    let folder = tempfile::tempdir().unwrap();
    let figure = plot_fixtures::figures().swap_remove(0).1;
    let written = plot::write(&figure, &folder.path().join("response.mean")).unwrap();
    let names: Vec<String> = written.iter().map(|path| path.file_name().unwrap().to_string_lossy().into()).collect();
    assert_eq!(names, ["response.mean.svg", "response.mean.png", "response.mean.csv", "response.mean.tex"]);
    assert!(written.iter().all(|path| fs::metadata(path).unwrap().len() > 100));
    let refused = plot::write(&figure, &folder.path().join("no such folder").join("x")).unwrap_err();
    assert!(refused.to_string().contains("no such folder"), "{refused}");
}

#[test]
fn a_png_states_the_print_size_of_its_column() {
    for (name, figure) in plot_fixtures::figures() {
        let bytes = plot::png(&figure, plot::PRINT_DPI).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let per_metre = reader.info().pixel_dims.unwrap().xppu;
        let millimetres = 1000.0 * f64::from(reader.info().width) / f64::from(per_metre);
        let expected = figure.width.points() * 25.4 / 72.0;
        assert!((millimetres - expected).abs() < 0.1, "{name}: {millimetres} mm, not {expected} mm");
        assert!((f64::from(per_metre) * 0.0254 - 300.0).abs() < 1.0, "{name}");
    }
}

/// Writes the fixtures at print resolution where `PLOT_GALLERY` says, to be looked at.
#[test]
fn every_fixture_can_be_written_at_print_resolution() {
    let kept = std::env::var_os("PLOT_GALLERY").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let folder = kept.as_deref().unwrap_or(folder.path());
    for (name, figure) in plot_fixtures::figures() {
        assert_eq!(plot::write(&figure, &folder.join(name)).unwrap().len(), 4);
    }
}
