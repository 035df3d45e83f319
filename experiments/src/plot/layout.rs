//! From a figure to a scene: in which order its parts are drawn.

use super::axes;
use super::figure::{Axis, Figure, Layer, Panel};
use super::layer_series;
use super::legend::Legend;
use super::look::GREY;
use super::plan::{Cell, EDGE, LABEL, LEADING, Plan, SMALL, TITLE, caption_lines, heading_lines};
use super::scale::drawable;
use super::scene::{Anchor, Scene, Text, clean};
use super::type_face;

/// Draws a figure.
pub(super) fn scene(figure: &Figure) -> Scene {
    let legend = Legend::of(figure);
    let plan = Plan::of(figure, &legend);
    let (alt, caption) = (clean(&alt(figure)), clean(&caption(figure)));
    let mut scene = Scene { size: plan.size, alt, caption, ..Scene::default() };
    for cell in &plan.cells {
        draw_panel(figure, cell, &legend, &mut scene);
    }
    draw_surroundings(figure, &plan, &mut scene);
    if let Some((corner, room)) = plan.legend {
        legend.draw(corner, room, &mut scene);
    }
    scene
}

/// The caption with a sentence about what could not be drawn.
pub fn caption(figure: &Figure) -> String {
    let lost = lost(figure);
    let mut text = figure.caption.trim().to_string();
    if lost > 0 {
        let (points, are) = if lost == 1 { ("point", "is") } else { ("points", "are") };
        let sentence = format!("{lost} {points} {are} not drawn: not finite, or not positive on a logarithmic axis.");
        text = format!("{text} {sentence}").trim_start().to_string();
    }
    text
}

fn lost(figure: &Figure) -> usize {
    let panel_lost = |panel: &Panel| -> usize {
        let shown = |x, y| drawable(figure.x_of(panel).scale, x) && drawable(figure.y_of(panel).scale, y);
        panel.layers.iter().map(|layer| layer.places().iter().filter(|&&(x, y)| !shown(x, y)).count()).sum()
    };
    figure.panels.iter().map(panel_lost).sum()
}

/// One sentence for those who cannot see the figure.
fn alt(figure: &Figure) -> String {
    let mut names: Vec<&str> = Vec::new();
    for layer in figure.panels.iter().flat_map(|panel| &panel.layers) {
        let name = layer.label();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let of = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    format!("{} against {}{of}.", figure.y.heading(), figure.x.heading())
}

fn draw_panel(figure: &Figure, cell: &Cell<'_>, legend: &Legend, scene: &mut Scene) {
    let frame = &cell.frame;
    let (x, y) = (figure.x_of(cell.panel), figure.y_of(cell.panel));
    axes::grid(frame, &cell.x, &cell.y, x.categories.is_empty(), scene);
    draw_layers(figure, cell, legend, scene);
    axes::below(frame, &cell.x, cell.x_labels, scene);
    axes::left(frame, &cell.y, cell.y_labels, scene);
    if let Some(axis) = &cell.panel.x {
        let top = frame.bottom + cell.x.depth() + 2.0;
        x_heading(axis, (frame.left, frame.right), top, scene);
    }
    if let Some(axis) = &cell.panel.y {
        y_heading(axis, (frame.top, frame.bottom), cell.y_heading_at, scene);
    }
    let middle = 0.5 * (frame.left + frame.right);
    let title = type_face::fitted(&cell.panel.title, LABEL, frame.right - frame.left);
    scene.text(Text::new((middle, frame.top - 4.0), title, LABEL).anchored(Anchor::Middle));
    let side = type_face::fitted(&cell.panel.side, LABEL, frame.bottom - frame.top);
    let place = (frame.right + LABEL, 0.5 * (frame.top + frame.bottom));
    scene.text(Text::new(place, side, LABEL).anchored(Anchor::Middle).upwards());
    let shown = |&(px, py): &(f64, f64)| drawable(x.scale, px) && drawable(y.scale, py);
    if !cell.panel.layers.iter().any(|layer| layer.places().iter().any(shown)) {
        let place = (middle, 0.5 * (frame.top + frame.bottom));
        let says = Text { colour: GREY, ..Text::new(place, "No data to draw.", LABEL) };
        scene.text(says.anchored(Anchor::Middle));
    }
}

/// From back to front: theory, bands, lines, points; what a pointer reads lies on top.
fn draw_layers(figure: &Figure, cell: &Cell<'_>, legend: &Legend, scene: &mut Scene) {
    let frame = &cell.frame;
    let layers = &cell.panel.layers;
    let series =
        || layers.iter().filter_map(|layer| if let Layer::Series(series) = layer { Some(series) } else { None });
    for layer in layers {
        if let Layer::Curve(curve) = layer {
            layer_series::curve(curve, legend.theory_colour(&curve.of), frame, scene);
        }
    }
    for series in series().filter(|series| series.band) {
        layer_series::band(series, &legend.look(&series.label), frame, scene);
    }
    for series in series() {
        layer_series::line(series, &legend.look(&series.label), frame, scene);
    }
    for series in series().filter(|series| series.markers) {
        layer_series::points(series, &legend.look(&series.label), frame, scene);
    }
    for series in series().filter(|series| series.markers) {
        layer_series::spots(series, figure.x_of(cell.panel), figure.y_of(cell.panel), frame, scene);
    }
}

fn x_heading(axis: &Axis, (left, right): (f64, f64), top: f64, scene: &mut Scene) {
    for (index, line) in heading_lines(axis, right - left).into_iter().enumerate() {
        let baseline = top + LABEL * (0.8 + LEADING * index as f64);
        scene.text(Text::new((0.5 * (left + right), baseline), line, LABEL).anchored(Anchor::Middle));
    }
}

/// `edge` is the right edge of the heading.
fn y_heading(axis: &Axis, (top, bottom): (f64, f64), edge: f64, scene: &mut Scene) {
    let lines = heading_lines(axis, bottom - top);
    let count = lines.len();
    for (index, line) in lines.into_iter().enumerate() {
        let baseline = edge - LABEL * (0.2 + LEADING * (count - 1 - index) as f64);
        scene.text(Text::new((baseline, 0.5 * (top + bottom)), line, LABEL).anchored(Anchor::Middle).upwards());
    }
}

fn draw_surroundings(figure: &Figure, plan: &Plan<'_>, scene: &mut Scene) {
    let (left, top, right, bottom) = plan.grid;
    if figure.panels.iter().any(|panel| panel.x.is_none()) {
        x_heading(&figure.x, (left, right), plan.x_heading_top, scene);
    }
    if let Some(cell) = plan.cells.iter().find(|cell| cell.panel.y.is_none()) {
        y_heading(&figure.y, (top, bottom), cell.y_heading_at, scene);
    }
    if let Some(title) = &figure.title {
        let title = type_face::fitted(title, TITLE, plan.size.0 - 2.0 * EDGE);
        scene.text(Text { bold: true, ..Text::new((EDGE, EDGE + 0.8 * TITLE), title, TITLE) });
    }
    if figure.draw_caption {
        for (index, line) in caption_lines(figure).into_iter().enumerate() {
            let baseline = plan.caption_top + SMALL * (0.8 + LEADING * index as f64);
            scene.text(Text { colour: GREY, ..Text::new((EDGE, baseline), line, SMALL) });
        }
    }
}
