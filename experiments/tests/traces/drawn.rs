//! Drawings against the records of the same run, for mechanisms that move in one step, at once, and in many steps.

use crate::perfetto::{Drawing, Slice};
use crate::support::{column, folder, loadlab, succeed};
use crate::{paje, perfetto};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Free moves, moves of a tenth of a second, precopy over a shared medium, paging over a switch, remote starts.
pub(crate) const MOVING: &str = r#"schema = 1
[experiment]
name = "small"

[scenarios.free]
nodes        = { count = 4 }
horizon      = { processes = 300 }
offered_load = 0.8
lifetime     = { kind = "exponential", mean = "1s" }
memory       = { kind = "exponential", mean = "1MiB" }
[scenarios.fixed]
extends   = "free"
migration = { kind = "fixed", cost = "100ms" }
placement = { kind = "remote-execution", cost = "50ms" }
[scenarios.precopy]
extends   = "free"
network   = { kind = "shared", bandwidth = "100Mbit/s", latency = "1ms" }
migration = { kind = "precopy" }
[scenarios.paging]
extends   = "free"
network   = { kind = "switched", bandwidth = "100Mbit/s", latency = "1ms" }
migration = { kind = "copy-on-reference" }

[policies.idle]
kind = "never-idle"
[policies.aged]
kind = "minimum-age"
age  = "500ms"
[policies.asked]
kind        = "composite"
transfer    = { initiator = "symmetric", threshold = 2 }
selection   = { kind = "newest" }
location    = { kind = "probe", probes = 3 }
information = "on-demand"

[replicate]
min = 2
max = 2

[output]
processes  = { when = "replication == 1" }
nodes      = { when = "replication == 1" }
migrations = { when = "replication == 1" }
decisions  = { when = "replication == 1" }
"#;

/// Both files of replication 1 of a cell.
fn trace(folder: &Path, cell: &str, more: &[&str]) -> (Drawing, paje::Held) {
    succeed(folder, &[&["trace", "small.toml", "--cell", cell, "--rep", "1"], more].concat());
    let file = |kind: &str| {
        let path = folder.join(format!("results/small/traces/{cell}-1.{kind}"));
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"))
    };
    let drawing = perfetto::read(&file("perfetto.json")).unwrap_or_else(|e| panic!("{cell}: {e}"));
    (drawing, paje::read(&file("paje")).unwrap_or_else(|e| panic!("{cell}: {e}")))
}

fn nanos(seconds: f64) -> i64 {
    (seconds * 1e9).round() as i64
}

/// Instants that agree but for rounding, or for the nanosecond that a stay without duration gets.
fn agree(drawn: u64, told: i64) -> bool {
    (drawn as i64 - told).abs() <= 1
}

/// The rows of a table that are of a cell, as numbers; NaN where empty.
fn rows(table: &Path, cell: &str, names: &[&str]) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<String>> = names.iter().map(|name| column(table, name)).collect();
    let own = column(table, "cell").into_iter().enumerate().filter(|(_, own)| own == cell).map(|(k, _)| k);
    own.map(|k| columns.iter().map(|c| c[k].parse().unwrap_or(f64::NAN)).collect()).collect()
}

/// Where each process was, from when to when, by the records of processes and migrations; the last end may be unknown.
fn told(results: &Path, cell: &str) -> BTreeMap<u64, Vec<(u64, i64, Option<i64>)>> {
    let mut moves: BTreeMap<u64, Vec<[f64; 4]>> = BTreeMap::new();
    for row in rows(&results.join("migrations.csv"), cell, &["process", "time_s", "freeze_s", "from", "to"]) {
        moves.entry(row[0] as u64).or_default().push([row[1], row[2], row[3], row[4]]);
    }
    let mut all = BTreeMap::new();
    for row in rows(&results.join("processes.csv"), cell, &["process", "start_s", "exit_s", "node"]) {
        let [process, start, exit, last] = row[..] else { unreachable!("four columns") };
        let moves = moves.remove(&(process as u64)).unwrap_or_default();
        let (mut at, mut since) = (moves.first().map_or(last, |m| m[2]), start);
        let mut stays = Vec::new();
        for [time, freeze, from, to] in moves {
            assert_eq!(from, at, "process {process} of {cell} leaves where it was");
            stays.push((at as u64, nanos(since), Some(nanos(time))));
            (at, since) = (to, time + freeze);
        }
        if since.is_finite() {
            stays.push((at as u64, nanos(since), Some(nanos(exit)).filter(|_| exit.is_finite())));
        }
        all.insert(process as u64, stays);
    }
    all
}

/// The slices of each process in order.
pub(crate) fn by_process(drawing: &Drawing) -> BTreeMap<u64, Vec<&Slice>> {
    let mut all: BTreeMap<u64, Vec<&Slice>> = BTreeMap::new();
    drawing.slices.iter().for_each(|slice| all.entry(slice.process()).or_default().push(slice));
    all.values_mut().for_each(|slices| slices.sort_by_key(|s| (s.begin, s.end)));
    all
}

/// A stay: the node, when it began and when it ended, in ns.
type Told = (u64, i64, Option<i64>);

/// Every stay that the records tell is drawn, on its node, from its start to its end, and nothing else is.
fn drawn_as_told(drawing: &Drawing, told: &BTreeMap<u64, Vec<Told>>) {
    let drawn = by_process(drawing);
    let end = drawing.slices.iter().map(|s| s.end).max().expect("slices") as i64;
    for (process, stays) in told {
        // Who was still on its way when the run ended is not there yet.
        let stays: Vec<_> = stays.iter().filter(|stay| stay.1 <= end).collect();
        let slices = drawn.get(process).map_or(&[][..], Vec::as_slice);
        assert_eq!(slices.len(), stays.len(), "process {process}: {slices:?} for {stays:?}");
        for (slice, (node, begin, end)) in slices.iter().zip(stays) {
            assert_eq!(slice.group, format!("node {node}"), "process {process}");
            assert!(agree(slice.begin, *begin), "process {process}: {slice:?} for {begin}");
            assert!(end.is_none_or(|end| agree(slice.end, end)), "process {process}: {slice:?} for {end:?}");
        }
    }
    assert!(drawn.keys().all(|process| told.contains_key(process)));
}

/// Between two changes of a node's load, as many slices are drawn there as the load says; who waits for pages is there
/// without being load.
fn loads_count_slices(drawing: &Drawing, paging: bool) {
    let mut by_node: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    drawing.loads.iter().for_each(|(at, node, load)| by_node.entry(node).or_default().push((*at, *load)));
    let mut compared = 0;
    for (node, changes) in by_node {
        for pair in changes.windows(2).filter(|pair| pair[1].0 - pair[0].0 > 4) {
            let middle = (pair[0].0 + pair[1].0) / 2;
            let there = drawing.slices.iter().filter(|s| s.group == node && s.begin <= middle && middle < s.end);
            let (there, load) = (there.count() as u64, pair[0].1);
            assert!(there == load || (paging && there > load), "{node} at {middle} ns: {there} slices, load {load}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} instants");
}

/// Every step from a stay to the next has its arrow. Returns how many there are.
fn arrows_join_stays(drawing: &Drawing) -> usize {
    let mut arrows: Vec<(u64, u64, u64)> = Vec::new();
    for arrow in &drawing.arrows {
        assert_eq!((arrow.from.process(), arrow.name.as_str()), (arrow.to.process(), "migration"));
        arrows.push((arrow.from.process(), arrow.from.end, arrow.to.begin));
    }
    let mut steps: Vec<(u64, u64, u64)> = Vec::new();
    for (process, slices) in by_process(drawing) {
        steps.extend(slices.windows(2).map(|pair| (process, pair[0].end, pair[1].begin)));
    }
    arrows.sort_unstable();
    steps.sort_unstable();
    assert_eq!(arrows, steps);
    arrows.len()
}

/// Both formats show the same stays and ways.
pub(crate) fn same_in_both(drawing: &Drawing, held: &paje::Held) {
    // In the other format a stay without duration has none, and who leaves keeps his track for the next nanosecond.
    let mut one: Vec<(String, String, u64)> = Vec::new();
    let mut other = one.clone();
    one.extend(drawing.slices.iter().map(|s| (s.group.replace("node ", "n"), format!("p{}", s.process()), s.begin)));
    let node = |container: &str| container.split('s').next().unwrap_or_default().to_owned();
    other.extend(held.stays.iter().map(|s| (node(&s.container), s.value.clone(), s.begin)));
    one.sort_unstable();
    other.sort_unstable();
    assert_eq!(one, other);
    assert_eq!(drawing.loads.len(), held.loads.len());
    assert!(held.loads.iter().zip(&drawing.loads).all(|(held, drawn)| {
        (held.0, held.2) == (drawn.0, drawn.2 as f64) && held.1 == drawn.1.replace("node ", "n")
    }));
    for arrow in &drawing.arrows {
        let fits = |link: &&paje::Link| {
            (link.end, &link.to) == (arrow.to.begin, &arrow.to.group.replace("node ", "n"))
                && link.from == arrow.from.group.replace("node ", "n")
                && arrow.from.end - link.begin <= 1
                && link.value == "m"
        };
        assert!(held.links.iter().any(|link| fits(&link)), "{arrow:?} has no link");
    }
    assert!(held.links.len() >= drawing.arrows.len());
}

/// Marks are the decisions of the record, with all that was known.
fn marks_are_decisions(drawing: &Drawing, results: &Path, cell: &str) {
    let text = fs::read_to_string(results.join("decisions.jsonl")).expect("a record");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut lines: Vec<Value> = lines.filter(|line| line["cell"] == cell).collect();
    assert_eq!(drawing.marks.len(), lines.len(), "marks of {cell}");
    for ((at, group, args), line) in drawing.marks.iter().zip(&mut lines) {
        let fields = line.as_object_mut().expect("an object");
        for key in ["experiment", "cell", "scenario", "policy", "keys", "replication", "seed"] {
            assert!(fields.remove(key).is_some(), "{key}");
        }
        assert_eq!(args, &*line);
        assert_eq!(line["site"], group.as_str());
        assert!(agree(*at, nanos(line["time_s"].as_f64().expect("a time"))));
    }
}

#[test]
fn every_process_is_drawn_where_the_records_say_that_it_is_at_every_instant() {
    let folder = folder(MOVING);
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let results = folder.path().join("results/small");
    let runs = results.join("runs.csv");
    let cells: BTreeMap<String, String> = column(&runs, "cell").into_iter().zip(column(&runs, "scenario")).collect();
    assert_eq!(cells.len(), 12);
    let mut moved = Vec::new();
    for (cell, scenario) in &cells {
        let (drawing, held) = trace(folder.path(), cell, &[]);
        drawn_as_told(&drawing, &told(&results, cell));
        loads_count_slices(&drawing, scenario == "paging");
        moved.push(arrows_join_stays(&drawing));
        same_in_both(&drawing, &held);
        marks_are_decisions(&drawing, &results, cell);
        let changes = rows(&results.join("nodes.csv"), cell, &["time_s", "node", "load"]);
        let drawn = &drawing.loads[4..];
        assert_eq!(drawn.len(), changes.len(), "one count for each node, then one for each change");
        for ((at, node, load), row) in drawn.iter().zip(changes) {
            assert!(agree(*at, nanos(row[0])) && *node == format!("node {}", row[1]) && *load as f64 == row[2]);
        }
    }
    assert!(moved.iter().all(|moved| *moved > 20), "migrations drawn: {moved:?}");
}

#[test]
fn a_window_shows_what_the_whole_shows_within_it() {
    let folder = folder(MOVING);
    let list = succeed(folder.path(), &["list", "small.toml"]);
    let cell = list.lines().find(|line| line.contains("precopy") && line.contains("aged")).expect("a cell");
    let cell = cell.split_whitespace().next().expect("its identity");
    let (whole, _) = trace(folder.path(), cell, &[]);
    let (part, held) = trace(folder.path(), cell, &["--from", "20", "--to", "40.5"]);
    let (from, to) = (20_000_000_000, 40_500_000_000);
    let clipped = |s: &Slice| (s.process(), s.group.clone(), s.begin.max(from), s.end.min(to));
    let mut expected: Vec<_> = whole.slices.iter().filter(|s| s.end > from && s.begin <= to).map(clipped).collect();
    let mut found: Vec<_> = part.slices.iter().map(clipped).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(part.slices.iter().all(|s| s.begin >= from && s.end <= to) && found.len() > 40);
    same_in_both(&part, &held);
    let within = |t: u64| (from..=to).contains(&t);
    assert_eq!(part.marks.len(), whole.marks.iter().filter(|mark| within(mark.0)).count());
    assert_eq!(part.loads.len(), 4 + whole.loads.iter().filter(|load| within(load.0)).count());
    let joined = whole.arrows.iter().filter(|a| a.from.end >= from && a.to.begin <= to).count();
    assert_eq!(part.arrows.len(), joined);
}

#[test]
fn a_file_that_grows_too_long_ends_early_and_says_so() {
    let folder = folder(MOVING);
    let trace = |events: &str| {
        let only = "scenario == 'fixed' && policy == 'idle'";
        let out = loadlab(folder.path(), &["trace", "small.toml", "--only", only, "--events", events]);
        assert_eq!(out.status.code(), Some(0));
        let (said, warned) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        let path = said.lines().nth(1).and_then(|line| line.split(": ").next()).expect("the file").to_owned();
        (fs::read_to_string(folder.path().join(path)).expect("a file"), warned.into_owned())
    };
    let (short, warned) = trace("200");
    assert!(warned.starts_with("warning: the files end at "), "{warned}");
    let drawing = perfetto::read(&short).expect("it keeps the rules");
    assert!((150..250).contains(&(drawing.slices.len() + drawing.loads.len() + drawing.marks.len())));
    let (long, warned) = trace("100000");
    assert!(warned.is_empty() && long.len() > 4 * short.len(), "{warned}");
    assert!(trace("100000").0 == long, "the same run is the same bytes");
}
