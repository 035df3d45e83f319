//! The loop that every reader shares: cut, parse, count, hand out.
//!
//! Not here: the formats (each implements [`Format`] in its own file), and opening files (the caller hands in a
//! `BufRead`; `open` undoes compression).

use super::account::{Account, Reason, Remark};
use super::error::ReadError;
use super::frames::{Found, Frame, Frames};
use super::record::Record;
use std::io::BufRead;

/// A stream of processes that can account for itself. Readers, generators and operations are traces.
pub trait Trace: Iterator<Item = Result<Record, ReadError>> {
    /// The account up to here; complete once the iterator has ended.
    fn account(&self) -> Account;
}

impl<T: Trace + ?Sized> Trace for Box<T> {
    fn account(&self) -> Account {
        (**self).account()
    }
}

/// Why a line gave no process.
#[derive(Debug)]
pub enum No {
    /// A header line, a comment or a blank line.
    Comment,
    /// It became part of a process that another line counts.
    Folded,
    /// It opened a process that a later line, or the end of the trace, will count.
    Pending,
    /// It is a good line that was not asked for.
    Skipped,
    /// It is bad.
    Dropped(Reason),
    /// The whole file is unusable.
    Fatal(ReadError),
}

impl From<Reason> for No {
    fn from(reason: Reason) -> Self {
        No::Dropped(reason)
    }
}

impl From<ReadError> for No {
    fn from(error: ReadError) -> Self {
        No::Fatal(error)
    }
}

/// A trace format: what one line or record means.
pub trait Format {
    /// The name by which experiments select it.
    const NAME: &'static str;
    /// How records are separated.
    const FRAME: Frame = Frame::Line;

    /// Understands line (or record) number `line`. Header fields, remarks and folded lines go into the account; the
    /// reader itself counts the outcome.
    fn take(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<Record, No>;

    /// Hands out, one by one, what is still open at the end of the trace, and counts what must be dropped.
    fn finish(&mut self, _account: &mut Account) -> Option<Record> {
        None
    }
}

/// Reads one trace of format `F`.
#[derive(Debug)]
pub struct Reader<R, F> {
    frames: Frames<R>,
    format: F,
    account: Account,
    strict: bool,
    latest: f64,
    over: bool,
}

impl<R: BufRead, F: Format> Reader<R, F> {
    /// Drops and counts bad lines.
    pub fn new(input: R, format: F) -> Self {
        let account = Account::new(F::NAME);
        Reader { frames: Frames::new(input), format, account, strict: false, latest: f64::NEG_INFINITY, over: false }
    }

    /// The same reader, but the first bad line is an error.
    pub fn strict(self, strict: bool) -> Self {
        Reader { strict, ..self }
    }

    fn keep(&mut self, record: Record) -> Record {
        self.account.kept += 1;
        self.account.tally.add(&record);
        if record.submit < self.latest {
            self.account.remarks.add(Remark::OutOfOrder, record.line);
        }
        self.latest = self.latest.max(record.submit);
        if record.lifetime == 0.0 {
            self.account.remarks.add(Remark::ZeroLifetime, record.line);
        }
        record
    }

    fn drop(&mut self, reason: Reason) -> Result<(), ReadError> {
        let line = self.frames.number;
        self.account.dropped.add(reason, line);
        if self.strict { Err(ReadError::Refused { line, reason }) } else { Ok(()) }
    }

    /// The next process; `None` at the end.
    fn step(&mut self) -> Result<Option<Record>, ReadError> {
        loop {
            let found = self.frames.advance(F::FRAME);
            let line = self.frames.number;
            self.account.lines = line;
            match found.map_err(|error| ReadError::Input { line, error })? {
                Found::End => return Ok(self.format.finish(&mut self.account).map(|record| self.keep(record))),
                Found::TooLong => self.drop(Reason::TooLong)?,
                Found::Truncated => self.drop(Reason::Truncated)?,
                Found::Whole => match self.format.take(self.frames.text(), line, &mut self.account) {
                    Ok(record) => return Ok(Some(self.keep(record))),
                    Err(No::Comment) => self.account.comments += 1,
                    Err(No::Folded) => self.account.folded += 1,
                    Err(No::Skipped) => self.account.skipped += 1,
                    Err(No::Pending) => {}
                    Err(No::Dropped(reason)) => self.drop(reason)?,
                    Err(No::Fatal(error)) => return Err(error),
                },
            }
        }
    }
}

impl<R: BufRead, F: Format> Iterator for Reader<R, F> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.step().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

impl<R: BufRead, F: Format> Trace for Reader<R, F> {
    fn account(&self) -> Account {
        self.account.clone()
    }
}
