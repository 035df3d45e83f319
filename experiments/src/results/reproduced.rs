//! What came of reproductions: the claims of each with verdicts and numbers, read from their tables, and their figures.
//!
//! Not here: running them (`cli::reproduce`), the page with figures (`report::combined`).

use super::conclusion::conclusion;
use crate::file::Experiment;
use crate::inputs::{Changes, Inputs};
use std::fmt::Write;
use std::path::Path;

/// The verdict on a claim whose points the quick experiment leaves out.
const NOT_RUN: &str = "NOT RUN";

/// The verdicts in the order in which they are told.
pub const VERDICTS: [&str; 4] = ["PASS", "FAIL", "UNRESOLVED", NOT_RUN];

/// What came of one reproduction.
#[derive(Clone, Debug)]
pub struct Reproduced {
    /// Its name.
    pub name: String,
    /// The folder of its results.
    pub folder: String,
    /// The question that it asks.
    pub question: String,
    /// Its claims, in the order of the file.
    pub claims: Vec<Claim>,
    /// What follows from the verdicts, where the file says so.
    pub conclusion: String,
    /// Its figures, in the order of the file.
    pub figures: Vec<Drawn>,
}

impl Reproduced {
    /// How many claims have this verdict.
    pub fn count(&self, verdict: &str) -> usize {
        self.claims.iter().filter(|claim| claim.verdict == verdict).count()
    }
}

/// A figure as it was drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// What it is called.
    pub heading: String,
    /// The drawing.
    pub svg: String,
}

impl Drawn {
    /// Whether it takes more than a column of print.
    pub fn is_wide(&self) -> bool {
        let width = self.svg.split_once("width=\"").and_then(|(_, rest)| rest.split_once("mm\""));
        width.and_then(|(mm, _)| mm.parse().ok()).is_some_and(|mm: f64| mm > COLUMN)
    }
}

/// The width of a column of print, in millimetres, and a little more.
const COLUMN: f64 = 100.0;

/// A claim with what came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// In words.
    pub text: String,
    /// "published", "recalled", "derived", or nothing.
    pub evidence: String,
    /// What the publication reports.
    pub published: String,
    /// PASS, FAIL, UNRESOLVED or NOT RUN (its points are left out of the quick form).
    pub verdict: String,
    /// Where it was judged, each place with its verdict and numbers.
    pub places: Vec<String>,
}

/// The experiment of a shipped reproduction.
pub fn experiment(name: &str) -> Result<Experiment, String> {
    Inputs::read(Path::new(&format!("paper:{name}")), &Changes::default()).map(|(_, experiment)| experiment)
}

/// Reads the claims of a reproduction that has been run.
pub fn read(out: &Path, name: &str, quick: bool) -> Result<Reproduced, String> {
    let experiment = experiment(name)?;
    let folder = if quick { format!("{}-quick", experiment.name) } else { experiment.name.clone() };
    let path = out.join(&folder).join("claims.csv");
    let broken = |e: csv::Error| format!("cannot read {}: {e}", path.display());
    let mut reader = csv::Reader::from_path(&path).map_err(broken)?;
    let header: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let claim = |claim: &crate::file::experiment::Claim| Claim {
        text: claim.text.clone(),
        evidence: claim.evidence.clone().unwrap_or_default(),
        published: claim.published.clone().unwrap_or_default(),
        verdict: NOT_RUN.to_owned(),
        places: Vec::new(),
    };
    let mut claims: Vec<Claim> = experiment.claims.iter().map(claim).collect();
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let field = |column: &str| {
            let at = header.iter().position(|name| name == column);
            at.and_then(|at| row.get(at)).unwrap_or("").to_owned()
        };
        let keys = swept(&header, &row);
        // Texts stand in the table as they are, but for a mark where a spreadsheet would take them for a formula.
        if let Some(claim) = claims.iter_mut().find(|claim| field("claim").ends_with(&claim.text)) {
            claim.verdict = field("verdict");
            claim.places.push(numbers(&keys, &field));
        }
    }
    let verdicts = claims.iter().map(|claim| if claim.verdict == NOT_RUN { "" } else { claim.verdict.as_str() });
    let conclusion = conclusion(experiment.claims.iter().zip(verdicts));
    let figures = drawn(&out.join(&folder), &experiment);
    let question = experiment.question.unwrap_or_default();
    Ok(Reproduced { name: name.to_owned(), folder, question, claims, conclusion, figures })
}

/// The figures in a folder of results; those of which there is no drawing are left out.
fn drawn(folder: &Path, experiment: &Experiment) -> Vec<Drawn> {
    let plots = experiment.plots.iter().filter_map(|plot| {
        let svg = std::fs::read_to_string(folder.join("plots").join(format!("{}.svg", plot.name))).ok()?;
        Some(Drawn { heading: plot.title.clone().unwrap_or_else(|| plot.name.clone()), svg })
    });
    plots.collect()
}

/// The swept keys of a row that the claim leaves open, in words.
fn swept(header: &[String], row: &csv::StringRecord) -> String {
    let from = header.iter().position(|name| name == "scenario").unwrap_or(0);
    let to = header.iter().position(|name| name == "place_verdict").unwrap_or(from);
    let pairs = (from..to).filter(|at| row.get(*at).is_some_and(|value| !value.is_empty()));
    pairs.map(|at| format!("{} = {}", header[at], &row[at])).collect::<Vec<_>>().join(", ")
}

/// A place of a claim: its keys, its verdict, and both sides with the interval of their difference.
fn numbers(keys: &str, field: &impl Fn(&str) -> String) -> String {
    let mut out = if keys.is_empty() { String::new() } else { format!("{keys}: ") };
    out.push_str(&field("place_verdict"));
    let _ = write!(out, ", {} against {}", short(&field("lhs")), short(&field("rhs")));
    if !field("estimate").is_empty() {
        let _ = write!(
            out,
            ", difference {} [{}, {}]",
            short(&field("estimate")),
            short(&field("ci_low")),
            short(&field("ci_high"))
        );
    }
    if !field("note").is_empty() {
        let _ = write!(out, " ({})", field("note"));
    }
    out
}

/// Five digits of a number are enough for reading.
fn short(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(0.0) => "0".to_owned(),
        Ok(x) if (1e-3..1e6).contains(&x.abs()) => {
            let decimals = (4 - x.abs().log10().floor() as i32).clamp(0, 8) as usize;
            format!("{x:.decimals$}")
        }
        Ok(x) => format!("{x:.4e}"),
        Err(_) => number.to_owned(),
    }
}

/// How many claims have each verdict, one line per reproduction.
pub fn table(done: &[Reproduced]) -> String {
    let width = done.iter().map(|r| r.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for reproduced in done {
        let _ = writeln!(out, "{:width$}  {}", reproduced.name, counts(reproduced));
        for claim in reproduced.claims.iter().filter(|claim| claim.verdict != "PASS") {
            let _ = writeln!(out, "{:width$}    {}: {}", "", claim.verdict, crate::file::harmless(&claim.text));
        }
    }
    out
}

fn counts(reproduced: &Reproduced) -> String {
    let told = |verdict: &&str| *verdict != NOT_RUN || reproduced.count(verdict) > 0;
    let counts = VERDICTS.iter().filter(|verdict| told(verdict));
    counts.map(|verdict| format!("{} {verdict}", reproduced.count(verdict))).collect::<Vec<_>>().join(", ")
}

/// The page, in Markdown.
pub fn page(done: &[Reproduced]) -> String {
    let mut out =
        "# Reproductions\n\nWritten by `loadlab reproduce`. Each claim was part of its experiment before it ran.\n"
            .to_owned();
    for reproduced in done {
        let _ = write!(out, "\n## {}\n\n{}\n\n", reproduced.name, plain(&reproduced.question));
        let _ = writeln!(out, "{}. Tables and plots: `{}/`.\n", counts(reproduced), reproduced.folder);
        if !reproduced.conclusion.is_empty() {
            let _ = writeln!(out, "{}\n", plain(&reproduced.conclusion));
        }
        for claim in &reproduced.claims {
            let theirs =
                if claim.published.is_empty() { String::new() } else { format!(": {}", plain(&claim.published)) };
            let source = match claim.evidence.as_str() {
                "" if theirs.is_empty() => String::new(),
                evidence => format!(" ({evidence}{theirs})"),
            };
            let _ = writeln!(out, "- **{}** {}{source}", claim.verdict, plain(&claim.text));
            claim.places.iter().for_each(|place| _ = writeln!(out, "  - {}", plain(place)));
        }
    }
    out
}

/// Text that is nothing but text in Markdown.
fn plain(text: &str) -> String {
    text.chars().flat_map(|c| "\\`*_<>[]#|".contains(c).then_some('\\').into_iter().chain([c])).collect()
}
