//! The catalogue itself, and the combinations of parameters that it refuses.

use crate::instances::{args, build, lifetimes, list, part, piece};
use loadlab_core::law::{BoundedPareto, Constant, LAWS, Pareto};
use loadlab_core::spec::{Arg, Args};
use std::sync::Arc;

#[test]
fn every_entry_is_described_and_has_a_name_of_its_own() {
    for (i, kind) in LAWS.iter().enumerate() {
        assert!(LAWS[..i].iter().all(|other| other.name != kind.name), "two laws are called {}", kind.name);
        assert!(!kind.summary.is_empty() && kind.doc.ends_with('.'), "{} is not described", kind.name);
        assert!(!kind.reference.is_empty(), "{} has no reference", kind.name);
        assert!(kind.example.starts_with(&format!("kind = \"{}\"\n", kind.name)), "{}'s example", kind.name);
        assert!(kind.params.iter().all(|p| p.doc.ends_with('.')), "{} has an undescribed parameter", kind.name);
    }
}

#[track_caller]
fn refused(kind: &str, args: Args, sentence: &str) {
    let error = build(kind, args).expect_err("the combination makes no sense");
    assert_eq!(error, sentence, "{kind}");
}

#[test]
fn combinations_that_make_no_sense_are_refused_in_one_sentence() {
    let alpha = ("alpha", 1.1);
    refused("uniform", args(&[("min", 2.0), ("max", 2.0)]), "`min` = 2 must be less than `max` = 2");
    refused("bounded-pareto", args(&[alpha, ("min", 1.0)]), "give exactly two of `min`, `mean` and `max`");
    let three = args(&[alpha, ("min", 1.0), ("mean", 2.0), ("max", 3.0)]);
    refused("bounded-pareto", three, "give exactly two of `min`, `mean` and `max`");
    refused("bounded-pareto", args(&[alpha, ("min", 5.0), ("max", 1.0)]), "`min` = 5 must be less than `max` = 1");
    refused("bounded-pareto", args(&[alpha, ("mean", 9.0), ("max", 9.0)]), "`mean` = 9 must be less than `max` = 9");
    refused("bounded-pareto", args(&[alpha, ("min", 9.0), ("mean", 9.0)]), "`min` = 9 must be less than `mean` = 9");
    let both = "give either `mean` and `c2` or `p` and `means`";
    refused("hyperexponential", args(&[("mean", 1.0)]), both);
    refused("hyperexponential", args(&[("mean", 1.0), ("c2", 2.0)]).with("p", list(&[1.0])), both);
    let branches = |p: &[f64], means: &[f64]| Args::new().with("p", list(p)).with("means", list(means));
    refused("hyperexponential", branches(&[0.5, 0.5], &[1.0]), "`p` has 2 entries and `means` has 1");
    let sum = "the probabilities `p` sum to 0.75 instead of 1";
    refused("hyperexponential", branches(&[0.5, 0.25], &[1.0, 2.0]), sum);
    refused("lognormal", args(&[("mean", 1.0)]), "give either `mean` and `c2` or `mu` and `sigma`");
    let huge = args(&[("mu", 700.0), ("sigma", 1.0)]);
    refused("lognormal", huge, "`mu` = 700 and `sigma` = 1 give a mean that no number can hold");
    refused("weibull", args(&[("shape", 1.0)]), "give either `mean` or `scale`");
}

#[test]
fn tables_and_compositions_that_make_no_sense_are_refused_in_one_sentence() {
    let values = |v: &[f64]| Args::new().with("values", list(v));
    refused("empirical", values(&[]), "there is no value with a positive weight");
    let one = values(&[1.0]).with("interpolate", Arg::Flag(true));
    refused("empirical", one, "interpolation needs at least two values");
    let weights = "the weights must be at least 0, and one of them more";
    refused("mixture", Args::new().with("parts", Arg::List(vec![])), weights);
    let zero = vec![part(0.0, Arc::new(Constant(1.0)))];
    refused("mixture", Args::new().with("parts", Arg::List(zero)), weights);
    let pareto = Args::new().with("law", Arg::Law(Arc::new(Pareto { min: 1.0, alpha: 1.0 })));
    refused("truncated", pareto.clone(), "give `min`, `max` or both");
    let nothing = "the law never yields a value between `min` = 0.1 and `max` = 0.5";
    refused("truncated", pareto.with("min", Arg::Number(0.1)).with("max", Arg::Number(0.5)), nothing);
}

#[test]
fn a_body_and_a_tail_that_do_not_meet_are_refused_in_one_sentence() {
    let both = lifetimes().with("body", Arg::Law(Arc::new(Constant(0.5))));
    refused("two-part", both, "give either `body` or `pieces`");
    let short = lifetimes().with("max", Arg::Number(0.5));
    refused("two-part", short, "`split` = 1 must be less than `max` = 0.5");
    let beyond = lifetimes().with("pieces", Arg::List(vec![piece(1.0, 0.5, 2.0)]));
    refused("two-part", beyond, "the piece up to 2 reaches beyond `split` = 1");
    let late: Arc<BoundedPareto> = Arc::new(BoundedPareto::new(2.0, 3.0, 1.0).unwrap());
    let above = args(&[("tail_probability", 0.1), ("alpha", 1.0)]).with("body", Arg::Law(late));
    refused("two-part", above, "`body` never yields a value of at most `split` = 1");
}
