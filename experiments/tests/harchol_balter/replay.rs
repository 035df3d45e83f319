//! What the reproduction needs of a trace: its runs as the sample, the list that is taken from it, memory where it
//! records none, a stand-in where it is not at hand, and nothing random where nothing is decided at random.

use crate::agreement::LISTED;
use loadlab::catalogues;
use loadlab::file::{Experiment, read};
use loadlab::model::Model;
use loadlab::workload::{self, Place};
use loadlab_core::process::{Attributes, Process};
use loadlab_core::record::{Exit, Moved, Sink};
use loadlab_core::{NodeId, Time};
use sha2::{Digest, Sha256};
use std::path::Path;
use tempfile::TempDir;

/// Five processes at node 0 in run 0 (from minute 240), two at node 5 in run 1: `long` occurs three times and lives for 20 s on
/// average over both runs, `rare` once for 90 s.
const TRACE: &str = "hour,min,unk,sec,prog\n240,0.5,0,9,long\n240,1.5,0,6,short\n240,2.1,0,9,long\n240,2.4,0,0.005,short\n\
                     240,3.0,0,90,rare\n0,0.0,5,42,long\n0,1.0,5,1,short\n";

const POLICIES: &str = "[policies.none]\nkind = \"none\"\n[policies.list]\nkind = \"name-list\"\n\
                        longest = { programs = 1, count = 2 }\n";

/// An experiment on the small trace, or on what stands at another path.
fn experiment(path: &str, run: &str) -> Experiment {
    let hash: String = Sha256::digest(TRACE).iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!(
        "schema = 1\n[experiment]\nname = \"x\"\n{POLICIES}[scenario]\nnodes = {{ count = 6 }}\nmemory = \"1MiB\"\n\
         placement = {{ kind = \"fixed\", cost = \"1s\" }}\n[scenario.workload]\nkind = \"berkeley-1995\"\n\
         path = \"{path}\"\nsha256 = \"{hash}\"\nstand_in = true\n{run}"
    );
    read(&text, "x.toml", &[], &catalogues::env()).unwrap_or_else(|errors| panic!("{}", errors[0].render(false)))
}

/// The same with its trace opened, and the cells identified by it.
fn opened(path: &str, run: &str) -> (TempDir, Experiment) {
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("small.csv"), TRACE).expect("a file");
    let place = Place { folder: folder.path().to_owned(), data: None };
    let mut experiment = experiment(path, run);
    let hashes = workload::hashes(&experiment, &place).expect("a trace");
    workload::identify(&mut experiment, &hashes);
    workload::open(&mut experiment, &place).expect("a trace");
    (folder, experiment)
}

/// Every exit to the last bit, the home of each process, and the memory of those that arrived.
#[derive(Default)]
struct Seen(Vec<(u64, f64, NodeId)>, Vec<f64>);

impl Sink for Seen {
    fn arrival(&mut self, _: &Process, attributes: &Attributes) {
        self.1.push(attributes.memory);
    }
    fn exit(&mut self, process: &Process, now: Time, _: Exit) {
        self.0.push((process.index, now.seconds(), process.node));
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, _: &Process, _: &Moved) {}
}

fn run(experiment: &Experiment, policy: &str, seed: u64, replication: u64) -> Seen {
    let cell = experiment.cells.iter().find(|cell| cell.policy.name == policy).expect("a cell");
    let model = Model::of(cell, &experiment.warmup).expect("a model");
    let mut seen = Seen::default();
    model.run_into(seed, replication, Some(&mut seen)).expect("a possible run");
    seen
}

#[test]
fn the_list_has_the_common_programs_of_the_longest_mean_over_all_runs_and_results_name_them() {
    let (_folder, experiment) = opened("small.csv", "run = 0\n");
    let accounts = workload::accounts(&experiment);
    let of = |policy| experiment.cells.iter().find(|cell| cell.policy.name == policy).expect("a cell").id.as_str();
    let lists = |policy| accounts[0].of(of(policy)).filter(|fact| fact.kind == "name_list").collect::<Vec<_>>();
    assert_eq!((lists("none").len(), lists("list").len()), (0, 1));
    assert_eq!((lists("list")[0].what.as_str(), lists("list")[0].value), ("list: long", Some(1.0)));
    // Of the two that are called so, the first finds nobody at home; the other starts elsewhere after 1 s and lives 9 s.
    let exits = run(&experiment, "list", 1, 0).0;
    for (index, exit, node) in exits {
        assert_eq!(node != 0, index == 2, "process {index} ended at node {node}");
        assert!(index != 2 || (exit - 12.1).abs() < 1e-9, "{exit}");
    }
}

#[test]
fn another_file_under_the_same_name_is_refused_and_not_replaced() {
    let text = TRACE.replace("240,2.1,0,9,long", "240,2.1,1,9,long");
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("small.csv"), text).expect("a file");
    let place = Place { folder: folder.path().to_owned(), data: None };
    let file = experiment("small.csv", "run = 0\n");
    assert!(workload::hashes(&file, &place).is_err(), "another file under the same name is refused, not replaced");
}

#[test]
fn without_balancing_the_results_do_not_depend_on_the_seed() {
    let (_folder, experiment) = opened("small.csv", "run = 0\n");
    let (one, two) = (run(&experiment, "none", 1, 0), run(&experiment, "none", 2, 7));
    assert_eq!(one.0, two.0);
    assert_eq!(one.0.len(), 5);
    assert!(one.1.iter().all(|memory| *memory == 1_048_576.0), "{:?}", one.1);
}

#[test]
fn without_balancing_the_results_on_the_original_trace_do_not_depend_on_the_seed() {
    let Some(data) = std::env::var_os("LOADLAB_DATA") else {
        return println!("skipped: LOADLAB_DATA is not set");
    };
    let text = "schema = 1\n[experiment]\nname = \"x\"\n[policies.none]\nkind = \"none\"\n[scenario]\n\
                nodes = { count = 6 }\nmemory = { kind = \"exponential\", mean = \"1MiB\" }\n\
                workload = { kind = \"berkeley-1995\", run = 3 }\n";
    let mut experiment = read(text, "x.toml", &[], &catalogues::env()).expect("a good file");
    let place = Place { folder: Path::new("").to_owned(), data: Some(data.into()) };
    workload::open(&mut experiment, &place).expect("the trace");
    let (one, two) = (run(&experiment, "none", 1, 0), run(&experiment, "none", 2, 5));
    assert_eq!(one.0.len(), 19_872);
    assert!(one.0 == two.0, "the exits differ");
    assert_ne!(one.1, two.1, "the memory is drawn anew, and matters to nobody");
}

#[test]
fn the_list_that_the_original_trace_gives_is_the_one_that_the_comparison_with_the_obvious_implementation_uses() {
    let Some(data) = std::env::var_os("LOADLAB_DATA") else {
        return println!("skipped: LOADLAB_DATA is not set");
    };
    let text = "schema = 1\n[experiment]\nname = \"x\"\n[policies.list]\nkind = \"name-list\"\n\
                longest = { programs = 15, count = 400 }\n[scenario]\nnodes = { count = 6 }\n\
                workload = { kind = \"berkeley-1995\", run = 5 }\n";
    let mut experiment = read(text, "x.toml", &[], &catalogues::env()).expect("a good file");
    let place = Place { folder: Path::new("").to_owned(), data: Some(data.into()) };
    workload::open(&mut experiment, &place).expect("the trace");
    let lists = workload::accounts(&experiment).remove(0).lists;
    let list: Vec<_> = lists.iter().map(|(_, fact)| fact.what.clone()).collect();
    assert_eq!(list, [format!("list: {}", LISTED.join(" "))]);
}

#[test]
fn each_replication_replays_the_next_run_and_the_ninth_the_first_again() {
    let (_folder, experiment) = opened("small.csv", "run = \"each\"\n");
    let count = |replication| run(&experiment, "none", 1, replication).0.len();
    assert_eq!([0, 1, 8].map(count), [5, 2, 5]);
}

#[test]
fn without_the_trace_its_stand_in_runs_says_so_and_is_another_cell() {
    let (_folder, real) = opened("small.csv", "run = 0\nprocesses = 200\n");
    let (_other, replaced) = opened("missing.csv", "run = 0\nprocesses = 200\n");
    let plain = experiment("missing.csv", "run = 0\nprocesses = 200\n");
    assert_ne!(real.cells[0].id, replaced.cells[0].id);
    assert_ne!(plain.cells[0].id, replaced.cells[0].id);
    let [real, replaced] = [real, replaced].map(|experiment| workload::accounts(&experiment).remove(0));
    assert_eq!(real.stand_in(), None);
    let said = replaced.stand_in().expect("a sentence");
    assert!(said.contains("not at hand") && said.contains("berkeley-1995-synthetic"), "{said}");
    assert_eq!(replaced.trace, "berkeley-1995-synthetic");
}

#[test]
fn the_stand_in_lists_the_one_program_that_it_names() {
    let (_folder, experiment) = opened("missing.csv", "run = 0\nprocesses = 2000\n");
    let lists = workload::accounts(&experiment).remove(0).lists;
    let list: Vec<_> = lists.iter().map(|(_, fact)| fact.what.as_str()).collect();
    assert_eq!(list, ["list: listed"]);
}
