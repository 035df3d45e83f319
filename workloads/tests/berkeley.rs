//! The published Berkeley trace, where it is at hand: `LOADLAB_DATA` names the folder that holds
//! `berkeley-1995/CSD-trace.csv.xz`.

use loadlab_workloads::trace::account::Remark;
use loadlab_workloads::trace::berkeley::{Berkeley, NODES, RUN_STARTS, SHA256_CSV, SHA256_XZ, SOURCE};
use loadlab_workloads::trace::open::{Verified, decompress};
use loadlab_workloads::trace::ops::{Order, sorted};
use loadlab_workloads::trace::summary::{Options, Tail, summarise};
use loadlab_workloads::trace::synthetic::{BODY, LISTED, PER_HOUR, TAIL};
use loadlab_workloads::trace::{Reader, Record, Trace};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::PathBuf;

/// One row of the published summary: processes, mean lifetime, its standard deviation, CPU seconds, utilisation of six
/// nodes over an hour, longest lifetime, lifetimes above 1 s. Figures are rounded as printed.
type Row = (u64, f64, f64, f64, f64, f64, u64);

#[expect(clippy::approx_constant, reason = "0.318 is a mean lifetime, not 1/pi")]
const RUNS: [Row; 8] = [
    (15_193, 0.3975, 2.32, 6_039.0, 0.280, 81.3, 1_121),
    (18_039, 0.4306, 6.31, 7_767.0, 0.360, 705.4, 1_143),
    (19_535, 0.4803, 11.75, 9_382.0, 0.434, 1_573.5, 1_432),
    (19_872, 0.318, 1.95, 6_319.0, 0.293, 123.0, 1_427),
    (20_271, 0.4018, 4.57, 8_145.0, 0.377, 424.3, 1_538),
    (24_373, 0.3957, 2.86, 9_645.0, 0.447, 234.0, 1_839),
    (32_942, 0.3238, 2.31, 10_666.0, 0.494, 281.1, 2_175),
    (34_387, 0.2985, 2.58, 10_264.0, 0.475, 340.7, 2_183),
];

const PER_NODE: [(usize, f64); 6] =
    [(43_937, 0.713), (7_296, 0.104), (6_910, 0.095), (23_854, 0.370), (46_497, 0.488), (56_118, 0.599)];

/// The decompressed trace, both hashes checked; `None`, with the reason printed, where it is not at hand.
fn trace_file() -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("LOADLAB_DATA") else {
        println!("skipped: LOADLAB_DATA is not set; the trace is {SOURCE}");
        return None;
    };
    let path = PathBuf::from(folder).join("berkeley-1995").join("CSD-trace.csv.xz");
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) => {
            println!("skipped: {}: {error}; the trace is {SOURCE}", path.display());
            return None;
        }
    };
    let input = decompress(Verified::new(BufReader::new(file), SHA256_XZ), 4_000_000).expect("a readable file");
    let mut text = Vec::new();
    Verified::new(input, SHA256_CSV).read_to_end(&mut text).expect("the published file");
    Some(text)
}

fn read(text: &[u8], run: Option<u8>) -> (Vec<Record>, loadlab_workloads::trace::Account) {
    let mut trace = Reader::new(Cursor::new(text), Berkeley::new(run)).strict(true);
    let records = trace.by_ref().map(|record| record.expect("every line of the trace is good")).collect();
    (records, trace.account())
}

/// Whether the value may be printed so, with this many decimals: a value half way between two may go either way.
fn prints_as(value: f64, printed: f64, decimals: i32) -> bool {
    (value - printed).abs() * 10f64.powi(decimals) <= 0.5 + 1e-9
}

#[test]
fn every_run_of_the_berkeley_trace_has_its_published_figures() {
    let Some(text) = trace_file() else { return };
    for (run, row) in RUNS.iter().enumerate() {
        let (records, account) = read(&text, Some(run as u8));
        let n = records.len() as f64;
        let cpu: f64 = records.iter().map(Record::work).sum();
        let mean = cpu / n;
        let variance = records.iter().map(|r| (r.lifetime - mean) * (r.lifetime - mean)).sum::<f64>() / n;
        let longest = records.iter().map(|r| r.lifetime).fold(0.0, f64::max);
        let above = records.iter().filter(|r| r.lifetime > 1.0).count() as u64;
        assert_eq!((account.kept, above), (row.0, row.6), "run {run}");
        assert!(prints_as(mean, row.1, 4), "run {run}: mean {mean}");
        assert!(prints_as(variance.sqrt(), row.2, 2), "run {run}: standard deviation {}", variance.sqrt());
        assert!(prints_as(cpu, row.3, 0), "run {run}: {cpu} CPU seconds");
        assert!(prints_as(cpu / 21_600.0, row.4, 3), "run {run}: utilisation {}", cpu / 21_600.0);
        assert!(prints_as(longest, row.5, 1), "run {run}: longest {longest}");
        assert!(records.windows(2).all(|pair| pair[0].submit <= pair[1].submit), "run {run} is in order");
        assert_eq!(account.lines, account.comments + account.kept + account.skipped);
    }
}

#[test]
fn the_hosts_of_the_berkeley_trace_have_their_published_figures_and_the_stand_in_their_rates() {
    let Some(text) = trace_file() else { return };
    let (records, account) = read(&text, None);
    assert_eq!(account.kept, 184_612);
    for (node, (processes, utilisation)) in PER_NODE.iter().enumerate() {
        let own: Vec<&Record> = records.iter().filter(|r| r.home == Some(node as u32)).collect();
        let used = own.iter().map(|r| r.lifetime).sum::<f64>() / (8.0 * 3600.0);
        assert_eq!(own.len(), *processes, "node {node}");
        assert!(prints_as(used, *utilisation, 3), "node {node}: {used}");
    }
    for (run, start) in RUN_STARTS.iter().enumerate() {
        for node in 0..NODES {
            let within = |r: &&Record| r.submit >= f64::from(start * 60) && r.submit < f64::from((start + 60) * 60);
            let count = records.iter().filter(within).filter(|r| r.home == Some(node)).count();
            assert_eq!(count as u32, PER_HOUR[run][node as usize], "run {run}, node {node}");
        }
    }
}

#[test]
fn the_lifetimes_of_the_stand_in_were_counted_in_the_berkeley_trace() {
    let Some(text) = trace_file() else { return };
    let (records, _) = read(&text, None);
    // The trace rounds ticks of 1/64 s to hundredths; half a hundredth either way tells them apart.
    let within = |first: u32, last: u32| {
        let (low, high) = (f64::from(first) / 64.0 - 0.006, f64::from(last) / 64.0 + 0.006);
        records.iter().filter(|r| r.lifetime > low && r.lifetime < high).count() as u32
    };
    for (first, last, count) in BODY {
        assert_eq!(within(first, last), count, "ticks {first} to {last}");
    }
    assert_eq!(records.iter().filter(|r| r.lifetime > 1.0).count() as u32, TAIL);

    let mut programs: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for record in &records {
        let name = record.program.as_ref().expect("every process has a program").to_string();
        let entry = programs.entry(name).or_default();
        *entry = (entry.0 + 1.0, entry.1 + record.lifetime);
    }
    assert_eq!(programs.len(), 476);
    let mut common: Vec<(f64, String)> =
        programs.into_iter().filter(|(_, (n, _))| *n >= 400.0).map(|(name, (n, sum))| (sum / n, name)).collect();
    common.sort_by(|a, b| b.0.total_cmp(&a.0));
    let list: Vec<String> = common.into_iter().take(15).map(|(_, name)| name).collect();
    let mut low = 0.0;
    for (high, expected) in LISTED {
        let class: Vec<&Record> = records.iter().filter(|r| r.lifetime > low && r.lifetime <= high).collect();
        let named = |r: &&&Record| r.program.as_ref().is_some_and(|p| list.contains(&p.to_string()));
        let share = class.iter().filter(named).count() as f64 / class.len() as f64;
        assert!(prints_as(share, expected, 3), "lifetimes up to {high} s: {share}");
        low = high;
    }
}

#[test]
fn the_summary_of_the_berkeley_trace_agrees_with_an_independent_program() {
    let Some(text) = trace_file() else { return };
    let trace = sorted(Reader::new(Cursor::new(text), Berkeley::default()), Order::Whole);
    let summary = summarise(trace, &Options { tail: Tail::Above(1.0), ..Options::default() }).expect("a good trace");
    assert_eq!((summary.processes, summary.sample, summary.longest), (184_612, 184_612, 1_573.5));
    let tail = summary.tail.expect("thousands are in the tail");
    assert_eq!(tail.count, u64::from(TAIL));
    // Computed from the file by an independent program.
    let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9, "{found}, not {expected}");
    close(tail.hill.alpha, 1.192_362_550_942_880_8);
    close(tail.regression.alpha, 1.304_561_074_021_417_3);
    close(summary.work_of_top_percent, 0.437_336_435_478_988_15);
    close(summary.c2, 182.391_439_734_672_3);
    assert_eq!(summary.median, 0.02);
    // Runs 1 to 4 are earlier hours than run 0, which stands before them in the file.
    let out_of_order: u64 = RUNS[1..=4].iter().map(|row| row.0).sum();
    assert_eq!(summary.account.remarks.of(Remark::OutOfOrder), out_of_order);
    assert_eq!(summary.account.steps.len(), 1);
}
