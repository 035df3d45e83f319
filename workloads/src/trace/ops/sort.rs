//! Puts a trace into the order of arrival.
//!
//! Logs of accounting come in the order of exit. Sorting the whole trace needs memory for all of it; a window needs
//! memory for that many processes, and fails, rather than hand on a wrong order, if one arrives later than it can mend.

use super::Log;
use crate::trace::account::Account;
use crate::trace::error::ReadError;
use crate::trace::reader::Trace;
use crate::trace::record::Record;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// How much to hold while sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The whole trace.
    Whole,
    /// This many processes.
    Window(usize),
}

/// A process in a heap whose greatest element arrives first; ties come in the order of their numbers, where the trace
/// has numbers, else in the order in which they were read.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) record: Record,
    turn: (u64, u64),
}

impl Waiting {
    /// The process that was read at this place.
    pub(super) fn new(record: Record, place: u64) -> Self {
        let turn = (record.process.unwrap_or(place), place);
        Waiting { record, turn }
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        other.record.submit.total_cmp(&self.record.submit).then(other.turn.cmp(&self.turn))
    }
}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Waiting {}

/// Sorts by arrival; processes that arrive together come in the order of their numbers, or else keep their order.
pub fn sorted<T: Trace>(trace: T, order: Order) -> impl Trace {
    let (what, window) = match order {
        Order::Whole => ("sort".to_string(), usize::MAX),
        Order::Window(n) => (format!("sort within {n} processes"), n),
    };
    let latest = f64::NEG_INFINITY;
    Sorted { inner: trace, log: Log::new(what), window, heap: BinaryHeap::new(), latest, ended: false }
}

struct Sorted<T> {
    inner: T,
    log: Log,
    window: usize,
    heap: BinaryHeap<Waiting>,
    latest: f64,
    ended: bool,
}

impl<T: Trace> Sorted<T> {
    fn fill(&mut self) -> Result<(), ReadError> {
        while !self.ended && self.heap.len() <= self.window {
            match self.inner.next().transpose()? {
                Some(record) => {
                    self.log.read += 1;
                    self.heap.push(Waiting::new(record, self.log.read));
                }
                None => self.ended = true,
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Option<Record>, ReadError> {
        self.fill()?;
        let Some(Waiting { record, .. }) = self.heap.pop() else { return Ok(None) };
        if record.submit < self.latest {
            return Err(ReadError::OutOfOrder { line: record.line, window: self.window });
        }
        self.latest = record.submit;
        self.log.after.add(&record);
        Ok(Some(record))
    }
}

impl<T: Trace> Iterator for Sorted<T> {
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

impl<T: Trace> Trace for Sorted<T> {
    fn account(&self) -> Account {
        self.log.added_to(self.inner.account())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{drain, given};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_window_mends_what_it_can_hold_and_refuses_the_rest() {
        let rows = [(1.0, 1.0, 1), (3.0, 1.0, 1), (2.0, 1.0, 1), (5.0, 1.0, 1), (4.0, 1.0, 1)];
        let (records, _) = drain(sorted(given(&rows), Order::Window(1)));
        assert_eq!(records.iter().map(|r| r.submit).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0, 5.0]);

        let late = [(2.0, 1.0, 1), (3.0, 1.0, 1), (4.0, 1.0, 1), (1.0, 1.0, 1)];
        let mut trace = sorted(given(&late), Order::Window(1));
        let error = trace.find_map(Result::err).expect("line 4 comes too late");
        assert!(matches!(error, ReadError::OutOfOrder { line: 4, window: 1 }));
        assert!(trace.next().is_none());
    }

    proptest! {
        #[test]
        fn a_sorted_trace_is_what_a_stable_sort_gives(times in proptest::collection::vec(0u8..20, 0..60)) {
            let rows: Vec<_> = times.iter().map(|t| (f64::from(*t), 1.0, 1)).collect();
            let mut expected: Vec<_> = times.iter().enumerate().map(|(k, t)| (*t, k as u64 + 1)).collect();
            expected.sort_by_key(|(t, _)| *t);
            for order in [Order::Whole, Order::Window(60)] {
                let (records, account) = drain(sorted(given(&rows), order));
                let found: Vec<_> = records.iter().map(|r| (r.submit as u8, r.line)).collect();
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(account.steps[0].after.processes, times.len() as u64);
            }
        }
    }
}
