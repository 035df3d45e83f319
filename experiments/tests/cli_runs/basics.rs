//! One run from its file to its tables, and files that are refused before anything is written.

use crate::support::{SMALL, ends, folder, loadlab, succeed};
use std::fs;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_run_ends_well_and_leaves_tables_plots_and_a_manifest() {
    let folder = folder(SMALL);
    let said = succeed(folder.path(), &["run", "small.toml"]);
    assert!(said.contains("response.mean") && said.contains("32 runs of 8 cells"), "{said}");
    let results = folder.path().join("results/small");
    for name in ["manifest.json", "plots", "runs.csv", "summary.csv"] {
        assert!(results.join(name).exists(), "there is no {name}");
    }
    assert_eq!(names(&results.join("plots")), ["csv", "png", "svg", "tex"].map(|e| format!("response.{e}")));
    let manifest = fs::read_to_string(results.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("the manifest is JSON");
    assert_eq!((manifest["cells"].as_u64(), manifest["runs"].as_u64()), (Some(8), Some(32)));
    assert_eq!(manifest["experiment"], "small");
    // Whatever the build knows of its commit is in the manifest, and nothing else.
    assert_eq!(manifest["commit"].as_str(), option_env!("LOADLAB_COMMIT"));
}

#[test]
fn every_row_carries_its_identity_and_every_cell_all_replications() {
    let folder = folder(SMALL);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let mut reader = csv::Reader::from_path(folder.path().join("results/small/runs.csv")).expect("a table");
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column {name}"));
    let identity = ["experiment", "cell", "scenario", "policy", "offered_load", "nodes.discipline", "replication"];
    let (identity, metric, value) = (identity.map(column), column("metric"), column("value"));
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    assert!(rows.iter().all(|row| identity.iter().all(|k| !row[*k].is_empty())));
    let responses: Vec<f64> = rows
        .iter()
        .filter(|row| &row[metric] == "response.mean")
        .map(|row| row[value].parse().expect("a number"))
        .collect();
    assert_eq!(responses.len(), 32);
    // Lifetimes have mean 1 s, and nobody leaves before a lifetime is over.
    assert!(responses.iter().all(|x| x.is_finite() && *x > 0.8), "{responses:?}");
}

#[test]
fn quiet_says_nothing() {
    let folder = folder(SMALL);
    assert_eq!(ends(folder.path(), &["run", "small.toml", "--quiet"], 0), (String::new(), String::new()));
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_nearest_word_before_anything_is_written() {
    let folder = folder(&SMALL.replace("offered_load = 0.5", "ofered_load  = 0.5"));
    let (answer, said) = ends(folder.path(), &["run", "small.toml"], 2);
    assert!(answer.is_empty() && said.contains("small.toml:8:1"), "{said}");
    assert!(said.contains("ofered_load") && said.contains("`offered_load`"), "{said}");
    assert_eq!(names(folder.path()), ["small.toml"]);
}

#[test]
fn a_combination_that_makes_no_sense_is_refused_before_anything_is_written() {
    let folder = folder(SMALL);
    for set in ["sweep.offered_load=[0.5, 1.2]", "nodes.count=0", "policies.none.kind=\"nonne\"", "nonsense"] {
        let (answer, said) = ends(folder.path(), &["run", "small.toml", "--set", set], 2);
        assert!(answer.is_empty() && !said.is_empty(), "{set}");
        assert_eq!(names(folder.path()), ["small.toml"], "{set}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = folder(SMALL);
    for command in ["run", "check"] {
        assert!(ends(folder.path(), &[command, "absent.toml"], 2).1.contains("absent.toml"));
    }
    assert_eq!(names(folder.path()), ["small.toml"]);
}

#[test]
fn check_is_silent_about_valid_files_and_reports_every_wrong_one() {
    let folder = folder(SMALL);
    assert_eq!(succeed(folder.path(), &["check", "small.toml"]), "");
    for name in ["first.toml", "second.toml"] {
        fs::write(folder.path().join(name), SMALL.replace("[replicate]", "[replikate]")).expect("a file");
    }
    let (_, said) = ends(folder.path(), &["check", "first.toml", "small.toml", "second.toml"], 2);
    assert!(said.contains("first.toml:") && said.contains("second.toml:") && !said.contains("small.toml:"), "{said}");
    assert_eq!(names(folder.path()), ["first.toml", "second.toml", "small.toml"]);
}

#[test]
fn help_and_version_are_answers() {
    let folder = folder(SMALL);
    for words in [&["--help"][..], &["--version"], &["run", "--help"]] {
        let output = loadlab(folder.path(), words);
        assert!(output.status.success() && !output.stdout.is_empty(), "{words:?}");
    }
}
