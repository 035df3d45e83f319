//! The pages of the policies: complete, and `docs/policies.md` made of them.

use crate::support::{all, model, run};
use std::fs;

#[test]
fn the_document_of_the_policies_is_the_one_that_the_catalogue_generates() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/policies.md");
    let now = loadlab::page::policies();
    if std::env::var_os("LOADLAB_REGENERATE").is_some() {
        fs::write(path, &now).expect("docs/policies.md");
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    assert!(there == now, "docs/policies.md is not what the code says: run this test with LOADLAB_REGENERATE=1");
}

#[test]
fn every_page_says_what_the_policy_costs_where_it_comes_from_and_what_its_parameters_mean() {
    for kind in all() {
        let name = kind.name;
        assert!(kind.doc.contains("Cost"), "{name} does not say what a decision costs");
        assert!(kind.reference.chars().any(|c| c.is_ascii_digit()), "{name} names no literature with a year");
        assert!(kind.doc.len() > 100 && kind.summary.ends_with('.'), "{name} has no paragraph or no sentence");
        assert!(kind.params.iter().all(|p| p.doc.ends_with('.')), "{name} has a parameter without a sentence");
    }
}

#[test]
fn names_are_unique() {
    let names: Vec<&str> = all().map(|kind| kind.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), names.len());
}

#[test]
fn the_example_of_every_policy_runs() {
    let scenario = "offered_load = 0.7\nlifetime = \"1s\"\nhorizon = { processes = 500 }\nnodes = { count = 6 }\n";
    for kind in all() {
        let outcome = run(kind, &model(kind, scenario), 1);
        assert_eq!(outcome.response.count + outcome.lost, 500, "{}", kind.name);
    }
}
