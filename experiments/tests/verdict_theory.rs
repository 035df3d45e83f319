//! Timing probe.
use loadlab_core::theory::*;
#[test]
fn t() {
    for load in [0.5, 0.8, 0.9, 0.95, 0.98] {
        let now = std::time::Instant::now();
        let r = refined::choices(load, 2, true, 50);
        let a = now.elapsed();
        let now = std::time::Instant::now();
        let s = refined::threshold(load, 2, 3, 50);
        let b = now.elapsed();
        let now = std::time::Instant::now();
        let j = jsq2::response(load);
        println!(
            "{load} {a:?} {b:?} {:?} {:?} {:?} {:?}",
            now.elapsed(),
            r.map(|x| x.response),
            s.map(|x| x.response),
            j.map(|x| x.response)
        );
    }
}
