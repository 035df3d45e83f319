//! Every file under `tests/data` against the account and the processes written beside it.

use loadlab_workloads::trace::acct::{Acct, Layout, Options};
use loadlab_workloads::trace::open::decompress;
use loadlab_workloads::trace::swf::{self, Preemption, Swf, Version};
use loadlab_workloads::trace::{Account, Label, Reader, Record, Status, Trace};
use std::collections::BTreeSet;
use std::fmt::{Display, Write};
use std::fs;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn known<T: Display>(value: Option<T>) -> String {
    value.map_or("-".into(), |value| value.to_string())
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
        Status::Unfinished => "unfinished",
        Status::Unknown => "unknown",
    }
}

fn process(r: &Record) -> String {
    let label = |label: &Option<Label>| known(label.as_ref());
    let mut text = format!(
        "process {} line {}: at {}, lifetime {}, processors {}, memory {}, requested {}, \
         user {}, group {}, program {}, class {}, {}",
        known(r.process),
        r.line,
        r.submit,
        r.lifetime,
        r.processors,
        known(r.memory),
        known(r.requested_time),
        label(&r.user),
        label(&r.group),
        label(&r.program),
        label(&r.class),
        status(r.status),
    );
    for number in &r.after {
        write!(text, ", after {number}").expect("text takes everything");
    }
    if let Some(time) = r.think_time {
        write!(text, ", think {time}").expect("text takes everything");
    }
    text
}

fn account(a: &Account) -> Vec<String> {
    let Account { lines, comments, kept, folded, skipped, .. } = a;
    let mut text = vec![format!("lines {lines}, comments {comments}, kept {kept}, folded {folded}, skipped {skipped}")];
    text.extend(a.header.iter().map(|(key, value)| format!("header {key}: {value}")));
    text.extend(a.capacity.map(|capacity| format!("capacity {capacity}")));
    let mut dropped: Vec<_> = a.dropped.iter().collect();
    dropped.sort_by_key(|c| c.first);
    text.extend(dropped.iter().map(|c| format!("dropped {}, first on line {}: {}", c.count, c.first, c.what)));
    let mut remarks: Vec<_> = a.remarks.iter().collect();
    remarks.sort_by_key(|c| c.first);
    text.extend(remarks.iter().map(|c| format!("remark {}, first on line {}: {}", c.count, c.first, c.what)));
    text
}

/// Reads to the end and writes down what came out, in the words of the expected files.
fn render(mut trace: impl Trace) -> String {
    let mut error = None;
    let mut processes = Vec::new();
    for item in trace.by_ref() {
        match item {
            Ok(record) => processes.push(process(&record)),
            Err(e) => error = Some(format!("error: {e}")),
        }
    }
    let a = trace.account();
    if error.is_none() {
        let counted = a.comments + a.kept + a.folded + a.skipped + a.dropped.total();
        assert_eq!(a.lines, counted, "every line has one fate");
    }
    let lines: Vec<String> = error.into_iter().chain(account(&a)).chain(processes).collect();
    lines.join("\n") + "\n"
}

fn check(found: &str, path: &Path) {
    let expected = fs::read_to_string(path).expect("every case has its expected account");
    assert_eq!(found, expected, "{}", path.display());
}

/// The cases of a folder, by name.
fn cases(name: &str, extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder(name)).expect("the folder of cases");
    let paths = files.map(|file| file.expect("a readable folder").path());
    let of_kind = paths.filter(|path| path.extension().is_some_and(|e| e == extension));
    of_kind.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

fn open(path: &Path) -> impl BufRead + use<> {
    decompress(fs::File::open(path).expect("a case"), 1 << 20).expect("a readable case")
}

#[test]
fn every_swf_case_gives_the_expected_account() {
    let cases = cases("swf", "swf");
    assert_eq!(cases.len(), 23);
    for case in cases {
        let path = folder("swf").join(format!("{case}.swf"));
        check(&render(Reader::new(open(&path), Swf::default())), &path.with_extension("expected"));
    }
}

#[test]
fn a_compressed_log_reads_as_the_plain_one() {
    let trace = Reader::new(open(&folder("swf").join("clean.swf.gz")), Swf::default());
    check(&render(trace), &folder("swf").join("clean.expected"));
}

#[test]
fn every_accounting_case_gives_the_expected_account() {
    let cases = cases("acct", "acct");
    assert_eq!(cases.len(), 11);
    for case in cases {
        let path = folder("acct").join(format!("{case}.acct"));
        let layout = if case.ends_with("-declared") { Layout::V2 } else { Layout::V3 };
        let format = Acct::new(Options { layout, ..Options::default() });
        check(&render(Reader::new(open(&path), format)), &path.with_extension("expected"));
    }
}

#[test]
fn a_declared_version_stands_in_for_a_missing_one_but_not_for_a_wrong_one() {
    let options = swf::Options { version: Some(Version::V2), ..swf::Options::default() };
    let read = |case: &str| {
        let mut trace = Reader::new(open(&folder("swf").join(case)), Swf::new(options.clone()));
        trace.by_ref().all(|r| r.is_ok()) && trace.account().kept == 1
    };
    assert!(read("no-version.swf"));
    assert!(!read("version-3.swf"));
}

#[test]
fn declared_preemption_decides_whether_parts_are_joined_or_passed_over() {
    for (preemption, kept) in [(Preemption::Double, 0), (Preemption::Yes, 1)] {
        let options = swf::Options { preemption: Some(preemption), ..swf::Options::default() };
        let path = folder("swf").join("preemption-undeclared.swf");
        let mut trace = Reader::new(open(&path), Swf::new(options));
        assert!(trace.by_ref().all(|r| r.is_ok()));
        assert_eq!(trace.account().kept, kept);
    }
}

#[test]
fn cpu_time_can_be_the_lifetime_and_requests_can_stand_in_for_unknown_fields() {
    let cpu = swf::Options { lifetime: swf::Lifetime::CpuTime, ..swf::Options::default() };
    let trace = Reader::new(open(&folder("swf").join("clean.swf")), Swf::new(cpu));
    let lifetimes: Vec<f64> = trace.map(|r| r.expect("a good log").lifetime).collect();
    assert_eq!(lifetimes, [25.0, 38.5]);

    let requests = swf::Options { run_time: swf::Missing::Requested, ..swf::Options::default() };
    let path = folder("swf").join("unknown-in-each-field.swf");
    let mut trace = Reader::new(open(&path), Swf::new(requests));
    let fourth = trace.by_ref().map(|r| r.expect("no fatal line")).find(|r| r.process == Some(4));
    assert_eq!(fourth.map(|r| r.lifetime), Some(60.0));

    let drop = swf::Options { processors: swf::Missing::Drop, ..swf::Options::default() };
    let mut trace = Reader::new(open(&path), Swf::new(drop));
    assert!(trace.by_ref().all(|r| r.is_ok_and(|r| r.process != Some(5))));
    assert_eq!(trace.account().dropped.total(), 3);
}

#[test]
fn a_strict_reader_names_the_first_bad_line_and_what_to_do() {
    let path = folder("swf").join("bad-values.swf");
    let mut trace = Reader::new(open(&path), Swf::default()).strict(true);
    let error = trace.next().expect("an answer").expect_err("line 2 is bad").to_string();
    let advice = "correct it, or read without `strict` to drop and count such lines";
    assert_eq!(error, format!("line 2: submit time is out of range; {advice}"));
    assert!(trace.next().is_none());
}

#[test]
fn a_broken_compressed_file_is_an_error_and_not_a_short_trace() {
    let mut whole = Vec::new();
    fs::File::open(folder("swf").join("clean.swf.gz")).expect("a case").read_to_end(&mut whole).expect("a case");
    let input = decompress(&whole[..whole.len() - 12], 1 << 20).expect("the start is good");
    assert!(Reader::new(input, Swf::default()).any(|r| r.is_err()));
}
