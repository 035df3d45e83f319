//! What can be wrong with a scenario or a run. Each error names its culprit and says what would be right.

use crate::policy::Site;
use crate::process::NodeId;

/// Why a run could not be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A value of the scenario makes no sense.
    Scenario {
        /// What it is.
        what: String,
        /// Its value.
        value: f64,
        /// What it should be.
        expected: String,
    },
    /// A process with an impossible lifetime or arrival came out of the workload.
    Birth {
        /// Its number.
        index: u64,
        /// What is wrong.
        problem: String,
    },
    /// The policy named a node that does not exist, or that may not take this process.
    Node {
        /// The process.
        index: u64,
        /// The node named.
        node: NodeId,
        /// Why it cannot be.
        problem: &'static str,
    },
    /// The policy named a site that does not exist, or that cannot do what it was named for.
    Site {
        /// The site named.
        site: Site,
        /// Why it cannot be.
        problem: &'static str,
    },
    /// A decision did not come to an end.
    Endless {
        /// What went on and on.
        what: &'static str,
        /// The bound that was passed.
        bound: u64,
        /// When, in seconds.
        at: f64,
    },
    /// The clock has become too coarse for the lifetimes of this workload.
    Resolution {
        /// When, in seconds.
        at: f64,
        /// The shortest lifetime that must be resolved (0: none), and the mean, in seconds.
        lifetimes: (f64, f64),
    },
}

impl Error {
    pub(crate) fn scenario(what: &str, value: f64, expected: &str) -> Error {
        Error::Scenario { what: what.to_owned(), value, expected: expected.to_owned() }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Scenario { what, value, expected } => write!(f, "{what} is {value}, but must be {expected}"),
            Error::Birth { index, problem } => write!(f, "process {index} of the workload {problem}"),
            Error::Node { index, node, problem } => {
                write!(f, "the policy sent process {index} to node {node}, which {problem}")
            }
            Error::Site { site, problem } => write!(f, "the policy named the site {site:?}, which {problem}"),
            Error::Endless { what, bound, at } => {
                write!(f, "{what} did not end: more than {bound} of them at {at} s; the policy goes round in circles")
            }
            Error::Resolution { at, lifetimes: (least, mean) } => write!(
                f,
                "at {at} s the clock is too coarse for lifetimes of {mean} s on average and {least} s at least: \
                 shorten the horizon, or use a law with a longer shortest lifetime"
            ),
        }
    }
}

impl std::error::Error for Error {}
