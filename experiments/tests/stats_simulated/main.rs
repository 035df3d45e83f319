//! The statistics judged by simulation: what the intervals cover, what the verdicts get wrong, what the estimates of
//! single runs are worth. `LOADLAB_FULL=1` runs the long versions and prints the tables of docs/METHOD.md.

mod coverage;
mod draws;
mod families;
mod mser;
mod queues;
mod runs;

/// Whether the long versions were asked for; says what is left out if not.
fn full(what: &str) -> bool {
    let full = std::env::var_os("LOADLAB_FULL").is_some_and(|v| v == "1");
    // The harness has begun a line of its own.
    println!();
    if !full {
        println!("skipped: {what} takes minutes; set LOADLAB_FULL=1 to run it");
    }
    full
}

/// A relative frequency with its standard error.
fn share(count: usize, of: usize) -> (f64, f64) {
    let p = count as f64 / of as f64;
    (p, (p * (1.0 - p) / of as f64).sqrt())
}
