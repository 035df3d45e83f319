//! Operations on traces: each takes a trace, gives a trace, and writes one line with its parameters into the account.
//!
//! All but sorting a whole trace and the block bootstrap work on the stream as it passes.
//!
//! Not here: the language in which experiments write conditions; `select` is handed a predicate.

mod homes;
mod parallel;
mod resample;
mod scale;
mod sort;

pub use homes::{Field, Homes, assign_homes};
pub use parallel::{serial_only, split};
pub use resample::{Shake, bootstrap, shake};
pub use scale::{By, Scaling, scale};
pub use sort::{Order, sorted};

use super::account::{Account, Step, Tally};
use super::error::ReadError;
use super::reader::Trace;
use super::record::Record;
use loadlab_core::law::Law;
use loadlab_core::rng::Stream;
use std::sync::Arc;

/// What one operation has seen and done.
#[derive(Debug)]
struct Log {
    what: String,
    read: u64,
    after: Tally,
    capacity_factor: f64,
}

impl Log {
    fn new(what: String) -> Self {
        Log { what, read: 0, after: Tally::default(), capacity_factor: 1.0 }
    }

    /// The account of the trace below, and this operation after it.
    fn added_to(&self, mut account: Account) -> Account {
        account.steps.push(Step {
            what: self.what.clone(),
            read: self.read,
            after: self.after,
            capacity_factor: self.capacity_factor,
        });
        account
    }
}

/// An operation that changes or drops processes one at a time.
struct Each<T, F> {
    inner: T,
    log: Log,
    each: F,
}

impl<T: Trace, F: FnMut(Record) -> Option<Record>> Iterator for Each<T, F> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.inner.next()? {
                Ok(record) => {
                    self.log.read += 1;
                    if let Some(record) = (self.each)(record) {
                        self.log.after.add(&record);
                        return Some(Ok(record));
                    }
                }
                error => return Some(error),
            }
        }
    }
}

impl<T: Trace, F: FnMut(Record) -> Option<Record>> Trace for Each<T, F> {
    fn account(&self) -> Account {
        self.log.added_to(self.inner.account())
    }
}

/// Keeps the processes that arrive from `from` on and before `to`.
pub fn window<T: Trace>(trace: T, from: f64, to: f64) -> impl Trace {
    let log = Log::new(format!("window from {from} s to {to} s"));
    Each { inner: trace, log, each: move |r: Record| (from <= r.submit && r.submit < to).then_some(r) }
}

/// Keeps the processes for which the predicate holds; `what` is the condition in words, for the account.
pub fn select<T, F>(trace: T, what: &str, mut holds: F) -> impl Trace + use<T, F>
where
    T: Trace,
    F: FnMut(&Record) -> bool,
{
    let log = Log::new(format!("select {what}"));
    Each { inner: trace, log, each: move |r: Record| holds(&r).then_some(r) }
}

/// Shifts time so that the first process arrives at 0. Sort first: what arrives before the first one would be negative.
pub fn rebase<T: Trace>(trace: T) -> impl Trace {
    let mut origin = None;
    let each = move |r: Record| {
        let submit = r.submit - *origin.get_or_insert(r.submit);
        Some(Record { submit, ..r })
    };
    Each { inner: trace, log: Log::new("rebase to 0".into()), each }
}

/// Counts time from `origin` on: what arrived then arrives at 0.
pub fn since<T: Trace>(trace: T, origin: f64) -> impl Trace {
    let log = Log::new(format!("time counted from {origin} s"));
    Each { inner: trace, log, each: move |r: Record| Some(Record { submit: r.submit - origin, ..r }) }
}

/// Ends the trace after so many processes.
pub fn first<T: Trace>(trace: T, processes: u64) -> impl Trace {
    First { inner: trace, log: Log::new(format!("the first {processes} processes")), processes }
}

/// Reads no further than it must, since generators go on for ever.
struct First<T> {
    inner: T,
    log: Log,
    processes: u64,
}

impl<T: Trace> Iterator for First<T> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.log.read == self.processes {
            return None;
        }
        let next = self.inner.next()?;
        if let Ok(record) = &next {
            self.log.read += 1;
            self.log.after.add(record);
        }
        Some(next)
    }
}

impl<T: Trace> Trace for First<T> {
    fn account(&self) -> Account {
        self.log.added_to(self.inner.account())
    }
}

/// Raises shorter lifetimes to `least`: for traces that write 0 for what they could not resolve.
pub fn at_least<T: Trace>(trace: T, least: f64) -> impl Trace {
    let log = Log::new(format!("lifetimes of at least {least} s"));
    Each { inner: trace, log, each: move |r: Record| Some(Record { lifetime: r.lifetime.max(least), ..r }) }
}

/// Draws the memory of the processes of which the trace does not record it, each by its number in the trace: whole bytes,
/// as traces record it.
pub fn draw_memory<T: Trace>(trace: T, law: Arc<dyn Law>, stream: Stream) -> impl Trace {
    let mut number = 0;
    let each = move |record: Record| {
        number += 1;
        let memory = record.memory.unwrap_or_else(|| law.sample(&mut stream.at(number - 1)).round());
        Some(Record { memory: Some(memory), ..record })
    };
    Each { inner: trace, log: Log::new("memory drawn where it is not recorded".to_owned()), each }
}

/// A trace of processes that are already there: for tests, scripts and generators.
#[derive(Debug)]
pub struct Given<I> {
    records: I,
    account: Account,
}

impl<I: Iterator<Item = Record>> Given<I> {
    /// A trace of these processes; `format` names it in the account.
    pub fn new(format: &'static str, records: impl IntoIterator<IntoIter = I>) -> Self {
        Given { records: records.into_iter(), account: Account::new(format) }
    }
}

impl<I: Iterator<Item = Record>> Iterator for Given<I> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.records.next()?;
        self.account.lines += 1;
        self.account.kept += 1;
        self.account.tally.add(&record);
        Some(Ok(record))
    }
}

impl<I: Iterator<Item = Record>> Trace for Given<I> {
    fn account(&self) -> Account {
        self.account.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trace of (arrival, lifetime, processors), numbered from 1.
    pub(super) fn given(rows: &[(f64, f64, u32)]) -> Given<std::vec::IntoIter<Record>> {
        let record = |(k, &(submit, lifetime, processors)): (usize, &(f64, f64, u32))| {
            let line = k as u64 + 1;
            Record { processors, process: Some(line), ..Record::new(line, submit, lifetime) }
        };
        Given::new("given", rows.iter().enumerate().map(record).collect::<Vec<_>>())
    }

    pub(super) fn drain<T: Trace>(mut trace: T) -> (Vec<Record>, Account) {
        let records = trace.by_ref().map(|r| r.expect("these operations do not fail")).collect();
        (records, trace.account())
    }

    #[test]
    fn a_window_holds_its_start_but_not_its_end() {
        let (records, account) = drain(window(given(&[(0.0, 1.0, 1), (5.0, 1.0, 1), (10.0, 1.0, 1)]), 5.0, 10.0));
        assert_eq!(records.iter().map(|r| r.submit).collect::<Vec<_>>(), [5.0]);
        let step = &account.steps[0];
        assert_eq!((step.what.as_str(), step.read, step.after.processes), ("window from 5 s to 10 s", 3, 1));
    }

    #[test]
    fn the_first_processes_are_read_and_no_more() {
        let (records, account) = drain(first(since(given(&[(5.0, 1.0, 1), (6.0, 1.0, 1), (7.0, 1.0, 1)]), 5.0), 2));
        assert_eq!(records.iter().map(|r| r.submit).collect::<Vec<_>>(), [0.0, 1.0]);
        assert_eq!((account.kept, account.steps[0].read, account.steps[1].after.processes), (2, 2, 2));
    }

    #[test]
    fn memory_that_the_trace_does_not_record_is_drawn_and_what_it_records_is_kept() {
        let memory = |k: u64| k.is_multiple_of(2).then_some(k as f64);
        let record = |k| Record { memory: memory(k), ..Record::new(k + 1, k as f64, 1.0) };
        let records: Vec<Record> = (0..4000).map(record).collect();
        let law: Arc<dyn Law> = Arc::new(loadlab_core::law::Exponential { mean: 8.0 });
        let trace = draw_memory(Given::new("given", records), law, Stream::new(3, "memory", 0));
        let found: Vec<f64> = trace.map(|r| r.expect("a process").memory.expect("drawn")).collect();
        assert!(found.iter().step_by(2).enumerate().all(|(k, bytes)| *bytes == 2.0 * k as f64));
        // The mean of 2000 exponential values of mean 8 has the standard error 8 / sqrt(2000).
        let mean = found.iter().skip(1).step_by(2).sum::<f64>() / 2000.0;
        assert!((mean - 8.0).abs() < 4.0 * 8.0 / 2000f64.sqrt(), "{mean}");
    }

    #[test]
    fn operations_follow_each_other_in_the_account() {
        let trace = given(&[(7.0, 0.0, 1), (9.0, 2.0, 4), (11.0, 3.0, 1)]);
        let trace = select(rebase(at_least(trace, 0.5)), "processors < 4", |r| r.processors < 4);
        let (records, account) = drain(trace);
        assert_eq!(records.iter().map(|r| (r.submit, r.lifetime)).collect::<Vec<_>>(), [(0.0, 0.5), (4.0, 3.0)]);
        let steps: Vec<&str> = account.steps.iter().map(|s| s.what.as_str()).collect();
        assert_eq!(steps, ["lifetimes of at least 0.5 s", "rebase to 0", "select processors < 4"]);
        let (before, after) = account.offered_loads(2.0);
        assert_eq!((before, after), (Some(11.0 / (2.0 * 4.0)), Some(3.5 / (2.0 * 4.0))));
    }
}
