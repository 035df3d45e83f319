//! What became of the lines and processes of every trace that an experiment replays, as facts for its manifest, for
//! `workloads.csv` and for the terminal.
//!
//! Not here: counting them (`loadlab_workloads::trace::account`).

use super::Replayed;
use crate::file::{Cell, Experiment};
use loadlab_core::spec::Args;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One number of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// `lines`, `dropped`, `note`, `stand_in`, `step`, `offered_load`, `capacity` or `name_list`.
    pub kind: String,
    /// What was counted or measured.
    pub what: String,
    /// How many, or how much; none where it cannot be known.
    pub value: Option<f64>,
    /// The line or record of the first, where one can be named.
    pub first_line: Option<u64>,
}

/// The account of one trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accounted {
    /// What the trace is called.
    pub trace: String,
    /// The points whose cells replay it.
    pub points: Vec<String>,
    /// The facts, in the order of the way that processes take.
    pub facts: Vec<Fact>,
    /// The programs that policies take from it, by the identity of the cell.
    #[serde(default)]
    pub lists: Vec<(String, Fact)>,
}

/// The accounts of the traces that have been opened, each once.
pub fn accounts(experiment: &Experiment) -> Vec<Accounted> {
    let (mut seen, mut all): (Vec<&Arc<Replayed>>, Vec<Accounted>) = Default::default();
    for cell in &experiment.cells {
        let Some(trace) = &cell.trace else { continue };
        let at = seen.iter().position(|known| Arc::ptr_eq(known, trace)).unwrap_or_else(|| {
            seen.push(trace);
            all.push(Accounted { trace: trace.name(), points: Vec::new(), facts: facts(trace), lists: Vec::new() });
            all.len() - 1
        });
        all[at].lists.extend(name_list(cell, trace).map(|fact| (cell.id.clone(), fact)));
        if !all[at].points.contains(&cell.point) {
            all[at].points.push(cell.point.clone());
        }
    }
    all
}

/// The programs that a policy takes from a trace, the longest first, in the place of the numbers that it asks for.
pub(crate) fn longest(policy: &Args, trace: &Replayed) -> Option<Result<Vec<String>, String>> {
    let asked = policy.has("longest").then(|| policy.maybe_table("longest")).flatten()?;
    Some(trace.longest(asked.count("programs") as usize, asked.count("count")))
}

fn name_list(cell: &Cell, trace: &Replayed) -> Option<Fact> {
    // A file that cannot be read is told of before anything runs.
    let names = longest(&cell.policy.args, trace)?.ok()?;
    let value = Some(names.len() as f64);
    let what = format!("{}: {}", cell.policy.name, names.join(" "));
    Some(Fact { kind: "name_list".to_owned(), what, value, first_line: None })
}

impl Accounted {
    /// What is said of one cell.
    pub fn of<'a>(&'a self, cell: &'a str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().chain(self.lists.iter().filter(move |(id, _)| id == cell).map(|(_, fact)| fact))
    }

    /// A sentence, if a generator was run in the place of the file.
    pub fn stand_in(&self) -> Option<String> {
        self.facts.iter().find(|fact| fact.kind == "stand_in").map(|fact| fact.what.clone())
    }

    /// A sentence, if not every line became what it should.
    pub fn warning(&self) -> Option<String> {
        let dropped = self.facts.iter().filter(|fact| fact.kind == "dropped");
        let count: f64 = dropped.clone().filter_map(|fact| fact.value).sum();
        let whys: Vec<String> = dropped.map(|fact| format!("{} ({})", fact.what, fact.value.unwrap_or(0.0))).collect();
        (count > 0.0).then(|| format!("{}: {count} lines were dropped: {}", self.trace, whys.join(", ")))
    }
}

fn facts(trace: &Replayed) -> Vec<Fact> {
    let account = trace.account();
    let fact = |kind: &str, what: &dyn std::fmt::Display, value: Option<f64>, first_line| Fact {
        kind: kind.to_owned(),
        what: what.to_string(),
        value,
        first_line,
    };
    let counted = |n: u64| Some(n as f64);
    let lines = [
        ("read", account.lines),
        ("comments", account.comments),
        ("kept", account.kept),
        ("folded", account.folded),
        ("skipped", account.skipped),
    ];
    let mut facts: Vec<Fact> = lines.iter().map(|(what, n)| fact("lines", what, counted(*n), None)).collect();
    facts.extend(account.dropped.iter().map(|c| fact("dropped", &c.what, counted(c.count), Some(c.first))));
    facts.extend(account.remarks.iter().map(|c| fact("note", &c.what, counted(c.count), Some(c.first))));
    facts.extend(trace.stands_in().then(|| fact("stand_in", &stand_in(trace), None, None)));
    facts.extend(account.steps.iter().map(|step| fact("step", &step.what, counted(step.after.processes), None)));
    let (before, after) = account.offered_loads(trace.capacity());
    facts.push(fact("offered_load", &"as read", before, None));
    facts.push(fact("offered_load", &"as run", after, None));
    facts.push(fact("capacity", &"factor on the speed of all nodes", Some(trace.capacity_factor()), None));
    facts
}

fn stand_in(trace: &Replayed) -> String {
    format!("the trace is not at hand: the results are of its stand-in, {}", trace.name())
}
