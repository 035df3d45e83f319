//! The sections of a file that hold for all its cells, checked, and the names that they use.
//!
//! Not here: the typed values they become (`experiment`).

use super::canon::Canon;
use super::check::Good;
use super::diagnostic::Problem;
use super::document::{Data, Node, Sources, Span};
use super::experiment::{Formula, RECORDS, formula};
use super::vocabulary::Vocabulary;
use super::{expression, path, plots};
use crate::expr::{Error, Expr};
use loadlab_core::spec::{Arg, Args};

/// The checked sections of the head.
pub(super) struct Head {
    pub(super) experiment: Args,
    pub(super) replicate: Args,
    pub(super) warmup: (Args, Canon),
    pub(super) stop: (Args, Node),
    pub(super) claims: Vec<(Args, Node)>,
    pub(super) plots: Vec<(Args, Node)>,
    pub(super) output: (Args, Node),
    pub(super) quick: Vec<String>,
}

impl Head {
    pub(super) fn of(found: Vec<(&'static str, Option<Good>)>) -> Option<Head> {
        let mut found: Vec<(&str, Good)> =
            found.into_iter().map(|(name, good)| good.map(|good| (name, good))).collect::<Option<_>>()?;
        let mut take = |name: &str| {
            let at = found.iter().position(|(known, _)| *known == name)?;
            Some(found.swap_remove(at).1)
        };
        let table = |good: Good| match good.arg {
            Arg::Table(args) => Some(args),
            _ => None,
        };
        let warm = take("warmup")?;
        let output = take("output")?;
        let stop = take("stop")?;
        Some(Head {
            experiment: table(take("experiment")?)?,
            replicate: table(take("replicate")?)?,
            warmup: (table(warm.clone())?, warm.canon),
            stop: (table(stop.clone())?, stop.node),
            claims: tables(take("claims")?)?,
            plots: tables(take("plots")?)?,
            output: (table(output.clone())?, output.node),
            quick: texts(take("quick")?),
        })
    }

    /// What every cell's identity holds of the head: how the beginning of a run is treated, and whether cells share
    /// their random numbers.
    pub(super) fn common(&self) -> String {
        format!("{}{}", self.warmup.1.text(), self.replicate.flag("common_random_numbers"))
    }

    /// Names in expressions and references that nothing in the file has.
    pub(super) fn words(&self, vocabulary: &Vocabulary, sources: &Sources) -> Vec<Problem> {
        let mut found = Vec::new();
        for (args, node) in &self.claims {
            found.extend(in_formula(formula(args, node, "expect"), sources, |expr| vocabulary.check_claim(expr)));
            found.extend(in_formula(formula(args, node, "when"), sources, |expr| vocabulary.check_condition(expr)));
        }
        for (args, node) in &self.plots {
            found.extend(in_formula(formula(args, node, "where"), sources, |expr| vocabulary.check_condition(expr)));
            found.extend(plots::words(vocabulary, args, node));
        }
        let runs = vocabulary.with("replication");
        for record in RECORDS {
            let table = self.output.0.maybe_table(record).zip(self.output.1.table().and_then(|t| t.get(record)));
            let when = table.and_then(|(args, node)| formula(args, node, "when"));
            found.extend(in_formula(when, sources, |expr| runs.check_condition(expr)));
        }
        found.extend(self.stop_words(vocabulary));
        found
    }

    fn stop_words(&self, vocabulary: &Vocabulary) -> Vec<Problem> {
        let (args, node) = &self.stop;
        let mut found = Vec::new();
        let targets = path::get(node, &["targets".to_owned()]);
        for (at, target) in args.tables("targets").into_iter().enumerate() {
            let own = targets.and_then(|list| path::get(list, &[at.to_string()])).unwrap_or(node);
            found.extend(vocabulary.metric_problem(target.text("metric"), place(own, "metric")));
        }
        if let (Some(contrasts), Some(own)) =
            (args.maybe_table("contrasts"), node.table().and_then(|t| t.get("contrasts")))
        {
            found.extend(vocabulary.policy_problem(contrasts.text("baseline"), place(own, "baseline")));
            for metric in contrasts.texts("metric") {
                found.extend(vocabulary.metric_problem(metric, place(own, "metric")));
            }
        }
        found
    }
}

/// Where a key of a table has its value.
fn place(node: &Node, key: &str) -> Span {
    path::get(node, &[key.to_owned()]).map_or(node.span, |value| value.span)
}

fn in_formula(formula: Option<Formula>, sources: &Sources, check: impl Fn(&Expr) -> Vec<Error>) -> Vec<Problem> {
    let Some(formula) = formula else { return Vec::new() };
    let place = |error| expression::problem(sources, formula.span, &formula.text, error);
    check(&formula.expr).into_iter().map(place).collect()
}

/// The texts of a list.
fn texts(good: Good) -> Vec<String> {
    let Arg::List(items) = good.arg else { return Vec::new() };
    items.into_iter().filter_map(|item| if let Arg::Text(text) = item { Some(text) } else { None }).collect()
}

/// The tables of a list, each with its place.
fn tables(good: Good) -> Option<Vec<(Args, Node)>> {
    let (Arg::List(args), Data::List(nodes)) = (good.arg, &good.node.data) else { return None };
    let pairs = args.into_iter().zip(nodes.iter().cloned());
    pairs.map(|(arg, node)| if let Arg::Table(args) = arg { Some((args, node)) } else { None }).collect()
}
