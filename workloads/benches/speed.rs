//! What a draw and a line cost: exponential against rand_distr, bounded Pareto, and reading the Standard Workload Format.
//! `cargo bench -p loadlab-workloads`; prints the best of five rounds.
//!
//! Not here: the engine (`loadlab bench`).

#![expect(clippy::disallowed_types, reason = "it is the machine's time that is measured")]

use loadlab_core::law::{BoundedPareto, Exponential, Law};
use loadlab_core::rng::Stream;
use loadlab_workloads::trace::{Reader, swf};
use rand_distr::{Distribution, Exp};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

/// Seconds of the fastest of five rounds.
fn best(mut round: impl FnMut()) -> f64 {
    let once = |_| {
        let began = Instant::now();
        round();
        began.elapsed().as_secs_f64()
    };
    (0..5).map(once).fold(f64::INFINITY, f64::min)
}

const DRAWS: u32 = 20_000_000;
const LINES: u32 = 1_000_000;

fn main() {
    let nanoseconds = |seconds: f64| seconds / f64::from(DRAWS) * 1e9;
    let stream = |purpose| Stream::new(1, purpose, 0).rng();
    let (law, theirs) = (Exponential { mean: 2.0 }, Exp::new(0.5).expect("a good rate"));
    let mut rng = stream("ours");
    let ours = nanoseconds(best(|| (0..DRAWS).for_each(|_| _ = black_box(law.sample(&mut rng)))));
    let mut rng = stream("theirs");
    let theirs = nanoseconds(best(|| (0..DRAWS).for_each(|_| _ = black_box::<f64>(theirs.sample(&mut rng)))));
    println!(
        "exponential      {ours:.2} ns per draw, rand_distr {theirs:.2} ns: ratio {:.2} (at most 1.3)",
        ours / theirs
    );

    let law = BoundedPareto::new(1.0, 1e4, 1.1).expect("a good law");
    let mut rng = stream("pareto");
    let pareto = nanoseconds(best(|| (0..DRAWS).for_each(|_| _ = black_box(law.sample(&mut rng)))));
    println!("bounded Pareto   {pareto:.2} ns per draw (less than 20)");

    let mut log = String::from("; Version: 2.2\n");
    for k in 0..LINES {
        // Writing to a String cannot fail.
        let _ = writeln!(
            log,
            "{} {} 12 {} 4 {} 1024 4 7200 -1 1 {} 3 17 1 1 -1 -1",
            k + 1,
            k * 3,
            k % 9973 + 1,
            k % 997,
            k % 211
        );
    }
    let read = || {
        let reader = Reader::new(log.as_bytes(), swf::Swf::new(swf::Options::default()));
        assert_eq!(reader.filter(Result::is_ok).count(), LINES as usize);
    };
    println!("SWF              {:.2} million lines per second (at least 1)", f64::from(LINES) / best(read) / 1e6);
}
