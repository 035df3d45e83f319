//! What common random numbers are worth, and contrasts as the tables give them.

use super::support::{TEN, column, contrasts, experiment, fake, run, text};
use loadlab::results::{Runs, contrasts_csv};
use loadlab::stats::{Adjust, Contrast, Direction, Kind, Question};

const MANY: &str = "[replicate]\nmin = 200\nmax = 200\n";

/// By what factor common random numbers lower the variance of random against two choices in the mean response, with
/// nodes like these at .8; both experiments must agree on its mean.
fn gain(nodes: &str, kind: Kind) -> f64 {
    let more = format!("[sweep]\npolicy = [\"random\", \"jsq2\"]\n{MANY}");
    let contrast = |more: &str| {
        let experiment = experiment(&text(nodes, more));
        let runs = run(&experiment);
        let [a, b] = ["random", "jsq2"].map(|policy| column(&experiment, &runs, policy, "response.mean"));
        Contrast::paired(&a, &b, kind).unwrap()
    };
    let (with, without) = (contrast(&more), contrast(&format!("{more}common_random_numbers = false\n")));
    let off = (with.mean - without.mean).abs();
    assert!(off <= 4.0 * with.error.hypot(without.error), "the means are {off} apart");
    assert!(without.correlation.unwrap().abs() < 4.0 / 200f64.sqrt(), "{:?}", without.correlation);
    (without.sd / with.sd).powi(2)
}

#[test]
fn common_random_numbers_at_least_halve_the_variance_of_the_log_ratio_and_of_the_difference_of_few_nodes() {
    for discipline in ["ps", "fcfs"] {
        let nodes = |count: u32| format!("{{ count = {count}, discipline = \"{discipline}\" }}");
        let (ratio, difference) = (gain(&nodes(10), Kind::Ratio), gain(&nodes(2), Kind::Difference));
        assert!(ratio >= 2.0, "{discipline}: the variance of the log-ratio fell by a factor of {ratio:.2} only");
        assert!(
            difference >= 2.0,
            "{discipline}: the variance of the difference fell by a factor of {difference:.2} only"
        );
    }
}

#[test]
fn the_difference_of_many_nodes_gains_as_much_as_its_spreads_and_correlation_allow() {
    // Var(A - B) = a^2 + b^2 - 2 c a b: with b = a / 4 and c = .7 the gain is 1.06 / (1.06 - .35) = 1.5, whatever is run.
    let more = format!("[sweep]\npolicy = [\"random\", \"jsq2\"]\n{MANY}");
    let experiment = experiment(&text(TEN, &more));
    let runs = run(&experiment);
    let [a, b] = ["random", "jsq2"].map(|policy| column(&experiment, &runs, policy, "response.mean"));
    let paired = Contrast::paired(&a, &b, Kind::Difference).unwrap();
    let [sa, sb] = [&a, &b].map(|values| loadlab::stats::Moments::of(values).sd().unwrap());
    let correlation = paired.correlation.unwrap();
    let possible = (sa * sa + sb * sb) / (sa * sa + sb * sb - 2.0 * correlation * sa * sb);
    assert!(sa > 2.0 * sb && correlation > 0.5, "{sa} {sb} {correlation}");
    let measured = gain(TEN, Kind::Difference);
    // The variance of 200 differences has a relative error of .1, and two of them are compared.
    assert!((measured / possible - 1.0).abs() < 4.0 * 0.142, "{measured:.2} for {possible:.2}");
    assert!(measured > 1.2, "{measured:.2}");
}

#[test]
fn the_table_of_contrasts_holds_what_the_statistics_say_of_the_family() {
    let stop = "[stop]\nconfidence = 0.9\ncontrasts = { baseline = \"none\", metric = [\"response.mean\", \"jain\"], \
                resolve = 0.05 }\n";
    let experiment = experiment(&text(TEN, stop));
    let mut runs = Runs::default();
    // Baseline, then two policies that differ from it by a factor and a ripple.
    for (k, cell) in experiment.cells.iter().enumerate() {
        for r in 0..30u64 {
            let ripple = 0.01 * (((r * 7 + 3 * k as u64) % 5) as f64 - 2.0);
            runs.add(fake(cell, r, (1.0 + 0.1 * (r % 7) as f64) * (1.0 - 0.2 * k as f64 * k as f64 / 4.0 + ripple)));
        }
    }
    let compared = contrasts(&experiment, &runs);
    assert_eq!(compared.len(), 2 * 2 * 2, "two policies, two metrics, two kinds");
    let of = |k: usize| -> Vec<f64> { runs.of(&experiment.cells[k].id).iter().map(|run| run.values[0]).collect() };
    let question =
        Question { direction: Direction::LowerIsBetter, margin: Some(0.05), adjust: Adjust::Holm, confidence: 0.9 };
    let family: Vec<Contrast> = [1, 2].map(|k| Contrast::paired(&of(k), &of(0), Kind::Ratio).unwrap()).to_vec();
    let expected = question.judge(&family).unwrap();
    let shown: Vec<_> = compared.iter().filter(|c| c.metric.name == "response.mean" && c.kind == Kind::Ratio).collect();
    for (c, e) in shown.iter().zip(&expected) {
        assert_eq!(c.judged.as_ref().unwrap(), e);
    }
    // The same numbers in a metric of which more is better: the opposite verdict.
    let verdict = |metric: &str| {
        let last = compared.iter().rfind(|c| c.metric.name == metric && c.kind == Kind::Ratio).unwrap();
        last.verdict()
    };
    assert_eq!((verdict("response.mean"), verdict("jain")), ("better", "worse"));
    let table = String::from_utf8(contrasts_csv(&experiment, &compared).unwrap()).unwrap();
    assert_eq!(table.lines().count(), 9);
    assert!(table.lines().next().unwrap().contains("baseline,baseline_cell,metric,kind,estimate,ci_low,ci_high"));
}

#[test]
fn without_a_baseline_the_other_policies_are_compared_with_the_first_in_the_metrics_of_the_plots() {
    let plots = "[[plots]]\nname = \"p\"\nx = \"offered_load\"\ny = \"slowdown.mean\"\n";
    let experiment = experiment(&text(TEN, plots));
    let mut runs = Runs::default();
    for cell in &experiment.cells {
        (0..5).for_each(|r| runs.add(fake(cell, r, 1.0 + r as f64)));
    }
    let compared = contrasts(&experiment, &runs);
    let names: Vec<&str> = compared.iter().map(|c| experiment.cells[c.cell].policy.name.as_str()).collect();
    assert_eq!(names, ["random", "jsq2", "random", "jsq2"]);
    assert!(compared.iter().all(|c| experiment.cells[c.baseline].policy.name == "none" && c.verdict() == "unresolved"));
}
