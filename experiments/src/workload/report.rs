//! What `loadlab workload` says of a workload: how many processes, how long they live, how heavy the tail is, what was
//! dropped and why; and the survival function of the lifetimes against a Pareto and an exponential law.

use super::law_report::report_laws;
use super::{Place, Plan, Replayed, WORKLOADS, plan};
use crate::file::check::Checker;
use crate::file::diagnostic::Problems;
use crate::file::document::{self, Sources};
use crate::file::{Env, Experiment};
use crate::plot::{Axis, Curve, Figure, Layer, Point, Series};
use loadlab_core::spec::{Arg, Args};
use loadlab_workloads::trace::summary::{Estimate, Options, Summary, TailFit, summarise};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// A summary for people, and a figure.
#[derive(Clone, Debug)]
pub struct Report {
    /// The table, line by line.
    pub text: String,
    /// Fraction of lifetimes greater than x, with fitted laws.
    pub figure: Figure,
    /// The numbers behind both, of a trace.
    pub summary: Option<Summary>,
}

/// Reads a trace to its end and reports on it; offered loads refer to the capacity with which it was opened.
pub fn report(replayed: &Replayed) -> Result<Report, String> {
    let summary = summarise(replayed.trace()?, &Options::default()).map_err(|error| error.to_string())?;
    let name = replayed.name();
    Ok(Report {
        text: text(&name, &summary, replayed.capacity()),
        figure: figure(&name, &summary),
        summary: Some(summary),
    })
}

/// Reports on a file of the format `kind`, with the format's defaults, on a machine of so many processors. Without a kind,
/// the name of the file must tell: `*.swf`, `pacct*`, `*.pacct`, `*.acct`, `CSD-trace.csv*`, `*processes.csv`; compressed or not.
pub fn report_file(path: &Path, kind: Option<&str>, nodes: u32, env: &Env) -> Result<Report, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = kind.or_else(|| guess(&name)).ok_or_else(|| {
        let kinds: Vec<&str> = WORKLOADS.iter().map(|kind| kind.name).collect();
        format!("`{name}` does not tell its format: say which kind it is, one of {}", kinds.join(", "))
    })?;
    // A string of JSON is one of TOML.
    let path = serde_json::Value::from(path.display().to_string());
    let text = format!("kind = {kind:?}\npath = {path}\nparallel = \"split\"\nhomes = \"round-robin\"\n");
    match plan(&table(&text, "workload", env)?)? {
        Plan::Trace(trace) => report(&trace.open(&Place::default(), nodes, f64::from(nodes))?),
        Plan::Structured(_) => Err(format!("`{kind}` is no format of a file")),
    }
}

fn guess(name: &str) -> Option<&'static str> {
    let plain = name.trim_end_matches(".gz").trim_end_matches(".xz");
    match plain {
        "CSD-trace.csv" => Some("berkeley-1995"),
        _ if plain.ends_with(".swf") => Some("swf"),
        _ if plain.starts_with("pacct") || plain.ends_with(".pacct") || plain.ends_with(".acct") => Some("pacct"),
        _ if plain.ends_with("processes.csv") => Some("processes"),
        _ => None,
    }
}

/// A checked table of a catalogue from text of our own.
pub(super) fn table(text: &str, catalogue: &'static str, env: &Env) -> Result<Args, String> {
    let mut sources = Sources::default();
    let source = sources.add(catalogue, text);
    let mut problems = Problems::default();
    let node = document::parse(&sources, source, &mut problems);
    let mut checker = Checker::new(env, &mut sources);
    checker.problems = problems;
    let good = checker.kind(&node, catalogue, catalogue);
    let problems = std::mem::take(&mut checker.problems);
    match good.map(|good| good.arg) {
        Some(Arg::Table(args)) if problems.is_empty() => Ok(args),
        _ => Err(problems.finish(&sources).iter().map(|problem| problem.render(false)).collect()),
    }
}

/// Reports on the workload of every scenario of an experiment whose traces have been opened, each with the name of the
/// scenario; what several cells share is reported once.
pub fn report_scenarios(experiment: &Experiment) -> Result<Vec<(String, Report)>, String> {
    let (mut traces, mut laws): (Vec<&Arc<Replayed>>, BTreeSet<Vec<Option<String>>>) = Default::default();
    let mut reports = Vec::new();
    for cell in &experiment.cells {
        let scenario = &cell.scenario;
        match &cell.trace {
            Some(trace) if traces.iter().any(|known| Arc::ptr_eq(known, trace)) => {}
            Some(trace) => {
                traces.push(trace);
                reports.push((scenario.name.clone(), report(trace)?));
            }
            None => {
                let keys = ["lifetime", "memory", "dirty_rate"].map(|key| scenario.canonical(key));
                if laws.insert(keys.to_vec()) {
                    reports.extend(report_laws(cell).map(|report| (scenario.name.clone(), report)));
                }
            }
        }
    }
    match reports.is_empty() {
        true => Err("no scenario of this experiment has a trace or a law of lifetimes".to_owned()),
        false => Ok(reports),
    }
}

fn text(name: &str, summary: &Summary, capacity: f64) -> String {
    let mut rows: Vec<(&str, String)> = vec![
        ("processes", summary.processes.to_string()),
        ("mean lifetime", format!("{:.4} s", summary.mean)),
        ("standard deviation", format!("{:.4} s", summary.standard_deviation)),
        ("C2", format!("{:.3}", summary.c2)),
        ("median lifetime", format!("{} s", summary.median)),
        ("longest lifetime", format!("{} s", summary.longest)),
        ("CPU seconds", format!("{:.0}", summary.mean * summary.processes as f64)),
        ("work of the longest 1 %", format!("{:.1} %", 100.0 * summary.work_of_top_percent)),
    ];
    let load = |load: Option<f64>| load.map_or("unknown".to_owned(), |x| format!("{x:.4}"));
    let (before, after) = summary.account.offered_loads(capacity);
    rows.push(("offered load as read", format!("{} of {capacity}", load(before))));
    rows.push(("offered load as run", format!("{} of {capacity}", load(after))));
    match &summary.tail {
        Some(tail) => rows.extend(tail_rows(tail)),
        None => rows.push(("tail", "too few different lifetimes to estimate".to_owned())),
    }
    if summary.sample < summary.processes {
        rows.push(("from a sample of", format!("{} (median, tail, shares)", summary.sample)));
    }
    let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    let mut text = format!("{name}\n");
    for (key, value) in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {key:width$}  {value}");
    }
    let _ = write!(text, "\n{}", summary.account);
    text
}

fn tail_rows(tail: &TailFit) -> [(&'static str, String); 3] {
    let estimate = |e: Estimate| format!("{:.3} +- {:.3} (standard error)", e.alpha, e.standard_error);
    [
        ("tail", format!("{} lifetimes above {:.4} s", tail.count, tail.above)),
        ("tail index, Hill", estimate(tail.hill)),
        ("tail index, regression", estimate(tail.regression)),
    ]
}

fn figure(name: &str, summary: &Summary) -> Figure {
    // Theory goes on for ever; where no lifetime could be, it would only squeeze the data. Zero has no logarithm.
    let least = 0.3 / summary.sample.max(1) as f64;
    let drawn = |points: Vec<(f64, f64)>| points.into_iter().filter(|(_, p)| *p >= least).collect::<Vec<_>>();
    let curve =
        |label: &str, points| Layer::Curve(Curve { label: label.into(), of: String::new(), points: drawn(points) });
    let places = || summary.survival.iter().map(|(x, _)| *x);
    let mut layers = Vec::new();
    if let Some(tail) = &summary.tail {
        let share = tail.count as f64 / summary.sample as f64;
        // P(X > x) = share (x / above)^-alpha, where the tail begins.
        let pareto = |x: f64| (x, share * libm::pow(x / tail.above, -tail.hill.alpha));
        layers.push(curve("Pareto", places().filter(|x| *x >= tail.above).map(pareto).collect()));
    }
    layers.push(curve("exponential", places().map(|x| (x, libm::exp(-x / summary.mean))).collect()));
    let points = drawn(summary.survival.clone()).into_iter().map(|(x, p)| Point::exact(x, p));
    layers.push(Layer::Series(Series::line(name, points.collect())));
    let caption = format!(
        "Lifetimes of {} processes of {name}: the fraction greater than x, at {} places. Exponential: the law of the \
         same mean. Pareto: the Hill estimate of the tail.",
        summary.processes,
        summary.survival.len()
    );
    let figure = Figure::single(Axis::log("lifetime", "s"), Axis::log("fraction greater than x", ""), layers);
    figure.with_caption(caption, false)
}
