//! MSER-5 against an independent implementation, the Python package `pymser` (BSD), where it is installed; and how
//! often a shared truncation point comes out too late.

use super::{full, queues::in_system};
use loadlab::stats::{mser, shared_truncation};
use loadlab_core::rng::Rng;
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

#[test]
fn the_table_of_shared_truncations_of_the_method_page() {
    if !full("the table of shared truncations") {
        return;
    }
    println!(
        "| offered load | time units | one series: cut | one series: late | 40 series: cut | 40 series: some late |"
    );
    println!("|---|---|---|---|---|---|");
    let (intervals, points) = (1000, 50);
    for rho in [0.5, 0.8, 0.9, 0.95] {
        for length in [10_000.0, 100_000.0] {
            let mut rng = Rng::new(2);
            let (mut single, mut single_late, mut shared, mut shared_late) = (0.0, 0, 0.0, 0);
            for _ in 0..points {
                let series: Vec<Vec<f64>> =
                    (0..40).map(|_| in_system(0, rho, intervals, length / intervals as f64, &mut rng)).collect();
                for values in &series {
                    let truncation = mser(values, 5).unwrap();
                    single += truncation.cut as f64;
                    single_late += usize::from(truncation.late);
                }
                let slices: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
                let (truncation, _) = shared_truncation(&slices, 5).unwrap();
                shared += truncation.cut as f64;
                shared_late += usize::from(truncation.late);
            }
            let (all, of) = (intervals as f64, f64::from(points));
            println!(
                "| {rho} | {length} | {:.3} | {:.3} | {:.3} | {:.2} |",
                single / all / of / 40.0,
                single_late as f64 / of / 40.0,
                shared / all / of,
                f64::from(shared_late as u32) / of
            );
        }
    }
}
