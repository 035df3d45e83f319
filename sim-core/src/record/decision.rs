//! A decision as a sink receives it: who decided, about what, what was seen, and what was chosen.
//!
//! Not here: writing it down. What is not asked for is not computed: the view is read by who wants it.

use crate::policy::{Command, Newcomer, Placement, Site, View, Wake};
use crate::process::ProcessId;

/// A judgement of a policy, before anything has come of it.
pub struct Decision<'a> {
    /// What the policy saw: the site, the time, the round, replies and what was known.
    pub view: View<'a>,
    /// What it was asked and what it chose.
    pub choice: Choice<'a>,
}

/// What was asked and chosen.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// Where a process is to start.
    Place {
        /// The process.
        process: &'a Newcomer,
        /// Seconds that its start at another node takes.
        cost: f64,
        /// Where.
        placement: &'a Placement,
    },
    /// What is to be done after a wake-up. Wake-ups after which nothing is ordered are not told.
    Act {
        /// Why the site was woken.
        wake: &'a Wake,
        /// The orders.
        orders: &'a [Command],
    },
    /// What is to be done when asked. Answers without orders are told with the replies that the asker got.
    Answer {
        /// Who asks.
        asker: Site,
        /// The orders.
        orders: &'a [Command],
    },
}

impl Decision<'_> {
    /// The number of a process in order of arrival, if it is still in the system.
    pub fn number(&self, process: ProcessId) -> Option<u64> {
        self.view.number(process)
    }
}
