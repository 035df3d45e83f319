//! Load indices: what a node measures of itself, and what of it others see.
//!
//! Not here: the measuring (`gauge`), which costs a run nothing unless it declares an index other than the load itself.

use super::catalogue::named;
use super::positive;
use crate::error::Error;
use crate::spec::{Args, Kind, Need, Param, Range, Ty};

/// What stands for the load of a node in replies, reports, broadcasts and gossip.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Index {
    /// The processes that run or wait for the CPU at this instant.
    #[default]
    Instantaneous,
    /// Their average over the last whole window; 0 before the first is over.
    Average {
        /// Seconds.
        window: f64,
    },
    /// Their exponential average: a load of `time` seconds ago counts 1/e of the present one.
    Exponential {
        /// Seconds.
        time: f64,
    },
    /// MOSIX's pair: what a node uses itself rises slowly and falls at once, what others see rises at once and falls
    /// slowly.
    Mosix {
        /// Seconds between two samples.
        period: f64,
    },
    /// The fraction of the cores that were busy over the last whole window; 0 before the first is over.
    Utilisation {
        /// Seconds.
        window: f64,
    },
    /// Seconds until the node would be idle if all its cores could share all its work. An oracle.
    RemainingWork,
    /// How many times as long as alone at a node of speed 1 a further process would take.
    Stretch,
    /// Minus the seconds since the owner's last input.
    Input,
}

impl Index {
    /// The parameter by which a policy lets its table choose the index: `load = { kind = "average" }`.
    pub const PARAM: Param = Param {
        name: "load",
        ty: Ty::Kind("index"),
        need: Need::Default("\"instantaneous\""),
        doc: "What stands for the load of a node wherever it is told to others.",
    };

    /// The index that the checked table under `load` names.
    pub fn of(args: &Args) -> Result<Index, String> {
        named(INDICES, args, "load")
    }

    /// Whether it tells more than any real system could know.
    pub fn is_oracle(&self) -> bool {
        *self == Index::RemainingWork
    }

    /// Whether loads must be followed as they change.
    pub(crate) fn has_history(&self) -> bool {
        matches!(
            self,
            Index::Average { .. }
                | Index::Exponential { .. }
                | Index::Mosix { .. }
                | Index::Utilisation { .. }
                | Index::Input
        )
    }

    /// Refuses what makes no sense.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match *self {
            Index::Average { window: t }
            | Index::Exponential { time: t }
            | Index::Mosix { period: t }
            | Index::Utilisation { window: t } => positive("window of the load", t),
            Index::Instantaneous | Index::RemainingWork | Index::Stretch | Index::Input => Ok(()),
        }
    }
}

const fn seconds(name: &'static str, default: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Duration(Range::POSITIVE), need: Need::Default(default), doc }
}

const fn kind(
    name: &'static str,
    summary: &'static str,
    doc: &'static str,
    reference: &'static str,
    params: &'static [Param],
    build: fn(&Args) -> Result<Index, String>,
    example: &'static str,
) -> Kind<Index> {
    Kind { name, summary, doc, reference, params, build, example }
}

/// Every load index.
pub static INDICES: &[Kind<Index>] = &[
    kind(
        "instantaneous",
        "The processes that run or wait for the CPU.",
        "The number at this instant; suspended and blocked processes do not count.",
        "Kunz, IEEE Trans. Software Engineering 17(7), 1991, doi:10.1109/32.83908",
        &[],
        |_| Ok(Index::Instantaneous),
        "kind = \"instantaneous\"\n",
    ),
    kind(
        "average",
        "The run queue averaged over a window.",
        "The time average of the load over the last whole window. Windows follow each other, each node's at a random \
         phase; before the first is over the index is 0.",
        "Ferrari & Zhou, An empirical investigation of load indices for load balancing applications, Performance 1987",
        &[seconds("window", "1", "The length of the windows.")],
        |args| Ok(Index::Average { window: args.number("window") }),
        "kind = \"average\"\nwindow = \"15s\"\n",
    ),
    kind(
        "exponential",
        "The run queue averaged with exponentially falling weight.",
        "dA/dt = (load - A) / time, from A = 0. The load averages of Unix are those of 1, 5 and 15 minutes.",
        "Douglis & Ousterhout, Software: Practice and Experience 21(8), 1991, doi:10.1002/spe.4380210802",
        &[seconds("time", "\"1min\"", "The time after which a load counts 1/e.")],
        |args| Ok(Index::Exponential { time: args.number("time") }),
        "kind = \"exponential\"\ntime = \"5min\"\n",
    ),
    kind(
        "mosix",
        "MOSIX's pair: cautious about itself, cautious towards others.",
        "Once per period a node takes the average load x over it. What it uses itself: `(5 mean + 3 x) / 8` if x is \
         greater, else x: it rises slowly and falls at once. What others see: x if x is greater, else \
         `(7 upper + x) / 8`: it rises at once and falls slowly. The two lags keep nodes from shifting the same \
         processes to and fro.",
        "Barak, Guday & Wheeler, The MOSIX Distributed Operating System, Springer LNCS 672, 1993",
        &[seconds("period", "1", "The time between two samples.")],
        |args| Ok(Index::Mosix { period: args.number("period") }),
        "kind = \"mosix\"\n",
    ),
    kind(
        "utilisation",
        "The fraction of busy cores over a window.",
        "The time average of min(load, cores) / cores over the last whole window, as for `average`.",
        "Ferrari & Zhou, An empirical investigation of load indices for load balancing applications, Performance 1987",
        &[seconds("window", "1", "The length of the windows.")],
        |args| Ok(Index::Utilisation { window: args.number("window") }),
        "kind = \"utilisation\"\nwindow = \"1min\"\n",
    ),
    kind(
        "remaining-work",
        "Seconds of work left: an oracle.",
        "The sum over the processes in the queue of lifetime - age, over speed x cores. No real system knows it; results \
         are marked.",
        "",
        &[],
        |_| Ok(Index::RemainingWork),
        "kind = \"remaining-work\"\n",
    ),
    kind(
        "stretch",
        "How much longer a further process would take than alone.",
        "max(1, (load + 1) / cores) / speed, so that nodes of unequal speed can be compared.",
        "",
        &[],
        |_| Ok(Index::Stretch),
        "kind = \"stretch\"\n",
    ),
    kind(
        "input",
        "Minus the seconds since the owner's last input.",
        "0 while the owner is at the keyboard, and -t when that ended t seconds ago: the longer a node has been left \
         alone, the less loaded it counts. An owner who never came counts from the beginning.",
        "Douglis & Ousterhout, Software: Practice and Experience 21(8), 1991, doi:10.1002/spe.4380210802",
        &[],
        |_| Ok(Index::Input),
        "kind = \"input\"\n",
    ),
];
