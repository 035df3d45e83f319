//! The task events of Google's cluster trace of 2011, version 2.1 (Reiss, Wilkes & Hellerstein, Google cluster-usage
//! traces: format + schema, 2011-2014). CSV without header, times in microseconds, 13 columns.
//!
//! One process is one task, from its first SUBMIT to its end. Its lifetime is the time from its last SCHEDULE to the
//! end, if wanted times the CPU that it requested (a fraction of the largest machine): a task that was evicted begins
//! again from nothing. FINISH, FAIL and KILL end it, in the states completed, failed and cancelled; EVICT sends it
//! back to be scheduled again. Tasks that were lost, from before the trace (time 0), after it (time 2^63 - 1), or
//! without an end in it, have no known lifetime and are dropped. The stream comes in the order of ends: sort it before
//! simulating.
//!
//! The trace of 2019 numbers its events otherwise. It has other columns, so a line without 13 columns at the start, or
//! an event type above 8, is refused.
//!
//! Memory grows with the tasks present at one time, up to a stated bound.
//!
//! Not here: machine events and measured usage.

use super::account::{Account, Reason, Remark};
use super::delimited::Fields;
use super::error::ReadError;
use super::names::Names;
use super::number::{decimal, natural};
use super::reader::{Format, No};
use super::record::{Label, Record, Status};
use std::collections::BTreeMap;

/// What the lifetime is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// The wall-clock time of the last start.
    #[default]
    Duration,
    /// That time multiplied by the requested CPU: seconds of the largest machine.
    Requested,
}

/// How to read a file.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What the lifetime is.
    pub lifetime: Lifetime,
    /// Bytes of the largest machine, to which memory requests are relative; without it, memory is unknown.
    pub machine_bytes: Option<f64>,
    /// How many tasks may be present at one time.
    pub max_open: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { lifetime: Lifetime::Duration, machine_bytes: None, max_open: 10_000_000 }
    }
}

const COLUMNS: usize = 13;
const AFTER_THE_TRACE: u64 = i64::MAX as u64;

/// A task that has not ended.
#[derive(Debug)]
struct Open {
    record: Record,
    /// When it last began to run, in microseconds.
    scheduled: Option<u64>,
    /// It was there before the trace began.
    early: bool,
    /// It was evicted after it had begun.
    restarted: bool,
    /// The trace marks one of its events as incomplete.
    incomplete: bool,
}

/// The format; hand it to [`super::Reader::new`].
#[derive(Debug, Default)]
pub struct Google2011 {
    options: Options,
    fields: Fields,
    names: Names,
    open: BTreeMap<(u64, u64), Open>,
    begun: bool,
}

/// What one line says.
struct Event {
    time: u64,
    task: (u64, u64),
    kind: u64,
    line: u64,
    incomplete: bool,
}

impl Google2011 {
    /// Reads as the options say.
    pub fn new(options: Options) -> Self {
        Google2011 { options, ..Google2011::default() }
    }

    fn whole(&self, k: usize, name: &'static str) -> Result<u64, Reason> {
        natural(self.fields.get(k).unwrap_or_default()).ok_or(Reason::NotANumber(name))
    }

    fn fraction(&self, k: usize, name: &'static str) -> Result<Option<f64>, Reason> {
        let text = self.fields.get(k).unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        let value = decimal(text).ok_or(Reason::NotANumber(name))?;
        if value >= 0.0 { Ok(Some(value)) } else { Err(Reason::OutOfRange(name)) }
    }

    fn event(&mut self, text: &[u8], line: u64) -> Result<Event, No> {
        self.fields.split(text, b',')?;
        let (first, columns) = (!self.begun, self.fields.len());
        self.begun = true;
        if first && columns != COLUMNS {
            return Err(No::Fatal(ReadError::Unsupported {
                line,
                found: format!("{columns} columns, where task events of 2011 have {COLUMNS}"),
                advice: "this reader is for task_events of Google's 2011 trace alone",
            }));
        }
        self.fields.exactly(COLUMNS)?;
        let kind = self.whole(5, "event type")?;
        if kind > 8 {
            return Err(No::Fatal(ReadError::Unsupported {
                line,
                found: format!("event type {kind}"),
                advice: "the 2011 trace has types 0 to 8; the 2019 trace numbers them otherwise and is not understood",
            }));
        }
        let task = (self.whole(2, "job")?, self.whole(3, "task index")?);
        let incomplete = self.fields.get(1).is_some_and(|missing| !missing.is_empty());
        Ok(Event { time: self.whole(0, "time")?, task, kind, line, incomplete })
    }

    fn submit(&mut self, event: &Event) -> Result<Record, No> {
        if self.present(event).is_ok() {
            return Err(No::Folded);
        }
        let limit = self.options.max_open;
        if self.open.len() >= limit {
            let what = "tasks present at one time";
            return Err(No::Fatal(ReadError::TooMany { line: event.line, what, limit: limit as u64 }));
        }
        let open = self.described(event)?;
        self.open.insert(event.task, open);
        Err(No::Pending)
    }

    fn described(&mut self, event: &Event) -> Result<Open, Reason> {
        let memory = self.fraction(10, "memory request")?;
        let record = Record {
            process: Some(event.task.1),
            graph: Some(Label::Number(event.task.0)),
            memory: memory.zip(self.options.machine_bytes).map(|(share, bytes)| share * bytes),
            user: self.names.label(self.fields.get(6).unwrap_or_default()),
            class: Some(Label::Number(self.whole(7, "scheduling class")?)),
            ..Record::new(event.line, event.time as f64 * 1e-6, 0.0)
        };
        let early = event.time == 0;
        Ok(Open { record, scheduled: None, early, restarted: false, incomplete: event.incomplete })
    }

    /// A line about a task that should be there; it becomes part of that task.
    fn present(&mut self, event: &Event) -> Result<&mut Open, Reason> {
        let open = self.open.get_mut(&event.task).ok_or(Reason::OutOfPlace)?;
        open.incomplete |= event.incomplete;
        Ok(open)
    }

    /// The end of a task. If its lifetime can be known, the line that submitted it counts as kept, else as dropped; the
    /// line that ended it counts as folded.
    fn end(&mut self, event: &Event, status: Option<Status>, account: &mut Account) -> Result<Record, No> {
        let cpu = self.fraction(9, "CPU request")?;
        let open = self.open.remove(&event.task).ok_or(Reason::OutOfPlace)?;
        let submitted = open.record.line;
        let (restarted, incomplete) = (open.restarted, open.incomplete || event.incomplete);
        match status.ok_or(Reason::Unknown("end")).and_then(|status| {
            Ok(Record { lifetime: open.lifetime(event, cpu, self.options.lifetime)?, status, ..open.record })
        }) {
            Ok(record) => {
                account.folded += 1;
                if restarted {
                    account.remarks.add(Remark::Restarted, submitted);
                }
                if incomplete {
                    account.remarks.add(Remark::Incomplete, submitted);
                }
                Ok(record)
            }
            Err(reason) => {
                account.dropped.add(reason, submitted);
                Err(No::Folded)
            }
        }
    }
}

impl Open {
    fn lifetime(&self, end: &Event, cpu: Option<f64>, kind: Lifetime) -> Result<f64, Reason> {
        if self.early || end.time == AFTER_THE_TRACE {
            return Err(Reason::OutsideTrace);
        }
        let start = self.scheduled.ok_or(Reason::Unknown("start"))?;
        let micros = end.time.checked_sub(start).ok_or(Reason::OutOfRange("time"))?;
        let duration = micros as f64 * 1e-6;
        match kind {
            Lifetime::Duration => Ok(duration),
            Lifetime::Requested => Ok(duration * cpu.ok_or(Reason::Unknown("CPU request"))?),
        }
    }
}

impl Format for Google2011 {
    const NAME: &'static str = "google-2011";

    fn take(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<Record, No> {
        if text.trim_ascii().is_empty() {
            return Err(No::Comment);
        }
        let event = self.event(text, line)?;
        match event.kind {
            0 => self.submit(&event),
            1 => {
                self.present(&event)?.scheduled = Some(event.time);
                Err(No::Folded)
            }
            2 => {
                let open = self.present(&event)?;
                open.restarted |= open.scheduled.take().is_some();
                Err(No::Folded)
            }
            3 => self.end(&event, Some(Status::Failed), account),
            4 => self.end(&event, Some(Status::Completed), account),
            5 => self.end(&event, Some(Status::Cancelled), account),
            6 => self.end(&event, None, account),
            _ => {
                self.present(&event)?;
                Err(No::Folded)
            }
        }
    }

    fn finish(&mut self, account: &mut Account) -> Option<Record> {
        for open in std::mem::take(&mut self.open).into_values() {
            let reason = if open.early { Reason::OutsideTrace } else { Reason::Unfinished };
            account.dropped.add(reason, open.record.line);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Reader, Trace};

    const SECOND: u64 = 1_000_000;

    fn line(time: u64, task: u64, kind: u64) -> String {
        format!("{time},,42,{task},,{kind},ann,2,9,0.25,0.5,0,0\n")
    }

    fn read(text: &str, options: Options) -> (Vec<Record>, Account) {
        let mut trace = Reader::new(text.as_bytes(), Google2011::new(options));
        let records = trace.by_ref().map(|r| r.expect("nothing here is fatal")).collect();
        (records, trace.account())
    }

    #[test]
    fn an_evicted_task_lives_from_its_last_start_and_arrives_with_its_first_submission() {
        let times = [(600, 0), (601, 1), (611, 2), (612, 0), (620, 1), (621, 8), (627, 4)];
        let text: String = times.iter().map(|&(t, kind)| line(t * SECOND, 0, kind)).collect();
        let options = Options { machine_bytes: Some(1000.0), ..Options::default() };
        let (records, account) = read(&text, options);
        assert_eq!(records.len(), 1);
        assert_eq!((records[0].submit, records[0].lifetime, records[0].memory), (600.0, 7.0, Some(500.0)));
        assert_eq!((records[0].line, records[0].status), (1, Status::Completed));
        assert_eq!((account.lines, account.kept, account.folded), (7, 1, 6));
        assert_eq!(account.remarks.of(Remark::Restarted), 1);
        let (scaled, _) = read(&text, Options { lifetime: Lifetime::Requested, ..Options::default() });
        assert_eq!(scaled[0].lifetime, 7.0 * 0.25);
    }

    #[test]
    fn tasks_without_a_known_lifetime_are_dropped_each_for_its_reason() {
        let mut text = String::new();
        text += &line(0, 1, 0); // there before the trace
        text += &line(0, 1, 1);
        text += &line(700 * SECOND, 1, 4);
        text += &line(600 * SECOND, 2, 0); // never ends
        text += &line(600 * SECOND, 3, 0); // killed before it ran
        text += &line(601 * SECOND, 3, 5);
        text += &line(602 * SECOND, 4, 4); // ends without a beginning
        text += &line(603 * SECOND, 5, 0); // lost
        text += &line(604 * SECOND, 5, 1);
        text += &line(605 * SECOND, 5, 6);
        let (records, account) = read(&text, Options::default());
        assert!(records.is_empty());
        let dropped: Vec<_> = account.dropped.iter().map(|c| (c.what, c.count, c.first)).collect();
        let expected = [
            (Reason::OutsideTrace, 1, 1),
            (Reason::Unknown("start"), 1, 5),
            (Reason::OutOfPlace, 1, 7),
            (Reason::Unknown("end"), 1, 8),
            (Reason::Unfinished, 1, 4),
        ];
        assert_eq!(dropped, expected);
        assert_eq!(account.lines, account.folded + account.dropped.total());
    }

    #[test]
    fn the_trace_of_2019_and_other_tables_are_refused() {
        let text = line(1, 1, 9);
        let mut later = Reader::new(text.as_bytes(), Google2011::default());
        assert!(matches!(later.next(), Some(Err(ReadError::Unsupported { line: 1, .. }))));
        let mut machines = Reader::new(&b"0,5,0,abc,0.5,0.25\n"[..], Google2011::default());
        assert!(matches!(machines.next(), Some(Err(ReadError::Unsupported { line: 1, .. }))));
    }

    #[test]
    fn more_open_tasks_than_the_bound_are_an_error() {
        let text: String = (0..4).map(|task| line(600 * SECOND, task, 0)).collect();
        let format = Google2011::new(Options { max_open: 3, ..Options::default() });
        let mut trace = Reader::new(text.as_bytes(), format);
        assert!(matches!(trace.next(), Some(Err(ReadError::TooMany { line: 4, limit: 3, .. }))));
    }
}
