//! Every kind of plot shows the numbers of the tables and records beside it.

use crate::support::{GALLERY, Row, close, number, succeed, table};
use std::collections::BTreeMap;
use std::path::Path;

/// The summary of a metric by offered load, nodes and policy.
fn means(metric: &str) -> BTreeMap<[String; 3], Row> {
    let rows = GALLERY.table("summary").into_iter().filter(|row| row["metric"] == metric);
    rows.map(|row| (["offered_load", "nodes.count", "policy"].map(|key| row[key].clone()), row)).collect()
}

fn key(load: &str, nodes: &str, policy: &str) -> [String; 3] {
    [load, nodes, policy].map(str::to_owned)
}

fn layer(rows: Vec<Row>, kind: &str) -> Vec<Row> {
    let kept: Vec<Row> = rows.into_iter().filter(|row| row["layer"] == kind).collect();
    assert!(!kept.is_empty(), "there is no {kind}");
    kept
}

#[test]
fn lines_are_the_means_and_intervals_of_the_summary() {
    let (points, means) = (layer(GALLERY.plot("lines"), "series"), means("slowdown.mean"));
    assert_eq!(points.len(), 3 * 5);
    for point in points {
        let mean = &means[&key(&point["x"], "8", &point["series"])];
        assert_eq!([&point["y"], &point["low"], &point["high"]], [&mean["mean"], &mean["ci_low"], &mean["ci_high"]]);
        assert_eq!(point["n"], "10");
    }
}

#[test]
fn columns_are_a_panel_for_each_value_of_their_key() {
    let (points, means) = (layer(GALLERY.plot("facets"), "series"), means("slowdown.mean"));
    assert_eq!(points.len(), 3 * 3 * 5);
    for point in points {
        let nodes = point["title"].strip_prefix("nodes = ").expect("the name of the panel");
        assert_eq!(point["y"], means[&key(&point["x"], nodes, &point["series"])]["mean"]);
    }
}

#[test]
fn contrasts_and_maps_of_ratios_are_those_of_the_table_of_contrasts() {
    let contrasts = GALLERY.table("contrasts").into_iter();
    let contrasts = contrasts.filter(|row| row["metric"] == "slowdown.mean" && row["kind"] == "ratio");
    let contrasts: BTreeMap<[String; 3], Row> =
        contrasts.map(|row| (["offered_load", "nodes.count", "policy"].map(|key| row[key].clone()), row)).collect();
    let points = layer(GALLERY.plot("contrast"), "series");
    assert_eq!(points.len(), 2 * 5);
    for point in points {
        let row = &contrasts[&key(&point["x"], "8", &point["series"])];
        assert_eq!([&point["y"], &point["low"], &point["high"]], [&row["estimate"], &row["ci_low"], &row["ci_high"]]);
        assert_eq!(point["resolved"] == "false", row["verdict"] == "unresolved");
    }
    assert_eq!(layer(GALLERY.plot("contrast"), "line")[0]["y"], "1", "the line of no difference");
    let fields = layer(GALLERY.plot("heat"), "block");
    assert_eq!(fields.len(), 5 * 4);
    let (loads, nodes) = (["0.5", "0.6", "0.7", "0.8", "0.9"], ["2", "4", "8", "16"]);
    for field in fields {
        let at = |from: &str, to: &str| (0.5 * (number(&field, from) + number(&field, to))) as usize;
        let row = &contrasts[&key(loads[at("x", "x_to")], nodes[at("y", "y_to")], "threshold")];
        assert_eq!(field["value"], row["estimate"]);
    }
}

#[test]
fn effects_and_their_intervals_are_geometric_means_of_the_table_of_contrasts() {
    let points = layer(GALLERY.plot("effects"), "series");
    assert_eq!(points.len(), 2 * 4, "the baseline has no line");
    let contrasts = GALLERY.table("contrasts");
    for point in points {
        let own = |row: &&Row| {
            let keys = row["nodes.count"] == point["x"] && row["policy"] == point["series"];
            keys && row["metric"] == "slowdown.mean" && row["kind"] == "ratio"
        };
        for (drawn, column) in [("y", "estimate"), ("low", "ci_low"), ("high", "ci_high")] {
            let ratios: Vec<f64> = contrasts.iter().filter(own).map(|row| number(row, column)).collect();
            assert_eq!(ratios.len(), 5);
            let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / 5.0).exp();
            assert!(close(number(&point, drawn), mean), "{point:?}: {mean}");
        }
    }
}

#[test]
fn bars_stand_in_groups_with_the_means_of_their_metric() {
    let bars = layer(GALLERY.plot("bars"), "block");
    let metrics = ["slowdown.mean", "slowdown.sd", "slowdown.ge3", "slowdown.ge5"];
    assert_eq!(bars.len(), metrics.len() * 3 * 3);
    for (bars, metric) in bars.chunks(9).zip(metrics) {
        let means = means(metric);
        for bar in bars {
            let group = (0.5 * (number(bar, "x") + number(bar, "x_to"))).round() as usize;
            let mean = &means[&key(["0.7", "0.8", "0.9"][group], "8", &bar["series"])];
            assert_eq!([&bar["y_to"], &bar["low"], &bar["high"]], [&mean["mean"], &mean["ci_low"], &mean["ci_high"]]);
        }
    }
}

#[test]
fn contours_are_drawn_through_the_means_of_one_policy() {
    let (rows, means) = (layer(GALLERY.plot("contour"), "contour"), means("slowdown.mean"));
    assert_eq!(rows.len(), 5 * 4);
    for row in rows {
        assert_eq!(row["value"], means[&key(&row["x"], &row["y"], "threshold")]["mean"]);
    }
}

/// A column of the measured processes of a policy at load .8 on 8 nodes.
fn processes(policy: &str, column: &str) -> Vec<f64> {
    let rows = GALLERY.cell("processes", "0.8", "8", policy);
    rows.iter().filter(|row| row["measured"] == "true").map(|row| number(row, column)).collect()
}

#[test]
fn distributions_count_the_measured_processes_of_the_records() {
    for (plot, column, greater) in [("survival", "slowdown", true), ("ecdf", "response_s", false)] {
        let points = layer(GALLERY.plot(plot), "series");
        for policy in ["none", "threshold", "stealing"] {
            let values = processes(policy, column);
            let own: Vec<&Row> = points.iter().filter(|point| point["series"] == policy).collect();
            // A step begins and ends at the same x; its end holds from there on.
            for pair in own.windows(2).filter(|pair| pair[0]["x"] != pair[1]["x"]).step_by(17) {
                let x = number(pair[0], "x");
                let counted = values.iter().filter(|value| (**value > x) == greater).count();
                let share = counted as f64 / values.len() as f64;
                assert!(close(number(pair[0], "y"), share), "{plot}, {policy} at {x}: {share}, {:?}", pair[0]);
            }
        }
    }
    let bars = layer(GALLERY.plot("histogram"), "block");
    for policy in ["none", "threshold", "stealing"] {
        let own = bars.iter().filter(|bar| bar["series"] == policy);
        let area = |bar: &Row| (number(bar, "x_to") / number(bar, "x")).log10() * number(bar, "y_to");
        assert!(close(own.map(area).sum::<f64>(), 1.0), "the densities of {policy} do not sum to one");
    }
}

#[test]
fn the_law_of_lifetimes_is_drawn_beside_them() {
    // P(X > x) of the bounded Pareto law of the file: index 1.1 between 1 and 1000.
    let tail = |x: f64| (x.powf(-1.1) - 1000f64.powf(-1.1)) / (1.0 - 1000f64.powf(-1.1));
    let points = layer(GALLERY.plot("lifetimes"), "theory");
    assert!(points.len() > 100);
    for point in points {
        assert!(close(number(&point, "y"), tail(number(&point, "x"))), "{point:?}");
    }
}

#[test]
fn running_means_end_in_the_means_of_their_replications() {
    let runs = GALLERY.cell("runs", "0.8", "8", "stealing").into_iter().filter(|row| row["metric"] == "slowdown.mean");
    let means: Vec<f64> = runs.map(|row| number(&row, "value")).collect();
    let points = layer(GALLERY.plot("stability"), "series");
    let last = points.iter().map(|point| number(point, "x")).fold(0.0, f64::max);
    assert_eq!(last, 1500.0, "the measured processes of a run");
    let ends = points.iter().filter(|point| number(point, "x") == last);
    let (all, single): (Vec<&Row>, Vec<&Row>) = ends.partition(|point| point["series"] == "mean of 10");
    assert_eq!((all.len(), single.len()), (1, 10));
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    assert!(close(number(all[0], "y"), mean), "{} {mean}", all[0]["y"]);
    for (point, mean) in single.iter().zip(&means) {
        assert!(close(number(point, "y"), *mean), "{point:?} {mean}");
    }
}

/// When a process left; never, where the run ended before.
fn exit(row: &Row) -> f64 {
    if row["exit_s"].is_empty() { f64::INFINITY } else { number(row, "exit_s") }
}

#[test]
fn the_warm_up_is_drawn_over_the_number_of_processes_at_the_nodes() {
    let runs = GALLERY.cell("runs", "0.8", "8", "threshold").into_iter().filter(|row| row["metric"] == "response.mean");
    let ends: Vec<f64> = runs.map(|row| number(&row, "warmup_s")).collect();
    let rule = &layer(GALLERY.plot("warmup"), "line")[0];
    assert!(close(number(rule, "x"), ends.iter().sum::<f64>() / ends.len() as f64));
    // The number present during a stretch of time, from when each process came and went: nothing is ever on its way here.
    let stays = GALLERY.cell("processes", "0.8", "8", "threshold");
    let stays: Vec<(f64, f64)> = stays.iter().map(|row| (number(row, "arrival_s"), exit(row))).collect();
    let points =
        layer(GALLERY.plot("warmup"), "series").into_iter().filter(|p| p["series"] == "mean over replications");
    let points: Vec<(f64, f64)> = points.map(|point| (number(&point, "x"), number(&point, "y"))).collect();
    let width = points[1].0 - points[0].0;
    for (middle, found) in &points {
        let (from, to) = (middle - 0.5 * width, middle + 0.5 * width);
        let present: f64 = stays.iter().map(|(arrival, exit)| (exit.min(to) - arrival.max(from)).max(0.0)).sum();
        let counted = present / width / 10.0;
        assert!((found - counted).abs() < 1e-6, "at {middle} s: {found}, counted {counted}");
    }
}

/// The load of a node at an instant, from the record of a run.
fn load_at(rows: &[Row], node: &str, time: f64) -> f64 {
    let mut own = rows.iter().filter(|row| row["node"] == node && number(row, "time_s") <= time);
    own.next_back().map_or(0.0, |row| number(row, "load"))
}

fn first_run(table: &str, nodes: &str) -> Vec<Row> {
    let mut rows = GALLERY.cell(table, "0.8", nodes, "stealing");
    rows.retain(|row| row["replication"] == "0");
    rows
}

#[test]
fn loads_are_those_of_the_record_at_every_instant() {
    let record = first_run("nodes", "4");
    let points = layer(GALLERY.plot("steps"), "series");
    for node in ["0", "1", "2", "3"] {
        let own: Vec<&Row> = points.iter().filter(|point| point["side"] == format!("node {node}")).collect();
        assert!(own.len() > 20, "{} steps of node {node}", own.len());
        for pair in own.windows(2).filter(|pair| pair[0]["x"] != pair[1]["x"]) {
            let middle = 0.5 * (number(pair[0], "x") + number(pair[1], "x"));
            assert_eq!(number(pair[0], "y"), load_at(&record, node, middle), "node {node} at {middle} s");
        }
    }
    // A field of the map is the time average over its stretch.
    let record = first_run("nodes", "8");
    let field = &layer(GALLERY.plot("loads"), "block")[3];
    let (from, to) = (number(field, "x"), number(field, "x_to"));
    let mut times: Vec<f64> = record.iter().filter(|row| row["node"] == "0").map(|row| number(row, "time_s")).collect();
    times.retain(|time| (from..to).contains(time));
    let edges: Vec<f64> = [from].into_iter().chain(times).chain([to]).collect();
    let area: f64 = edges.windows(2).map(|e| load_at(&record, "0", e[0]) * (e[1] - e[0])).sum();
    assert!((number(field, "value") - area / (to - from)).abs() < 1e-9, "{field:?}");
}

#[test]
fn a_process_is_drawn_where_the_record_of_loads_has_it_and_its_moves_are_arrows() {
    let (loads, moves) = (first_run("nodes", "4"), first_run("migrations", "4"));
    let rows = GALLERY.plot("gantt");
    let inside = moves.iter().filter(|row| (10.0..40.0).contains(&number(row, "time_s"))).count();
    assert!(inside >= 2, "the window shows {inside} migrations");
    assert_eq!(layer(rows.clone(), "arrow").len(), inside);
    let blocks: Vec<Row> = layer(rows, "block").into_iter().filter(|row| row["series"] != "frozen").collect();
    for k in 0..300 {
        let time = 10.05 + 0.0999 * f64::from(k);
        for node in 0..4 {
            let covers = |row: &&Row| {
                let at = 0.5 * (number(row, "y") + number(row, "y_to"));
                number(row, "x") <= time && time < number(row, "x_to") && at.round() as i32 == node
            };
            let frozen = |row: &Row| {
                let arrived = |m: &&Row| m["process"] == row["series"] && m["to"] == node.to_string();
                moves.iter().filter(arrived).any(|m| {
                    let from = number(m, "time_s");
                    from <= time && time < from + number(m, "freeze_s")
                })
            };
            let running = blocks.iter().filter(covers).filter(|row| !frozen(row)).count();
            assert_eq!(running as f64, load_at(&loads, &node.to_string(), time), "node {node} at {time} s");
        }
    }
}

#[test]
fn a_run_ends_with_a_table_and_the_first_figure_as_text() {
    let said = &GALLERY.said;
    let table = said.find("Mean slowdown (slowdown.mean)").expect("the table");
    let plot = said.find("● none   ■ threshold   ▲ stealing").expect("the legend of the plot");
    assert!(table < plot && said[table..plot].contains('┤'), "{said}");
    assert!(said.contains("report: results/gallery/report.html"), "{said}");
}

/// A policy whose rate is swept together with the load, and one of which the load is all that changes.
const TOGETHER: &str = r#"schema = 1
[experiment]
name = "together"
[scenario]
nodes        = { count = 20 }
horizon      = { processes = 500 }
lifetime     = { kind = "exponential", mean = "1s" }
offered_load = 0.5
[policies.pull]
kind = "pull-rate"
rate = 1
[policies.choices]
kind = "power-of-d"
[sweep]
policy               = ["pull"]
offered_load         = [0.5, 0.7, 0.9]
"policies.pull.rate" = [0.4, 0.7, 2]
zip                  = [["offered_load", "policies.pull.rate"]]
[[sweep.also]]
policy       = ["choices"]
offered_load = [0.5, 0.7, 0.9]
[replicate]
min = 2
[[plots]]
name   = "p"
x      = "offered_load"
y      = "response.mean"
theory = true
bounds = true
"#;

#[test]
fn a_curve_meets_what_is_known_of_every_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("together.toml"), TOGETHER).expect("a file");
    succeed(folder.path(), &["run", "together.toml"]);
    let results = folder.path().join("results/together");
    let drawn = layer(table(&results.join("plots/p.csv")), "theory");
    let known = table(&results.join("theory.csv"));
    let known: Vec<&Row> = known.iter().filter(|row| row["metric"] == "response.mean").collect();
    assert_eq!(known.len(), 6, "three cells of each policy");
    for cell in known {
        let curve = |row: &&Row| row["series"] == cell["formula"];
        let (load, value) = (number(cell, "offered_load"), number(cell, "value"));
        let off = |row: &Row| (number(row, "x") - load).abs() + (number(row, "y") / value - 1.0).abs();
        let nearest = drawn.iter().filter(curve).map(off).fold(f64::INFINITY, f64::min);
        let points = drawn.iter().filter(curve).count();
        match cell["policy"].as_str() {
            "pull" => assert!(points == 3 && nearest < 1e-12, "{nearest} off at {load}, {points} points"),
            _ => assert!(points > 50 && nearest < 1e-9, "{nearest} off at {load}, {points} points"),
        }
    }
    let bounds = drawn.iter().filter(|row| row["series"] == "M/M/1 and M/M/N, the bounds");
    assert!(bounds.count() > 100, "both are smooth, whatever the policies");
    // A line through points is 1.1 pt wide, drawn in twentieths.
    let joined = |svg: &Path| std::fs::read_to_string(svg).expect("a plot").contains("stroke-width=\"22\"");
    assert!(!joined(&results.join("plots/p.svg")), "the curves stand for lines through the points");
    assert!(joined(&GALLERY.results().join("plots/lines.svg")), "two of its policies have no formula");
}
