//! `docs/mechanisms.md` is what the code says, and the calculator's commands answer.

use std::process::Command;

#[test]
fn the_document_of_mechanisms_is_the_one_that_the_code_generates() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mechanisms.md");
    let now = loadlab::mechanisms::document();
    if std::env::var_os("LOADLAB_REGENERATE").is_some() {
        std::fs::write(path, &now).expect("docs/mechanisms.md");
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(there == now, "docs/mechanisms.md is not what the code says: run this test with LOADLAB_REGENERATE=1");
}

fn loadlab(arguments: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_loadlab")).args(arguments).output().expect("loadlab starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (out.status.code().unwrap_or(-1), text(out.stdout), text(out.stderr))
}

#[test]
fn the_calculator_prints_every_mechanism_and_marks_what_is_recalled() {
    let (code, table, _) = loadlab(&["cost", "--system", "v", "--memory", "2MB", "--working-set", "80KB"]);
    assert_eq!(code, 0);
    assert!(table.starts_with("v used precopy; evidence: recalled; recalled: select, setup, switch, copy_rate\n"));
    for name in ["eager-all", "copy-on-reference", "post-copy", "hybrid", "checkpoint-restart", "precopy qemu"] {
        assert!(table.contains(&format!("\n{name} ")), "{name} is in\n{table}");
    }
    let (_, systems, _) = loadlab(&["systems"]);
    assert!(systems.lines().any(|line| line.starts_with("v ") && line.contains("recalled")));
    assert!(systems.lines().any(|line| line.starts_with("sprite ") && line.contains("published")));
    let (_, mechanisms, _) = loadlab(&["mechanisms"]);
    assert!(mechanisms.lines().any(|line| line.contains(" precopy ") && line.contains("v (recalled)")), "{mechanisms}");
    assert!(loadlab(&["mechanisms", "flushing"]).1.contains("Figures of: sprite (published)."));
    assert!(loadlab(&["systems", "v"]).1.contains("| `setup` | 40ms | recalled |"));
}

/// By hand: 2 MB over 0.66 MB/s are 3.03 s; 76 ms and 4 files of 9.4 ms come on top.
#[test]
fn the_calculator_reads_a_setting_from_a_file_and_from_options() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("setting.toml");
    std::fs::write(&file, "fixed = \"76ms\"\nper_file = \"9.4ms\"\nfiles = 4\n").expect("a file");
    let file = file.to_string_lossy().into_owned();
    let (code, table, _) = loadlab(&["cost", "--file", &file, "--memory", "2MB", "--bandwidth", "0.66MB/s"]);
    let line = table.lines().find(|line| line.starts_with("eager-all")).unwrap_or_default().to_owned();
    assert!(code == 0 && line.contains("3.14 s"), "{line}");
}

#[test]
fn a_sweep_is_drawn_and_wrong_input_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy().into_owned();
    let (code, files, _) = loadlab(&["cost", "--sweep", "memory=1MiB..1GiB", "--out", &out]);
    assert_eq!((code, files.lines().count()), (0, 4));
    let data = std::fs::read_to_string(folder.path().join("cost-memory.csv")).expect("the data of the figure");
    assert!(data.contains("total time") && data.contains("eager-all"));
    for (arguments, said) in [
        (["cost", "--memory", "2s"], "a size"),
        (["cost", "--set", "memry=1"], "`memory`"),
        (["cost", "--sweep", "memory=2..1"], "ascend"),
        (["cost", "--system", "sprit"], "`sprite`"),
    ] {
        let (code, _, complaint) = loadlab(&arguments);
        assert!(code == 2 && complaint.contains(said), "{arguments:?}: {complaint}");
    }
}

/// Forwarded calls, failures and the keys of copying, from the file to the tables.
#[test]
fn an_experiment_file_reaches_forwarding_failures_and_how_copying_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("away.toml");
    let text = r#"schema = 1
[experiment]
name = "away"
[scenario]
nodes = { count = 6 }
horizon = { processes = 2000 }
offered_load = 0.7
lifetime = { kind = "exponential", mean = "1s" }
network = { kind = "two-level", bandwidth = "10MB/s", wan_bandwidth = "5MB/s", wan_latency = "5ms", cluster_size = 3 }
forwarding = { kind = "chain", calls = 0.1, factor = 3, every = "50ms", on_failure = "at-once" }
faults = { node = { mtbf = "5min", repair = "10s" }, server = { mtbf = "1min", repair = "2s" }, planned = [{ at = "20s", lasts = "1s" }] }
[scenario.migration]
kind = "precopy"
rules = "qemu"
rounds = 20
dirty_rate = "2MB/s"
source_rate = "20MB/s"
copying = "competes"
safe_point = "10ms"
code_fraction = 0.2
commit = "two-phase"
in_doubt = "1s"
[policies.steal]
kind = "work-stealing"
threshold = 2
probes = 3
[replicate]
min = 2
[output.migrations]
when = "true"
"#;
    std::fs::write(&file, text).expect("a file");
    let out = folder.path().join("results");
    let (code, _, complaint) = loadlab(&["run", file.to_str().expect("text"), "--out", out.to_str().expect("text")]);
    assert_eq!(code, 0, "{complaint}");
    let runs = std::fs::read_to_string(out.join("away/runs.csv")).expect("runs.csv");
    let rows: Vec<Vec<&str>> = runs.lines().map(|line| line.split(',').collect()).collect();
    let column = |name| rows[0].iter().position(|known| *known == name).expect("a column");
    let (metrics, values) = (column("metric"), column("value"));
    for metric in ["forwarding.per_process", "lost.fraction", "freeze.p99", "migrations.per_process"] {
        let of_metric: Vec<&str> = rows.iter().filter(|row| row[metrics] == metric).map(|row| row[values]).collect();
        assert_eq!(of_metric.len(), 2, "{metric} in two replications");
        for value in of_metric {
            assert!(value.parse::<f64>().is_ok_and(|x| x > 0.0), "{metric} is {value}");
        }
    }
}
