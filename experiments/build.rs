//! Tells the program which commit it was built from, for the manifest of its results.
//!
//! Only release builds ask git: looking at every commit would compile test builds again after each. Without git, without
//! a repository and in other builds the manifest has no commit, and nothing fails. A build from an archive can be told
//! by the environment variable `LOADLAB_COMMIT`.

use std::process::Command;

/// What of the repository goes into the program.
const SOURCES: [&str; 5] = ["sim-core", "policies", "workloads", "experiments", "Cargo.lock"];

fn main() {
    println!("cargo:rerun-if-env-changed=LOADLAB_COMMIT");
    println!("cargo:rerun-if-changed=build.rs");
    let told = std::env::var("LOADLAB_COMMIT").ok().filter(|commit| !commit.is_empty());
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if let Some(commit) = told.or_else(|| if release { asked() } else { None }) {
        println!("cargo:rustc-env=LOADLAB_COMMIT={commit}");
    }
}

/// The commit, with `-dirty` behind it where the sources differ from it.
fn asked() -> Option<String> {
    let commit = git(&["rev-parse", "HEAD"])?;
    for watched in ["HEAD", "logs/HEAD"] {
        // A path that does not exist would have this run for every build.
        let path = git(&["rev-parse", "--path-format=absolute", "--git-path", watched])?;
        if std::path::Path::new(&path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    SOURCES.iter().for_each(|source| println!("cargo:rerun-if-changed=../{source}"));
    let paths: Vec<String> = SOURCES.iter().map(|source| format!("../{source}")).collect();
    let mut status = vec!["status", "--porcelain", "--"];
    status.extend(paths.iter().map(String::as_str));
    let dirty = git(&status)?;
    Some(if dirty.is_empty() { commit } else { format!("{commit}-dirty") })
}

/// What git answers; None where it cannot.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
