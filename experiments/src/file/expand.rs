//! Multiplies the axes of a sweep into combinations and applies them to the tables, before anything is decoded.
//!
//! The first axis of the file varies slowest. An axis that does not touch a cell (a key of another policy) does not
//! multiply it: equal cells are one. Not here: reading the axes (`sweep`), checking the results (`cell`).

use super::axis::has_key;
use super::catalogue::Env;
use super::diagnostic::{Problem, Problems};
use super::document::{Data, Node, Sources, Span};
use super::inherit::Section;
use super::sweep::{Axis, Block, Column, Condition, Sweep, Tables, Target};
use super::vocabulary::Vocabulary;
use super::{expression, path, units};
use crate::expr::{self, Name, Value};
use std::sync::Arc;

/// The most cells of one experiment.
pub(super) const MOST_CELLS: usize = 1_000_000;

/// One combination, applied.
pub struct Combination {
    /// The name of the scenario.
    pub scenario_name: String,
    /// The name of the policy.
    pub policy_name: String,
    /// The scenario's table with the swept keys set.
    pub scenario: Node,
    /// The policy's table with the swept keys set.
    pub policy: Node,
    /// For each column of the sweep that changes a key, whether it touched this cell.
    pub touched: Vec<Arc<str>>,
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
    /// Calls `each` with every combination that `where` keeps.
    pub(super) fn run(&self, sources: &Sources, problems: &mut Problems, each: &mut dyn FnMut(Combination)) {
        if self.tables.scenarios.is_empty() || self.tables.policies.is_empty() {
            return;
        }
        let blocks: Vec<Vec<Axis>> =
            self.sweep.blocks.iter().map(|block| complete(block, self.tables, self.at)).collect();
        let total = blocks.iter().map(|axes| size(axes)).try_fold(0usize, |sum, n| sum.checked_add(n?));
        if total.is_none_or(|total| total > MOST_CELLS) {
            problems.push(self.too_many(&blocks[0], total));
            return;
        }
        for axes in &blocks {
            for index in 0..size(axes).unwrap_or(0) {
                let Some(combination) = combine(axes, index, self.tables, self.env, problems) else { continue };
                match self.keeps(&combination) {
                    Ok(true) => each(combination),
                    Ok(false) => {}
                    Err(error) => {
                        let condition = self.sweep.condition.as_ref();
                        let place = |c: &Condition| expression::problem(sources, c.span, &c.text, error);
                        condition.map(place).into_iter().for_each(|problem| problems.push(problem));
                        return;
                    }
                }
            }
        }
    }

    fn too_many(&self, axes: &[Axis], total: Option<usize>) -> Problem {
        let sizes: Vec<String> =
            axes.iter().map(|axis| format!("{} of {}", axis.rows.len(), axis.columns[0].path)).collect();
        let many = total.map_or("too many".to_owned(), |total| total.to_string());
        let problem = Problem::new(self.at, format!("the sweep has {many} cells: {}", sizes.join(" x ")));
        problem.expected(format!("at most {MOST_CELLS}"))
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

/// Combination number `index`: a mixed-radix number whose last digit is the last axis.
fn combine(axes: &[Axis], index: usize, tables: &Tables, env: &Env, problems: &mut Problems) -> Option<Combination> {
    let mut rows = Vec::with_capacity(axes.len());
    let mut rest = index;
    for axis in axes.iter().rev() {
        rows.push((axis, &axis.rows[rest % axis.rows.len()]));
        rest /= axis.rows.len();
    }
    let values = || rows.iter().rev().flat_map(|(axis, row)| axis.columns.iter().zip(row.iter()));
    let choice = |section| {
        let named = values().find(|(column, _)| column.target == Target::Choice(section));
        let name = named.and_then(|(_, value)| value.as_ref()).and_then(Node::text);
        let all = if section == Section::Scenarios { &tables.scenarios } else { &tables.policies };
        name.map_or_else(|| all.first(), |name| all.iter().find(|(known, _)| known == name))
    };
    let ((scenario_name, scenario), (policy_name, policy)) = (choice(Section::Scenarios)?, choice(Section::Policies)?);
    let mut combination = Combination {
        scenario_name: scenario_name.clone(),
        policy_name: policy_name.clone(),
        scenario: scenario.clone(),
        policy: policy.clone(),
        touched: Vec::new(),
    };
    for (column, value) in values() {
        let (Target::Key(section, only, key), Some(value)) = (&column.target, value) else { continue };
        let (name, node) = match section {
            Section::Scenarios => (scenario_name, &mut combination.scenario),
            Section::Policies => (policy_name, &mut combination.policy),
        };
        let applies = match only {
            Some(only) => only == name,
            None => *section == Section::Scenarios || key.first().is_some_and(|first| has_key(env, node, first)),
        };
        if applies {
            if let Err(problem) = path::put(node, key, value.clone(), column.span) {
                problems.push(problem);
                return None;
            }
            combination.touched.push(column.path.clone());
        }
    }
    Some(combination)
}

impl Combination {
    /// What a name means in `where`: `scenario`, `policy`, or a key of either as it is written.
    fn lookup(&self, name: &Name, vocabulary: &Vocabulary) -> Option<Value> {
        match name.path.as_str() {
            "scenario" => return Some(Value::Text(self.scenario_name.clone())),
            "policy" => return Some(Value::Text(self.policy_name.clone())),
            _ => {}
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
