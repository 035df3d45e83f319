//! Every key of an experiment file as data: type, default, meaning. Checking, `loadlab explain`, the JSON Schema and
//! the documentation all read these lists.
//!
//! Not here: the keys of policies, laws and other kinds, which stand in their catalogues.

use super::catalogue::{Fault, Rule};
pub use super::plots::PLOT;
use loadlab_core::faults::FAULTS;
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty, Unit};

const fn required(name: &'static str, ty: Ty, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Required, doc }
}

const fn optional(name: &'static str, ty: Ty, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Optional, doc }
}

const fn default(name: &'static str, ty: Ty, value: &'static str, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Default(value), doc }
}

/// The sections of a file. `scenario`, `scenarios`, `policies` and `sweep` are resolved and expanded before their
/// content is checked.
pub const ROOT: &[Param] = &[
    required("schema", Ty::Count(1, 1), "The version of this format."),
    required("experiment", Ty::Table(EXPERIMENT), "What the experiment is called and asks."),
    optional("scenario", Ty::Table(SCENARIO), "The only scenario of the file; it is then called `scenario`."),
    optional("scenarios", Ty::Map(&Ty::Table(SCENARIO)), "Scenarios by name. `extends` starts from another one."),
    required("policies", Ty::Map(&Ty::Kind("policy")), "Policies by name. `extends` starts from another one."),
    optional("sweep", Ty::Table(SWEEP), "Which cells there are. Without it: every policy in every scenario."),
    default("replicate", Ty::Table(REPLICATE), "{}", "How many seeded runs each cell gets."),
    default("warmup", Ty::Kind("warmup"), "\"none\"", "What is left out at the beginning of each run."),
    default("stop", Ty::Table(STOP), "{}", "When enough replications have been run."),
    default("claims", Ty::List(&Ty::Table(CLAIM)), "[]", "What the experiment sets out to show, before it runs."),
    default("plots", Ty::List(&Ty::Table(PLOT)), "[]", "What is drawn."),
    default("output", Ty::Table(OUTPUT), "{}", "Which tables and records are written."),
    default(
        "quick",
        Ty::List(&Ty::Text),
        "[]",
        "What `--quick` sets, as PATH=VALUE, to make a smaller experiment of this one: fewer or shorter runs, fewer points.",
    ),
];

/// `[experiment]`.
pub const EXPERIMENT: &[Param] = &[
    required("name", Ty::Name, "The name, which also is the folder below `results/`."),
    optional("question", Ty::Text, "The question that it answers."),
    default("refs", Ty::List(&Ty::Text), "[]", "Publications it stands on, such as \"doi:10.1145/263326.263344\"."),
];

/// `[scenario]` and `[scenarios.NAME]`.
pub const SCENARIO: &[Param] = &[
    required("nodes", Ty::Many(&Ty::Table(NODES)), "The nodes; a list of tables for several sorts of them."),
    default("horizon", Ty::Single(HORIZON), "{ drain = true }", "When a run ends."),
    optional(
        "offered_load",
        Ty::Number(Range::POSITIVE),
        "Work arriving per unit of capacity; the arrival rate is solved from it. 1 or more only with `allow_unstable`.",
    ),
    default("allow_unstable", Ty::Flag, "false", "Whether an offered load of 1 or more is meant."),
    default("arrivals", Ty::Kind("arrivals"), "\"poisson\"", "How processes arrive."),
    optional("lifetime", Ty::Law(Unit::Seconds), "The law of lifetimes: CPU seconds on a node of speed 1."),
    optional(
        "initial_load",
        Ty::Count(0, 1_000_000),
        "Processes per node that arrive at time 0, one at each node in turn, with lifetimes of the same law; 0 if left out.",
    ),
    default("memory", Ty::Law(Unit::Bytes), "0", "The law of the memory that a process occupies."),
    default("network", Ty::Kind("network"), "\"none\"", "What messages and transfers travel on."),
    optional("migration", Ty::Kind("migration"), "The mechanism that moves a process after it started."),
    optional("placement", Ty::Kind("placement"), "The mechanism that starts a process on another node than its home."),
    optional(
        "forwarding",
        Ty::Kind("forwarding"),
        "How calls reach a process that has moved, or it its home; if left out, moving costs them nothing.",
    ),
    optional("faults", Ty::Table(FAULTS), "When nodes and the file server fail; never if left out."),
    optional("workload", Ty::Kind("workload"), "A trace or a structured workload instead of arrivals and laws."),
    optional("owners", Ty::Kind("owners"), "When the owners of the nodes are at their keyboards."),
];

/// `nodes` of a scenario.
pub const NODES: &[Param] = &[
    required("count", Ty::Count(1, 1_000_000), "How many there are."),
    default("speed", Ty::Number(Range::POSITIVE), "1.0", "Work done per second by one core."),
    default("cores", Ty::Count(1, 65_536), "1", "Processes that run at full speed at once."),
    default("discipline", Ty::Kind("discipline"), "\"ps\"", "In which order the processes at a node are served."),
];

/// `horizon` of a scenario.
pub const HORIZON: &[Param] = &[
    optional("processes", Ty::Count(1, 1_000_000_000_000), "After so many arrivals."),
    optional("time", Ty::Duration(Range::POSITIVE), "After so much simulated time."),
    optional("drain", Ty::Flag, "When the workload is used up and the last process has left."),
];

/// `[sweep]` beside its axes.
pub const SWEEP: &[Param] = &[
    optional("policy", Ty::Many(&Ty::Text), "Which policies; all if left out."),
    optional("scenario", Ty::Many(&Ty::Text), "Which scenarios; all if left out."),
    optional("zip", Ty::List(&Ty::List(&Ty::Text)), "Groups of axes that run in lockstep instead of multiplying."),
    optional("where", Ty::Expression, "Keeps the cells for which this is true."),
    optional("also", Ty::List(&Ty::Table(&[])), "More cells: each table is a small sweep of its own."),
    optional("design", Ty::Text, "A CSV file beside the experiment: its header names the axes, each row is a point."),
];

/// `[replicate]`.
pub const REPLICATE: &[Param] = &[
    default("min", Ty::Count(1, 1_000_000), "30", "Replications before any decision to stop."),
    optional("max", Ty::Count(1, 1_000_000), "Replications at most; `min` if left out."),
    default("batch", Ty::Count(1, 1_000_000), "10", "Replications that are added in one round."),
    default("seed", Ty::Count(0, u64::MAX), "1", "The seed of all random streams."),
    default(
        "common_random_numbers",
        Ty::Flag,
        "true",
        "Whether all cells meet the same processes in the same replication.",
    ),
];

/// How the beginning of a run is treated.
#[derive(Clone, Debug, PartialEq)]
pub enum Warmup {
    /// Nothing is left out.
    None,
    /// What happens before this time, in seconds.
    Time(f64),
    /// The first processes.
    Processes(u64),
    /// MSER-5 finds the truncation point from the first `min` replications of a sweep point.
    Mser5,
}

const fn warmup(
    name: &'static str,
    summary: &'static str,
    params: &'static [Param],
    build: fn(&Args) -> Result<Warmup, String>,
    example: &'static str,
) -> Kind<Warmup> {
    Kind { name, summary, doc: summary, reference: "", params, build, example }
}

/// The kinds of `[warmup]`.
pub static WARMUPS: &[Kind<Warmup>] = &[
    warmup("none", "Nothing is left out.", &[], |_| Ok(Warmup::None), "kind = \"none\""),
    warmup(
        "time",
        "What happens before a fixed time is left out.",
        &[required("time", Ty::Duration(Range::NON_NEGATIVE), "The time at which measuring begins.")],
        |args| Ok(Warmup::Time(args.number("time"))),
        "kind = \"time\"\ntime = \"1h\"",
    ),
    warmup(
        "processes",
        "The first processes are left out.",
        &[required("processes", Ty::Count(0, 1_000_000_000_000), "How many.")],
        |args| Ok(Warmup::Processes(args.count("processes"))),
        "kind = \"processes\"\nprocesses = 1000",
    ),
    Kind {
        name: "mser5",
        summary: "MSER-5 finds the truncation point; one per sweep point, shared by all policies.",
        doc: "A pilot of the first `min` replications gives the number in the system along the run, averaged over the \
              replications of each policy. The truncation point minimises the squared error that the mean of what remains \
              seems to have, over batches of five; the latest over the policies holds for all of them. Processes that \
              arrived before it are not measured.",
        reference: "White, Cobb, Spratt, A comparison of five steady-state truncation heuristics for simulation, \
                    Winter Simulation Conference, 2000, pp. 755-760",
        params: &[],
        build: |_| Ok(Warmup::Mser5),
        example: "kind = \"mser5\"",
    },
];

/// `[stop]`.
pub const STOP: &[Param] = &[
    default(
        "confidence",
        Ty::Number(Range { low: 0.5, high: 1.0, above: true, below: true }),
        "0.95",
        "The confidence of every interval and verdict.",
    ),
    default("targets", Ty::List(&Ty::Table(TARGET)), "[]", "Precision that means must reach."),
    optional("contrasts", Ty::Table(CONTRASTS), "Comparisons of policies."),
    default(
        "allow_infinite_variance",
        Ty::Flag,
        "false",
        "Whether targets, contrasts and claims may use metrics whose mean or variance is infinite under the declared law.",
    ),
];

/// An element of `targets` of `[stop]`.
pub const TARGET: &[Param] = &[
    required("metric", Ty::Text, "The metric."),
    required("relative_half_width", Ty::Number(Range::POSITIVE), "The half-width of its interval over its mean."),
];

/// `contrasts` of `[stop]`.
pub const CONTRASTS: &[Param] = &[
    required("baseline", Ty::Text, "The policy that the others are compared with."),
    required("metric", Ty::Many(&Ty::Text), "The metric, or several."),
    default("adjust", Ty::Choice(&["holm", "bonferroni", "none"]), "\"holm\"", "How many comparisons are allowed for."),
    optional(
        "resolve",
        Ty::Number(Range::POSITIVE),
        "The relative difference that matters: sampling goes on until each contrast has a verdict, and a difference surely \
         within it is `equivalent`. Without it contrasts are reported and prolong nothing.",
    ),
];

/// `[[claims]]`.
pub const CLAIM: &[Param] = &[
    required("text", Ty::Text, "The claim in words."),
    required("expect", Ty::Expression, "The claim as a comparison of metrics."),
    optional("when", Ty::Expression, "The points for which it is claimed; all if left out."),
    optional(
        "tolerance",
        Ty::Number(Range::NON_NEGATIVE),
        "By how much it may be missed, as a fraction of the right side; `==` needs it.",
    ),
    optional(
        "evidence",
        Ty::Choice(&["published", "recalled", "derived"]),
        "Where it comes from: read in a publication, remembered from one, or derived from a model.",
    ),
    optional("published", Ty::Text, "What the publication reports, to stand beside our number."),
    optional(
        "holds",
        Ty::Text,
        "The sentence of the conclusion if it, and every claim with the same sentence, passes.",
    ),
    optional("fails", Ty::Text, "The sentence of the conclusion if it fails."),
];

/// `[output]`.
pub const OUTPUT: &[Param] = &[
    default(
        "tables",
        Ty::List(&Ty::Choice(&["runs", "summary", "contrasts", "claims", "theory"])),
        "[\"runs\", \"summary\", \"contrasts\", \"claims\", \"theory\"]",
        "The tables that are written.",
    ),
    optional("processes", Ty::Table(RECORD), "One row per process."),
    optional("nodes", Ty::Table(RECORD), "One row per node."),
    optional("migrations", Ty::Table(RECORD), "One row per migration."),
    optional(
        "decisions",
        Ty::Table(DECISIONS),
        "One line of JSON per decision of a policy, with what it saw and what it chose: decisions.jsonl.",
    ),
    optional(
        "single_run",
        Ty::Table(RECORD),
        "Intervals for means from within one run, by batch means and regenerative cycles: for a long run with one \
         replication, which has no interval over replications.",
    ),
];

/// A record of `[output]`.
pub const RECORD: &[Param] = &[
    default("when", Ty::Expression, "\"replication == 0\"", "The runs for which it is written."),
    default("format", Ty::Choice(&["csv", "parquet"]), "\"csv\"", "The format of the file."),
];

/// The record of decisions, which has one format.
pub const DECISIONS: &[Param] =
    &[default("when", Ty::Expression, "\"replication == 0\"", "The runs for which it is written.")];

/// Rules over several keys of a scenario.
pub const RULES: &[Rule] = &[stable, fed, ending, loaded];

/// A stable system, or one that is meant to be unstable.
fn stable(scenario: &Args) -> Vec<Fault> {
    let load = scenario.maybe_number("offered_load").unwrap_or(0.0);
    if load < 1.0 || scenario.flag("allow_unstable") {
        return Vec::new();
    }
    vec![Fault {
        key: "offered_load".to_owned(),
        message: format!("an offered load of {load} is more than the nodes can serve: queues would grow for ever"),
        expected: "less than 1, or `allow_unstable = true`".to_owned(),
    }]
}

/// Processes come from somewhere.
fn fed(scenario: &Args) -> Vec<Fault> {
    if scenario.has("workload") || (scenario.has("lifetime") && scenario.has("offered_load")) {
        return Vec::new();
    }
    let key = if scenario.has("lifetime") { "offered_load" } else { "lifetime" };
    vec![Fault {
        key: String::new(),
        message: format!("the scenario needs the key `{key}`"),
        expected: "`offered_load` and `lifetime`, or a `workload`".to_owned(),
    }]
}

/// A run that ends: arrivals that are drawn from a law never run out.
fn ending(scenario: &Args) -> Vec<Fault> {
    if scenario.has("workload") || !scenario.table("horizon").has("drain") {
        return Vec::new();
    }
    vec![Fault {
        key: "horizon".to_owned(),
        message: "a run would never end: arrivals that are drawn do not run out".to_owned(),
        expected: "`horizon` with `processes` or `time`".to_owned(),
    }]
}

/// What is there at the start has lifetimes.
fn loaded(scenario: &Args) -> Vec<Fault> {
    if !scenario.has("initial_load") || !scenario.has("workload") {
        return Vec::new();
    }
    vec![Fault {
        key: "initial_load".to_owned(),
        message: "processes at the start need a law of lifetimes, which a `workload` does not have".to_owned(),
        expected: "`initial_load` beside `lifetime` and `offered_load`".to_owned(),
    }]
}
