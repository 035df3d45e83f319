//! The sequential stopping rule of one sweep point: after each round, are its replications enough?
//!
//! All policies of a point go on together, so that pairs stay complete, and the rule looks at nothing outside the
//! point, so that points can be computed on different machines. Not here: running anything.

use super::contrast::{Contrast, Kind};
use super::refused::{Refused, check_margin};
use super::student::mean_interval;
use super::verdict::{Question, Verdict};

/// Looks before the last one count a contrast as decided only at alpha divided by this (Haybittle, Br. J. Radiol. 44,
/// 1971; Peto et al., Br. J. Cancer 34, 1976). Looking again and again at level alpha would find a difference in the end.
const INTERIM_DIVISOR: f64 = 50.0;
/// A round adds at least a quarter, so that there are few looks at the data, and at most doubles what there is.
const LEAST_GROWTH: f64 = 1.25;
const MOST_GROWTH: f64 = 2.0;

/// How many replications a point may have and how sure its intervals must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StoppingRule {
    /// No decision before this many replications. Below 10, intervals cover less than they say (docs/METHOD.md).
    pub min: usize,
    /// Never more than this many.
    pub max: usize,
    /// Confidence of the intervals whose width is judged.
    pub confidence: f64,
    /// Over how many metrics the error probability is shared (Bonferroni); 1 gives each metric the full confidence.
    pub metrics: usize,
}

/// How narrow the interval of a mean must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Half width at most this fraction of the true mean. Has no meaning for quantities around zero: differences are
    /// asked for through a [`Family`], whose margin is absolute on the scale of the contrast.
    Relative(f64),
    /// Half width at most this, in the metric's unit.
    Absolute(f64),
}

impl Target {
    /// The half width that the target allows around an estimated mean: gamma' |mean| with gamma' = gamma / (1 + gamma),
    /// so that the error relative to the true mean is at most gamma (Law & Kelton, Simulation Modeling and Analysis).
    pub fn allowed(&self, mean: f64) -> Result<f64, Refused> {
        let (Target::Relative(size) | Target::Absolute(size)) = *self;
        check_margin(size)?;
        Ok(match self {
            Target::Relative(gamma) => gamma / (1.0 + gamma) * mean.abs(),
            Target::Absolute(width) => *width,
        })
    }
}

/// One metric of one policy with its target.
#[derive(Clone, Copy, Debug)]
pub struct Precision<'a> {
    /// Its value in every replication.
    pub values: &'a [f64],
    /// How narrow its interval must be.
    pub target: Target,
}

/// The contrasts of one metric at this point, to be decided together.
#[derive(Clone, Debug)]
pub struct Family<'a> {
    /// Direction, margin, correction and confidence of the verdicts.
    pub question: Question,
    /// Difference or ratio.
    pub kind: Kind,
    /// (policy, baseline), each with its value in every replication.
    pub pairs: Vec<(&'a [f64], &'a [f64])>,
}

/// Where one demand stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Status {
    /// Satisfied.
    Met,
    /// Not yet, and at the cap: unresolved. `needs` is the estimated number of replications; `None` where there is no
    /// estimate, because a relative target stands on an interval that holds zero.
    Open {
        /// Estimated total.
        needs: Option<usize>,
    },
    /// Cannot be judged; it never counts as met, and more replications would not help it.
    Refused(Refused),
}

/// What to do with the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Run all its policies up to this many replications, then ask again.
    Continue {
        /// Total, not addition.
        until: usize,
    },
    /// Enough, or no more allowed.
    Stop,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Fewer than the floor: nothing was judged.
    BelowFloor,
    /// Some demands are open.
    Open(usize),
    /// Every demand that can be judged is met.
    Met,
    /// The cap is reached with this many demands open: they are unresolved.
    Cap(usize),
}

/// The answer of the rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// One status per precision demand, in order; empty below the floor.
    pub precision: Vec<Status>,
    /// One status per pair of each family, in order; empty below the floor.
    pub contrasts: Vec<Vec<Status>>,
}

impl StoppingRule {
    /// Judges a point that has `n` replications of every policy.
    pub fn decide(&self, n: usize, precision: &[Precision], families: &[Family]) -> Decision {
        let floor = self.min.max(2).min(self.max);
        if n < floor {
            let action = Action::Continue { until: floor };
            return Decision { action, reason: Reason::BelowFloor, precision: vec![], contrasts: vec![] };
        }
        let precision: Vec<Status> = precision.iter().map(|p| or_refused(self.precision(n, p))).collect();
        let contrasts: Vec<Vec<Status>> = families.iter().map(|f| self.family(n, f)).collect();
        let all = || precision.iter().chain(contrasts.iter().flatten());
        let open = all().filter(|s| matches!(s, Status::Open { .. })).count();
        let (action, reason) = match (open, n >= self.max) {
            (0, _) => (Action::Stop, Reason::Met),
            (_, true) => (Action::Stop, Reason::Cap(open)),
            (_, false) => (Action::Continue { until: self.next(n, all()) }, Reason::Open(open)),
        };
        Decision { action, reason, precision, contrasts }
    }

    /// The next total: the largest estimated need, within the growth limits and the cap.
    fn next<'s>(&self, n: usize, statuses: impl Iterator<Item = &'s Status>) -> usize {
        let most = (n as f64 * MOST_GROWTH).ceil() as usize;
        let least = (n as f64 * LEAST_GROWTH).ceil() as usize;
        let needs = statuses.filter_map(|s| match s {
            Status::Open { needs } => Some(needs.unwrap_or(most)),
            _ => None,
        });
        needs.max().unwrap_or(least).clamp(least, most).min(self.max)
    }

    fn precision(&self, n: usize, demand: &Precision) -> Result<Status, Refused> {
        complete(n, demand.values)?;
        let alpha = (1.0 - self.confidence) / self.metrics.max(1) as f64;
        let estimate = mean_interval(demand.values, 1.0 - alpha)?;
        let half = estimate.interval.half_width();
        let allowed = demand.target.allowed(estimate.value)?;
        if half <= allowed {
            return Ok(Status::Met);
        }
        let vague = matches!(demand.target, Target::Relative(_)) && estimate.interval.contains(0.0);
        Ok(Status::Open { needs: if vague { None } else { Some(scaled(n, half / allowed)) } })
    }

    /// A contrast is decided where its interval is so narrow that any outcome is a verdict, or where the verdict stands
    /// at the strict interim level; at the cap the ordinary level is the last look.
    fn family(&self, n: usize, family: &Family) -> Vec<Status> {
        let contrasts: Vec<Result<Contrast, Refused>> = family
            .pairs
            .iter()
            .map(|(policy, baseline)| {
                complete(n, policy)?;
                complete(n, baseline)?;
                Contrast::paired(policy, baseline, family.kind)
            })
            .collect();
        let mut statuses: Vec<Status> = contrasts.iter().map(|c| or_refused(c.map(|_| Status::Met))).collect();
        let sound: Vec<Contrast> = contrasts.iter().filter_map(|c| c.ok()).collect();
        let judged = statuses.iter_mut().filter(|s| **s == Status::Met);
        judged.zip(self.resolutions(n, &family.question, &sound)).for_each(|(slot, status)| *slot = status);
        statuses
    }

    fn resolutions(&self, n: usize, question: &Question, contrasts: &[Contrast]) -> Vec<Status> {
        let divisor = if n >= self.max { 1.0 } else { INTERIM_DIVISOR };
        let strict = Question { confidence: 1.0 - (1.0 - question.confidence) / divisor, ..*question };
        match strict.judge(contrasts) {
            Err(refused) => vec![Status::Refused(refused); contrasts.len()],
            Ok(judged) => judged
                .iter()
                .map(|j| match j.verdict {
                    Verdict::Unresolved => or_refused(resolution(n, &j.contrast, question, contrasts.len())),
                    _ => Status::Met,
                })
                .collect(),
        }
    }
}

/// Met where the spread alone guarantees a verdict; else open, with the number of replications that would.
fn resolution(n: usize, contrast: &Contrast, question: &Question, family: usize) -> Result<Status, Refused> {
    let Some(margin) = question.raw_margin(contrast.kind)? else { return Ok(Status::Open { needs: None }) };
    let needed = question.resolving_factor(contrast.df, family)? * contrast.error;
    Ok(if needed <= margin { Status::Met } else { Status::Open { needs: Some(scaled(n, needed / margin)) } })
}

/// Widths shrink like 1 / sqrt(n): a width that is `excess` times too large needs n excess^2 replications.
fn scaled(n: usize, excess: f64) -> usize {
    (n as f64 * excess * excess).ceil() as usize
}

fn complete(n: usize, values: &[f64]) -> Result<(), Refused> {
    if values.len() == n { Ok(()) } else { Err(Refused::Unpaired { left: values.len(), right: n }) }
}

fn or_refused(status: Result<Status, Refused>) -> Status {
    status.unwrap_or_else(Status::Refused)
}

#[cfg(test)]
mod tests {
    use super::super::{Adjust, Direction};
    use super::*;

    const RULE: StoppingRule = StoppingRule { min: 10, max: 1000, confidence: 0.95, metrics: 1 };
    const QUESTION: Question =
        Question { direction: Direction::LowerIsBetter, margin: Some(0.05), adjust: Adjust::Holm, confidence: 0.95 };

    /// n values with the given mean and a known spread.
    fn values(n: usize, mean: f64, spread: f64) -> Vec<f64> {
        (0..n).map(|i| mean + spread * if i % 2 == 0 { 1.0 } else { -1.0 }).collect()
    }

    fn one(rule: &StoppingRule, values: &[f64], target: Target) -> Decision {
        rule.decide(values.len(), &[Precision { values, target }], &[])
    }

    #[test]
    fn nothing_is_judged_below_the_floor() {
        let decision = one(&RULE, &values(9, 1.0, 0.0), Target::Relative(0.05));
        assert_eq!((decision.action, decision.reason), (Action::Continue { until: 10 }, Reason::BelowFloor));
        let single = StoppingRule { min: 1, max: 50, ..RULE };
        assert_eq!(one(&single, &[1.0], Target::Relative(0.05)).action, Action::Continue { until: 2 });
    }

    #[test]
    fn a_point_stops_exactly_where_the_half_width_reaches_the_target_corrected_for_the_true_mean() {
        // n = 10, sd = spread sqrt(10/9): half width = 2.262157 spread / 3.
        let half = 2.262_157_162_8 / 3.0;
        let gamma = 0.05 / 1.05;
        let met = one(&RULE, &values(10, 1.0, gamma / half * 0.9999), Target::Relative(0.05));
        assert_eq!((met.action, met.reason, met.precision), (Action::Stop, Reason::Met, vec![Status::Met]));
        let open = one(&RULE, &values(10, 1.0, gamma / half * 1.0001), Target::Relative(0.05));
        assert_eq!(open.precision, [Status::Open { needs: Some(11) }]);
        assert_eq!(open.action, Action::Continue { until: 13 }, "a round adds at least a quarter");
    }

    #[test]
    fn the_next_round_is_the_estimated_need_within_the_growth_limits_and_the_cap() {
        let half = 2.262_157_162_8 / 3.0;
        let until = |factor: f64| one(&RULE, &values(10, 1.0, factor * 0.1 / half), Target::Absolute(0.1)).action;
        assert_eq!(until(1.2649), Action::Continue { until: 16 });
        assert_eq!(until(10.0), Action::Continue { until: 20 });
        let capped = StoppingRule { max: 15, ..RULE };
        let decision = one(&capped, &values(10, 1.0, 5.0), Target::Absolute(0.1));
        assert_eq!(decision.action, Action::Continue { until: 15 });
    }

    #[test]
    fn a_point_at_its_cap_stops_and_says_that_it_is_unresolved() {
        let rule = StoppingRule { max: 10, ..RULE };
        let decision = one(&rule, &values(10, 1.0, 5.0), Target::Relative(0.05));
        assert_eq!((decision.action, decision.reason), (Action::Stop, Reason::Cap(1)));
    }

    #[test]
    fn a_relative_target_around_zero_is_never_met_by_luck_and_has_no_estimate() {
        let decision = one(&RULE, &values(10, 1e-9, 1.0), Target::Relative(0.05));
        assert_eq!(decision.precision, [Status::Open { needs: None }]);
        assert_eq!(decision.action, Action::Continue { until: 20 });
        let exact = one(&RULE, &[0.0; 10], Target::Relative(0.05));
        assert_eq!(exact.reason, Reason::Met, "a quantity that is always zero is known exactly");
    }

    #[test]
    fn a_value_that_is_not_a_number_is_neither_met_nor_asked_for_again() {
        let mut broken = values(10, 1.0, 0.0);
        broken[3] = f64::NAN;
        let decision = one(&RULE, &broken, Target::Relative(0.05));
        assert_eq!(decision.precision, [Status::Refused(Refused::NotFinite { index: 3 })]);
        assert_eq!(decision.action, Action::Stop);
    }

    #[test]
    fn several_metrics_share_the_error_probability() {
        let shared = StoppingRule { metrics: 5, ..RULE };
        let data = values(10, 1.0, 0.05);
        assert_eq!(one(&RULE, &data, Target::Relative(0.05)).reason, Reason::Met);
        assert_eq!(one(&shared, &data, Target::Relative(0.05)).reason, Reason::Open(1));
    }

    #[test]
    fn one_open_policy_keeps_the_whole_point_running() {
        let (narrow, wide) = (values(10, 1.0, 0.0), values(10, 1.0, 1.0));
        let demand = |values| Precision { values, target: Target::Relative(0.05) };
        let decision = RULE.decide(10, &[demand(&narrow), demand(&wide)], &[]);
        assert_eq!(decision.reason, Reason::Open(1));
        assert_eq!(decision.precision[0], Status::Met);
    }

    #[test]
    fn a_contrast_is_met_when_decided_beyond_doubt_or_surely_decidable_and_refused_pairs_keep_their_place() {
        let baseline = values(10, 1.0, 0.1);
        let (far, near, noisy) = (values(10, 2.0, 0.1), values(10, 1.001, 0.1), {
            (0..10).map(|i| 1.0 + 0.3 * f64::from(i % 3 - 1)).collect::<Vec<f64>>()
        });
        let zero = vec![0.0; 10];
        let pairs: Vec<(&[f64], &[f64])> =
            vec![(&far, &baseline), (&zero, &baseline), (&near, &baseline), (&noisy, &baseline)];
        let decision = RULE.decide(10, &[], &[Family { question: QUESTION, kind: Kind::Ratio, pairs }]);
        let statuses = &decision.contrasts[0];
        assert_eq!(statuses[0], Status::Met);
        assert_eq!(statuses[1], Status::Refused(Refused::NotPositive { index: 0 }));
        assert_eq!(statuses[2], Status::Met);
        assert!(matches!(statuses[3], Status::Open { needs: Some(n) } if n > 10));
        assert_eq!(decision.reason, Reason::Open(1));
    }

    #[test]
    fn the_cap_is_the_last_look_and_uses_the_ordinary_level() {
        // t about 2.7 with 9 degrees of freedom: p about .025, enough at .05 and not at .001.
        let baseline = vec![1.0; 10];
        let policy: Vec<f64> = (0..10).map(|i| 1.3 + 0.35 * if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let family = || Family { question: QUESTION, kind: Kind::Difference, pairs: vec![(&policy, &baseline)] };
        assert_eq!(RULE.decide(10, &[], &[family()]).reason, Reason::Open(1));
        assert_eq!(StoppingRule { max: 10, ..RULE }.decide(10, &[], &[family()]).reason, Reason::Met);
    }
}
