//! The stopping rule over a point, and what happens to cells at the cap.

use super::support::{TEN, contrasts, experiment, fake, findings, run, summarise, text};
use loadlab::file::Experiment;
use loadlab::results::{Findings, Finished, Material, Records, Run, Runs, figures, points, summary_csv};
use loadlab::stats::{self, Action, Precision, StoppingRule, Target};
use loadlab::stopping::{Decision, decide, forecast};
use loadlab::store::{Mode, Store};
use loadlab_core::record::metric::METRICS;

const TARGET: &str = "[replicate]\nmin = 10\nmax = 100\nbatch = 5\n\
                      [stop]\ntargets = [{ metric = \"response.mean\", relative_half_width = 0.05 }]\n\
                      [[plots]]\nname = \"p\"\nx = \"offered_load\"\ny = \"response.mean\"\n";

/// n replications of every cell, with a spread that the rule must answer.
fn runs(experiment: &Experiment, n: u64, spread: f64) -> Vec<Vec<Run>> {
    let value = |r: u64| 1.0 + spread * (((r * 37) % 11) as f64 - 5.0) / 5.0;
    experiment.cells.iter().map(|cell| (0..n).map(|r| fake(cell, r, value(r))).collect()).collect()
}

fn ask(experiment: &Experiment, runs: &[Vec<Run>]) -> Decision {
    let own: Vec<(usize, &[Run])> = runs.iter().enumerate().map(|(k, r)| (k, &r[..])).collect();
    decide(experiment, &experiment.cells[0].point, &own)
}

#[test]
fn a_point_goes_on_as_the_rule_of_the_statistics_says_in_rounds_from_the_floor_to_the_cap() {
    let experiment = experiment(&text(TEN, TARGET));
    assert_eq!(ask(&experiment, &runs(&experiment, 0, 0.0)), Decision::Continue { next: 10 });
    assert_eq!(ask(&experiment, &runs(&experiment, 10, 0.0)), Decision::Stop);
    let rule = StoppingRule { min: 10, max: 100, confidence: 0.95, metrics: 1 };
    for spread in [0.05, 0.1, 0.3, 1.0] {
        let point = runs(&experiment, 10, spread);
        let values: Vec<f64> = point[0].iter().map(|r| r.values[0]).collect();
        let demand = Precision { values: &values, target: Target::Relative(0.05) };
        let expected = match rule.decide(10, &[demand], &[]).action {
            Action::Stop => Decision::Stop,
            Action::Continue { until } => Decision::Continue { next: 10 + (until - 10).div_ceil(5) * 5 },
        };
        assert_eq!(ask(&experiment, &point), expected, "spread {spread}");
    }
    assert_eq!(ask(&experiment, &runs(&experiment, 100, 50.0)), Decision::Stop, "the cap");
}

#[test]
fn the_decision_does_not_depend_on_replications_that_it_did_not_ask_for() {
    let experiment = experiment(&text(TEN, TARGET));
    let (few, many) = (runs(&experiment, 10, 0.05), runs(&experiment, 60, 0.05));
    assert_eq!((ask(&experiment, &few), ask(&experiment, &many)), (Decision::Stop, Decision::Stop));
}

#[test]
fn the_forecast_is_the_number_with_which_the_widest_cell_meets_its_target() {
    let experiment = experiment(&text(TEN, TARGET));
    let point = runs(&experiment, 10, 0.5);
    let own: Vec<(usize, &[Run])> = point.iter().enumerate().map(|(k, r)| (k, &r[..])).collect();
    let values: Vec<f64> = point[0].iter().map(|r| r.values[0]).collect();
    let expected = stats::replications_needed(&values, Target::Relative(0.05), 0.95).unwrap();
    assert_eq!(forecast(&experiment, &own), expected);
    assert_eq!(forecast(&experiment, &[(0, &point[0][..1])]), None, "one replication says nothing");
}

#[test]
fn one_policy_that_needs_more_keeps_all_policies_of_its_point_running() {
    let experiment = experiment(&text(TEN, TARGET));
    let mut point = runs(&experiment, 10, 0.0);
    point[2] = runs(&experiment, 10, 1.0).swap_remove(2);
    assert!(matches!(ask(&experiment, &point), Decision::Continue { .. }));
}

#[test]
fn a_contrast_prolongs_a_point_only_where_the_file_says_what_matters() {
    let with = |resolve: &str| {
        let stop = format!(
            "[replicate]\nmin = 10\nmax = 100\n[stop]\ncontrasts = {{ baseline = \"none\", metric = \"response.mean\"{resolve} }}\n"
        );
        let experiment = experiment(&text(TEN, &stop));
        let mut point = runs(&experiment, 10, 0.3);
        point[1].reverse();
        (0..10).for_each(|r| point[1][r].replication = r as u64);
        ask(&experiment, &point)
    };
    assert!(matches!(with(", resolve = 0.05"), Decision::Continue { .. }));
    assert_eq!(with(""), Decision::Stop);
}

#[test]
fn a_cell_at_the_cap_is_unresolved_in_summary_contrasts_and_plot() {
    let more = "[replicate]\nmin = 10\nmax = 10\n[stop]\n\
                targets = [{ metric = \"response.mean\", relative_half_width = 0.001 }]\n\
                contrasts = { baseline = \"none\", metric = \"response.mean\", resolve = 0.001 }\n\
                [[plots]]\nname = \"p\"\nx = \"offered_load\"\ny = \"response.mean\"\n\
                [[plots]]\nname = \"q\"\nkind = \"contrast\"\nx = \"offered_load\"\ny = \"response.mean\"\n";
    let experiment = experiment(&text(TEN, more));
    let runs = run(&experiment);
    let (summaries, compared) = (summarise(&experiment, &runs), contrasts(&experiment, &runs));
    let own: Vec<_> = summaries.iter().filter(|s| s.metric.name == "response.mean").collect();
    assert!(own.iter().all(|s| s.met() == Some(false) && !s.resolved() && s.codes().contains("unresolved")));
    let random = compared.iter().find(|c| experiment.cells[c.cell].policy.name == "random").unwrap();
    assert_eq!(random.verdict(), "unresolved");
    // Neither plot looks at single runs.
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Mode::Read).unwrap();
    let finished = Finished::new(&store, &experiment, std::iter::empty());
    let records = Records::new(&experiment, folder.path());
    let (experiment, summaries, compared) = (&experiment, &summaries[..], &compared[..]);
    let material = Material { experiment, summaries, compared, records: &records, finished: &finished };
    let drawn = figures(&material).unwrap();
    let (lines, ratios) = (&drawn[0].1, &drawn[1].1);
    assert!(
        loadlab::plot::caption(lines).contains("Hollow points are unresolved"),
        "{}",
        loadlab::plot::caption(lines)
    );
    let hollow = |figure: &loadlab::plot::Figure| {
        let series = figure.panels[0].layers.iter().filter_map(|layer| match layer {
            loadlab::plot::Layer::Series(series) => Some(series),
            _ => None,
        });
        series.flat_map(|s| &s.points).filter(|p| !p.resolved).count()
    };
    assert_eq!(hollow(lines), 3);
    assert!(hollow(ratios) >= 1);
    let table = String::from_utf8(summary_csv(experiment, summaries).unwrap()).unwrap();
    assert!(table.contains(",0.001,false,"), "target and met");
}

#[test]
fn intervals_of_the_summary_are_those_of_the_statistics_that_were_tested_for_coverage() {
    let experiment = experiment(&text(TEN, TARGET));
    let mut all = Runs::default();
    runs(&experiment, 20, 0.4).into_iter().flatten().for_each(|run| all.add(run));
    let summary = &summarise(&experiment, &all)[0];
    let values: Vec<f64> = all.of(&experiment.cells[0].id).iter().map(|run| run.values[0]).collect();
    assert_eq!((summary.estimate, summary.replications), (stats::mean_interval(&values, 0.95).ok(), 20));
    let (median, interval, _) = stats::quantile_interval(&values, 0.5, 0.95).unwrap();
    assert_eq!((summary.median, summary.median_interval), (median, Some(interval)));
    let allowed = Target::Relative(0.05).allowed(summary.mean()).unwrap();
    assert_eq!(summary.met(), Some(summary.estimate.unwrap().interval.half_width() <= allowed));
}

#[test]
fn the_same_experiment_gives_the_same_bytes_in_every_table() {
    let more = format!(
        "{TARGET}[[claims]]\ntext = \"c\"\nexpect = 'response.mean[policy=jsq2] < 4'\n[warmup]\nkind = \"mser5\"\n"
    );
    let tables = || {
        let experiment = experiment(&text(TEN, &more));
        let runs = run(&experiment);
        let Findings { summaries, compared, judged, .. } = findings(&experiment, &runs);
        [
            format!("{runs:?}").into_bytes(),
            summary_csv(&experiment, &summaries).unwrap(),
            loadlab::results::contrasts_csv(&experiment, &compared).unwrap(),
            loadlab::results::claims_csv(&experiment, &judged).unwrap(),
            loadlab::results::theory_csv(&experiment, &summaries).unwrap(),
        ]
    };
    let (first, second) = (tables(), tables());
    assert!(first.iter().all(|table| table.len() > 200));
    assert!(first == second);
}

#[test]
fn tables_are_made_from_the_runs_of_one_point_at_a_time() {
    let more = "[sweep]\noffered_load = [0.5, 0.6, 0.7, 0.8]\npolicy = [\"none\", \"jsq2\"]\n[replicate]\nmin = 2\nmax = 2\n\
                [[claims]]\ntext = \"c\"\nexpect = 'response.mean[policy=jsq2] < response.mean[policy=none]'\n";
    let experiment = experiment(&text(TEN, more));
    let asked = std::cell::RefCell::new(Vec::new());
    let load = |cells: &[usize]| {
        let mut runs = Runs::default();
        cells.iter().for_each(|k| (0..2).for_each(|r| runs.add(fake(&experiment.cells[*k], r, 1.0 + r as f64))));
        asked.borrow_mut().push(cells.len());
        Ok::<_, std::convert::Infallible>(runs)
    };
    let findings = Findings::from_parts(&experiment, &load).unwrap();
    assert_eq!(points(&experiment).len(), 4);
    assert_eq!(*asked.borrow(), [2; 8], "two cells for each point, two for each place of the claim");
    let cells: Vec<usize> = findings.summaries.iter().map(|s| s.cell).collect();
    assert!(cells.is_sorted() && cells.len() == 8 * METRICS.len());
}
