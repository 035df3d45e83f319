//! Every policy in random scenarios: what is conserved, what is bounded, what must not matter.

use crate::support::{Entry, all, experiment, model, run};
use loadlab::catalogues;
use loadlab::file::Cell;
use loadlab::model::Model;
use loadlab_core::Outcome;
use loadlab_core::policy::Information;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Arg, Args, Param, Ty};

/// A random scenario: keys as in a file. `unit` multiplies everything that is a time.
fn random_scenario(seed: u64, unit: f64) -> String {
    let mut rng = Rng::new(seed);
    let mut pick = |options: &[&str]| options[rng.below(options.len() as u32) as usize].to_owned();
    let discipline = pick(&["fcfs", "ps", "srpt"]);
    let load = pick(&["0.3", "0.6", "0.9"]);
    let count = pick(&["1", "2", "5", "12"]);
    let (kind, c2) = if pick(&["0", "1"]) == "0" { ("exponential", "") } else { ("hyperexponential", ", c2 = 4") };
    let (latency, probe) = (pick(&["0", "0.015625", "0.25"]), pick(&["0", "0.0078125"]));
    let (placement, migration) = (pick(&["0", "0.5"]), pick(&["0", "0.25"]));
    let stay = pick(&["", "", "must_stay = 0.5\n"]);
    let t = |text: &str| text.parse::<f64>().expect("a number") * unit;
    format!(
        "offered_load = {load}\nlifetime = {{ kind = \"{kind}\", mean = {unit}{c2} }}\n{stay}\
         nodes = {{ count = {count}, discipline = \"{discipline}\" }}\n\
         network = {{ kind = \"constant\", latency = {}, probe_cost = {} }}\n\
         placement = {{ kind = \"fixed\", cost = {} }}\nmigration = {{ kind = \"fixed\", cost = {} }}\n\
         horizon = {{ processes = 600 }}\n",
        t(&latency),
        t(&probe),
        t(&placement),
        t(&migration)
    )
}

const SCENARIOS: u64 = 12;

#[test]
fn processes_are_conserved_and_every_decision_is_legal() {
    for kind in all() {
        for seed in 0..SCENARIOS {
            let scenario = random_scenario(seed, 1.0);
            let outcome = run(kind, &model(kind, &scenario), seed);
            let accounted = outcome.response.count + outcome.lost + outcome.unfinished;
            assert_eq!((accounted, outcome.arrivals), (600, 600), "{}, {scenario}", kind.name);
            assert_eq!(outcome.lost, 0, "{}, {scenario}", kind.name);
        }
    }
}

/// The greatest number that a parameter of these names has, of the policy or of a table within.
fn parameter(args: &Args, kind: Entry, names: &[&str]) -> Option<f64> {
    let given = kind.params.iter().filter(|p| names.contains(&p.name) && args.has(p.name));
    given
        .filter(|p| matches!(args.maybe(p.name), Some(Arg::Count(_) | Arg::Number(_))))
        .map(|p| args.number(p.name))
        .reduce(f64::max)
}

/// A search costs at most as many probes as the policy's limit says, plus one for what it remembers or promised, plus
/// one for asking the target of a move; and only arrivals, exits, moves, periods and clocks cause a search.
fn most_probes(kind: Entry, cell: &Cell, outcome: &Outcome) -> f64 {
    let args = &cell.policy.args;
    let limit = parameter(args, kind, &["probes", "pull_probes", "d"]).unwrap_or(1.0) + 2.0;
    let causes = (2 * outcome.arrivals + 2 * outcome.migrants.moves) as f64;
    let seconds = f64::from(outcome.nodes) * outcome.window.1;
    let clock = parameter(args, kind, &["rate"]).unwrap_or(0.0)
        + parameter(args, kind, &["retry", "period", "every"]).map_or(0.0, |t| 1.0 / t);
    // A Poisson number of mean m exceeds 1.5 m + 40 once in more than a million runs.
    limit * (causes + 1.5 * clock * seconds + 40.0)
}

#[test]
fn probes_are_bounded_by_the_limits_that_the_policy_names() {
    for kind in all() {
        for seed in 0..SCENARIOS {
            let scenario = random_scenario(100 + seed, 1.0);
            let experiment = experiment(kind, &scenario);
            let model = Model::of(&experiment.cells[0], &experiment.warmup).expect("a model");
            let outcome = run(kind, &model, seed);
            let (probes, most) = (outcome.traffic.probes as f64, most_probes(kind, &experiment.cells[0], &outcome));
            assert!(probes <= most, "{}: {probes} probes, at most {most} expected\n{scenario}", kind.name);
            let free = matches!(model.declared().information, Information::Blind);
            assert!(!free || outcome.traffic.probes == 0, "{} is blind and probes", kind.name);
        }
    }
}

/// The same table with every time multiplied by `unit`, and every rate divided by it.
fn rescaled(params: &[Param], args: &Args, unit: f64) -> Args {
    params.iter().fold(args.clone(), |args, param| match args.maybe(param.name).cloned() {
        Some(Arg::Number(x)) if param.name == "rate" => args.with(param.name, Arg::Number(x / unit)),
        Some(arg) => args.with(param.name, rescaled_value(&param.ty, &arg, unit)),
        None => args,
    })
}

/// The value of this type, with every time in it multiplied by `unit`.
fn rescaled_value(ty: &Ty, arg: &Arg, unit: f64) -> Arg {
    match (ty, arg) {
        (Ty::Duration(_), Arg::Number(x)) => Arg::Number(x * unit),
        (Ty::Duration(_), Arg::Count(n)) => Arg::Number(*n as f64 * unit),
        (Ty::List(inner) | Ty::Many(inner), Arg::List(list)) => {
            Arg::List(list.iter().map(|each| rescaled_value(inner, each, unit)).collect())
        }
        (Ty::AnyOf(types), Arg::List(_)) => {
            let list = types.iter().find(|ty| matches!(ty, Ty::List(_)));
            list.map_or_else(|| arg.clone(), |ty| rescaled_value(ty, arg, unit))
        }
        (Ty::Table(params), Arg::Table(table)) => Arg::Table(rescaled(params, table, unit)),
        (Ty::Kind(id), Arg::Table(table)) => {
            let env = catalogues::env();
            let entry = env.catalogue(id).and_then(|catalogue| catalogue.get(table.text("kind")));
            Arg::Table(rescaled(entry.expect("the kind that was read").params, table, unit))
        }
        _ => arg.clone(),
    }
}

/// A power of two, so that nothing is rounded differently.
const UNIT: f64 = 8.0;

#[test]
fn scaling_time_scales_results() {
    for kind in all() {
        for seed in 0..4 {
            let outcome = |unit: f64| {
                let experiment = experiment(kind, &random_scenario(200 + seed, unit));
                let cell = &experiment.cells[0];
                let model = Model::of(cell, &experiment.warmup).expect("a model");
                let policy = (kind.build)(&rescaled(kind.params, &cell.policy.args, unit)).expect("a policy");
                let source = model.source(seed, 0).expect("a source");
                loadlab_core::simulate(&model.scenario, source, &*policy, seed, 0, None).expect("a run")
            };
            let (one, eight) = (outcome(1.0), outcome(UNIT));
            let (a, b) = (one.response.mean() * UNIT, eight.response.mean());
            assert!((a - b).abs() <= 1e-9 * a, "{}, scenario {}: {a} and {b}", kind.name, 200 + seed);
            assert_eq!(one.traffic.probes, eight.traffic.probes, "{}", kind.name);
        }
    }
}

/// Mean and standard error of the mean.
fn estimate(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// Mean responses of runs with these seeds.
fn responses(kind: Entry, scenario: &str, seeds: std::ops::Range<u64>) -> Vec<f64> {
    let model = model(kind, scenario);
    seeds.map(|seed| run(kind, &model, seed).response.mean()).collect()
}

#[test]
fn relabelling_equal_nodes_changes_nothing_in_distribution() {
    let scenario = |weights: &str| {
        format!(
            "offered_load = 0.6\nlifetime = {{ kind = \"exponential\", mean = 1 }}\nnodes = {{ count = 4, discipline = \
             \"ps\" }}\nhome_weights = {weights}\nhorizon = {{ processes = 2000 }}\n"
        )
    };
    for kind in all() {
        let one = estimate(&responses(kind, &scenario("[1.4, 1, 0.9, 0.7]"), 0..30));
        let other = estimate(&responses(kind, &scenario("[0.7, 1.4, 1, 0.9]"), 1000..1030));
        let difference = (one.0 - other.0).abs();
        let error = (one.1 * one.1 + other.1 * other.1).sqrt();
        // 40 policies and more: 5 standard errors, with 58 degrees of freedom, are passed once in 4,000 runs of this test.
        assert!(difference <= 5.0 * error, "{}: {one:?} and {other:?}", kind.name);
    }
}

#[test]
fn free_sharing_with_exact_information_is_never_worse_than_none() {
    let none = all().next().filter(|kind| kind.name == "none").expect("none comes first");
    for discipline in ["fcfs", "ps"] {
        let scenario = format!(
            "offered_load = 0.8\nlifetime = {{ kind = \"exponential\", mean = 1 }}\n\
             nodes = {{ count = 8, discipline = \"{discipline}\" }}\nhorizon = {{ processes = 4000 }}\n"
        );
        let alone = responses(none, &scenario, 0..20);
        let exact = all().filter(|kind| model(kind, &scenario).declared().information == Information::Exact);
        for kind in exact {
            let shared = responses(kind, &scenario, 0..20);
            let differences: Vec<f64> = shared.iter().zip(&alone).map(|(a, b)| a - b).collect();
            let (worse, error) = estimate(&differences);
            assert!(worse <= 3.0 * error, "{} under {discipline}: worse by {worse} ± {error}", kind.name);
        }
    }
}
