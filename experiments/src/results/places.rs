//! Where a claim is made: the combinations of swept keys that its metrics leave open, and the cells meant at each.
//! Where a metric's filters leave a key open, the claim is made at every value of it.
//!
//! Not here: what is claimed there (`claims`).

use super::{metric_index, text};
use crate::expr::{self, Error, Expr, Filter, Kind, Name, Operator, Value};
use crate::file::experiment::Claim;
use crate::file::{Cell, Experiment};
use std::collections::BTreeSet;

/// One place at which a claim is made.
#[derive(Clone, Debug)]
pub struct Place {
    /// Scenario, policy, then the swept keys: each where all cells of the place agree on it, else missing.
    pub keys: Vec<Value>,
    /// The cell that each metric of the claim stands for, left side first.
    pub(super) cells: Vec<usize>,
}

impl Place {
    /// The place in words: what was swept.
    pub fn words(&self, experiment: &Experiment) -> String {
        let names =
            ["scenario", "policy"].into_iter().map(str::to_owned).chain(experiment.swept.iter().map(|k| k.to_string()));
        let single = experiment.cells.iter().all(|c| c.scenario.name == experiment.cells[0].scenario.name);
        let told = names.zip(&self.keys).skip(usize::from(single)).filter(|(_, v)| **v != Value::Missing);
        told.map(|(name, value)| format!("{name} = {}", text(value))).collect::<Vec<_>>().join(", ")
    }
}

/// The metrics of an expression, in the order in which they are written.
pub(super) fn references(expr: &Expr) -> Vec<(&Expr, &Name)> {
    let mut found = Vec::new();
    expr.walk(&mut |e| {
        if let Kind::Name(name) = &e.kind {
            found.extend(metric_index(&name.path).map(|_| (e, name)));
        }
    });
    found
}

/// What is wrong, and in which formula.
pub(super) enum PlaceError {
    Expect(Error),
    When(Error),
}

/// Where a claim is made: every combination of the keys that its metrics leave open, for which all of them exist and
/// `when` holds.
pub(super) fn places(experiment: &Experiment, claim: &Claim) -> Result<Vec<Place>, PlaceError> {
    let references = references(&claim.expect.expr);
    let [(first, _), ..] = references[..] else {
        return Err(PlaceError::Expect(error(
            &claim.expect.expr,
            "the claim names no metric",
            "a metric such as response.mean",
        )));
    };
    let named = meant_by(experiment, &references).map_err(PlaceError::Expect)?;
    let pinned: Vec<BTreeSet<usize>> = references.iter().map(|(_, name)| pinned(experiment, name)).collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let candidates: BTreeSet<usize> = named.iter().flatten().copied().collect();
    for context in contexts(experiment, &candidates, &pinned) {
        let of = |(named, pinned): (&Vec<usize>, &BTreeSet<usize>)| -> Vec<usize> {
            named.iter().copied().filter(|k| agrees(&experiment.cells[*k], &context, pinned)).collect()
        };
        let meant: Vec<Vec<usize>> = named.iter().zip(&pinned).map(of).collect();
        if meant.iter().any(Vec::is_empty) || !applies(experiment, claim, &meant).map_err(PlaceError::When)? {
            continue;
        }
        if let Some((k, several)) = meant.iter().enumerate().find(|(_, cells)| cells.len() > 1) {
            let at = references.get(k).map_or(first, |(at, _)| *at);
            return Err(PlaceError::Expect(ambiguous(experiment, at, several)));
        }
        let cells: Vec<usize> = meant.into_iter().flatten().collect();
        if seen.insert(cells.clone()) {
            found.push(Place { keys: common(experiment, &cells), cells });
        }
    }
    Ok(found)
}

/// The cells that each metric's own filters leave; an error where they leave none.
fn meant_by(experiment: &Experiment, references: &[(&Expr, &Name)]) -> Result<Vec<Vec<usize>>, Error> {
    let of = |(at, name): &(&Expr, &Name)| {
        let mut kept = Vec::new();
        for cell in &experiment.cells {
            if matches(cell, &name.filters)? {
                kept.push(cell.index);
            }
        }
        match kept.is_empty() {
            true => Err(error(at, "no cell of the experiment is meant by this", "filters that some cell meets")),
            false => Ok(kept),
        }
    };
    references.iter().map(of).collect()
}

/// Whether a cell has what stands in brackets.
fn matches(cell: &Cell, filters: &[Filter]) -> Result<bool, Error> {
    for filter in filters {
        let key = Kind::Name(Name { path: filter.key.clone(), filters: Vec::new() });
        let key = Expr { kind: key, span: filter.span.clone() };
        let span = filter.span.start..filter.value.span.end;
        let equal = Kind::Binary(Operator::Equal, Box::new(key), Box::new(filter.value.clone()));
        let own = |name: &Name| (name.path == filter.key).then(|| cell.lookup(name).unwrap_or(Value::Missing));
        if !expr::holds(&Expr { kind: equal, span }, &own)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The dimensions of the sweep: scenario, policy, then the swept keys.
fn dimension(cell: &Cell, d: usize) -> Value {
    match d {
        0 => Value::Text(cell.scenario.name.clone()),
        1 => Value::Text(cell.policy.name.clone()),
        _ => cell.keys[d - 2].1.clone(),
    }
}

fn dimensions(experiment: &Experiment) -> usize {
    2 + experiment.swept.len()
}

/// The dimensions that a metric's filters fix.
fn pinned(experiment: &Experiment, name: &Name) -> BTreeSet<usize> {
    let place = |filter: &Filter| match filter.key.as_str() {
        "scenario" => Some(0),
        "policy" => Some(1),
        key => experiment.swept.iter().position(|swept| **swept == *key).map(|k| k + 2),
    };
    name.filters.iter().filter_map(place).collect()
}

/// The distinct combinations of the dimensions that some metric leaves open, in canonical order, among the cells that some
/// metric can mean: the keys of other policies are none of the claim's business. One that lacks a value where another one
/// has it, and agrees with it otherwise, is covered by that.
fn contexts(experiment: &Experiment, candidates: &BTreeSet<usize>, pinned: &[BTreeSet<usize>]) -> Vec<Vec<Value>> {
    let open: Vec<bool> = (0..dimensions(experiment)).map(|d| pinned.iter().any(|p| !p.contains(&d))).collect();
    let project = |cell: &Cell| -> Vec<Value> {
        (0..open.len()).map(|d| if open[d] { dimension(cell, d) } else { Value::Missing }).collect()
    };
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for cell in candidates.iter().map(|k| &experiment.cells[*k]) {
        let context = project(cell);
        if seen.insert(format!("{context:?}")) {
            all.push(context);
        }
    }
    let within = |a: &[Value], b: &[Value]| a.iter().zip(b).all(|(x, y)| x == y || *x == Value::Missing);
    let lacks = |c: &[Value]| (0..open.len()).any(|d| open[d] && c[d] == Value::Missing);
    let covered = |c: &Vec<Value>| lacks(c) && all.iter().any(|other| other != c && within(c, other));
    all.iter().filter(|c| !covered(c)).cloned().collect()
}

/// Whether a cell stands at a context, in the dimensions that its metric leaves open.
fn agrees(cell: &Cell, context: &[Value], pinned: &BTreeSet<usize>) -> bool {
    let open = (0..context.len()).filter(|d| !pinned.contains(d));
    open.map(|d| (dimension(cell, d), &context[d]))
        .all(|(own, wanted)| own == *wanted || own == Value::Missing || *wanted == Value::Missing)
}

/// Whether `when` holds; a key on which the cells of the claim do not agree has no value there.
fn applies(experiment: &Experiment, claim: &Claim, meant: &[Vec<usize>]) -> Result<bool, Error> {
    let Some(when) = &claim.when else { return Ok(true) };
    let lookup = |name: &Name| {
        let values = meant.iter().flatten().filter_map(|k| experiment.cells[*k].lookup(name));
        let known = experiment.vocabulary.knows(&name.path).then_some(Value::Missing);
        agreed(values).or(known)
    };
    expr::holds(&when.expr, &lookup)
}

/// The value that all have; missing where they differ; None of none.
fn agreed(mut values: impl Iterator<Item = Value>) -> Option<Value> {
    let first = values.next()?;
    Some(if values.all(|v| v == first) { first } else { Value::Missing })
}

fn ambiguous(experiment: &Experiment, at: &Expr, several: &[usize]) -> Error {
    let cells: Vec<&Cell> = several.iter().map(|k| &experiment.cells[*k]).collect();
    let names: Vec<String> = ["scenario", "policy"]
        .into_iter()
        .map(str::to_owned)
        .chain(experiment.swept.iter().map(|k| k.to_string()))
        .collect();
    let differing =
        (0..dimensions(experiment)).find(|d| cells.iter().any(|c| dimension(c, *d) != dimension(cells[0], *d)));
    let key = differing.map_or("a key", |d| names[d].as_str());
    error(at, &format!("this means {} cells at one point", several.len()), &format!("a filter on `{key}`"))
}

/// For each dimension the value on which the cells agree.
fn common(experiment: &Experiment, cells: &[usize]) -> Vec<Value> {
    let present =
        |d: usize| cells.iter().map(move |k| dimension(&experiment.cells[*k], d)).filter(|v| *v != Value::Missing);
    (0..dimensions(experiment)).map(|d| agreed(present(d)).unwrap_or(Value::Missing)).collect()
}

/// An error at an expression.
pub(super) fn error(at: &Expr, message: &str, expected: &str) -> Error {
    Error { span: at.span.clone(), message: message.to_owned(), expected: Some(expected.to_owned()), suggestion: None }
}
