//! Reads the axes of a sweep: what a path means, and its values.
//!
//! Not here: which axes there are and how they combine (`sweep`, `zip`, `expand`).

use super::catalogue::{Env, KindInfo};
use super::diagnostic::{Problem, quote};
use super::document::{Data, Key, Node, Span, Table, Via};
use super::inherit::Section;
use super::sweep::{Axis, Column, Reader, Target};
use super::{path, range};

/// Keys of `[sweep]` that are no axes.
const RESERVED: [&str; 4] = ["zip", "where", "also", "design"];

impl Reader<'_> {
    /// Collects the axes of a table; tables that are no ranges only continue the path.
    pub(super) fn axes(&mut self, table: &Table, prefix: &str, axes: &mut Vec<Axis>) {
        for (key, node) in &table.0 {
            if prefix.is_empty() && RESERVED.contains(&&*key.name) {
                continue;
            }
            let path = if prefix.is_empty() { key.name.to_string() } else { format!("{prefix}.{}", key.name) };
            match &node.data {
                Data::Table(below) if !is_range(below) => {
                    if below.0.is_empty() {
                        let problem = Problem::new(node.span, format!("{} has no values", quote(&path)));
                        self.problems.push(problem.expected("a list or a range"));
                    }
                    self.axes(below, &path, axes);
                }
                _ => axes.extend(self.axis(&path, key, node)),
            }
        }
    }

    fn axis(&mut self, path: &str, key: &Key, node: &Node) -> Option<Axis> {
        let column = self.column(path, key.span);
        let mut values = match &node.data {
            Data::List(list) => list.to_vec(),
            Data::Table(table) => range::values(node, table, self.problems)?,
            Data::Broken => return None,
            _ => vec![node.clone()],
        };
        if values.is_empty() {
            let problem = Problem::new(node.span, format!("{} has no values", quote(path)));
            self.problems.push(problem.expected("a list with at least one"));
        }
        let column = column?;
        values.iter_mut().for_each(|value| value.mark(&Via::Sweep(column.path.clone())));
        if let Target::Choice(section) = column.target {
            values.retain(|value| self.known_name(value, section));
        }
        Some(Axis { columns: vec![column], rows: values.into_iter().map(|value| vec![Some(value)]).collect() })
    }

    /// Whether a value names a table of a section; if not, says so.
    pub(super) fn known_name(&mut self, value: &Node, section: Section) -> bool {
        let Some(name) = value.text() else {
            if !matches!(value.data, Data::Broken) {
                let problem = Problem::new(value.span, format!("a {} cannot be {}", section.one(), value.what()));
                self.problems.push(problem.nearest("", self.tables.names(section)));
            }
            return false;
        };
        let known = self.tables.names(section).any(|known| known == name);
        if !known {
            let problem = Problem::new(value.span, format!("unknown {} {}", section.one(), quote(name)));
            self.problems.push(problem.nearest(name, self.tables.names(section)));
        }
        known
    }

    /// What a path means.
    pub(super) fn column(&mut self, path: &str, span: Span) -> Option<Column> {
        let column = |target| Some(Column { path: path.into(), span, target });
        for section in [Section::Scenarios, Section::Policies] {
            if path == section.one() {
                return column(Target::Choice(section));
            }
            if let Some(rest) = path.strip_prefix(&format!("{}.", section.one())) {
                return column(Target::Key(section, None, segments(rest)));
            }
            if let Some(rest) = path.strip_prefix(&format!("{}.", section.many())) {
                return self.named_key(section, rest, span).and_then(column);
            }
        }
        let segments = segments(path);
        let first = segments.first()?;
        if self.env.scenario.iter().any(|param| param.name == first) {
            return column(Target::Key(Section::Scenarios, None, segments));
        }
        if self.tables.policies.iter().any(|(_, node)| has_key(self.env, node, first)) {
            return column(Target::Key(Section::Policies, None, segments));
        }
        let known = self.sweepable();
        let problem = Problem::new(span, format!("{} is no key of a scenario or a policy", quote(path)));
        let problem = problem.nearest(first, known.iter().copied());
        self.problems
            .push(Problem { expected: Some("`scenario`, `policy`, or a key of either".to_owned()), ..problem });
        None
    }

    /// `NAME.KEY` after `policies.`; names may hold dots.
    fn named_key(&mut self, section: Section, rest: &str, span: Span) -> Option<Target> {
        let fits = |name: &&str| rest.strip_prefix(name).is_some_and(|after| after.len() > 1 && after.starts_with('.'));
        if let Some(name) = self.tables.names(section).filter(fits).max_by_key(|name| name.len()) {
            let key = segments(&rest[name.len() + 1..]);
            return Some(Target::Key(section, Some(name.to_owned()), key));
        }
        let name = rest.split('.').next().unwrap_or(rest);
        let message = match self.tables.names(section).any(|known| known == rest) {
            true => format!("{} names a {}, but no key of it", quote(rest), section.one()),
            false => format!("unknown {} {}", section.one(), quote(name)),
        };
        self.problems.push(Problem::new(span, message).nearest(name, self.tables.names(section)));
        None
    }

    /// Every first segment that a path may have.
    fn sweepable(&self) -> Vec<&'static str> {
        let kinds = self.tables.policies.iter().filter_map(|(_, node)| kind_of(self.env, node));
        let of_policies = kinds.flat_map(|kind| kind.params).map(|param| param.name);
        let of_scenarios = self.env.scenario.iter().map(|param| param.name);
        ["scenario", "policy"].into_iter().chain(of_scenarios).chain(of_policies).collect()
    }

    pub(super) fn refuse_repeated(&mut self, axes: &[Axis]) {
        let mut seen: Vec<&Target> = Vec::new();
        for column in axes.iter().flat_map(|axis| &axis.columns) {
            if seen.contains(&&column.target) {
                self.problems.push(Problem::new(column.span, format!("{} is swept twice", quote(&column.path))));
            }
            seen.push(&column.target);
        }
    }
}

fn segments(path: &str) -> Vec<String> {
    path::split(path).unwrap_or_else(|| path.split('.').map(str::to_owned).collect())
}

/// Whether a table is a range: `count` and `step` alone could be keys below a path.
fn is_range(table: &Table) -> bool {
    let scalar = |key: &str| table.get(key).is_some_and(|n| !matches!(n.data, Data::List(_) | Data::Table(_)));
    scalar("from") || scalar("to")
}

/// The catalogue entry of a policy table.
pub(super) fn kind_of<'e>(env: &'e Env, node: &Node) -> Option<&'e KindInfo> {
    let word = path::get(node, &["kind".to_owned()]).and_then(Node::text)?;
    env.policies.get(word)
}

/// Whether a policy's kind has a parameter.
pub(super) fn has_key(env: &Env, node: &Node, key: &str) -> bool {
    key == "kind" || kind_of(env, node).is_some_and(|kind| kind.params.iter().any(|param| param.name == key))
}
