//! Where processes are: putting them into a node's queue, taking them out, sending them, losing them; and what happens
//! to nodes from outside.

use super::{Event, Path, World};
use crate::error::Error;
use crate::node::{Change, Rekey};
use crate::policy::{Site, Wake};
use crate::process::{Attributes, NodeId, Process, Slot, State};
use crate::record::Exit;

impl World<'_> {
    /// What the workload knows about a process beyond its lifetime.
    pub(super) fn learn(&mut self, slot: Slot, number: u64) {
        let attributes = self.source.attributes(number);
        if self.attributes.len() <= slot as usize {
            self.attributes.resize(slot as usize + 1, Attributes::default());
        }
        self.attributes[slot as usize] = attributes;
    }

    #[inline(always)]
    fn rekey(&mut self, node: NodeId, rekey: Rekey) {
        if let Some(t) = rekey {
            self.completions.set(&mut self.nodes, node, t);
        }
    }

    /// The process starts for the first time, at the node it is at.
    #[inline(always)]
    pub(super) fn begin(&mut self, slot: Slot, node: NodeId) -> Result<(), Error> {
        if self.enter(slot, node) && self.wakes.born {
            self.pending.push_back((Site::Node(node), Wake::Born(self.processes.id(slot))));
        }
        Ok(())
    }

    /// Comes to a node, to run there. False if it was lost for lack of memory.
    #[inline(always)]
    pub(super) fn enter(&mut self, slot: Slot, node: NodeId) -> bool {
        if self.scenario.attributes {
            let memory = self.attributes[slot as usize].memory;
            if !self.nodes[node as usize].has_room(memory, &self.kinds) {
                self.attributes[slot as usize].memory = 0.0;
                self.leave(slot, node, Exit::Lost);
                return false;
            }
            let rekey = self.nodes[node as usize].use_memory(memory, &self.kinds, &mut self.processes, self.now);
            self.rekey(node, rekey);
        }
        if self.stops {
            self.processes[slot].goal = self.next_goal(slot);
        }
        self.queue(slot, node);
        true
    }

    /// Gives back the memory of a process that leaves a node.
    pub(super) fn release_memory(&mut self, slot: Slot, node: NodeId) {
        let memory = self.attributes[slot as usize].memory;
        let rekey = self.nodes[node as usize].use_memory(-memory, &self.kinds, &mut self.processes, self.now);
        self.rekey(node, rekey);
    }

    /// The age at which the process next leaves the CPU of its own accord.
    #[inline(always)]
    fn next_goal(&self, slot: Slot) -> f64 {
        let process = &self.processes[slot];
        let mut goal = process.lifetime;
        if let Some(age) = self.wakes.at_age
            && process.age < age
        {
            goal = goal.min(age);
        }
        if let Some(attributes) = self.attributes.get(slot as usize)
            && attributes.io.burst.is_finite()
        {
            let bursts = libm::floor(process.age / attributes.io.burst * (1.0 + 1e-12)) + 1.0;
            goal = goal.min(bursts * attributes.io.burst);
        }
        goal
    }

    /// Into the queue of a node; low priority waits beside it while anyone else is there.
    #[inline(always)]
    pub(super) fn queue(&mut self, slot: Slot, i: NodeId) {
        if self.processes[slot].low && self.nodes[i as usize].load() > 0 {
            self.park(slot, State::Yielding);
            return;
        }
        self.processes[slot].state = State::Present;
        let node = &mut self.nodes[i as usize];
        let load = node.load();
        let rekey = node.insert(slot, &mut self.processes, self.now);
        self.outcome.integrals.load(load, 1.0, node.cores());
        self.rekey(i, rekey);
        if self.watching || !self.parked.is_empty() {
            self.joined(slot, i);
        }
    }

    /// A process has joined the queue of node i: tells who wants to know, and makes low priority yield.
    fn joined(&mut self, slot: Slot, i: NodeId) {
        if self.wakes.above == Some(self.nodes[i as usize].load()) {
            self.pending.push_back((Site::Node(i), Wake::Above));
        }
        if self.sink.is_some() {
            self.tell_load(i);
        }
        if !self.processes[slot].low {
            self.displace(i);
        }
    }

    /// Out of the queue of its node, with its age brought up to date.
    pub(super) fn unqueue(&mut self, slot: Slot) {
        let i = self.processes[slot].node;
        let node = &mut self.nodes[i as usize];
        let rekey = node.remove(slot, &mut self.processes, self.now);
        self.outcome.integrals.load(node.load(), -1.0, node.cores());
        self.rekey(i, rekey);
    }

    /// Keeps a process at its node, but not in its queue.
    pub(super) fn park(&mut self, slot: Slot, state: State) {
        self.processes[slot].state = state;
        self.parked.push(slot);
    }

    pub(super) fn unpark(&mut self, slot: Slot) {
        self.parked.retain(|s| *s != slot);
    }

    /// Processes of low priority make way for an ordinary one.
    fn displace(&mut self, i: NodeId) {
        let mut low = Vec::new();
        let processes = &self.processes;
        self.nodes[i as usize].each(processes, |slot| {
            if processes[slot].low {
                low.push(slot)
            }
        });
        for slot in low {
            self.unqueue(slot);
            self.park(slot, State::Yielding);
        }
    }

    /// Wherever it is at its node, takes it from there: out of the queue, or from among the parked.
    pub(super) fn withdraw(&mut self, slot: Slot) {
        match self.processes[slot].state {
            State::Present => self.unqueue(slot),
            State::Suspended | State::Blocked | State::Yielding => self.unpark(slot),
            State::Deciding | State::Held | State::Moving => {}
        }
    }

    /// A process has left the queue of node i: tells who wants to know, and lets processes of low priority in.
    pub(super) fn departed(&mut self, i: NodeId) {
        let load = self.nodes[i as usize].load();
        let site = Site::Node(i);
        if load == 0 && !self.parked.is_empty() {
            let yielding = |s: &&Slot| self.processes[**s].state == State::Yielding && self.processes[**s].node == i;
            let waiting: Vec<Slot> = self.parked.iter().filter(yielding).copied().collect();
            for slot in waiting {
                self.unpark(slot);
                self.processes[slot].low = false;
                self.queue(slot, i);
                self.processes[slot].low = true;
            }
        }
        if self.wakes.departed {
            self.pending.push_back((site, Wake::Departed));
        }
        if self.wakes.idle && load == 0 {
            self.pending.push_back((site, Wake::Idle));
        }
        if self.wakes.below == Some(load + 1) {
            self.pending.push_back((site, Wake::Below));
        }
        if self.sink.is_some() {
            self.tell_load(i);
        }
    }

    /// Whether anything must be done when a process leaves a queue.
    #[inline(always)]
    pub(super) fn watches_departures(&self) -> bool {
        self.watching || !self.parked.is_empty()
    }

    fn tell_load(&mut self, i: NodeId) {
        let load = self.nodes[i as usize].load();
        if let Some(sink) = &mut self.sink {
            sink.load(i, load, self.now);
        }
    }

    /// Sends a process that has not started yet to the node that is to decide.
    pub(super) fn forward(&mut self, slot: Slot, to: NodeId, hops: u32, seconds: f64) -> Result<(), Error> {
        self.processes[slot].node = to;
        let stamp = self.processes.id(slot).stamp;
        self.schedule(self.now + seconds, Event::Forwarded(slot, stamp, hops));
        Ok(())
    }

    /// It has reached that node.
    pub(super) fn forwarded(&mut self, slot: Slot, stamp: u32, hops: u32) -> Result<(), Error> {
        if self.processes.id(slot).stamp != stamp {
            return Ok(());
        }
        let at = self.processes[slot].node;
        self.replies.clear();
        self.decide(slot, Path { site: Site::Node(at), at, hops, round: 0 })
    }

    /// Sends a process to the node where it will run.
    pub(super) fn depart(&mut self, slot: Slot, to: NodeId, seconds: f64) -> Result<(), Error> {
        let process = &mut self.processes[slot];
        process.state = State::Moving;
        process.node = to;
        let stamp = self.processes.id(slot).stamp;
        self.schedule(self.now + seconds, Event::Deliver(slot, stamp));
        Ok(())
    }

    /// A process has reached the node that it was sent to.
    pub(super) fn deliver(&mut self, slot: Slot, stamp: u32) -> Result<(), Error> {
        if self.processes.id(slot).stamp != stamp {
            return Ok(());
        }
        let process = self.processes[slot];
        let node = process.node;
        if process.moves == 0 && process.age == 0.0 {
            return self.begin(slot, node);
        }
        self.settle(slot, node);
        Ok(())
    }

    /// A migrated process goes on at its new node.
    pub(super) fn settle(&mut self, slot: Slot, node: NodeId) {
        if self.enter(slot, node) && self.wakes.delivered {
            self.pending.push_back((Site::Node(node), Wake::Delivered(self.processes.id(slot))));
        }
    }

    /// Moves a process that has started. A node that refuses it leaves it where it is.
    pub(super) fn migrate(&mut self, slot: Slot, to: NodeId) -> Result<(), Error> {
        let from = self.processes[slot].node;
        self.legal(slot, to)?;
        let foreign = self.processes[slot].home != to;
        if from == to || !self.nodes[to as usize].accepts(foreign) {
            return Ok(());
        }
        self.withdraw(slot);
        let memory = self.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let seconds = self.scenario.migration.seconds(memory);
        self.count_move(slot, memory, seconds);
        if let Some(sink) = &mut self.sink {
            let process = &self.processes[slot];
            sink.transfer(process, from, to, process.age, seconds, self.now);
        }
        if self.scenario.attributes {
            self.release_memory(slot, from);
        }
        if self.watches_departures() {
            self.departed(from);
        }
        if seconds > 0.0 {
            return self.depart(slot, to, seconds);
        }
        self.processes[slot].node = to;
        self.settle(slot, to);
        Ok(())
    }

    pub(super) fn count_move(&mut self, slot: Slot, memory: f64, seconds: f64) {
        let process = &mut self.processes[slot];
        process.moves = process.moves.saturating_add(1);
        if process.measured {
            let migrants = &mut self.outcome.migrants;
            migrants.moves += 1;
            migrants.freeze += seconds;
            migrants.longest_freeze = migrants.longest_freeze.max(seconds);
            migrants.bytes += memory;
        }
    }

    /// A process has reached its goal before its lifetime: a declared age, or the end of a CPU burst. It has left the
    /// queue of node i; unless it blocks or its policy takes it away, it goes on where it was.
    pub(super) fn stopped(&mut self, slot: Slot, i: NodeId) -> Result<(), Error> {
        let id = self.processes.id(slot);
        let age = self.processes[slot].age;
        let at_age = self.wakes.at_age.is_some_and(|a| a == age);
        let io = self.attributes.get(slot as usize).map(|a| a.io).filter(|io| io.burst.is_finite() && !at_age);
        if let Some(io) = io {
            self.park(slot, State::Blocked);
            let away = self.processes[slot].home != i;
            let seconds = io.wait * if away { io.remote_factor } else { 1.0 };
            self.schedule(self.now + seconds, Event::Io(slot, id.stamp));
            self.departed(i);
            return if self.wakes.milestone { self.act(Site::Node(i), Wake::Milestone(id), 0) } else { Ok(()) };
        }
        self.put_back(slot, i);
        self.act(Site::Node(i), Wake::AtAge(id), 0)
    }

    /// It goes on where it was, before those who wait.
    fn put_back(&mut self, slot: Slot, i: NodeId) {
        self.processes[slot].goal = self.next_goal(slot);
        let node = &mut self.nodes[i as usize];
        let load = node.load();
        let rekey = node.put_back(slot, &mut self.processes, self.now);
        self.outcome.integrals.load(load, 1.0, node.cores());
        self.rekey(i, rekey);
    }

    /// A process is back from I/O.
    pub(super) fn io_done(&mut self, slot: Slot, stamp: u32) -> Result<(), Error> {
        if self.processes.id(slot).stamp == stamp && self.processes[slot].state == State::Blocked {
            self.unpark(slot);
            self.processes[slot].goal = self.next_goal(slot);
            self.queue(slot, self.processes[slot].node);
        }
        Ok(())
    }

    /// Ends a process that is not done; it counts as lost.
    pub(super) fn kill(&mut self, slot: Slot) {
        let node = self.processes[slot].node;
        let resident = self.processes[slot].state.is_resident();
        self.withdraw(slot);
        self.held.retain(|(_, n)| n.id.slot != slot);
        if !resident && self.scenario.attributes {
            self.attributes[slot as usize].memory = 0.0;
        }
        self.leave(slot, node, Exit::Lost);
        if resident && self.watches_departures() {
            self.departed(node);
        }
    }

    /// Starts a copy of a process at a node.
    pub(super) fn copy(&mut self, slot: Slot, at: NodeId) -> Result<(), Error> {
        self.legal(slot, at)?;
        let original: Process = self.processes[slot];
        let attributes = self.attributes.get(slot as usize).copied();
        let copy = self.processes.add(Process { age: 0.0, node: at, measured: false, ..original });
        if let Some(attributes) = attributes {
            self.attributes.resize(self.attributes.len().max(copy as usize + 1), Attributes::default());
            self.attributes[copy as usize] = attributes;
        }
        if self.feedback.is_some() {
            self.number_copy(slot, copy);
        }
        if !self.clones.iter().any(|(_, s)| *s == slot) {
            self.clones.push((original.index, slot));
        }
        self.clones.push((original.index, copy));
        self.outcome.integrals.population(1.0);
        self.enter(copy, at);
        Ok(())
    }

    /// One of several copies has ended: the others go with it, without a trace in the statistics but their work.
    pub(super) fn end_clones(&mut self, ended: Slot, index: u64) {
        let others: Vec<Slot> = self.clones.iter().filter(|(i, s)| *i == index && *s != ended).map(|c| c.1).collect();
        self.clones.retain(|(i, _)| *i != index);
        for slot in others {
            let node = self.processes[slot].node;
            self.withdraw(slot);
            let process = self.processes[slot];
            self.outcome.wasted += process.age;
            self.outcome.integrals.population(-1.0);
            self.inside -= u64::from(process.measured);
            if self.scenario.attributes {
                self.release_memory(slot, node);
            }
            self.processes.free(slot);
        }
    }

    /// Work at kernel priority at a node.
    pub(super) fn charge(&mut self, i: NodeId, seconds: f64) {
        if seconds > 0.0 {
            let rekey = self.nodes[i as usize].charge(seconds, &self.kinds, &mut self.processes, self.now);
            self.rekey(i, rekey);
        }
    }

    /// Something happens to a node from outside.
    pub(super) fn change(&mut self, i: NodeId, what: Change) -> Result<(), Error> {
        let rekey = self.nodes[i as usize].change(what, &self.kinds, &mut self.processes, self.now);
        self.rekey(i, rekey);
        if what == Change::Fail {
            self.lose_residents(i);
        }
        let wake = match what {
            Change::Fail if self.wakes.failures => {
                (0..self.nodes.len() as NodeId).filter(|n| *n != i).for_each(|n| {
                    self.pending.push_back((Site::Node(n), Wake::Failed(i)));
                });
                return Ok(());
            }
            Change::Drain => Wake::Drain,
            Change::Close => Wake::OwnerReturned,
            Change::Open => Wake::OwnerLeft,
            Change::Fail | Change::Repair | Change::Return => return Ok(()),
        };
        if self.wakes.owner {
            self.pending.push_back((Site::Node(i), wake));
        }
        Ok(())
    }

    fn lose_residents(&mut self, i: NodeId) {
        let mut residents = Vec::new();
        self.nodes[i as usize].each(&self.processes, |slot| residents.push(slot));
        residents.extend(self.parked.iter().filter(|s| self.processes[**s].node == i));
        for slot in residents {
            self.kill(slot);
        }
    }
}
