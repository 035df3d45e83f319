//! What moving a process costs: the catalogue of mechanisms, and the two that need no steps.
//!
//! Not here: mechanisms with steps (`mechanism`).

use crate::mechanism::step::Lapse;
use crate::mechanism::{
    Mechanism, Progress, Runs, checkpoint, copy_on_reference, eager, flushing, freeze_free, hybrid, post_copy, precopy,
    remote_execution,
};
use crate::spec::{Kind, Need, Param, Range, Ty};

/// Every mechanism that moves a process after its start.
pub static TRANSFERS: &[Kind<Transfer>] = &[
    FREE,
    FIXED,
    eager::EAGER_ALL,
    eager::EAGER_DIRTY,
    copy_on_reference::COPY_ON_REFERENCE,
    flushing::FLUSHING,
    precopy::PRECOPY,
    post_copy::POST_COPY,
    hybrid::HYBRID,
    freeze_free::FREEZE_FREE,
    checkpoint::CHECKPOINT,
    remote_execution::REMOTE_EXECUTION,
];

/// Every mechanism that starts a process away from home.
pub static PLACEMENTS: &[Kind<Transfer>] = &[FREE, FIXED, remote_execution::REMOTE_EXECUTION];

const FREE: Kind<Transfer> = Kind {
    name: "free",
    summary: "Costs nothing and takes no time.",
    doc: "The idealisation of most analytical models.",
    reference: "",
    params: &[],
    build: |_| Ok(Transfer::Free),
    example: "kind = \"free\"\n",
};

const FIXED: Kind<Transfer> = Kind {
    name: "fixed",
    summary: "A fixed time plus memory over bandwidth; only the process that moves pays.",
    doc: "The process runs nowhere for `cost + memory / bandwidth` seconds. No CPU is charged, and transfers do not slow \
          each other.",
    reference: "Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344",
    params: &[
        Param {
            name: "cost",
            ty: Ty::Duration(Range::NON_NEGATIVE),
            need: Need::Default("0"),
            doc: "Seconds per move.",
        },
        Param {
            name: "bandwidth",
            ty: Ty::Bandwidth(Range::POSITIVE),
            need: Need::Optional,
            doc: "Bytes of memory moved per second; without it memory costs nothing.",
        },
    ],
    build: |args| {
        let bandwidth = args.maybe_number("bandwidth").unwrap_or(f64::INFINITY);
        Ok(Transfer::Fixed { seconds: args.number("cost"), bandwidth })
    },
    example: "kind = \"fixed\"\ncost = \"300ms\"\nbandwidth = \"0.5MiB/s\"\n",
};

/// A transfer mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one per scenario, never per process")]
pub enum Transfer {
    /// Free and instantaneous.
    Free,
    /// Harchol-Balter & Downey 1997: a fixed cost plus memory over bandwidth, in seconds of freeze; no CPU is charged.
    Fixed {
        /// Seconds per move.
        seconds: f64,
        /// Bytes per second; infinite where memory costs nothing.
        bandwidth: f64,
    },
    /// A mechanism with steps.
    Staged(Mechanism),
}

/// What one transfer takes, if it has the network to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// Seconds during which the process runs nowhere.
    pub seconds: f64,
    /// CPU seconds at the node that it leaves.
    pub source_cpu: f64,
    /// CPU seconds at the node that it comes to.
    pub target_cpu: f64,
}

impl Transfer {
    /// Seconds during which a process of this many bytes runs nowhere, if it moves alone.
    #[inline]
    pub fn seconds(&self, memory: f64) -> f64 {
        self.price(memory).seconds
    }

    /// What the transfer of a process of this many bytes takes, if it moves alone.
    #[inline]
    pub fn price(&self, memory: f64) -> Price {
        match self {
            Transfer::Free => Price::default(),
            Transfer::Fixed { seconds, bandwidth } => {
                Price { seconds: seconds + memory / bandwidth, ..Price::default() }
            }
            Transfer::Staged(mechanism) => alone(mechanism, memory),
        }
    }
}

fn alone(mechanism: &Mechanism, memory: f64) -> Price {
    let mut m = *mechanism;
    m.image.memory = if memory > 0.0 { memory } else { m.image.memory };
    let (mut progress, mut lapse, mut price) = (Progress::new(&m), Lapse::default(), Price::default());
    while let Some(step) = progress.next(lapse) {
        let seconds = step.alone(&m.wires);
        price.seconds += if step.runs == Runs::Nowhere { seconds } else { 0.0 };
        price.source_cpu += step.source_cpu;
        price.target_cpu += step.target_cpu;
        lapse = Lapse { seconds, ran: if step.runs == Runs::Source { seconds * step.speed } else { 0.0 } };
    }
    price
}
