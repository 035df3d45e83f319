//! Nothing is lost and nothing is done twice: kills, interruptions, two processes, extended and changed experiments.

use crate::support::{SMALL, assert_same, column, command, complaint, ends, folder, ran, succeed};
use loadlab::store::{Mode, Store};
use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Long enough that it can be killed while it runs.
fn long() -> String {
    SMALL.replace("processes = 400", "processes = 20_000").replace("= 4\nmax   = 4", "= 12\nmax = 12")
}

/// Numbers that look random: a linear congruential generator (Knuth's MMIX).
fn random() -> impl FnMut(u64) -> u64 {
    let mut state = 20_240_601_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// Waits until something holds, as long as the program runs.
fn wait(child: &mut Child, holds: impl Fn() -> bool) {
    while !holds() {
        assert!(child.try_wait().expect("a status").is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn twenty_kills_lose_no_finished_run_and_leave_the_bytes_of_an_undisturbed_run() {
    let folder = folder(&long());
    let mut random = random();
    let (mut killed, mut seen) = (0, 0);
    for _ in 0..20 {
        let mut child = command(folder.path(), &["run", "small.toml", "--quiet", "--out", "killed"])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // Killed when it has finished a few more runs, so that it is met at work however fast the machine is.
        let enough = seen + 1 + random(3) as usize;
        while seen < enough && child.try_wait().expect("a status").is_none() {
            std::thread::sleep(Duration::from_millis(1 + random(4)));
            let store = Store::open(&folder.path().join("killed/small"), Mode::Read);
            seen = store.map_or(seen, |store| store.len());
        }
        killed += u32::from(child.try_wait().expect("a status").is_none());
        // SIGKILL: nothing can be tidied up.
        child.kill().expect("a signal");
        child.wait().expect("an end");
    }
    assert!(killed >= 5, "only {killed} of 20 kills met a running program");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "killed"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "undisturbed"]);
    assert_same(&folder.path().join("undisturbed/small"), &folder.path().join("killed/small"));
    assert!(ran(&folder.path().join("killed/small")) < 96, "the last run did everything again");
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_with_130_and_says_how_to_go_on_and_the_next_run_does() {
    let folder = folder(&long());
    for signal in ["-INT", "-TERM"] {
        let arguments = ["run", "small.toml", "--set", "replicate.max=400", "--set", "replicate.min=400"];
        let child = command(folder.path(), &arguments).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("the program starts");
        // Not before it has begun to run: its log then has more than a header.
        let log = || {
            fs::read_dir(folder.path().join("results/small/store")).ok()?.find_map(|e| {
                let path = e.ok()?.path();
                (path.extension()? == "log").then(|| fs::metadata(path).map_or(0, |m| m.len()))
            })
        };
        let before = log().unwrap_or(48);
        let grown = || log().unwrap_or(0) > before;
        wait(&mut child, grown);
        let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let output = child.wait_with_output().expect("an end");
        assert_eq!(output.status.code(), Some(130), "{}", complaint(&output));
        let said = complaint(&output);
        assert!(
            said.contains("interrupted") && said.contains("results/small") && said.contains("same command"),
            "{said}"
        );
    }
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    assert!(ran(&folder.path().join("results/small")) < 96, "what was finished before was done again");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "undisturbed"]);
    assert_same(&folder.path().join("undisturbed/small"), &folder.path().join("results/small"));
}

#[test]
fn a_second_run_finds_nothing_to_do_and_a_lost_table_is_written_again() {
    let folder = folder(SMALL);
    let results = folder.path().join("results/small");
    let first = succeed(folder.path(), &["run", "small.toml"]);
    assert!(first.contains("32 runs of 8 cells"), "{first}");
    let again = succeed(folder.path(), &["run", "small.toml"]);
    assert!(again.contains("Nothing to do: all 32 runs are there"), "{again}");
    let before = fs::read(results.join("summary.csv")).expect("a table");
    fs::remove_file(results.join("summary.csv")).expect("a table");
    succeed(folder.path(), &["run", "small.toml"]);
    assert_eq!(fs::read(results.join("summary.csv")).expect("a table"), before);
    assert_eq!(ran(&results), 0);
}

#[test]
fn a_larger_max_extends_and_a_smaller_one_comes_back_to_the_same_bytes() {
    let folder = folder(SMALL);
    let results = folder.path().join("results/small");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "four"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--replications", "7"]);
    assert_eq!(ran(&results), 24, "three more of eight cells");
    let (most, rows) = (column(&results.join("runs.csv"), "replication"), 8 * 7);
    assert_eq!(most.iter().filter(|r| *r == "6").count() * 7, most.len());
    assert_eq!(most.len() % rows, 0);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    assert_eq!(ran(&results), 0);
    assert_same(&folder.path().join("four/small"), &results);
}

#[test]
fn a_changed_experiment_keeps_old_results_and_shows_its_own_cells_only() {
    let folder = folder(SMALL);
    let results = folder.path().join("results/small");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "before"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--set", "policies.choices.d=3"]);
    assert_eq!(ran(&results), 16, "the cells of one policy are new, those of the other are not");
    let mut cells = column(&results.join("runs.csv"), "cell");
    cells.sort();
    cells.dedup();
    assert_eq!(cells.len(), 8, "cells that left the file are not in its tables");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    assert_eq!(ran(&results), 0, "they come back when the file does");
    assert_same(&folder.path().join("before/small"), &results);
}

#[test]
fn another_seed_is_another_result_in_the_same_store() {
    let folder = folder(SMALL);
    let results = folder.path().join("results/small");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let one = fs::read(results.join("summary.csv")).expect("a table");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--seed", "2"]);
    assert_eq!(ran(&results), 32);
    assert!(fs::read(results.join("summary.csv")).expect("a table") != one);
}

#[test]
fn of_two_processes_on_one_folder_the_second_is_refused_with_the_name_of_the_first() {
    let folder = folder(&long());
    let arguments = ["run", "small.toml", "--quiet", "--replications", "2000"];
    let mut first = command(folder.path(), &arguments).spawn().expect("the program starts");
    let lock = folder.path().join("results/small/store/lock");
    wait(&mut first, || fs::metadata(&lock).map_or(0, |m| m.len()) > 0);
    let (_, said) = ends(folder.path(), &["run", "small.toml"], 3);
    assert!(said.contains(&format!("process {}", first.id())) && said.contains("--out"), "{said}");
    // Looking is allowed.
    succeed(folder.path(), &["list", "small.toml"]);
    first.kill().expect("a signal");
    first.wait().expect("an end");
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--only", "policy == none && offered_load == 0.5"]);
}

#[test]
fn a_trial_run_has_a_folder_and_cells_of_its_own() {
    let folder = folder(SMALL);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--smoke"]);
    assert!(!folder.path().join("results/small").exists());
    let trial = folder.path().join("results/small-smoke");
    assert_eq!(ran(&trial), 8);
    assert!(column(&trial.join("runs.csv"), "processes").iter().all(|n| n == "4"));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let cells = |of: &str| column(&folder.path().join("results").join(of).join("runs.csv"), "cell");
    assert!(cells("small").iter().all(|cell| !cells("small-smoke").contains(cell)));
}
