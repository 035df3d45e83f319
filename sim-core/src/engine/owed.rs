//! Pages that a process has left behind: while it runs at its new node it stalls for those it touches, and whoever holds
//! them works for it.
//!
//! Faults come in batches: the first touches of a stay are cut into equal numbers, and at the age at which a batch is
//! complete the process waits for the pages of it that have not arrived otherwise. Not here: the push (`transit`).

use super::underway::Cargo;
use super::{Event, World};
use crate::mechanism::{After, Background, Way};
use crate::network::End;
use crate::process::{NodeId, Slot, State};
use crate::record::Exit;
use crate::time::Time;

/// Batches into which the faults of a stay are cut.
const BATCHES: u32 = 32;

/// What one holder has of a process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owed {
    holder: End,
    after: After,
    /// The age at which the stay began.
    since: f64,
    batch: u32,
    /// The age at which the next batch is complete; infinite after the last one.
    next: f64,
    /// The probability that an untouched page was missing when the last batch was complete.
    missing: f64,
    /// The holder has failed: the next fault loses the process.
    gone: bool,
}

/// Pages that a process waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fetch {
    serial: u32,
    slot: Slot,
    holder: End,
    bytes: f64,
    began: Time,
    flow: Option<usize>,
}

/// The faults of a batch.
struct Faults {
    count: f64,
    holder: End,
    gone: bool,
}

impl Owed {
    /// The age at which batch k is complete: U(t) = wanted k / BATCHES. The last one is cut in its middle.
    fn complete(&self, k: u32) -> f64 {
        let share = (f64::from(k).min(f64::from(BATCHES) - 0.5)) / f64::from(BATCHES);
        self.since - self.after.touch_time * libm::log1p(-share)
    }

    fn restart(&mut self, age: f64) {
        (self.since, self.batch, self.missing) = (age, 0, 1.0);
        self.next = if self.after.wanted > 0.0 { self.complete(1) } else { f64::INFINITY };
    }

    /// A batch is complete: the faults in it, and who serves them. `behind` is what a background has still to send.
    ///
    /// What has not been touched is equally likely to be anywhere, so it is missing with the probability that the
    /// untouched bytes have not been sent.
    fn batch_done(&mut self, behind: Option<f64>) -> Faults {
        let after = &self.after;
        let untouched = after.left - self.touched();
        let unsent = behind.map_or(1.0, |left| if untouched > 0.0 { (left / untouched).min(1.0) } else { 0.0 });
        let unsent_of_all = behind.map_or(1.0, |left| left / after.left);
        self.batch += 1;
        let missing = if after.background == Background::Push { unsent } else { 1.0 };
        let mean = (self.missing + missing) / 2.0;
        let count = after.wanted / f64::from(BATCHES) * mean / after.per_fault();
        // What has been flushed is at the server; a batch comes from whoever holds most of it.
        let flushed = after.background == Background::Flush && unsent_of_all < 0.5;
        let holder = if flushed { End::Server } else { self.holder };
        self.missing = missing;
        self.next = if self.batch < BATCHES { self.complete(self.batch + 1) } else { f64::INFINITY };
        Faults { count, holder, gone: self.gone && !flushed }
    }

    fn touched(&self) -> f64 {
        self.after.wanted * self.after.page * f64::from(self.batch) / f64::from(BATCHES)
    }

    /// Bytes that the holder still has.
    fn left(&self) -> f64 {
        (self.after.left - self.touched()).max(0.0)
    }
}

impl World<'_> {
    /// A process begins a stay at a new node; what it has left at the old one is added to what others hold already,
    /// of which it will touch the same fraction again.
    pub(super) fn owe(&mut self, slot: Slot, from: NodeId, after: After) {
        let age = self.stage.processes[slot].age;
        let known = self.stage.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let up = self.stage.nodes[from as usize].is_up();
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let touched = transit.mechanism.image.touched;
        let memory = if known > 0.0 { known } else { transit.mechanism.image.memory };
        if transit.owed.len() <= slot as usize {
            transit.owed.resize_with(slot as usize + 1, Vec::new);
        }
        let list = &mut transit.owed[slot as usize];
        let mut elsewhere = 0.0;
        for owed in list.iter_mut() {
            owed.after.left = owed.left();
            owed.after.wanted = touched * owed.after.left / owed.after.page;
            elsewhere += owed.after.left;
            owed.restart(age);
        }
        let here = if memory > 0.0 { (1.0 - elsewhere / memory).max(0.0) } else { 1.0 };
        if after.wanted * here > 0.0 {
            let holder = if after.at_server { End::Server } else { End::Node(from) };
            let after = After { left: after.left * here, wanted: after.wanted * here, ..after };
            let gone = !up && !after.at_server;
            let mut owed = Owed { holder, after, since: age, batch: 0, next: f64::INFINITY, missing: 1.0, gone };
            owed.restart(age);
            list.push(owed);
        }
    }

    /// The age at which a process next waits for pages.
    pub(super) fn next_stall(&self, slot: Slot) -> f64 {
        let list = self.transit.as_deref().and_then(|t| t.owed.get(slot as usize));
        list.map_or(f64::INFINITY, |list| list.iter().map(|owed| owed.next).fold(f64::INFINITY, f64::min))
    }

    /// A process that has left the queue of node i has touched pages that are elsewhere. True if it waits for them, or
    /// is lost because their holder is.
    pub(super) fn stall(&mut self, slot: Slot, i: NodeId) -> bool {
        let (age, now) = (self.stage.processes[slot].age, self.now);
        let Some(transit) = self.transit.as_deref_mut() else { return false };
        let behind = transit.behind(slot, now);
        let list = transit.owed.get_mut(slot as usize);
        let Some(owed) = list.and_then(|list| list.iter_mut().find(|o| o.next <= age)) else { return false };
        let fault = owed.batch_done(behind);
        if fault.count <= 0.0 {
            return false;
        }
        if fault.gone {
            self.leave_node(slot, i, Exit::Lost);
            self.departed(i);
            return true;
        }
        let (after, holder, faults) = (owed.after, fault.holder, fault.count);
        transit.serial = transit.serial.wrapping_add(1);
        let (serial, bytes) = (transit.serial, faults * after.bytes_per_fault());
        transit.fetches.push(Fetch { serial, slot, holder, bytes, began: now, flow: None });
        if after.background == Background::Push {
            transit.spare(slot, bytes, now);
            self.plan_flows();
        }
        if self.stage.processes[slot].measured {
            self.outcome.migrants.faults += faults;
            self.outcome.migrants.bytes += bytes;
        }
        if let End::Node(holder) = holder {
            self.charge(holder, faults * after.fault_cpu);
        }
        if let Some(sink) = &mut self.sink {
            sink.faulted(&self.stage.processes[slot], faults);
        }
        self.park(slot, State::Blocked);
        self.stage.processes[slot].goal = 0.0;
        let wait = if holder == End::Server { after.server_fault.0 } else { after.fault.0 };
        self.schedule(now + faults * wait, Event::Pages(serial));
        self.departed(i);
        true
    }

    /// The request has been served; the pages travel.
    pub(super) fn pages_leave(&mut self, serial: u32) {
        let nodes = self.stage.nodes.len() as u32;
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let costs = transit.mechanism.costs;
        let Some(fetch) = transit.fetches.iter().find(|f| f.serial == serial && f.flow.is_none()).copied() else {
            return;
        };
        let to = End::Node(self.stage.processes[fetch.slot].node);
        let way = if fetch.holder == End::Server { Way::ServerTarget } else { Way::SourceTarget };
        let limit = costs.rate(way);
        let route = self.scenario.fabric.route(fetch.holder, to, nodes);
        transit.pause_push(fetch.slot, true, self.now);
        let number = self.begin_flow(Cargo::Pages(serial), route, fetch.bytes, limit);
        let fetches = self.transit.as_deref_mut().map(|t| t.fetches.iter_mut());
        if let Some(fetch) = fetches.and_then(|mut all| all.find(|f| f.serial == serial)) {
            fetch.flow = number;
        }
    }

    /// The pages are here; the process goes on, unless it has been suspended meanwhile.
    pub(super) fn pages_here(&mut self, serial: u32) {
        let now = self.now;
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let Some(at) = transit.fetches.iter().position(|f| f.serial == serial) else { return };
        let fetch = transit.fetches.swap_remove(at);
        if fetch.flow.is_some() {
            transit.pause_push(fetch.slot, false, now);
            self.plan_flows();
        }
        let process = &self.stage.processes[fetch.slot];
        if process.measured {
            self.outcome.migrants.stalled += now - fetch.began;
        }
        if let Some(sink) = &mut self.sink {
            sink.stalled(process, now - fetch.began);
        }
        if process.state == State::Blocked {
            let node = process.node;
            self.unpark(fetch.slot);
            self.queue(fetch.slot, node);
        }
    }

    /// Nobody waits for these pages any more.
    pub(super) fn stop_fetch(&mut self, slot: Slot) {
        let now = self.now;
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let Some(at) = transit.fetches.iter().position(|f| f.slot == slot) else { return };
        let fetch = transit.fetches.swap_remove(at);
        if let Some(number) = fetch.flow {
            transit.flows.remove(number, now);
            transit.pause_push(slot, false, now);
            self.plan_flows();
        }
    }

    /// A process has left the system, or starts anew.
    pub(super) fn forget(&mut self, slot: Slot) {
        if let Some(transit) = self.transit.as_deref_mut() {
            transit.forget(slot);
        }
        self.forget_trail(slot);
    }

    /// All that was left at a node has been pushed, or flushed to the server.
    pub(super) fn all_sent(&mut self, slot: Slot, from: NodeId) {
        let Some(list) = self.transit.as_deref_mut().and_then(|t| t.owed.get_mut(slot as usize)) else { return };
        list.retain(|owed| owed.after.background != Background::Push || owed.holder != End::Node(from));
        for owed in list.iter_mut().filter(|owed| owed.after.background == Background::Flush) {
            (owed.holder, owed.after.fault) = (End::Server, owed.after.server_fault);
        }
    }

    /// A node has failed: whoever needs a page from it is lost when it touches that page.
    pub(super) fn fail_holders(&mut self, i: NodeId) {
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let all = transit.owed.iter_mut().flatten();
        all.filter(|owed| owed.holder == End::Node(i)).for_each(|owed| owed.gone = true);
    }
}
