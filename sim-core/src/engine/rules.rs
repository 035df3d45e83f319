//! What holds for a whole run, so that no event has to find it out again.

use crate::policy::{Declared, Wakes};
use crate::scenario::Scenario;
use crate::transfer::Transfer;

/// What follows from the declaration and the scenario for the whole run, looked at by every event.
pub(super) struct Rules {
    pub(super) wakes: Wakes,
    pub(super) answers: bool,
    pub(super) negotiates: bool,
    pub(super) dispatchers: u32,
    pub(super) coordinator: bool,
    /// Whether anyone (a wake-up, the sink) wants to know when a process joins or leaves a queue.
    pub(super) watching: bool,
    /// Whether anything may follow from a process joining or leaving a queue: attributes, wake-ups, orders, a sink.
    pub(super) special: bool,
    /// Whether processes may stop before their lifetime (I/O, a declared age).
    pub(super) stops: bool,
    /// Whether messages take no time and cost nothing, so that replies are there at once.
    pub(super) prompt: bool,
}

impl Rules {
    pub(super) fn of(scenario: &Scenario, declared: &Declared, sink: bool) -> Rules {
        let staged = matches!(scenario.migration, Transfer::Staged(_));
        Rules {
            wakes: declared.wakes,
            answers: declared.answers,
            negotiates: declared.negotiates,
            dispatchers: declared.dispatchers,
            coordinator: declared.coordinator,
            watching: sink || declared.wakes.watch_loads(),
            special: scenario.attributes || sink || declared.answers || declared.wakes != Wakes::default() || staged,
            stops: scenario.attributes || declared.wakes.at_age.is_some() || staged,
            prompt: scenario.latency == 0.0 && scenario.probe_cost == 0.0,
        }
    }
}
