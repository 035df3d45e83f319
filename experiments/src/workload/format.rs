//! The formats and generators by name: their options, and the reader or generator that these select.

use super::chain::{self, Boxed};
use super::keys::*;
use super::place;
use super::run::Run;
use super::{Plan, Trace};
use loadlab_core::spec::{Arg, Args, Kind, Param, Range, Ty};
use loadlab_workloads::trace::csv::{At, Columns, Csv, Quantity};
use loadlab_workloads::trace::open::decompress;
use loadlab_workloads::trace::ops::Given;
use loadlab_workloads::trace::{Format as Parse, Label, Reader, Record, berkeley, processes, swf};
use loadlab_workloads::trace::{acct, alibaba2018, google2011, lublin, synthetic};
use std::io::BufReader;
use std::num::NonZeroU32;
use std::path::Path;

/// A format with its options.
#[derive(Clone, Debug)]
pub enum Format {
    /// The Standard Workload Format.
    Swf(swf::Options),
    /// Process accounting of Linux.
    Pacct(acct::Options),
    /// Comma-separated values.
    Csv(Box<Columns>),
    /// The Berkeley trace.
    Berkeley(Run),
    /// Its stand-in.
    BerkeleySynthetic(Run),
    /// Task events of Google's trace of 2011.
    Google(google2011::Options),
    /// Batch tasks of Alibaba's trace of 2018.
    Alibaba(alibaba2018::Options),
    /// loadlab's own table.
    Processes(Option<processes::Run>),
    /// The generator of Lublin and Feitelson.
    Lublin(lublin::Kinds),
    /// A list.
    Scripted(Vec<Record>),
}

/// What a format is like before anything is done to its processes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nature {
    /// Whether processes come in the order of arrival, give or take a few.
    pub ordered: bool,
    /// Whether its clock starts with the trace; otherwise the first process arrives at 0.
    pub from_zero: bool,
    /// Whether it records at which node processes arrive.
    pub homes: bool,
    /// Where to get its file; empty where there are many.
    pub source: &'static str,
}

impl Format {
    pub(super) fn nature(&self) -> Nature {
        let nature = |ordered, from_zero, homes| Nature { ordered, from_zero, homes, source: "" };
        match self {
            Format::Swf(_) | Format::Lublin(_) => nature(true, true, false),
            Format::Csv(columns) => nature(true, false, columns.home.is_some()),
            Format::Pacct(_) | Format::Google(_) | Format::Alibaba(_) => nature(false, false, false),
            Format::Berkeley(run) => {
                Nature { source: berkeley::SOURCE, ..nature(matches!(run, Run::One(_)), true, true) }
            }
            Format::BerkeleySynthetic(_) | Format::Processes(_) | Format::Scripted(_) => nature(true, true, true),
        }
    }

    /// Whether every replication generates its own.
    pub(super) fn generates(&self) -> bool {
        matches!(self, Format::BerkeleySynthetic(_) | Format::Lublin(_))
    }

    /// The same with all its runs, in whatever replication.
    pub(super) fn whole(&self) -> Format {
        match self {
            Format::Berkeley(_) => Format::Berkeley(Run::All),
            Format::BerkeleySynthetic(_) => Format::BerkeleySynthetic(Run::All),
            other => other.clone(),
        }
    }

    /// Whether replications replay different parts of one file.
    pub(super) fn varies(&self) -> bool {
        matches!(self, Format::Berkeley(Run::Each) | Format::BerkeleySynthetic(Run::Each))
    }

    /// The generator that stands in for it, if there is one.
    pub(super) fn stand_in(&self) -> Option<Format> {
        match self {
            Format::Berkeley(run) => Some(Format::BerkeleySynthetic(*run)),
            // An hour of some machine.
            Format::Pacct(_) => Some(Format::BerkeleySynthetic(Run::One(0))),
            _ => None,
        }
    }

    /// Whether it stands in a file.
    pub(super) fn has_file(&self) -> bool {
        !self.generates() && !matches!(self, Format::Scripted(_))
    }

    /// Starts reading, or generating.
    pub(super) fn start(&self, file: Option<(&Path, &chain::Reading)>, draw: chain::Draw) -> Result<Boxed, String> {
        let chain::Draw { seed, replication } = draw;
        match self {
            Format::BerkeleySynthetic(run) => {
                return Ok(Box::new(synthetic::Synthetic::new(run.at(replication), seed, replication)));
            }
            Format::Lublin(kinds) => return Ok(Box::new(lublin::Lublin::new(*kinds, seed, replication))),
            Format::Scripted(list) => return Ok(Box::new(Given::new("scripted", list.clone()))),
            _ => {}
        }
        let (path, reading) = file.ok_or("this workload needs a file")?;
        match self.clone() {
            Format::Swf(options) => read(path, reading, swf::Swf::new(options)),
            Format::Pacct(options) => read(path, reading, acct::Acct::new(options)),
            Format::Csv(columns) => read(path, reading, Csv::new(*columns)),
            Format::Berkeley(run) => read(path, reading, berkeley::Berkeley::new(run.at(replication))),
            Format::Google(options) => read(path, reading, google2011::Google2011::new(options)),
            Format::Alibaba(options) => read(path, reading, alibaba2018::Alibaba2018::new(options)),
            Format::Processes(run) => read(path, reading, processes::Processes::new(run)),
            Format::BerkeleySynthetic(_) | Format::Lublin(_) | Format::Scripted(_) => {
                Err("this workload reads no file".to_owned())
            }
        }
    }
}

fn read<F: Parse + Send + 'static>(path: &Path, reading: &chain::Reading, format: F) -> Result<Boxed, String> {
    let file = BufReader::new(place::open(path)?);
    let input = decompress(file, reading.max_bytes).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    Ok(Box::new(Reader::new(input, format).strict(reading.strict)))
}

/// The parameters of a format, and those of every trace.
macro_rules! params {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            SORT, SELECT, WINDOW, PROCESSES, PARALLEL, LEAST, HOMES, HOME_WEIGHTS, OFFERED_LOAD, RESAMPLE,
        ]
    };
}

fn plan(args: &Args, format: Format) -> Result<Plan, String> {
    Ok(Plan::Trace(Box::new(Trace::new(args, format)?)))
}

pub(super) const SWF: Kind<Plan> = Kind {
    name: "swf",
    summary: "A log in the Standard Workload Format, versions 2 to 2.2.",
    doc: "One process per job. The lifetime is the run time, or the CPU time per processor. A file must say its version, \
          in its header or by `version`.",
    reference: "S. J. Chapin and others, Benchmarks and standards for the evaluation of parallel job schedulers, Job \
                Scheduling Strategies for Parallel Processing, 1999, doi:10.1007/3-540-47954-6_4",
    params: params![
        PATH,
        SHA256,
        MAX_SIZE,
        STRICT,
        default("lifetime", Ty::Choice(&["run-time", "cpu-time"]), "\"run-time\"", "Which field is the lifetime."),
        default("missing", Ty::Table(MISSING), "{}", "What to do with a process that lacks a field."),
        optional("version", Ty::Choice(&["2", "2.1", "2.2"]), "The version, where the header does not say."),
        optional(
            "preemption",
            Ty::Choice(&["no", "yes", "double", "ts"]),
            "How preempted processes are written, where the header does not say.",
        ),
        FOLLOW,
    ],
    build: |args| plan(args, Format::Swf(swf_options(args))),
    example: "kind = \"swf\"\npath = \"traces/KTH-SP2-1996-2.1-cln.swf.gz\"\nselect = \"run_time > 0\"\n\
              parallel = \"split\"\noffered_load = { to = 0.8, kind = \"interarrival\" }\n",
};

const MISSING: &[Param] = &[
    default("allocated", Ty::Choice(&["requested", "drop"]), "\"requested\"", "Processors."),
    default("run_time", Ty::Choice(&["requested", "drop"]), "\"drop\"", "The lifetime."),
];

fn swf_options(args: &Args) -> swf::Options {
    let missing = |key: &str| match args.table("missing").text(key) {
        "requested" => swf::Missing::Requested,
        _ => swf::Missing::Drop,
    };
    let version = |text: &str| match text {
        "2" => swf::Version::V2,
        "2.1" => swf::Version::V2_1,
        _ => swf::Version::V2_2,
    };
    let preemption = |text: &str| match text {
        "no" => swf::Preemption::No,
        "yes" => swf::Preemption::Yes,
        "double" => swf::Preemption::Double,
        _ => swf::Preemption::TimeSlicing,
    };
    swf::Options {
        version: args.maybe_text("version").map(version),
        preemption: args.maybe_text("preemption").map(preemption),
        lifetime: if args.text("lifetime") == "cpu-time" { swf::Lifetime::CpuTime } else { swf::Lifetime::RunTime },
        processors: missing("allocated"),
        run_time: missing("run_time"),
    }
}

pub(super) const PACCT: Kind<Plan> = Kind {
    name: "pacct",
    summary: "Process accounting of Linux, as accton records it.",
    doc: "One process per record. The lifetime is its user and system time. Records stand in the order of exit, so the \
          whole file is sorted; the first process arrives at 0.",
    reference: "Linux manual, acct(5)",
    params: params![
        PATH,
        SHA256,
        MAX_SIZE,
        STRICT,
        default("ticks_per_second", Ty::Count(1, 1_000_000), "100", "Clock ticks per second of the machine."),
        default("layout", Ty::Choice(&["v3", "v2"]), "\"v3\"", "The version of the records."),
        STAND_IN,
    ],
    build: |args| {
        let layout = if args.text("layout") == "v2" { acct::Layout::V2 } else { acct::Layout::V3 };
        let ticks = NonZeroU32::new(args.count("ticks_per_second") as u32).ok_or("a second has at least one tick")?;
        plan(args, Format::Pacct(acct::Options { ticks_per_second: ticks, layout }))
    },
    example: "kind = \"pacct\"\npath = \"pacct\"\nhomes = \"user\"\n",
};

pub(super) const CSV: Kind<Plan> = Kind {
    name: "csv",
    summary: "Comma-separated values, read through a map of columns.",
    doc: "`columns` names the heading of each column, or its number from 0. `units` gives the factor that turns a column \
          into seconds or bytes. The first process arrives at 0.",
    reference: "",
    params: params![
        PATH,
        SHA256,
        MAX_SIZE,
        STRICT,
        required("columns", Ty::Table(COLUMNS), "Which column is what."),
        default("units", Ty::Table(UNITS), "{}", "Seconds, or bytes, per unit of a column."),
        default("delimiter", Ty::Text, "\",\"", "What separates fields: one character of ASCII."),
        default("header", Ty::Flag, "true", "Whether the first line holds headings."),
    ],
    build: |args| plan(args, Format::Csv(Box::new(columns(args)?))),
    example: "kind = \"csv\"\npath = \"processes.csv\"\ncolumns = { submit = \"start_ms\", lifetime = \"cpu_ms\" }\n\
              units = { submit = 0.001, lifetime = 0.001 }\n",
};

const COLUMN: Ty = Ty::AnyOf(&[Ty::Count(0, 10_000), Ty::Text]);
const COLUMNS: &[Param] = &[
    required("submit", COLUMN, "When processes arrive."),
    required("lifetime", COLUMN, "CPU seconds."),
    optional("processors", COLUMN, "Processors; 1 if left out."),
    optional("memory", COLUMN, "Memory per processor."),
    optional("requested_time", COLUMN, "The time its user asked for."),
    optional("process", COLUMN, "The number of the process."),
    optional("user", COLUMN, "Whose it is."),
    optional("group", COLUMN, "The user's group."),
    optional("program", COLUMN, "What it runs."),
    optional("class", COLUMN, "Its class or queue."),
    optional("home", COLUMN, "The node at which it arrives, from 0."),
];
const UNITS: &[Param] = &[
    default("submit", Ty::Number(Range::POSITIVE), "1", "Seconds per unit of `submit`."),
    default("lifetime", Ty::Number(Range::POSITIVE), "1", "Seconds per unit of `lifetime`."),
    default("memory", Ty::Number(Range::POSITIVE), "1", "Bytes per unit of `memory`."),
    default("requested_time", Ty::Number(Range::POSITIVE), "1", "Seconds per unit of `requested_time`."),
];

fn columns(args: &Args) -> Result<Columns, String> {
    let (columns, units) = (args.table("columns"), args.table("units"));
    let at = |key: &str| match columns.maybe(key) {
        Some(Arg::Count(k)) => Some(At::Index(*k as usize)),
        Some(Arg::Text(name)) => Some(At::Name(name.clone())),
        _ => None,
    };
    let quantity = |key: &str| at(key).map(|at| Quantity { at, unit: units.number(key) });
    let needed = |key: &str| quantity(key).ok_or(format!("`columns` needs `{key}`"));
    let delimiter = match args.text("delimiter").as_bytes() {
        [byte] if byte.is_ascii() => *byte,
        _ => return Err("`delimiter` must be one character of ASCII".to_owned()),
    };
    Ok(Columns {
        delimiter,
        header: args.flag("header"),
        submit: needed("submit")?,
        lifetime: needed("lifetime")?,
        processors: at("processors"),
        memory: quantity("memory"),
        requested_time: quantity("requested_time"),
        process: at("process"),
        user: at("user"),
        group: at("group"),
        program: at("program"),
        class: at("class"),
        home: at("home"),
        after: None,
        think_time: None,
    })
}

const RUN: Param = optional(
    "run",
    Ty::AnyOf(&[Ty::Count(0, 7), Ty::Choice(&["each"])]),
    "One of the eight runs of an hour, or \"each\": replication r replays run r mod 8, so that the runs are the sample. \
     All eight, one after the other, if left out.",
);

const STAND_IN: Param =
    default("stand_in", Ty::Flag, "false", "Whether berkeley-1995-synthetic is run where the file is not at hand.");

const BERKELEY_PAPER: &str = "M. Harchol-Balter, A. B. Downey, Exploiting process lifetime distributions for dynamic load \
     balancing, ACM Transactions on Computer Systems 15(3), 1997, doi:10.1145/263326.263344";

pub(super) const BERKELEY: Kind<Plan> = Kind {
    name: "berkeley-1995",
    summary: "184,612 UNIX processes of eight hours in 1995, on six nodes.",
    doc: "Time counts from the start of the run, or, of all eight runs, from 09:00. The published file carries no licence \
          and is not distributed with loadlab: it is CSD-trace.csv.xz in the folder ecosystems of the public repository \
          Derek-Jones/ESEUR-code-data. With `stand_in` an experiment runs without it, on berkeley-1995-synthetic: the \
          results say so, and their cells are others.",
    reference: BERKELEY_PAPER,
    params: params![
        default("path", Ty::Text, "\"berkeley-1995/CSD-trace.csv.xz\"", PATH.doc),
        default("sha256", Ty::Text, "\"416c129b04a20f5de57bb6cf4cc54920209edba900c73e577c56d4903f48d429\"", SHA256.doc,),
        MAX_SIZE,
        STRICT,
        RUN,
        STAND_IN,
    ],
    build: |args| plan(args, Format::Berkeley(Run::of(args))),
    example: "kind = \"berkeley-1995\"\nrun = 0\n",
};

pub(super) const BERKELEY_SYNTHETIC: Kind<Plan> = Kind {
    name: "berkeley-1995-synthetic",
    summary: "A stand-in for the Berkeley trace, generated anew for each replication.",
    doc: "Arrivals of each node and hour are Poisson with a wandering rate around the count of the trace; lifetimes are \
          independent, with the body of the trace and a bounded Pareto tail. Programs worth placing are `listed`; the others \
          have no name.",
    reference: BERKELEY_PAPER,
    params: params![RUN],
    build: |args| plan(args, Format::BerkeleySynthetic(Run::of(args))),
    example: "kind = \"berkeley-1995-synthetic\"\nrun = 0\n",
};

const MACHINE: Param =
    optional("machine_memory", Ty::Size(Range::POSITIVE), "Memory of a machine; without it, sizes are unknown.");

pub(super) const GOOGLE: Kind<Plan> = Kind {
    name: "google-2011",
    summary: "Task events of Google's cluster trace of 2011, version 2.1.",
    doc: "One process per task, from its first submission. The lifetime is the time of its last run, or that times the \
          CPU that it requested. Tasks come in the order of their ends, so the whole file is sorted; the first process \
          arrives at 0.",
    reference: "C. Reiss, J. Wilkes, J. L. Hellerstein, Google cluster-usage traces: format + schema, 2011",
    params: params![
        PATH,
        SHA256,
        MAX_SIZE,
        STRICT,
        default("lifetime", Ty::Choice(&["duration", "requested"]), "\"duration\"", "What the lifetime is."),
        MACHINE,
        default("max_open", Ty::Count(1, 1_000_000_000), "10_000_000", "How many tasks may be present at one time."),
    ],
    build: |args| {
        let lifetime = match args.text("lifetime") {
            "requested" => google2011::Lifetime::Requested,
            _ => google2011::Lifetime::Duration,
        };
        let (machine_bytes, max_open) = (args.maybe_number("machine_memory"), args.count("max_open") as usize);
        plan(args, Format::Google(google2011::Options { lifetime, machine_bytes, max_open }))
    },
    example: "kind = \"google-2011\"\npath = \"task_events/part-00000-of-00500.csv.gz\"\n",
};

pub(super) const ALIBABA: Kind<Plan> = Kind {
    name: "alibaba-2018",
    summary: "Batch tasks of Alibaba's cluster trace of 2018.",
    doc: "One process per task, on as many processors as it has instances: say `parallel`. The lifetime is its duration, \
          or that times the planned CPU. The whole file is sorted; the first process arrives at 0. Tasks do not wait for \
          each other in the replay.",
    reference: "Alibaba Cluster Trace Program, trace_2018.md",
    params: params![
        PATH,
        SHA256,
        MAX_SIZE,
        STRICT,
        default("lifetime", Ty::Choice(&["duration", "planned"]), "\"duration\"", "What the lifetime is."),
        MACHINE,
    ],
    build: |args| {
        let lifetime = match args.text("lifetime") {
            "planned" => alibaba2018::Lifetime::Planned,
            _ => alibaba2018::Lifetime::Duration,
        };
        let machine_bytes = args.maybe_number("machine_memory");
        plan(args, Format::Alibaba(alibaba2018::Options { lifetime, machine_bytes }))
    },
    example: "kind = \"alibaba-2018\"\npath = \"batch_task.csv\"\nparallel = \"split\"\n",
};

pub(super) const PROCESSES_TABLE: Kind<Plan> = Kind {
    name: "processes",
    summary: "The table of processes that a run of loadlab wrote.",
    doc: "The same processes at the same times and homes, to the last bit. A table of several runs needs `cell` and \
          `replication`.",
    reference: "",
    params: params![
        PATH,
        SHA256,
        MAX_SIZE,
        STRICT,
        optional("cell", Ty::Text, "The cell of the run."),
        default("replication", Ty::Count(0, u64::MAX), "0", "The replication of the run, with `cell`."),
        FOLLOW,
    ],
    build: |args| {
        let run = |cell: &str| processes::Run { cell: cell.to_owned(), replication: args.count("replication") };
        plan(args, Format::Processes(args.maybe_text("cell").map(run)))
    },
    example: "kind = \"processes\"\npath = \"results/replay/processes.csv\"\n",
};

pub(super) const LUBLIN: Kind<Plan> = Kind {
    name: "lublin-1999",
    summary: "The generator of parallel workloads by Lublin and Feitelson.",
    doc: "Arrivals with the cycle of the day, sizes with their powers of two, and run times that go with the size. Each \
          replication generates its own. It goes on for ever, so it needs `processes`.",
    reference: "U. Lublin, D. G. Feitelson, The workload on parallel supercomputers: modeling the characteristics of \
                rigid jobs, Journal of Parallel and Distributed Computing 63(11), 2003, \
                doi:10.1016/S0743-7315(03)00108-4",
    params: params![default(
        "classes",
        Ty::Choice(&["untyped", "both"]),
        "\"untyped\"",
        "Whether all are alike, or interactive (class 0) and batch (class 1).",
    )],
    build: |args| {
        if !args.has("processes") {
            return Err("the generator goes on for ever: say how many `processes`".to_owned());
        }
        let kinds = if args.text("classes") == "both" { lublin::Kinds::Both } else { lublin::Kinds::Untyped };
        plan(args, Format::Lublin(kinds))
    },
    example: "kind = \"lublin-1999\"\nprocesses = 10_000\nparallel = \"split\"\nleast_lifetime = \"1s\"\n",
};

/// One of `list`.
const LISTED: &[Param] = &[
    required("at", Ty::Duration(Range::NON_NEGATIVE), "When it arrives."),
    required("lifetime", Ty::Duration(Range::NON_NEGATIVE), "CPU seconds that it needs on a node of speed 1."),
    default("home", Ty::Count(0, u32::MAX as u64 - 2), "0", "At which node it arrives."),
    default("memory", Ty::Size(Range::NON_NEGATIVE), "0", "Its memory."),
    optional("program", Ty::Text, "What it runs."),
    default(
        "after",
        Ty::List(&Ty::Count(1, 1_000_000)),
        "[]",
        "The processes that it follows, by their places from 1.",
    ),
    default(
        "think",
        Ty::Duration(Range::NON_NEGATIVE),
        "0",
        "With `follow`: the time between their exit and its arrival.",
    ),
];

fn listed((place, process): (usize, &Args)) -> Record {
    let number = place as u64 + 1;
    Record {
        process: Some(number),
        home: Some(process.count("home") as u32),
        memory: Some(process.number("memory")),
        program: process.maybe_text("program").map(|name| Label::Name(name.into())),
        after: process.numbers("after").into_iter().map(|k| k as u64).collect(),
        think_time: Some(process.number("think")),
        ..Record::new(number, process.number("at"), process.number("lifetime"))
    }
}

pub(super) const SCRIPTED: Kind<Plan> = Kind {
    name: "scripted",
    summary: "A list of processes, for cases that are worked by hand.",
    doc: "Every process arrives when and where the list says.",
    reference: "",
    params: params![required("list", Ty::List(&Ty::Table(LISTED)), "The processes."), FOLLOW],
    build: |args| plan(args, Format::Scripted(args.tables("list").into_iter().enumerate().map(listed).collect())),
    example: "kind = \"scripted\"\nlist = [{ at = 0, lifetime = 3 }, { at = \"500ms\", lifetime = 1, home = 1 }]\n",
};
