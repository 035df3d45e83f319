//! How a command ends: what it says, where, and the exit code.

use std::io::Write;
use std::process::ExitCode;

/// A claim failed, or is unresolved under `--strict`.
pub(super) const FAILED: u8 = 1;
/// The input is wrong.
pub(super) const WRONG: u8 = 2;
/// A run failed, or results are incomplete or could not be written.
pub(super) const INCOMPLETE: u8 = 3;
/// The user has stopped the work.
pub(super) const INTERRUPTED: u8 = 130;

/// The end of a command; as an error it ends it early.
#[derive(Debug, Default)]
pub(super) struct Exit {
    /// For standard output.
    pub(super) answer: String,
    /// For standard error.
    pub(super) complaint: String,
    pub(super) code: u8,
}

impl Exit {
    /// All is well.
    pub(super) fn well(answer: String) -> Exit {
        Exit { answer, ..Exit::default() }
    }

    /// The input is wrong; the text is complete.
    pub(super) fn wrong(complaint: String) -> Exit {
        Exit { complaint, code: WRONG, ..Exit::default() }
    }

    /// Something could not be done; one sentence.
    pub(super) fn incomplete(why: &dyn std::fmt::Display) -> Exit {
        let complaint = format!("error: {}\n", crate::file::harmless(&why.to_string()));
        Exit { complaint, code: INCOMPLETE, ..Exit::default() }
    }

    /// Says what there is to say. A reader that has gone away (`loadlab list x | head`) is no error.
    pub(super) fn finish(self) -> ExitCode {
        let _ = std::io::stdout().write_all(self.answer.as_bytes());
        let _ = std::io::stdout().flush();
        let _ = std::io::stderr().write_all(self.complaint.as_bytes());
        ExitCode::from(self.code)
    }
}
