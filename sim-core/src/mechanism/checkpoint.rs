//! Checkpoint and restart (Condor, LSF): the image is written to a store, waits for the next scheduling cycle, and is
//! read back elsewhere. The process runs nowhere meanwhile.
//!
//! F = S'/B_write + W_q + S'/B_read + t_start, with S' the memory and W_q until the next multiple of the cycle (half a
//! cycle on average).

use super::costs::Way;
use super::step::{Phase, Runs, Step};
use super::{Mechanism, Plan, keys};
use crate::spec::{Kind, Need, Param, Range, Ty};
use crate::transfer::Transfer;

/// How a store and a scheduler work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checkpoint {
    /// Seconds between two cycles of the scheduler; 0: it is asked at once.
    pub cycle: f64,
    /// Bytes per second that are written at most.
    pub write: f64,
    /// Bytes per second that are read at most.
    pub read: f64,
    /// Seconds to start the process again.
    pub start: f64,
}

const STORE: [Param; 4] = [
    Param {
        name: "cycle",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "Seconds between two cycles of the scheduler that restarts processes.",
    },
    Param {
        name: "write_rate",
        ty: Ty::Bandwidth(Range::POSITIVE),
        need: Need::Optional,
        doc: "Bytes per second that the store takes at most.",
    },
    Param {
        name: "read_rate",
        ty: Ty::Bandwidth(Range::POSITIVE),
        need: Need::Optional,
        doc: "Bytes per second that the store gives at most.",
    },
    Param {
        name: "start",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "Seconds to start the process again once it has been read.",
    },
];

pub(crate) const CHECKPOINT: Kind<Transfer> = Kind {
    name: "checkpoint-restart",
    summary: "Written to a store, queued for the next scheduling cycle, read back elsewhere.",
    doc: "The process runs nowhere from the first byte written to the last byte read. Every byte crosses the network \
          twice, to the store and back.",
    reference: "Litzkow, Tannenbaum, Basney & Livny, Checkpoint and migration of UNIX processes in the Condor distributed \
                processing system, University of Wisconsin TR 1346, 1997",
    params: &keys::join::<20>(&[&keys::CONTROL, &STORE]),
    build: |args| {
        let rate = |name| args.maybe_number(name).unwrap_or(f64::INFINITY);
        let (write, read) = (rate("write_rate"), rate("read_rate"));
        let checkpoint = Checkpoint { cycle: args.number("cycle"), write, read, start: args.number("start") };
        keys::mechanism(args, Plan::Checkpoint(checkpoint))
    },
    example: "kind = \"checkpoint-restart\"\ncycle = \"10min\"\nwrite_rate = \"0.2MB/s\"\nread_rate = \"0.2MB/s\"\n",
};

pub(super) fn steps(m: &Mechanism, how: &Checkpoint) -> Vec<Step> {
    let bytes = m.image.memory + m.image.kernel_state;
    let pause = |phase, delay| Step::pause(phase, Runs::Nowhere, delay);
    let store = Step { limit: how.write, ..pause(Phase::Store, m.control()) };
    let queue = Step { cycle: how.cycle, ..pause(Phase::Queue, 0.0) };
    let restore = Step { limit: how.read, ..pause(Phase::Restore, how.start) };
    vec![
        m.negotiation(),
        store.sending(bytes, Way::SourceServer, &m.costs),
        queue,
        restore.sending(bytes, Way::ServerTarget, &m.costs),
    ]
}
