//! Writes what happens in one run: a row per process that leaves, per change of load, per migration.
//!
//! A row is written when it happens, so memory does not grow with the run. Not here: identity and tables (`records`).

use super::records::Sort;
use super::tables::safe;
use super::{Column, SingleRun, number};
use crate::store::{AtomicFile, StoreError};
use crate::trace::Seen;
use loadlab_core::process::{Attributes, Process};
use loadlab_core::record::{Decision, Exit, Moved, Sink};
use loadlab_core::{NodeId, Time};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

const fn column(name: &'static str, unit: &'static str, doc: &'static str) -> Column {
    Column { name, unit, doc }
}

/// One row per process, in the order in which they left; then those that were still there. The workload `processes`
/// reads it.
pub(super) const PROCESSES: &[Column] = &[
    column("process", "1", "number of the process within the run, from 0, in order of arrival"),
    column("arrival_s", "s", "when it arrived"),
    column("lifetime_s", "s", "CPU seconds that it needs on a node of speed 1"),
    column("memory_bytes", "B", "its memory"),
    column("dirty_bytes_per_s", "B/s", "bytes per CPU second that it makes dirty at first"),
    column("must_stay", "", "whether it may only run at its home"),
    column("io_burst_s", "s", "CPU seconds between its I/O operations; empty if it does none"),
    column("io_wait_s", "s", "how long each takes at home; empty if it does none"),
    column("io_remote_factor", "1", "factor on that away from home; empty if it does no I/O"),
    column("class", "", "its class, or its program in a trace that names it; empty where there are none"),
    column("home", "1", "the node at which it arrived, from 0"),
    column("node", "1", "the node at which it ended"),
    column("start_s", "s", "when it joined the queue of a node for the first time; empty if it did not"),
    column("exit_s", "s", "when it left; empty if it did not"),
    column("response_s", "s", "exit - arrival"),
    column("slowdown", "1", "response / lifetime; empty for a lifetime of 0"),
    column("migrations", "1", "how often it was moved after it started"),
    column("freeze_s", "s", "how long these moves kept it from running"),
    column(
        "state",
        "",
        "`done`: it received its lifetime; `lost`: it was killed or lost with a node; `present`: the run ended before it",
    ),
    column("measured", "", "whether it arrived between the end of the warm-up and the horizon"),
];

/// One row per change of load.
pub(super) const NODES: &[Column] = &[
    column("time_s", "s", "when the load of the node changed"),
    column("node", "1", "the node, from 0"),
    column("load", "1", "processes present at it from then on; 0 before its first row"),
];

/// One row per migration.
pub(super) const MIGRATIONS: &[Column] = &[
    column("time_s", "s", "when the process stopped running at its node"),
    column("process", "1", "number of the process within the run"),
    column("from", "1", "the node that it left"),
    column("to", "1", "the node that it was sent to"),
    column("age_s", "s", "CPU seconds that it had received"),
    column("lifetime_s", "s", "CPU seconds that it needs on a node of speed 1"),
    column("memory_bytes", "B", "its memory"),
    column("freeze_s", "s", "how long it ran on neither node"),
    column("initial_s", "s", "from the order to its first instruction at the new node"),
    column("bytes", "B", "sent until then"),
    column(
        "total_s",
        "s",
        "from the order until nothing was left at the node that it left, or the process left, moved on or the run ended",
    ),
    column("faults", "1", "pages that it fetched after the move because it touched them"),
    column("residual_s", "s", "how long it waited for them"),
];

/// A move of which something is still to follow.
struct Pending {
    fields: Vec<String>,
    /// When it was ordered, and when nothing was left behind any more.
    ordered: f64,
    released: Option<Time>,
    faults: f64,
    residual: f64,
}

impl Pending {
    fn row(self, now: Option<Time>) -> Vec<String> {
        let until = self.released.or(now);
        let total = until.map_or(String::new(), |until| number(until.seconds() - self.ordered));
        [self.fields, vec![total, number(self.faults), number(self.residual)]].concat()
    }
}

/// Receives the record of one run.
pub struct Recorder {
    files: Vec<(Sort, AtomicFile)>,
    /// The names of the classes.
    classes: Vec<String>,
    /// The attributes of the processes in the system, where they are known.
    known: BTreeMap<u64, Attributes>,
    /// When the processes in the system started.
    started: BTreeMap<u64, Time>,
    /// Seconds of freeze of the processes in the system that have moved.
    frozen: BTreeMap<u64, f64>,
    /// The last moves of processes that have left something behind.
    pending: BTreeMap<u64, Pending>,
    /// What the run says about its own means, where that is asked for, and the confidence of its intervals.
    single: Option<(SingleRun, f64)>,
    /// How many decisions there have been.
    decisions: u64,
    row: String,
    failed: Option<(usize, io::Error)>,
}

impl Recorder {
    pub(super) fn new(files: Vec<(Sort, AtomicFile)>, classes: Vec<String>) -> Self {
        let (known, started, frozen, pending) = Default::default();
        Recorder {
            files,
            classes,
            known,
            started,
            frozen,
            pending,
            single: None,
            decisions: 0,
            row: String::new(),
            failed: None,
        }
    }

    fn memory(&self, process: &Process) -> f64 {
        self.known.get(&process.index).map_or(0.0, |a| a.memory)
    }

    /// The row of the last move of a process, if it has been waiting for what was to follow.
    fn close_move(&mut self, process: u64, now: Option<Time>) {
        if let Some(pending) = self.pending.remove(&process) {
            self.write(Sort::Migrations, || pending.row(now));
        }
    }

    /// The row of a process that left at `exit`, or was still there at the end.
    fn process(&mut self, process: &Process, exit: Option<Time>, state: &str) {
        self.close_move(process.index, exit);
        let freeze = self.frozen.remove(&process.index).unwrap_or(0.0);
        let known = self.known.remove(&process.index);
        let class = known.and_then(|a| self.classes.get(a.class as usize)).cloned().map(safe);
        let known = known.unwrap_or_default();
        let io = Some(known.io).filter(|io| io.burst.is_finite());
        let response = exit.map(|exit| exit - process.arrival);
        let slowdown = response.filter(|_| process.lifetime > 0.0).map(|response| response / process.lifetime);
        let start = self.started.remove(&process.index);
        let maybe = |x: Option<f64>| x.map_or(String::new(), number);
        self.write(Sort::Processes, || {
            vec![
                process.index.to_string(),
                number(process.arrival.seconds()),
                number(process.lifetime),
                number(known.memory),
                number(known.dirty_rate),
                known.must_stay.to_string(),
                maybe(io.map(|io| io.burst)),
                maybe(io.map(|io| io.wait)),
                maybe(io.map(|io| io.remote_factor)),
                class.unwrap_or_default(),
                process.home.to_string(),
                process.node.to_string(),
                maybe(start.map(Time::seconds)),
                maybe(exit.map(Time::seconds)),
                maybe(response),
                maybe(slowdown),
                process.moves.to_string(),
                number(freeze),
                state.to_owned(),
                process.measured.to_string(),
            ]
        });
    }

    /// The same, with intervals of this confidence if they are asked for.
    pub(super) fn at_confidence(mut self, confidence: f64) -> Self {
        let asked = self.files.iter().any(|(sort, _)| *sort == Sort::SingleRun);
        self.single = asked.then(|| (SingleRun::default(), confidence));
        self
    }

    /// The run has ended well: its record takes its place.
    pub fn finish(mut self) -> Result<(), StoreError> {
        if let Some((mut single, confidence)) = self.single.take() {
            single.end();
            single.rows(confidence).into_iter().for_each(|row| self.write(Sort::SingleRun, || row));
        }
        if let Some((file, error)) = self.failed {
            return Err(self.files[file].1.error(error));
        }
        self.files.into_iter().try_for_each(|(_, file)| file.commit())
    }

    /// Writes a row of a sort if that is asked for. After an error nothing more is written.
    fn write(&mut self, sort: Sort, fields: impl FnOnce() -> Vec<String>) {
        let Some(file) = self.file(sort) else { return };
        self.row.clear();
        for (k, field) in fields().iter().enumerate() {
            let _ = write!(self.row, "{}{}", if k == 0 { "" } else { "," }, quoted(field));
        }
        self.end_row(file);
    }

    /// The file of a sort, if that is asked for and nothing has gone wrong.
    fn file(&self, sort: Sort) -> Option<usize> {
        self.files.iter().position(|(own, _)| *own == sort).filter(|_| self.failed.is_none())
    }

    fn end_row(&mut self, file: usize) {
        self.row.push('\n');
        if let Err(error) = self.files[file].1.write_all(self.row.as_bytes()) {
            self.failed = Some((file, error));
        }
    }
}

/// A field that may hold anything, as CSV has it. A row stays one line.
fn quoted(field: &str) -> Cow<'_, str> {
    match field.contains([',', '"', '\n', '\r']) {
        true => Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"").replace(['\n', '\r'], " "))),
        false => Cow::Borrowed(field),
    }
}

impl Sink for Recorder {
    fn arrival(&mut self, process: &Process, attributes: &Attributes) {
        self.known.insert(process.index, *attributes);
    }

    fn start(&mut self, process: &Process, now: Time) {
        self.started.entry(process.index).or_insert(now);
    }

    fn exit(&mut self, process: &Process, now: Time, how: Exit) {
        if let Some((single, _)) = &mut self.single {
            single.exit(process, now, how);
        }
        let state = if how == Exit::Done { "done" } else { "lost" };
        self.process(process, Some(now), state);
    }

    fn decision(&mut self, decision: &Decision<'_>) {
        let Some(file) = self.file(Sort::Decisions) else { return };
        self.row = Seen::of(decision, self.decisions).line();
        self.decisions += 1;
        self.end_row(file);
    }

    fn unfinished(&mut self, process: &Process) {
        self.process(process, None, "present");
    }

    fn load(&mut self, node: NodeId, load: u32, now: Time) {
        self.write(Sort::Nodes, || vec![number(now.seconds()), node.to_string(), load.to_string()]);
    }

    fn transfer(&mut self, process: &Process, moved: &Moved) {
        *self.frozen.entry(process.index).or_default() += moved.freeze;
        self.close_move(process.index, Some(moved.at));
        let fields = vec![
            number(moved.at.seconds()),
            process.index.to_string(),
            moved.from.to_string(),
            moved.to.to_string(),
            number(moved.age),
            number(process.lifetime),
            number(self.memory(process)),
            number(moved.freeze),
            number(moved.initial),
            number(moved.bytes),
        ];
        if moved.owes {
            let ordered = (moved.at + moved.freeze).seconds() - moved.initial;
            let pending = Pending { fields, ordered, released: None, faults: 0.0, residual: 0.0 };
            self.pending.insert(process.index, pending);
        } else {
            let rest = vec![number(moved.initial), number(0.0), number(0.0)];
            self.write(Sort::Migrations, || [fields, rest].concat());
        }
    }

    fn faulted(&mut self, process: &Process, pages: f64) {
        if let Some(pending) = self.pending.get_mut(&process.index) {
            pending.faults += pages;
        }
    }

    fn stalled(&mut self, process: &Process, seconds: f64) {
        if let Some(pending) = self.pending.get_mut(&process.index) {
            pending.residual += seconds;
        }
    }

    fn released(&mut self, process: &Process, now: Time) {
        if let Some(pending) = self.pending.get_mut(&process.index) {
            pending.released = Some(now);
        }
    }
}
