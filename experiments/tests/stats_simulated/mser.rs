//! MSER-5 against an independent implementation, the Python package `pymser` (BSD), where it is installed; and how
//! often a shared truncation point comes out too late.

use super::{full, queues::in_system};
use loadlab::model::Model;
use loadlab::stats::{Truncation, mser, shared_truncation, welch_curve};
use loadlab::warmup::{Means, freeze};
use loadlab::{catalogues, file};
use loadlab_core::Time;
use loadlab_core::process::{NodeId, Process};
use loadlab_core::record::{Exit, Moved, Sink};
use loadlab_core::rng::Rng;
use loadlab_core::scenario::Warmup;
use std::io::Write;
use std::process::{Command, Stdio};

/// Reads one series a line, prints the MSER-5 statistic of every truncation on one line each.
const SCRIPT: &str = "
import sys
import numpy as np
from pymser import pymser
for line in sys.stdin:
    data = np.array([float(x) for x in line.split()])
    print(' '.join(repr(float(z)) for z in pymser.calculate_MSEm(data, batch_size=5)))
";

/// The interpreter: `LOADLAB_PYTHON`, else `python3`. `None`, with the reason printed, where it lacks the package.
fn python_with_pymser() -> Option<String> {
    let python = std::env::var("LOADLAB_PYTHON").unwrap_or_else(|_| "python3".into());
    let import = Command::new(&python).args(["-c", "from pymser import pymser; pymser.calculate_MSEm"]).output();
    match import {
        Err(error) => println!("skipped: {python} does not start ({error})"),
        Ok(output) if !output.status.success() => {
            let reason = String::from_utf8_lossy(&output.stderr);
            println!("skipped: {python} has no pymser ({})", reason.lines().last().unwrap_or("no message"));
        }
        Ok(_) => return Some(python),
    }
    None
}

fn statistics(python: &str, series: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut child =
        Command::new(python).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for values in series {
        let line: Vec<String> = values.iter().map(f64::to_string).collect();
        writeln!(input, "{}", line.join(" ")).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|l| l.split_whitespace().map(|z| z.parse().unwrap()).collect()).collect()
}

#[test]
fn mser_5_chooses_the_truncation_that_pymser_finds_best() {
    let Some(python) = python_with_pymser() else { return };
    let mut rng = Rng::new(1);
    let mut series: Vec<Vec<f64>> = vec![
        (0..200).map(|i| 10.0 * (-f64::from(i) / 10.0).exp() + f64::from((7919 * i) % 101) / 101.0 - 0.5).collect(),
    ];
    for (start, rho) in [(0, 0.5), (30, 0.5), (60, 0.8), (0, 0.8), (100, 0.7), (200, 0.3)] {
        series.push(in_system(start, rho, 1003, 1.0, &mut rng));
    }
    let theirs = statistics(&python, &series);
    assert_eq!(theirs.len(), series.len());
    let mut cuts = Vec::new();
    for (values, z) in series.iter().zip(theirs) {
        let ours = mser(values, 5).unwrap();
        let d = ours.cut / 5;
        // The package computes in single precision and admits any truncation; the rule stops at half of the batches.
        let best = z[..=values.len() / 10].iter().copied().fold(f64::INFINITY, f64::min);
        assert!((ours.z / z[d] - 1.0).abs() < 1e-4, "z({d}) = {} here, {} there", ours.z, z[d]);
        assert!(z[d] <= best * (1.0 + 1e-4), "z({d}) = {} is not the least there: {best}", z[d]);
        cuts.push(ours.cut);
    }
    println!("truncations {cuts:?}");
    assert!(cuts.iter().any(|c| *c > 0) && cuts[0] == 45, "the series must ask for truncations: {cuts:?}");
}

/// When each process arrived and left, by its number.
#[derive(Default)]
struct Stays(Vec<(u64, f64, f64)>);

impl Sink for Stays {
    fn exit(&mut self, process: &Process, now: Time, _: Exit) {
        self.0.push((process.index, process.arrival.seconds(), now.seconds()));
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, _: &Process, _: &Moved) {}
}

impl Stays {
    /// How many processes each of the first `n` arrivals finds.
    fn found(mut self, n: usize) -> Vec<f64> {
        self.0.sort_by_key(|stay| stay.0);
        let before = |k: usize| self.0[..k].iter().filter(|stay| stay.2 > self.0[k].1).count() as f64;
        (0..n).map(before).collect()
    }
}

/// z(d) for every d, as it is defined, without recursion.
fn by_definition(series: &[f64]) -> Vec<f64> {
    let batches: Vec<f64> = series.chunks_exact(5).map(|b| b.iter().sum::<f64>() / 5.0).collect();
    let z = |d: usize| {
        let rest = &batches[d..];
        let mean = rest.iter().sum::<f64>() / rest.len() as f64;
        rest.iter().map(|b| (b - mean) * (b - mean)).sum::<f64>() / (rest.len() * rest.len()) as f64
    };
    (0..=batches.len() / 2).map(z).collect()
}

/// The truncation at the least of these, in observations.
fn least(z: &[f64]) -> usize {
    5 * (0..z.len()).min_by(|a, b| z[*a].total_cmp(&z[*b])).unwrap()
}

const POINT: &str = r#"schema = 1
[experiment]
name = "wired"
[scenario]
nodes = { count = 5 }
horizon = { processes = 2000 }
offered_load = 0.7
initial_load = 30
lifetime = { kind = "exponential", mean = "1s" }
[policies.none]
kind = "none"
[policies.jsq2]
kind = "power-of-d"
[replicate]
min = 4
[warmup]
kind = "mser5"
"#;

#[test]
fn what_runs_leave_out_is_what_an_independent_search_finds_in_the_stays_of_their_processes() {
    let experiment = file::read(POINT, "wired.toml", &[], &catalogues::env()).unwrap();
    let models =
        || -> Vec<Model> { experiment.cells.iter().map(|cell| Model::of(cell, &experiment.warmup).unwrap()).collect() };
    let average = |model: &Model| -> Vec<f64> {
        let all: Vec<Vec<f64>> = (0..4)
            .map(|replication| {
                let mut stays = Stays::default();
                model.run_into(1, replication, Some(&mut stays)).unwrap();
                stays.found(2000)
            })
            .collect();
        (0..2000).map(|k| all.iter().map(|series| series[k]).sum::<f64>() / 4.0).collect()
    };
    let averages: Vec<Vec<f64>> = models().iter().map(average).collect();
    let expected = averages.iter().map(|series| least(&by_definition(series))).max().unwrap();
    assert!((150..900).contains(&expected), "the start shows: {expected}");
    if let Some(python) = python_with_pymser() {
        let theirs = statistics(&python, &averages);
        let cut = theirs.iter().map(|z| least(&z[..=200])).max();
        assert_eq!(cut, Some(expected), "the package");
    }
    let mut frozen = models();
    let means = Means { seed: &|_| 1, stored: &|_| None, stop: &std::sync::atomic::AtomicBool::new(false) };
    freeze(&experiment, &mut frozen, &[0, 1], &means).unwrap();
    assert!(frozen.iter().all(|model| model.scenario.window.warmup == Warmup::Processes(expected as u64)));
    assert!(frozen.iter().all(|model| model.run(1, 0).unwrap().left_out == expected as u64));
}

/// Mean share that is cut, and how often the rule calls the run too short.
#[derive(Default)]
struct Cuts {
    share: f64,
    late: f64,
}

impl Cuts {
    fn add(&mut self, truncation: Truncation, intervals: usize, weight: f64) {
        self.share += weight * truncation.cut as f64 / intervals as f64;
        self.late += weight * f64::from(u8::from(truncation.late));
    }
}

/// One sweep point of 4 policies and 10 replications, all the same M/M/1 queue: each series alone, the maximum over
/// all 40, and the maximum over the 4 averages of 10.
fn cuts(start: u32, rho: f64, length: f64, points: usize) -> [Cuts; 3] {
    let intervals = 1000;
    let mut rng = Rng::new(2);
    let [mut single, mut all, mut averaged] = [Cuts::default(), Cuts::default(), Cuts::default()];
    for _ in 0..points {
        let series: Vec<Vec<f64>> =
            (0..40).map(|_| in_system(start, rho, intervals, length / intervals as f64, &mut rng)).collect();
        let slices: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
        let averages: Vec<Vec<f64>> = slices.chunks(10).map(|ten| welch_curve(ten, 0).unwrap()).collect();
        let averages: Vec<&[f64]> = averages.iter().map(Vec::as_slice).collect();
        let each = 1.0 / points as f64;
        slices.iter().for_each(|values| single.add(mser(values, 5).unwrap(), intervals, each / 40.0));
        all.add(shared_truncation(&slices, 5).unwrap().0, intervals, each);
        averaged.add(shared_truncation(&averages, 5).unwrap().0, intervals, each);
    }
    [single, all, averaged]
}

#[test]
fn averages_over_replications_ask_for_far_less_truncation_than_the_worst_replication_and_still_cut_the_start() {
    let [single, all, averaged] = cuts(0, 0.8, 10_000.0, 10);
    assert!(single.share < averaged.share && averaged.share < 0.7 * all.share);
    // 200 processes at the start need 200 / (1 - .8) = 1 000 of 10 000 time units to drain.
    let [_, _, averaged] = cuts(200, 0.8, 10_000.0, 10);
    assert!(averaged.share > 0.1, "{}", averaged.share);
    assert_eq!(averaged.late, 0.0);
}

#[test]
fn the_table_of_shared_truncations_of_the_method_page() {
    if !full("the table of shared truncations") {
        return;
    }
    println!("| start | offered load | time units | one series | late | 40 series | late | 4 averages of 10 | late |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for (start, rho) in [(0, 0.5), (0, 0.8), (0, 0.9), (0, 0.95), (200, 0.8)] {
        for length in [10_000.0, 100_000.0] {
            let row = cuts(start, rho, length, 100).map(|c| format!("{:.3} | {:.3}", c.share, c.late)).join(" | ");
            println!("| {start} | {rho} | {length} | {row} |");
        }
    }
}
