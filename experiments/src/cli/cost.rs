//! `loadlab cost`: what moving one process costs, by every mechanism.

use super::exit::Exit;
use super::systems;
use crate::cost::{Key, Row, Setting};
use crate::file::harmless;
use crate::plot::{self, Axis, Figure, Layer, Panel, Point, Series, Width};
use crate::systems::Evidence;
use clap::Args;
use loadlab_core::mechanism::{Ending, Until};
use std::fmt::Write;
use std::path::PathBuf;

/// Points of a swept curve.
const POINTS: u32 = 81;

/// What `cost` takes.
#[derive(Args, Debug)]
pub(super) struct CostArgs {
    /// Start from the figures of a published system, such as sprite; `loadlab systems` lists them.
    #[arg(long, value_name = "NAME")]
    system: Option<String>,
    /// A TOML file with the keys of a setting.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Bytes of memory, such as 2MiB.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Bytes per second between two nodes and to the file server, such as 10Mbit/s.
    #[arg(long, value_name = "RATE")]
    bandwidth: Option<String>,
    /// Seconds that a message travels, such as 1ms.
    #[arg(long, value_name = "TIME")]
    latency: Option<String>,
    /// The fraction of the memory that is dirty.
    #[arg(long, value_name = "FRACTION")]
    dirty_fraction: Option<String>,
    /// Bytes that the process keeps writing to.
    #[arg(long, value_name = "SIZE")]
    working_set: Option<String>,
    /// CPU seconds between two writes to the same page.
    #[arg(long, value_name = "TIME")]
    write_time: Option<String>,
    /// Any key of a setting; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Draw freeze and total time against a key, such as memory=1MiB..16GiB.
    #[arg(long, value_name = "KEY=FROM..TO")]
    sweep: Option<String>,
    /// The folder for the drawing.
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
}

/// The table, or the drawing.
pub(super) fn cost(args: &CostArgs) -> Result<Exit, Exit> {
    let setting = setting(args)?;
    let marked = marked(args)?;
    match &args.sweep {
        None => Ok(Exit::well(marked + &table(&setting.rows()))),
        Some(sweep) => draw(&setting, sweep, args),
    }
}

fn wrong(why: &str) -> Exit {
    Exit::wrong(format!("error: {}\n", harmless(why)))
}

/// The setting: system, then file, then options.
fn setting(args: &CostArgs) -> Result<Setting, Exit> {
    let mut setting = Setting::default();
    if let Some(name) = &args.system {
        systems::named(name)?.apply(&mut setting).map_err(|e| wrong(&e))?;
    }
    if let Some(file) = &args.file {
        let text = std::fs::read_to_string(file).map_err(|e| wrong(&format!("cannot read {}: {e}", file.display())))?;
        setting.read(&text).map_err(|e| wrong(&format!("{}: {e}", file.display())))?;
    }
    let named = [
        ("memory", &args.memory),
        ("bandwidth", &args.bandwidth),
        ("server_bandwidth", &args.bandwidth),
        ("latency", &args.latency),
        ("dirty_fraction", &args.dirty_fraction),
        ("working_set", &args.working_set),
        ("write_time", &args.write_time),
    ];
    let named = named.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?)));
    let set = args.set.iter().map(|text| text.split_once('=').unwrap_or((text, "")));
    named.chain(set).try_for_each(|(key, value)| setting.set(key, value)).map_err(|e| wrong(&e))?;
    Ok(setting)
}

/// A line that says which figures are recalled.
fn marked(args: &CostArgs) -> Result<String, Exit> {
    let Some(name) = &args.system else { return Ok(String::new()) };
    let system = systems::named(name)?;
    let recalled: Vec<&str> = system.keys.iter().filter(|key| key.2 == Evidence::Recalled).map(|key| key.0).collect();
    let mark = if recalled.is_empty() { String::new() } else { format!("; recalled: {}", recalled.join(", ")) };
    Ok(format!("{} used {}; evidence: {}{mark}\n\n", system.name, system.mechanism, system.evidence().name()))
}

/// Three significant digits.
fn short(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if x.is_infinite() {
        return "-".to_owned();
    }
    let digits = (2 - libm::floor(libm::log10(x)) as i32).clamp(0, 9) as usize;
    format!("{x:.digits$}")
}

fn seconds(x: f64) -> String {
    match x {
        _ if x == 0.0 => "0".to_owned(),
        _ if x.is_infinite() => "for life".to_owned(),
        _ if x < 1.0 => format!("{} ms", short(x * 1e3)),
        _ => format!("{} s", short(x)),
    }
}

fn bytes(x: f64) -> String {
    match x {
        _ if x >= 1e9 => format!("{} GB", short(x / 1e9)),
        _ if x >= 1e6 => format!("{} MB", short(x / 1e6)),
        _ if x >= 1e3 => format!("{} KB", short(x / 1e3)),
        _ => format!("{} B", short(x)),
    }
}

const HEADER: [&str; 9] =
    ["mechanism", "negotiation", "freeze", "initial", "total", "bytes", "CPU", "residual", "depends on; rounds"];

fn table(rows: &[Row]) -> String {
    let mut lines = vec![HEADER.map(str::to_owned)];
    lines.extend(rows.iter().map(line));
    let width = |k: usize| lines.iter().map(|line| line[k].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADER.len()).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    out
}

fn line(row: &Row) -> [String; 9] {
    let t = &row.timeline;
    let on = &t.dependency;
    let source = match on.source {
        Until::Never => None,
        Until::Sent => Some("source until sent"),
        Until::Exit => Some("source"),
    };
    let others = [(on.server, "server"), (on.home, "home"), (on.store, "store")];
    let names: Vec<&str> =
        source.into_iter().chain(others.into_iter().filter(|(is, _)| *is).map(|(_, name)| name)).collect();
    let mut last = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    if let Some((rounds, why)) = t.rounds {
        let _ = write!(last, "; {rounds} round{}, {}", if rounds == 1 { "" } else { "s" }, why.name());
    }
    if t.ending == Ending::GivenUp {
        last.push_str("; given up");
    }
    [
        row.name.to_owned(),
        seconds(t.negotiation),
        seconds(t.freeze),
        seconds(t.initial),
        seconds(t.total),
        bytes(t.bytes),
        seconds(t.cpu.0 + t.cpu.1),
        seconds(t.after.stalled),
        last,
    ]
}

/// Key, from and to of a sweep.
fn range(text: &str) -> Result<(&'static Key, f64, f64), String> {
    let parts = text.split_once('=').and_then(|(key, range)| Some((key, range.split_once("..")?)));
    let (name, (from, to)) = parts.ok_or_else(|| format!("{text:?} is no sweep: write KEY=FROM..TO"))?;
    let key = Key::named(name)?;
    let (from, to) = (key.value(from)?, key.value(to)?);
    if from > 0.0 && from < to { Ok((key, from, to)) } else { Err(format!("{text:?} must ascend from above 0")) }
}

/// Freeze and total time against a key, both axes logarithmic.
fn draw(setting: &Setting, sweep: &str, args: &CostArgs) -> Result<Exit, Exit> {
    let (key, from, to) = range(sweep).map_err(|e| wrong(&e))?;
    let at = |k: u32| from * libm::pow(to / from, f64::from(k) / f64::from(POINTS - 1));
    let points: Vec<(f64, Vec<Row>)> = (0..POINTS).map(|k| (at(k), setting.with(key, at(k)).rows())).collect();
    let panel = |title: &str, value: fn(&Row) -> f64| {
        let names: Vec<&str> = points.first().map_or(Vec::new(), |p| p.1.iter().map(|row| row.name).collect());
        let series = (0..names.len()).map(|k| {
            let all = points.iter().map(|(x, rows)| Point::exact(*x, value(&rows[k])));
            // What is 0 or lasts for life has no place on a logarithmic axis.
            let drawn: Vec<Point> = all.filter(|p| p.y > 0.0 && p.y.is_finite()).collect();
            Layer::Series(Series::line(names[k], drawn))
        });
        Panel { title: title.to_owned(), layers: series.collect(), ..Panel::default() }
    };
    let panels = vec![panel("freeze", |row| row.timeline.freeze), panel("total time", |row| row.timeline.total)];
    let single = Figure::single(Axis::log(key.name, key.unit()), Axis::log("time", "s"), Vec::new());
    let mut caption = "One process that moves alone; every mechanism with the same costs.".to_owned();
    panels.iter().for_each(|panel| caption.push_str(&hidden(panel)));
    let figure = Figure { panels, columns: 2, width: Width::TwoColumns, caption, ..single };
    std::fs::create_dir_all(&args.out)
        .map_err(|e| Exit::incomplete(&format!("cannot make {}: {e}", args.out.display())))?;
    let stem = args.out.join(format!("cost-{}", key.name));
    let written = plot::write(&figure, &stem).map_err(|e| Exit::incomplete(&e))?;
    Ok(Exit::well(written.iter().map(|path| format!("{}\n", harmless(&path.display().to_string()))).collect()))
}

/// What one would look for in vain in a panel: lines that have no place on it, or lie on another.
fn hidden(panel: &Panel) -> String {
    let lines =
        panel.layers.iter().filter_map(|layer| if let Layer::Series(series) = layer { Some(series) } else { None });
    let lines: Vec<&Series> = lines.collect();
    let same = |a: &Series, b: &Series| {
        let near = |(p, q): (&Point, &Point)| p.x == q.x && (p.y - q.y).abs() <= 0.005 * q.y;
        a.points.len() == b.points.len() && a.points.iter().zip(&b.points).all(near)
    };
    let mut notes = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        if line.points.is_empty() {
            notes.push(format!("{} is 0 or lasts for life", line.label));
        } else if let Some(other) = lines[..k].iter().find(|other| same(line, other)) {
            notes.push(format!("{} lies on {}", line.label, other.label));
        }
    }
    if notes.is_empty() { String::new() } else { format!(" In {}: {}.", panel.title, notes.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_names_a_key_and_ascends() {
        assert!(range("memory=1MiB..16GiB").is_ok_and(|(key, from, _)| key.name == "memory" && from == 1_048_576.0));
        for text in ["memory", "memory=1MiB", "memory=2MiB..1MiB", "memry=1..2", "latency=0..1", "memory=1s..2s"] {
            assert!(range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!([short(0.000_123_456), short(3.24159), short(123.456)], ["0.000123", "3.24", "123"]);
        assert_eq!([seconds(0.0314), seconds(f64::INFINITY), bytes(2e6)], ["31.4 ms", "for life", "2.00 MB"]);
    }
}
