//! A stand-in for the catalogues, so that reading is tested apart from what is implemented: the kinds that the
//! examples of the experiment file use, with their parameters, building nothing.

use loadlab::file::{Catalogue, Env, Experiment, Laws, keys, read};
use loadlab_core::faults::FAULTS;
use loadlab_core::law::{Constant, Exponential, Law};
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty, Unit};
use std::sync::LazyLock;

pub(crate) type Nothing = Kind<()>;
type LawKind = Kind<Box<dyn Law>>;

pub(crate) const fn kind(name: &'static str, params: &'static [Param]) -> Nothing {
    Kind { name, summary: "", doc: "", reference: "", params, build: |_| Ok(()), example: "" }
}

const fn needs(name: &'static str, ty: Ty) -> Param {
    Param { name, ty, need: Need::Required, doc: "" }
}

const fn may(name: &'static str, ty: Ty) -> Param {
    Param { name, ty, need: Need::Optional, doc: "" }
}

const fn or(name: &'static str, ty: Ty, default: &'static str) -> Param {
    Param { name, ty, need: Need::Default(default), doc: "" }
}

const COUNT: Ty = Ty::Count(1, 1000);
const TIME: Ty = Ty::Duration(Range::POSITIVE);

static POLICY_KINDS: &[Nothing] = &[
    kind("none", &[]),
    kind("random", &[]),
    Kind {
        build: |args: &Args| match args.count("probes") > 5 * args.count("threshold") {
            true => Err("more than five probes for each unit of the threshold make no sense".to_owned()),
            false => Ok(()),
        },
        ..kind("threshold", &[needs("threshold", COUNT), or("probes", COUNT, "3")])
    },
    kind("power-of-d", &[needs("d", Ty::Count(1, 64))]),
    kind("lifetime-aware", &[or("minimum_age", Ty::Duration(Range::NON_NEGATIVE), "0")]),
    kind("sender", &[or("threshold", COUNT, "1")]),
    kind(
        "composite",
        &[
            needs(
                "transfer",
                Ty::Table(&[
                    needs("initiator", Ty::Choice(&["sender", "receiver", "symmetric"])),
                    needs("threshold", COUNT),
                ]),
            ),
            or("selection", Ty::Kind("selection"), "\"newest\""),
            needs("location", Ty::Kind("location")),
            or("information", Ty::Kind("information"), "\"exact\""),
        ],
    ),
];

static SELECTIONS: &[Nothing] =
    &[kind("newest", &[]), kind("oldest", &[or("minimum_age", Ty::Duration(Range::NON_NEGATIVE), "0s")])];
static LOCATIONS: &[Nothing] =
    &[kind("probe", &[needs("probes", COUNT)]), kind("random-idle", &[]), kind("longest-idle", &[])];
static INFORMATION: &[Nothing] = &[kind("exact", &[]), kind("periodic", &[needs("every", TIME)])];
static ARRIVALS: &[Nothing] = &[
    kind("poisson", &[may("weights", Ty::List(&Ty::Number(Range::NON_NEGATIVE)))]),
    kind("renewal", &[needs("gap", Ty::Law(Unit::One))]),
];
static NETWORKS: &[Nothing] = &[
    kind("none", &[]),
    kind("switched", &[needs("bandwidth", Ty::Bandwidth(Range::POSITIVE)), or("latency", TIME, "\"1ms\"")]),
    kind("shared", &[needs("bandwidth", Ty::Bandwidth(Range::POSITIVE))]),
];
static MIGRATIONS: &[Nothing] = &[
    kind("eager-dirty", &[or("fixed", TIME, "\"300ms\""), or("dirty_fraction", Ty::Number(Range::FRACTION), "0.3")]),
    kind("flush", &[or("fixed", TIME, "\"76ms\"")]),
];
static PLACEMENTS: &[Nothing] = &[kind("remote-execution", &[or("cost", TIME, "\"100ms\"")])];
static DISCIPLINES: &[Nothing] = &[
    kind("fcfs", &[]),
    kind("ps", &[]),
    kind("rr", &[needs("quantum", TIME), or("switch_cost", Ty::Duration(Range::NON_NEGATIVE), "0")]),
];
static OWNERS: &[Nothing] =
    &[kind("hyperexponential", &[needs("away", Ty::Table(PHASES)), needs("present", Ty::Table(PHASES))])];
const PHASES: &[Param] = &[
    needs("p", Ty::List(&Ty::Number(Range::FRACTION))),
    needs("means", Ty::List(&Ty::Duration(Range::POSITIVE))),
    or("shift", Ty::Duration(Range::NON_NEGATIVE), "0"),
];
const FACTOR: Ty = Ty::Table(&[needs("low", Ty::Number(Range::POSITIVE)), needs("high", Ty::Number(Range::POSITIVE))]);
static WORKLOADS: &[Nothing] = &[kind(
    "swf",
    &[
        needs("path", Ty::Text),
        may("sha256", Ty::Text),
        may("select", Ty::Expression),
        may("missing", Ty::Map(&Ty::Text)),
        or("parallel", Ty::Choice(&["split", "serial-only"]), "\"split\""),
        may("window", Ty::Table(&[needs("from", TIME), needs("to", TIME)])),
        may(
            "offered_load",
            Ty::AnyOf(&[
                Ty::Table(&[
                    needs("to", Ty::Number(Range::POSITIVE)),
                    needs("kind", Ty::Choice(&["interarrival", "lifetime"])),
                ]),
                Ty::Number(Range::POSITIVE),
            ]),
        ),
        may("resample", Ty::Kind("resample")),
    ],
)];
static RESAMPLES: &[Nothing] = &[kind(
    "shake",
    &[
        needs("runtime", FACTOR),
        needs("submit", Ty::Table(&[needs("low", Ty::Duration(Range::ANY)), needs("high", Ty::Duration(Range::ANY))])),
    ],
)];

const SCALE: Ty = Ty::Scale(Range::POSITIVE);

fn law(mean: f64) -> Result<Box<dyn Law>, String> {
    Ok(Box::new(Exponential { mean }))
}

static LAWS: &[LawKind] = &[
    LawKind {
        name: "constant",
        summary: "",
        doc: "",
        reference: "",
        params: &[needs("value", SCALE)],
        build: |a| Ok(Box::new(Constant(a.number("value")))),
        example: "",
    },
    LawKind {
        name: "exponential",
        summary: "",
        doc: "",
        reference: "",
        params: &[needs("mean", SCALE)],
        build: |a| law(a.number("mean")),
        example: "",
    },
    LawKind {
        name: "bounded-pareto",
        summary: "",
        doc: "",
        reference: "",
        params: &[needs("alpha", Ty::Number(Range::POSITIVE)), needs("min", SCALE), needs("max", SCALE)],
        build: |a| match a.number("min") < a.number("max") {
            true => law(a.number("min")),
            false => Err(format!(
                "`min` must be less than `max`, but {} is not less than {}",
                a.number("min"),
                a.number("max")
            )),
        },
        example: "",
    },
    LawKind {
        name: "mixture",
        summary: "",
        doc: "",
        reference: "",
        params: &[needs("p", Ty::List(&Ty::Number(Range::FRACTION))), needs("of", Ty::List(&Ty::Law(Unit::One)))],
        build: |a| law(a.list("of").len() as f64),
        example: "",
    },
];

/// The keys of a scenario, with the one of the examples that this version does not have: lost messages.
static SCENARIO_KEYS: LazyLock<&'static [Param]> = LazyLock::new(|| {
    let loss = or("message_loss", Ty::Number(Range::FRACTION), "0");
    let faults: &'static [Param] = Vec::leak([FAULTS, &[loss]].concat());
    let others = keys::SCENARIO.iter().filter(|key| key.name != "faults").copied();
    Vec::leak(others.chain([may("faults", Ty::Table(faults))]).collect())
});

const SPRITE: &str = r#"
[scenario]
nodes     = { count = 10, speed = 1.0 }
horizon   = { time = "30d" }
offered_load = 0.3
lifetime  = { kind = "exponential", mean = "5s" }
network   = { kind = "switched", bandwidth = "10Mbit/s" }
migration = { kind = "flush" }
[policy]
kind = "composite"
transfer = { initiator = "sender", threshold = 1 }
location = { kind = "longest-idle" }
"#;

pub(crate) fn env() -> Env {
    let mut env = Env::new(Catalogue::of("policy", POLICY_KINDS), Laws::of(LAWS))
        .with("selection", SELECTIONS)
        .with("location", LOCATIONS)
        .with("information", INFORMATION)
        .with("arrivals", ARRIVALS)
        .with("network", NETWORKS)
        .with("migration", MIGRATIONS)
        .with("placement", PLACEMENTS)
        .with("discipline", DISCIPLINES)
        .with("owners", OWNERS)
        .with("forwarding", loadlab_core::forwarding::FORWARDING)
        .with("workload", WORKLOADS)
        .with("resample", RESAMPLES);
    env.scenario = &SCENARIO_KEYS;
    env.metrics = ["slowdown.mean", "response.mean", "evictions.per_allocation"].map(str::to_owned).to_vec();
    env.shipped = vec!["system:sprite".to_owned(), "system:mosix".to_owned()];
    env.library = Box::new(|name| (name == "system:sprite").then(|| SPRITE.to_owned()));
    env.beside = Box::new(|name| match name {
        "points.csv" => Ok("offered_load,nodes.count\n0.5,4\n0.7,8\n".to_owned()),
        "bad.csv" => Ok("ofered_load,nodes.count\n0.5,4\n".to_owned()),
        "ragged.csv" => Ok("offered_load,nodes.count\n0.5\n".to_owned()),
        _ => Err("there is no such file".to_owned()),
    });
    env
}

pub(crate) const EXAMPLE_1: &str = include_str!("example1.toml");
pub(crate) const EXAMPLE_2: &str = include_str!("example2.toml");
pub(crate) const EXAMPLE_3: &str = include_str!("example3.toml");

pub(crate) const HEAD: &str = "schema = 1\n[experiment]\nname = \"x\"\n";
pub(crate) const SCENARIO: &str = "[scenario]
nodes = { count = 4 }
horizon = { processes = 1000 }
offered_load = 0.7
lifetime = { kind = \"exponential\", mean = \"1s\" }
";
pub(crate) const POLICIES: &str = "[policies.none]
kind = \"none\"
[policies.place]
kind = \"threshold\"
threshold = 2
";

/// The experiment of a file that must be valid.
pub(crate) fn good(text: &str) -> Experiment {
    with(text, &[])
}

/// The same with arguments of `--set`.
pub(crate) fn with(text: &str, sets: &[&str]) -> Experiment {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    read(text, "x.toml", &sets, &env()).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(|e| e.render(false)).collect::<String>());
    })
}
