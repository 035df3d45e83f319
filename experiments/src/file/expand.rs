//! Multiplies the axes of a sweep into combinations and applies them to the tables, before anything is decoded.
//!
//! The first axis of the file varies slowest. An axis that does not touch a cell (a key of another policy) does not
//! multiply it: equal cells are one. Not here: reading the axes (`sweep`), checking the results (`cell`).

use super::axis::has_key;
use super::catalogue::Env;
use super::diagnostic::{Problem, Problems};
use super::document::{Data, Node, Span};
use super::inherit::Section;
use super::sweep::{Axis, Block, Column, Sweep, Tables, Target};
use super::vocabulary::Vocabulary;
use super::{path, units};
use crate::expr::{self, Name, Value};
use std::sync::Arc;

/// The most cells of one experiment.
pub(super) const MOST_CELLS: usize = 1_000_000;

/// One combination, applied.
pub(super) struct Combination {
    /// The name of the scenario.
    pub(super) scenario_name: String,
    /// The name of the policy.
    pub(super) policy_name: String,
    /// The scenario's table with the swept keys set.
    pub(super) scenario: Node,
    /// The policy's table with the swept keys set.
    pub(super) policy: Node,
    /// The columns of the sweep that set a key of this cell.
    pub(super) touched: Vec<Arc<str>>,
    /// What swept tables are called that say it with `label`, by their columns.
    pub(super) labels: Vec<(Arc<str>, Arc<str>)>,
    /// What was chosen for the scenario and for the policy.
    pub(super) choices: (Choice, Choice),
}

/// Which table of a section, and which values of which axes were set in it: equal choices make equal tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    /// The section.
    pub(super) section: Section,
    /// Block, table, then axis and row for each value.
    numbers: Vec<usize>,
}

/// What is multiplied.
pub(super) struct Expansion<'a> {
    pub(super) sweep: &'a Sweep,
    pub(super) tables: &'a Tables,
    pub(super) env: &'a Env,
    pub(super) vocabulary: &'a Vocabulary,
    /// Where errors of the sweep as a whole point to.
    pub(super) at: Span,
}

impl Expansion<'_> {
    /// Calls `each` with every combination that `where` keeps; the error is one of `where`.
    pub(super) fn run(&self, problems: &mut Problems, each: &mut dyn FnMut(Combination)) -> Result<(), expr::Error> {
        if self.tables.scenarios.is_empty() || self.tables.policies.is_empty() {
            return Ok(());
        }
        let blocks: Vec<Vec<Axis>> =
            self.sweep.blocks.iter().map(|block| complete(block, self.tables, self.at)).collect();
        let total = blocks.iter().map(|axes| size(axes)).try_fold(0usize, |sum, n| sum.checked_add(n?));
        if total.is_none_or(|total| total > MOST_CELLS) {
            problems.push(self.too_many(&blocks[0], total));
            return Ok(());
        }
        for (block, axes) in blocks.iter().enumerate() {
            for index in 0..size(axes).unwrap_or(0) {
                let Some(combination) = self.combine(block, axes, index, problems) else { continue };
                if self.keeps(&combination)? {
                    each(combination);
                }
            }
        }
        Ok(())
    }

    fn too_many(&self, axes: &[Axis], total: Option<usize>) -> Problem {
        let sizes: Vec<String> =
            axes.iter().map(|axis| format!("{} of {}", axis.rows.len(), axis.columns[0].path)).collect();
        let many = total.map_or("too many".to_owned(), |total| total.to_string());
        let problem = Problem::new(self.at, format!("the sweep has {many} cells: {}", sizes.join(" x ")));
        problem.expected(format!("at most {MOST_CELLS}"))
    }

    /// Combination number `index` of a block: a mixed-radix number whose last digit is the last axis.
    fn combine(&self, block: usize, axes: &[Axis], index: usize, problems: &mut Problems) -> Option<Combination> {
        let mut digits = vec![0; axes.len()];
        let mut rest = index;
        for (digit, axis) in digits.iter_mut().zip(axes).rev() {
            *digit = rest % axis.rows.len();
            rest /= axis.rows.len();
        }
        let values = || {
            let rows = axes.iter().zip(&digits).enumerate();
            rows.flat_map(|(at, (axis, row))| {
                axis.columns.iter().zip(&axis.rows[*row]).map(move |cell| (at, *row, cell))
            })
        };
        let choose = |section| {
            let named = values().find(|(.., (column, _))| column.target == Target::Choice(section));
            let name = named.and_then(|(.., (_, value))| value.as_ref()).and_then(Node::text);
            let all = if section == Section::Scenarios { &self.tables.scenarios } else { &self.tables.policies };
            let at = name.map_or(Some(0), |name| all.iter().position(|(known, _)| known == name))?;
            let choice = Choice { section, numbers: vec![block, at] };
            all.get(at).map(|(name, node)| (name.clone(), node.clone(), choice))
        };
        let (scenario_name, scenario, chosen) = choose(Section::Scenarios)?;
        let (policy_name, policy, policy_chosen) = choose(Section::Policies)?;
        let choices = (chosen, policy_chosen);
        let (touched, labels) = (Vec::new(), Vec::new());
        let mut combination = Combination { scenario_name, policy_name, scenario, policy, touched, labels, choices };
        for (axis, row, (column, value)) in values() {
            let Some(value) = value else { continue };
            match combination.set(column, value, self.env) {
                Ok(Some(choice)) => choice.numbers.extend([axis, row]),
                Ok(None) => {}
                Err(problem) => {
                    problems.push(problem);
                    return None;
                }
            }
        }
        Some(combination)
    }

    fn keeps(&self, combination: &Combination) -> Result<bool, expr::Error> {
        let lookup = |name: &Name| combination.lookup(name, self.vocabulary);
        self.sweep.condition.as_ref().map_or(Ok(true), |condition| expr::holds(&condition.expr, &lookup))
    }
}

/// How many combinations a block has, if that can be counted.
fn size(axes: &[Axis]) -> Option<usize> {
    axes.iter().try_fold(1usize, |n, axis| n.checked_mul(axis.rows.len()))
}

/// A block with the choices that it leaves open: every scenario, every policy.
fn complete(block: &Block, tables: &Tables, at: Span) -> Vec<Axis> {
    let mut axes = block.0.clone();
    for section in [Section::Policies, Section::Scenarios] {
        if !block.columns().any(|column| column.target == Target::Choice(section)) {
            let column = Column { path: section.one().into(), span: at, target: Target::Choice(section) };
            let rows = tables.names(section).map(|name| vec![Some(Node::new(Data::Text(name.into()), at))]);
            axes.insert(0, Axis { columns: vec![column], rows: rows.collect() });
        }
    }
    axes
}

impl Combination {
    /// Sets a key where the column means this cell, and gives the choice that it belongs to.
    fn set(&mut self, column: &Column, value: &Node, env: &Env) -> Result<Option<&mut Choice>, Problem> {
        let Target::Key(section, only, key) = &column.target else { return Ok(None) };
        let (name, node, choice) = match section {
            Section::Scenarios => (&self.scenario_name, &mut self.scenario, &mut self.choices.0),
            Section::Policies => (&self.policy_name, &mut self.policy, &mut self.choices.1),
        };
        let applies = match only {
            Some(only) => only == name,
            None => *section == Section::Scenarios || key.first().is_some_and(|first| has_key(env, node, first)),
        };
        if !applies {
            return Ok(None);
        }
        let (value, label) = labelled(value);
        path::put(node, key, value, column.span)?;
        self.touched.push(column.path.clone());
        self.labels.extend(label.map(|label| (column.path.clone(), label)));
        Ok(Some(choice))
    }

    /// What a name means in `where`: `scenario`, `policy`, or a key of either as it is written.
    fn lookup(&self, name: &Name, vocabulary: &Vocabulary) -> Option<Value> {
        match name.path.as_str() {
            "scenario" => return Some(Value::Text(self.scenario_name.clone())),
            "policy" => return Some(Value::Text(self.policy_name.clone())),
            path => {
                if let Some((_, label)) = self.labels.iter().find(|(column, _)| **column == *path) {
                    return Some(Value::Text(label.to_string()));
                }
            }
        }
        let (sections, key) = sections(&name.path, &self.scenario_name, &self.policy_name);
        let tables = [(Section::Scenarios, &self.scenario), (Section::Policies, &self.policy)];
        let segments = path::split(key)?;
        let written = tables.into_iter().filter(|(section, _)| sections.contains(section));
        let found = written.filter_map(|(_, node)| path::get(node, &segments)).next();
        found.map(value).or_else(|| vocabulary.knows(&name.path).then_some(Value::Missing))
    }
}

/// In which of a cell's two tables a path is looked up, and under which key: `policies.NAME.KEY` is a key of the
/// policy only where it has that name.
pub(super) fn sections<'p>(path: &'p str, scenario: &str, policy: &str) -> (Vec<Section>, &'p str) {
    for (section, name) in [(Section::Scenarios, scenario), (Section::Policies, policy)] {
        if let Some(key) = path.strip_prefix(section.one()).and_then(|rest| rest.strip_prefix('.')) {
            return (vec![section], key);
        }
        if let Some(rest) = path.strip_prefix(section.many()).and_then(|rest| rest.strip_prefix('.')) {
            let key = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
            return (key.map(|_| section).into_iter().collect(), key.unwrap_or(rest));
        }
    }
    (vec![Section::Scenarios, Section::Policies], path)
}

/// A swept value without its `label`, which is no key of any table, and that label.
fn labelled(value: &Node) -> (Node, Option<Arc<str>>) {
    let mut value = value.clone();
    let Data::Table(table) = &mut value.data else { return (value, None) };
    let label = table.get("label").and_then(Node::text).map(Arc::from);
    if label.is_some() {
        Arc::make_mut(table).remove("label");
    }
    (value, label)
}

/// A node as a value of an expression; a table stands for its kind.
fn value(node: &Node) -> Value {
    match &node.data {
        Data::Number(text) => text.parse().map_or(Value::Missing, Value::Number),
        Data::Text(text) => match units::parse_any(text) {
            Ok((x, _)) => Value::Number(x),
            Err(_) => Value::Text(text.to_string()),
        },
        Data::Flag(flag) => Value::Flag(*flag),
        Data::Table(table) => table.get("kind").map_or(Value::Missing, value),
        Data::Date(_) | Data::List(_) | Data::Broken => Value::Missing,
    }
}
