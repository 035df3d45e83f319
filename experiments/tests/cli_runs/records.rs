//! The records of single runs: complete, with identity, and readable as a workload.

use crate::support::{SMALL, assert_same, column, ends, folder, ran, succeed};
use loadlab_workloads::trace::Reader;
use loadlab_workloads::trace::processes::{Processes, Run};
use std::fs;

const OUTPUT: &str = r#"
[output]
processes  = { when = "replication in [0, 2] && policy == 'choices'" }
nodes      = { when = "replication == 0 && offered_load > 0.6" }
migrations = {}
"#;

#[test]
fn chosen_runs_leave_a_row_for_every_process_that_a_replay_reads_back() {
    let folder = folder(&format!("{SMALL}{OUTPUT}"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let results = folder.path().join("results/small");
    let table = results.join("processes.csv");
    let mut runs: Vec<_> = column(&table, "cell").into_iter().zip(column(&table, "replication")).collect();
    runs.dedup();
    assert_eq!(runs.len(), 8, "four cells of one policy, two replications: {runs:?}");
    let measured = column(&table, "measured").iter().filter(|m| *m == "true").count();
    assert_eq!(measured, 8 * 400);
    // The mean response in the table of runs is that of the processes.
    let (cell, replication) = &runs[0];
    let own = |k: usize, of: &[String], at: &[String]| of[k] == *cell && at[k] == *replication;
    let (cells, replications) = (column(&table, "cell"), column(&table, "replication"));
    let responses: Vec<f64> = column(&table, "response_s")
        .iter()
        .zip(column(&table, "measured"))
        .enumerate()
        .filter(|(k, (_, measured))| own(*k, &cells, &replications) && measured == "true")
        .map(|(_, (x, _))| x.parse().expect("a number"))
        .collect();
    let all = results.join("runs.csv");
    let (cells, replications) = (column(&all, "cell"), column(&all, "replication"));
    let (metrics, values) = (column(&all, "metric"), column(&all, "value"));
    let row = (0..cells.len()).find(|k| own(*k, &cells, &replications) && metrics[*k] == "response.mean");
    let mean: f64 = values[row.expect("a row")].parse().expect("a number");
    assert!((responses.iter().sum::<f64>() / responses.len() as f64 - mean).abs() < 1e-9 * mean);
    // What a replay reads are the times that were written, to the last bit.
    let run = Run { cell: cell.clone(), replication: replication.parse().expect("a number") };
    let reader =
        Reader::new(fs::File::open(&table).map(std::io::BufReader::new).expect("a table"), Processes::new(Some(run)));
    let records: Vec<_> = reader.map(|record| record.expect("a process")).collect();
    let arrivals = column(&table, "arrival_s");
    let lifetimes = column(&table, "lifetime_s");
    let (cells, replications) = (column(&table, "cell"), column(&table, "replication"));
    let written: Vec<(f64, f64)> = (0..cells.len())
        .filter(|k| own(*k, &cells, &replications))
        .map(|k| (arrivals[k].parse().expect("a time"), lifetimes[k].parse().expect("a time")))
        .collect();
    assert!(records.iter().map(|r| (r.submit, r.lifetime)).eq(written));
    assert!(records.iter().all(|r| r.memory.is_some_and(|m| m > 0.0) && r.home.is_some_and(|h| h < 4)));
}

#[test]
fn loads_of_nodes_begin_and_change_by_one() {
    let folder = folder(&format!("{SMALL}{OUTPUT}"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let table = folder.path().join("results/small/nodes.csv");
    let (cells, nodes, loads) = (column(&table, "cell"), column(&table, "node"), column(&table, "load"));
    assert!(column(&table, "offered_load").iter().all(|load| load == "0.8"));
    let mut last = std::collections::BTreeMap::new();
    for ((cell, node), load) in cells.iter().zip(&nodes).zip(&loads) {
        let load: i64 = load.parse().expect("a count");
        let before = last.insert((cell, node), load).unwrap_or(0);
        assert_eq!((load - before).abs(), 1, "node {node} of cell {cell} jumped from {before} to {load}");
    }
    assert_eq!(last.len(), 4 * 4, "four nodes of four cells");
}

#[test]
fn records_that_are_asked_for_later_are_made_and_change_no_result() {
    let folder = folder(SMALL);
    let results = folder.path().join("results/small");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let before = fs::read(results.join("runs.csv")).expect("a table");
    fs::write(folder.path().join("small.toml"), format!("{SMALL}{OUTPUT}")).expect("a file");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    assert!(ran(&results) > 0);
    assert_eq!(fs::read(results.join("runs.csv")).expect("a table"), before);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "fresh", "--threads", "1"]);
    assert_same(&folder.path().join("fresh/small"), &results);
}

#[test]
fn a_condition_that_makes_no_sense_is_refused_at_check() {
    let folder = folder(&format!("{SMALL}[output]\nprocesses = {{ when = \"policy > 3\" }}\n"));
    let (_, said) = ends(folder.path(), &["check", "small.toml"], 2);
    assert!(said.contains("output.processes"), "{said}");
}

#[test]
fn migrations_are_rows_whose_freeze_adds_up_to_that_of_their_processes() {
    let moving = SMALL.replace("kind = \"power-of-d\"\nd    = 2", "kind = \"never-idle\"");
    let folder = folder(&format!("{moving}[output]\nmigrations = {{}}\nprocesses = {{}}\n"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let results = folder.path().join("results/small");
    let (processes, migrations) = (results.join("processes.csv"), results.join("migrations.csv"));
    let key = |table| column(table, "cell").into_iter().zip(column(table, "process")).collect::<Vec<_>>();
    let mut frozen = std::collections::BTreeMap::new();
    for ((key, freeze), (from, to)) in key(&migrations)
        .into_iter()
        .zip(column(&migrations, "freeze_s"))
        .zip(column(&migrations, "from").into_iter().zip(column(&migrations, "to")))
    {
        assert_ne!(from, to);
        let entry: &mut (u32, f64) = frozen.entry(key).or_default();
        *entry = (entry.0 + 1, entry.1 + freeze.parse::<f64>().expect("seconds"));
    }
    assert!(frozen.len() > 100, "only {} processes moved", frozen.len());
    let told = key(&processes)
        .into_iter()
        .zip(column(&processes, "migrations").into_iter().zip(column(&processes, "freeze_s")));
    for (key, (moves, freeze)) in told {
        let (count, seconds) = frozen.get(&key).copied().unwrap_or_default();
        assert_eq!(moves, count.to_string(), "{key:?}");
        assert!((freeze.parse::<f64>().expect("seconds") - seconds).abs() < 1e-12, "{key:?}");
    }
}

#[test]
fn a_single_replication_gets_intervals_from_within_its_run_at_the_confidence_of_the_file() {
    let one =
        SMALL.replace("min   = 4\nmax   = 4", "min   = 1\nmax   = 1").replace("processes = 400", "processes = 4000");
    let folder = folder(&format!("{one}[output]\nsingle_run = {{}}\n[stop]\nconfidence = 0.9\n"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let results = folder.path().join("results/small");
    let table = results.join("single_run.csv");
    let numbers = |name: &str| -> Vec<Option<f64>> {
        column(&table, name).iter().map(|x| (!x.is_empty()).then(|| x.parse().expect("a number"))).collect()
    };
    let (means, lows, highs) = (numbers("mean"), numbers("ci_low"), numbers("ci_high"));
    assert_eq!(means.len(), 8 * 6, "eight cells, three metrics, two methods");
    assert!(column(&table, "confidence").iter().all(|c| c == "0.9"));
    let runs = results.join("runs.csv");
    let known: std::collections::BTreeMap<_, _> =
        column(&runs, "cell").into_iter().zip(column(&runs, "metric")).zip(column(&runs, "value")).collect();
    let mut found = 0;
    for (k, key) in column(&table, "cell").into_iter().zip(column(&table, "metric")).enumerate() {
        let (Some(mean), Some(low), Some(high)) = (means[k], lows[k], highs[k]) else {
            assert!(!column(&table, "note")[k].is_empty(), "a row without an interval says why");
            continue;
        };
        found += 1;
        let of_run: f64 = known[&key].parse().expect("a number");
        // Cycles leave out the ends, where a loaded system of four nodes is hardly ever empty: most of the run.
        let near = if column(&table, "method")[k] == "batch-means" { 0.05 * of_run } else { high - low };
        assert!(low < mean && mean < high && (mean - of_run).abs() <= near, "{key:?}: {mean} for {of_run}");
    }
    assert!(found >= 20, "only {found} intervals");
    // Another confidence is another record of the same runs.
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--set", "stop.confidence=0.99"]);
    assert!(column(&table, "confidence").iter().all(|c| c == "0.99"));
}

const PARQUET: &str = "[output]\nprocesses = { format = \"parquet\" }\nnodes = { format = \"parquet\" }\n\
                       single_run = { format = \"parquet\" }\n";

#[test]
#[cfg(not(feature = "parquet"))]
fn a_build_without_parquet_says_how_to_get_one_before_anything_is_written() {
    let folder = folder(&format!("{SMALL}{PARQUET}"));
    for command in ["check", "run"] {
        let (_, said) = ends(folder.path(), &[command, "small.toml"], 2);
        assert!(said.contains("output.processes") && said.contains("--features parquet"), "{said}");
    }
    assert!(!folder.path().join("results").exists());
}

#[test]
#[cfg(feature = "parquet")]
fn parquet_holds_the_rows_of_the_csv_with_types_and_is_the_same_bytes_again() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let folder = folder(&format!("{SMALL}{PARQUET}"));
    for out in ["one", "two"] {
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", out]);
    }
    fs::write(folder.path().join("small.toml"), format!("{SMALL}{}", PARQUET.replace("parquet", "csv")))
        .expect("a file");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "one"]);
    for name in ["processes", "nodes", "single_run"] {
        let at = |out: &str, kind: &str| folder.path().join(out).join("small").join(format!("{name}.{kind}"));
        assert!(fs::read(at("one", "parquet")).expect("a file") == fs::read(at("two", "parquet")).expect("a file"));
        let mut csv = csv::Reader::from_path(at("one", "csv")).expect("a table");
        let header: Vec<String> = csv.headers().expect("a header").iter().map(str::to_owned).collect();
        let reader = SerializedFileReader::new(fs::File::open(at("one", "parquet")).expect("a file")).expect("a table");
        let mut rows = 0;
        for (row, line) in reader.get_row_iter(None).expect("rows").zip(csv.records()) {
            let (row, line) = (row.expect("a row"), line.expect("a row"));
            for (((column, field), text), expected) in row.get_column_iter().zip(&line).zip(&header) {
                assert_eq!(column, expected);
                let same = match field {
                    Field::Null => text.is_empty(),
                    Field::Str(own) => own == text,
                    Field::Long(own) => own.to_string() == text,
                    Field::ULong(own) => own.to_string() == text,
                    Field::Double(own) => text.parse() == Ok(*own),
                    Field::Bool(own) => own.to_string() == text,
                    other => panic!("{column}: {other:?}"),
                };
                assert!(same, "{column}: {field:?} is not {text:?}");
            }
            rows += 1;
        }
        let lines = csv::Reader::from_path(at("one", "csv")).expect("a table").records().count();
        assert!(rows == lines && lines >= 24, "{rows} rows for {lines} lines of {name}");
        assert_eq!(reader.metadata().file_metadata().num_rows(), lines as i64);
    }
}

#[test]
fn processes_start_when_they_arrive_or_as_much_later_as_a_remote_start_takes() {
    let file = SMALL
        .replace("[policies.none]", "placement = { kind = \"remote-execution\", cost = \"100ms\" }\n[policies.none]");
    let folder = folder(&format!("{file}[output]\nprocesses = {{}}\n"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let table = folder.path().join("results/small/processes.csv");
    let seconds = |name| column(&table, name).into_iter().map(|x| x.parse::<f64>().ok()).collect::<Vec<_>>();
    let (arrivals, starts, exits) = (seconds("arrival_s"), seconds("start_s"), seconds("exit_s"));
    let (homes, nodes) = (column(&table, "home"), column(&table, "node"));
    let mut remote = 0;
    for k in 0..homes.len() {
        let (Some(arrival), Some(start), Some(exit)) = (arrivals[k], starts[k], exits[k]) else { continue };
        let expected = if homes[k] == nodes[k] { 0.0 } else { 0.1 };
        remote += usize::from(expected > 0.0);
        assert!((start - arrival - expected).abs() < 1e-9 && start <= exit, "{arrival} {start} {exit}");
    }
    assert!(remote > 100, "only {remote} remote starts");
    assert!(exits.iter().zip(&starts).all(|(exit, start)| exit.is_none() || start.is_some()));
}
