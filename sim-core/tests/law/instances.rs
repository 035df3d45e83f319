//! One or more instances of every law of the catalogue, built the way a file builds them.

use loadlab_core::law::{LAWS, Law};
use loadlab_core::spec::{Arg, Args, Kind, Need, Param, Ty};
use std::sync::Arc;

/// A law under test.
pub(crate) struct Instance {
    /// Its kind, and what is special about it.
    pub(crate) name: String,
    pub(crate) law: Box<dyn Law>,
    /// Whether the distribution function has a smooth derivative inside the support.
    pub(crate) smooth: bool,
}

pub(crate) fn kind(name: &str) -> &'static Kind<Box<dyn Law>> {
    LAWS.iter().find(|kind| kind.name == name).unwrap_or_else(|| panic!("no law is called {name}"))
}

/// Arguments from numbers.
pub(crate) fn args(numbers: &[(&'static str, f64)]) -> Args {
    numbers.iter().fold(Args::new(), |args, (name, x)| args.with(name, Arg::Number(*x)))
}

fn default(param: &Param, text: &str) -> Arg {
    match param.ty {
        Ty::Flag => Arg::Flag(text == "true"),
        _ => Arg::Number(text.parse().unwrap()),
    }
}

/// Builds a law after filling in the defaults, as the reader of a file does.
pub(crate) fn build(name: &str, args: Args) -> Result<Box<dyn Law>, String> {
    let kind = kind(name);
    let fill = |args: Args, param: &Param| match param.need {
        Need::Default(text) if !args.has(param.name) => args.with(param.name, default(param, text)),
        _ => args,
    };
    (kind.build)(&kind.params.iter().fold(args, fill))
}

pub(crate) fn law(name: &str, numbers: &[(&'static str, f64)]) -> Arc<dyn Law> {
    build(name, args(numbers)).unwrap().into()
}

pub(crate) fn list(values: &[f64]) -> Arg {
    Arg::List(values.iter().map(|v| Arg::Number(*v)).collect())
}

pub(crate) fn part(weight: f64, law: Arc<dyn Law>) -> Arg {
    Arg::Table(args(&[("weight", weight)]).with("law", Arg::Law(law)))
}

pub(crate) fn piece(weight: f64, min: f64, max: f64) -> Arg {
    Arg::Table(args(&[("weight", weight), ("min", min), ("max", max)]))
}

/// Two-part lifetimes with a body of single values and ranges.
pub(crate) fn lifetimes() -> Args {
    let body =
        [piece(0.3408, 0.005, 0.005), piece(0.1357, 0.03, 0.05), piece(0.0729, 0.06, 0.1), piece(0.4, 0.11, 1.0)];
    args(&[("tail_probability", 0.0697), ("alpha", 1.27), ("max", 1600.0)]).with("pieces", Arg::List(body.into()))
}

/// The smooth laws, as kind, numbers.
const SMOOTH: &[(&str, &[(&str, f64)])] = &[
    ("uniform", &[("max", 3.0)]),
    ("uniform", &[("min", 2.0), ("max", 5.0)]),
    ("exponential", &[("mean", 3.0)]),
    ("hyperexponential", &[("mean", 2.0), ("c2", 1.0)]),
    ("hyperexponential", &[("mean", 1.0), ("c2", 16.0)]),
    ("erlang", &[("mean", 2.0), ("phases", 1.0)]),
    ("erlang", &[("mean", 1.0), ("phases", 4.0)]),
    ("gamma", &[("mean", 1.0), ("shape", 0.3)]),
    ("gamma", &[("mean", 5.0), ("shape", 30.0)]),
    ("pareto", &[("min", 1.0), ("alpha", 1.5)]),
    ("pareto", &[("min", 0.1), ("alpha", 3.5)]),
    ("bounded-pareto", &[("min", 1.0), ("max", 1e4), ("alpha", 1.1)]),
    ("bounded-pareto", &[("min", 1.0), ("max", 1e6), ("alpha", 1.0)]),
    ("bounded-pareto", &[("mean", 3000.0), ("max", 1e10), ("alpha", 0.5)]),
    ("bounded-pareto", &[("min", 2.0), ("mean", 5.0), ("alpha", 1.3)]),
    ("bounded-pareto", &[("min", 1.0), ("max", 1.2), ("alpha", 2.0)]),
    ("lognormal", &[("mean", 1.0), ("c2", 4.0)]),
    ("lognormal", &[("mu", 0.5), ("sigma", 0.2)]),
    ("weibull", &[("shape", 0.5), ("scale", 1.0)]),
    ("weibull", &[("shape", 3.0), ("mean", 2.0)]),
];

/// Every law under test.
pub(crate) fn instances() -> Vec<Instance> {
    let number = |(name, x): &(&'static str, f64)| {
        let whole = matches!(*name, "phases" | "count");
        (*name, if whole { Arg::Count(*x as u64) } else { Arg::Number(*x) })
    };
    let mut all = Vec::new();
    let mut add = |kind: &str, what: String, args: Args, smooth| {
        let law = build(kind, args).unwrap_or_else(|error| panic!("{kind} {what}: {error}"));
        all.push(Instance { name: format!("{kind} {what}"), law, smooth });
    };
    for (kind, numbers) in SMOOTH {
        let args = numbers.iter().map(number).fold(Args::new(), |args, (name, arg)| args.with(name, arg));
        add(kind, format!("{numbers:?}"), args, true);
    }
    let branches = |shift| args(&[("shift", shift)]).with("p", list(&[0.7, 0.3])).with("means", list(&[7.0, 55.0]));
    add("hyperexponential", "by branches".into(), branches(0.0), true);
    add("hyperexponential", "with a shift".into(), branches(9.9), true);
    add("deterministic", String::new(), args(&[("value", 2.0)]), false);
    add("degenerate-hyperexponential", String::new(), args(&[("mean", 1.0), ("c2", 9.0)]), false);
    let zipf = |count| args(&[("exponent", 1.2), ("step", 0.5)]).with("count", Arg::Count(count));
    add("zipf", "of 100 values".into(), zipf(100), false);
    add("zipf", "of 1 value".into(), zipf(1), false);
    let values = list(&[0.7, 0.1, 0.2, 0.2, 3.5, 0.2, 0.0]);
    add("empirical", "as measured".into(), Args::new().with("values", values.clone()), false);
    let joined = Args::new().with("values", values).with("interpolate", Arg::Flag(true));
    add("empirical", "interpolated".into(), joined, false);
    let parts =
        [part(9.0, law("exponential", &[("mean", 0.2)])), part(1.0, law("pareto", &[("min", 1.0), ("alpha", 2.5)]))];
    add("mixture", String::new(), Args::new().with("parts", Arg::List(parts.into())), false);
    let exponential = Args::new().with("law", Arg::Law(law("exponential", &[("mean", 1.0)])));
    add("truncated", "from below".into(), exponential.clone().with("min", Arg::Number(3.0)), true);
    add(
        "truncated",
        "far out".into(),
        exponential.clone().with("min", Arg::Number(30.0)).with("max", Arg::Number(31.0)),
        true,
    );
    add("truncated", "from above".into(), exponential.with("max", Arg::Number(0.5)), true);
    add("two-part", "with pieces".into(), lifetimes(), false);
    let body = Arg::Law(law("lognormal", &[("mean", 0.4), ("c2", 4.0)]));
    let endless = args(&[("tail_probability", 0.1), ("alpha", 1.2), ("split", 1.0)]).with("body", body);
    add("two-part", "without an end".into(), endless, false);
    all
}

#[test]
fn every_law_of_the_catalogue_is_under_test() {
    let all = instances();
    for kind in LAWS {
        assert!(all.iter().any(|i| i.name.split(' ').next() == Some(kind.name)), "{} has no instance", kind.name);
    }
}
