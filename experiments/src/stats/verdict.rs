//! Verdicts: better, worse, equivalent or unresolved, for a family of contrasts at once.

use super::contrast::{Contrast, Kind};
use super::multiple::Adjust;
use super::refused::{Refused, check_margin, check_probability};
use super::student::{Estimate, Interval, StudentT};
use std::fmt;

/// Which values of a metric are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Response, slowdown, messages.
    LowerIsBetter,
    /// Throughput, fairness.
    HigherIsBetter,
}

/// What a contrast says about the policy against the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is better.
    Better,
    /// It is worse.
    Worse,
    /// It differs by less than the margin, whether or not it differs.
    Equivalent,
    /// The replications do not say.
    Unresolved,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Equivalent => "equivalent",
            Verdict::Unresolved => "unresolved",
        })
    }
}

/// The question put to a family of contrasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// Which values are good.
    pub direction: Direction,
    /// Differences below it do not matter: in the metric's unit for a difference; relative for a ratio, where .05
    /// stands for 1/1.05 to 1.05. Without it nothing is ever `Equivalent`.
    pub margin: Option<f64>,
    /// The correction for the size of the family.
    pub adjust: Adjust,
    /// 1 - alpha.
    pub confidence: f64,
}

/// A contrast with everything a table needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The contrast itself.
    pub contrast: Contrast,
    /// Its estimate with the interval that holds together with those of the family (Bonferroni unless `Adjust::None`).
    pub estimate: Estimate,
    /// The adjusted p value of "no difference".
    pub p_adjusted: f64,
    /// The verdict.
    pub verdict: Verdict,
}

impl Question {
    /// Judges a family of contrasts: those that the reader will look at together.
    ///
    /// Equivalent comes first: two one-sided tests (Schuirmann, J. Pharmacokin. Biopharm. 15, 1987) at alpha / m, that
    /// is, the interval of confidence 1 - 2 alpha / m lies inside the margin. Else better or worse where the adjusted
    /// p is at most alpha. So the probability of any false "better" or "worse" is at most alpha, and that of any
    /// false "equivalent" is at most alpha.
    pub fn judge(&self, family: &[Contrast]) -> Result<Vec<Judged>, Refused> {
        check_probability(self.confidence)?;
        let raw: Vec<f64> = family.iter().map(|c| c.p).collect();
        let adjusted = self.adjust.p_values(&raw)?;
        let confidence = self.adjust.interval_confidence(self.confidence, family.len());
        family
            .iter()
            .zip(adjusted)
            .map(|(contrast, p_adjusted)| {
                let estimate = contrast.estimate(confidence)?;
                let verdict = self.verdict(contrast, p_adjusted, family.len())?;
                Ok(Judged { contrast: *contrast, estimate, p_adjusted, verdict })
            })
            .collect()
    }

    /// Whether the intervals are so narrow that every possible outcome would be a verdict: the half widths of the test
    /// of difference and of the test of equivalence add up to the margin or less. This looks at the spread alone, so
    /// stopping on it does not favour any verdict.
    pub fn surely_resolved(&self, contrast: &Contrast, family: usize) -> Result<bool, Refused> {
        let Some(margin) = self.raw_margin(contrast.kind)? else { return Ok(false) };
        Ok(self.resolving_factor(contrast.df, family)? * contrast.error <= margin)
    }

    /// t_(1 - alpha/2m) + t_(1 - alpha/m): how many standard errors the margin must hold.
    pub(super) fn resolving_factor(&self, df: f64, family: usize) -> Result<f64, Refused> {
        let alpha = 1.0 - self.adjust.interval_confidence(self.confidence, family);
        let law = StudentT::new(df)?;
        Ok(law.critical(alpha)? + law.critical((2.0 * alpha).min(1.0 - f64::EPSILON))?)
    }

    /// The margin on the scale of d: ln(1 + margin) for a ratio.
    pub(super) fn raw_margin(&self, kind: Kind) -> Result<Option<f64>, Refused> {
        let Some(margin) = self.margin else { return Ok(None) };
        check_margin(margin)?;
        Ok(Some(if kind == Kind::Ratio { margin.ln_1p() } else { margin }))
    }

    fn verdict(&self, contrast: &Contrast, p_adjusted: f64, family: usize) -> Result<Verdict, Refused> {
        if let Some(margin) = self.raw_margin(contrast.kind)? {
            let alpha = 1.0 - self.adjust.interval_confidence(self.confidence, family);
            let tost = contrast.raw_interval((1.0 - 2.0 * alpha).max(f64::EPSILON))?;
            if tost.inside(&Interval::around(0.0, margin)) {
                return Ok(Verdict::Equivalent);
            }
        }
        let lower = contrast.mean < 0.0;
        Ok(match (p_adjusted <= 1.0 - self.confidence, lower == (self.direction == Direction::LowerIsBetter)) {
            (false, _) => Verdict::Unresolved,
            (true, true) => Verdict::Better,
            (true, false) => Verdict::Worse,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: Question =
        Question { direction: Direction::LowerIsBetter, margin: Some(0.05), adjust: Adjust::Holm, confidence: 0.95 };

    /// n log-ratios around `shift` with a spread of `spread`.
    fn ratio(shift: f64, spread: f64) -> Contrast {
        let baseline = vec![1.0; 20];
        let policy: Vec<f64> = (0..20).map(|i| (shift + spread * (f64::from(i) - 9.5) / 5.0).exp()).collect();
        Contrast::paired(&policy, &baseline, Kind::Ratio).unwrap()
    }

    fn verdicts(question: &Question, family: &[Contrast]) -> Vec<Verdict> {
        question.judge(family).unwrap().iter().map(|j| j.verdict).collect()
    }

    #[test]
    fn each_of_the_four_verdicts_is_given_where_it_is_due() {
        let family = [ratio(-0.5, 0.1), ratio(0.5, 0.1), ratio(0.0, 0.01), ratio(0.02, 0.5)];
        use Verdict::*;
        assert_eq!(verdicts(&QUESTION, &family), [Better, Worse, Equivalent, Unresolved]);
        let higher = Question { direction: Direction::HigherIsBetter, ..QUESTION };
        assert_eq!(verdicts(&higher, &family), [Worse, Better, Equivalent, Unresolved]);
    }

    #[test]
    fn a_certain_difference_inside_the_margin_is_equivalent_and_without_a_margin_it_is_not() {
        let tiny = [ratio(-0.01, 0.001)];
        assert_eq!(verdicts(&QUESTION, &tiny), [Verdict::Equivalent]);
        assert_eq!(verdicts(&Question { margin: None, ..QUESTION }, &tiny), [Verdict::Better]);
    }

    #[test]
    fn policies_identical_to_the_last_bit_are_equivalent_within_any_margin_and_else_unresolved() {
        let same = [ratio(0.0, 0.0)];
        assert_eq!(verdicts(&QUESTION, &same), [Verdict::Equivalent]);
        assert_eq!(verdicts(&Question { margin: None, ..QUESTION }, &same), [Verdict::Unresolved]);
    }

    #[test]
    fn where_every_outcome_is_a_verdict_none_is_unresolved() {
        for spread in [0.001, 0.01, 0.015, 0.02, 0.03] {
            let surely = QUESTION.surely_resolved(&ratio(0.0, spread), 1).unwrap();
            let outcomes = (-40..=40).map(|k| verdicts(&QUESTION, &[ratio(f64::from(k) * 0.002, spread)])[0]);
            let unresolved = outcomes.filter(|v| *v == Verdict::Unresolved).count();
            assert!(!surely || unresolved == 0, "spread {spread}: {unresolved}");
        }
        assert!(QUESTION.surely_resolved(&ratio(0.0, 0.01), 1).unwrap());
        assert!(!QUESTION.surely_resolved(&ratio(0.0, 0.05), 1).unwrap());
    }

    #[test]
    fn a_margin_that_is_not_above_zero_is_refused() {
        assert!(Question { margin: Some(0.0), ..QUESTION }.judge(&[ratio(0.0, 0.1)]).is_err());
        assert!(Question { margin: Some(f64::NAN), ..QUESTION }.judge(&[ratio(0.0, 0.1)]).is_err());
    }
}
