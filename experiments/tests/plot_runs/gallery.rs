//! `docs/gallery.md`: every kind of plot with what asks for it, made from the shipped experiment. The images are compared
//! structurally; `LOADLAB_REGENERATE=1` writes page and images anew.

use crate::support::{GALLERY, example};
use std::fs;
use std::path::{Path, PathBuf};

/// Numbers in SVG may differ by this many drawing units (a twentieth of a point each): rounding of logarithms.
const UNITS: f64 = 1.5;

/// The plots of the page, in its order, each with what to look at.
const SHOWN: [(&str, &str, &str); 16] = [
    (
        "lines",
        "A metric against a key",
        "Bars and bands are the intervals. A point whose precision is not reached is hollow, and no line goes through it. Points \
         whose formula is drawn are not joined. Here they lie below it: of a law with such a tail, runs of 2,000 processes meet \
         few of the longest lifetimes; those of 2,000,000 lie on it.",
    ),
    ("facets", "Panels", "`rows` and `columns` give each value of a key a panel; axes are shared."),
    (
        "contrast",
        "Paired comparisons",
        "Ratios to the baseline with simultaneous intervals, the line of no difference, and the verdicts above.",
    ),
    (
        "effects",
        "Effects of a factor",
        "The geometric mean of such ratios over all cells at one value of the factor: here over five loads.",
    ),
    ("bars", "Bars by policy, grouped", "Several metrics are several panels."),
    ("heat", "A map", "The ratio to the baseline; its colours part at 1. Fields that are not resolved are hatched."),
    ("contour", "A map with lines of equal value", "Lines do not go through values that are not resolved."),
    (
        "survival",
        "Survival functions",
        "The fraction of processes that are slowed down by more than x. Power laws are straight.",
    ),
    ("lifetimes", "Lifetimes beside their law", "The declared law is dashed."),
    ("ecdf", "Distribution functions", "The fraction of processes at most x."),
    ("histogram", "Histograms", "Densities, on the scale of the axis."),
    ("stability", "Running means", "One line per replication: where they do not come together, the mean is not known."),
    ("warmup", "Warm-up", "Welch's plot of the processes at the nodes, with the end that was chosen."),
    ("loads", "Load of many nodes", "Time averages; more than five nodes are a map."),
    ("steps", "Load of a few nodes", "Every change."),
    ("gantt", "Processes on nodes", "Migrations are arrows, and a process that runs nowhere is hatched."),
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// The table of the experiment file that asks for a plot.
fn snippet(file: &str, name: &str) -> String {
    let tables = file.split("[[plots]]\n").skip(1);
    let own = tables.map(|table| table.split("\n\n").next().unwrap_or(table).trim_end());
    let is = |table: &&str| table.lines().next().is_some_and(|line| line.ends_with(&format!("= \"{name}\"")));
    own.into_iter().find(is).unwrap_or_else(|| panic!("the file has no plot {name}")).to_owned()
}

fn page() -> String {
    let file = fs::read_to_string(example("gallery.toml")).expect("the shipped file");
    let mut text = String::from(
        "<!-- Generated from experiments/examples/gallery.toml; do not edit. -->\n\n# Gallery\n\nEvery kind of plot, from \
         [one small experiment](../experiments/examples/gallery.toml): three policies on clusters of four sizes at five loads, \
         ten replications each. `loadlab run` writes each plot as SVG, PNG, CSV and TikZ, and all of them into `report.html`; \
         `loadlab explain plots.kind` tells the kinds.\n",
    );
    for (name, heading, says) in SHOWN {
        text += &format!(
            "\n## {heading}\n\n![{heading}](img/gallery/{name}.svg)\n\n{says}\n\n```text\n[[plots]]\n{}\n```\n",
            snippet(&file, name)
        );
    }
    text
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
fn the_gallery_shows_what_the_shipped_experiment_gives() {
    let images = docs().join("img/gallery");
    let again = std::env::var_os("LOADLAB_REGENERATE").is_some();
    if again {
        fs::create_dir_all(&images).expect("the folder of images");
        fs::write(docs().join("gallery.md"), page()).expect("the page");
    }
    let written = fs::read_to_string(docs().join("gallery.md")).expect("docs/gallery.md").replace("\r\n", "\n");
    assert!(written == page(), "docs/gallery.md is not that of the shipped file: run with LOADLAB_REGENERATE=1");
    let plots = fs::read_dir(GALLERY.results().join("plots")).expect("plots");
    assert_eq!(plots.count(), 4 * SHOWN.len(), "every plot of the file is on the page");
    for (name, ..) in SHOWN {
        let found = fs::read_to_string(GALLERY.results().join(format!("plots/{name}.svg"))).expect("a plot");
        let path = images.join(format!("{name}.svg"));
        if again {
            fs::write(&path, &found).expect("an image");
        }
        let (found, kept) = (tokens(&found), tokens(&fs::read_to_string(&path).expect("an image of the gallery")));
        let differs = found.iter().zip(&kept).position(|(a, b)| !same(a, b));
        assert_eq!(
            (differs, found.len()),
            (None, kept.len()),
            "{name}.svg: run with LOADLAB_REGENERATE=1 and look at it"
        );
    }
}
