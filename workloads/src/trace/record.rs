//! One process as every trace format describes it, in SI units.
//!
//! Not here: how a format writes these fields (one file per format), and what a simulation does with them.

use loadlab_core::process::Phases;
use std::fmt;
use std::sync::Arc;

/// A user, a program, a queue: some formats number them, some name them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// A number of the format's own.
    Number(u64),
    /// A name. Equal names of one trace share their text, as long as the trace has fewer than 65,536 of them.
    Name(Arc<str>),
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Label::Number(n) => write!(f, "{n}"),
            Label::Name(name) => f.write_str(name),
        }
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// By itself, successfully.
    Completed,
    /// By itself, with an error.
    Failed,
    /// Somebody ended it.
    Cancelled,
    /// It had not ended when the trace did: its lifetime is what it had received until then.
    Unfinished,
    /// The trace does not say.
    #[default]
    Unknown,
}

/// One process of a trace.
///
/// Lifetime and memory are per processor: the work of a process is `processors * lifetime`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The line, or the record of a binary file, that introduced it; from 1. Generators count processes.
    pub line: u64,
    /// Its number in the trace, to which `after` refers.
    pub process: Option<u64>,
    /// The graph within which `process` and `after` count; `None`: the whole trace.
    pub graph: Option<Label>,
    /// When it arrived, in seconds of the trace's own clock.
    pub submit: f64,
    /// The CPU seconds it needs on each of its processors. Some formats know only the time it ran.
    pub lifetime: f64,
    /// How many processors it occupies.
    pub processors: u32,
    /// Bytes per processor.
    pub memory: Option<f64>,
    /// Bytes per CPU second that become dirty at first; 0 where the trace does not say.
    pub dirty_rate: f64,
    /// Whether it may only run at its home.
    pub must_stay: bool,
    /// Its CPU bursts and I/O; none where the trace does not say.
    pub io: Phases,
    /// The time its user asked for, in seconds.
    pub requested_time: Option<f64>,
    /// Whose it is.
    pub user: Option<Label>,
    /// The user's group.
    pub group: Option<Label>,
    /// What it runs.
    pub program: Option<Label>,
    /// Its class or queue.
    pub class: Option<Label>,
    /// How it ended.
    pub status: Status,
    /// The node at which it arrived, where the trace knows.
    pub home: Option<u32>,
    /// The numbers of the processes that must have ended before it may start.
    pub after: Vec<u64>,
    /// Seconds between the end of the last of these and its arrival.
    pub think_time: Option<f64>,
}

impl Record {
    /// A process on one processor of which nothing else is known.
    pub fn new(line: u64, submit: f64, lifetime: f64) -> Self {
        Record {
            line,
            process: None,
            graph: None,
            submit,
            lifetime,
            processors: 1,
            memory: None,
            dirty_rate: 0.0,
            must_stay: false,
            io: Phases::default(),
            requested_time: None,
            user: None,
            group: None,
            program: None,
            class: None,
            status: Status::Unknown,
            home: None,
            after: Vec::new(),
            think_time: None,
        }
    }

    /// CPU seconds over all its processors.
    pub fn work(&self) -> f64 {
        f64::from(self.processors) * self.lifetime
    }
}
