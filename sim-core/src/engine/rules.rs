//! What holds for a whole run, so that no event has to find it out again.

use crate::policy::{Declared, Index, Information, Wakes};
use crate::scenario::Scenario;
use crate::transfer::Transfer;

/// With fewer nodes everything is in cache anyway.
const LARGE: u64 = 1 << 12;

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
    /// Whether nobody can look at, move or stop a process once it has started, and no node ever changes its pace.
    pub(super) plain: bool,
    /// Whether processes may stop before their lifetime (I/O, a declared age).
    pub(super) stops: bool,
    /// Whether a process may have to wait for what moving it has left elsewhere.
    pub(super) lingers: bool,
    /// Whether there are too many nodes for a cache, so that it pays to fetch them ahead.
    pub(super) large: bool,
    /// Whether messages take no time and cost nothing, so that replies are there at once.
    pub(super) prompt: bool,
    /// Whether information is collected.
    pub(super) informed: bool,
    /// Whether anything is measured or told when a load changes.
    pub(super) followed: bool,
    /// Whether a reply may hold anything but the load.
    pub(super) considered: bool,
}

impl Rules {
    pub(super) fn of(scenario: &Scenario, declared: &Declared, sink: bool, feedback: bool) -> Rules {
        let on_change = match declared.information {
            Information::OnChange { .. } | Information::Idle { .. } => true,
            Information::Central(central) => central.by < f64::INFINITY,
            _ => false,
        };
        let followed = on_change || declared.load.has_history();
        let wakes = declared.wakes != Wakes::default();
        let staged = matches!(scenario.migration, Transfer::Staged(_));
        let lingers = staged || scenario.forwarding.is_some();
        let special = scenario.attributes || sink || declared.answers || wakes || followed || lingers;
        Rules {
            wakes: declared.wakes,
            answers: declared.answers,
            negotiates: declared.negotiates,
            dispatchers: declared.dispatchers,
            coordinator: declared.coordinator,
            watching: sink || followed || declared.wakes.watch_loads(),
            special,
            plain: !special
                && !feedback
                && !declared.residents
                && !declared.information.is_collected()
                && declared.load == Index::Instantaneous
                && scenario.probe_cost == 0.0
                && !matches!(scenario.placement, Transfer::Staged(_))
                && scenario.changes.is_empty()
                && scenario.faults.is_none(),
            stops: scenario.attributes || !declared.wakes.at_ages.is_empty() || lingers,
            lingers,
            large: scenario.count() >= LARGE,
            prompt: scenario.latency == 0.0 && scenario.fabric.is_one_place() && scenario.probe_cost == 0.0,
            informed: declared.information.is_collected(),
            followed,
            considered: declared.answers || declared.load != Index::Instantaneous,
        }
    }
}
