//! Parallel processes, for machines whose nodes run serial ones.

use super::{Each, Log};
use crate::trace::account::Account;
use crate::trace::error::ReadError;
use crate::trace::reader::Trace;
use crate::trace::record::Record;

/// Drops processes of more than one processor.
pub fn serial_only<T: Trace>(trace: T) -> impl Trace {
    let each = |r: Record| (r.processors == 1).then_some(r);
    Each { inner: trace, log: Log::new("serial processes only".into()), each }
}

/// Replaces a process on p processors by p serial ones that arrive together, with the same lifetime and number: the
/// work stays, the need to run at the same time is lost.
pub fn split<T: Trace>(trace: T) -> impl Trace {
    Split { inner: trace, log: Log::new("split into serial processes".into()), rest: None }
}

struct Split<T> {
    inner: T,
    log: Log,
    /// The process being split; its `processors` still to be handed out.
    rest: Option<Record>,
}

impl<T: Trace> Iterator for Split<T> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = match self.rest.take() {
            Some(rest) => rest,
            None => match self.inner.next()? {
                Ok(record) => {
                    self.log.read += 1;
                    record
                }
                error => return Some(error),
            },
        };
        if record.processors > 1 {
            self.rest = Some(Record { processors: record.processors - 1, ..record.clone() });
        }
        record.processors = 1;
        self.log.after.add(&record);
        Some(Ok(record))
    }
}

impl<T: Trace> Trace for Split<T> {
    fn account(&self) -> Account {
        self.log.added_to(self.inner.account())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{drain, given};
    use super::*;

    const ROWS: [(f64, f64, u32); 3] = [(0.0, 2.0, 3), (1.0, 5.0, 1), (2.0, 7.0, 2)];

    #[test]
    fn splitting_keeps_the_work_and_the_arrivals() {
        let (records, account) = drain(split(given(&ROWS)));
        let seen: Vec<_> = records.iter().map(|r| (r.submit, r.lifetime, r.processors)).collect();
        let expected = [(0.0, 2.0, 1), (0.0, 2.0, 1), (0.0, 2.0, 1), (1.0, 5.0, 1), (2.0, 7.0, 1), (2.0, 7.0, 1)];
        assert_eq!(seen, expected);
        assert_eq!(account.steps[0].after.work, account.tally.work);
        assert_eq!(account.steps[0].read, 3);
    }

    #[test]
    fn serial_only_drops_parallel_processes_and_says_so() {
        let (records, account) = drain(serial_only(given(&ROWS)));
        assert_eq!(records.len(), 1);
        assert_eq!((account.steps[0].read, account.steps[0].after.processes), (3, 1));
    }
}
