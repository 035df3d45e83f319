//! Judged claims as a table and as text.
//!
//! Not here: judging them (`claims`).

use super::claims::Judged;
use super::tables::{safe, write};
use super::{number, text};
use crate::file::Experiment;
use crate::stats::{Estimate, Judgement, Outcome};
use std::fmt::Write;

/// `claims.csv`: one row per claim and place.
pub fn claims_csv(experiment: &Experiment, judged: &[Judged]) -> Result<Vec<u8>, csv::Error> {
    let mut header: Vec<String> =
        "experiment claim verdict evidence published expect scenario policy".split(' ').map(str::to_owned).collect();
    header.extend(experiment.swept.iter().map(|key| key.to_string()));
    let columns = "place_verdict lhs rhs estimate ci_low ci_high confidence tolerance pairs note";
    header.extend(columns.split(' ').map(str::to_owned));
    let rows = judged.iter().flat_map(|judged| {
        judged.places.iter().map(move |(place, judgement)| {
            let claim = &experiment.claims[judged.claim];
            let mut row = vec![experiment.name.clone(), safe(claim.text.clone()), judged.verdict.to_string()];
            row.extend([claim.evidence.clone(), claim.published.clone().map(safe)].map(Option::unwrap_or_default));
            row.push(safe(claim.expect.text.clone()));
            row.extend(place.keys.iter().map(|key| safe(text(key))));
            row.extend(numbers(judgement.as_ref().ok(), experiment.stop.confidence, claim.tolerance));
            row.push(judgement.as_ref().err().map_or(String::new(), ToString::to_string));
            row
        })
    });
    write(&header, rows)
}

fn numbers(judgement: Option<&Judgement>, confidence: f64, tolerance: f64) -> [String; 9] {
    let side = |f: fn(&Judgement) -> f64| judgement.map_or(String::new(), |j| number(f(j)));
    let of =
        |f: fn(&Estimate) -> f64| judgement.and_then(|j| j.difference.as_ref()).map_or(String::new(), |d| number(f(d)));
    [
        judgement.map_or(Outcome::Unresolved, |j| j.outcome).to_string(),
        side(|j| j.left),
        side(|j| j.right),
        of(|d| d.value),
        of(|d| d.interval.low),
        of(|d| d.interval.high),
        number(confidence),
        number(tolerance),
        judgement.and_then(|j| j.difference.as_ref()).map_or(String::new(), |d| d.n.to_string()),
    ]
}

/// The claims for the terminal: each verdict with its claim, and the numbers of every place.
pub fn claims_text(experiment: &Experiment, judged: &[Judged]) -> String {
    let mut out = String::new();
    for judged in judged {
        let claim = &experiment.claims[judged.claim];
        let evidence = claim.evidence.as_ref().map_or(String::new(), |e| format!(" ({e})"));
        let _ = writeln!(out, "{:10} {}{evidence}", judged.verdict.to_string(), crate::file::harmless(&claim.text));
        for (place, judgement) in &judged.places {
            let numbers = match judgement {
                Ok(judgement) => format!("{} {judgement}", judgement.outcome),
                Err(refused) => format!("{} {refused}", Outcome::Unresolved),
            };
            let words = place.words(experiment);
            let at = if words.is_empty() { String::new() } else { format!("{}: ", crate::file::harmless(&words)) };
            let _ = writeln!(out, "{:10} {at}{numbers}", "");
        }
    }
    out
}
