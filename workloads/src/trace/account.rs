//! What became of every line of a trace: read, kept, folded, dropped by reason; and what was then done to the
//! processes.
//!
//! At the end of a trace, `lines = comments + kept + folded + skipped + dropped`: a test holds every reader to it.
//!
//! Not here: deciding what to drop (the formats) and printing tables (`Display` is a plain text for people).

use super::record::Record;
use std::fmt;

/// Why a line was dropped. The text names the field, in the words of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Longer than [`super::MAX_LINE`].
    TooLong,
    /// The file ends within a record.
    Truncated,
    /// A quoted field does not end on its line.
    UnclosedQuote,
    /// The line has fewer fields than the format.
    TooFewFields,
    /// The line has more fields than the format.
    TooManyFields,
    /// This field is not a number.
    NotANumber(&'static str),
    /// This field has a value that makes no sense.
    OutOfRange(&'static str),
    /// This field is needed and the trace does not know it.
    Unknown(&'static str),
    /// Another version of the format than the first record's.
    OtherVersion,
    /// An event of a process that is not in the state this event needs.
    OutOfPlace,
    /// The process began before the trace or ended after it, so that its lifetime is unknown.
    OutsideTrace,
    /// The process had not ended at the end of the trace, and the format does not say how long it had run.
    Unfinished,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::TooLong => write!(f, "longer than {} bytes", super::MAX_LINE),
            Reason::Truncated => f.write_str("cut short by the end of the file"),
            Reason::UnclosedQuote => f.write_str("a quoted field does not end on its line"),
            Reason::TooFewFields => f.write_str("too few fields"),
            Reason::TooManyFields => f.write_str("too many fields"),
            Reason::NotANumber(field) => write!(f, "{field} is not a number"),
            Reason::OutOfRange(field) => write!(f, "{field} is out of range"),
            Reason::Unknown(field) => write!(f, "{field} is unknown"),
            Reason::OtherVersion => f.write_str("another version of the format"),
            Reason::OutOfPlace => f.write_str("an event out of place"),
            Reason::OutsideTrace => f.write_str("began before the trace or ended after it"),
            Reason::Unfinished => f.write_str("not ended at the end of the trace"),
        }
    }
}

/// What is odd about a process that was kept all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It arrived before the process read before it: sort the trace before simulating it.
    OutOfOrder,
    /// Its lifetime is zero: shorter than the trace resolves.
    ZeroLifetime,
    /// Its number was seen before.
    RepeatedNumber,
    /// The process it follows was not seen before it: later in the file, or nowhere.
    PredecessorNotSeen,
    /// It ran longer than it had asked for.
    BeyondRequestedTime,
    /// It had more processors than it had asked for.
    BeyondRequestedProcessors,
    /// Allocated processors were unknown; the requested ones stand in.
    RequestedProcessors,
    /// The run time was unknown; the requested time stands in.
    RequestedTime,
    /// The trace marks its own record as incomplete.
    Incomplete,
    /// It was evicted and began again from nothing: its lifetime is that of its last start.
    Restarted,
    /// Numbers lie too scattered to remember them all: repeated ones are no longer recognised from here on.
    NumbersForgotten,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Remark::OutOfOrder => "arrived before the process read before it",
            Remark::ZeroLifetime => "lifetime of zero",
            Remark::RepeatedNumber => "number seen before",
            Remark::PredecessorNotSeen => "preceding process not seen before it",
            Remark::BeyondRequestedTime => "ran longer than requested",
            Remark::BeyondRequestedProcessors => "more processors than requested",
            Remark::RequestedProcessors => "requested processors in place of unknown ones",
            Remark::RequestedTime => "requested time in place of an unknown run time",
            Remark::Incomplete => "marked as incomplete by the trace",
            Remark::Restarted => "evicted and started again",
            Remark::NumbersForgotten => "numbers too scattered to recognise repeated ones from here on",
        })
    }
}

/// How often something was seen, and on which line first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count<T> {
    /// What.
    pub what: T,
    /// How often.
    pub count: u64,
    /// The line or record of the first, from 1.
    pub first: u64,
}

/// Counts in the order of first appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts<T>(Vec<Count<T>>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Counts(Vec::new())
    }
}

impl<T: Copy + PartialEq> Counts<T> {
    /// One more, seen on `line`.
    pub fn add(&mut self, what: T, line: u64) {
        match self.0.iter_mut().find(|c| c.what == what) {
            Some(known) => {
                known.count += 1;
                known.first = known.first.min(line);
            }
            None => self.0.push(Count { what, count: 1, first: line }),
        }
    }

    /// How often this was seen.
    pub fn of(&self, what: T) -> u64 {
        self.0.iter().find(|c| c.what == what).map_or(0, |c| c.count)
    }

    /// All of them together.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|c| c.count).sum()
    }

    /// Each of them, in the order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = &Count<T>> {
        self.0.iter()
    }
}

/// What offered load needs to know of a stream of processes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tally {
    /// Processes.
    pub processes: u64,
    /// The sum of `processors * lifetime`, in CPU seconds.
    pub work: f64,
    /// The earliest arrival (infinite while there is none).
    pub first: f64,
    /// The latest arrival.
    pub last: f64,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { processes: 0, work: 0.0, first: f64::INFINITY, last: f64::NEG_INFINITY }
    }
}

impl Tally {
    /// Counts one process.
    pub fn add(&mut self, record: &Record) {
        self.processes += 1;
        self.work += record.work();
        self.first = self.first.min(record.submit);
        self.last = self.last.max(record.submit);
    }

    /// `rho = sum(p_i r_i) / (P T)` with T the last arrival minus the first; `None` where T or P is zero.
    ///
    /// Work that is still running after the last arrival counts in full, so a short trace of long processes has a
    /// higher offered load than its machine ever showed as utilisation.
    pub fn offered_load(&self, capacity: f64) -> Option<f64> {
        let span = self.last - self.first;
        (span > 0.0 && capacity > 0.0).then(|| self.work / (capacity * span))
    }
}

/// One operation on the processes of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What was done, with its parameters.
    pub what: String,
    /// Processes it was handed.
    pub read: u64,
    /// The processes it handed on.
    pub after: Tally,
    /// By how much it multiplied the capacity of the machine (1 for everything but load scaling by capacity).
    pub capacity_factor: f64,
}

/// The account of one trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The format's name.
    pub format: &'static str,
    /// Lines, or records of a binary file, read so far.
    pub lines: u64,
    /// Lines that hold no process: header, comments, blank lines.
    pub comments: u64,
    /// Processes handed out.
    pub kept: u64,
    /// Lines that became part of a process that another line counts (events, parts of preempted processes).
    pub folded: u64,
    /// Good lines that were not asked for (another run in the same file).
    pub skipped: u64,
    /// Lines dropped, by reason.
    pub dropped: Counts<Reason>,
    /// What is odd about kept processes.
    pub remarks: Counts<Remark>,
    /// Header fields in the order of the file (the first 1,000).
    pub header: Vec<(String, String)>,
    /// Processors of the machine, where the header names them.
    pub capacity: Option<f64>,
    /// The processes handed out by the reader.
    pub tally: Tally,
    /// What was done to them afterwards, in order.
    pub steps: Vec<Step>,
}

impl Account {
    /// An account of nothing yet.
    pub fn new(format: &'static str) -> Self {
        Account {
            format,
            lines: 0,
            comments: 0,
            kept: 0,
            folded: 0,
            skipped: 0,
            dropped: Counts::default(),
            remarks: Counts::default(),
            header: Vec::new(),
            capacity: None,
            tally: Tally::default(),
            steps: Vec::new(),
        }
    }

    /// The last value of a header field.
    pub fn header_field(&self, key: &str) -> Option<&str> {
        self.header.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// Notes a header field, up to a bound that no honest file reaches.
    pub(crate) fn note_header(&mut self, key: String, value: String) {
        if self.header.len() < 1_000 {
            self.header.push((key, value));
        }
    }

    /// The processes after the last operation.
    pub fn result(&self) -> Tally {
        self.steps.last().map_or(self.tally, |step| step.after)
    }

    /// Offered load of what was read, and of what came out of the operations, on a machine of that many processors.
    pub fn offered_loads(&self, capacity: f64) -> (Option<f64>, Option<f64>) {
        let factor: f64 = self.steps.iter().map(|step| step.capacity_factor).product();
        (self.tally.offered_load(capacity), self.result().offered_load(capacity * factor))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} lines read, {} processes kept", self.format, self.lines, self.kept)?;
        writeln!(f, "  {} comments, {} folded, {} skipped", self.comments, self.folded, self.skipped)?;
        for c in self.dropped.iter() {
            writeln!(f, "  dropped {}: {} (first on line {})", c.count, c.what, c.first)?;
        }
        for c in self.remarks.iter() {
            writeln!(f, "  note {}: {} (first on line {})", c.count, c.what, c.first)?;
        }
        for step in &self.steps {
            writeln!(f, "  {}: {} -> {} processes", step.what, step.read, step.after.processes)?;
        }
        if let Some(capacity) = self.capacity {
            let (before, after) = self.offered_loads(capacity);
            let text = |load: Option<f64>| load.map_or("unknown".to_string(), |x| format!("{x:.4}"));
            writeln!(f, "  offered load on {capacity} processors: {} -> {}", text(before), text(after))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offered_load_is_work_over_capacity_and_the_span_of_arrivals() {
        let mut tally = Tally::default();
        assert_eq!(tally.offered_load(4.0), None);
        for (submit, lifetime, processors) in [(10.0, 5.0, 2), (30.0, 1.0, 6), (20.0, 4.0, 1)] {
            tally.add(&Record { processors, ..Record::new(1, submit, lifetime) });
        }
        assert_eq!(tally.offered_load(4.0), Some(20.0 / (4.0 * 20.0)));
        assert_eq!(tally.offered_load(0.0), None);
    }

    #[test]
    fn counts_keep_the_first_line_of_each_kind() {
        let mut counts = Counts::default();
        counts.add(Reason::TooFewFields, 9);
        counts.add(Reason::NotANumber("submit time"), 10);
        counts.add(Reason::TooFewFields, 12);
        let seen: Vec<_> = counts.iter().map(|c| (c.count, c.first)).collect();
        assert_eq!(seen, [(2, 9), (1, 10)]);
        assert_eq!((counts.total(), counts.of(Reason::TooFewFields), counts.of(Reason::TooLong)), (3, 2, 0));
    }

    #[test]
    fn the_account_says_in_words_what_was_dropped() {
        let mut account = Account::new("swf");
        account.dropped.add(Reason::Unknown("run time"), 7);
        account.capacity = Some(128.0);
        let text = account.to_string();
        assert!(text.contains("dropped 1: run time is unknown (first on line 7)"), "{text}");
        assert!(text.contains("offered load on 128 processors: unknown -> unknown"), "{text}");
    }
}
