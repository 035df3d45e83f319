//! Where processes are: putting them into a node's queue, taking them out, sending them, losing them.
//!
//! Not here: what happens to nodes from outside (`changes`), processes that wait (`waits`).

use super::{Event, Flow, Path, Trip, World};
use crate::error::Error;
use crate::node::Rekey;
use crate::policy::{Site, Wake};
use crate::process::{Attributes, NodeId, Slot, State};
use crate::record::Exit;

impl World<'_> {
    /// Learns what the workload knows about a process beyond its lifetime; true if it may run at home only.
    pub(super) fn must_stay(&mut self, slot: Slot, number: u64) -> Flow<bool> {
        let attributes = self.source.attributes(number);
        let (memory, io) = (attributes.memory, attributes.io);
        let problem = if !(memory >= 0.0 && memory.is_finite()) {
            format!("uses {memory} bytes of memory: it must be 0 or more")
        } else if io.burst.is_nan() || io.burst <= 0.0 {
            format!("has CPU bursts of {} s: they must be longer than 0", io.burst)
        } else if !(io.wait * io.remote_factor >= 0.0 && io.wait >= 0.0 && io.wait * io.remote_factor < f64::INFINITY) {
            format!("does I/O of {} s (x {} when remote): it must be 0 or more", io.wait, io.remote_factor)
        } else {
            self.keep(slot, attributes);
            self.join_group(slot);
            if let Some(sink) = &mut self.sink {
                sink.arrival(&self.stage.processes[slot], &attributes);
            }
            return Ok(attributes.must_stay);
        };
        Err(Box::new(Error::Birth { index: number, problem }))
    }

    pub(super) fn keep(&mut self, slot: Slot, attributes: Attributes) {
        if self.stage.attributes.len() <= slot as usize {
            self.stage.attributes.resize(slot as usize + 1, Attributes::default());
        }
        self.stage.attributes[slot as usize] = attributes;
    }

    #[inline(always)]
    pub(super) fn rekey(&mut self, node: NodeId, rekey: Rekey) {
        if let Some(t) = rekey {
            self.completions.set(&mut self.stage.nodes, node, t);
        }
    }

    /// The process starts for the first time, at the node it is at.
    #[inline(always)]
    pub(super) fn begin(&mut self, slot: Slot, node: NodeId) -> Flow {
        if self.rules.special {
            self.begin_special(slot, node)
        } else {
            self.insert(slot, node)
        }
        Ok(())
    }

    fn begin_special(&mut self, slot: Slot, node: NodeId) {
        if let Some(sink) = &mut self.sink {
            sink.start(&self.stage.processes[slot], self.now);
        }
        if self.enter(slot, node) && self.rules.wakes.born {
            self.pending.push_back((Site::Node(node), Wake::Born(self.stage.processes.id(slot))));
        }
    }

    /// Comes to a node, to run there. False if it was lost for lack of memory.
    #[inline(always)]
    pub(super) fn enter(&mut self, slot: Slot, node: NodeId) -> bool {
        if self.scenario.attributes {
            let memory = self.stage.attributes[slot as usize].memory;
            if !self.stage.nodes[node as usize].has_room(memory, &self.stage.kinds) {
                self.stage.attributes[slot as usize].memory = 0.0;
                self.leave_node(slot, node, Exit::Lost);
                return false;
            }
            let rekey = self.stage.nodes[node as usize].use_memory(
                memory,
                &self.stage.kinds,
                &mut self.stage.processes,
                self.now,
            );
            self.rekey(node, rekey);
            self.book_memory(memory);
        }
        self.tell_present(slot, node);
        if self.rules.lingers {
            self.follow_trail(slot, node);
        }
        self.queue(slot, node);
        true
    }

    /// Gives back the memory of a process that leaves a node.
    pub(super) fn release_memory(&mut self, slot: Slot, node: NodeId) {
        let memory = self.stage.attributes[slot as usize].memory;
        let rekey =
            self.stage.nodes[node as usize].use_memory(-memory, &self.stage.kinds, &mut self.stage.processes, self.now);
        self.rekey(node, rekey);
    }

    /// Into the queue of a node; low priority waits beside it while anyone else is there.
    #[inline(always)]
    pub(super) fn queue(&mut self, slot: Slot, i: NodeId) {
        if self.stage.processes[slot].low && self.serves_ordinary(i) {
            self.park(slot, State::Yielding);
            return;
        }
        if self.rules.stops {
            self.stage.processes[slot].goal = self.next_goal(slot);
        }
        self.insert(slot, i);
        if self.rules.watching || !self.stage.parked.is_empty() {
            self.joined(slot, i);
        }
    }

    /// The bare insertion.
    #[inline(always)]
    fn insert(&mut self, slot: Slot, i: NodeId) {
        self.stage.processes[slot].state = State::Present;
        let node = &mut self.stage.nodes[i as usize];
        let (load, cores) = (node.load(), node.cores());
        let rekey = node.insert(slot, &mut self.stage.processes, self.now);
        self.outcome.integrals.joined(load, cores);
        self.rekey(i, rekey);
    }

    /// A process has joined the queue of node i: tells who wants to know, and makes low priority yield.
    pub(super) fn joined(&mut self, slot: Slot, i: NodeId) {
        let displaced = !self.stage.processes[slot].low && self.displace(i);
        if !displaced && self.rules.wakes.above == Some(self.stage.nodes[i as usize].load()) {
            self.pending.push_back((Site::Node(i), Wake::Above));
        }
        if self.sink.is_some() {
            self.tell_load(i);
        }
        if self.rules.followed {
            self.follow(i);
        }
    }

    /// Whether a process of ordinary priority is in the queue of node i.
    pub(super) fn serves_ordinary(&self, i: NodeId) -> bool {
        let mut found = false;
        self.stage.nodes[i as usize].each(&self.stage.processes, |slot| found |= !self.stage.processes[slot].low);
        found
    }

    /// Out of the queue of its node, with its age brought up to date.
    pub(super) fn unqueue(&mut self, slot: Slot) {
        let i = self.stage.processes[slot].node;
        let node = &mut self.stage.nodes[i as usize];
        let rekey = node.remove(slot, &mut self.stage.processes, self.now);
        self.outcome.integrals.left(node.load(), node.cores());
        self.rekey(i, rekey);
        self.no_io(slot);
    }

    /// While a process that may stop is in no queue, its goal is the instant at which its I/O ends; none is under way.
    fn no_io(&mut self, slot: Slot) {
        if self.rules.stops {
            self.stage.processes[slot].goal = 0.0;
        }
    }

    /// How long the I/O of a process that is in no queue will still take.
    pub(super) fn io_left(&self, slot: Slot) -> f64 {
        if self.rules.stops { (self.stage.processes[slot].goal - self.now.seconds()).max(0.0) } else { 0.0 }
    }

    /// Keeps a process at its node, but not in its queue.
    pub(super) fn park(&mut self, slot: Slot, state: State) {
        if state == State::Yielding {
            self.no_io(slot);
        }
        self.stage.processes[slot].state = state;
        self.stage.parked.push(slot);
    }

    pub(super) fn unpark(&mut self, slot: Slot) {
        self.stage.parked.retain(|s| *s != slot);
    }

    /// Processes of low priority make way for an ordinary one. Whether there were any.
    fn displace(&mut self, i: NodeId) -> bool {
        let mut low = Vec::new();
        let processes = &self.stage.processes;
        self.stage.nodes[i as usize].each(processes, |slot| {
            if processes[slot].low {
                low.push(slot)
            }
        });
        for slot in &low {
            self.unqueue(*slot);
            self.park(*slot, State::Yielding);
        }
        !low.is_empty()
    }

    /// Wherever it is, takes it from there; a move under way ends. True if it was in a queue.
    pub(super) fn withdraw(&mut self, slot: Slot) -> bool {
        if self.transit.is_some() {
            self.abort_move(slot);
        }
        self.pull(slot)
    }

    /// Out of the queue of its node (then true), or from among the parked.
    pub(super) fn pull(&mut self, slot: Slot) -> bool {
        match self.stage.processes[slot].state {
            State::Present => {
                self.unqueue(slot);
                return true;
            }
            State::Suspended | State::Blocked | State::Yielding => self.unpark(slot),
            State::Moving => self.stage.arrived(self.stage.processes[slot].node),
            State::Deciding | State::Held | State::Copying => {}
        }
        false
    }

    /// A process has been withdrawn from node i, from its queue or from beside it: that changes no load.
    pub(super) fn withdrawn(&mut self, i: NodeId, queued: bool) {
        if queued && self.watches_departures() {
            self.departed(i);
        } else if !queued && self.rules.wakes.departed {
            self.pending.push_back((Site::Node(i), Wake::Departed));
        }
    }

    /// Where no ordinary process wants the CPU, those of low priority have it.
    pub(super) fn admit_low(&mut self, i: NodeId) {
        if self.stage.parked.is_empty() || self.serves_ordinary(i) {
            return;
        }
        let yielding =
            |s: &&Slot| self.stage.processes[**s].state == State::Yielding && self.stage.processes[**s].node == i;
        let waiting: Vec<Slot> = self.stage.parked.iter().filter(yielding).copied().collect();
        for slot in waiting {
            self.unpark(slot);
            self.queue(slot, i);
        }
    }

    /// A process has left the queue of node i: tells who wants to know, and lets processes of low priority in.
    pub(super) fn departed(&mut self, i: NodeId) {
        let load = self.stage.nodes[i as usize].load();
        let site = Site::Node(i);
        if self.rules.wakes.departed {
            self.pending.push_back((site, Wake::Departed));
        }
        if self.rules.wakes.idle && load == 0 {
            self.pending.push_back((site, Wake::Idle));
        }
        if self.rules.wakes.below == Some(load + 1) {
            self.pending.push_back((site, Wake::Below));
        }
        if self.sink.is_some() {
            self.tell_load(i);
        }
        if self.rules.followed {
            self.follow(i);
        }
        self.admit_low(i);
    }

    /// Whether anything must be done when a process leaves a queue.
    #[inline(always)]
    pub(super) fn watches_departures(&self) -> bool {
        self.rules.watching || !self.stage.parked.is_empty()
    }

    fn tell_load(&mut self, i: NodeId) {
        let load = self.stage.nodes[i as usize].load();
        if let Some(sink) = &mut self.sink {
            sink.load(i, load, self.now);
        }
    }

    /// Sends a process that has not started yet to the node that is to decide.
    pub(super) fn forward(&mut self, slot: Slot, to: NodeId, hops: u32, seconds: f64) -> Flow {
        self.stage.processes[slot].node = to;
        let stamp = self.stage.processes.id(slot).stamp;
        self.schedule(self.now + seconds, Event::Forwarded(slot, stamp, hops));
        Ok(())
    }

    /// It has reached that node.
    pub(super) fn forwarded(&mut self, slot: Slot, stamp: u32, hops: u32) -> Flow {
        if self.stage.processes.id(slot).stamp != stamp {
            return Ok(());
        }
        let at = self.stage.processes[slot].node;
        self.replies.clear();
        self.decide(slot, Path { site: Site::Node(at), at, hops, round: 0 })
    }

    /// Sends a process to the node where it will run.
    pub(super) fn depart(&mut self, slot: Slot, to: NodeId, seconds: f64, trip: Trip) -> Flow {
        let process = &mut self.stage.processes[slot];
        process.state = State::Moving;
        process.node = to;
        self.stage.set_out(to);
        let stamp = self.stage.processes.id(slot).stamp;
        self.schedule(self.now + seconds, Event::Deliver(slot, stamp, trip));
        Ok(())
    }

    /// A process has reached the node that it was sent to.
    pub(super) fn deliver(&mut self, slot: Slot, stamp: u32, trip: Trip) -> Flow {
        if self.stage.processes.id(slot).stamp != stamp || self.stage.processes[slot].state != State::Moving {
            return Ok(());
        }
        let node = self.stage.processes[slot].node;
        self.stage.arrived(node);
        match trip {
            Trip::Start => self.begin(slot, node),
            Trip::Migration => {
                self.settle(slot, node);
                Ok(())
            }
        }
    }

    /// A migrated process goes on at its new node.
    pub(super) fn settle(&mut self, slot: Slot, node: NodeId) {
        self.stage.came(slot, self.now);
        if self.enter(slot, node) && self.rules.wakes.delivered {
            self.pending.push_back((Site::Node(node), Wake::Delivered(self.stage.processes.id(slot))));
        }
    }

    /// Moves a process that has started. A node that refuses it leaves it where it is.
    pub(super) fn migrate(&mut self, slot: Slot, to: NodeId) -> Flow {
        let from = self.stage.processes[slot].node;
        self.legal(slot, to)?;
        if from == to || !self.takes(slot, to) {
            return Ok(());
        }
        if self.transit.is_some() {
            return self.begin_move(slot, to);
        }
        let queued = self.withdraw(slot);
        self.tell_left(slot);
        let memory = self.stage.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let seconds = self.scenario.migration.seconds(memory);
        self.count_move(slot, memory, seconds);
        self.tell_move(slot, from, seconds, memory, to);
        if self.scenario.attributes {
            self.release_memory(slot, from);
        }
        self.withdrawn(from, queued);
        // A process in the middle of its I/O takes the rest of it along.
        let seconds = seconds.max(self.io_left(slot));
        if seconds > 0.0 {
            return self.depart(slot, to, seconds, Trip::Migration);
        }
        self.stage.processes[slot].node = to;
        self.settle(slot, to);
        Ok(())
    }

    pub(super) fn count_move(&mut self, slot: Slot, memory: f64, seconds: f64) {
        let process = &mut self.stage.processes[slot];
        process.moves = process.moves.saturating_add(1);
        if process.measured {
            let migrants = &mut self.outcome.migrants;
            migrants.moves += 1;
            migrants.freeze += seconds;
            migrants.longest_freeze = migrants.longest_freeze.max(seconds);
            migrants.freezes.get_or_insert_default().add(seconds);
            migrants.bytes += memory;
        }
    }

    /// Ends a process that is not done; it counts as lost.
    pub(super) fn kill(&mut self, slot: Slot) {
        let node = self.stage.processes[slot].node;
        let resident = self.stage.processes[slot].state.is_resident();
        let queued = self.withdraw(slot);
        self.stage.held.retain(|(_, n)| n.id.slot != slot);
        if !resident && self.scenario.attributes {
            self.stage.attributes[slot as usize].memory = 0.0;
        }
        self.leave_node(slot, node, Exit::Lost);
        if resident {
            self.withdrawn(node, queued);
        }
    }

    /// Work at kernel priority at a node.
    pub(super) fn charge(&mut self, i: NodeId, seconds: f64) {
        if seconds > 0.0 {
            let rekey =
                self.stage.nodes[i as usize].charge(seconds, &self.stage.kinds, &mut self.stage.processes, self.now);
            self.rekey(i, rekey);
        }
    }
}
