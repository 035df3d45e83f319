//! What a careful reader asks of a simulation study, answered from the experiment and its runs.

use super::Report;
use super::facts::Reach;
use super::html::escaped;
use super::tables::metrics;
use crate::file::{Experiment, Warmup};
use crate::results::{baseline, significant};
use crate::theory;
use crate::workload::Accounted;
use loadlab_core::record::metric::METRICS;
use std::fmt::Write;

/// A question with its answer.
type Answer = (&'static str, String);

/// The list.
pub(super) fn checklist(report: &Report<'_>) -> String {
    let mut out = String::from("<dl class=\"checklist\">\n");
    for (question, answer) in answers(report) {
        let _ = writeln!(out, "<div><dt>{question}</dt><dd>{}</dd></div>", escaped(&answer));
    }
    out + "</dl>\n"
}

fn answers(report: &Report<'_>) -> Vec<Answer> {
    let experiment = report.findings.experiment;
    vec![
        (
            "Which program?",
            format!("loadlab {}; a discrete-event simulation, exact to the event.", env!("CARGO_PKG_VERSION")),
        ),
        (
            "Which parameters?",
            "All of them, resolved for each cell with where they came from, are in manifest.json; the file is below."
                .to_owned(),
        ),
        ("Which random numbers?", random_numbers(experiment)),
        ("Steady state or terminating, and what was left out at the start?", warmup(report)),
        ("How long were the runs?", lengths(report)),
        ("How many replications?", replications(report)),
        ("Which intervals?", intervals(experiment)),
        ("Was the precision reached?", precision(report)),
        ("How were policies compared?", comparison(experiment)),
        ("What happened to unfinished processes?", unfinished(report)),
        ("Are means and variances finite?", tails(report)),
        ("What was dropped from traces?", traces(report)),
        ("Was the model checked against theory?", checked(report)),
    ]
}

fn random_numbers(experiment: &Experiment) -> String {
    let common = if experiment.replicate.common_random_numbers {
        "All policies meet the same processes in the same replication (common random numbers)"
    } else {
        "Cells share no random numbers"
    };
    format!(
        "Streams of their own for every replication and every purpose, derived from the seed {}. {common}.",
        experiment.replicate.seed
    )
}

/// A number to so many digits, without zeros at its end.
pub(super) fn short(x: f64, digits: i32) -> String {
    let text = significant(x, digits);
    let plain = text.contains('.') && !text.contains('e');
    if plain { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// "3" or "3 to 9", to four digits.
fn range(reach: Reach) -> String {
    match (reach.low.is_finite(), reach.low == reach.high) {
        (false, _) => "none".to_owned(),
        (true, true) => short(reach.low, 4),
        (true, false) => format!("{} to {}", short(reach.low, 4), short(reach.high, 4)),
    }
}

fn warmup(report: &Report<'_>) -> String {
    let rule = match report.findings.experiment.warmup {
        Warmup::None => return "Runs are measured from their start: nothing was left out.".to_owned(),
        Warmup::Time(_) => "a time that the file sets",
        Warmup::Processes(_) => "a number of processes that the file sets",
        Warmup::Mser5 => "MSER-5 on the number in the system, one point for all policies of a sweep point",
    };
    format!(
        "Steady state. Left out: {rule}; that was {} processes and {} s.",
        range(report.facts.left_out),
        range(report.facts.left_out_s)
    )
}

fn lengths(report: &Report<'_>) -> String {
    format!(
        "{} measured processes over {} s each; the offered load that runs received was {}.",
        range(report.facts.processes),
        range(report.facts.window_s),
        range(report.facts.offered_load)
    )
}

fn replications(report: &Report<'_>) -> String {
    let experiment = report.findings.experiment;
    let counts = report.facts.replications.iter().map(|n| *n as f64);
    let rule = if experiment.replicate.max > experiment.replicate.min {
        format!(
            "as many as the stopping rule asked for, from {} to {}",
            experiment.replicate.min, experiment.replicate.max
        )
    } else {
        "a number fixed beforehand".to_owned()
    };
    format!("{} independent ones of each cell: {rule}.", range(Reach::of(counts)))
}

fn intervals(experiment: &Experiment) -> String {
    format!(
        "Student t over replications at {} %; never over processes, which are not independent.",
        short(100.0 * experiment.stop.confidence, 4)
    )
}

fn precision(report: &Report<'_>) -> String {
    let targets = &report.findings.experiment.stop.targets;
    if targets.is_empty() {
        return "None was asked for; every interval is shown.".to_owned();
    }
    let asked: Vec<String> =
        targets.iter().map(|t| format!("{} to {} %", t.metric, short(100.0 * t.relative_half_width, 3))).collect();
    let judged = || report.findings.summaries.iter().filter_map(|s| s.met());
    let (met, all) = (judged().filter(|met| *met).count(), judged().count());
    format!("Asked for: {} of the mean. Reached by {met} of {all} means.", asked.join(", "))
}

fn comparison(experiment: &Experiment) -> String {
    let how =
        if experiment.replicate.common_random_numbers { "Paired by replication" } else { "As pairs of replications" };
    let (adjust, margin) = match &experiment.stop.contrasts {
        Some(contrasts) => (contrasts.adjust.as_str(), contrasts.resolve),
        None => ("holm", None),
    };
    let margin = margin.map_or("no difference counts as too small to matter".to_owned(), |m| {
        format!("differences below {} % count as none", short(100.0 * m, 3))
    });
    let families = if adjust == "none" {
        "without a correction for the number of comparisons".to_owned()
    } else {
        format!("corrected for the number of comparisons ({adjust})")
    };
    format!("{how} with {}, {families}; {margin}.", baseline(experiment))
}

fn unfinished(report: &Report<'_>) -> String {
    let (all, censored) = (report.facts.runs, report.facts.censored);
    match censored {
        0 => format!("There were none: in all {all} runs every measured process left."),
        n => {
            format!("In {n} of {all} runs some measured processes had not left at the end; they are not in the means.")
        }
    }
}

fn tails(report: &Report<'_>) -> String {
    let experiment = report.findings.experiment;
    let shown = metrics(experiment);
    let about = || report.findings.summaries.iter().filter(|s| shown.contains(&s.metric.name));
    let doubtful = |code: &str| about().filter(|s| s.warnings.iter().any(|w| w.code() == code)).count();
    let (infinite, heavy, skewed) = (doubtful("infinite-moment"), doubtful("heavy-tail"), doubtful("skewed"));
    let allowed = if experiment.stop.allow_infinite_variance { " The file allows infinite variances." } else { "" };
    format!(
        "Of the {} means shown, {infinite} have a law with an infinite moment, {heavy} look heavy-tailed, {skewed} are too \
         skewed for their interval.{allowed}",
        about().count()
    )
}

/// The accounts of `workloads.csv`, without the steps.
fn traces(report: &Report<'_>) -> String {
    let accounts = &report.inputs.accounts;
    if accounts.is_empty() {
        return "Nothing: processes are drawn from laws or generated, no trace is used.".to_owned();
    }
    let told: Vec<String> = accounts.iter().map(account).collect();
    format!("{}. workloads.csv has the line of the first of each, and every step that followed.", told.join(". "))
}

/// What became of the lines of a trace.
fn account(of: &Accounted) -> String {
    let counts = |kind: &'static str| {
        let facts = of.facts.iter().filter(move |fact| fact.kind == kind);
        facts.filter_map(|fact| Some((fact.what.as_str(), fact.value.filter(|n| *n > 0.0)?)))
    };
    let lines: Vec<String> = counts("lines").map(|(what, n)| format!("{n} {what}")).collect();
    let lines = if lines.is_empty() { "generated".to_owned() } else { format!("lines: {}", lines.join(", ")) };
    let dropped: Vec<String> = counts("dropped").map(|(why, n)| format!("{n} ({why})")).collect();
    let dropped = if dropped.is_empty() { "nothing".to_owned() } else { dropped.join(", ") };
    let odd: Vec<String> = counts("note").map(|(what, n)| format!("; {what}: {n}")).collect();
    format!("{}: {lines}; dropped: {dropped}{}", of.trace, odd.concat())
}

fn checked(report: &Report<'_>) -> String {
    let experiment = report.findings.experiment;
    let known = report.findings.summaries.iter().filter_map(|s| {
        let known = theory::known(&experiment.cells[s.cell], s.metric.name)?;
        if known.holds == theory::Holds::Approximately {
            return None;
        }
        Some(known.inside(&s.estimate.as_ref()?.interval))
    });
    let (all, inside) = known.fold((0, 0), |(all, inside), is| (all + 1, inside + usize::from(is)));
    match all {
        0 => format!("No formula is known for any of the {} metrics in these cells.", METRICS.len()),
        _ => format!(
            "Formulas are known for {all} means; {inside} of their intervals hold the value. Chance alone leaves out about {} %.",
            short(100.0 * (1.0 - experiment.stop.confidence), 2)
        ),
    }
}
