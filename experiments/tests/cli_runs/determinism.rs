//! The same bytes for any number of threads and in any order of completion.

use crate::support::{SMALL, assert_same, folder, succeed};

#[test]
fn one_two_and_eight_threads_give_the_same_bytes() {
    let folder = folder(SMALL);
    for threads in ["1", "2", "8"] {
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--threads", threads, "--out", threads]);
    }
    for threads in ["2", "8"] {
        assert_same(&folder.path().join("1/small"), &folder.path().join(threads).join("small"));
    }
}

#[test]
fn rounds_end_where_they_end_for_any_number_of_threads() {
    let rounds = SMALL.replace("max   = 4", "max = 20")
        + "[stop]\ntargets = [{ metric = \"response.mean\", relative_half_width = 0.1 }]\n";
    let folder = folder(&rounds);
    for threads in ["1", "2", "8"] {
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--threads", threads, "--out", threads]);
    }
    for threads in ["2", "8"] {
        assert_same(&folder.path().join("1/small"), &folder.path().join(threads).join("small"));
    }
    let replications = crate::support::column(&folder.path().join("1/small/runs.csv"), "replication");
    assert!(replications.contains(&"6".to_owned()), "no point went on after its first round");
}

#[test]
fn the_warm_up_of_a_point_depends_neither_on_threads_nor_on_what_was_run_before() {
    let folder = folder(&(SMALL.to_owned() + "[warmup]\nkind = \"mser5\"\n"));
    let run = |more: &[&str]| succeed(folder.path(), &[&["run", "small.toml", "--quiet"], more].concat());
    run(&["--threads", "1", "--out", "1"]);
    run(&["--threads", "8", "--out", "8"]);
    run(&["--only", "policy == none", "--out", "later"]);
    run(&["--out", "later"]);
    for other in ["8", "later"] {
        assert_same(&folder.path().join("1/small"), &folder.path().join(other).join("small"));
    }
    for shard in ["1/2", "2/2"] {
        run(&["--shard", shard, "--out", &format!("shard{}", &shard[..1])]);
    }
    succeed(folder.path(), &["merge", "shard1/small", "shard2/small", "--quiet", "--out", "merged"]);
    assert_same(&folder.path().join("1/small"), &folder.path().join("merged/small"));
}

#[test]
fn an_experiment_moved_to_another_place_gives_the_same_bytes() {
    let (here, there) = (folder(SMALL), folder(SMALL));
    succeed(here.path(), &["run", "small.toml", "--quiet"]);
    let file = there.path().join("small.toml");
    let file = file.to_str().expect("a path in UTF-8");
    succeed(here.path(), &["run", file, "--quiet", "--out", "moved"]);
    assert_same(&here.path().join("results/small"), &here.path().join("moved/small"));
}
