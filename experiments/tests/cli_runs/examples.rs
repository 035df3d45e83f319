//! The three examples that the design of the experiment file gives, run as written: with the real catalogues, a trial of
//! each. `file_reading` checks what they expand to.

use crate::support::{column, complaint, ends, folder, loadlab, succeed};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

const EXAMPLE_1: &str = include_str!("../file_reading/example1.toml");
const EXAMPLE_2: &str = include_str!("../file_reading/example2.toml");
const EXAMPLE_3: &str = include_str!("../file_reading/example3.toml");

#[test]
fn example_1_migration_against_placement_runs_every_cell() {
    let folder = folder(EXAMPLE_1);
    assert!(succeed(folder.path(), &["list", "small.toml"]).contains("\n40 cells, 0 runs done, "));
    succeed(folder.path(), &["run", "small.toml", "--smoke", "--quiet"]);
    let results = folder.path().join("results/migration-vs-placement-smoke");
    let cells: BTreeSet<String> = column(&results.join("runs.csv"), "cell").into_iter().collect();
    assert_eq!(cells.len(), 40);
    let policies: BTreeSet<String> = column(&results.join("contrasts.csv"), "policy").into_iter().collect();
    assert!(policies.iter().eq(["migrate", "mine", "none"]), "{policies:?}");
    assert!(results.join("plots/slowdown-vs-offered-load.svg").exists() && results.join("processes.csv").exists());
}

/// 3000 processes in 100 days, with numbers of processors and run times that are sometimes unknown.
fn log() -> String {
    let mut text = String::from("; Version: 2.2\n; MaxProcs: 100\n");
    for k in 1..=3000_u64 {
        let mixed = k.wrapping_mul(2_654_435_761) % 4093;
        let run_time = if k % 50 == 0 { -1 } else { 60 + 2 * mixed as i64 };
        let allocated = if k % 7 == 0 { -1 } else { 1 + (mixed % 4) as i64 };
        let status = [0, 1, 5, 1, 1][(mixed % 5) as usize];
        let (submit, requested, user) = (2880 * k, 1 + mixed % 4, mixed % 11);
        let _ = writeln!(
            text,
            "{k} {submit} 0 {run_time} {allocated} -1 -1 {requested} -1 -1 {status} {user} 1 1 1 -1 -1 -1"
        );
    }
    text
}

/// As gzip has it, without compression (RFC 1951, 1952).
fn gzip(text: &str) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = text.as_bytes().chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(crc32fast::hash(text.as_bytes()).to_le_bytes());
    out.extend((text.len() as u32).to_le_bytes());
    out
}

#[test]
fn example_2_a_trace_is_refused_with_another_hash_and_else_runs() {
    let folder = folder(EXAMPLE_2);
    let trace = gzip(&log());
    fs::create_dir(folder.path().join("traces")).expect("a folder");
    fs::write(folder.path().join("traces/KTH-SP2-1996-2.1-cln.swf.gz"), &trace).expect("a trace");
    let hash: String = Sha256::digest(&trace).iter().map(|byte| format!("{byte:02x}")).collect();
    let (_, said) = ends(folder.path(), &["check", "small.toml"], 2);
    assert!(said.contains("its SHA-256 differs") && said.contains(&hash), "{said}");
    let right = EXAMPLE_2.replace("sha256 = \"...\"", &format!("sha256 = \"{hash}\""));
    fs::write(folder.path().join("small.toml"), right).expect("a file");
    succeed(folder.path(), &["run", "small.toml", "--smoke", "--quiet"]);
    let results = folder.path().join("results/kth-replay-smoke");
    let policies: BTreeSet<String> = column(&results.join("runs.csv"), "policy").into_iter().collect();
    assert!(policies.iter().eq(["jsq2", "random"]), "{policies:?}");
    // The page quotes what became of the lines: 3000 and two comments, of which 60 have no run time.
    let table = results.join("workloads.csv");
    let page = fs::read_to_string(results.join("report.html")).expect("a report");
    for (kind, (what, value)) in
        column(&table, "kind").iter().zip(column(&table, "what").into_iter().zip(column(&table, "value")))
    {
        match (kind.as_str(), value.as_str()) {
            ("lines", "0") => {}
            ("lines", n) => assert!(page.contains(&format!("{n} {what}")), "{n} {what}"),
            ("dropped", n) => assert!(n == "60" && page.contains(&format!("60 ({what})")), "{n} {what}"),
            ("note", n) => assert!(page.contains(&format!("{what}: {n}")), "{what}: {n}"),
            _ => {}
        }
    }
    assert!(page.contains("lines: 3002 read, 2 comments, 2940 kept; dropped: 60 ("));
}

/// The only thing that keeps it from running is that the system is not shipped; once it is, it runs.
#[test]
fn example_3_a_system_of_the_survey_runs_where_it_is_shipped() {
    let folder = folder(EXAMPLE_3);
    let output = loadlab(folder.path(), &["run", "small.toml", "--smoke", "--quiet"]);
    let said = complaint(&output);
    match output.status.code() {
        Some(0) => assert!(folder.path().join("results/sprite-evictions-smoke/runs.csv").exists()),
        Some(2) => assert!(said.starts_with("error: nothing called `system:sprite` is shipped\n"), "{said}"),
        code => panic!("{code:?}: {said}"),
    }
}
