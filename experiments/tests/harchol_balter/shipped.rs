//! What is shipped around the comparison: process accounting of a machine of one's own, and the level lines by which a plot
//! compares a constant with a criterion that has none.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A recording that a kernel wrote: six processes.
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../workloads/tests/data/acct/recorded.acct");

/// What the program prints; it must end well, or with claims that fail.
fn loadlab(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadlab"));
    let output = command.current_dir(folder).env_remove("LOADLAB_DATA").args(arguments).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    String::from_utf8(output.stdout).expect("text") + &said
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut table = csv::Reader::from_path(path).expect("a table");
    table.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_recording_of_process_accounting_is_reported_and_replayed_under_every_policy() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::copy(RECORDED, folder.path().join("pacct")).expect("a copy");
    let said = loadlab(folder.path(), &["workload", "pacct"]);
    assert!(said.contains("pacct") && said.contains('6'), "{said}");

    let file = format!("scenario.workload.path={:?}", folder.path().join("pacct").display().to_string());
    let set = |value: &'static str| ["--set", value];
    let mut arguments = vec!["run", "paper:your-own-machine", "--quiet", "--set", &file];
    // None of the six programs occurs ten times.
    arguments.extend(["policies.name-list.longest.count=1", "replicate.min=2", "replicate.max=2"].map(set).concat());
    let said = loadlab(folder.path(), &arguments);
    assert!(!said.contains("stand-in"), "{said}");
    let results = folder.path().join("results/your-own-machine");
    let policies: BTreeSet<String> = rows(&results.join("summary.csv")).into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(policies.len(), 7, "{policies:?}");
    let facts = fs::read_to_string(results.join("workloads.csv")).expect("a table");
    assert!(facts.contains("pacct,lines,read,6,") && facts.contains("name-list: "), "{facts}");
}

#[test]
fn cells_without_the_key_of_the_axis_are_level_lines_in_its_plot() {
    let text = "schema = 1\n[experiment]\nname = \"x\"\n[scenario]\nnodes = { count = 4 }\nhorizon = { processes = 200 }\n\
                offered_load = 0.5\nlifetime = \"1s\"\n[policies.none]\nkind = \"none\"\n[policies.choices]\n\
                kind = \"power-of-d\"\nd = 2\n[sweep]\npolicy = [\"choices\"]\n\"policies.choices.d\" = [2, 3]\n\
                [[sweep.also]]\npolicy = [\"none\"]\n[replicate]\nmin = 2\n\
                [[plots]]\nname = \"p\"\nx = \"policies.choices.d\"\ny = \"response.mean\"\n";
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("x.toml"), text).expect("a file");
    loadlab(folder.path(), &["run", "x.toml", "--quiet"]);
    let results = folder.path().join("results/x");
    let summary = rows(&results.join("summary.csv"));
    let mean = |row: &&Vec<String>| row[3] == "none" && row[5] == "response.mean";
    let mean = summary.iter().find(mean).map(|row| row[8].clone()).expect("the mean of none");
    let plot = rows(&results.join("plots/p.csv"));
    let level: Vec<[&str; 3]> =
        plot.iter().filter(|row| row[3] == "none").map(|row| [&*row[2], &*row[4], &*row[6]]).collect();
    assert_eq!(level, [["theory", "2", &mean], ["theory", "3", &mean]]);
}
