//! The experiment as typed values: what the runner, the statistics, the plots and the report read.
//!
//! Not here: reading it (`mod`).

use super::cell::Cell;
use super::diagnostic::{Diagnostic, Problem, Problems};
use super::document::{Node, Sources, Span};
use super::keys::{WARMUPS, Warmup};
use super::plots::Plot;
use super::vocabulary::Vocabulary;
use super::{expression, path};
use crate::expr::{self, Expr, Name, Value};
use loadlab_core::spec::Args;
use std::sync::Arc;

/// The records that `[output]` can ask for.
pub(super) const RECORDS: [&str; 5] = ["processes", "nodes", "migrations", "decisions", "single_run"];

/// A whole experiment, valid and expanded.
#[derive(Debug)]
pub struct Experiment {
    /// Its name, safe as a folder.
    pub name: String,
    /// The question.
    pub question: Option<String>,
    /// What it stands on.
    pub refs: Vec<String>,
    /// The cells, in canonical order.
    pub cells: Vec<Cell>,
    /// The swept keys beside scenario and policy: the columns that every table carries.
    pub swept: Vec<Arc<str>>,
    /// `[replicate]`.
    pub replicate: Replicate,
    /// `[warmup]`.
    pub warmup: Warmup,
    /// `[stop]`.
    pub stop: Stop,
    /// `[[claims]]`.
    pub claims: Vec<Claim>,
    /// `[[plots]]`.
    pub plots: Vec<Plot>,
    /// `[output]`.
    pub output: Output,
    /// What `--quick` sets.
    pub quick: Vec<String>,
    /// The words that conditions over its cells may use.
    pub vocabulary: Vocabulary,
    /// The texts that values stand in, for `show` and for later messages.
    pub sources: Sources,
}

impl Experiment {
    /// The indices of the cells that a condition keeps, as `--only` gives it.
    pub fn select(&self, only: &str) -> Result<Vec<usize>, Vec<Diagnostic>> {
        let fail = |errors: Vec<expr::Error>| {
            let mut sources = Sources::default();
            let source = sources.add("--only", only);
            let span = Span { source, start: 0, end: only.len() as u32 };
            let mut problems = Problems::default();
            errors
                .into_iter()
                .map(|e| expression::problem(&sources, span, only, e))
                .for_each(|p: Problem| problems.push(p));
            problems.finish(&sources)
        };
        let condition = expr::parse(only).map_err(|error| fail(vec![error]))?;
        let errors = self.vocabulary.with("cell").check_condition(&condition);
        if !errors.is_empty() {
            return Err(fail(errors));
        }
        let mut kept = Vec::new();
        for cell in &self.cells {
            if expr::holds(&condition, &|name| self.value(cell, name)).map_err(|error| fail(vec![error]))? {
                kept.push(cell.index);
            }
        }
        Ok(kept)
    }

    /// The value of a name in a condition over a cell: missing where only other cells have such a key; None of a bare word.
    pub fn value(&self, cell: &Cell, name: &Name) -> Option<Value> {
        cell.lookup(name).or_else(|| self.vocabulary.knows(&name.path).then_some(Value::Missing))
    }
}

/// How many runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicate {
    /// Before any decision.
    pub min: u64,
    /// At most.
    pub max: u64,
    /// In one round.
    pub batch: u64,
    /// The seed.
    pub seed: u64,
    /// Whether cells share random numbers.
    pub common_random_numbers: bool,
}

/// When enough has been run.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Of every interval.
    pub confidence: f64,
    /// Precision of means.
    pub targets: Vec<Target>,
    /// Comparisons.
    pub contrasts: Option<Contrasts>,
    /// Whether metrics without a finite variance may be targets, contrasts and claims.
    pub allow_infinite_variance: bool,
}

/// The precision that a mean must reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The metric.
    pub metric: String,
    /// Half-width over mean.
    pub relative_half_width: f64,
    /// Where the metric stands.
    pub at: Span,
}

/// Comparisons with a baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrasts {
    /// The policy that the others are compared with.
    pub baseline: String,
    /// The metrics.
    pub metrics: Vec<String>,
    /// "holm", "bonferroni" or "none".
    pub adjust: String,
    /// The relative difference that matters.
    pub resolve: Option<f64>,
    /// Where the metrics stand.
    pub at: Span,
}

/// An expression of the file with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The text.
    pub text: String,
    /// Parsed.
    pub expr: Expr,
    /// Where the text stands.
    pub span: Span,
}

impl Formula {
    /// A message about a part of the formula, found when it was evaluated.
    pub fn diagnostic(&self, error: expr::Error, sources: &Sources) -> Option<Diagnostic> {
        let mut problems = Problems::default();
        problems.push(expression::problem(sources, self.span, &self.text, error));
        problems.finish(sources).pop()
    }
}

/// A claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// In words.
    pub text: String,
    /// What is expected.
    pub expect: Formula,
    /// Where.
    pub when: Option<Formula>,
    /// By how much it may be missed, as a fraction of the right side.
    pub tolerance: f64,
    /// "published", "recalled" or "derived", if that is said.
    pub evidence: Option<String>,
    /// What the publication reports.
    pub published: Option<String>,
    /// What the conclusion says if it passes.
    pub holds: Option<String>,
    /// What the conclusion says if it fails.
    pub fails: Option<String>,
}

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The tables.
    pub tables: Vec<String>,
    /// Records by what they hold: "processes", "nodes", "migrations", "decisions", "single_run".
    pub records: Vec<Record>,
}

/// A record of single runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it holds.
    pub of: &'static str,
    /// For which runs.
    pub when: Formula,
    /// "csv" or "parquet"; "jsonl" for decisions.
    pub format: String,
}

impl Replicate {
    pub(super) fn of(args: &Args) -> Self {
        let min = args.count("min");
        Replicate {
            min,
            max: if args.has("max") { args.count("max") } else { min },
            batch: args.count("batch"),
            seed: args.count("seed"),
            common_random_numbers: args.flag("common_random_numbers"),
        }
    }
}

pub(super) fn warmup(args: &Args) -> Warmup {
    let kind = WARMUPS.iter().find(|kind| kind.name == args.text("kind"));
    kind.and_then(|kind| (kind.build)(args).ok()).unwrap_or(Warmup::None)
}

impl Stop {
    pub(super) fn of(args: &Args, node: &Node) -> Self {
        let place = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|s| s.to_string()).collect();
            path::get(node, &path).map_or(node.span, |found| found.span)
        };
        let target = |(k, t): (usize, &Args)| Target {
            metric: t.text("metric").to_owned(),
            relative_half_width: t.number("relative_half_width"),
            at: place(&["targets", &k.to_string(), "metric"]),
        };
        let contrasts = |c: &Args| Contrasts {
            baseline: c.text("baseline").to_owned(),
            metrics: c.texts("metric").into_iter().map(str::to_owned).collect(),
            adjust: c.text("adjust").to_owned(),
            resolve: c.maybe_number("resolve"),
            at: place(&["contrasts", "metric"]),
        };
        Stop {
            confidence: args.number("confidence"),
            targets: args.tables("targets").into_iter().enumerate().map(target).collect(),
            contrasts: args.maybe_table("contrasts").map(contrasts),
            allow_infinite_variance: args.flag("allow_infinite_variance"),
        }
    }
}

/// The formula of a key that the checker found right; `node` is the table that holds it.
pub(super) fn formula(args: &Args, node: &Node, key: &str) -> Option<Formula> {
    let text = args.maybe_text(key)?.to_owned();
    let span = node.table().and_then(|table| table.get(key)).map_or(node.span, |value| value.span);
    expr::parse(&text).ok().map(|expr| Formula { text, expr, span })
}

impl Claim {
    pub(super) fn of(args: &Args, node: &Node) -> Option<Self> {
        let expect = formula(args, node, "expect")?;
        Some(Claim {
            text: args.text("text").to_owned(),
            expect,
            when: formula(args, node, "when"),
            tolerance: args.maybe_number("tolerance").unwrap_or(0.0),
            evidence: args.maybe_text("evidence").map(str::to_owned),
            published: args.maybe_text("published").map(str::to_owned),
            holds: args.maybe_text("holds").map(str::to_owned),
            fails: args.maybe_text("fails").map(str::to_owned),
        })
    }
}

impl Output {
    pub(super) fn of(args: &Args, node: &Node) -> Self {
        let record = |of: &'static str| {
            let (table, place) = (args.maybe_table(of)?, node.table()?.get(of)?);
            let format = table.maybe_text("format").unwrap_or("jsonl").to_owned();
            Some(Record { of, when: formula(table, place, "when")?, format })
        };
        Output {
            tables: args.texts("tables").into_iter().map(str::to_owned).collect(),
            records: RECORDS.into_iter().filter_map(record).collect(),
        }
    }
}
