//! The program from end to end: what it writes, what it says, and with which exit code it ends.
//!
//! Not here: whether the numbers are right.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Eight cells, quick to run; two of the metrics have formulas, and a text is swept as well.
const SMALL: &str = r#"schema = 1
[experiment]
name = "small"

[scenario]
nodes        = { count = 5 }
horizon      = { processes = 1_000 }
offered_load = 0.5
lifetime     = { kind = "exponential", mean = "1s" }

[policies.none]
kind = "none"

[policies.choices]
kind = "power-of-d"
d    = 2

[sweep]
offered_load       = [0.5, 0.8]
"nodes.discipline" = ["fcfs", "ps"]

[replicate]
min = 3

[[plots]]
name   = "response"
x      = "offered_load"
y      = "response.mean"
where  = "nodes.discipline == 'ps'"
theory = true
"#;

/// A folder with an experiment file in it.
fn folder(experiment: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("small.toml"), experiment).expect("a file");
    folder
}

/// Runs the program in a folder.
fn loadlab(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_loadlab");
    Command::new(program).current_dir(folder).args(arguments).output().expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it says on standard error, which must be the words of an error, not those of a panic.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!text.contains("panicked") && out(output).is_empty(), "{text}");
    text
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = loadlab(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    out(&output)
}

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
    assert!(said.contains("response.mean") && said.contains("24 runs of 8 cells"), "{said}");
    let results = folder.path().join("results/small");
    for name in ["manifest.json", "plots", "runs.csv", "summary.csv"] {
        assert!(results.join(name).exists(), "there is no {name}");
    }
    assert_eq!(names(&results.join("plots")), ["csv", "png", "svg", "tex"].map(|e| format!("response.{e}")));
    let manifest = fs::read_to_string(results.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("the manifest is JSON");
    assert_eq!((manifest["cells"].as_u64(), manifest["runs"].as_u64()), (Some(8), Some(24)));
    assert_eq!(manifest["experiment"], "small");
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
    assert_eq!(responses.len(), 24);
    // Lifetimes have mean 1 s, and nobody leaves before a lifetime is over.
    assert!(responses.iter().all(|x| x.is_finite() && *x > 0.8), "{responses:?}");
}

#[test]
fn tables_and_plots_are_the_same_bytes_for_one_thread_and_for_two() {
    let folder = folder(SMALL);
    for threads in ["1", "2"] {
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--threads", threads, "--out", threads]);
    }
    let read = |threads: &str, name: &str| fs::read(folder.path().join(threads).join("small").join(name)).expect(name);
    for name in ["runs.csv", "summary.csv", "plots/response.svg", "plots/response.png", "plots/response.csv"] {
        assert!(read("1", name).len() > 100, "{name} is empty");
        assert!(read("1", name) == read("2", name), "{name} depends on the number of threads");
    }
}

#[test]
fn another_seed_gives_other_numbers() {
    let folder = folder(SMALL);
    let table = |seed: &str| {
        let set = format!("replicate.seed={seed}");
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--set", &set, "--out", seed]);
        fs::read(folder.path().join(seed).join("small/summary.csv")).expect("a table")
    };
    assert!(table("1") != table("2"));
}

#[test]
fn quiet_says_nothing() {
    let folder = folder(SMALL);
    let output = loadlab(folder.path(), &["run", "small.toml", "--quiet"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((out(&output), complaint(&output)), (String::new(), String::new()));
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_nearest_word_before_anything_is_written() {
    let folder = folder(&SMALL.replace("offered_load = 0.5", "ofered_load  = 0.5"));
    let output = loadlab(folder.path(), &["run", "small.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let said = complaint(&output);
    assert!(said.contains("small.toml:8:1"), "{said}");
    assert!(said.contains("ofered_load") && said.contains("`offered_load`"), "{said}");
    assert_eq!(names(folder.path()), ["small.toml"]);
}

#[test]
fn a_combination_that_makes_no_sense_is_refused_before_anything_is_written() {
    let folder = folder(SMALL);
    for set in ["sweep.offered_load=[0.5, 1.2]", "nodes.count=0", "policies.none.kind=\"nonne\"", "nonsense"] {
        let output = loadlab(folder.path(), &["run", "small.toml", "--set", set]);
        assert_eq!(output.status.code(), Some(2), "{set}");
        assert!(!complaint(&output).is_empty());
        assert_eq!(names(folder.path()), ["small.toml"], "{set}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = folder(SMALL);
    for command in ["run", "check"] {
        let output = loadlab(folder.path(), &[command, "absent.toml"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(complaint(&output).contains("absent.toml"));
    }
    assert_eq!(names(folder.path()), ["small.toml"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named_before_anything_runs() {
    let folder = folder(SMALL);
    // Below a file there can be no folder, whoever asks: permissions would not stop the superuser.
    fs::write(folder.path().join("taken"), "").expect("a file");
    let output = loadlab(folder.path(), &["run", "small.toml", "--out", "taken"]);
    assert_eq!(output.status.code(), Some(3));
    let said = complaint(&output);
    assert!(said.contains("taken") && !said.contains("runs done"), "{said}");
}

#[test]
fn check_is_silent_about_valid_files_and_reports_every_wrong_one() {
    let folder = folder(SMALL);
    assert_eq!(succeed(folder.path(), &["check", "small.toml"]), "");
    for name in ["first.toml", "second.toml"] {
        fs::write(folder.path().join(name), SMALL.replace("[replicate]", "[replikate]")).expect("a file");
    }
    let output = loadlab(folder.path(), &["check", "first.toml", "small.toml", "second.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let said = complaint(&output);
    assert!(said.contains("first.toml:") && said.contains("second.toml:") && !said.contains("small.toml:"), "{said}");
    assert_eq!(names(folder.path()), ["first.toml", "second.toml", "small.toml"]);
}

#[test]
fn the_catalogue_lists_every_policy_and_shows_the_page_of_one() {
    let folder = TempDir::new().expect("a temporary folder");
    let list = succeed(folder.path(), &["policies"]);
    for kind in loadlab_policies::POLICIES {
        assert!(list.contains(kind.name) && list.contains(kind.summary), "{} is not listed", kind.name);
        let page = succeed(folder.path(), &["policies", kind.name]);
        assert!(kind.params.iter().all(|p| page.contains(&format!("`{}`", p.name))), "{page}");
    }
    let output = loadlab(folder.path(), &["policies", "treshold"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint(&output).contains("`threshold`"));
}
