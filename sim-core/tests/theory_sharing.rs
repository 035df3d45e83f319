//! Load sharing in the limit of many nodes: against mean-field values computed by a separate program, against
//! identities between policies, against limits, and by properties over random loads.

use loadlab_core::theory::{Error, MeanField, Solved, bounds, jiq, mmk, sharing, stealing, supermarket};
use proptest::prelude::*;

/// The rows of a table of mean-field values: header and numbers (text becomes NaN). `None`, with a printed reason,
/// where the folder of the data is not at hand.
fn table(name: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let Ok(folder) = std::env::var("LOADLAB_DATA") else {
        println!("skipped: LOADLAB_DATA does not name the folder with theory/{name}");
        return None;
    };
    let path = std::path::Path::new(&folder).join("theory").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} cannot be read", path.display());
        return None;
    };
    let split = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut lines = text.lines().map(split);
    let header = lines.next().expect("a header");
    Some((header, lines.collect()))
}

/// The value of a column of zero_cost_policies.csv: names such as Short_T2_Lp3, MM10, JIQ_r5.
fn by_name(name: &str, load: f64) -> Solved<f64> {
    let number = |prefix: &str| -> u32 {
        let part = name.split('_').find_map(|part| part.strip_prefix(prefix)?.parse().ok());
        part.expect("the column has this number")
    };
    let response = |solved: Solved<MeanField>| solved.map(|s| s.response);
    match name.split('_').next().expect("a name") {
        "Thr" => response(sharing::threshold(load, number("T"), number("Lp"))),
        "RandomUnlim" => response(sharing::random_unlimited(load, number("T"))),
        "Short" => response(sharing::shortest(load, number("T"), number("Lp"))),
        "Recv" => response(sharing::receiver(load, number("T"), number("Lp"))),
        "Sym" => response(sharing::symmetric(load, number("T"), number("Lp"), number("Lp"))),
        "ThrSuperStrong" => response(supermarket::strong_threshold(load, number("T"))),
        "Steal" => response(stealing::when_idle(load, number("T"))),
        "PullRate" => response(stealing::retrying(load, number("r").into())),
        "JIQ" if name.contains("SQ2") => response(jiq::shorter_of_two(load, number("r").into())),
        "JIQ" => response(jiq::simple(load, number("r").into())),
        "MM1" => mmk::mm1_response(load),
        mm if mm.starts_with("MM") => mmk::mmk_response(number("MM"), load),
        jsq if jsq.starts_with("JSQ") => response(supermarket::choices(load, number("JSQ"))),
        other => panic!("a column {other} that this test does not know"),
    }
}

/// Values are printed with six significant digits.
fn printed_alike(value: f64, printed: f64) -> bool {
    (value - printed).abs() <= 0.51 * 10f64.powf(printed.log10().floor() - 5.0)
}

#[test]
fn every_policy_has_its_tabulated_response_at_zero_cost() {
    let Some((header, rows)) = table("zero_cost_policies.csv") else { return };
    let mut wrong = Vec::new();
    for row in &rows {
        let load: f64 = row[0].parse().expect("a load");
        for (name, printed) in header.iter().zip(row).skip(1) {
            let (value, printed) = (by_name(name, load).expect("stable"), printed.parse().expect("a number"));
            if !printed_alike(value, printed) {
                wrong.push(format!("{name} at {load}: {value} instead of {printed}"));
            }
        }
    }
    assert!(rows.len() == 12 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_best_thresholds_with_three_probes_are_the_tabulated_ones() {
    let Some((_, rows)) = table("optimal_T_zero_cost_Lp3.csv") else { return };
    assert_eq!(rows.len(), 60);
    for row in &rows {
        let load: f64 = row[0].parse().expect("a load");
        let response = |t: u32| match row[1].as_str() {
            "Threshold" => sharing::threshold(load, t, 3),
            "Shortest" => sharing::shortest(load, t, 3),
            "Receiver" => sharing::receiver(load, t, 3),
            "Symmetric" => sharing::symmetric(load, t, 3, 3),
            "RandomLt1" => sharing::random(load, t, 1),
            other => panic!("a policy {other} that this test does not know"),
        };
        let values: Vec<f64> = (1..=6).map(|t| response(t).expect("stable").response).collect();
        let best = (0..6).fold(0, |b, i| if values[i] < values[b] { i } else { b });
        assert_eq!((best + 1).to_string(), row[2], "{row:?} against {values:?}");
        assert!(printed_alike(values[best], row[3].parse().expect("a number")));
        for (value, printed) in values.iter().zip(&row[4..]) {
            assert!(printed_alike(*value, printed.parse().expect("a number")), "{row:?} against {values:?}");
        }
    }
}

const LOADS: [f64; 6] = [0.05, 0.3, 0.6, 0.8, 0.95, 0.99];

fn same(a: &MeanField, b: &MeanField) -> bool {
    let s = |m: &MeanField, k: usize| m.occupancy.get(k).copied().unwrap_or(0.0);
    let length = a.occupancy.len().max(b.occupancy.len());
    (a.response / b.response - 1.0).abs() < 1e-9 && (0..length).all(|k| (s(a, k) - s(b, k)).abs() < 1e-10)
}

#[test]
fn threshold_one_has_its_closed_form() {
    for load in LOADS {
        for probes in [1, 2, 3, 5, 20] {
            let solved = sharing::threshold(load, 1, probes).unwrap();
            let closed = 1.0 / (1.0 - load.powi(probes as i32 + 1));
            assert!((solved.response / closed - 1.0).abs() < 1e-12);
            let failed = load.powi(probes as i32);
            assert!((solved.transfers - load * (1.0 - failed)).abs() < 1e-12);
            assert!((solved.probes - load * (1.0 - failed) / (1.0 - load)).abs() < 1e-12);
        }
    }
}

#[test]
fn receiver_and_symmetric_with_threshold_one_solve_their_equation() {
    for load in LOADS {
        let one = sharing::receiver(load, 1, 1).unwrap();
        let u = ((1.0 + load) - ((1.0 - load) * (1.0 + 3.0 * load)).sqrt()) / 2.0;
        assert!((one.response / (load / (load - u)) - 1.0).abs() < 1e-10, "the quadratic at {load}");
        for probes in [1, 3, 5] {
            let both = sharing::symmetric(load, 1, probes, probes).unwrap();
            let u = load - load / both.response;
            let left = (load - u) * (1.0 - u).powi(probes as i32);
            assert!((left / (load * (1.0 - load.powi(probes as i32 + 1))) - 1.0).abs() < 1e-10);
        }
    }
}

#[test]
fn random_with_a_limit_is_threshold_in_response_but_pays_more_transfers() {
    for load in LOADS {
        for (threshold, limit) in [(1, 1), (1, 3), (2, 2), (3, 5)] {
            let random = sharing::random(load, threshold, limit).unwrap();
            let probing = sharing::threshold(load, threshold, limit).unwrap();
            assert!(same(&random, &probing));
            assert!(random.transfers >= probing.transfers && random.probes == 0.0);
            assert!((random.transfers - probing.probes).abs() < 1e-12, "a transfer is a probe made in person");
        }
        assert!((sharing::random_unlimited(load, 1).unwrap().response - 1.0).abs() < 1e-12);
        let far = sharing::random(load, 2, 400).unwrap();
        assert!(same(&far, &sharing::random_unlimited(load, 2).unwrap()), "many transfers are as good as no limit");
    }
}

#[test]
fn shortest_at_threshold_one_is_threshold_and_never_beats_asking_always() {
    for load in LOADS {
        for probes in [1, 2, 4] {
            let one = sharing::shortest(load, 1, probes).unwrap();
            assert!(same(&one, &sharing::threshold(load, 1, probes).unwrap()), "at T = 1 any node below T is idle");
            let always = supermarket::choices(load, probes + 1).unwrap();
            for threshold in 1..6 {
                let some = sharing::shortest(load, threshold, probes).unwrap();
                assert!(always.response <= some.response * (1.0 + 1e-12), "the sender node is one of the asked");
                let first = sharing::threshold(load, threshold, probes).unwrap();
                assert!(some.response <= first.response * (1.0 + 1e-12), "the shortest is no longer than the first");
            }
        }
    }
}

#[test]
fn stealing_from_two_is_the_receiver_with_one_probe() {
    for load in LOADS {
        let steal = stealing::when_idle(load, 2).unwrap();
        assert!(same(&steal, &sharing::receiver(load, 1, 1).unwrap()));
        let high = stealing::when_idle(load, 2000).unwrap();
        assert!((high.response * (1.0 - load) - 1.0).abs() < 1e-6, "nobody holds that many: M/M/1");
    }
}

#[test]
fn push_and_pull_at_their_own_probe_rate_are_threshold_and_receiver() {
    for load in LOADS {
        for probes in [1, 3, 10] {
            let threshold = sharing::threshold(load, 1, probes).unwrap();
            let push = stealing::push_rate(load, load * threshold.probes).unwrap();
            assert!((push.response / threshold.response - 1.0).abs() < 1e-10);
            assert!((push.transfers / threshold.transfers - 1.0).abs() < 1e-10);
        }
        let receiver = sharing::receiver(load, 1, 1).unwrap();
        let pull = stealing::pull_rate(load, load * receiver.probes).unwrap();
        assert!((pull.response / receiver.response - 1.0).abs() < 1e-10);
        assert!((pull.transfers / receiver.transfers - 1.0).abs() < 1e-9);
        let retry = stealing::retrying(load, 7.0).unwrap().response;
        assert!((retry - (1.0 + (1.0 - load) * 7.0) / ((1.0 - load) * 8.0)).abs() < 1e-10 * retry);
        assert!((stealing::push_rate(load, 1e9).unwrap().response - 1.0).abs() < 1e-12);
    }
}

#[test]
fn the_crossovers_of_sender_and_receiver_are_the_tabulated_ones() {
    let table = [
        (1, 0.7549),
        (2, 0.7686),
        (3, 0.7846),
        (4, 0.7996),
        (5, 0.8128),
        (7, 0.8346),
        (10, 0.8586),
        (20, 0.9024),
        (50, 0.9459),
    ];
    for (probes, load) in table {
        let crossing = bounds::sender_receiver_crossover(probes).unwrap();
        assert!((crossing - load).abs() <= 0.000_051, "{crossing} instead of {load}");
        let gap = |load: f64| {
            sharing::threshold(load, 1, probes).unwrap().response - sharing::receiver(load, 1, probes).unwrap().response
        };
        assert!(gap(crossing - 1e-6) < 0.0 && gap(crossing + 1e-6) > 0.0, "the policies cross there");
    }
    let one = bounds::sender_receiver_crossover(1).unwrap();
    assert!((one * one + one * one * one - 1.0).abs() < 1e-12);
}

#[test]
fn pull_beats_push_at_equal_rates_only_above_the_golden_ratio() {
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    assert_eq!(bounds::pull_beats_push_below(golden - 1e-6).unwrap(), 0.0);
    for load in [0.65, 0.8, 0.95] {
        let rate = bounds::pull_beats_push_below(load).unwrap();
        let gap = |rate: f64| {
            stealing::pull_rate(load, rate).unwrap().response - stealing::push_rate(load, rate).unwrap().response
        };
        assert!(gap(rate * 0.999) < 0.0 && gap(rate * 1.001) > 0.0);
    }
}

#[test]
fn the_stability_bounds_are_the_stated_ones() {
    assert!((bounds::random_unlimited_stability(0.1).unwrap() - 0.577).abs() < 5e-4);
    assert_eq!(bounds::random_unlimited_stability(0.0).unwrap(), 1.0);
    assert!((bounds::polling_saturation(0.003, 5).unwrap() - 0.971).abs() < 5e-4);
    assert!((bounds::polling_saturation(0.01, 5).unwrap() - 0.909).abs() < 5e-4);
}

#[test]
fn the_three_definitions_of_joining_idle_queues_are_three() {
    for load in [0.3, 0.7, 0.9, 0.98] {
        for ratio in [1.0, 5.0, 20.0] {
            let simple = jiq::simple(load, ratio).unwrap().response;
            let two = jiq::shorter_of_two(load, ratio).unwrap().response;
            let exact = jiq::exact(load, ratio).unwrap().response;
            assert!(two < simple, "asking two idle queues is better");
            assert!((exact / simple - 1.0).abs() > 1e-5 && exact < 1.0 / (1.0 - load));
        }
    }
}

#[test]
fn few_loads_and_idle_systems_respond_as_the_lifetime_alone() {
    let load = 1e-6;
    let all = [
        sharing::threshold(load, 1, 3),
        sharing::threshold(load, 3, 3),
        sharing::receiver(load, 2, 3),
        sharing::symmetric(load, 2, 3, 3),
        sharing::random_unlimited(load, 2),
        sharing::shortest(load, 3, 2),
        stealing::when_idle(load, 3),
        stealing::pull_rate(load, 1.0),
        jiq::simple(load, 10.0),
        jiq::shorter_of_two(load, 10.0),
        jiq::exact(load, 10.0),
    ];
    for solved in all {
        assert!((solved.unwrap().response - 1.0).abs() < 2e-6);
    }
}

#[test]
fn meaningless_and_unstable_inputs_are_refused() {
    assert_eq!(sharing::threshold(1.0, 1, 3), Err(Error::Unstable { load: 1.0, bound: 1.0 }));
    for refused in [
        sharing::threshold(0.5, 1, 0),
        sharing::threshold(0.5, 0, 1),
        sharing::threshold(0.5, u32::MAX, 1),
        sharing::symmetric(0.5, 1, u32::MAX, 1),
        jiq::exact(0.5, 1e300),
        sharing::receiver(0.5, 1, 0),
        sharing::receiver(f64::NAN, 1, 1),
        sharing::random(0.5, 1, 0),
        sharing::random_unlimited(0.0, 1),
        sharing::shortest(0.5, 1, 0),
        stealing::when_idle(0.5, 1),
        stealing::pull_rate(0.5, -1.0),
        stealing::push_rate(0.5, f64::NAN),
        jiq::exact(0.5, 0.0),
    ] {
        assert!(matches!(refused, Err(Error::Meaningless { .. })), "{refused:?}");
    }
}

#[test]
fn extreme_loads_are_answered_or_refused_without_delay_and_without_nan() {
    for load in [f64::MIN_POSITIVE, 1e-200, 1.0 - 1e-9, 1.0 - f64::EPSILON] {
        for (name, policy) in POLICIES {
            match policy(load, 10, 3) {
                Ok(solved) => assert!(solved.response >= 1.0 - 1e-9, "{name} at {load}: {}", solved.response),
                Err(error) => assert!(matches!(error, Error::NotSolved { .. }), "{name} at {load}: {error}"),
            }
        }
    }
}

type Policy = (&'static str, fn(f64, u32, u32) -> Solved<MeanField>);

const POLICIES: [Policy; 9] = [
    ("threshold", sharing::threshold),
    ("receiver", sharing::receiver),
    ("symmetric", |load, t, probes| sharing::symmetric(load, t, probes, probes)),
    ("random", sharing::random),
    ("random unlimited", |load, t, _| sharing::random_unlimited(load, t)),
    ("shortest", sharing::shortest),
    ("stealing", |load, t, _| stealing::when_idle(load, t + 1)),
    ("choices", |load, _, d| supermarket::choices(load, d)),
    ("strong threshold", |load, t, _| supermarket::strong_threshold(load, t)),
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_solution_is_a_law_between_perfect_sharing_and_none(
        load in 0.01..0.98f64, threshold in 1u32..6, probes in 1u32..8,
    ) {
        for (name, policy) in POLICIES {
            let solved = policy(load, threshold, probes).unwrap();
            let s = &solved.occupancy;
            prop_assert!(s[0] == 1.0 && (s[1] - load).abs() < 1e-9, "{name}: busy {} of {load}", s[1]);
            prop_assert!(s.windows(2).all(|w| w[1] <= w[0] + 1e-12 && w[1] >= 0.0), "{name}: {s:?}");
            let length: f64 = s[1..].iter().sum();
            prop_assert!((length / load / solved.response - 1.0).abs() < 1e-9, "{name}: Little's law");
            prop_assert!(solved.response >= 1.0 - 1e-9 && solved.response <= (1.0 + 1e-9) / (1.0 - load), "{name}");
            prop_assert!(solved.probes >= 0.0 && solved.transfers >= 0.0, "{name}");
            let busier = policy(load + 0.01, threshold, probes).unwrap();
            prop_assert!(busier.response > solved.response - 1e-12, "{name} is faster under more load");
        }
        let both = sharing::symmetric(load, threshold, probes, probes).unwrap().response;
        prop_assert!(both <= sharing::threshold(load, threshold, probes).unwrap().response + 1e-9);
        prop_assert!(both <= sharing::receiver(load, threshold, probes).unwrap().response + 1e-9);
    }
}
