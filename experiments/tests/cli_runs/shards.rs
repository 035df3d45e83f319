//! Any sharding merges to the same bytes as one run, and what is missing is said.

use crate::support::{SMALL, assert_same, ends, folder, ran, succeed};
use std::path::Path;

/// Runs an experiment whole and in three shards, and merges these.
fn shared_out(experiment: &str, options: &[&str]) -> tempfile::TempDir {
    let folder = folder(experiment);
    let run = |more: &[&str]| succeed(folder.path(), &[&["run", "small.toml", "--quiet"], options, more].concat());
    run(&["--out", "whole"]);
    for shard in ["1/3", "2/3", "3/3"] {
        run(&["--shard", shard, "--out", &shard[..1]]);
    }
    let merge = |order: [&str; 3], out: &str| {
        succeed(folder.path(), &["merge", order[0], order[1], order[2], "--quiet", "--out", out])
    };
    merge(["1/small", "2/small", "3/small"], "merged");
    merge(["3/small", "1/small", "2/small"], "otherwise");
    assert_same(&folder.path().join("whole/small"), &folder.path().join("merged/small"));
    assert_same(&folder.path().join("whole/small"), &folder.path().join("otherwise/small"));
    folder
}

fn runs_of(folder: &Path) -> Vec<u64> {
    ["1", "2", "3"].iter().map(|shard| ran(&folder.join(shard).join("small"))).collect()
}

#[test]
fn three_shards_by_replication_merge_to_the_bytes_of_one_run() {
    let folder = shared_out(SMALL, &[]);
    // 4 points x 4 replications, dealt out in turn, with two policies each.
    assert_eq!(runs_of(folder.path()), [12, 10, 10]);
}

#[test]
fn three_shards_by_point_merge_to_the_bytes_of_one_run() {
    let rounds = SMALL.replace("max   = 4", "max = 10")
        + "[stop]\ntargets = [{ metric = \"response.mean\", relative_half_width = 0.1 }]\n";
    let folder = shared_out(&rounds, &[]);
    let runs = runs_of(folder.path());
    assert!(runs.iter().all(|n| *n >= 8) && runs[0] >= 16, "two points and twice one: {runs:?}");
}

#[test]
fn shards_keep_their_options_and_records() {
    let records = format!("{SMALL}[output]\nprocesses = {{ when = \"replication == 1\" }}\n");
    shared_out(&records, &["--set", "scenario.horizon.processes=100", "--only", "offered_load == 0.8"]);
}

#[test]
fn a_single_shard_is_the_whole() {
    let folder = folder(SMALL);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--shard", "1/1"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "whole"]);
    assert_same(&folder.path().join("whole/small"), &folder.path().join("results/small"));
}

#[test]
fn a_missing_shard_is_told_and_the_rest_is_merged() {
    let folder = folder(SMALL);
    for shard in ["1/3", "2/3", "3/3"] {
        succeed(folder.path(), &["run", "small.toml", "--quiet", "--shard", shard, "--out", &shard[..1]]);
    }
    let (_, said) = ends(folder.path(), &["merge", "1/small", "3/small", "--quiet"], 3);
    assert!(said.contains("10 runs of 4 points are missing"), "{said}");
    succeed(folder.path(), &["merge", "2/small", "1/small", "--quiet", "--out", "results"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    assert_eq!(ran(&folder.path().join("results/small")), 0, "a merged folder is complete");
}

#[test]
fn different_experiments_and_folders_without_results_cannot_be_merged() {
    let folder = folder(SMALL);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "1"]);
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--out", "2", "--set", "policies.choices.d=3"]);
    let (_, said) = ends(folder.path(), &["merge", "1/small", "2/small"], 2);
    assert!(said.contains("different experiments"), "{said}");
    let (_, said) = ends(folder.path(), &["merge", "1/small", "nowhere"], 2);
    assert!(said.contains("nowhere"), "{said}");
}
