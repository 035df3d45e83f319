//! Claims: what the file's `[[claims]]` say, at which places of the sweep, and whether the paired replications agree.
//!
//! A claim compares two sides. Where a metric's filter leaves a swept key open, the claim is made at every value of it:
//! a *place*. Not here: which words exist (checked when the file is read), the tests (`stats`), the table (`verdicts`).

use super::{Runs, metric_index, text};
use crate::expr::{self, Error, Expr, Filter, Kind, Name, Operator, Value};
use crate::file::experiment::Claim;
use crate::file::{Cell, Diagnostic, Experiment, units};
use crate::moments;
use crate::stats::{self, Judgement, Outcome, Refused, Relation, Side, Tolerance, Warning};
use std::collections::BTreeSet;

/// A judged claim.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The claim, by its place in the file.
    pub claim: usize,
    /// PASS, FAIL or UNRESOLVED, over all its places.
    pub verdict: Outcome,
    /// Each place with its numbers, or why there are none.
    pub places: Vec<(Place, Result<Judgement, Refused>)>,
}

/// One place at which a claim is made.
#[derive(Clone, Debug)]
pub struct Place {
    /// Scenario, policy, then the swept keys: each where all cells of the place agree on it, else missing.
    pub keys: Vec<Value>,
    /// The cell that each metric of the claim stands for, left side first.
    cells: Vec<usize>,
}

/// What is wrong with the claims, and with the metrics that targets and contrasts name, that only the sweep and the laws
/// can show. Called before anything is run.
pub fn check(experiment: &Experiment) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for claim in &experiment.claims {
        let errors = errors(experiment, claim);
        found.extend(errors.into_iter().filter_map(|(formula, e)| formula.diagnostic(e, &experiment.sources)));
    }
    if !experiment.stop.allow_infinite_variance {
        found.extend(demands(experiment));
    }
    found
}

/// The errors of a claim, each with the formula that it stands in.
fn errors<'c>(experiment: &Experiment, claim: &'c Claim) -> Vec<(&'c crate::file::experiment::Formula, Error)> {
    let at_expect = |e: Error| vec![(&claim.expect, e)];
    let Comparison { left, relation, right } = match comparison(&claim.expect.expr) {
        Ok(comparison) => comparison,
        Err(e) => return at_expect(e),
    };
    if relation == Relation::Equal && claim.tolerance == 0.0 {
        let message = "an equality of estimates can only hold within a tolerance";
        return at_expect(error(&claim.expect.expr, message, "a key `tolerance`, such as 0.05"));
    }
    for side in [left, right] {
        if let Err(e) = value(side, &|_| Some(1.0)) {
            return at_expect(e);
        }
    }
    let places = match places(experiment, claim) {
        Ok(places) if places.is_empty() => {
            let (formula, message) = match &claim.when {
                Some(when) => (when, "no point of the sweep meets this: the claim would be about nothing"),
                None => (&claim.expect, "no point of the sweep has all the cells that are meant here"),
            };
            return vec![(formula, error(&formula.expr, message, "a claim about some point"))];
        }
        Ok(places) => places,
        Err(PlaceError::Expect(e)) => return at_expect(e),
        Err(PlaceError::When(e)) => return claim.when.iter().map(|when| (when, e.clone())).collect(),
    };
    if experiment.stop.allow_infinite_variance {
        return Vec::new();
    }
    infinite(experiment, claim, &places).into_iter().map(|e| (&claim.expect, e)).collect()
}

fn error(at: &Expr, message: &str, expected: &str) -> Error {
    Error { span: at.span.clone(), message: message.to_owned(), expected: Some(expected.to_owned()), suggestion: None }
}

/// The metrics of a claim that have no finite mean or variance at some place.
fn infinite(experiment: &Experiment, claim: &Claim, places: &[Place]) -> Vec<Error> {
    let references = references(&claim.expect.expr);
    let doubt = |(k, (at, name)): (usize, &(&Expr, &Name))| {
        let certain = places.iter().find_map(|p| certain(&experiment.cells[p.cells[k]], &name.path))?;
        Some(error(at, &certain, "another metric or law, or `allow_infinite_variance = true` in [stop]"))
    };
    references.iter().enumerate().filter_map(doubt).collect()
}

/// The sentence about a metric that certainly has no finite mean or variance in a cell.
fn certain(cell: &Cell, metric: &str) -> Option<String> {
    let doubt = moments::doubt(cell, metric)?;
    matches!(doubt, Warning::InfiniteMoment { certain: true, .. }).then(|| format!("`{metric}`: {doubt}"))
}

/// Targets and contrasts that no number of replications can meet.
fn demands(experiment: &Experiment) -> Vec<Diagnostic> {
    let stop = &experiment.stop;
    let targets = stop.targets.iter().map(|t| (t.metric.as_str(), t.at));
    let contrasts = stop.contrasts.iter().flat_map(|c| c.metrics.iter().map(|m| (m.as_str(), c.at)));
    let problem = |(metric, at): (&str, _)| {
        let sentence = experiment.cells.iter().find_map(|cell| certain(cell, metric))?;
        let problem = crate::file::diagnostic::Problem::new(at, sentence);
        Some(problem.expected("another metric or law, or `allow_infinite_variance = true` in [stop]"))
    };
    let mut problems = crate::file::diagnostic::Problems::default();
    targets.chain(contrasts).filter_map(problem).for_each(|p| problems.push(p));
    problems.finish(&experiment.sources)
}

/// The two sides of a claim.
struct Comparison<'e> {
    left: &'e Expr,
    relation: Relation,
    right: &'e Expr,
}

fn comparison(expr: &Expr) -> Result<Comparison<'_>, Error> {
    let relation = |operator| match operator {
        Operator::Less => Some(Relation::Less),
        Operator::LessEqual => Some(Relation::LessOrEqual),
        Operator::Greater => Some(Relation::Greater),
        Operator::GreaterEqual => Some(Relation::GreaterOrEqual),
        Operator::Equal => Some(Relation::Equal),
        _ => None,
    };
    match &expr.kind {
        Kind::Binary(operator, left, right) if relation(*operator).is_some() => {
            Ok(Comparison { left, relation: relation(*operator).unwrap_or(Relation::Equal), right })
        }
        _ => Err(error(
            expr,
            "a claim is one comparison",
            "<, <=, >, >= or == between two sides; several claims for more",
        )),
    }
}

/// The metrics of an expression, in the order in which they are written.
fn references(expr: &Expr) -> Vec<(&Expr, &Name)> {
    let mut found = Vec::new();
    expr.walk(&mut |e| {
        if let Kind::Name(name) = &e.kind {
            found.extend(metric_index(&name.path).map(|_| (e, name)));
        }
    });
    found
}

/// The number that a side is, given its metrics.
fn value(side: &Expr, metric: &dyn Fn(&Name) -> Option<f64>) -> Result<f64, Error> {
    match expr::evaluate(side, &|name| metric(name).map(Value::Number))? {
        Value::Number(x) => Ok(x),
        Value::Text(text) => units::parse_any(&text).map(|(x, _)| x).map_err(|_| number_needed(side)),
        Value::Flag(_) | Value::Missing => Err(number_needed(side)),
    }
}

fn number_needed(side: &Expr) -> Error {
    error(side, "a side of a claim must be a number", "a metric such as response.mean[policy=a], a number, or both")
}

enum PlaceError {
    Expect(Error),
    When(Error),
}

/// Where a claim is made: every combination of the keys that its metrics leave open, for which all of them exist and
/// `when` holds.
fn places(experiment: &Experiment, claim: &Claim) -> Result<Vec<Place>, PlaceError> {
    let references = references(&claim.expect.expr);
    let [(first, _), ..] = references[..] else {
        return Err(PlaceError::Expect(error(
            &claim.expect.expr,
            "the claim names no metric",
            "a metric such as response.mean",
        )));
    };
    let named = candidates(experiment, &references).map_err(PlaceError::Expect)?;
    let pinned: Vec<BTreeSet<usize>> = references.iter().map(|(_, name)| pinned(experiment, name)).collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for context in contexts(experiment, &pinned) {
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
fn candidates(experiment: &Experiment, references: &[(&Expr, &Name)]) -> Result<Vec<Vec<usize>>, Error> {
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

/// The distinct combinations of the dimensions that some metric leaves open, in canonical order. One that lacks a value
/// where another one has it, and agrees with it otherwise, is covered by that.
fn contexts(experiment: &Experiment, pinned: &[BTreeSet<usize>]) -> Vec<Vec<Value>> {
    let open: Vec<bool> = (0..dimensions(experiment)).map(|d| pinned.iter().any(|p| !p.contains(&d))).collect();
    let project = |cell: &Cell| -> Vec<Value> {
        (0..open.len()).map(|d| if open[d] { dimension(cell, d) } else { Value::Missing }).collect()
    };
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for cell in &experiment.cells {
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

/// Judges every claim at the file's confidence.
pub fn judge(experiment: &Experiment, runs: &Runs) -> Vec<Judged> {
    (0..experiment.claims.len()).map(|k| judge_one(experiment, runs, k)).collect()
}

fn judge_one(experiment: &Experiment, runs: &Runs, claim: usize) -> Judged {
    let unresolved = Judged { claim, verdict: Outcome::Unresolved, places: Vec::new() };
    let own = &experiment.claims[claim];
    let (Ok(sides), Ok(places)) = (comparison(&own.expect.expr), places(experiment, own)) else { return unresolved };
    let values: Vec<[Values; 2]> = places.iter().map(|place| place.values(experiment, runs, &sides)).collect();
    let pairs: Vec<(Side, Side)> = values.iter().map(|[left, right]| (left.side(), right.side())).collect();
    let tolerance = Tolerance::Relative(own.tolerance);
    let confidence = experiment.stop.confidence;
    let one = |(left, right): &(Side, Side)| stats::judge(*left, *right, sides.relation, tolerance, confidence);
    // A place that cannot be judged leaves the whole claim open.
    let verdict =
        stats::judge_all(&pairs, sides.relation, tolerance, confidence).map_or(Outcome::Unresolved, |all| all.0);
    let places = places.into_iter().zip(pairs.iter().map(one)).collect();
    Judged { claim, verdict, places }
}

/// One side of a claim at a place.
enum Values {
    Constant(f64),
    Replications(Vec<f64>),
}

impl Values {
    fn side(&self) -> Side<'_> {
        match self {
            Values::Constant(x) => Side::Constant(*x),
            Values::Replications(values) => Side::Values(values),
        }
    }
}

impl Place {
    /// Both sides, evaluated replication by replication over those that all cells of the place have.
    fn values(&self, experiment: &Experiment, runs: &Runs, sides: &Comparison<'_>) -> [Values; 2] {
        let own: Vec<&[super::Run]> = self.cells.iter().map(|k| runs.of(&experiment.cells[*k].id)).collect();
        let n = own.iter().map(|runs| runs.len()).min().unwrap_or(0);
        let split = references(sides.left).len();
        [(sides.left, &own[..split]), (sides.right, &own[split..])].map(|(side, cells)| {
            let names = references(side);
            let at = |r: usize| {
                let metric = |name: &Name| {
                    let k = names.iter().position(|(_, known)| *known == name)?;
                    Some(cells[k][r].values[metric_index(&name.path)?])
                };
                value(side, &metric).unwrap_or(f64::NAN)
            };
            match names.is_empty() {
                true => Values::Constant(value(side, &|_| None).unwrap_or(f64::NAN)),
                false => Values::Replications((0..n).map(at).collect()),
            }
        })
    }

    /// The place in words: what was swept.
    pub fn words(&self, experiment: &Experiment) -> String {
        let names =
            ["scenario", "policy"].into_iter().map(str::to_owned).chain(experiment.swept.iter().map(|k| k.to_string()));
        let single = experiment.cells.iter().all(|c| c.scenario.name == experiment.cells[0].scenario.name);
        let told = names.zip(&self.keys).skip(usize::from(single)).filter(|(_, v)| **v != Value::Missing);
        told.map(|(name, value)| format!("{name} = {}", text(value))).collect::<Vec<_>>().join(", ")
    }
}
