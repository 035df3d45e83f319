//! The shipped gallery, run once for all tests, and tables as rows.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// A row of a table by the names of its columns.
pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Runs the program; it must not panic.
pub(crate) fn loadlab(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadlab"));
    let output = command.current_dir(folder).args(arguments).output().expect("the program starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(!complaint.contains("panicked"), "{complaint}");
    output
}

/// What it answers, if it ends well.
pub(crate) fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = loadlab(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The gallery, run once.
pub(crate) struct Gallery {
    folder: PathBuf,
    /// Held until the process ends: the folder is ours alone.
    _lock: File,
    /// What the run said.
    pub(crate) said: String,
}

/// In a folder of the build that takes the place of the last one: nothing drops a static, so a temporary folder would
/// stay, 88 MB with each run of the tests.
pub(crate) static GALLERY: LazyLock<Gallery> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    let lock = File::create(folder.with_extension("lock")).expect("a file to lock");
    lock.lock().expect("a lock");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the last gallery goes");
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(example("gallery.toml"), folder.join("gallery.toml")).expect("a copy");
    let said = succeed(&folder, &["run", "gallery.toml"]);
    Gallery { folder, _lock: lock, said }
});

impl Gallery {
    pub(crate) fn results(&self) -> PathBuf {
        self.folder.join("results/gallery")
    }

    /// The rows of a table.
    pub(crate) fn table(&self, name: &str) -> Vec<Row> {
        table(&self.results().join(format!("{name}.csv")))
    }

    /// The data of a plot.
    pub(crate) fn plot(&self, name: &str) -> Vec<Row> {
        self.table(&format!("plots/{name}"))
    }

    /// The rows of a table that belong to a cell of the sweep.
    pub(crate) fn cell(&self, name: &str, load: &str, nodes: &str, policy: &str) -> Vec<Row> {
        let mut rows = self.table(name);
        rows.retain(|row| row["offered_load"] == load && row["nodes.count"] == nodes && row["policy"] == policy);
        assert!(!rows.is_empty(), "{name}.csv has no row of {load}, {nodes}, {policy}");
        rows
    }
}

pub(crate) fn table(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

pub(crate) fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?} is no number"))
}

/// Two numbers that were computed along different ways.
pub(crate) fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}
