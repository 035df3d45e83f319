//! The record of decisions: complete, as documented, and without effect on the results.

use crate::drawn::MOVING;
use crate::support::{column, folder, succeed};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/one-migration.toml");

fn lines(results: &Path) -> Vec<Value> {
    let text = fs::read_to_string(results.join("decisions.jsonl")).expect("a record");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

/// By hand: process 0 has run for 4 s when process 1 is born beside it; a move takes 1 s, node 1 would then have one
/// process and node 0 has two: 4 > 1 / (2 - 1).
#[test]
fn a_decision_says_what_was_known_and_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    succeed(folder.path(), &["run", EXAMPLE, "--quiet", "--set", "output.decisions={}"]);
    let lines = lines(&folder.path().join("results/one-migration"));
    let told: Vec<(&str, f64, &str)> = lines
        .iter()
        .map(|l| (l["why"].as_str().unwrap(), l["time_s"].as_f64().unwrap(), l["site"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("arrival", 0.0, "node 0"), ("arrival", 4.0, "node 0"), ("born", 4.0, "node 0"), ("arrival", 6.0, "node 1")]
    );
    let expected: Value = serde_json::from_str(
        r#"{"experiment":"one-migration","scenario":"scenario","policy":"migrate","keys":{},"replication":0,"seed":1,
        "decision":2,"time_s":4.0,"site":"node 0","round":0,"why":"born","process":1,"load":2,"index":2.0,"replies":[],
        "known":[{"node":0,"load":2.0,"reply":"load","age_s":0.0,"eligible":true},
                 {"node":1,"load":0.0,"reply":"load","age_s":0.0,"eligible":true}],"known_count":2,
        "residents":[{"process":0,"age_s":4.0,"cost_s":1.0,"memory_bytes":0.0},
                     {"process":1,"age_s":0.0,"cost_s":1.0,"memory_bytes":0.0}],"residents_count":2,
        "choice":[{"order":"move","process":0,"from":0,"to":"node 1"}]}"#,
    )
    .expect("JSON");
    let mut found = lines[2].clone();
    found.as_object_mut().expect("an object").remove("cell");
    assert_eq!(found, expected);
}

#[test]
fn every_key_of_every_decision_is_in_the_data_dictionary_and_the_other_way_round() {
    let folder = folder(MOVING);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--set", "scenarios.free.horizon.processes=50"]);
    let lines = lines(&folder.path().join("results/small"));
    let identity = ["experiment", "cell", "scenario", "policy", "keys", "replication", "seed"];
    let known = loadlab::trace::DECISIONS.iter().map(|c| c.name);
    let known: BTreeSet<&str> = known.chain(identity).collect();
    let used: BTreeSet<&str> =
        lines.iter().flat_map(|l| l.as_object().expect("an object").keys().map(String::as_str)).collect();
    assert_eq!(used, known);
}

#[test]
fn every_migration_was_decided_and_no_result_depends_on_the_record() {
    let folder = folder(MOVING);
    let results = folder.path().join("results/small");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let with = fs::read(results.join("runs.csv")).expect("a table");
    // A reader of JSON may round the last digit.
    let nanos = |t: f64| (t * 1e9).round() as u64;
    let decided: BTreeSet<(String, u64)> = lines(&results)
        .iter()
        .filter(|l| l["choice"].as_array().expect("orders").iter().any(|o| o["order"] == "move"))
        .map(|l| (l["cell"].as_str().expect("a cell").to_owned(), nanos(l["time_s"].as_f64().expect("a time"))))
        .collect();
    let table = results.join("migrations.csv");
    let (cells, scenarios, times) = (column(&table, "cell"), column(&table, "scenario"), column(&table, "time_s"));
    let mut compared = 0;
    for k in 0..cells.len() {
        // Where moves have steps, or nodes are asked first, time passes between the order and the freeze.
        if ["free", "fixed"].contains(&scenarios[k].as_str()) {
            let t: f64 = times[k].parse().expect("a time");
            assert!(decided.contains(&(cells[k].clone(), nanos(t))), "nobody decided the migration at {t}");
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} migrations");
    fs::write(folder.path().join("small.toml"), MOVING.split("[output]").next().expect("a file")).expect("a file");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "without"]);
    let without = folder.path().join("without/small");
    assert!(fs::read(without.join("runs.csv")).expect("a table") == with);
    assert!(!without.join("decisions.jsonl").exists(), "it was not asked for");
}

#[test]
fn observations_are_as_old_as_the_information_structure_lets_them_be() {
    let moving = MOVING.replace("information = \"on-demand\"", "information = { kind = \"periodic\", every = \"2s\" }");
    let folder = folder(&moving);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--only", "policy == 'asked' && scenario == 'fixed'"]);
    let mut ages = Vec::new();
    for line in lines(&folder.path().join("results/small")) {
        ages.extend(line["known"].as_array().expect("a list").iter().filter_map(|o| o["age_s"].as_f64()));
    }
    let mean = ages.iter().sum::<f64>() / ages.len() as f64;
    assert!(ages.len() > 500 && ages.iter().all(|age| (0.0..=2.0).contains(age)));
    // Uniform between 0 and the period.
    assert!((mean - 1.0).abs() < 0.1, "{mean}");
}
