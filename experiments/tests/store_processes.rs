//! A store and several processes: killed ones, waiting ones, and ones whose disk is full.
//!
//! The tests start their own program again with the helper that they need.

#![cfg(unix)]

mod store_support;

use loadlab::store::{Mode, Store, StoreError};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use store_support::{SEED, add, folder_with, run, stored};

/// The variable that tells a helper which folder is meant.
const FOLDER: &str = "LOADLAB_TEST_STORE";

/// Starts this program again to run one helper; `shell` is done before, in the same process.
fn start(helper: &str, folder: &Path, shell: &str) -> Child {
    Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$0\" --exact {helper} --ignored --nocapture --test-threads=1")])
        .arg(std::env::current_exe().expect("this program"))
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell")
}

fn folder() -> std::path::PathBuf {
    std::env::var_os(FOLDER).expect("helpers are started by the tests of this file").into()
}

/// Says something to the test that waits for it.
fn say(what: &str) {
    // The first line of the harness may not have ended.
    println!("\n{what}");
}

/// What the helper says next.
fn next_word(lines: &mut impl Iterator<Item = std::io::Result<String>>, what: &str) -> Option<String> {
    lines.map_while(Result::ok).find_map(|line| line.strip_prefix(what).map(str::to_owned))
}

#[test]
#[ignore = "a helper of other tests"]
fn helper_holds_the_store_until_its_input_ends() {
    let store = Store::open(&folder(), Mode::Write).unwrap();
    store.append(&run(0, 0)).unwrap();
    say("holding");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
#[ignore = "a helper of other tests"]
fn helper_stores_runs_until_it_is_killed() {
    let store = Store::open(&folder(), Mode::Write).unwrap();
    assert!(store.found().damages.len() <= 1);
    for replication in (0..).filter(|replication| !store.has(&run(0, 0).cell, *replication, SEED)) {
        store.append(&run(0, replication)).unwrap();
        say(&format!("stored {replication}"));
    }
}

#[test]
#[ignore = "a helper of other tests"]
fn helper_stores_runs_until_there_is_no_room() {
    let store = Store::open(&folder(), Mode::Write).unwrap();
    for replication in 0.. {
        if let Err(error) = store.append(&run(0, replication)) {
            assert!(matches!(store.append(&run(0, replication)), Err(StoreError::Full { .. })));
            say(&format!("full {replication} {}", matches!(error, StoreError::Full { .. })));
            return;
        }
    }
}

#[test]
fn a_second_writer_is_told_which_process_writes_and_a_killed_one_leaves_no_lock() {
    let (folder, _) = folder_with(&[]);
    let mut child = start("helper_holds_the_store_until_its_input_ends", folder.path(), "");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    next_word(&mut lines, "holding").expect("the helper holds the store");
    let error = Store::open(folder.path(), Mode::Write).unwrap_err();
    let StoreError::Locked { holder, .. } = &error else { panic!("{error}") };
    let holder = holder.as_deref().unwrap_or_default();
    assert!(holder.starts_with(&format!("process {}", child.id())), "{holder}, not {}", child.id());
    assert_eq!(Store::open(folder.path(), Mode::Read).unwrap().len(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(stored(&Store::open(folder.path(), Mode::Write).unwrap(), 1), [(0, 0)]);
}

#[test]
fn a_writer_that_ends_lets_the_next_one_in() {
    let (folder, _) = folder_with(&[]);
    let mut child = start("helper_holds_the_store_until_its_input_ends", folder.path(), "");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    next_word(&mut lines, "holding").expect("the helper holds the store");
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(lines.all(|line| line.is_ok()) && child.wait().unwrap().success());
    add(folder.path(), &[(0, 1)]);
    assert_eq!(stored(&Store::open(folder.path(), Mode::Read).unwrap(), 1), [(0, 0), (0, 1)]);
}

#[test]
fn twenty_kills_lose_nothing_that_was_stored_and_repeat_nothing() {
    let (folder, _) = folder_with(&[]);
    let mut confirmed = Vec::new();
    for cycle in 0..20_usize {
        let mut child = start("helper_stores_runs_until_it_is_killed", folder.path(), "");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..=cycle * 37 % 60 {
            confirmed.extend(next_word(&mut lines, "stored "));
        }
        child.kill().unwrap();
        while let Some(word) = next_word(&mut lines, "stored ") {
            confirmed.push(word);
        }
        child.wait().unwrap();
    }
    // The pipe may end within the last word of a cycle, which then is no number or an earlier, smaller one.
    let store = Store::open(folder.path(), Mode::Read).unwrap();
    let all = stored(&store, 1);
    assert!(confirmed.iter().filter_map(|word| word.parse().ok()).all(|replication| all.contains(&(0, replication))));
    assert!(confirmed.len() >= 20 && all.len() >= confirmed.len() - 20 && all.len() <= confirmed.len() + 20);
    assert_eq!(all, (0..all.len() as u64).map(|replication| (0, replication)).collect::<Vec<_>>());
    assert_eq!(store.found().duplicates, 0);
}

#[test]
fn a_full_disk_is_said_and_leaves_a_log_of_whole_records() {
    let (folder, log) = folder_with(&[]);
    // The largest file that this process may write plays the disk: 4 to 8 KiB, which no record ends at.
    let mut child = start("helper_stores_runs_until_there_is_no_room", folder.path(), "trap '' XFSZ; ulimit -f 8;");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let word = next_word(&mut lines, "full ").expect("the disk was full");
    assert!(lines.all(|line| line.is_ok()) && child.wait().unwrap().success());
    let (count, full) = word.split_once(' ').unwrap();
    let count: u64 = count.parse().unwrap();
    assert_eq!(full, "true");
    let store = Store::open(folder.path(), Mode::Read).unwrap();
    assert_eq!(stored(&store, 1).len() as u64, count);
    assert!(store.found().damages.is_empty(), "half a record was left: {:?}", store.found());
    let empty = std::fs::metadata(folder_with(&[]).1).unwrap().len();
    assert!(count > 0 && (std::fs::metadata(&log).unwrap().len() - empty).is_multiple_of(count));
    add(folder.path(), &[(0, count)]);
    assert_eq!(Store::open(folder.path(), Mode::Read).unwrap().len() as u64, count + 1);
}
