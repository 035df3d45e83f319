//! Workloads through the whole chain: TOML, file, reader, operations, source, engine.

mod programs;

use loadlab::catalogues;
use loadlab::file::{Env, Experiment, audit, read};
use loadlab::workload::{Place, Workload, report_file, report_scenarios};
use loadlab_core::policy::Policy;
use loadlab_core::process::Process;
use loadlab_core::record::{Exit, Moved, Outcome, Sink};
use loadlab_core::scenario::Window;
use loadlab_core::{Discipline, NodeId, Scenario, Source, Time, simulate};
use loadlab_policies::{NoSharing, PowerOfD};
use loadlab_workloads::trace::processes::COLUMNS;
use std::fmt::Write;
use std::path::Path;

fn env() -> Env {
    catalogues::env()
}

/// An experiment with this scenario.
fn experiment(scenario: &str) -> Experiment {
    let text =
        format!("schema = 1\n[experiment]\nname = \"x\"\n[policies.none]\nkind = \"none\"\n[scenario]\n{scenario}");
    read(&text, "x.toml", &[], &env())
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(|e| e.render(false)).collect::<String>()))
}

fn place(folder: &Path) -> Place {
    Place { folder: folder.to_owned(), data: std::env::var_os("LOADLAB_DATA").map(Into::into) }
}

/// The workload of a scenario on so many PS nodes.
fn workload(scenario: &str, nodes: u32, place: &Place) -> Result<Workload, String> {
    let experiment = experiment(&format!("nodes = {{ count = {nodes} }}\n{scenario}"));
    Workload::of(&experiment.cells[0].scenario.args, &world(nodes), place)
}

fn world(nodes: u32) -> Scenario {
    let mut scenario = Scenario::simple(nodes, Discipline::Ps, u64::MAX);
    (scenario.window.processes, scenario.window.drain) = (None, true);
    scenario
}

fn run(workload: &Workload, scenario: &Scenario, policy: &dyn Policy, replication: u64, table: &mut Table) -> Outcome {
    let source: Box<dyn Source> = workload.source(7, replication).expect("a source");
    simulate(scenario, source, policy, 7, replication, Some(table)).expect("a possible run")
}

/// The table of processes that a run writes, with the columns that a replay reads.
#[derive(Default)]
struct Table(Vec<(u64, String)>);

impl Sink for Table {
    fn exit(&mut self, p: &Process, now: Time, _: Exit) {
        let (arrival, lifetime, response) = (p.arrival.seconds(), p.lifetime, now - p.arrival);
        self.0.push((p.index, format!("c,0,{},{arrival},{lifetime},{},{},{response}", p.index, p.home, p.node)));
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, _: &Process, _: &Moved) {}
}

impl Table {
    /// In order of arrival.
    fn text(mut self) -> String {
        let headings = ["cell", "replication", "process", "arrival_s", "lifetime_s", "home"];
        assert!(headings.iter().all(|h| COLUMNS.iter().any(|(name, ..)| name == h)));
        self.0.sort();
        let mut text = format!("{},node,response_s\n", headings.join(","));
        self.0.iter().for_each(|(_, row)| writeln!(text, "{row}").expect("text takes everything"));
        text
    }
}

const SYNTHETIC: &str = "offered_load = 0.8\nlifetime = { kind = \"exponential\", mean = 1.0 }\n\
                         horizon = { processes = 2000 }\n";

#[test]
fn every_kind_of_workload_has_a_valid_example() {
    let found: Vec<String> = audit(&env()).into_iter().filter(|f| f.contains("workload")).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_run_that_is_recorded_and_replayed_gives_the_same_table_byte_for_byte() {
    let mut scenario = world(4);
    scenario.window.processes = Some(2000);
    let policy = PowerOfD { d: 2, replacement: false };
    let original = workload(SYNTHETIC, 4, &Place::default()).expect("a good scenario");
    let mut first = Table::default();
    let outcome = run(&original, &scenario, &policy, 0, &mut first);
    let first = first.text();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("processes.csv"), &first).expect("a file");
    let replay = "workload = { kind = \"processes\", path = \"processes.csv\" }\n";
    let replay = workload(replay, 4, &place(folder.path())).expect("a good table");
    let mut second = Table::default();
    let again = run(&replay, &scenario, &policy, 0, &mut second);
    assert_eq!(second.text(), first);
    assert_eq!(again.response.sum.to_bits(), outcome.response.sum.to_bits());
    assert_eq!(again.arrived_work.to_bits(), outcome.arrived_work.to_bits());
}

#[test]
fn a_realised_match_gives_every_run_exactly_the_load_it_names() {
    let mut scenario = world(4);
    scenario.window = Window { processes: Some(2000), ..Window::default() };
    let keys = format!("{SYNTHETIC}match = \"realised\"\nhome_weights = [1, 0, 2, 1]\n");
    let experiment = experiment(&format!("nodes = {{ count = 4 }}\n{keys}"));
    let matched = Workload::of(&experiment.cells[0].scenario.args, &scenario, &Place::default()).expect("a scenario");
    for replication in 0..3 {
        let outcome = run(&matched, &scenario, &NoSharing, replication, &mut Table::default());
        let realised = outcome.realised_offered_load();
        assert!((realised / 0.8 - 1.0).abs() < 1e-9, "{realised}");
    }
    let births = births_of(&matched, 1000);
    let share = births.iter().filter(|b| b.2 == 2).count() as f64 / 1000.0;
    assert!((share - 0.5).abs() < 4.0 * (0.25f64 / 1000.0).sqrt() && births.iter().all(|b| b.2 != 1));
}

/// The first births of a workload that does not end.
fn births_of(workload: &Workload, count: usize) -> Births {
    let (mut source, mut block) = (workload.source(7, 0).expect("a source"), Vec::new());
    while block.len() < count {
        source.fill(&mut block);
    }
    block.iter().take(count).map(|b| (b.at.seconds(), b.lifetime, b.home)).collect()
}

#[test]
fn a_file_that_is_not_the_one_meant_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.swf"), "; Version: 2.2\n").expect("a file");
    let sha = format!("workload = {{ kind = \"swf\", path = \"a.swf\", sha256 = \"{}\" }}\n", "0".repeat(64));
    let error = workload(&sha, 2, &place(folder.path())).expect_err("another file");
    assert!(error.contains("this is another file"), "{error}");
    let missing = "workload = { kind = \"swf\", path = \"b.swf\" }\n";
    let error = workload(missing, 2, &Place { folder: folder.path().to_owned(), data: None }).expect_err("no file");
    assert!(error.contains("there is no file `b.swf`") && error.contains("LOADLAB_DATA"), "{error}");
}

/// Arrivals, lifetimes and homes.
type Births = Vec<(f64, f64, NodeId)>;

/// A log of n processes, one every 10 s, each of 4 s on 2 processors, of two users.
fn log(n: u32) -> String {
    let line = |k: u32| format!("{} {} -1 4 2 -1 -1 2 60 -1 {} {} 1 1 -1 1 -1 -1\n", k + 1, k * 10, k % 2, k % 2 + 1);
    std::iter::once("; Version: 2.2\n".to_owned()).chain((0..n).map(line)).collect()
}

/// The births of two replications of a replay of that log on two nodes, and its workload.
fn swf(keys: &str) -> Result<(Workload, [Births; 2]), String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.swf"), log(200)).expect("a file");
    let table = format!("workload = {{ kind = \"swf\", path = \"a.swf\", {keys} }}\n");
    let workload = workload(&table, 2, &place(folder.path()))?;
    let births = [births(&workload, 0), births(&workload, 1)];
    Ok((workload, births))
}

fn births(workload: &Workload, replication: u64) -> Births {
    let mut source = workload.source(7, replication).expect("a source");
    let mut all = Vec::new();
    loop {
        let mut block = Vec::new();
        source.fill(&mut block);
        if block.is_empty() {
            assert_eq!(source.failure(), None);
            return all;
        }
        all.extend(block.iter().map(|b| (b.at.seconds(), b.lifetime, b.home)));
    }
}

#[test]
fn a_log_is_selected_split_and_given_homes_as_its_table_says() {
    let keys = "parallel = \"split\", select = \"status in [0] && run_time > 0\", homes = \"user\"";
    let (workload, [first, second]) = swf(keys).expect("a good log");
    assert_eq!((first.len(), &first), (200, &second));
    assert_eq!(first[..3], [(0.0, 4.0, 0), (0.0, 4.0, 0), (20.0, 4.0, 0)]);
    let Workload::Trace(replayed) = &workload else { panic!("a log is a trace") };
    let steps: Vec<&str> = replayed.account().steps.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(steps[1], "select status in [0] && run_time > 0");
    assert_eq!(workload.classes(), ["1"]);
    let (_, [windowed, _]) = swf("parallel = \"split\", window = { from = \"1min\", to = 100 }").expect("a good log");
    assert_eq!((windowed[0], windowed.len()), ((0.0, 4.0, 0), 8));
}

#[test]
fn a_log_is_brought_to_the_load_that_its_table_names() {
    // 400 processes of 4 s over 1990 s on two nodes: 0.402.
    for (kind, factor) in [("interarrival", 1.0), ("lifetime", 1.0), ("capacity", 1600.0 / 3980.0 / 0.8)] {
        let keys = format!("parallel = \"split\", offered_load = {{ to = 0.8, kind = \"{kind}\" }}");
        let (workload, [births, _]) = swf(&keys).expect("a good log");
        let work: f64 = births.iter().map(|b| b.1).sum();
        let load = work / (2.0 * workload.capacity_factor() * births[births.len() - 1].0);
        assert!((load - 0.8).abs() < 1e-12, "{kind}: {load}");
        assert!((workload.capacity_factor() - factor).abs() < 1e-12, "{kind}");
    }
}

#[test]
fn resampled_replications_differ_and_repeat_themselves() {
    for resample in ["{ kind = \"shake\" }", "{ kind = \"bootstrap\", block = \"5min\" }"] {
        let keys = format!("parallel = \"split\", resample = {resample}");
        let (_, [first, second]) = swf(&keys).expect("a good log");
        assert_ne!(first, second, "{resample}");
        assert_eq!(swf(&keys).expect("a good log").1[0], first);
        assert!(first.windows(2).all(|pair| pair[0].0 <= pair[1].0) && first[0].0 >= 0.0);
    }
}

#[test]
fn what_a_log_lacks_is_said_before_anything_runs() {
    for (keys, words) in [
        ("homes = \"round-robin\"", "say `parallel`"),
        ("parallel = \"split\", homes = \"recorded\"", "say `homes`"),
        ("parallel = \"split\", select = \"lifetime == long\"", "cannot be compared"),
        ("parallel = \"split\", select = \"lifetime > 9\"", "no process is left"),
        ("parallel = \"split\", homes = \"weights\", home_weights = [1]", "2 nodes need 2 weights"),
    ] {
        let error = swf(keys).expect_err("a bad table");
        assert!(error.contains(words), "{keys}: {error}");
    }
}

#[test]
fn generators_give_every_replication_a_trace_of_its_own() {
    let tables = [
        ("{ kind = \"berkeley-1995-synthetic\", run = 0, offered_load = { to = 0.5 } }", 12),
        ("{ kind = \"lublin-1999\", processes = 500, parallel = \"split\", offered_load = { to = 0.5 } }", 4),
    ];
    for (table, nodes) in tables {
        let workload = workload(&format!("workload = {table}\n"), nodes, &Place::default()).expect("a generator");
        let (first, second) = (births(&workload, 0), births(&workload, 1));
        assert_ne!(first, second);
        for births in [first, second] {
            let span = births[births.len() - 1].0 - births[0].0;
            let load = births.iter().map(|b| b.1).sum::<f64>() / (f64::from(nodes) * span);
            assert!((load - 0.5).abs() < 1e-9, "{table}: {load}");
        }
    }
}

#[test]
fn every_run_of_the_berkeley_trace_brings_its_published_load() {
    if std::env::var_os("LOADLAB_DATA").is_none() {
        println!("skipped: LOADLAB_DATA is not set");
        return;
    }
    let published = [
        (15_193, 6_039.0, 0.280),
        (18_039, 7_767.0, 0.360),
        (19_535, 9_382.0, 0.434),
        (19_872, 6_319.0, 0.293),
        (20_271, 8_145.0, 0.377),
        (24_373, 9_645.0, 0.447),
        (32_942, 10_666.0, 0.494),
        (34_387, 10_264.0, 0.475),
    ];
    let mut scenario = world(6);
    scenario.window = Window { seconds: Some(3600.0), ..Window::default() };
    for (k, (processes, cpu, utilisation)) in published.into_iter().enumerate() {
        let table = format!("workload = {{ kind = \"berkeley-1995\", run = {k} }}\n");
        let workload = workload(&table, 6, &place(Path::new(""))).expect("the published file");
        let outcome = run(&workload, &scenario, &NoSharing, 0, &mut Table::default());
        assert_eq!((outcome.response.count, outcome.unfinished), (processes, 0), "run {k}");
        assert!((outcome.arrived_work - cpu).abs() <= 0.5 + 1e-6, "run {k}: {} CPU seconds", outcome.arrived_work);
        let realised = outcome.realised_offered_load();
        assert!((realised - utilisation).abs() <= 0.000_5 + 1e-9, "run {k}: utilisation {realised}");
    }
}

#[test]
fn closed_users_of_one_shared_node_behave_as_the_machine_repairman() {
    // N users, thinking and lifetimes exponential of means Z and S, one PS node: with r = S / Z,
    // P(nobody in the system) = 1 / sum over k of N! / (N - k)! r^k, and R = N S / (1 - P) - Z by Little's law.
    let (n, z, s) = (8, 10.0, 2.0);
    let mut term = 1.0;
    let sum: f64 = 1.0
        + (0..n)
            .map(|k| {
                term *= f64::from(n - k) * s / z;
                term
            })
            .sum::<f64>();
    let theory = f64::from(n) * s / (1.0 - 1.0 / sum) - z;
    let table = "lifetime = { kind = \"exponential\", mean = 2.0 }\n\
                 workload = { kind = \"closed\", users = 8, think = { kind = \"exponential\", mean = 10.0 } }\n";
    let workload = workload(table, 1, &Place::default()).expect("a good scenario");
    let mut scenario = world(1);
    let warmup = loadlab_core::scenario::Warmup::Processes(500);
    scenario.window = Window { warmup, processes: Some(20_500), ..Window::default() };
    let means: Vec<f64> =
        (0..30).map(|r| run(&workload, &scenario, &NoSharing, r, &mut Table::default()).response.mean()).collect();
    agrees("response", &means, theory);
}

/// The mean of replications lies within four standard errors of theory.
fn agrees(what: &str, values: &[f64], theory: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let error = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n).sqrt();
    assert!((mean - theory).abs() < 4.0 * error, "{what}: {mean} +- {error}, theory {theory}");
}

#[test]
fn structured_work_brings_the_load_that_its_scenario_names() {
    let kinds = [
        "{ kind = \"fork-tree\", children = { kind = \"uniform\", min = 0, max = 2 }, delay = 0.5 }",
        "{ kind = \"stages\", stages = [{ count = 4 }, { count = 1 }], repeat = 2, homes = \"spread\" }",
        "{ kind = \"graph\", tasks = [{}, { after = [0] }, { after = [0], lifetime = 2.0 }, { after = [1, 2] }] }",
    ];
    for kind in kinds {
        let table = format!("{SYNTHETIC}workload = {kind}\n").replace("0.8", "0.5");
        let workload = workload(&table, 4, &Place::default()).expect("a good scenario");
        let mut scenario = world(4);
        let warmup = loadlab_core::scenario::Warmup::Seconds(200.0);
        scenario.window = Window { warmup, seconds: Some(4200.0), ..Window::default() };
        let realised = |r| run(&workload, &scenario, &NoSharing, r, &mut Table::default()).realised_offered_load();
        agrees(kind, &(0..30).map(realised).collect::<Vec<_>>(), 0.5);
    }
}

#[test]
fn a_trace_is_reported_from_its_file_and_from_an_experiment() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.swf");
    std::fs::write(&path, log(200) + "not a process\n").expect("a file");
    let report = report_file(&path, None, 2, &env()).expect("a good log");
    for words in
        ["processes", "400", "mean lifetime", "4.0000 s", "0.4020 of 2", "dropped 1: job number is not a number"]
    {
        assert!(report.text.contains(words), "{words} is not in:\n{}", report.text);
    }
    assert!(
        report_file(&folder.path().join("a.txt"), None, 2, &env()).expect_err("no kind").contains("say which kind")
    );
    let table = "nodes = { count = 2 }\nworkload = { kind = \"swf\", path = \"a.swf\", parallel = \"split\" }\n";
    let mut opened = experiment(table);
    loadlab::workload::open(&mut opened, &place(folder.path())).expect("a good log");
    let reports = report_scenarios(&opened).expect("a good log");
    assert_eq!((reports.len(), &reports[0].1.text), (1, &report.text));
}

#[test]
fn the_survival_function_of_a_heavy_tail_is_drawn_with_its_fits() {
    let table = "nodes = { count = 6 }\nworkload = { kind = \"berkeley-1995-synthetic\", run = 0 }\n";
    let mut opened = experiment(table);
    loadlab::workload::open(&mut opened, &Place::default()).expect("a generator");
    let reports = report_scenarios(&opened).expect("a generator");
    let report = &reports[0].1;
    let tail = report.summary.as_ref().and_then(|summary| summary.tail.as_ref()).expect("a tail");
    // The tail of the stand-in is bounded Pareto of exponent 1.27; the longest twentieth lies within it.
    let error = (tail.hill.alpha - 1.27).abs() / tail.hill.standard_error;
    assert!(error < 4.0, "Hill {} +- {}", tail.hill.alpha, tail.hill.standard_error);
    assert_eq!(report.figure.panels[0].layers.len(), 3);
}
