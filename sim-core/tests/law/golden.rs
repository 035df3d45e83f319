//! Golden test: the first draws of every law. They say nothing about being right; they say that a published result can
//! still be computed.

use crate::instances::instances;
use loadlab_core::rng::Rng;
use std::fmt::Write;

#[test]
fn golden_first_draws_of_every_law_never_change() {
    let mut found = String::new();
    for instance in instances() {
        let mut rng = Rng::new(2024);
        let draws: Vec<f64> = (0..3).map(|_| instance.law.sample(&mut rng)).collect();
        writeln!(found, "{}: {draws:?}", instance.name).unwrap();
    }
    assert_eq!(found, include_str!("golden.txt"), "a sampler changed: every published result changes with it");
}
