//! Every exit code, and what is said with it. Code 130 is shown by the tests of interruptions.

use crate::support::{SMALL, command, complaint, ends, folder, succeed};
use std::fs;

#[test]
fn wrong_options_end_with_2_and_name_the_culprit() {
    let folder = folder(SMALL);
    let wrong: [(&[&str], &str); 8] = [
        (&["--set", "replicate.mim=3"], "`min`"),
        (&["--set", "sweep.offered_load=[1.5]"], "offered_load"),
        (&["--only", "ofered_load > 0.5"], "`offered_load`"),
        (&["--only", "policy == 'nobody'"], "nobody"),
        (&["--only", "offered_load > 0.9"], "keeps no cell"),
        (&["--shard", "4/3"], "2/3"),
        (&["--replications", "0"], "0"),
        (&["--set", "output.decisions.when='replicaton == 0'"], "replicaton"),
    ];
    for (options, culprit) in wrong {
        let (answer, said) = ends(folder.path(), &[&["run", "small.toml"], options].concat(), 2);
        assert!(said.contains(culprit) && answer.is_empty(), "{options:?}: {said}");
        assert!(!folder.path().join("results").exists(), "{options:?} wrote something");
    }
}

#[test]
fn messages_underline_the_culprit_and_are_harmless_to_a_terminal() {
    let folder = folder(&SMALL.replace("offered_load = 0.5", "ofered_load = 0.5"));
    let (_, said) = ends(folder.path(), &["check", "small.toml"], 2);
    assert!(said.contains("^^^^^^^^^^^") && said.contains("did you mean `offered_load`?"), "{said}");
}

#[test]
fn nothing_that_is_said_can_steer_a_terminal() {
    let folder = folder(SMALL);
    let evil = "\u{1b}[31m";
    fs::write(folder.path().join(evil), "").expect("a file");
    for (arguments, code) in [
        (["run", "small.toml", "--set", &format!("replicate.{evil}=1")], 2),
        (["run", "small.toml", "--only", evil], 2),
        (["show", "small.toml", "--cell", evil], 2),
        (["run", "small.toml", "--out", evil], 3),
        (["merge", evil, "--out", "merged"], 2),
    ] {
        let (answer, said) = ends(folder.path(), &arguments, code);
        assert!(!said.is_empty() && !said.contains('\u{1b}') && answer.is_empty(), "{arguments:?}: {said:?}");
    }
}

#[test]
fn claims_decide_over_the_exit_code_the_first_time_and_every_time() {
    let claim = |expect: &str| format!("{SMALL}[[claims]]\ntext = \"it is so\"\nexpect = \"{expect}\"\n");
    let holds = folder(&claim("response.mean[policy=none] > 0.5"));
    assert!(ends(holds.path(), &["run", "small.toml"], 0).0.contains("PASS"));
    let fails = folder(&claim("response.mean[policy=none] < 0.5"));
    for (options, words) in [(&["run", "small.toml"][..], "FAIL"), (&["run", "small.toml"], "Nothing to do")] {
        let (answer, _) = ends(fails.path(), options, 1);
        assert!(answer.contains(words), "{answer}");
    }
    // A trial has one replication, from which nothing follows.
    let open = folder(&claim("response.mean[policy=none] < 2"));
    ends(open.path(), &["run", "small.toml", "--smoke"], 0);
    ends(open.path(), &["run", "small.toml", "--smoke", "--strict"], 1);
}

#[test]
fn a_run_that_fails_is_told_with_its_cell_and_the_others_are_done() {
    // Arrivals so rare that the clock can no longer tell lifetimes apart.
    let folder = folder(&SMALL.replace("offered_load       = [0.5, 0.8]", "offered_load = [0.5, 1e-14]"));
    let (_, said) = ends(folder.path(), &["run", "small.toml", "--quiet"], 3);
    assert!(said.contains("a run failed: cell ") && said.contains("offered_load = 0.00000000000001"), "{said}");
    let loads = crate::support::column(&folder.path().join("results/small/runs.csv"), "offered_load");
    assert!(!loads.is_empty() && loads.iter().all(|load| load == "0.5"));
    assert_eq!(crate::support::ran(&folder.path().join("results/small")), 16);
    ends(folder.path(), &["run", "small.toml", "--quiet"], 3);
}

#[test]
fn fail_fast_ends_at_the_first_failure() {
    let folder = folder(&SMALL.replace("offered_load       = [0.5, 0.8]", "offered_load = [1e-14, 0.5]"));
    let (_, said) = ends(folder.path(), &["run", "small.toml", "--quiet", "--fail-fast", "--threads", "1"], 3);
    assert_eq!(said.matches("a run failed").count(), 1, "{said}");
    assert_eq!(crate::support::ran(&folder.path().join("results/small")), 0);
}

#[test]
fn a_place_that_cannot_be_written_ends_with_3_before_anything_runs() {
    let folder = folder(SMALL);
    fs::write(folder.path().join("taken"), "").expect("a file");
    let (_, said) = ends(folder.path(), &["run", "small.toml", "--out", "taken"], 3);
    assert!(said.contains("taken") && said.contains("--out"), "{said}");
}

#[test]
fn results_of_another_version_are_left_alone_and_told() {
    let folder = folder(SMALL);
    let other = folder.path().join("results/small/store/runs-0123456789abcdef.log");
    fs::create_dir_all(other.parent().expect("a folder")).expect("a folder");
    fs::write(&other, "loadlab\nof old").expect("a file");
    let output = command(folder.path(), &["run", "small.toml"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0));
    assert!(complaint(&output).contains("another version"), "{}", complaint(&output));
    assert_eq!(fs::read(&other).expect("still there"), b"loadlab\nof old");
    fs::create_dir_all(folder.path().join("old/store")).expect("a folder");
    fs::copy(&other, folder.path().join("old/store/runs-0123456789abcdef.log")).expect("a copy");
    fs::copy(folder.path().join("results/small/manifest.json"), folder.path().join("old/manifest.json"))
        .expect("a copy");
    let (_, said) = ends(folder.path(), &["merge", "old", "--out", "new"], 2);
    assert!(said.contains("another version"), "{said}");
}

#[test]
fn what_is_no_store_is_left_alone_and_ends_with_3() {
    let folder = folder(SMALL);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let store = folder.path().join("results/small/store");
    let entries = fs::read_dir(&store).expect("a store").map(|e| e.expect("an entry").path());
    let log = entries.into_iter().find(|path| path.extension().is_some_and(|e| e == "log")).expect("a log");
    fs::write(&log, vec![b'x'; 1000]).expect("a file");
    let (_, said) = ends(folder.path(), &["run", "small.toml"], 3);
    assert!(said.contains("holds no record of a run"), "{said}");
}

/// A limit on the size of files stands for a full disk: writing fails in the middle of a run in the same way.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_with_3_and_the_work_goes_on_when_there_is_room() {
    let folder = folder(SMALL);
    let limited = "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", limited, env!("CARGO_BIN_EXE_loadlab"), "run", "small.toml", "--quiet"])
        .output()
        .expect("a shell");
    assert_eq!(output.status.code(), Some(3), "{}", complaint(&output));
    assert!(complaint(&output).contains("Make room"), "{}", complaint(&output));
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let ran = crate::support::ran(&folder.path().join("results/small"));
    assert!(ran > 0 && ran < 32, "{ran} of 32 runs were left");
}
