//! Warnings about heavy tails, and metrics that no replication can make precise.

use super::support::{TEN, experiment, run, summarise, text};
use loadlab::results::claims::check;
use loadlab::results::{Summary, warning_lines};

const FEW: &str = "[sweep]\npolicy = [\"none\"]\n[replicate]\nmin = 10\nmax = 10\n";

fn summaries(lifetime: &str) -> Vec<Summary> {
    let text = text(TEN, FEW).replace("{ kind = \"exponential\", mean = \"1s\" }", lifetime);
    let experiment = experiment(&text);
    summarise(&experiment, &run(&experiment))
}

fn of<'s>(summaries: &'s [Summary], metric: &str) -> &'s Summary {
    summaries.iter().find(|s| s.metric.name == metric).unwrap()
}

#[test]
fn a_heavy_tail_is_warned_of_where_it_is_and_exponential_lifetimes_are_not_suspected() {
    let heavy = summaries("{ kind = \"bounded-pareto\", alpha = 1.1, min = 1, max = 1e6 }");
    assert!(of(&heavy, "response.mean").codes().contains("heavy-tail"), "{}", of(&heavy, "response.mean").codes());
    assert!(!of(&heavy, "slowdown.mean").codes().contains("heavy-tail"));
    let light = summaries("{ kind = \"exponential\", mean = 1 }");
    assert!(!of(&light, "response.mean").codes().contains("heavy-tail"));
    let lines = warning_lines(&heavy.iter().collect::<Vec<_>>());
    assert!(lines.iter().any(|l| l.starts_with("heavy-tail (2 of ")), "{lines:?}");
}

#[test]
fn the_measured_tail_agrees_with_the_declared_one() {
    let heavy = summaries("{ kind = \"bounded-pareto\", alpha = 1.1, min = 1, max = 1e6 }");
    // Under processor sharing the longest responses are those of the longest processes, each about 1 / (1 - .8) long.
    let hill = of(&heavy, "response.hill");
    let interval = hill.estimate.unwrap().interval;
    assert!(interval.low - 0.25 < 1.1 && 1.1 < interval.high + 0.25, "{interval:?}");
    let top = of(&heavy, "response.top_share").mean();
    assert!(top > 0.2 && top < 0.9, "one per cent of the processes have {top} of all response");
    let light = summaries("{ kind = \"exponential\", mean = 1 }");
    let c2 = of(&light, "lifetime.c2");
    let estimate = c2.estimate.unwrap();
    assert!((estimate.value - 1.0).abs() < 4.0 * estimate.sd / 10f64.sqrt(), "{}", estimate.value);
}

/// The messages of `check` for a scenario and a [stop] section.
fn refused(nodes: &str, lifetime: &str, stop: &str) -> Vec<(String, usize)> {
    let text = text(nodes, &format!("{FEW}{stop}")).replace("{ kind = \"exponential\", mean = \"1s\" }", lifetime);
    check(&experiment(&text)).into_iter().map(|d| (d.message, d.line)).collect()
}

const FCFS: &str = "{ count = 2, discipline = \"fcfs\" }";
const PARETO: &str = "{ kind = \"pareto\", alpha = 1.5, min = 1 }";

fn target(metric: &str) -> String {
    format!("[stop]\ntargets = [{{ metric = \"{metric}\", relative_half_width = 0.1 }}]\n")
}

#[test]
fn a_target_without_a_finite_mean_is_an_error_at_its_place_unless_the_file_allows_it() {
    let found = refused(FCFS, PARETO, &target("response.mean"));
    let [(message, line)] = &found[..] else { panic!("{found:?}") };
    assert!(message.starts_with("`response.mean`: The mean of the metric is infinite, because E[X^2]"), "{message}");
    assert!(*line > 15, "line {line}");
    assert!(refused(FCFS, PARETO, &format!("{}allow_infinite_variance = true\n", target("response.mean"))).is_empty());
    let contrast = "[stop]\ncontrasts = { baseline = \"none\", metric = \"response.mean\" }\n";
    assert_eq!(refused(FCFS, PARETO, contrast).len(), 1);
    let claim = "[[claims]]\ntext = \"c\"\nexpect = 'response.mean[policy=none] < 5'\n";
    assert_eq!(refused(FCFS, PARETO, claim).len(), 1);
}

#[test]
fn each_discipline_needs_its_own_moments() {
    let exponential = "{ kind = \"exponential\", mean = 1 }";
    let refuses = |nodes, lifetime, metric: &str| !refused(nodes, lifetime, &target(metric)).is_empty();
    // Slowdown of very short processes: infinite where they wait behind others, finite where they share.
    assert!(refuses(FCFS, exponential, "slowdown.mean"));
    assert!(!refuses(TEN, exponential, "slowdown.mean"));
    assert!(!refuses(FCFS, "{ kind = \"uniform\", min = 1, max = 2 }", "slowdown.mean"));
    // The response is at least the lifetime, under every discipline.
    assert!(refuses(TEN, PARETO, "response.mean"));
    assert!(!refuses(TEN, PARETO, "slowdown.mean"));
    assert!(!refuses(TEN, PARETO, "response.p99"));
    assert!(!refuses(FCFS, "{ kind = \"bounded-pareto\", alpha = 1.5, min = 1, max = 1e4 }", "response.mean"));
    assert!(!refuses(FCFS, exponential, "response.mean"));
}

#[test]
fn where_it_is_no_target_an_infinite_moment_is_a_warning() {
    let text = text(FCFS, FEW);
    let experiment = experiment(&text);
    assert!(check(&experiment).is_empty());
    let summaries = summarise(&experiment, &run(&experiment));
    assert!(of(&summaries, "slowdown.mean").codes().contains("infinite-moment"));
    assert!(!of(&summaries, "response.mean").codes().contains("infinite-moment"));
}
