//! Claims: does an inequality between two paired quantities hold, fail, or remain open?
//!
//! Each side comes as one number per replication (an expression over metrics, evaluated replication by replication) or
//! as a constant. Reading expressions and choosing cells is the caller's part.

use super::refused::{Refused, check, check_pairs, check_probability};
use super::student::{Estimate, mean_interval};
use std::fmt;

/// One side of a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side<'a> {
    /// Its value in every replication.
    Values(&'a [f64]),
    /// A number.
    Constant(f64),
}

/// What is claimed of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// left < right
    Less,
    /// left <= right
    LessOrEqual,
    /// left > right
    Greater,
    /// left >= right
    GreaterOrEqual,
    /// left = right, up to the tolerance
    Equal,
}

/// How far the claim may be missed: it loosens an inequality and gives an equality its meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// In the unit of the sides.
    Absolute(f64),
    /// As a fraction of the right side.
    Relative(f64),
}

/// The verdict on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// Its opposite holds.
    Fail,
    /// The replications do not say.
    Unresolved,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Pass => "PASS",
            Outcome::Fail => "FAIL",
            Outcome::Unresolved => "UNRESOLVED",
        })
    }
}

/// A judged claim with its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub outcome: Outcome,
    /// Mean of the left side.
    pub left: f64,
    /// Mean of the right side.
    pub right: f64,
    /// left - right over the pairs; `None` of two constants or fewer than two replications.
    pub difference: Option<Estimate>,
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4} against {:.4}", self.left, self.right)?;
        match &self.difference {
            Some(d) => write!(
                f,
                ", difference {:.4} [{:.4}, {:.4}] at {} % over {} replications",
                d.value,
                d.interval.low,
                d.interval.high,
                // Ten decimals of a per cent: enough for any level, without the noise of 1 - .05.
                (100.0 * d.confidence * 1e10).round() / 1e10,
                d.n
            ),
            None => Ok(()),
        }
    }
}

/// Judges one claim from paired replications.
///
/// With d_r = left_r - right_r and the allowance a_r (the tolerance, or the tolerance times |right_r|), "less" passes
/// where the two-sided Student interval of d - a lies below zero, fails where it lies above, and is unresolved where it
/// holds zero; each error has probability at most (1 - confidence) / 2. "Equal" passes where d - a lies below and d + a
/// above zero (two one-sided tests) and fails where one of them is contradicted. Constants are compared exactly.
pub fn judge(
    left: Side,
    right: Side,
    relation: Relation,
    tolerance: Tolerance,
    confidence: f64,
) -> Result<Judgement, Refused> {
    check_probability(confidence)?;
    let (lefts, rights) = align(left, right)?;
    let allowance = allowance(&rights, tolerance)?;
    let constants = matches!((left, right), (Side::Constant(_), Side::Constant(_)));
    let exact_tolerance = allowance.iter().all(|a| *a == 0.0);
    if relation == Relation::Equal && exact_tolerance && !constants {
        return Err(Refused::EqualityWithoutTolerance);
    }
    let shifted =
        |sign: f64| -> Vec<f64> { (0..lefts.len()).map(|i| lefts[i] - rights[i] + sign * allowance[i]).collect() };
    let range = |d: Vec<f64>| if constants { Ok(Some((d[0], d[0]))) } else { spread(&d, confidence) };
    let below = |strict| -> Result<Outcome, Refused> { Ok(sign_of(range(shifted(-1.0))?, strict)) };
    let above =
        |strict| -> Result<Outcome, Refused> { Ok(sign_of(range(shifted(1.0))?.map(|(l, h)| (-h, -l)), strict)) };
    let outcome = match relation {
        Relation::Less => below(true)?,
        Relation::LessOrEqual => below(false)?,
        Relation::Greater => above(true)?,
        Relation::GreaterOrEqual => above(false)?,
        Relation::Equal => all_of([below(false)?, above(false)?]),
    };
    let difference = if constants || lefts.len() < 2 { None } else { Some(mean_interval(&shifted(0.0), confidence)?) };
    Ok(Judgement { outcome, left: mean(&lefts), right: mean(&rights), difference })
}

/// Judges a claim that must hold in several cells at once. It passes where every cell passes at the given confidence
/// (an intersection-union test needs no correction). It fails where some cell fails at confidence 1 - alpha / m, so that
/// a claim about many cells is not failed by chance. A claim about no cell at all is refused, not passed.
pub fn judge_all(
    cells: &[(Side, Side)],
    relation: Relation,
    tolerance: Tolerance,
    confidence: f64,
) -> Result<(Outcome, Vec<Judgement>), Refused> {
    check_probability(confidence)?;
    if cells.is_empty() {
        return Err(Refused::TooFew { needed: 1, got: 0 });
    }
    let at = |confidence: f64| -> Result<Vec<Judgement>, Refused> {
        cells.iter().map(|(left, right)| judge(*left, *right, relation, tolerance, confidence)).collect()
    };
    let judgements = at(confidence)?;
    let careful = at(1.0 - (1.0 - confidence) / cells.len() as f64)?;
    let outcome = if judgements.iter().all(|j| j.outcome == Outcome::Pass) {
        Outcome::Pass
    } else if careful.iter().any(|j| j.outcome == Outcome::Fail) {
        Outcome::Fail
    } else {
        Outcome::Unresolved
    };
    Ok((outcome, judgements))
}

/// Both sides as slices of one length; a constant is repeated.
fn align(left: Side, right: Side) -> Result<(Vec<f64>, Vec<f64>), Refused> {
    let (lefts, rights) = match (left, right) {
        (Side::Values(l), Side::Values(r)) => (l.to_vec(), r.to_vec()),
        (Side::Values(l), Side::Constant(c)) => (l.to_vec(), vec![c; l.len()]),
        (Side::Constant(c), Side::Values(r)) => (vec![c; r.len()], r.to_vec()),
        (Side::Constant(l), Side::Constant(r)) => (vec![l], vec![r]),
    };
    check_pairs(&lefts, &rights, 1)?;
    Ok((lefts, rights))
}

fn allowance(rights: &[f64], tolerance: Tolerance) -> Result<Vec<f64>, Refused> {
    let (Tolerance::Absolute(size) | Tolerance::Relative(size)) = tolerance;
    if !(size.is_finite() && size >= 0.0) {
        return Err(Refused::BadMargin(size));
    }
    Ok(match tolerance {
        Tolerance::Absolute(size) => vec![size; rights.len()],
        Tolerance::Relative(fraction) => rights.iter().map(|r| fraction * r.abs()).collect(),
    })
}

/// The ends of the Student interval; `None` of fewer than two replications.
fn spread(d: &[f64], confidence: f64) -> Result<Option<(f64, f64)>, Refused> {
    check(d, 1)?;
    if d.len() < 2 {
        return Ok(None);
    }
    let interval = mean_interval(d, confidence)?.interval;
    Ok(Some((interval.low, interval.high)))
}

/// The outcome of "below zero" for a quantity known to lie in a range.
fn sign_of(range: Option<(f64, f64)>, strict: bool) -> Outcome {
    let Some((low, high)) = range else { return Outcome::Unresolved };
    let (pass, fail) = if strict { (high < 0.0, low >= 0.0) } else { (high <= 0.0, low > 0.0) };
    match (pass, fail) {
        (true, _) => Outcome::Pass,
        (_, true) => Outcome::Fail,
        _ => Outcome::Unresolved,
    }
}

fn all_of(outcomes: [Outcome; 2]) -> Outcome {
    if outcomes.contains(&Outcome::Fail) {
        Outcome::Fail
    } else if outcomes.contains(&Outcome::Unresolved) {
        Outcome::Unresolved
    } else {
        Outcome::Pass
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::*;

    const EXACT: Tolerance = Tolerance::Absolute(0.0);
    /// Three spreads around three centres: mean difference to `BASE` of -1, +1 and about 0.
    const BASE: [f64; 6] = [3.0, 3.1, 2.9, 3.2, 2.8, 3.0];
    const LOW: [f64; 6] = [2.1, 2.0, 1.9, 2.2, 1.9, 1.9];
    const NEAR: [f64; 6] = [3.1, 2.9, 3.0, 3.1, 2.9, 3.0];

    fn outcome(left: &[f64], relation: Relation, right: &[f64], tolerance: Tolerance) -> Outcome {
        judge(Side::Values(left), Side::Values(right), relation, tolerance, 0.95).unwrap().outcome
    }

    #[test]
    fn a_true_a_false_and_an_undecidable_claim_come_out_as_such() {
        assert_eq!(outcome(&LOW, Relation::Less, &BASE, EXACT), Pass);
        assert_eq!(outcome(&BASE, Relation::Less, &LOW, EXACT), Fail);
        assert_eq!(outcome(&NEAR, Relation::Less, &BASE, EXACT), Unresolved);
        assert_eq!(outcome(&LOW, Relation::Greater, &BASE, EXACT), Fail);
        assert_eq!(outcome(&BASE, Relation::GreaterOrEqual, &LOW, EXACT), Pass);
    }

    #[test]
    fn a_tolerance_loosens_an_inequality_and_gives_an_equality_its_meaning() {
        assert_eq!(outcome(&NEAR, Relation::Less, &BASE, Tolerance::Absolute(0.5)), Pass);
        assert_eq!(outcome(&NEAR, Relation::Equal, &BASE, Tolerance::Relative(0.1)), Pass);
        assert_eq!(outcome(&NEAR, Relation::Equal, &BASE, Tolerance::Relative(0.01)), Unresolved);
        assert_eq!(outcome(&LOW, Relation::Equal, &BASE, Tolerance::Relative(0.1)), Fail);
        let refused = judge(Side::Values(&NEAR), Side::Values(&BASE), Relation::Equal, EXACT, 0.95);
        assert_eq!(refused, Err(Refused::EqualityWithoutTolerance));
    }

    #[test]
    fn a_side_may_be_a_constant_and_two_constants_are_compared_exactly() {
        let half = |relation| judge(Side::Values(&LOW), Side::Constant(2.5), relation, EXACT, 0.95).unwrap().outcome;
        assert_eq!((half(Relation::Less), half(Relation::Greater)), (Pass, Fail));
        let constants =
            |l, relation, r| judge(Side::Constant(l), Side::Constant(r), relation, EXACT, 0.95).unwrap().outcome;
        assert_eq!(constants(1.0, Relation::Less, 1.0), Fail);
        assert_eq!(constants(1.0, Relation::LessOrEqual, 1.0), Pass);
        assert_eq!(constants(1.0, Relation::Equal, 1.0), Pass);
        assert_eq!(constants(1.0, Relation::Equal, 2.0), Fail);
    }

    #[test]
    fn pairing_decides_what_independent_noise_would_hide() {
        let noise: Vec<f64> = (0..10).map(|i| f64::from((i * 37) % 10)).collect();
        let better: Vec<f64> = noise.iter().enumerate().map(|(i, x)| x - 0.2 - 0.01 * (i % 3) as f64).collect();
        assert_eq!(outcome(&better, Relation::Less, &noise, EXACT), Pass);
    }

    #[test]
    fn one_replication_decides_nothing_and_a_missing_value_is_refused() {
        assert_eq!(outcome(&[1.0], Relation::Less, &[2.0], EXACT), Unresolved);
        let broken = judge(Side::Values(&[1.0, f64::NAN]), Side::Constant(2.0), Relation::Less, EXACT, 0.95);
        assert_eq!(broken, Err(Refused::NotFinite { index: 1 }));
        let unpaired = judge(Side::Values(&[1.0]), Side::Values(&[1.0, 2.0]), Relation::Less, EXACT, 0.95);
        assert_eq!(unpaired, Err(Refused::Unpaired { left: 1, right: 2 }));
    }

    #[test]
    fn a_claim_about_many_cells_needs_all_to_pass_and_one_sure_failure_to_fail() {
        let cell = |left, right| (Side::Values(left), Side::Values(right));
        let all = |cells: &[(Side, Side)]| judge_all(cells, Relation::Less, EXACT, 0.95).unwrap().0;
        let (good, bad, open) = (cell(&LOW, &BASE), cell(&BASE, &LOW), cell(&NEAR, &BASE));
        assert_eq!(all(&[good, good]), Pass);
        assert_eq!(all(&[good, open]), Unresolved);
        assert_eq!(all(&[good, open, bad]), Fail);
        assert!(judge_all(&[], Relation::Less, EXACT, 0.95).is_err(), "no cell is not a pass");
    }

    #[test]
    fn the_evidence_names_both_sides_and_the_interval() {
        let judgement = judge(Side::Values(&LOW), Side::Values(&BASE), Relation::Less, EXACT, 0.95).unwrap();
        let text = judgement.to_string();
        assert!(text.starts_with("2.0000 against 3.0000, difference -1.0000 [-1."), "{text}");
        assert!(text.ends_with("at 95 % over 6 replications"), "{text}");
    }
}
