//! SVG through plotters' SVG backend, mended afterwards: print size, families, joined dashes, values under the pointer.

use super::pen::{self, Grid};
use super::scene::{Scene, Shape};
use super::type_face;
use plotters::prelude::SVGBackend;
use plotters_backend::DrawingBackend;
use std::fmt::Write;

/// Drawing units per point: plotters draws on whole units, a fiftieth of a millimetre here.
const UNITS: f64 = 20.0;

/// The scene as an SVG document.
pub(super) fn document(scene: &Scene) -> String {
    let size = ((scene.size.0 * UNITS).round() as u32, (scene.size.1 * UNITS).round() as u32);
    let mut raw = String::new();
    let mut backend = SVGBackend::with_string(&mut raw, size);
    // Writing to a string cannot fail.
    let drawn = pen::draw(scene, Grid { scale: UNITS, snap: 1 }, &mut backend).and_then(|()| backend.present());
    drop(backend);
    debug_assert!(drawn.is_ok());
    let body = raw.split_once(">\n").map_or("", |(_, rest)| rest);
    let body = body.strip_suffix("</svg>\n").unwrap_or(body);
    let mut out = head(scene, size);
    tidy(body, &mut out);
    spots(scene, &mut out);
    out.push_str("</svg>\n");
    out
}

fn head(scene: &Scene, (width, height): (u32, u32)) -> String {
    let millimetres = |units: u32| f64::from(units) / UNITS * 25.4 / 72.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.2}mm\" height=\"{:.2}mm\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"{}\" stroke-linejoin=\"round\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n",
        millimetres(width),
        millimetres(height),
        type_face::FAMILIES,
        escaped(&scene.alt),
        escaped(&scene.caption),
    )
}

/// Drops what is said on the root, and joins neighbouring lines, or neighbouring areas, of one style into one path.
fn tidy(body: &str, out: &mut String) {
    let family = format!(" font-family=\"{}\"", type_face::FAMILIES.replace('\'', "&apos;"));
    let mut open = None;
    for line in body.lines() {
        let Some((style, points, end)) = outline(line) else {
            close(&mut open, out);
            push_element(&line.replace(&family, ""), out);
            continue;
        };
        if open != Some(style) {
            close(&mut open, out);
            let _ = write!(out, "<path{} d=\"", style.replace(" opacity=\"1\"", ""));
            open = Some(style);
        }
        out.push('M');
        out.push_str(points);
        out.push_str(end);
    }
    close(&mut open, out);
}

/// Style, points and ending of a line or an opaque area; areas that shine through must not become one.
fn outline(element: &str) -> Option<(&str, &str, &'static str)> {
    let (rest, end) = match element.strip_prefix("<polyline") {
        Some(rest) => (rest, ""),
        None => (element.strip_prefix("<polygon")?, "Z"),
    };
    let (style, points) = rest.split_once(" points=\"")?;
    let joinable = end.is_empty() || style.contains("opacity=\"1\"");
    joinable.then(|| (style, points.trim_end_matches("\"/>").trim_end(), end))
}

fn close(open: &mut Option<&str>, out: &mut String) {
    if open.take().is_some() {
        out.push_str("\"/>\n");
    }
}

/// plotters writes text on a line of its own, whose line breaks a viewer would show as spaces.
fn push_element(line: &str, out: &mut String) {
    let line = line.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
    out.push_str(&line);
    if !line.starts_with("<text") && (line.ends_with("/>") || line == "</text>") {
        out.push('\n');
    }
}

fn spots(scene: &Scene, out: &mut String) {
    let spots = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Spot(at, radius, says) => Some((at, radius, says)),
        _ => None,
    });
    let mut spots = spots.peekable();
    if spots.peek().is_none() {
        return;
    }
    out.push_str("<g class=\"values\" fill=\"#000000\" fill-opacity=\"0\">\n");
    for (at, radius, says) in spots {
        let units = |length: f64| (length * UNITS).round();
        let _ = writeln!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}</title></circle>",
            units(at.0),
            units(at.1),
            units(*radius),
            escaped(says)
        );
    }
    out.push_str("</g>\n");
}

/// Text as XML: markup escaped, and characters that XML forbids replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Stroke, Text};
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        let mut scene =
            Scene { size: (72.0, 72.0), alt: "a < b".into(), caption: "\"c\" & d".into(), ..Scene::default() };
        scene.text(Text::new((1.0, 10.0), "<script>&\u{1}", 8.0));
        scene.spot((1.0, 1.0), 2.0, "</title>");
        let svg = document(&scene);
        for part in [
            "<title>a &lt; b</title>",
            "<desc>&quot;c&quot; &amp; d</desc>",
            ">&lt;script&gt;&amp; </text>",
            "<title>&lt;/title&gt;</title>",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }

    #[test]
    fn lines_of_one_style_are_one_path_in_print_size() {
        let mut scene = Scene { size: (72.0, 36.0), ..Scene::default() };
        for y in [1.0, 2.0] {
            scene.line([(0.0, y), (5.0, y)], Stroke::solid((0, 0, 0), 1.0));
        }
        let svg = document(&scene);
        assert!(svg.contains("width=\"25.40mm\" height=\"12.70mm\""), "{svg}");
        assert!(svg.contains("d=\"M0,20 100,20M0,40 100,40\""), "{svg}");
    }
}
