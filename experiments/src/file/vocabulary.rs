//! The words that expressions and references of one experiment may use: keys, scenarios, policies, metrics.
//!
//! Not here: what they evaluate to.

use super::axis::kind_of;
use super::catalogue::Env;
use super::diagnostic::{Problem, quote};
use super::document::Span;
use super::inherit::Section;
use super::sweep::Tables;
use crate::expr::{Error, Expr, Scope, check_names, is_comparison, is_condition};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The words.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    keys: BTreeSet<String>,
    scenarios: Vec<String>,
    policies: Vec<String>,
    metrics: Vec<String>,
}

impl Vocabulary {
    /// Those of a file.
    pub(super) fn of(env: &Env, tables: &Tables, swept: &[Arc<str>]) -> Self {
        let names = |section| tables.names(section).map(str::to_owned).collect::<Vec<_>>();
        let kinds = tables.policies.iter().filter_map(|(_, node)| kind_of(env, node));
        let params = env.scenario.iter().chain(kinds.flat_map(|kind| kind.params));
        let mut keys: BTreeSet<String> = params.map(|param| param.name.to_owned()).collect();
        keys.extend(["scenario", "policy"].map(str::to_owned));
        keys.extend(swept.iter().map(|path| path.to_string()));
        Vocabulary {
            keys,
            scenarios: names(Section::Scenarios),
            policies: names(Section::Policies),
            metrics: env.metrics.clone(),
        }
    }

    /// The same with one more key.
    pub(super) fn with(&self, key: &str) -> Self {
        let mut more = self.clone();
        more.keys.insert(key.to_owned());
        more
    }

    /// Whether a dotted name is a key of a cell.
    pub fn knows(&self, path: &str) -> bool {
        let first = path.split('.').next().unwrap_or(path);
        self.keys.contains(path) || self.keys.contains(first) || matches!(first, "policies" | "scenarios")
    }

    /// The words that a key can be compared with.
    fn values(&self, key: &str) -> Option<Vec<&str>> {
        match key {
            "scenario" => Some(self.scenarios.iter().map(String::as_str).collect()),
            "policy" => Some(self.policies.iter().map(String::as_str).collect()),
            _ => None,
        }
    }

    /// What is wrong with a condition over cells.
    pub fn check_condition(&self, expr: &Expr) -> Vec<Error> {
        let (knows, values) = (|path: &str| self.knows(path), |key: &str| self.values(key));
        let keys = self.scope(&knows, &values);
        match is_condition(expr) {
            true => check_names(expr, &keys),
            false => vec![no_condition(expr, "a condition, such as offered_load >= 0.6")],
        }
    }

    /// What is wrong with a claim over metrics.
    pub fn check_claim(&self, expr: &Expr) -> Vec<Error> {
        let (knows, values) = (|path: &str| self.knows(path), |key: &str| self.values(key));
        let keys = self.scope(&knows, &values);
        let metric = |path: &str| self.metrics.is_empty() || self.metrics.iter().any(|known| known == path);
        let metrics = Scope {
            noun: "metric",
            knows: &metric,
            all: self.metrics.iter().map(String::as_str).collect(),
            values: &|_| None,
            filters: Some(&keys),
        };
        match is_comparison(expr) {
            true => check_names(expr, &metrics),
            false => {
                vec![no_condition(expr, "a comparison, such as slowdown.mean[policy=a] < slowdown.mean[policy=b]")]
            }
        }
    }

    fn scope<'a>(
        &'a self,
        knows: &'a dyn Fn(&str) -> bool,
        values: &'a dyn Fn(&str) -> Option<Vec<&'a str>>,
    ) -> Scope<'a> {
        Scope { noun: "key", knows, all: self.keys.iter().map(String::as_str).collect(), values, filters: None }
    }

    /// What is wrong with the name of a metric.
    pub(super) fn metric_problem(&self, name: &str, span: Span) -> Option<Problem> {
        let unknown = !self.metrics.is_empty() && !self.metrics.iter().any(|known| known == name);
        let problem = || Problem::new(span, format!("unknown metric {}", quote(name)));
        unknown.then(|| problem().nearest(name, self.metrics.iter().map(String::as_str)))
    }

    /// What is wrong with the name of a key.
    pub(super) fn key_problem(&self, name: &str, span: Span) -> Option<Problem> {
        let problem = || Problem::new(span, format!("unknown key {}", quote(name)));
        (!self.knows(name)).then(|| problem().nearest(name, self.keys.iter().map(String::as_str)))
    }

    /// What is wrong with the name of a policy.
    pub(super) fn policy_problem(&self, name: &str, span: Span) -> Option<Problem> {
        let unknown = !self.policies.iter().any(|known| known == name);
        let problem = || Problem::new(span, format!("unknown policy {}", quote(name)));
        unknown.then(|| problem().nearest(name, self.policies.iter().map(String::as_str)))
    }
}

fn no_condition(expr: &Expr, expected: &str) -> Error {
    let message = "this is neither true nor false".to_owned();
    Error { span: expr.span.clone(), message, expected: Some(expected.to_owned()), suggestion: None }
}
