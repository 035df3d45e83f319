//! A small experiment, a folder to run it in, and the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Eight cells in four points, two of them the same under two names; rounds that depend on targets.
pub(crate) const SMALL: &str = r#"schema = 1
[experiment]
name = "small"

[scenario]
nodes        = { count = 4 }
horizon      = { processes = 400 }
offered_load = 0.5
lifetime     = { kind = "exponential", mean = "1s" }
migration    = { kind = "fixed", cost = "100ms" }
memory       = { kind = "exponential", mean = "1MiB" }

[policies.none]
kind = "none"
[policies.choices]
kind = "power-of-d"
d    = 2

[sweep]
offered_load       = [0.5, 0.8]
"nodes.discipline" = ["fcfs", "ps"]

[replicate]
min   = 4
max   = 4
batch = 3

[[plots]]
name = "response"
x    = "offered_load"
y    = "response.mean"
"#;

/// A folder with `small.toml` in it.
pub(crate) fn folder(experiment: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("small.toml"), experiment).expect("a file");
    folder
}

/// The program, in a folder.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadlab"));
    command.current_dir(folder).args(arguments);
    command
}

/// Runs the program; it must not panic.
pub(crate) fn loadlab(folder: &Path, arguments: &[&str]) -> Output {
    let output = command(folder, arguments).output().expect("the program starts");
    assert!(!complaint(&output).contains("panicked"), "{}", complaint(&output));
    output
}

pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it answers, if it ends with code 0.
pub(crate) fn succeed(folder: &Path, arguments: &[&str]) -> String {
    ends(folder, arguments, 0).0
}

/// What it answers and what it complains, if it ends with this code.
pub(crate) fn ends(folder: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let output = loadlab(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", complaint(&output));
    (String::from_utf8_lossy(&output.stdout).into_owned(), complaint(&output))
}

/// Every file that must be the same bytes always, by name: all but the manifest and the store.
pub(crate) fn tables(results: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for below in ["", "plots"] {
        let entries = fs::read_dir(results.join(below)).unwrap_or_else(|e| panic!("{results:?}: {e}"));
        for path in entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()) {
            let name = path.strip_prefix(results).expect("it is inside").to_owned();
            all.insert(name, fs::read(&path).expect("a file"));
        }
    }
    assert!(all.remove(Path::new("manifest.json")).is_some(), "there is no manifest");
    assert!(all.len() >= 6, "only {:?}", all.keys());
    all
}

/// Fails unless two folders hold the same tables and plots, byte by byte.
pub(crate) fn assert_same(one: &Path, other: &Path) {
    let (a, b) = (tables(one), tables(other));
    assert!(a.keys().eq(b.keys()), "{one:?} has {:?}, {other:?} has {:?}", a.keys(), b.keys());
    for (name, bytes) in &a {
        assert!(bytes == &b[name], "{name:?} differs between {one:?} and {other:?}");
    }
}

/// The fields of a column of `runs.csv`.
pub(crate) fn column(table: &Path, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(table).unwrap_or_else(|e| panic!("{table:?}: {e}"));
    let header = reader.headers().expect("a header").clone();
    let at = header.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column {name} in {header:?}"));
    reader.records().map(|row| row.expect("a row")[at].to_owned()).collect()
}

/// How many runs the manifest says the last command did itself.
pub(crate) fn ran(results: &Path) -> u64 {
    let text = fs::read_to_string(results.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    manifest["ran"].as_u64().expect("a count")
}
