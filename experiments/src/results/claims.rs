//! Claims: what the file's `[[claims]]` say, at which places of the sweep, and whether the paired replications agree.
//!
//! Not here: the places (`places`), which words exist (checked when the file is read), the tests (`stats`), the table
//! (`verdicts`).

use super::places::{Place, PlaceError, error, places, references};
use super::{Runs, metric_index};
use crate::expr::{self, Error, Expr, Kind, Name, Operator, Value};
use crate::file::experiment::Claim;
use crate::file::{Cell, Diagnostic, Experiment, units};
use crate::moments;
use crate::stats::{self, Judgement, Outcome, Refused, Relation, Side, Tolerance, Warning};

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

/// The metrics that a claim is about.
pub fn claim_metrics(claim: &Claim) -> Vec<&str> {
    references(&claim.expect.expr).into_iter().map(|(_, name)| name.path.as_str()).collect()
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

/// Judges every claim at the file's confidence; `load` gives the runs of some cells.
pub(super) fn judge<E>(experiment: &Experiment, load: &impl Fn(&[usize]) -> Result<Runs, E>) -> Result<Vec<Judged>, E> {
    (0..experiment.claims.len()).map(|k| judge_one(experiment, load, k)).collect()
}

fn judge_one<E>(
    experiment: &Experiment,
    load: &impl Fn(&[usize]) -> Result<Runs, E>,
    claim: usize,
) -> Result<Judged, E> {
    let unresolved = Judged { claim, verdict: Outcome::Unresolved, places: Vec::new() };
    let own = &experiment.claims[claim];
    let (Ok(sides), Ok(places)) = (comparison(&own.expect.expr), places(experiment, own)) else {
        return Ok(unresolved);
    };
    let at = |place: &Place| Ok(place.values(experiment, &load(&place.cells)?, &sides));
    let values = places.iter().map(at).collect::<Result<Vec<[Values; 2]>, E>>()?;
    let pairs: Vec<(Side, Side)> = values.iter().map(|[left, right]| (left.side(), right.side())).collect();
    let tolerance = Tolerance::Relative(own.tolerance);
    let confidence = experiment.stop.confidence;
    let one = |(left, right): &(Side, Side)| stats::judge(*left, *right, sides.relation, tolerance, confidence);
    // A place that cannot be judged leaves the whole claim open.
    let verdict =
        stats::judge_all(&pairs, sides.relation, tolerance, confidence).map_or(Outcome::Unresolved, |all| all.0);
    let places = places.into_iter().zip(pairs.iter().map(one)).collect();
    Ok(Judged { claim, verdict, places })
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
}
