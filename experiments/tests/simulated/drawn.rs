//! `docs/img/theory-grid.svg`: the lines of `docs/theory-grid.md` drawn, by how much each simulation is off its formula.
//!
//! One panel per formula for 1,000 nodes, and one for all of 20 and 100 nodes beside their refined values. Where the page
//! gives the value for 1,000 nodes as a note, the difference is that from the note. Not here: what is in the page (`table`).

use loadlab::plot::{Axis, Figure, Join, Layer, Panel, Point, Rule, Series, Width, svg};
use std::path::PathBuf;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
/// A normal interval of this many standard errors holds 95 %.
const WIDE: f64 = 1.96;
/// How far points of one load stand apart, all together.
const SPREAD: f64 = 0.05;

/// A line of the page: formula, nodes, load, difference and standard error in per cent.
struct Line {
    formula: String,
    nodes: u32,
    load: f64,
    off: f64,
    error: f64,
}

fn line(text: &str) -> Option<Line> {
    let fields: Vec<&str> = text.strip_prefix("| `")?.split('|').map(str::trim).collect();
    let [formula, _, nodes, load, value, mean, error, _, note, _] = fields[..] else { return None };
    let number = |text: &str| text.parse::<f64>().ok();
    let finite = note.strip_suffix(&format!(" for {nodes} nodes")).and_then(number);
    let theory = finite.or_else(|| number(value))?;
    Some(Line {
        formula: formula.trim_end_matches('`').to_owned(),
        nodes: nodes.parse().ok()?,
        load: number(load)?,
        off: 100.0 * (number(mean)? / theory - 1.0),
        error: number(error.strip_suffix(" %")?)?,
    })
}

/// The points of a panel, those of one load side by side.
fn points(lines: &[&Line]) -> Vec<Point> {
    let same = |a: &Line| lines.iter().filter(|b| b.load == a.load).count().max(2) as f64;
    let before = |k: usize| lines[..k].iter().filter(|b| b.load == lines[k].load).count() as f64;
    let place = |(k, line): (usize, &&Line)| {
        let x = line.load + SPREAD * (before(k) / (same(line) - 1.0) - 0.5);
        Point::estimate(x, line.off, line.off - WIDE * line.error, line.off + WIDE * line.error, 12)
    };
    lines.iter().enumerate().map(place).collect()
}

fn panel(title: String, lines: &[&Line]) -> Panel {
    let rule = |at: f64| Layer::Rule(Rule { label: String::new(), at, upright: false });
    let series = Series { join: Join::Nothing, band: false, ..Series::new("", points(lines)) };
    Panel { title, layers: vec![rule(0.0), rule(-0.5), rule(0.5), Layer::Series(series)], ..Panel::default() }
}

/// A formula without its module, unless that says what is paid or known.
fn said(formula: &str) -> String {
    let (module, name) = formula.split_once("::").unwrap_or(("", formula));
    let module = match module {
        "transfer_cost" => "CPU cost: ",
        "transfer_delay" => "delay: ",
        "old_information" => "old ",
        "jiq" => "idle queue, ",
        _ => "",
    };
    format!("{module}{}", name.replace('_', " "))
}

/// The page as a drawing.
fn drawing(page: &str) -> String {
    let lines: Vec<Line> = page.lines().filter_map(line).collect();
    let mut formulas: Vec<&str> = Vec::new();
    let many: Vec<&Line> = lines.iter().filter(|line| line.nodes >= 1000).collect();
    for line in &many {
        if !formulas.contains(&line.formula.as_str()) {
            formulas.push(&line.formula);
        }
    }
    let few: Vec<&Line> = lines.iter().filter(|line| line.formula.starts_with("refined::")).collect();
    let of = |formula: &&str| {
        let own: Vec<&Line> = many.iter().copied().filter(|line| line.formula == **formula).collect();
        panel(said(formula), &own)
    };
    let mut panels: Vec<Panel> = formulas.iter().map(of).collect();
    // Terms of order 1/N² are left out, which 20 nodes show: a scale of its own.
    let own = Some(Axis::linear("Difference", "%"));
    panels.push(Panel { y: own, ..panel("refined, 20 and 100 nodes".to_owned(), &few) });
    let figure = Figure {
        title: Some("Simulation over formula less 1; lines at 0 and 0.5 % either way".to_owned()),
        width: Width::TwoColumns,
        panels,
        columns: 4,
        ..Figure::single(
            Axis::linear("Offered load", "").within(0.0, 0.999),
            Axis::linear("Difference", "%"),
            Vec::new(),
        )
    };
    svg(&figure)
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(FOLDER).join(name)
}

/// Writes the drawing of a page.
pub(crate) fn write(page: &str) {
    std::fs::write(path("img/theory-grid.svg"), drawing(page)).unwrap();
}

#[test]
fn the_page_is_drawn_as_it_is_today() {
    let page = std::fs::read_to_string(path("theory-grid.md")).unwrap();
    if std::env::var_os("LOADLAB_REGENERATE").is_some_and(|v| v == "1") {
        write(&page);
    }
    let shown = std::fs::read_to_string(path("img/theory-grid.svg")).unwrap_or_default();
    assert!(shown == drawing(&page), "run this test once with LOADLAB_REGENERATE=1");
}

#[test]
fn a_line_is_off_by_its_estimate_over_its_value_or_over_the_value_for_its_nodes() {
    let text = "| `sharing::random` | T = 1, Lt = 5 | 1000 | 0.95 | 2.00000 | 2.02000 | 0.133 % | +1.00 % |";
    let plain = line(&format!("{text}  |")).unwrap();
    assert_eq!((plain.formula.as_str(), plain.nodes, plain.load, plain.error), ("sharing::random", 1000, 0.95, 0.133));
    assert!((plain.off - 1.0).abs() < 1e-9, "{}", plain.off);
    let noted = line(&format!("{text} 2.00500 for 1000 nodes |")).unwrap();
    assert!((noted.off - 100.0 * (2.02 / 2.005 - 1.0)).abs() < 1e-9, "{}", noted.off);
    assert!(line("| formula | parameters |").is_none());
}
