//! The examples of the experiment file parse and expand as written.

use crate::support::{EXAMPLE_1, EXAMPLE_2, EXAMPLE_3, good};
use loadlab::expr::Value;
use loadlab::file::Warmup;

#[test]
fn example_1_has_forty_cells_in_the_order_of_its_axes() {
    let experiment = good(EXAMPLE_1);
    assert_eq!(experiment.name, "migration-vs-placement");
    assert_eq!(experiment.cells.len(), 2 * 4 * 5);
    let cell = |i: usize| &experiment.cells[i];
    let load = |i: usize| cell(i).keys[0].clone().1;
    assert_eq!(
        (cell(0).scenario.name.as_str(), cell(0).policy.name.as_str(), load(0)),
        ("base", "none", Value::Number(0.5))
    );
    assert_eq!((cell(3).policy.name.as_str(), load(3)), ("none", Value::Number(0.8)));
    assert_eq!((cell(5).policy.name.as_str(), load(5)), ("place", Value::Number(0.5)));
    assert_eq!(cell(20).scenario.name, "memory-heavy");
    assert_eq!(cell(0).point, cell(5).point);
    assert_ne!(cell(0).id, cell(5).id);
    assert_ne!(cell(0).point, cell(20).point);
    assert_eq!(experiment.warmup, Warmup::Mser5);
    assert_eq!((experiment.replicate.min, experiment.replicate.max, experiment.replicate.seed), (30, 300, 20240601));
    assert_eq!(experiment.stop.contrasts.as_ref().unwrap().baseline, "place");
    assert_eq!(experiment.claims.len(), 1);
    assert!(experiment.plots[0].y_log && experiment.plots[0].theory);
    assert_eq!(experiment.output.records[0].of, "processes");
}

#[test]
fn examples_2_and_3_read_traces_owners_and_shipped_systems() {
    let trace = good(EXAMPLE_2);
    assert_eq!(trace.cells.len(), 2);
    assert_eq!(trace.warmup, Warmup::Time(7.0 * 86_400.0));
    let sprite = good(EXAMPLE_3);
    assert_eq!(sprite.cells.len(), 2);
    let nodes = sprite.cells[0].scenario.args.tables("nodes")[0];
    assert_eq!((nodes.count("count"), nodes.number("speed")), (30, 1.0));
    assert_eq!(sprite.cells[0].policy.args.table("location").text("kind"), "longest-idle");
    assert_eq!(sprite.cells[1].policy.args.table("location").text("kind"), "random-idle");
}
