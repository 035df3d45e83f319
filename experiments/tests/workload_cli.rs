//! Workloads from the command line: every kind runs from its experiment file, traces are accounted for and part of the
//! identity of cells, what is wrong is said with its place, and a recorded run replays to the same bytes.
//!
//! Not here: the readers and the laws themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs the program in a folder; it must not panic.
fn loadlab(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadlab"));
    let output = command.current_dir(folder).args(arguments).output().expect("the program starts");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    output
}

/// What it answers and what it complains, if it ends with this code.
fn ends(folder: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let output = loadlab(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// A log of n processes, one every 10 s, each of 4 s on 2 processors.
fn log(n: u32) -> String {
    let line = |k: u32| format!("{} {} -1 4 2 -1 -1 2 60 -1 1 {} 1 1 1 1 -1 -1\n", k + 1, k * 10, k % 2 + 1);
    std::iter::once("; Version: 2.2\n".to_owned()).chain((0..n).map(line)).collect()
}

/// One record of Linux process accounting, version 3, by acct(5): 64 bytes, little endian.
fn pacct(user: u32, begin: u32, ticks: u16, name: &str) -> Vec<u8> {
    let mut record = vec![0u8, 3, 0, 0];
    for word in [0, user, user, 100, 1, begin] {
        record.extend_from_slice(&u32::to_le_bytes(word));
    }
    record.extend_from_slice(&1.0f32.to_le_bytes());
    for half in [ticks, 0, 0, 0, 0, 0, 0, 0] {
        record.extend_from_slice(&u16::to_le_bytes(half));
    }
    let mut padded = [0u8; 16];
    padded[..name.len()].copy_from_slice(name.as_bytes());
    record.extend_from_slice(&padded);
    assert_eq!(record.len(), 64);
    record
}

/// A folder with a small file of every format.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
    write("a.swf", log(50).as_bytes());
    write("pacct", &[pacct(1, 1000, 50, "cc"), pacct(2, 1002, 20, "sh"), pacct(1, 1001, 30, "cc")].concat());
    write("a.csv", b"start,cpu\n0,1.5\n2,0.5\n3,1\n");
    write("berkeley.csv", b"hour,min,unk,sec,prog\n240,0.5,0,0.25,cc\n240,1.5,5,0.005,sh\n");
    // Submitted, scheduled, finished after 2 s: two tasks.
    let event = |t: u64, task: u32, kind: u32| format!("{t},,1,{task},7,{kind},u,0,0,0.5,0.1,0,0\n");
    let events = [(600, 0, 0), (601, 1, 0), (602, 0, 1), (603, 1, 1), (604, 0, 4), (605, 1, 4)];
    let rows = events.map(|(t, task, kind)| event(t * 1_000_000, task, kind)).concat();
    write("google.csv", rows.as_bytes());
    write("alibaba.csv", b"M1,2,j_1,1,Terminated,10,14,100,0.5\nR2_1,1,j_1,1,Terminated,14,16,50,0.5\n");
    write("p.csv", b"process,arrival_s,lifetime_s,home\n0,0,1,0\n1,0.5,2,1\n");
    folder
}

/// An experiment with one policy and these keys of its scenario.
fn experiment(name: &str, scenario: &str) -> String {
    format!(
        "schema = 1\nexperiment.name = \"{name}\"\npolicies.two.kind = \"power-of-d\"\nreplicate = {{ min = 2, max = 2 }}\n\
         [scenario]\nnodes = {{ count = 6 }}\n{scenario}\n"
    )
}

/// Writes and runs an experiment; gives its folder of results.
fn run(folder: &Path, name: &str, scenario: &str, more: &str) -> PathBuf {
    let file = format!("{name}.toml");
    fs::write(folder.join(&file), experiment(name, scenario) + more).expect("a file");
    ends(folder, &["run", &file, "--quiet"], 0);
    folder.join("results").join(name)
}

/// The rows of a table, each a list of fields, without the header; and the places of these columns.
fn columns(table: &Path, names: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(table).unwrap_or_else(|e| panic!("{table:?}: {e}"));
    let header = reader.headers().expect("a header").clone();
    let place = |name: &&str| header.iter().position(|c| c == *name).unwrap_or_else(|| panic!("no column {name}"));
    let places: Vec<usize> = names.iter().map(place).collect();
    reader.records().map(|row| places.iter().map(|k| row.as_ref().expect("a row")[*k].to_owned()).collect()).collect()
}

/// The measured processes of the first run.
fn processes(results: &Path) -> u64 {
    columns(&results.join("runs.csv"), &["processes"])[0][0].parse().expect("a count")
}

#[test]
fn every_kind_of_trace_runs_from_its_file_and_is_accounted_for() {
    let folder = folder();
    let kinds = [
        ("swf", "path = \"a.swf\", parallel = \"split\"", 100),
        ("pacct", "path = \"pacct\", homes = \"user\"", 3),
        ("csv", "path = \"a.csv\", columns = { submit = \"start\", lifetime = \"cpu\" }", 3),
        ("google-2011", "path = \"google.csv\"", 2),
        ("alibaba-2018", "path = \"alibaba.csv\", parallel = \"split\"", 3),
        ("processes", "path = \"p.csv\"", 2),
        ("lublin-1999", "processes = 40, parallel = \"split\", least_lifetime = 1", 40),
        ("berkeley-1995-synthetic", "run = 3, processes = 300", 300),
    ];
    for (kind, keys, least) in kinds {
        let results = run(folder.path(), kind, &format!("workload = {{ kind = \"{kind}\", {keys} }}"), "");
        let count = processes(&results);
        assert!(count == least || (kind == "lublin-1999" && count >= least), "{kind}: {count}");
        let facts = columns(&results.join("workloads.csv"), &["kind", "what", "value"]);
        assert!(facts.iter().any(|f| f[0] == "offered_load" && f[1] == "as run"), "{kind}: {facts:?}");
        assert!(facts.iter().any(|f| f[0] == "lines" && f[1] == "kept"), "{kind}: {facts:?}");
    }
}

#[test]
fn every_kind_of_structured_work_runs_from_its_file() {
    let folder = folder();
    let open = "lifetime = { kind = \"exponential\", mean = 1 }\noffered_load = 0.5\nhorizon = { processes = 200 }\n";
    let kinds = [
        ("fork-tree", "children = { kind = \"uniform\", min = 0, max = 2 }"),
        ("stages", "stages = [{ count = 3 }, { count = 1, lifetime = 0.5 }]"),
        ("graph", "tasks = [{}, { after = [0] }, { after = [0, 1] }]"),
        ("closed", "users = 9, think = 2"),
    ];
    for (kind, keys) in kinds {
        let scenario = if kind == "closed" { open.replace("offered_load = 0.5\n", "") } else { open.to_owned() };
        let results = run(folder.path(), kind, &format!("{scenario}workload = {{ kind = \"{kind}\", {keys} }}"), "");
        assert_eq!(processes(&results), 200, "{kind}");
        assert!(!results.join("workloads.csv").exists(), "{kind} has no trace");
    }
}

#[test]
fn the_account_of_a_trace_stands_in_the_results_and_dropped_lines_are_warned_of() {
    let folder = folder();
    fs::write(folder.path().join("a.swf"), log(50) + "not a process\n").expect("a file");
    let table = "workload = { kind = \"swf\", path = \"a.swf\", parallel = \"split\", offered_load = { to = 0.6 } }";
    fs::write(folder.path().join("x.toml"), experiment("x", table)).expect("a file");
    let (_, complaint) = ends(folder.path(), &["run", "x.toml"], 0);
    assert_eq!(complaint, "warning: a.swf: 1 lines were dropped: job number is not a number (1)\n");
    let results = folder.path().join("results/x");
    let facts = columns(&results.join("workloads.csv"), &["kind", "what", "value", "first_line"]);
    let fact = |kind: &str, what: &str| {
        let found = facts.iter().find(|f| f[0] == kind && f[1] == what).unwrap_or_else(|| panic!("{facts:?}"));
        (found[2].parse::<f64>().expect("a number"), found[3].clone())
    };
    assert_eq!(fact("lines", "read"), (52.0, String::new()));
    assert_eq!(fact("lines", "kept").0, 50.0);
    assert_eq!(fact("dropped", "job number is not a number"), (1.0, "52".to_owned()));
    // 100 processes of 4 s over 490 s on six nodes.
    assert!((fact("offered_load", "as read").0 - 400.0 / (6.0 * 490.0)).abs() < 1e-12);
    assert!((fact("offered_load", "as run").0 - 0.6).abs() < 1e-12);
    let manifest = fs::read_to_string(results.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let hash =
        loadlab_workloads::trace::open::sha256(fs::read(folder.path().join("a.swf")).expect("a file").as_slice());
    assert_eq!(manifest["sha256"]["a.swf"].as_str(), Some(hash.expect("a slice").as_str()));
    assert_eq!(manifest["inputs"]["accounts"][0]["facts"][0]["value"], 52.0);
}

#[test]
fn another_trace_is_another_cell_and_the_same_one_under_another_name_is_not() {
    let folder = folder();
    let table = "workload = { kind = \"swf\", path = \"a.swf\", parallel = \"split\" }";
    let cell = |name: &str| {
        let results = run(folder.path(), name, table, "");
        columns(&results.join("runs.csv"), &["cell"])[0][0].clone()
    };
    let before = cell("x");
    assert_eq!(cell("y"), before);
    fs::write(folder.path().join("a.swf"), log(49)).expect("a file");
    assert_ne!(cell("x"), before);
}

#[test]
fn results_of_a_trace_are_drawn_and_merged_again_without_the_trace() {
    let folder = folder();
    let table = "workload = { kind = \"swf\", path = \"a.swf\", parallel = \"split\" }";
    fs::write(folder.path().join("x.toml"), experiment("x", table)).expect("a file");
    for (shard, out) in [("1/2", "one"), ("2/2", "two")] {
        ends(folder.path(), &["run", "x.toml", "--shard", shard, "--out", out, "--quiet"], 0);
    }
    ends(folder.path(), &["run", "x.toml", "--quiet"], 0);
    fs::remove_file(folder.path().join("a.swf")).expect("it is there");
    ends(folder.path(), &["merge", "one/x", "two/x", "--out", "all", "--quiet"], 0);
    for table in ["runs.csv", "summary.csv", "workloads.csv"] {
        let bytes = |out: &str| fs::read(folder.path().join(out).join("x").join(table)).expect("a table");
        assert_eq!(bytes("all"), bytes("results"), "{table}");
    }
    ends(folder.path(), &["plot", "all/x"], 0);
}

/// What is wrong with a scenario of this workload, without the place of the temporary folder.
fn complaint(folder: &Path, keys: &str) -> String {
    fs::write(folder.join("x.toml"), experiment("x", &format!("workload = {{ {keys} }}"))).expect("a file");
    ends(folder, &["check", "x.toml"], 2).1
}

#[test]
fn a_wrong_workload_is_underlined_where_it_is_written() {
    let folder = folder();
    let cases = [
        ("kind = \"swf\", path = \"b.swf\"", "x.toml:7:35", "there is no file `b.swf`"),
        ("kind = \"swf\", path = \"b.swf\"", "x.toml:7:35", "did you mean `a.swf`?"),
        ("kind = \"swv\", path = \"a.swf\"", "x.toml:7:21", "did you mean `swf`?"),
        ("kind = \"swf\", path = \"a.swf\", sha256 = \"00\"", "x.toml:7:53", "`a.swf` is another file"),
        ("kind = \"swf\", path = \"a.swf\"", "x.toml:7:12", "say `parallel`"),
        ("kind = \"swf\", path = \"a.swf\", select = \"liftime > 1\"", "x.toml:7:12", "did you mean `lifetime`?"),
        ("kind = \"lublin-1999\"", "x.toml:7:12", "say how many `processes`"),
        ("kind = \"processes\", path = \"p.csv\", homes = \"weights\"", "x.toml:7:12", "needs `home_weights`"),
        ("kind = \"pacct\", path = \"a.swf\"", "x.toml:7:12", "a.swf"),
    ];
    for (keys, place, words) in cases {
        let text = complaint(folder.path(), keys);
        assert!(text.contains(place) && text.contains(words) && text.contains("^"), "{keys}:\n{text}");
    }
    let many = "kind = \"stages\", stages = [{ count = 9 }], homes = \"spread\", apart = true }\nlifetime = 1\n\
                offered_load = 0.5\nhorizon = { processes = 9 }\nnetwork = { kind = \"none\"";
    assert!(complaint(folder.path(), many).contains("9 tasks at a time are kept apart, but there are 6 nodes"));
    let both =
        "kind = \"swf\", path = \"a.swf\", parallel = \"split\" }\ninitial_load = 2\nnetwork = { kind = \"none\"";
    assert!(complaint(folder.path(), both).contains("processes at the start need a law of lifetimes"));
}

#[test]
fn a_compressed_file_that_grows_beyond_the_stated_size_is_refused() {
    let folder = folder();
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads/tests/data/swf/clean.swf.gz");
    fs::copy(log, folder.path().join("bomb.swf.gz")).expect("the file of another test");
    let keys = "kind = \"swf\", path = \"bomb.swf.gz\", max_decompressed = \"100B\"";
    let text = complaint(folder.path(), keys);
    assert!(text.contains("decompresses to more than 100 bytes"), "{text}");
}

/// All that a process may be beside its lifetime.
const TRAITS: &str = "memory = { kind = \"exponential\", mean = \"1MiB\" }\n\
    dirty_rate = { kind = \"exponential\", mean = \"100KiB\" }\nmust_stay = 0.3\n\
    classes = [{ name = \"cpu\", weight = 1 }, { name = \"io\", weight = 1, io = { burst = { kind = \"exponential\", \
    mean = 0.5 }, wait = { kind = \"exponential\", mean = 0.1 }, remote_factor = 1.5 } }]\n";

#[test]
fn a_recorded_run_replays_to_the_same_bytes_under_the_same_policy() {
    let folder = folder();
    // FCFS nodes, costs and memory, and a horizon behind which processes still arrive.
    let world = "horizon = { processes = 400 }\nplacement = { kind = \"fixed\", cost = \"10ms\" }\n";
    let laws =
        "offered_load = 0.8\nlifetime = { kind = \"bounded-pareto\", min = \"0.1s\", max = \"100s\", alpha = 1.1 }\n";
    let record = "[output]\nprocesses = {}\n";
    let first = run(folder.path(), "first", &format!("{world}{laws}{TRAITS}"), record);
    let table = "workload = { kind = \"processes\", path = \"results/first/processes.csv\" }\n";
    let second = run(folder.path(), "second", &format!("{world}{table}"), record);
    let own =
        ["replication", "metric", "value", "processes", "warmup_s", "horizon_s", "realised_offered_load", "events"];
    let runs = |results: &Path| {
        let rows = columns(&results.join("runs.csv"), &own);
        rows.into_iter().filter(|row| row[0] == "0").collect::<Vec<_>>()
    };
    assert_eq!(runs(&second), runs(&first));
    // Every byte behind the identity.
    let rows = |results: &Path| {
        let text = fs::read_to_string(results.join("processes.csv")).expect("a table");
        text.lines().map(|line| line.splitn(5, ',').last().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let (one, other) = (rows(&first), rows(&second));
    let of_the_first: Vec<_> =
        one.iter().filter(|row| row.starts_with("0,") || row.starts_with("rep")).cloned().collect();
    assert!(of_the_first.len() > 400 && of_the_first.iter().any(|row| row.contains(",present,")));
    let again: Vec<_> = other.iter().filter(|row| row.starts_with("0,") || row.starts_with("rep")).cloned().collect();
    assert_eq!(again, of_the_first);
}

#[test]
fn accounting_that_a_kernel_wrote_is_summarised_and_runs_from_its_experiment() {
    let folder = folder();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads/tests/data/acct/recorded.acct");
    fs::copy(file, folder.path().join("machine.pacct")).expect("the file of another test");
    let (answer, _) = ends(folder.path(), &["workload", "machine.pacct"], 0);
    // By acct(5), record by record: a shell of 29 ticks, gzip of 25, four processes of less than one.
    for words in ["6 lines read, 6 processes kept", "note 4: lifetime of zero", "0.29 s", "0.0900 s"] {
        assert!(answer.contains(words), "{words} is not in:\n{answer}");
    }
    let table = "workload = { kind = \"pacct\", path = \"machine.pacct\", homes = \"program\" }";
    let results = run(folder.path(), "machine", table, "[output]\nprocesses = {}\n");
    let names = ["replication", "arrival_s", "lifetime_s", "memory_bytes", "class"];
    let rows = columns(&results.join("processes.csv"), &names).into_iter().filter(|row| row[0] == "0");
    let mut found: Vec<String> = rows.map(|row| row[1..].join(" ")).collect();
    found.sort();
    let expected = [
        "0 0 2420736 true",
        "1 0 0 python3",
        "1 0.29 2654208 sh",
        "2 0 2420736 false",
        "2 0 2990080 sleep",
        "2 0.25 3297280 gzip",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_closing_table_has_a_row_for_every_scenario() {
    let folder = folder();
    let text = "schema = 1\nexperiment.name = \"two\"\npolicies.none.kind = \"none\"\n\
                replicate = { min = 2, max = 2 }\n[scenarios.light]\nnodes = { count = 2 }\nlifetime = 1.0\n\
                offered_load = 0.1\nhorizon = { processes = 50 }\n[scenarios.heavy]\nextends = \"light\"\n\
                lifetime = 9.0\n";
    fs::write(folder.path().join("two.toml"), text).expect("a file");
    let (answer, _) = ends(folder.path(), &["run", "two.toml"], 0);
    let starts = |word: &str| answer.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!((starts("scenario"), starts("light  "), starts("heavy  ")), (1, 1, 1), "{answer}");
}

#[test]
fn a_workload_is_summarised_from_a_trace_and_from_an_experiment() {
    let folder = folder();
    let (answer, _) = ends(folder.path(), &["workload", "a.swf", "--nodes", "2", "--out", "plots"], 0);
    for words in
        ["processes", "100", "mean lifetime", "C2", "work of the longest 1 %", "0.4082 of 2", "plots/a.swf.svg"]
    {
        assert!(answer.contains(words), "{words} is not in:\n{answer}");
    }
    for end in ["svg", "png", "csv"] {
        assert!(folder.path().join("plots").join(format!("a.swf.{end}")).is_file());
    }
    let laws =
        "offered_load = 0.5\nhorizon = { processes = 10 }\nlifetime = { kind = \"pareto\", min = 1, alpha = 1.5 }";
    fs::write(folder.path().join("x.toml"), experiment("x", laws)).expect("a file");
    let (answer, _) = ends(folder.path(), &["workload", "x.toml"], 0);
    // alpha = 1.5, min = 1: mean 3; the median remaining lifetime at age a is (2^(2/3) - 1) a = 1.7622 at 3.
    for words in
        ["mean                              3\n", "C2                                infinite", "1.5\n", "1.7622"]
    {
        assert!(answer.contains(words), "{words} is not in:\n{answer}");
    }
    let (_, complaint) = ends(folder.path(), &["workload", "a.csv"], 2);
    assert!(complaint.contains("say which kind it is"), "{complaint}");
    let (_, complaint) = ends(folder.path(), &["workload", "x.toml", "--kind", "swf"], 2);
    assert!(complaint.contains("--kind"), "{complaint}");
}

#[test]
fn the_page_of_every_law_ends_with_the_figures_of_its_example() {
    let folder = folder();
    let env = loadlab::catalogues::env();
    let mut known = 0;
    for name in env.laws.catalogue.names() {
        let (page, _) = ends(folder.path(), &["workloads", name], 0);
        let figures = ["mean ", "C2 ", "tail index ", "median remaining at age", "share of work in the top 1 %"];
        if figures.iter().all(|figure| page.contains(figure)) {
            known += 1;
        } else {
            // Its example reads a file that is not here.
            assert_eq!(name, "empirical", "{page}");
        }
    }
    assert!(known >= 12, "only {known} laws");
}

#[test]
fn the_shipped_examples_of_workloads_run() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let folder = TempDir::new().expect("a temporary folder");
    for name in ["trace", "forks", "closed"] {
        let file = examples.join(format!("workload-{name}.toml"));
        let file = file.to_str().expect("a path in UTF-8");
        ends(folder.path(), &["run", file, "--quiet", "--replications", "2"], 0);
        assert!(folder.path().join(format!("results/workload-{name}/summary.csv")).is_file());
    }
}

#[test]
#[expect(clippy::approx_constant, reason = "a mean lifetime of 0.3180 s is no fraction of pi")]
fn the_berkeley_trace_has_the_published_numbers_in_every_run() {
    if std::env::var_os("LOADLAB_DATA").is_none() {
        println!("skipped: LOADLAB_DATA, the folder with berkeley-1995/CSD-trace.csv.xz, is not set");
        return;
    }
    // Processes, mean lifetime, CPU seconds, utilisation of six nodes: recomputed from the published file.
    let published = [
        (15_193, 0.3975, 6_039.0, 0.280),
        (18_039, 0.4306, 7_767.0, 0.360),
        (19_535, 0.4803, 9_382.0, 0.434),
        (19_872, 0.3180, 6_319.0, 0.293),
        (20_271, 0.4018, 8_145.0, 0.377),
        (24_373, 0.3957, 9_645.0, 0.447),
        (32_942, 0.3238, 10_666.0, 0.494),
        (34_387, 0.2985, 10_264.0, 0.475),
    ];
    let folder = folder();
    let runs: Vec<String> = (0..8).map(|k| k.to_string()).collect();
    let more = format!("[sweep]\n\"workload.run\" = [{}]\n[output]\nprocesses = {{}}\n", runs.join(", "));
    let scenario = "horizon = { time = \"1h\" }\nworkload = { kind = \"berkeley-1995\" }";
    let text = (experiment("b", scenario) + &more).replace("min = 2, max = 2", "min = 1, max = 1");
    fs::write(folder.path().join("b.toml"), text).expect("a file");
    ends(folder.path(), &["run", "b.toml", "--quiet"], 0);
    let results = folder.path().join("results/b");
    let loads = columns(&results.join("runs.csv"), &["workload.run", "metric", "processes", "realised_offered_load"]);
    let lives = columns(&results.join("processes.csv"), &["workload.run", "lifetime_s"]);
    for (k, (count, mean, cpu, utilisation)) in published.into_iter().enumerate() {
        let load = loads.iter().find(|row| row[0] == k.to_string()).expect("a row");
        assert_eq!(load[2], count.to_string(), "run {k}");
        let realised: f64 = load[3].parse().expect("a number");
        assert!((realised - utilisation).abs() <= 0.000_5 + 1e-9, "run {k}: utilisation {realised}");
        let own = lives.iter().filter(|row| row[0] == k.to_string());
        let sum: f64 = own.map(|row| row[1].parse::<f64>().expect("a number")).sum();
        assert!((sum - cpu).abs() <= 0.5 + 1e-6, "run {k}: {sum} CPU seconds");
        assert!((sum / f64::from(count) - mean).abs() <= 0.000_05 + 1e-9, "run {k}: mean {}", sum / f64::from(count));
    }
}
