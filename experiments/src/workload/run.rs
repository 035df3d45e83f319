//! Which of the eight runs of the Berkeley trace, or of its stand-in, a replication replays.
//!
//! Not here: reading or generating them (`loadlab_workloads::trace`).

use loadlab_core::spec::{Arg, Args};
use loadlab_workloads::trace::berkeley;

/// Which runs of the Berkeley trace are replayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Run {
    /// All eight, one after the other.
    All,
    /// This one.
    One(u8),
    /// Replication r replays run r mod 8: the eight are the sample.
    Each,
}

impl Run {
    pub(super) fn of(args: &Args) -> Run {
        match args.maybe("run") {
            Some(Arg::Count(run)) => Run::One(*run as u8),
            Some(_) => Run::Each,
            None => Run::All,
        }
    }

    /// The run of a replication; none where that has all.
    pub(super) fn at(self, replication: u64) -> Option<u8> {
        match self {
            Run::All => None,
            Run::One(run) => Some(run),
            Run::Each => Some((replication % berkeley::RUN_STARTS.len() as u64) as u8),
        }
    }
}
