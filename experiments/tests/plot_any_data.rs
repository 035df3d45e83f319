//! Property tests: whatever the data, a figure is drawn, its SVG is well-formed and everything stays on the page.

use loadlab::plot::contrast::{Contrast, Verdict};
use loadlab::plot::gantt::Stay;
use loadlab::plot::heat::Grid;
use loadlab::plot::loads::NodeLoad;
use loadlab::plot::{
    self, Axis, Curve, Figure, Point, Series, Width, bars, contrast, ecdf, gantt, heat, histogram, lines, loads,
    stability, survival, text, warmup,
};
use proptest::prelude::*;

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0,
        2 => (-12.0..12.0_f64).prop_map(|power| 10f64.powf(power)),
        1 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 1e150,
        ]),
    ]
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z<>&\"'\\\\{}$%#_^~ ]{0,40}", Just("w".repeat(300))]
}

fn any_axis() -> impl Strategy<Value = Axis> {
    let range = prop::option::weighted(0.2, (any_number(), any_number()));
    let names = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(any_name(), 1..4)];
    (any_name(), any_name(), any::<bool>(), range, names).prop_map(|(label, unit, log, range, categories)| {
        let axis = if log { Axis::log(label, unit) } else { Axis::linear(label, unit) };
        Axis { range, categories, ..axis }
    })
}

fn any_point() -> impl Strategy<Value = Point> {
    ([any_number(), any_number(), any_number(), any_number()], any::<bool>(), 0..50_u64)
        .prop_map(|([x, y, low, high], resolved, n)| Point { x, y, low, high, resolved, n })
}

fn any_points() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec(any_point(), 0..8)
}

fn any_values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(any_number(), 0..30)
}

fn any_pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((any_number(), any_number()), 0..10)
}

/// Draws a figure in every format and checks what must hold for any data.
fn holds(figure: &Figure) -> Result<(), TestCaseError> {
    let svg = plot::svg(figure);
    well_formed(&svg)?;
    prop_assert!(!svg.contains("NaN") || figure_says_nan(figure), "a coordinate is not a number");
    let image = plot::pixels(figure, 20).map_err(|why| TestCaseError::fail(why.to_string()))?;
    prop_assert_eq!(image.rgb.len(), 3 * image.width as usize * image.height as usize);
    let tikz = plot::tikz(figure);
    prop_assert!(tikz.ends_with("\\end{tikzpicture}\n"), "unfinished");
    let csv = plot::csv(figure).map_err(|why| TestCaseError::fail(why.to_string()))?;
    prop_assert!(csv.starts_with("title,"));
    let lines = text::plot(figure, 72);
    prop_assert!(lines.lines().all(|line| line.chars().count() <= 72), "{}", lines);
    Ok(())
}

/// Names may hold the letters, numbers may not.
fn figure_says_nan(figure: &Figure) -> bool {
    format!("{figure:?}").contains("NaN")
}

/// Tags nest, attributes are quoted, text is escaped, characters are legal in XML.
fn well_formed(svg: &str) -> Result<(), TestCaseError> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        prop_assert!(!text.contains('>'), "unescaped text: {}", text);
        let end = tag.find('>').ok_or_else(|| TestCaseError::fail("a tag that does not end"))?;
        let inside = &tag[1..end];
        prop_assert_eq!(inside.matches('"').count() % 2, 0, "quotes: {}", inside);
        match inside.strip_prefix('/') {
            Some(name) => prop_assert_eq!(open.pop(), Some(name)),
            None if inside.ends_with('/') => {}
            None => open.push(inside.split(' ').next().unwrap_or_default()),
        }
        rest = &tag[end + 1..];
    }
    prop_assert!(open.is_empty(), "not closed: {:?}", open);
    let legal = |c: char| matches!(c, '\n' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    prop_assert!(svg.chars().all(legal), "a character that XML forbids");
    for (place, _) in svg.match_indices('&') {
        let entity = svg[place..].split(';').next().unwrap_or_default();
        prop_assert!(["&lt", "&gt", "&amp", "&quot", "&apos"].contains(&entity), "{}", entity);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_drawn_whatever_the_data(
        x in any_axis(), y in any_axis(), a in any_points(), b in any_points(), theory in any_pairs(),
        names in (any_name(), any_name()), wide in any::<bool>(), caption in any_name(), height in prop::option::of(any_number()),
    ) {
        let series = vec![Series::new(names.0.clone(), a), Series::steps(names.1, b)];
        let curve = Curve { label: "theory".into(), of: names.0, points: theory };
        let width = if wide { Width::TwoColumns } else { Width::OneColumn };
        let figure = lines::figure(x, y, series, vec![curve]).with_width(width).with_caption(caption, true);
        holds(&Figure { panel_height: height, ..figure })?;
    }

    #[test]
    fn contrasts_are_drawn_whatever_the_data(x in any_axis(), y in any_axis(), points in any_points(), zero in any_number()) {
        let verdicts = [Verdict::Better, Verdict::Worse, Verdict::Equivalent, Verdict::Unresolved];
        let points = points.into_iter().zip(verdicts.into_iter().cycle()).collect();
        holds(&contrast::figure(x, y, vec![Contrast { label: "a".into(), points }], zero))?;
    }

    #[test]
    fn distributions_are_drawn_whatever_the_data(x in any_axis(), a in any_values(), b in any_values(), theory in any_pairs()) {
        let samples = [("a".to_string(), a), ("b".to_string(), b)];
        let curve = Curve { label: "theory".into(), of: "a".into(), points: theory };
        holds(&survival::figure(x.clone(), &samples, vec![curve]))?;
        holds(&ecdf::figure(x.clone(), &samples))?;
        holds(&histogram::figure(x.clone(), &samples))?;
        holds(&histogram::figure(x, &samples[..1]))?;
    }

    #[test]
    fn heat_maps_are_drawn_whatever_the_data(
        x in any_axis(), y in any_axis(), value in any_axis(), centre in prop::option::of(any_number()),
        xs in any_values(), ys in any_values(), cells in prop::collection::vec(any_points(), 0..6), levels in any_values(),
    ) {
        holds(&heat::figure(x, y, value, centre, &Grid { xs, ys, cells }, &levels))?;
    }

    #[test]
    fn time_series_are_drawn_whatever_the_data(
        x in any_axis(), y in any_axis(), runs in prop::collection::vec(any_pairs(), 0..8), ends in (any_number(), any_number()),
        nodes in 0..8_usize,
    ) {
        let first = runs.first().cloned().unwrap_or_default();
        holds(&stability::figure(x.clone(), y.clone(), &runs, &first))?;
        holds(&warmup::figure(x.clone(), y, &first, &first, 5, ends.0))?;
        let load = |(k, steps): (usize, Vec<(f64, f64)>)| NodeLoad { node: format!("node {k}"), steps };
        let loads: Vec<NodeLoad> = runs.into_iter().take(nodes).enumerate().map(load).collect();
        holds(&loads::figure(x, &loads, ends.0, ends.1))?;
    }

    #[test]
    fn charts_of_stays_are_drawn_whatever_the_data(
        x in any_axis(), stays in prop::collection::vec((any_name(), 0..5_usize, any_number(), any_number(), any::<bool>()), 0..9),
    ) {
        let stay = |(process, node, from, to, frozen)| Stay { process, node, from, to, frozen };
        let stays: Vec<Stay> = stays.into_iter().map(stay).collect();
        holds(&gantt::figure(x, vec!["a".into(), "b".into(), "c".into()], &stays))?;
    }

    #[test]
    fn bars_are_drawn_whatever_the_data(y in any_axis(), groups in prop::collection::vec(any_name(), 0..20), points in any_points()) {
        let metric = |title: &str| bars::Metric {
            title: title.into(),
            axis: y.clone(),
            policies: vec![("a".into(), points.clone()), ("b".into(), points.clone())],
        };
        holds(&bars::figure("run", groups, vec![metric("one"), metric("two"), metric("three")]))?;
    }
}
