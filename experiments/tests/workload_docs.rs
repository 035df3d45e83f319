//! What `docs/workloads.md` shows runs, shows every kind of workload and every operation, and does what it says.

use loadlab::workload::WORKLOADS;
use std::fs;
use std::path::Path;
use std::process::Command;

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/workloads.md")).expect("docs/workloads.md")
}

/// The fenced blocks of a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

/// Runs an experiment in a folder; gives its table of accounts, which is empty where there is no trace.
fn run(folder: &Path, name: &str, text: &str) -> String {
    fs::write(folder.join(format!("{name}.toml")), text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadlab"));
    let out =
        command.current_dir(folder).args(["run", &format!("{name}.toml"), "--quiet"]).output().expect("it starts");
    assert!(out.status.success(), "{text}\n{}", String::from_utf8_lossy(&out.stderr));
    fs::read_to_string(folder.join("results").join(name).join("workloads.csv")).unwrap_or_default()
}

/// The experiment around a table of a workload.
fn around(name: &str, table: &str) -> String {
    let laws = "lifetime = { kind = \"exponential\", mean = 1 }\nhorizon = { processes = 200 }\n";
    let scenario = match table {
        _ if table.contains("kind = \"closed\"") => laws.to_owned(),
        _ if ["path = ", "processes = ", "list = "].iter().any(|key| table.contains(key)) => String::new(),
        _ => format!("{laws}offered_load = 0.5\n"),
    };
    format!(
        "schema = 1\nexperiment.name = \"{name}\"\npolicies.two.kind = \"power-of-d\"\nwarmup.kind = \"none\"\n\
         replicate = {{ min = 2, max = 2 }}\n[scenario]\nnodes = {{ count = 4 }}\n{scenario}[scenario.workload]\n{table}"
    )
}

#[test]
fn everything_that_the_page_of_workloads_shows_runs() {
    let page = page();
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("log.swf", blocks(&page, "swf")[0]);
    write("table.csv", blocks(&page, "csv")[0]);
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads/tests/data/acct/recorded.acct");
    fs::copy(recorded, folder.path().join("pacct")).expect("the file of another test");
    let (whole, tables): (Vec<&str>, Vec<&str>) =
        blocks(&page, "toml").into_iter().partition(|block| block.starts_with("schema"));
    assert_eq!((whole.len(), tables.len()), (1, 19));
    run(folder.path(), "laws", &format!("{}\n[output]\nprocesses = {{}}\n", whole[0]));
    // The table of the first run is the one that is replayed.
    let recorded = fs::read_to_string(folder.path().join("results/laws/processes.csv")).expect("a record");
    let first: Vec<&str> = recorded.lines().filter(|line| !line.contains(",two-choices,1,")).collect();
    write("processes.csv", &(first.join("\n") + "\n"));
    let mut steps = String::new();
    for (k, table) in tables.iter().enumerate() {
        steps += &run(folder.path(), &format!("w{k}"), &around(&format!("w{k}"), table));
    }
    // What each operation leaves in the account.
    for step in [
        "sort within 10 processes",
        "select status == 1 && run_time > 5",
        "window from 0 s to 120 s",
        "the first 3 processes",
        "split into serial processes",
        "serial processes only",
        "lifetimes of at least 60 s",
        "homes by user",
        "homes by weights",
        "interarrival",
        "lifetime",
        "capacity",
        "shake lifetimes by 0.9 to 1.1",
        "block bootstrap of 60 s",
        "4 wait for others, 0 name none that is there",
    ] {
        assert!(steps.contains(step), "`{step}` is not in\n{steps}");
    }
}

#[test]
fn the_page_of_workloads_shows_every_kind_and_every_operation() {
    let page = page();
    let shown = blocks(&page, "toml").concat();
    let files = ["berkeley-1995", "google-2011", "alibaba-2018"];
    for kind in WORKLOADS {
        let named = page.contains(&format!("`{}`", kind.name)) && files.contains(&kind.name);
        assert!(named || shown.contains(&format!("kind = \"{}\"", kind.name)), "{}", kind.name);
    }
    // What all formats share are the operations.
    let keys = |name: &str| {
        let kind = WORKLOADS.iter().find(|kind| kind.name == name).expect("a format");
        kind.params.iter().map(|param| param.name).collect::<Vec<_>>()
    };
    let (generator, log) = (keys("lublin-1999"), keys("swf"));
    let operations: Vec<&str> = log.into_iter().filter(|key| generator.contains(key)).chain(["follow"]).collect();
    assert_eq!(operations.len(), 11);
    for key in operations {
        assert!(page.contains(&format!("| `{key}`")) || page.contains(&format!("`{key}` |")), "no row for `{key}`");
        assert!(shown.lines().any(|line| line.starts_with(&format!("{key} = "))), "no example of `{key}`");
    }
}
