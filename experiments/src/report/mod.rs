//! `report.html`: the results as one page that needs no other file and no network, for screens, phones, paper and screen
//! readers. A function of the experiment and its findings, so the same results are the same bytes.
//!
//! Not here: the numbers (`results`), the figures (`plot`). Whatever comes from names or texts of the user goes through
//! `html::escaped`; the policy in the head allows no script or style but the page's own.

mod checklist;
mod combined;
mod commands;
mod digest;
mod facts;
mod html;
mod pictures;
mod tables;

use crate::file::{Cell, Experiment};
use crate::inputs::Inputs;
use crate::results::{Figures, Findings, Judged, conclusion, text, warning_lines};
use crate::stats::Outcome;
pub use combined::combined;
pub use facts::Facts;
use html::{Field, Table, escaped};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Everything that a report is made from.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What the experiment was made from.
    pub inputs: &'a Inputs,
    /// What was found.
    pub findings: &'a Findings<'a>,
    /// What the runs as a whole were.
    pub facts: &'a Facts,
    /// The figures by name.
    pub figures: &'a Figures,
}

/// A section: its anchor, its heading, its content; left out where there is none.
type Section = (&'static str, &'static str, String);

impl Report<'_> {
    fn experiment(&self) -> &Experiment {
        self.findings.experiment
    }

    /// The page.
    pub fn page(&self) -> String {
        let sections: Vec<Section> = [
            ("claims", "Claims", self.claims()),
            ("plots", "Plots", pictures::pictures(self.figures)),
            ("means", "Means", tables::means(self)),
            ("comparisons", "Comparisons with the baseline", tables::comparisons(self)),
            ("theory", "Theory beside simulation", tables::theory(self)),
            ("warnings", "Warnings", self.warnings()),
            ("method", "How it was done", checklist::checklist(self)),
            ("commands", "How to repeat it", commands::commands(self)),
        ]
        .into_iter()
        .filter(|section| !section.2.is_empty())
        .collect();
        let links = sections.iter().map(|(id, heading, _)| format!("<li><a href=\"#{id}\">{heading}</a></li>"));
        let body = sections.iter().map(|(id, heading, content)| {
            format!("<section id=\"{id}\" aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{heading}</h2>\n{content}</section>\n")
        });
        format!(
            "{}<header>\n<h1>{}</h1>\n{}{}</header>\n<nav aria-label=\"Sections\"><ul>{}</ul></nav>\n<main>\n{}</main>\n\
             <footer><p>Made by loadlab {}. This page needs no other file and no network.</p></footer>\n\
             <script>{SCRIPT}</script>\n</body>\n</html>\n",
            head(&self.experiment().name),
            escaped(&self.experiment().name),
            self.question(),
            self.summary(),
            links.collect::<String>(),
            body.collect::<String>(),
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn question(&self) -> String {
        let experiment = self.experiment();
        let question = experiment.question.as_ref().map(|q| format!("<p class=\"question\">{}</p>\n", escaped(q)));
        let refs = experiment.refs.iter().map(|reference| escaped(reference)).collect::<Vec<_>>().join("; ");
        let refs = if refs.is_empty() { refs } else { format!("<p>After {refs}.</p>\n") };
        question.unwrap_or_default() + &refs
    }

    /// One sentence that says how it came out.
    fn summary(&self) -> String {
        let judged = &self.findings.judged;
        let count = |verdict| judged.iter().filter(|j| j.verdict == verdict).count();
        let verdicts = [Outcome::Pass, Outcome::Fail, Outcome::Unresolved].map(|v| (v, count(v)));
        let told = verdicts.into_iter().filter(|(_, n)| *n > 0).map(|(v, n)| format!("{n} {v}"));
        let told: Vec<String> = told.collect();
        let claims = match judged.len() {
            0 => "It makes no claim.".to_owned(),
            n => format!("{n} {}: {}.", if n == 1 { "claim" } else { "claims" }, told.join(", ")),
        };
        let cells = self.experiment().cells.len();
        let verdicts: Vec<String> = judged.iter().map(|j| j.verdict.to_string()).collect();
        let judged = judged.iter().map(|j| &self.experiment().claims[j.claim]);
        let conclusion = conclusion(judged.zip(verdicts.iter().map(String::as_str)));
        let conclusion = if conclusion.is_empty() { conclusion } else { format!("<p>{}</p>\n", escaped(&conclusion)) };
        format!("<p>{} runs of {cells} cells. {claims}</p>\n{conclusion}", self.facts.runs)
    }

    /// Every claim with its verdict, and the numbers of every place.
    fn claims(&self) -> String {
        self.findings.judged.iter().map(|judged| self.claim(judged)).collect()
    }

    fn claim(&self, judged: &Judged) -> String {
        let experiment = self.experiment();
        let claim = &experiment.claims[judged.claim];
        let evidence = claim.evidence.as_ref().map_or(String::new(), |e| format!(" <small>({})</small>", escaped(e)));
        let mut table = Table::new(
            &format!("Where it was tested: {}", claim.text),
            &["Place", "Verdict", "Left side", "Right side", "Difference", "Interval", "Pairs"],
        );
        for (place, judgement) in &judged.places {
            let words = place.words(experiment);
            let words = Field::text(if words.is_empty() { "the whole experiment".to_owned() } else { words });
            let numbers = match judgement {
                Ok(j) => vec![
                    Field::verdict(&j.outcome.to_string()),
                    Field::number(j.left),
                    Field::number(j.right),
                    j.difference.as_ref().map_or(Field::none(), |d| Field::number(d.value)),
                    j.difference.as_ref().map_or(Field::none(), |d| Field::interval(d.interval.low, d.interval.high)),
                    j.difference.as_ref().map_or(Field::none(), |d| Field::text(d.n.to_string())),
                ],
                Err(refused) => vec![Field::verdict("UNRESOLVED"), Field::text(refused.to_string())],
            };
            table.row([words].into_iter().chain(numbers).collect());
        }
        format!(
            "<article class=\"claim\">\n<h3>{} {}{evidence}</h3>\n<p><code>{}</code></p>\n{}</article>\n",
            html::verdict(&judged.verdict.to_string()),
            escaped(&claim.text),
            escaped(&claim.expect.text),
            table.html()
        )
    }

    fn warnings(&self) -> String {
        let shown = tables::metrics(self.experiment());
        let about: Vec<_> = self.findings.summaries.iter().filter(|s| shown.contains(&s.metric.name)).collect();
        let lines = warning_lines(&about);
        if lines.is_empty() {
            return "<p>There are none about the metrics shown here.</p>\n".to_owned();
        }
        let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", escaped(line))).collect();
        format!("<p>Each with the number of means that it concerns, and the first of them.</p>\n<ul>\n{items}</ul>\n")
    }
}

fn head(name: &str) -> String {
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        digest::source(STYLE),
        digest::source(SCRIPT)
    );
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}: report</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n",
        escaped(name)
    )
}

/// The keys by which cells are told apart: the policy, and what differs among the cells.
struct Keys<'a> {
    experiment: &'a Experiment,
    /// Which of scenario, policy and the swept keys.
    columns: Vec<usize>,
}

impl<'a> Keys<'a> {
    fn of(experiment: &'a Experiment) -> Keys<'a> {
        let first = experiment.cells.first().map(values).unwrap_or_default();
        let mut differs: Vec<bool> = (0..first.len()).map(|k| k == 1).collect();
        for cell in &experiment.cells {
            values(cell)
                .iter()
                .zip(&first)
                .zip(&mut differs)
                .for_each(|((own, first), differs)| *differs |= own != first);
        }
        Keys { experiment, columns: (0..first.len()).filter(|k| differs[*k]).collect() }
    }

    fn names(&self) -> Vec<String> {
        let names = ["scenario", "policy"].into_iter().chain(self.experiment.swept.iter().map(|key| &**key));
        let names: Vec<&str> = names.collect();
        self.columns.iter().map(|k| names[*k].to_owned()).collect()
    }

    fn values(&self, cell: usize) -> Vec<Field> {
        let values = values(&self.experiment.cells[cell]);
        self.columns.iter().map(|k| Field::text(&values[*k])).collect()
    }
}

/// Scenario, policy and the swept keys of a cell.
fn values(cell: &Cell) -> Vec<String> {
    let names = [cell.scenario.name.clone(), cell.policy.name.clone()];
    names.into_iter().chain(cell.keys.iter().map(|(_, value)| text(value))).collect()
}
