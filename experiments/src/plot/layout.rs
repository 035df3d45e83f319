//! From a figure to a scene: in which order its parts are drawn.

use super::axes;
use super::colours::Ramp;
use super::contrast;
use super::figure::{Axis, Figure, Panel};
use super::layer::Layer;
use super::legend::Legend;
use super::look::GREY;
use super::plan::{Cell, EDGE, LABEL, LEADING, Plan, SMALL, TITLE, caption_lines, heading_lines, strips_height};
use super::scale::drawable;
use super::scene::{Anchor, Scene, Text, clean};
use super::type_face;
use super::{draw_blocks, draw_contours, draw_marks, draw_series};

/// What all panels are drawn with.
struct Drawing<'a> {
    legend: &'a Legend,
    ramp: Option<Ramp<'a>>,
}

/// Draws a figure.
pub(super) fn scene(figure: &Figure) -> Scene {
    let legend = Legend::of(figure);
    let drawing = Drawing { legend: &legend, ramp: Ramp::of(figure) };
    let plan = Plan::of(figure, &legend, drawing.ramp.as_ref());
    let (alt, caption) = (clean(&alt(figure)), clean(&caption(figure)));
    let mut scene = Scene { size: plan.size, alt, caption, ..Scene::default() };
    for cell in &plan.cells {
        draw_panel(figure, cell, &drawing, &mut scene);
    }
    draw_surroundings(figure, &plan, &mut scene);
    if let Some(ramp) = &drawing.ramp {
        let (_, top, _, bottom) = plan.grid;
        ramp.draw_bar(plan.bar_left, top, bottom, &mut scene);
    }
    if let Some((corner, room)) = plan.legend {
        legend.draw(corner, room, &mut scene);
    }
    scene
}

/// The caption, with a key to the verdicts and a sentence about what could not be drawn where there is need.
pub fn caption(figure: &Figure) -> String {
    let mut sentences = vec![figure.caption.trim().to_string()];
    if figure.panels.iter().any(|panel| !panel.strips.is_empty()) {
        sentences.push(contrast::KEY.to_string());
    }
    let lost = lost(figure) + figure.left_out;
    if lost > 0 {
        let (points, are) = if lost == 1 { ("point", "is") } else { ("points", "are") };
        sentences.push(format!("{lost} {points} {are} not drawn: not finite, or not positive on a logarithmic axis."));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
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
    let mut headings: Vec<String> = Vec::new();
    for panel in &figure.panels {
        let heading = format!("{} against {}", figure.y_of(panel).heading(), figure.x_of(panel).heading());
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    let of = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    format!("{}{of}.", headings.join("; "))
}

fn draw_panel(figure: &Figure, cell: &Cell<'_>, drawing: &Drawing<'_>, scene: &mut Scene) {
    let frame = &cell.frame;
    let (x, y) = (figure.x_of(cell.panel), figure.y_of(cell.panel));
    axes::grid(frame, &cell.x, &cell.y, x.categories.is_empty(), scene);
    draw_layers(figure, cell, drawing, scene);
    draw_marks::strips(&cell.panel.strips, drawing.legend, frame, scene);
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
    let title = type_face::fitted(&cell.panel.title, LABEL, false, frame.right - frame.left);
    scene.text(Text::new((middle, frame.top - 4.0 - strips_height(cell.panel)), title, LABEL).anchored(Anchor::Middle));
    let side = type_face::fitted(&cell.panel.side, LABEL, false, frame.bottom - frame.top);
    let place = (frame.right + LABEL, 0.5 * (frame.top + frame.bottom));
    scene.text(Text::new(place, side, LABEL).anchored(Anchor::Middle).upwards());
    let shown = |&(px, py): &(f64, f64)| drawable(x.scale, px) && drawable(y.scale, py);
    if !cell.panel.layers.iter().any(|layer| layer.places().iter().any(shown)) {
        let place = (middle, 0.5 * (frame.top + frame.bottom));
        let says = Text { colour: GREY, ..Text::new(place, "No data to draw.", LABEL) };
        scene.text(says.anchored(Anchor::Middle));
    }
}

/// From back to front: blocks, theory, bands, lines, points, arrows; what a pointer reads lies on top.
fn draw_layers(figure: &Figure, cell: &Cell<'_>, drawing: &Drawing<'_>, scene: &mut Scene) {
    let (frame, legend) = (&cell.frame, drawing.legend);
    let bands = cell.panel.layers.iter().filter(|layer| matches!(layer, Layer::Series(s) if s.band)).count();
    let pass = |scene: &mut Scene, each: &dyn Fn(&Layer, &mut Scene)| {
        cell.panel.layers.iter().for_each(|layer| each(layer, scene));
    };
    pass(scene, &|layer, scene| match layer {
        Layer::Blocks(blocks) => {
            let (look, place) = (legend.look(&blocks.label), legend.place(&blocks.label));
            draw_blocks::draw(blocks, &look, place, drawing.ramp.as_ref(), frame, scene);
        }
        Layer::Contours(contours) => draw_contours::draw(contours, frame, scene),
        Layer::Curve(curve) => draw_series::curve(curve, legend.theory(curve), frame, scene),
        _ => {}
    });
    pass(scene, &|layer, scene| match layer {
        Layer::Series(series) if series.band => {
            draw_series::band(series, &legend.look(&series.label), bands, frame, scene);
        }
        Layer::Series(series) if series.faint => draw_series::line(series, &legend.look(&series.label), frame, scene),
        _ => {}
    });
    pass(scene, &|layer, scene| match layer {
        Layer::Rule(rule) => draw_marks::rule(rule, frame, scene),
        Layer::Series(series) if !series.faint => draw_series::line(series, &legend.look(&series.label), frame, scene),
        _ => {}
    });
    pass(scene, &|layer, scene| match layer {
        Layer::Series(series) if series.markers => {
            draw_series::points(series, &legend.look(&series.label), frame, scene);
        }
        Layer::Arrows(arrows) => draw_marks::arrows(arrows, frame, scene),
        _ => {}
    });
    let (x, y) = (figure.x_of(cell.panel), figure.y_of(cell.panel));
    let value = figure.colours.as_ref().map(|colours| &colours.axis);
    pass(scene, &|layer, scene| match layer {
        Layer::Series(series) if !series.faint => draw_series::spots(series, x, y, frame, scene),
        Layer::Blocks(blocks) => draw_blocks::spots(blocks, x, y, value, frame, scene),
        _ => {}
    });
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
        let title = type_face::fitted(title, TITLE, true, plan.size.0 - 2.0 * EDGE);
        scene.text(Text { bold: true, ..Text::new((EDGE, EDGE + 0.8 * TITLE), title, TITLE) });
    }
    if figure.draw_caption {
        for (index, line) in caption_lines(figure).into_iter().enumerate() {
            let baseline = plan.caption_top + SMALL * (0.8 + LEADING * index as f64);
            scene.text(Text { colour: GREY, ..Text::new((EDGE, baseline), line, SMALL) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layer::{Point, Series};
    use super::super::scene::Shape;
    use super::super::{facets, heat, lines};
    use super::*;
    use proptest::prelude::*;

    /// The corners of everything that is drawn.
    fn corners(shape: &Shape) -> Vec<(f64, f64)> {
        match shape {
            Shape::Line(places, _) | Shape::Area(places, ..) => places.clone(),
            Shape::Disc((x, y), radius, _) | Shape::Spot((x, y), radius, _) => {
                vec![(x - radius, y - radius), (x + radius, y + radius)]
            }
            Shape::Text(text) => {
                let width = type_face::width(&text.says, text.size, text.bold);
                let start = match text.anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => -0.5 * width,
                    Anchor::End => -width,
                };
                let ((x, y), rise) = (text.at, 0.75 * text.size);
                if text.upwards {
                    vec![(x - rise, y - start - width), (x, y - start)]
                } else {
                    vec![(x + start, y - rise), (x + start + width, y)]
                }
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_leaves_the_page_however_long_the_names_and_wide_the_numbers(
            names in prop::collection::vec("[a-zA-Z ]{0,80}", 1..7), unit in "[a-z]{0,30}", log in any::<bool>(),
            values in prop::collection::vec((-1e9..1e9_f64, 1e-9..1e9_f64), 1..9), wide in any::<bool>(), panels in 1..4_usize,
        ) {
            let x = Axis::linear(&names[0], &unit);
            let y = if log { Axis::log(&names[0], &unit) } else { Axis::linear(&names[0], &unit) };
            let points: Vec<Point> = values.iter().map(|&(x, y)| Point::estimate(x, y, 0.5 * y, 2.0 * y, 9)).collect();
            let series = names.iter().map(|name| Series::new(name, points.clone())).collect();
            let width = if wide { super::super::Width::TwoColumns } else { super::super::Width::OneColumn };
            let figure = lines::figure(x, y, series, vec![]).with_width(width).with_caption(names.join(", "), true);
            let one = Panel { title: names[0].clone(), side: names[0].clone(), ..figure.panels[0].clone() };
            let figure = Figure { panels: vec![one; panels], columns: panels, title: Some(names.join(" ")), ..figure };
            let scene = scene(&figure);
            prop_assert!((scene.size.0 - width.points()).abs() < 1e-9, "{} wide", scene.size.0);
            prop_assert_eq!(leaving(&scene), None);
        }
    }

    /// Something that is drawn beyond the page, by more than half a point.
    fn leaving(scene: &Scene) -> Option<String> {
        let out = |(x, y): &(f64, f64)| *x < -0.5 || *y < -0.5 || *x > scene.size.0 + 0.5 || *y > scene.size.1 + 0.5;
        let found = scene.shapes.iter().find(|shape| corners(shape).iter().any(out));
        found.map(|shape| format!("{shape:?} in {:?}", scene.size))
    }

    #[test]
    fn a_long_number_at_the_end_of_an_axis_stays_on_the_page() {
        let points = vec![Point::exact(914_211_535.9, 1e-9), Point::exact(-918_851_870.2, 1e-9)];
        let series = vec![Series::new("", points)];
        let figure = lines::figure(Axis::linear("", ""), Axis::linear("", ""), series, vec![]);
        let scene = scene(&figure);
        let label = |shape: &&Shape| matches!(shape, Shape::Text(text) if text.says.contains("10"));
        assert!(scene.shapes.iter().any(|shape| label(&shape)), "the axis has numbers with exponents");
        assert_eq!(leaving(&scene), None);
    }

    #[test]
    fn the_names_of_rows_stand_between_the_panels_and_the_colour_scale() {
        let axis = || Axis::categories("", vec!["a".to_owned(), "b".to_owned()]);
        let cells = vec![vec![Point::exact(0.0, 0.5), Point::exact(0.0, 2.0)]; 2];
        let grid = heat::Grid { xs: vec![0.0, 1.0], ys: vec![0.0, 1.0], cells };
        let map = heat::figure(axis(), axis(), Axis::log("", ""), Some(1.0), &grid, &[]);
        let figure = facets::join(&[String::new()], &["one".to_owned(), "two".to_owned()], vec![map.clone(), map]);
        let panels = figure.panels.iter().map(|panel| Panel { side: "a row".to_owned(), ..panel.clone() });
        let figure = Figure { panels: panels.collect(), ..figure.clone() };
        let bar = Plan::of(&figure, &Legend::of(&figure), Ramp::of(&figure).as_ref()).bar_left;
        let scene = scene(&figure);
        let texts = scene.shapes.iter().filter_map(|s| if let Shape::Text(text) = s { Some(text) } else { None });
        let last = texts.filter(|text| text.says == "a row").map(|text| text.at.0).fold(0.0, f64::max);
        assert!(last > 0.0 && last + 0.3 * LABEL <= bar, "the name ends at {last}, the scale starts at {bar}");
        assert_eq!(leaving(&scene), None);
    }

    #[test]
    fn what_is_not_drawn_is_counted_in_the_caption() {
        let points = vec![Point::exact(1.0, 1.0), Point::exact(2.0, -1.0), Point::exact(f64::NAN, 1.0)];
        let figure = lines::figure(Axis::linear("", ""), Axis::log("", ""), vec![Series::new("a", points)], vec![]);
        let says = caption(&figure.with_caption("Means of 20.", false));
        assert_eq!(says, "Means of 20. 2 points are not drawn: not finite, or not positive on a logarithmic axis.");
    }

    #[test]
    fn an_empty_figure_says_so_in_its_frame() {
        let scene = scene(&lines::figure(Axis::linear("", ""), Axis::log("", ""), vec![], vec![]));
        assert!(scene.shapes.iter().any(|shape| matches!(shape, Shape::Text(text) if text.says == "No data to draw.")));
    }
}
