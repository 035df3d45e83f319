//! Cells: one combination of everything that can be varied, checked, with an identity that depends on what it means
//! and not on how it is written.
//!
//! Not here: which combinations there are (`expand`).

use super::canon::Canon;
use super::check::Checker;
use super::diagnostic::Problem;
use super::document::{Data, Node, Sources, Span, Via};
use super::expand::{Choice, Combination, sections};
use super::inherit::Section;
use super::{path, print};
use crate::expr::{Name, Value};
use crate::workload::Replayed;
use loadlab_core::spec::{Arg, Args};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// A scenario or a policy, resolved and checked. Cells that do not differ in it share it.
#[derive(Debug)]
pub struct Resolved {
    /// The name of its table.
    pub name: String,
    /// The table with its defaults, as written.
    pub node: Node,
    /// Its arguments; those of a policy hold its `kind` as text.
    pub args: Args,
    /// The table with units normalised.
    pub canon: Canon,
    /// The text of `canon`, which identifies it.
    pub identity: String,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its position, from 0.
    pub index: usize,
    /// Sixteen hexadecimal digits: equal for cells that give the same results from the same seed.
    pub id: String,
    /// The same without the policy: equal for the cells that are compared with each other.
    pub point: String,
    /// The scenario.
    pub scenario: Arc<Resolved>,
    /// The policy.
    pub policy: Arc<Resolved>,
    /// The swept keys, beside scenario and policy, with their values here.
    pub keys: Vec<(Arc<str>, Value)>,
    /// What swept tables are called that have a `label`, by their keys.
    labels: Vec<(Arc<str>, Arc<str>)>,
    /// The trace that it replays, once that has been opened; cells that do not differ in it share it.
    pub trace: Option<Arc<Replayed>>,
}

impl Resolved {
    /// Where the value of a dotted key is written, or else the nearest table around it.
    pub fn span(&self, key: &str) -> Span {
        let segments: Vec<String> = key.split('.').map(str::to_owned).collect();
        let written = |n: &usize| path::get(&self.node, &segments[..*n]).filter(|node| node.via != Via::Default);
        let depths: Vec<usize> = (0..=segments.len()).rev().collect();
        depths.iter().find_map(written).unwrap_or(&self.node).span
    }

    /// The canonical text of a key: equal where the key means the same.
    pub fn canonical(&self, key: &str) -> Option<String> {
        self.canon.at(&[key.to_owned()]).map(Canon::text)
    }
}

/// Checks combinations and makes cells of them.
pub(super) struct Builder<'c, 'e> {
    checker: &'c mut Checker<'e>,
    /// The canonical text of what all cells share: the warm-up.
    common: String,
    /// What each choice of values made of a table.
    seen: BTreeMap<Choice, Option<Arc<Resolved>>>,
    known: BTreeSet<(String, String, String)>,
    /// The cells so far.
    pub(super) cells: Vec<Cell>,
}

impl<'c, 'e> Builder<'c, 'e> {
    /// Without cells yet.
    pub(super) fn new(checker: &'c mut Checker<'e>, common: String) -> Self {
        Builder { checker, common, seen: BTreeMap::new(), known: BTreeSet::new(), cells: Vec::new() }
    }

    /// Adds the cell of a combination, unless it is wrong or there already. `swept` are the columns.
    pub(super) fn add(&mut self, combination: Combination, swept: &[Arc<str>]) {
        let scenario = self.resolved(&combination.choices.0, &combination.scenario_name, &combination.scenario);
        let policy = self.resolved(&combination.choices.1, &combination.policy_name, &combination.policy);
        let (Some(scenario), Some(policy)) = (scenario, policy) else { return };
        let point = digest("loadlab-point-v1", &[&self.common, &scenario.identity]);
        let id = digest("loadlab-cell-v1", &[&self.common, &scenario.identity, &policy.identity]);
        if !self.known.insert((scenario.name.clone(), policy.name.clone(), id.clone())) {
            return;
        }
        let value = |column: &Arc<str>| (column.clone(), swept_value(column, &combination, &scenario, &policy));
        let keys = swept.iter().map(value).collect();
        let labels = combination.labels;
        self.cells.push(Cell { index: self.cells.len(), id, point, scenario, policy, keys, labels, trace: None });
    }

    /// Checks a table once, however many cells use it.
    fn resolved(&mut self, choice: &Choice, name: &str, node: &Node) -> Option<Arc<Resolved>> {
        if let Some(known) = self.seen.get(choice) {
            return known.clone();
        }
        let found = check(self.checker, name, node, choice.section).map(Arc::new);
        self.seen.insert(choice.clone(), found.clone());
        found
    }
}

/// Checks one table of a section, and the rules over its keys.
pub(super) fn check(checker: &mut Checker<'_>, name: &str, node: &Node, section: Section) -> Option<Resolved> {
    let good = match section {
        Section::Scenarios => checker.table(node, checker.env.scenario, &format!("scenario `{name}`"))?,
        Section::Policies => checker.kind(node, "policy", &format!("policy `{name}`"))?,
    };
    let Arg::Table(args) = good.arg else { return None };
    let rules = if section == Section::Scenarios && checker.complete { checker.env.rules.clone() } else { Vec::new() };
    let faults: Vec<_> = rules.iter().flat_map(|rule| rule(&args)).collect();
    for fault in &faults {
        let segments: Vec<String> = fault.key.split('.').filter(|s| !s.is_empty()).map(str::to_owned).collect();
        let culprit = path::get(node, &segments).unwrap_or(node);
        let problem = Problem::new(culprit.span, fault.message.clone());
        checker.problems.push(if fault.expected.is_empty() { problem } else { problem.expected(&*fault.expected) });
    }
    let identity = good.canon.text();
    faults.is_empty().then(|| Resolved { name: name.to_owned(), node: good.node, args, canon: good.canon, identity })
}

/// The first 16 hexadecimal digits of SHA-256 over the parts, each ended by a zero byte.
fn digest(domain: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in [&[domain], parts].concat() {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The same cells where the rule for the warm-up looks at all of a point: what MSER-5 leaves out depends on every policy
/// of the point and on the number of replications it looks at, so the identity of each cell does.
pub(super) fn with_point(mut cells: Vec<Cell>, min: u64) -> Vec<Cell> {
    let mut members: BTreeMap<String, std::collections::BTreeSet<String>> = BTreeMap::new();
    for cell in &cells {
        members.entry(cell.point.clone()).or_default().insert(cell.id.clone());
    }
    for cell in &mut cells {
        let all: Vec<&str> = members[&cell.point].iter().map(String::as_str).collect();
        cell.id = digest("loadlab-mser5-v1", &[&cell.id, &min.to_string(), &all.join(" ")]);
    }
    cells
}

/// The value of a swept key in a cell: normalised where it is one number or word, else as it was written.
fn swept_value(column: &str, combination: &Combination, scenario: &Resolved, policy: &Resolved) -> Value {
    if let Some((_, label)) = combination.labels.iter().find(|(path, _)| **path == *column) {
        return Value::Text(label.to_string());
    }
    let touched = combination.touched.iter().any(|path| &**path == column);
    let (sections, key) = sections(column, &scenario.name, &policy.name);
    let Some(segments) = path::split(key) else { return Value::Missing };
    let value = |section: &Section| {
        let (resolved, written) = match section {
            Section::Scenarios => (scenario, &combination.scenario),
            Section::Policies => (policy, &combination.policy),
        };
        let plain = resolved.canon.at(&segments).and_then(Canon::plain);
        plain.or_else(|| {
            let node = path::get(written, &segments).filter(|_| touched);
            node.map(|node| Value::Text(print::inline(node)))
        })
    };
    sections.iter().find_map(value).unwrap_or(Value::Missing)
}

impl Cell {
    /// Makes this part of its identity, and of that of its point.
    pub(crate) fn mark(&mut self, domain: &str, what: &str) {
        self.id = digest(domain, &[&self.id, what]);
        self.point = digest(domain, &[&self.point, what]);
    }

    /// What a name means in a condition over cells: `scenario`, `policy`, `cell`, or any key of either, where a table
    /// stands for its label, where it was swept with one, or else for its kind.
    pub fn lookup(&self, name: &Name) -> Option<Value> {
        match name.path.as_str() {
            "scenario" => return Some(Value::Text(self.scenario.name.clone())),
            "policy" => return Some(Value::Text(self.policy.name.clone())),
            "cell" => return Some(Value::Text(self.id.clone())),
            path => {
                if let Some((_, label)) = self.labels.iter().find(|(key, _)| **key == *path) {
                    return Some(Value::Text(label.to_string()));
                }
            }
        }
        let (sections, key) = sections(&name.path, &self.scenario.name, &self.policy.name);
        let segments = path::split(key)?;
        let found = sections.iter().find_map(|section| {
            let resolved = if *section == Section::Scenarios { &self.scenario } else { &self.policy };
            resolved.canon.at(&segments)
        })?;
        let kind = || found.at(&["kind".to_owned()]).and_then(Canon::plain);
        found.plain().or_else(kind)
    }

    /// The resolved tables as TOML, each value with where it came from as a comment.
    pub fn show(&self, sources: &Sources) -> String {
        let mut out = format!("# cell {}\n", self.id);
        for (section, resolved) in [("scenario", &self.scenario), ("policy", &self.policy)] {
            let _ = write!(out, "\n[{section}] # {}\n", resolved.name);
            let mut lines = Vec::new();
            flatten("", &resolved.node, &mut lines);
            let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0).min(60);
            for (line, node) in lines {
                let pad = " ".repeat(width.saturating_sub(line.chars().count()));
                let _ = writeln!(out, "{line}{pad}  # {}", origin(node, sources));
            }
        }
        out
    }
}

/// `key = value` lines; a table becomes dotted keys, so that each value can say where it came from.
fn flatten<'n>(prefix: &str, node: &'n Node, lines: &mut Vec<(String, &'n Node)>) {
    match &node.data {
        Data::Table(table) if !table.0.is_empty() => {
            for (key, below) in &table.0 {
                let key = print::key(&key.name);
                flatten(&if prefix.is_empty() { key } else { format!("{prefix}.{key}") }, below, lines);
            }
        }
        _ if prefix.is_empty() => {}
        _ => lines.push((format!("{prefix} = {}", print::inline(node)), node)),
    }
}

/// Where a value came from, in words.
fn origin(node: &Node, sources: &Sources) -> String {
    let source = sources.get(node.span.source);
    let line = source.text[..(node.span.start as usize).min(source.text.len())].matches('\n').count() + 1;
    let place = super::diagnostic::harmless(&format!("{}:{line}", source.name)).replace(['\n', '\r'], " ");
    match &node.via {
        Via::Written => place,
        Via::Inherited(table) => format!("{place}, from {table}"),
        Via::Sweep(axis) => format!("{place}, swept as {axis}"),
        Via::Set => source.name.replace(['\n', '\r'], " "),
        Via::Default => "default".to_owned(),
    }
}
