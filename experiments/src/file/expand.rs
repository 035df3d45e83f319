//! Multiplies the axes of a sweep into combinations and applies them to the tables, before anything is decoded.
//!
//! The first axis of the file varies slowest. An axis that does not touch a cell (a key of another policy) does not
//! multiply it: equal cells are one. Not here: reading the axes (`sweep`), checking the results (`cell`).

use super::catalogue::Env;
use super::diagnostic::{Problem, Problems};
use super::document::{Node, Span};
use super::inherit::Section;
use super::path;
use super::sweep::{Axis, Block, Sweep, Tables, Target, has_key};
use super::units;
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

/// Calls `each` with every combination that `where` keeps.
pub(super) fn expand(
    sweep: &Sweep,
    tables: &Tables,
    env: &Env,
    at: Span,
    problems: &mut Problems,
    sources: &super::document::Sources,
    each: &mut dyn FnMut(Combination, &mut Problems),
) {
    if tables.scenarios.is_empty() || tables.policies.is_empty() {
        return;
    }
    let blocks: Vec<Vec<Axis>> = sweep.blocks.iter().map(|block| complete(block, tables, at)).collect();
    let count = |axes: &Vec<Axis>| axes.iter().try_fold(1usize, |n, axis| n.checked_mul(axis.rows.len()));
    let total = blocks.iter().map(count).try_fold(0usize, |sum, n| sum.checked_add(n?));
    if total.is_none_or(|total| total > MOST_CELLS) {
        let sizes: Vec<String> =
            blocks[0].iter().map(|axis| format!("{} of {}", axis.rows.len(), axis.columns[0].path)).collect();
        let many = total.map_or("too many".to_owned(), |total| total.to_string());
        let problem = Problem::new(at, format!("the sweep has {many} cells: {}", sizes.join(" x ")));
        problems.push(problem.expected(format!("at most {MOST_CELLS}")));
        return;
    }
    for axes in &blocks {
        let size = count(axes).unwrap_or(0);
        for index in 0..size {
            let Some(combination) = combine(axes, index, tables, env, problems) else { continue };
            match keeps(sweep, &combination, env) {
                Ok(true) => each(combination, problems),
                Ok(false) => {}
                Err((condition, error)) => {
                    problems.push(super::expression::problem(sources, condition.span, &condition.text, error));
                    return;
                }
            }
        }
    }
}

/// A block with the choices that it leaves open: every scenario, every policy.
fn complete(block: &Block, tables: &Tables, at: Span) -> Vec<Axis> {
    let mut axes = block.0.clone();
    for section in [Section::Policies, Section::Scenarios] {
        if !block.columns().any(|column| column.target == Target::Choice(section)) {
            let column = super::sweep::Column { path: section.one().into(), span: at, target: Target::Choice(section) };
            let rows =
                tables.names(section).map(|name| vec![Some(Node::new(super::document::Data::Text(name.into()), at))]);
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

type Failed<'s> = (&'s super::sweep::Condition, expr::Error);

fn keeps<'s>(sweep: &'s Sweep, combination: &Combination, env: &Env) -> Result<bool, Failed<'s>> {
    let Some(condition) = &sweep.condition else { return Ok(true) };
    expr::holds(&condition.expr, &|name| combination.lookup(name, env)).map_err(|error| (condition, error))
}

impl Combination {
    /// What a name means in `where`: `scenario`, `policy`, or a key of either as it is written.
    fn lookup(&self, name: &Name, env: &Env) -> Option<Value> {
        match name.path.as_str() {
            "scenario" => return Some(Value::Text(self.scenario_name.clone())),
            "policy" => return Some(Value::Text(self.policy_name.clone())),
            _ => {}
        }
        let segments: Vec<String> = name.path.split('.').map(str::to_owned).collect();
        let (first, rest) = segments.split_first()?;
        let in_scenario = |path: &[String]| path::get(&self.scenario, path).map(value);
        let in_policy = |path: &[String]| path::get(&self.policy, path).map(value);
        match first.as_str() {
            "scenario" => Some(in_scenario(rest).unwrap_or(Value::Missing)),
            "policy" => Some(in_policy(rest).unwrap_or(Value::Missing)),
            "policies" | "scenarios" => {
                let (own, path) = (
                    if first == "policies" { &self.policy_name } else { &self.scenario_name },
                    name.path.split_once('.')?.1,
                );
                let key = path.strip_prefix(own.as_str()).and_then(|rest| rest.strip_prefix('.'));
                let key: Vec<String> = key.map(|key| key.split('.').map(str::to_owned).collect()).unwrap_or_default();
                let found = if first == "policies" { in_policy(&key) } else { in_scenario(&key) };
                Some(found.filter(|_| !key.is_empty()).unwrap_or(Value::Missing))
            }
            _ if env.scenario.iter().any(|param| param.name == first) => {
                Some(in_scenario(&segments).unwrap_or(Value::Missing))
            }
            _ if env.policies.kinds.iter().flat_map(|kind| kind.params).any(|param| param.name == first) => {
                Some(in_policy(&segments).unwrap_or(Value::Missing))
            }
            _ => None,
        }
    }
}

/// A node as a value of an expression; a table stands for its kind.
fn value(node: &Node) -> Value {
    use super::document::Data;
    match &node.data {
        Data::Number(text) => text.parse().map_or(Value::Missing, Value::Number),
        Data::Text(text) => {
            units::parse_any(text).map_or_else(|_| Value::Text(text.to_string()), |(x, _)| Value::Number(x))
        }
        Data::Flag(flag) => Value::Flag(*flag),
        Data::Table(table) => table.get("kind").map_or(Value::Missing, value),
        Data::Date(_) | Data::List(_) | Data::Broken => Value::Missing,
    }
}
