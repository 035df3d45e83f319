//! Common random numbers: two policies that meet the same processes differ by less noise than two that do not.

use crate::support::{System, heavy, nodes};
use loadlab_core::Discipline;
use loadlab_policies::{PowerOfD, Random};
use rayon::prelude::*;

const RUNS: u64 = 200;

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (values.len() - 1) as f64
}

#[test]
fn the_same_processes_halve_the_variance_of_a_contrast_at_least() {
    let system = System::new(1101, nodes(100, Discipline::Ps), 0.8, &heavy()).by_processes(50.0, 150.0);
    let runs: Vec<(f64, f64)> = (0..RUNS)
        .into_par_iter()
        .map(|r| {
            let random = system.run(&Random { threshold: None, transfers: 1 }, r).response.mean();
            (random, system.run(&PowerOfD { d: 2, replacement: false }, r).response.mean())
        })
        .collect();
    for (name, contrast) in [("difference", (|a, b| a - b) as fn(f64, f64) -> f64), ("log ratio", |a, b| (a / b).ln())]
    {
        let paired: Vec<f64> = runs.iter().map(|(a, b)| contrast(*a, *b)).collect();
        // The same runs, each with the next one's partner: independent seeds.
        let apart: Vec<f64> = runs.iter().zip(runs.iter().cycle().skip(1)).map(|(x, y)| contrast(x.0, y.1)).collect();
        let gain = variance(&apart) / variance(&paired);
        println!("{name}: variance {} apart, {} paired, ratio {gain}", variance(&apart), variance(&paired));
        // The logarithm of a variance estimated from n values has variance 2 / (n - 1).
        let error = (4.0 / (RUNS - 1) as f64).sqrt();
        assert!(gain.ln() - 2.0 * error > 2f64.ln(), "{name}: ratio {gain}, standard error of its logarithm {error}");
    }
}
