//! What moving a process costs, as far as the engine's timeline needs it: seconds during which it runs nowhere.

use crate::spec::{Kind, Need, Param, Range, Ty};

/// Every mechanism that moves a process, or starts it away from home.
pub static TRANSFERS: &[Kind<Transfer>] = &[
    Kind {
        name: "free",
        summary: "Costs nothing and takes no time.",
        doc: "The idealisation of most analytical models.",
        reference: "",
        params: &[],
        build: |_| Ok(Transfer::Free),
        example: "kind = \"free\"\n",
    },
    Kind {
        name: "fixed",
        summary: "A fixed time plus memory over bandwidth; only the process that moves pays.",
        doc: "The process runs nowhere for `cost + memory / bandwidth` seconds. No CPU is charged, and transfers do not \
              slow each other.",
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
    },
];

/// A transfer mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
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
}

impl Transfer {
    /// Seconds for a process of this many bytes.
    #[inline]
    pub fn seconds(&self, memory: f64) -> f64 {
        match self {
            Transfer::Free => 0.0,
            Transfer::Fixed { seconds, bandwidth } => seconds + memory / bandwidth,
        }
    }
}
