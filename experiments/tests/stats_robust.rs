//! No input makes the statistics panic, and no accepted input gives a NaN.

use loadlab::stats::*;
use proptest::prelude::*;

/// Ordinary numbers, and the ones that break things.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0f64,
        2 => (0u8..4).prop_map(f64::from),
        1 => any::<f64>(),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(-0.0)],
    ]
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(number(), 0..60),
        prop::collection::vec(0.1..10.0f64, 0..60),
        (number(), 0usize..60).prop_map(|(x, n)| vec![x; n]),
    ]
}

fn sound(estimate: Result<Estimate, Refused>) {
    if let Ok(e) = estimate {
        assert!(e.interval.low <= e.value && e.value <= e.interval.high, "{e:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn means_ratios_and_contrasts_are_refused_or_lie_in_their_intervals(
        a in values(), b in values(), confidence in number(), level in 0.5..0.9999f64,
    ) {
        for confidence in [confidence, level] {
            sound(mean_interval(&a, confidence));
            sound(ratio_interval(&a, &b, confidence));
            let n = a.len().min(b.len());
            for kind in [Kind::Difference, Kind::Ratio] {
                if let Ok(contrast) = Contrast::paired(&a[..n], &b[..n], kind) {
                    prop_assert!((0.0..=1.0).contains(&contrast.p));
                    sound(contrast.estimate(confidence));
                }
            }
            if let Ok(contrast) = Contrast::independent(&a, &b) {
                sound(contrast.estimate(confidence));
            }
        }
    }

    #[test]
    fn rules_and_verdicts_answer_any_input(
        a in values(), b in values(), margin in number(), confidence in number(), min in 0usize..30, max in 0usize..60,
    ) {
        let question = Question { direction: Direction::HigherIsBetter, margin: Some(margin), adjust: Adjust::Holm, confidence };
        let rule = StoppingRule { min, max, confidence, metrics: 0 };
        let n = a.len();
        let pairs = vec![(a.as_slice(), b.as_slice()), (a.as_slice(), a.as_slice())];
        let demands = [Target::Relative(margin), Target::Absolute(margin)].map(|target| Precision { values: &a, target });
        let decision = rule.decide(n, &demands, &[Family { question, kind: Kind::Ratio, pairs }]);
        if let Action::Continue { until } = decision.action {
            prop_assert!(until > n && until <= max);
        }
        for relation in [Relation::Less, Relation::GreaterOrEqual, Relation::Equal] {
            let _ = judge(Side::Values(&a), Side::Values(&b), relation, Tolerance::Relative(margin), confidence);
            let _ = judge(Side::Values(&a), Side::Constant(margin), relation, Tolerance::Absolute(0.1), 0.95);
        }
        let _ = select_best(&[&a, &b, &a], min, margin, confidence, Direction::LowerIsBetter);
    }

    #[test]
    fn series_tails_and_quantiles_answer_any_input(a in values(), p in number(), m in 0usize..70) {
        if let Ok(truncation) = mser(&a, m) {
            prop_assert!(truncation.cut <= a.len() / 2);
        }
        let _ = welch_curve(&[&a, &a], m);
        let _ = batch_means(&a, p);
        let _ = survival_slope(&a, m);
        let _ = top_share(&a, p);
        let _ = c2(&a);
        let _ = Warning::skewed(&a);
        let _ = Warning::quantile_is_maximum(p, m);
        let _ = replications_needed(&a, Target::Relative(p), 0.95);
        let _ = mm1_processes_needed(p, 0.05, 0.95);
        let _ = pareto_bias(m, 0.5, p);
        if let Ok(tail) = hill(&a, m) {
            prop_assert!(tail.alpha > 0.0 && tail.error > 0.0);
        }
        if let Ok((value, interval, _)) = quantile_interval(&a, p, 0.95) {
            prop_assert!(interval.contains(value));
        }
    }
}
