//! The two event queues of the engine. `Completions` holds one live key per node (its next internal event), updated in
//! place, so there are no stale events; `Agenda` holds everything else that will happen.
//!
//! The completions of a few nodes are scanned, those of many stand in a calendar; both give the same order (time, node).

pub(crate) mod agenda;
mod calendar;
mod scan;

use crate::node::Node;
use crate::process::NodeId;
use crate::time::Time;
use calendar::Calendar;
use scan::Scan;

/// Up to this many nodes a flat scan with a cached minimum is faster than the calendar.
const SCAN_MAX: usize = Scan::MOST;

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a run has one, and a box would cost each event an indirection")]
pub(crate) enum Completions {
    Scan(Scan),
    Calendar(Calendar),
}

impl Completions {
    /// For `nodes` nodes that together complete about `rate` processes a second.
    pub(crate) fn new(nodes: usize, rate: f64) -> Self {
        if nodes <= SCAN_MAX {
            Completions::Scan(Scan::new(nodes))
        } else {
            Completions::Calendar(Calendar::new(nodes, rate))
        }
    }

    /// The next internal event of node i is now due at t.
    #[inline(always)]
    pub(crate) fn set(&mut self, nodes: &mut [Node], i: NodeId, t: Time) {
        match self {
            Completions::Scan(q) => q.set(i, t),
            Completions::Calendar(q) => q.set(nodes, i, t),
        }
    }

    /// The first internal event that is due no later than `limit`; among simultaneous ones that of the lowest node.
    #[inline(always)]
    pub(crate) fn next(
        &mut self,
        nodes: &[Node],
        limit: Time,
        ahead: impl Fn(NodeId, NodeId),
    ) -> Option<(Time, NodeId)> {
        match self {
            Completions::Scan(q) => q.next(limit),
            Completions::Calendar(q) => q.next(nodes, limit, ahead),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::NodeKind;
    use proptest::prelude::*;

    fn empty_nodes(n: usize) -> Vec<Node> {
        (0..n).map(|_| Node::new(0, &NodeKind::default())).collect()
    }

    proptest! {
        /// The twin is the obvious one: all keys in a list, the least (time, node) wins.
        #[test]
        fn scan_and_calendar_pop_in_the_order_of_a_sorted_list(
            n in 1usize..150,
            steps in prop::collection::vec((0u32..150, 0.0f64..30.0, 0u8..8, 0.0f64..3.0), 1..400),
        ) {
            let mut nodes = empty_nodes(n);
            let mut queues = vec![Completions::Calendar(Calendar::new(n, 2.0))];
            if n <= SCAN_MAX {
                queues.push(Completions::Scan(Scan::new(n)));
            }
            let mut twin = vec![Time::NEVER; n];
            let mut now = Time::ZERO;
            for (node, delay, what, window) in steps {
                let i = node % n as u32;
                let t = if what == 0 { Time::NEVER } else { now + (delay * 4.0).floor() / 4.0 };
                twin[i as usize] = t;
                queues.iter_mut().for_each(|q| q.set(&mut nodes, i, t));
                let limit = if what == 1 { Time::NEVER } else { now + window };
                let least = (0..n as u32).reduce(|a, b| if twin[b as usize] < twin[a as usize] { b } else { a });
                let expected = least.map(|i| (twin[i as usize], i)).filter(|(t, _)| t.is_finite() && *t <= limit);
                for q in &mut queues {
                    prop_assert_eq!(q.next(&nodes, limit, |_, _| {}), expected);
                }
                now = match expected {
                    Some((t, i)) => {
                        twin[i as usize] = Time::NEVER;
                        queues.iter_mut().for_each(|q| q.set(&mut nodes, i, Time::NEVER));
                        t
                    }
                    None if limit.is_finite() => limit,
                    None => now,
                };
            }
        }
    }
}
