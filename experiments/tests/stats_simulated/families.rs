//! Verdicts on families of contrasts and the selection of the best: how often they are wrong.

use super::draws::normal;
use super::{full, share};
use loadlab::stats::*;
use loadlab_core::rng::Rng;

const QUESTION: Question =
    Question { direction: Direction::LowerIsBetter, margin: Some(0.05), adjust: Adjust::Holm, confidence: 0.95 };
const RULE: StoppingRule = StoppingRule { min: 10, max: 400, confidence: 0.95, metrics: 1 };

/// Policies under common random numbers: exp of a shared normal part and an own one, times a true ratio to the first.
struct Point {
    ratios: Vec<f64>,
    shared: f64,
    own: f64,
    values: Vec<Vec<f64>>,
}

impl Point {
    fn new(ratios: &[f64], shared: f64, own: f64) -> Point {
        Point { ratios: ratios.to_vec(), shared, own, values: vec![Vec::new(); ratios.len()] }
    }

    fn grow(&mut self, until: usize, rng: &mut Rng) {
        for _ in self.values[0].len()..until {
            let common = self.shared * normal(rng);
            for (values, ratio) in self.values.iter_mut().zip(&self.ratios) {
                values.push(ratio * (common + self.own * normal(rng)).exp());
            }
        }
    }

    fn contrasts(&self) -> Vec<Contrast> {
        let (baseline, rest) = self.values.split_first().unwrap();
        rest.iter().map(|policy| Contrast::paired(policy, baseline, Kind::Ratio).unwrap()).collect()
    }

    fn verdicts(&self, question: &Question) -> Vec<Verdict> {
        question.judge(&self.contrasts()).unwrap().iter().map(|j| j.verdict).collect()
    }

    /// Runs the point until the shipped rule stops it.
    fn run(&mut self, rng: &mut Rng) -> Reason {
        loop {
            let n = self.values[0].len();
            let (baseline, rest) = self.values.split_first().unwrap();
            let pairs = rest.iter().map(|policy| (policy.as_slice(), baseline.as_slice())).collect();
            let family = Family { question: QUESTION, kind: Kind::Ratio, pairs };
            let decision = RULE.decide(n, &[], &[family]);
            let Action::Continue { until } = decision.action else { return decision.reason };
            self.grow(until, rng);
        }
    }
}

fn differs(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Better | Verdict::Worse)
}

/// Experiments out of `of` in which some verdict satisfies `wrong`.
fn wrong(
    of: usize,
    seed: u64,
    mut experiment: impl FnMut(&mut Rng) -> Vec<Verdict>,
    is: impl Fn(&Verdict) -> bool,
) -> f64 {
    let mut rng = Rng::new(seed);
    share((0..of).filter(|_| experiment(&mut rng).iter().any(&is)).count(), of).0
}

/// The largest frequency that is compatible with a true level of 5 % (binomial, one-sided 1 %).
fn bound(of: usize) -> f64 {
    0.05 + 2.33 * (0.05 * 0.95 / of as f64).sqrt()
}

#[test]
fn identical_policies_are_called_different_in_at_most_five_percent_of_experiments_with_a_fixed_number() {
    for (adjust, m) in [(Adjust::Holm, 4), (Adjust::Bonferroni, 4), (Adjust::Holm, 10)] {
        let question = Question { adjust, margin: None, ..QUESTION };
        let experiment = |rng: &mut Rng| {
            let mut point = Point::new(&vec![1.0; m + 1], 0.3, 0.2);
            point.grow(20, rng);
            point.verdicts(&question)
        };
        let rate = wrong(1000, m as u64, experiment, differs);
        assert!(rate <= bound(1000), "{adjust:?}, {m} contrasts: {rate}");
        let uncorrected = Question { adjust: Adjust::None, ..question };
        let naive = |rng: &mut Rng| {
            let mut point = Point::new(&vec![1.0; m + 1], 0.3, 0.2);
            point.grow(20, rng);
            point.verdicts(&uncorrected)
        };
        let rate = wrong(1000, m as u64, naive, differs);
        assert!(
            rate > bound(1000),
            "without correction the level must be visibly broken, or this test is blind: {rate}"
        );
    }
}

#[test]
fn identical_policies_are_called_different_in_at_most_five_percent_of_experiments_under_the_stopping_rule() {
    let experiment = |rng: &mut Rng| {
        let mut point = Point::new(&[1.0; 5], 0.3, 0.15);
        point.run(rng);
        point.verdicts(&QUESTION)
    };
    let rate = wrong(1000, 5, experiment, differs);
    assert!(rate <= bound(1000), "{rate}");
}

#[test]
fn policies_at_the_margin_are_called_equivalent_in_at_most_five_percent_of_experiments() {
    let experiment = |rng: &mut Rng| {
        let mut point = Point::new(&[1.0, 1.05, 1.05, 1.0 / 1.05, 1.05], 0.3, 0.1);
        point.run(rng);
        point.verdicts(&QUESTION)
    };
    let rate = wrong(1000, 6, experiment, |v| *v == Verdict::Equivalent);
    assert!(rate <= bound(1000), "{rate}");
}

#[test]
fn real_differences_are_found_and_the_rule_stops_before_its_cap() {
    let mut rng = Rng::new(7);
    let mut right = 0;
    for _ in 0..200 {
        let mut point = Point::new(&[1.0, 0.8, 1.25, 1.0], 0.3, 0.1);
        assert_eq!(point.run(&mut rng), Reason::Met);
        right += usize::from(point.verdicts(&QUESTION) == [Verdict::Better, Verdict::Worse, Verdict::Equivalent]);
    }
    assert!(right >= 185, "{right} of 200");
}

#[test]
fn pairing_narrows_the_interval_as_the_covariance_says_and_agrees_with_the_independent_one() {
    let mut point = Point::new(&[1.0, 0.9], 0.4, 0.1);
    point.grow(500, &mut Rng::new(8));
    let paired = Contrast::paired(&point.values[1], &point.values[0], Kind::Difference).unwrap();
    let independent = Contrast::independent(&point.values[1], &point.values[0]).unwrap();
    assert!((paired.mean - independent.mean).abs() < 1e-12);
    assert!(paired.correlation.unwrap() > 0.9);
    assert!(independent.error > 2.0 * paired.error);
    // E exp(N(0, s^2)) = exp(s^2 / 2): the true difference is -.1 exp(.085).
    let truth = -0.1 * (0.5f64 * (0.16 + 0.01)).exp();
    assert!(paired.estimate(0.999).unwrap().interval.contains(truth));
    assert!(independent.estimate(0.999).unwrap().interval.contains(truth));
}

#[test]
fn selection_picks_the_best_policy_with_the_promised_probability() {
    // The hardest case: all others exactly delta worse. Promise .95; common random numbers.
    let (delta, trials) = (0.1, 500);
    let mut rng = Rng::new(9);
    let mut used = 0;
    let right = (0..trials).filter(|_| {
        let means = [1.0, 1.0 + delta, 1.0 + delta, 1.0 + delta, 1.0 + delta];
        let mut values = vec![Vec::new(); means.len()];
        for _ in 0..400 {
            let common = 0.3 * normal(&mut rng);
            values.iter_mut().zip(means).for_each(|(v, m)| v.push(m + common + 0.15 * normal(&mut rng)));
        }
        let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let selection = select_best(&slices, 10, delta, 0.95, Direction::LowerIsBetter).unwrap();
        used += selection.used;
        selection.alive == [0]
    });
    let (rate, _) = share(right.count(), trials);
    assert!(rate >= 0.95 - 2.33 * (0.05f64 * 0.95 / trials as f64).sqrt(), "{rate}");
    assert!(used / trials < 100, "{} replications on average", used / trials);
}

#[test]
fn the_table_of_false_verdicts_of_the_method_page() {
    if !full("the table of false verdicts") {
        return;
    }
    println!("| m | fixed 20 | fixed 20, uncorrected | stopping rule | stopping on the first verdict |");
    println!("|---|---|---|---|---|");
    for m in [1, 4, 10] {
        let ones = vec![1.0; m + 1];
        let fixed = |question: Question| {
            move |rng: &mut Rng| {
                let mut point = Point::new(&vec![1.0; m + 1], 0.3, 0.15);
                point.grow(20, rng);
                point.verdicts(&question)
            }
        };
        let none = Question { margin: None, ..QUESTION };
        let shipped = |rng: &mut Rng| {
            let mut point = Point::new(&ones, 0.3, 0.15);
            point.run(rng);
            point.verdicts(&QUESTION)
        };
        // The rule that a user would write by hand: look after every quarter, stop when all have a verdict.
        let greedy = |rng: &mut Rng| {
            let mut point = Point::new(&ones, 0.3, 0.15);
            let mut n = 10;
            loop {
                point.grow(n, rng);
                let verdicts = point.verdicts(&QUESTION);
                if n == RULE.max || !verdicts.contains(&Verdict::Unresolved) {
                    return verdicts;
                }
                n = (n + n.div_ceil(4)).min(RULE.max);
            }
        };
        println!(
            "| {m} | {:.3} | {:.3} | {:.3} | {:.3} |",
            wrong(10_000, 1, fixed(none), differs),
            wrong(10_000, 1, fixed(Question { adjust: Adjust::None, ..none }), differs),
            wrong(10_000, 1, shipped, differs),
            wrong(10_000, 1, greedy, differs)
        );
    }
}
