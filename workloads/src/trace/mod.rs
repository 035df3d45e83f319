//! Traces: what real machines recorded, and generators that stand in for them.
//!
//! A reader takes a `BufRead` (nothing here opens a file), streams, and hands out [`Record`]s. Its [`Account`] says
//! what became of every line: nothing is dropped in silence, and a file of an unknown version is refused. Operations
//! (`ops`) change the stream and write what they did into the same account.
//!
//! ```
//! use loadlab_workloads::trace::{Reader, Trace, swf::Swf};
//!
//! let log = "; Version: 2.2\n1 0 -1 30 4 -1 -1 4 60 -1 1 1 1 -1 1 -1 -1 -1\n";
//! let mut trace = Reader::new(log.as_bytes(), Swf::default());
//! let first = trace.next().expect("one process").expect("a good line");
//! assert_eq!((first.lifetime, first.processors), (30.0, 4));
//! assert!(trace.next().is_none());
//! assert_eq!(trace.account().kept, 1);
//! ```
//!
//! Memory is bounded: lines longer than [`MAX_LINE`] are dropped, and only formats that spread one process over
//! several lines keep the processes that are open.
//!
//! Not here: arrival processes and laws, and the choice of files, hashes and bounds (`experiments`).

pub mod account;
pub mod acct;
pub mod alibaba2018;
pub mod berkeley;
pub mod csv;
mod delimited;
mod error;
pub mod follow;
mod frames;
pub mod gamma;
pub mod google2011;
pub mod lublin;
mod names;
mod number;
pub mod open;
pub mod ops;
pub mod processes;
mod reader;
mod record;
pub mod source;
pub mod summary;
pub mod swf;
pub mod synthetic;

pub use account::{Account, Count, Counts, Reason, Remark, Step, Tally};
pub use error::ReadError;
pub use frames::Frame;
pub use reader::{Format, No, Reader, Trace};
pub use record::{Label, Record, Status};

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 1 << 16;
