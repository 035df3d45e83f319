//! What nominal 95 % intervals cover under the shipped stopping rule, and whether the warnings fire where they do not.

use super::draws::Draw;
use super::{full, share};
use loadlab::stats::*;
use loadlab_core::rng::Rng;

/// One line of the table.
struct Row {
    coverage: (f64, f64),
    median: (f64, f64),
    mean_n: f64,
    capped: f64,
    warned: f64,
    bias: f64,
}

const CAP: usize = 2000;

/// Values of one experiment that ends by the stopping rule.
fn sequential(draw: Draw, gamma: f64, floor: usize, rng: &mut Rng) -> (Vec<f64>, Decision) {
    let rule = StoppingRule { min: floor, max: CAP, confidence: 0.95, metrics: 1 };
    let mut values = Vec::new();
    loop {
        let demand = Precision { values: &values, target: Target::Relative(gamma) };
        let decision = rule.decide(values.len(), &[demand], &[]);
        let Action::Continue { until } = decision.action else { return (values, decision) };
        values.extend((values.len()..until).map(|_| draw.sample(rng)));
    }
}

/// Whether any warning on the replications themselves is due.
fn warned(values: &[f64]) -> bool {
    let skewed = Warning::skewed(values).is_ok_and(|w| w.is_some());
    let tail = hill(values, tail_count(values.len()));
    skewed || tail.is_ok_and(|tail| Warning::heavy_tail(tail.alpha, tail.k, values.len()).is_some())
}

fn row(draw: Draw, gamma: f64, floor: usize, trials: usize) -> Row {
    let mut rng = Rng::new(1000 + floor as u64);
    let (mut hits, mut median_hits, mut total, mut capped, mut warnings, mut sum) = (0, 0, 0, 0, 0, 0.0);
    for _ in 0..trials {
        let (values, decision) = sequential(draw, gamma, floor, &mut rng);
        let estimate = mean_interval(&values, 0.95).unwrap();
        hits += usize::from(estimate.interval.contains(draw.mean()));
        // Below 6 values there is no interval for a median; it does not count as a miss of its coverage.
        median_hits += match quantile_interval(&values, 0.5, 0.95) {
            Ok((_, interval, _)) => usize::from(interval.contains(draw.median())),
            Err(_) => 1,
        };
        capped += usize::from(matches!(decision.reason, Reason::Cap(_)));
        warnings += usize::from(warned(&values));
        total += values.len();
        sum += estimate.value / draw.mean();
    }
    let of = trials as f64;
    Row {
        coverage: share(hits, trials),
        median: share(median_hits, trials),
        mean_n: total as f64 / of,
        capped: capped as f64 / of,
        warned: warnings as f64 / of,
        bias: sum / of - 1.0,
    }
}

#[test]
fn intervals_under_the_stopping_rule_cover_93_to_97_percent_of_normal_and_exponential_means_without_warnings() {
    for (draw, gamma) in [(Draw::Normal(0.1), 0.05), (Draw::Normal(0.3), 0.05), (Draw::Exponential, 0.1)] {
        let row = row(draw, gamma, 10, 2000);
        assert!((0.93..=0.97).contains(&row.coverage.0), "{}: {}", draw.name(), row.coverage.0);
        assert!(row.warned < 0.05, "{}: {} warned", draw.name(), row.warned);
        assert!(row.capped == 0.0);
    }
}

#[test]
fn warnings_fire_where_intervals_of_heavy_tailed_means_cannot_be_trusted_and_medians_keep_their_coverage() {
    for draw in [Draw::Lognormal(1.0), Draw::Hyperexponential(4.0), Draw::BoundedPareto(1e3)] {
        let row = row(draw, 0.1, 10, 300);
        assert!(row.warned > 0.9, "{}: only {} warned", draw.name(), row.warned);
        assert!(row.median.0 > 0.95 - 3.0 * (0.95f64 * 0.05 / 300.0).sqrt(), "{}: {}", draw.name(), row.median.0);
    }
}

#[test]
fn the_coverage_table_of_the_method_page() {
    if !full("the coverage table") {
        return;
    }
    println!("| law | gamma | floor | mean n | at the cap | coverage | bias of the mean | median covers | warned |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for (draw, gamma) in [
        (Draw::Normal(0.1), 0.05),
        (Draw::Normal(0.3), 0.05),
        (Draw::Exponential, 0.1),
        (Draw::Hyperexponential(4.0), 0.1),
        (Draw::Hyperexponential(25.0), 0.1),
        (Draw::Lognormal(1.0), 0.1),
        (Draw::Lognormal(2.0), 0.1),
        (Draw::BoundedPareto(1e3), 0.1),
        (Draw::BoundedPareto(1e4), 0.1),
    ] {
        for floor in [2, 3, 5, 10, 20, 30] {
            let r = row(draw, gamma, floor, 5000);
            println!(
                "| {} | {gamma} | {floor} | {:.0} | {:.2} | {:.3} +- {:.3} | {:+.3} | {:.3} | {:.3} |",
                draw.name(),
                r.mean_n,
                r.capped,
                r.coverage.0,
                r.coverage.1,
                r.bias,
                r.median.0,
                r.warned
            );
        }
    }
}

/// Coverage at a fixed number of replications, computed elsewhere to two digits.
const FIXED: [(Draw, [(usize, f64); 4]); 3] = [
    (Draw::Exponential, [(10, 0.90), (30, 0.93), (100, 0.94), (1000, 0.95)]),
    (Draw::Lognormal(2.0), [(10, 0.57), (30, 0.65), (100, 0.74), (1000, 0.85)]),
    (Draw::BoundedPareto(1e4), [(10, 0.44), (30, 0.49), (100, 0.56), (1000, 0.72)]),
];

#[test]
fn coverage_at_a_fixed_number_of_replications_agrees_with_values_computed_elsewhere() {
    let trials = if full("fixed numbers of replications with 10 000 trials (1 000 instead)") { 10_000 } else { 1000 };
    for (draw, cases) in FIXED {
        for (n, expected) in cases {
            let mut rng = Rng::new(n as u64);
            let covered = (0..trials).filter(|_| {
                let values: Vec<f64> = (0..n).map(|_| draw.sample(&mut rng)).collect();
                mean_interval(&values, 0.95).unwrap().interval.contains(draw.mean())
            });
            let (p, error) = share(covered.count(), trials);
            assert!((p - expected).abs() < 0.005 + 4.0 * error, "{}, n {n}: {p} against {expected}", draw.name());
            println!("| {} | {n} | {p:.3} |", draw.name());
        }
    }
}
