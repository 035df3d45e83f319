//! The commands beside `run`: `list`, `show`, `plot`, the catalogues, and what is made for other programs.

use crate::support::{SMALL, column, ends, folder, succeed, tables};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

#[test]
fn list_tells_cells_runs_and_costs_and_writes_nothing() {
    let folder = folder(SMALL);
    let said = succeed(folder.path(), &["list", "small.toml"]);
    assert!(said.contains("8 cells, 0 runs done, 32 to do"), "{said}");
    assert!(said.contains("time: ") && said.contains("disk: "), "{said}");
    assert!(!folder.path().join("results").exists());
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--only", "policy == none"]);
    let said = succeed(folder.path(), &["list", "small.toml"]);
    assert!(said.contains("8 cells, 16 runs done, 16 to do"), "{said}");
    let said = succeed(folder.path(), &["list", "small.toml", "--only", "policy == none"]);
    assert!(said.contains("4 cells, 16 runs done, 0 to do"), "{said}");
}

#[test]
fn list_warns_of_a_precision_that_is_out_of_reach() {
    let targets = "[stop]\ntargets = [{ metric = \"response.mean\", relative_half_width = 0.0001 }]\n";
    let folder = folder(&(SMALL.replace("max   = 4", "max = 10") + targets));
    let said = succeed(folder.path(), &["list", "small.toml"]);
    assert!(said.contains("32 to 80 to do") && said.contains("out of reach"), "{said}");
}

#[test]
fn list_forecasts_the_replications_and_the_time_that_targets_need() {
    // An M/M/1 queue of offered load .8 needs 190,000 processes for 5 %: 95 replications of 2,000.
    let target = "[stop]\ntargets = [{ metric = \"response.mean\", relative_half_width = 0.05 }]\n";
    let file = SMALL.replace("processes = 400", "processes = 2000").replace("max   = 4", "max = 200");
    let folder = folder(&(file.replace("min   = 4", "min = 12") + target));
    let said = succeed(folder.path(), &["list", "small.toml"]);
    let replications = |said: &str| -> f64 {
        let (_, rest) = said.split_once("targets: about ").unwrap_or_else(|| panic!("no forecast: {said}"));
        rest.split(' ').next().and_then(|n| n.parse().ok()).expect("a number")
    };
    assert!((replications(&said) - 95.0).abs() < 3.0 && said.contains("by the M/M/1 queue"), "{said}");
    assert!(!said.contains("out of reach"), "{said}");
    // With runs the forecast is theirs, and the run that follows needs about as many at its most demanding point.
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--replications", "12"]);
    let said = succeed(folder.path(), &["list", "small.toml"]);
    let forecast = replications(&said);
    assert!(said.contains("by their runs") && said.contains("runs to do, "), "{said}");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let table = folder.path().join("results/small/summary.csv");
    let counts = column(&table, "replications");
    let most = counts.iter().filter_map(|n| n.parse::<f64>().ok()).fold(0.0, f64::max);
    assert!(forecast > 0.4 * most && forecast < 2.5 * most, "{forecast} were forecast, {most} were needed");
}

#[test]
fn show_gives_the_resolved_table_of_a_cell_with_the_origin_of_each_value() {
    let folder = folder(SMALL);
    let list = succeed(folder.path(), &["list", "small.toml"]);
    let id = list.lines().nth(1).and_then(|line| line.split(' ').next()).expect("a cell");
    let said = succeed(folder.path(), &["show", "small.toml", "--cell", &id[..6]]);
    assert!(said.contains(&format!("# cell {id}")) && said.contains("[policy]"), "{said}");
    assert!(
        said.contains("small.toml:") && said.contains("# default") && said.contains("swept as offered_load"),
        "{said}"
    );
    assert_eq!(succeed(folder.path(), &["show", "small.toml"]).matches("# cell ").count(), 8);
    let (_, said) = ends(folder.path(), &["show", "small.toml", "--cell", "zzz"], 2);
    assert!(said.contains("no cell `zzz`"), "{said}");
}

#[test]
fn plot_draws_the_same_plots_again_without_the_file() {
    let folder = folder(SMALL);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let results = folder.path().join("results/small");
    let before = tables(&results);
    fs::remove_dir_all(results.join("plots")).expect("plots");
    fs::remove_file(folder.path().join("small.toml")).expect("a file");
    let said = succeed(folder.path(), &["plot", "results/small"]);
    assert!(said.contains("results/small/plots/response.svg"), "{said}");
    assert_eq!(tables(&results), before);
    let (_, said) = ends(folder.path(), &["plot", "results"], 2);
    assert!(said.contains("manifest.json"), "{said}");
}

#[test]
fn the_catalogues_list_every_entry_and_show_its_page() {
    let folder = TempDir::new().expect("a folder");
    let env = loadlab::catalogues::env();
    let of = [
        ("policies", vec!["policy"]),
        ("workloads", vec!["arrivals", "law"]),
        ("mechanisms", vec!["migration", "placement", "network", "discipline"]),
    ];
    for (command, ids) in of {
        let list = succeed(folder.path(), &[command]);
        for kind in ids.iter().filter_map(|id| env.catalogue(id)).flat_map(|catalogue| &catalogue.kinds) {
            assert!(list.contains(kind.name) && list.contains(kind.summary), "{} is not listed", kind.name);
        }
        let known = env.catalogue(ids[0]).expect("a catalogue").kinds[0].name;
        assert!(succeed(folder.path(), &[command, known]).contains(&format!("## {known}")));
        let (_, said) = ends(folder.path(), &[command, &format!("{known}x")], 2);
        assert!(said.contains(&format!("did you mean `{known}`?")), "{said}");
    }
}

#[test]
fn schema_explain_and_completions_are_made_from_the_code() {
    let folder = TempDir::new().expect("a folder");
    let schema: serde_json::Value = serde_json::from_str(&succeed(folder.path(), &["schema"])).expect("JSON");
    assert!(schema["properties"]["replicate"].is_object());
    assert!(succeed(folder.path(), &["explain", "replicate.min"]).contains("default 30"));
    let (_, said) = ends(folder.path(), &["explain", "replicate.mim"], 2);
    assert!(said.contains("`replicate.min`"), "{said}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(succeed(folder.path(), &["completions", shell]).contains("merge"), "{shell}");
    }
}

/// A generated document must be what the code says; `LOADLAB_REGENERATE=1` writes it.
fn generated(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("LOADLAB_REGENERATE").is_some() {
        fs::write(&path, now).expect("a document");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == now, "docs/{name} is not what the code says: run this test with LOADLAB_REGENERATE=1");
}

#[test]
fn the_data_dictionary_is_the_one_that_the_code_generates() {
    generated("columns.md", &loadlab::results::columns());
}

#[test]
fn the_manual_of_the_experiment_file_is_the_one_that_the_code_generates() {
    generated("experiment-file.md", &loadlab::file::manual(&loadlab::catalogues::env()));
}

#[test]
fn every_column_of_every_table_is_in_the_data_dictionary() {
    let folder = folder(&format!("{SMALL}[output]\nprocesses = {{}}\nnodes = {{}}\nmigrations = {{}}\n"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let dictionary = loadlab::results::columns();
    let swept = ["offered_load", "nodes.discipline"];
    for (name, bytes) in tables(&folder.path().join("results/small")) {
        let Some(name) = name.to_str().filter(|name| name.ends_with(".csv") && !name.contains("plots")) else {
            continue;
        };
        let at = dictionary.find(&format!("## {name}\n")).unwrap_or_else(|| panic!("{name} has no section"));
        let section = dictionary[at..].split("\n## ").next().unwrap_or_default();
        let identity = dictionary.split("\n## ").nth(1).unwrap_or_default();
        let header = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
        for column in header.split(',').filter(|column| !swept.contains(column)) {
            let row = format!("| {column} |");
            assert!(section.contains(&row) || identity.contains(&row), "{name}: {column} is not explained");
        }
    }
}
