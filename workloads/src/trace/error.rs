//! Why a trace cannot be read any further.
//!
//! Not here: single bad lines, which are dropped and counted (`account`), unless the reader is strict.

use super::account::Reason;
use std::fmt;

/// A trace cannot be used as it is. Each message says what to change.
#[derive(Debug)]
pub enum ReadError {
    /// Reading failed: the medium, the decompression, or the check of the hash.
    Input {
        /// The line or record after which it failed.
        line: u64,
        /// What the input said.
        error: std::io::Error,
    },
    /// The file is of a version or layout that this reader was not told to expect.
    Unsupported {
        /// The line or record that shows it.
        line: u64,
        /// What stands there.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// A bad line, and the reader is strict.
    Refused {
        /// Which line.
        line: u64,
        /// What is wrong with it.
        reason: Reason,
    },
    /// The header lacks a column that the map names.
    NoColumn {
        /// The line of the header.
        line: u64,
        /// The column that was looked for.
        column: String,
        /// The columns that are there.
        present: String,
    },
    /// Several runs stand in one table and none was chosen.
    SeveralRuns {
        /// The first line of the second run.
        line: u64,
        /// The two runs.
        runs: String,
    },
    /// More processes are open at once than the stated bound.
    TooMany {
        /// The line that opened one too many.
        line: u64,
        /// What is open.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
    /// A process arrived before one that has already been handed on.
    OutOfOrder {
        /// The line of the late one.
        line: u64,
        /// How many processes the sorting window holds.
        window: usize,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Input { line, error } => write!(f, "after line {line}: {error}"),
            ReadError::Unsupported { line, found, advice } => write!(f, "line {line}: {found}; {advice}"),
            ReadError::Refused { line, reason } => {
                write!(f, "line {line}: {reason}; correct it, or read without `strict` to drop and count such lines")
            }
            ReadError::NoColumn { line, column, present } => {
                write!(f, "line {line}: no column `{column}`; the columns are {present}")
            }
            ReadError::SeveralRuns { line, runs } => {
                write!(f, "line {line}: the table holds several runs ({runs}); choose a cell and a replication")
            }
            ReadError::TooMany { line, what, limit } => {
                write!(f, "line {line}: more than {limit} {what}; the file is damaged or not of this format")
            }
            ReadError::OutOfOrder { line, window } => write!(
                f,
                "line {line}: arrived before a process that a window of {window} has already handed on; \
                 enlarge the window or sort the whole trace"
            ),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::Input { error, .. } => Some(error),
            _ => None,
        }
    }
}
