//! Books that every debug run keeps and that must balance exactly; in release builds they are empty and cost nothing.
//!
//! Little's law as an identity: the area under the number in the system is the sum of the times that processes spent in
//! it, those still there included. And nobody is twice or nowhere: every process is in one queue, parked at one node,
//! held at one site, on its way or being decided upon.

use super::World;
use crate::process::Slot;
#[cfg(debug_assertions)]
use crate::process::{Process, State};
use crate::record::Exit;
use crate::time::Time;

/// How many events pass between two audits.
#[cfg(debug_assertions)]
const EVERY: u64 = 1 << 16;

#[cfg(debug_assertions)]
#[derive(Debug, Default)]
pub(super) struct Ledger {
    arrived: u64,
    gone: u64,
    /// The area under the number in the system since the start.
    area: f64,
    /// Seconds that those who left had spent in the system.
    stays: f64,
    /// Bytes that have come to nodes since the start.
    bytes: f64,
}

impl World<'_> {
    /// Time goes on to t.
    #[inline(always)]
    pub(super) fn book_time(&mut self, t: Time) {
        #[cfg(debug_assertions)]
        {
            self.ledger.area += (self.ledger.arrived - self.ledger.gone) as f64 * (t - self.now);
            if self.outcome.events.is_multiple_of(EVERY) {
                self.audit();
            }
        }
        let _ = t;
    }

    /// A process has arrived.
    #[inline(always)]
    pub(super) fn book_arrival(&mut self) {
        #[cfg(debug_assertions)]
        {
            self.ledger.arrived += 1;
        }
    }

    /// A process of so many bytes comes to a node.
    #[inline(always)]
    pub(super) fn book_memory(&mut self, bytes: f64) {
        #[cfg(debug_assertions)]
        {
            self.ledger.bytes += bytes;
        }
        let _ = bytes;
    }

    /// A process leaves; done means that it has received its lifetime, no more and no less.
    #[inline(always)]
    pub(super) fn book_exit(&mut self, slot: Slot, how: Exit) {
        #[cfg(debug_assertions)]
        {
            let process = &self.stage.processes[slot];
            assert!(how == Exit::Lost || process.age == process.lifetime, "no work is lost or made: {process:?}");
            self.book_stay(self.now - process.arrival);
        }
        let _ = (slot, how);
    }

    /// A process leaves after so many seconds.
    #[inline(always)]
    pub(super) fn book_stay(&mut self, stay: f64) {
        #[cfg(debug_assertions)]
        {
            self.ledger.gone += 1;
            self.ledger.stays += stay;
        }
        let _ = stay;
    }

    /// The books are closed.
    pub(super) fn close_books(&self) {
        #[cfg(debug_assertions)]
        {
            self.audit();
            self.check_little();
        }
    }
}

#[cfg(debug_assertions)]
impl World<'_> {
    fn live(&self) -> impl Iterator<Item = (Slot, &Process)> {
        let all = (0..).zip(self.stage.processes.as_slice());
        all.filter(|(_, p)| p.index != u64::MAX && p.state != State::Copying)
    }

    fn check_little(&self) {
        let Ledger { arrived, gone, area, stays, .. } = self.ledger;
        let is_copy = |s: Slot, p: &Process| {
            let first = self.clones.iter().find(|(index, _)| *index == p.index);
            first.is_some_and(|(_, slot)| *slot != s)
        };
        let recorded = self.live().filter(|(s, p)| !is_copy(*s, p)).map(|(_, p)| self.now - p.arrival);
        let briefs = self.stage.nodes.iter().flat_map(|node| node.briefs().map(|brief| brief.stay(self.now)));
        let here: Vec<f64> = recorded.chain(briefs).collect();
        assert_eq!(arrived, gone + here.len() as u64, "arrived = gone + present");
        let total = stays + here.iter().sum::<f64>();
        let rounding = 1e-9 + arrived as f64 * f64::EPSILON;
        assert!((area - total).abs() <= rounding * area, "Little's identity: an area of {area} s, stays of {total} s");
    }

    fn audit(&self) {
        let mut places = vec![0u32; self.stage.processes.as_slice().len()];
        let mut memory = vec![0.0; self.stage.nodes.len()];
        let mut moving = vec![0u32; self.stage.nodes.len()];
        let mut seen = |slot: Slot, fits: fn(State) -> bool| {
            places[slot as usize] += 1;
            let process = &self.stage.processes[slot];
            assert!(process.index != u64::MAX && fits(process.state), "{process:?} is where it cannot be");
        };
        for (i, node) in (0..).zip(&self.stage.nodes) {
            let mut load = node.briefs().count() as u32;
            node.each(&self.stage.processes, |slot| {
                seen(slot, |state| matches!(state, State::Present | State::Copying));
                assert_eq!(self.stage.processes[slot].node, i, "a process knows its node");
                load += 1;
            });
            assert_eq!(load, node.load(), "the load of node {i} counts its queue");
        }
        let parked = |state| matches!(state, State::Suspended | State::Blocked | State::Yielding);
        self.stage.parked.iter().for_each(|slot| seen(*slot, parked));
        self.stage.held.iter().for_each(|(_, newcomer)| seen(newcomer.id.slot, |state| state == State::Held));
        for (slot, process) in self.live() {
            let expected = u32::from(!matches!(process.state, State::Deciding | State::Moving));
            assert_eq!(places[slot as usize], expected, "{process:?} is in so many places");
            moving[process.node as usize] += u32::from(process.state == State::Moving);
            if process.state.is_resident() && self.scenario.attributes {
                memory[process.node as usize] += self.stage.attributes[slot as usize].memory;
            }
        }
        for (node, moving) in (0..).zip(moving) {
            assert_eq!(self.stage.in_transit(node), moving, "so many are on their way to node {node}");
        }
        // Rounding of n sums up to the peak is at most n x peak x 1.1e-16.
        let rounding = 1e-12 * self.ledger.bytes;
        for (node, memory) in self.stage.nodes.iter().zip(memory) {
            let close = (node.used() - memory).abs() <= rounding;
            assert!(!self.scenario.attributes || close, "{} bytes are booked, {memory} used", node.used());
        }
    }
}
