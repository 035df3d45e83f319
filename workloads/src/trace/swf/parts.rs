//! Joins the parts of preempted processes where an SWF file has no line for the whole (`Preemption: Yes`).
//!
//! The whole arrived when its first part did, ran as long as all its parts together, and ended as its last part did.
//! Memory grows with the processes preempted at one time.

use super::super::account::Account;
use super::super::error::ReadError;
use super::super::reader::No;
use super::super::record::{Record, Status};
use super::{FIELDS, NUMBER};
use crate::trace::account::Reason;
use std::collections::BTreeMap;

/// No machine has this many preempted processes at one time.
const MAX_OPEN: usize = 1 << 20;

/// The processes that have parts, but not yet their last one.
#[derive(Debug, Default)]
pub(super) struct Parts(BTreeMap<u64, Record>);

impl Parts {
    /// Adds a part; returns the whole when `last` says how it ended.
    pub(super) fn join(&mut self, part: Record, last: Option<Status>, account: &mut Account) -> Result<Record, No> {
        let number = part.process.ok_or(Reason::Unknown(FIELDS[NUMBER]))?;
        let line = part.line;
        let mut whole = part;
        let first = match self.0.remove(&number) {
            Some(earlier) => {
                whole = Record { lifetime: earlier.lifetime + whole.lifetime, ..earlier };
                false
            }
            None => true,
        };
        if let Some(status) = last {
            account.folded += u64::from(!first);
            return Ok(Record { status, ..whole });
        }
        if self.0.len() >= MAX_OPEN {
            return Err(No::Fatal(ReadError::TooMany { line, what: "preempted processes", limit: MAX_OPEN as u64 }));
        }
        self.0.insert(number, whole);
        Err(if first { No::Pending } else { No::Folded })
    }

    /// At the end of the trace: one that never had its last part.
    pub(super) fn unfinished(&mut self) -> Option<Record> {
        let (_, record) = self.0.pop_first()?;
        Some(Record { status: Status::Unfinished, ..record })
    }
}
