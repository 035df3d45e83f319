//! The published Berkeley trace, where it is at hand: `LOADLAB_DATA` names the folder that holds
//! `berkeley-1995/CSD-trace.csv.xz`.

use loadlab_workloads::trace::berkeley::{Berkeley, HOSTS, RUN_STARTS, SHA256_CSV, SHA256_XZ, SOURCE};
use loadlab_workloads::trace::open::{Verified, decompress};
use loadlab_workloads::trace::synthetic::PER_HOUR;
use loadlab_workloads::trace::{Reader, Record, Trace};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::PathBuf;

/// One row of the published summary: processes, mean lifetime, its standard deviation, CPU seconds, utilisation of six
/// hosts over an hour, longest lifetime, lifetimes above 1 s. Figures are rounded as printed.
type Row = (u64, f64, f64, f64, f64, f64, u64);

const RUNS: [Row; 8] = [
    (15_193, 0.3975, 2.32, 6_039.0, 0.280, 81.3, 1_121),
    (18_039, 0.4306, 6.31, 7_767.0, 0.360, 705.4, 1_143),
    (19_535, 0.4803, 11.75, 9_382.0, 0.434, 1_573.5, 1_432),
    (19_872, 0.3180, 1.95, 6_319.0, 0.293, 123.0, 1_427),
    (20_271, 0.4018, 4.57, 8_145.0, 0.377, 424.3, 1_538),
    (24_373, 0.3957, 2.86, 9_645.0, 0.447, 234.0, 1_839),
    (32_942, 0.3238, 2.31, 10_666.0, 0.494, 281.1, 2_175),
    (34_387, 0.2985, 2.58, 10_264.0, 0.475, 340.7, 2_183),
];

const PER_HOST: [(usize, f64); 6] =
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

/// The value rounded to so many decimals equals the printed one.
fn prints_as(value: f64, printed: f64, decimals: i32) -> bool {
    let unit = 10f64.powi(decimals);
    (value * unit).round() == (printed * unit).round()
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
    for (host, (processes, utilisation)) in PER_HOST.iter().enumerate() {
        let own: Vec<&Record> = records.iter().filter(|r| r.home == Some(host as u32)).collect();
        let used = own.iter().map(|r| r.lifetime).sum::<f64>() / (8.0 * 3600.0);
        assert_eq!(own.len(), *processes, "host {host}");
        assert!(prints_as(used, *utilisation, 3), "host {host}: {used}");
    }
    for (run, start) in RUN_STARTS.iter().enumerate() {
        for host in 0..HOSTS {
            let within = |r: &&Record| r.submit >= f64::from(start * 60) && r.submit < f64::from((start + 60) * 60);
            let count = records.iter().filter(within).filter(|r| r.home == Some(host)).count();
            assert_eq!(count as u32, PER_HOUR[run][host as usize], "run {run}, host {host}");
        }
    }
}
