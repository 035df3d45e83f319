//! Makes many traces of one, so that replications of a single log are honest about it being a single log.
//!
//! Shaking perturbs every process a little (Tsafrir, Ouaknine & Feitelson, Reducing performance evaluation sensitivity
//! and variability by input shaking, MASCOTS 2007): it averages out the accidents of one sample path. The block
//! bootstrap (Politis & Romano, A circular block-resampling procedure for stationary data, 1992) draws stretches of the
//! log with replacement: it measures how much the log itself is an accident. It needs the whole trace in memory.

use super::sort::Waiting;
use super::{Given, Log};
use crate::trace::account::Account;
use crate::trace::error::ReadError;
use crate::trace::reader::Trace;
use crate::trace::record::Record;
use loadlab_core::rng::{Rng, Stream};
use std::collections::{BTreeMap, BinaryHeap};

/// How far to shake.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shake {
    /// Lifetimes are multiplied by a factor uniform between these.
    pub lifetime: (f64, f64),
    /// Arrivals are shifted by seconds uniform between these.
    pub submit: (f64, f64),
}

/// Shakes a sorted trace and keeps it sorted; process k draws from position k of the stream. Arrivals near the start
/// may become negative: rebase afterwards.
///
/// Holds the processes that arrive within the width of the shift.
pub fn shake<T: Trace>(trace: T, shake: Shake, stream: Stream) -> impl Trace {
    let Shake { lifetime, submit } = shake;
    let what =
        format!("shake lifetimes by {} to {}, arrivals by {} s to {} s", lifetime.0, lifetime.1, submit.0, submit.1);
    let never = f64::NEG_INFINITY;
    Shaken { inner: trace, log: Log::new(what), shake, stream, heap: BinaryHeap::new(), latest: never, ended: false }
}

struct Shaken<T> {
    inner: T,
    log: Log,
    shake: Shake,
    stream: Stream,
    heap: BinaryHeap<Waiting>,
    /// The latest arrival read, before its shift.
    latest: f64,
    ended: bool,
}

impl<T: Trace> Shaken<T> {
    /// Whether nothing that is still to come can arrive before the first one waiting.
    fn ready(&self) -> bool {
        self.ended || self.heap.peek().is_some_and(|w| w.record.submit <= self.latest + self.shake.submit.0)
    }

    fn pull(&mut self) -> Result<(), ReadError> {
        let Some(mut record) = self.inner.next().transpose()? else {
            self.ended = true;
            return Ok(());
        };
        if record.submit < self.latest {
            return Err(ReadError::OutOfOrder { line: record.line, window: self.heap.len() });
        }
        self.latest = record.submit;
        let mut rng = self.stream.at(self.log.read);
        self.log.read += 1;
        record.lifetime *= between(&mut rng, self.shake.lifetime);
        record.submit += between(&mut rng, self.shake.submit);
        self.heap.push(Waiting::new(record, self.log.read));
        Ok(())
    }

    fn step(&mut self) -> Result<Option<Record>, ReadError> {
        while !self.ready() {
            self.pull()?;
        }
        let record = self.heap.pop().map(|waiting| waiting.record);
        if let Some(record) = &record {
            self.log.after.add(record);
        }
        Ok(record)
    }
}

fn between(rng: &mut Rng, (low, high): (f64, f64)) -> f64 {
    low + (high - low) * rng.unit()
}

impl<T: Trace> Iterator for Shaken<T> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.step().transpose();
        if let Some(Err(_)) = next {
            self.ended = true;
            self.heap.clear();
        }
        next
    }
}

impl<T: Trace> Trace for Shaken<T> {
    fn account(&self) -> Account {
        self.log.added_to(self.inner.account())
    }
}

/// Draws a trace of the same length from blocks of `block` seconds, each starting anywhere in the trace, which is taken
/// as a circle; with `per_home`, each home's processes are drawn on their own. The result is sorted; links between
/// processes are lost and cleared.
///
/// Reads the whole trace before it hands out the first process. The last arrival only marks the end of the circle, so a
/// trace of n processes gives n - 1 on average. Blocks are at least a ten-millionth of the trace.
pub fn bootstrap<T: Trace>(mut trace: T, block: f64, per_home: bool, stream: Stream) -> Result<impl Trace, ReadError> {
    let mut strata: BTreeMap<Option<u32>, Vec<Record>> = BTreeMap::new();
    for record in trace.by_ref() {
        let record = record?;
        strata.entry(record.home.filter(|_| per_home)).or_default().push(record);
    }
    let account = trace.account();
    let whole = account.result();
    let span = whole.last - whole.first;
    let block = block.max(span * 1e-7);
    let circle = Circle { first: whole.first, span, block };
    let mut rng = stream.rng();
    let mut drawn: Vec<Record> = Vec::new();
    for records in strata.values_mut() {
        records.sort_by(|a, b| a.submit.total_cmp(&b.submit));
        circle.draw(records, &mut rng, &mut drawn);
    }
    drawn.sort_by(|a, b| a.submit.total_cmp(&b.submit));
    let grouping = if per_home { " per home" } else { "" };
    let mut log = Log::new(format!("block bootstrap of {block} s{grouping}"));
    log.read = whole.processes;
    Ok(Drawn { inner: Given::new("bootstrap", drawn), log, below: account })
}

/// A trace bent into a circle.
struct Circle {
    first: f64,
    span: f64,
    block: f64,
}

impl Circle {
    fn draw(&self, records: &[Record], rng: &mut Rng, out: &mut Vec<Record>) {
        if !(self.block > 0.0 && self.span > 0.0) {
            out.extend_from_slice(records);
            return;
        }
        let blocks = (self.span / self.block).ceil().max(1.0) as u64;
        for k in 0..blocks {
            let at = k as f64 * self.block;
            let length = self.block.min(self.span - at);
            let start = self.span * rng.unit();
            // The part before the end of the trace, and the part that goes on from its beginning.
            self.copy(records, (start, (start + length).min(self.span)), at, out);
            self.copy(records, (0.0, start + length - self.span), at + self.span - start, out);
        }
    }

    /// Copies what arrived in [from, to) after the first arrival to the time `at`.
    fn copy(&self, records: &[Record], (from, to): (f64, f64), at: f64, out: &mut Vec<Record>) {
        let place = |time: f64| records.partition_point(|r| r.submit - self.first < time);
        let (low, high) = (place(from), place(to));
        for record in records.get(low..high).unwrap_or_default() {
            let submit = self.first + at + (record.submit - self.first - from);
            out.push(Record { submit, after: Vec::new(), think_time: None, ..record.clone() });
        }
    }
}

struct Drawn {
    inner: Given<std::vec::IntoIter<Record>>,
    log: Log,
    below: Account,
}

impl Iterator for Drawn {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.inner.next();
        if let Some(Ok(record)) = &next {
            self.log.after.add(record);
        }
        next
    }
}

impl Trace for Drawn {
    fn account(&self) -> Account {
        self.log.added_to(self.below.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{drain, given};
    use super::*;

    const SHAKE: Shake = Shake { lifetime: (0.9, 1.1), submit: (-60.0, 60.0) };

    fn rows(n: usize) -> Vec<(f64, f64, u32)> {
        (0..n).map(|k| (k as f64 * 7.0, 10.0, 1)).collect()
    }

    #[test]
    fn shaking_stays_within_its_bounds_and_in_order() {
        let (records, account) = drain(shake(given(&rows(5000)), SHAKE, Stream::new(1, "shake", 0)));
        assert_eq!(records.len(), 5000);
        assert!(records.windows(2).all(|pair| pair[0].submit <= pair[1].submit));
        let shifts: Vec<f64> = records.iter().map(|r| r.submit - (r.line - 1) as f64 * 7.0).collect();
        assert!(shifts.iter().all(|shift| shift.abs() <= 60.0));
        assert!(records.iter().all(|r| (9.0..=11.0).contains(&r.lifetime)));
        // Uniform on (-60, 60): mean 0, variance 1200.
        let mean = shifts.iter().sum::<f64>() / 5000.0;
        assert!(mean.abs() < 4.0 * (1200.0f64 / 5000.0).sqrt(), "mean shift {mean}");
        assert_eq!(account.steps[0].read, 5000);
    }

    #[test]
    fn shakes_of_another_replication_differ_and_of_the_same_do_not() {
        let run = |replication| drain(shake(given(&rows(50)), SHAKE, Stream::new(1, "shake", replication))).0;
        assert_eq!(run(0), run(0));
        assert_ne!(run(0), run(1));
    }

    #[test]
    fn shaking_an_unsorted_trace_is_refused() {
        let mut trace = shake(given(&[(100.0, 1.0, 1), (0.0, 1.0, 1)]), SHAKE, Stream::new(1, "shake", 0));
        assert!(matches!(trace.next(), Some(Err(ReadError::OutOfOrder { line: 2, .. }))));
        assert!(trace.next().is_none());
    }

    #[test]
    fn a_bootstrap_draws_every_process_equally_often_on_average() {
        // Half of the processes arrive in the first tenth of the time, and at one of two homes.
        let times = (0..100).map(|k| k as f64).chain((0..100).map(|k| 100.0 + k as f64 * 9.0));
        let rows: Vec<_> = times.map(|t| (t, 1.0, 1)).collect();
        let n = rows.len();
        let replications = 400;
        let mut counts = vec![0.0f64; replications];
        for (k, count) in counts.iter_mut().enumerate() {
            let stream = Stream::new(1, "bootstrap", k as u64);
            let (records, _) = drain(bootstrap(given(&rows), 50.0, k % 2 == 0, stream).expect("a good trace"));
            assert!(records.windows(2).all(|pair| pair[0].submit <= pair[1].submit));
            assert!(records.iter().all(|r| (0.0..=991.0).contains(&r.submit)));
            *count = records.len() as f64;
        }
        // The circle leaves out the last arrival, which stands at the end of the span: n - 1 on average.
        let mean = counts.iter().sum::<f64>() / replications as f64;
        let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (replications - 1) as f64;
        let error = (variance / replications as f64).sqrt();
        assert!(error > 0.0);
        assert!((mean - (n - 1) as f64).abs() < 4.0 * error, "{mean} processes, standard error {error}");
    }

    #[test]
    fn a_bootstrap_per_home_draws_homes_apart() {
        // Two homes with the same arrivals: drawn together they stay in step, drawn apart they do not.
        let twins: Vec<Record> = (0..200)
            .map(|k| Record { home: Some(k % 2), ..Record::new(u64::from(k) + 1, f64::from(k / 2), 1.0) })
            .collect();
        let in_step = |per_home| {
            let trace = Given::new("twins", twins.clone());
            let (records, _) = drain(bootstrap(trace, 7.0, per_home, Stream::new(2, "b", 0)).expect("a good trace"));
            let times = |home| records.iter().filter(|r| r.home == Some(home)).map(|r| r.submit).collect::<Vec<_>>();
            times(0) == times(1)
        };
        assert!(in_step(false));
        assert!(!in_step(true));
    }
}
