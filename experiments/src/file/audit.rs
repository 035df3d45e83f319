//! Checks the catalogues themselves: that the example of every kind is a valid table of that kind. For tests, so that
//! what the pages of kinds show can be copied.
//!
//! Not here: what a kind does.

use super::catalogue::{Catalogue, Env};
use super::check::Checker;
use super::diagnostic::Problem;
use super::document::{self, Node, Sources};
use loadlab_core::spec::Unit;

/// Everything that is wrong with the examples and defaults of the catalogues.
pub fn audit(env: &Env) -> Vec<String> {
    let mut found = Vec::new();
    let others = env.catalogues.iter().map(|(id, catalogue)| (*id, catalogue));
    for (id, catalogue) in [("policy", &env.policies), ("law", &env.laws.catalogue)].into_iter().chain(others) {
        for at in 0..catalogue.kinds.len() {
            found.extend(example(env, id, catalogue, at));
        }
    }
    found
}

/// What is wrong with the example of one kind.
fn example(env: &Env, id: &'static str, catalogue: &Catalogue, at: usize) -> Vec<String> {
    let kind = &catalogue.kinds[at];
    let mut sources = Sources::default();
    let source = sources.add(&format!("example of {id} {}", kind.name), kind.example);
    let mut checker = Checker::new(env, &mut sources);
    let mut problems = std::mem::take(&mut checker.problems);
    let node = document::parse(checker.sources, source, &mut problems);
    checker.problems = problems;
    if node.table().and_then(|table| table.get("kind")).and_then(Node::text) != Some(kind.name) {
        checker.problems.push(Problem::new(node.span, format!("this is no example of `{}`", kind.name)));
    } else if id == "law" {
        // The example may be one of durations or of sizes.
        let before = checker.problems.clone();
        if checker.law_table(&node, Unit::Seconds, id).is_none() {
            let seconds = std::mem::replace(&mut checker.problems, before);
            if checker.law_table(&node, Unit::Bytes, id).is_none() {
                checker.problems = seconds;
            }
        }
    } else {
        checker.kind(&node, id, id);
    }
    let problems = checker.problems;
    problems.finish(&sources).iter().map(|problem| problem.render(false)).collect()
}
