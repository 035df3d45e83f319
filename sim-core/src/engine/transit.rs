//! Moves with steps among all other processes: who runs during each step, what it sends over the shared network, and
//! what becomes of it when the process leaves or a node fails.
//!
//! A process under way runs at its old node until the first step that freezes it, and is nowhere until the steps of the
//! freeze are over; then it goes on at its new node. Not here: what is kept of each move (`underway`), what the steps are
//! (`mechanism`), moves without steps (`moves`), pages that follow later (`owed`), failures (`commit`), what holds a
//! process back (`stops`).

use super::underway::{Cargo, Move, Part, image};
use super::{Event, Flow, World};
use crate::mechanism::step::{Lapse, Runs, Step};
use crate::mechanism::{Ending, Mechanism, Progress, Way, Wires};
use crate::network::{End, Route};
use crate::process::{NONE, NodeId, Slot, State};
use crate::record::Moved;

impl World<'_> {
    /// Begins to move a process; one that is under way already stays under way.
    pub(super) fn begin_move(&mut self, slot: Slot, to: NodeId) -> Flow {
        let from = self.stage.processes[slot].node;
        let fabric = &self.scenario.fabric;
        let wires = Wires {
            bandwidth: fabric.alone(End::Node(from), End::Node(to)),
            server: fabric.alone(End::Node(from), End::Server),
            latency: self.scenario.latency + fabric.detour(End::Node(from), End::Node(to)),
        };
        let known = self.stage.attributes.get(slot as usize).filter(|_| self.scenario.attributes);
        let Some(transit) = self.transit.as_deref_mut().filter(|t| t.find(slot).is_none()) else { return Ok(()) };
        let assumed = &transit.mechanism;
        let been =
            assumed.costs.code > 0.0 && transit.visited.get(slot as usize).is_some_and(|list| list.contains(&to));
        let whole = image(&assumed.image, known);
        let image = if been { whole.warm(assumed.costs.code) } else { whole };
        let mechanism = Mechanism { image, wires, ..*assumed };
        let the = Move {
            slot,
            from,
            to,
            serial: 0,
            progress: Progress::new(&mechanism),
            step: mechanism.negotiation(),
            began: self.now,
            age: 0.0,
            part: Part::Delay,
            sending: None,
            requested: self.now,
            frozen: None,
            io_until: self.now,
            held: None,
            safe: f64::INFINITY,
            throttle: None,
            copiers: [NONE; 2],
            bytes: 0.0,
            settled: false,
        };
        let k = transit.add(Box::new(the));
        self.next_steps(k, Lapse::default())
    }

    pub(super) fn under_way(&mut self, k: u32) -> Option<&mut Move> {
        self.transit.as_deref_mut()?.get(k)
    }

    /// Goes on to the next step that takes time.
    fn next_steps(&mut self, k: u32, mut lapse: Lapse) -> Flow {
        loop {
            let now = self.now;
            let Some(the) = self.under_way(k) else { return Ok(()) };
            let step = the.held.take().unwrap_or_else(|| the.progress.next(lapse));
            let there = step.is_none_or(|step| step.runs == Runs::Target);
            let arrives = there && !the.settled && the.progress.ending() == Ending::Moved;
            if arrives && now < the.io_until {
                // A process in the middle of its I/O takes the rest of it along.
                (the.held, the.part) = (Some(step), Part::Io);
                let (until, serial) = (the.io_until, the.serial);
                self.schedule(until, Event::Step(k, serial));
                return Ok(());
            }
            if arrives && !self.settle_move(k, step.is_some()) {
                return Ok(());
            }
            // A source that has failed since it committed has nothing to send any more.
            let Some(step) = step.filter(|_| !there || self.source_is_up(k)) else {
                self.end_move(k);
                return Ok(());
            };
            if step.runs == Runs::Nowhere {
                if self.awaits_safe_point(k, step) {
                    return Ok(());
                }
                self.freeze(k);
            }
            if self.begin_step(k, step) {
                return Ok(());
            }
            lapse = Lapse::default();
        }
    }

    /// Begins a step. False if it takes no time.
    fn begin_step(&mut self, k: u32, step: Step) -> bool {
        let now = self.now;
        let Some(the) = self.under_way(k) else { return true };
        let (slot, serial) = (the.slot, the.serial);
        self.copy_work(k, &step);
        let age = self.age_now(slot);
        let waited = match step.cycle {
            cycle if cycle > 0.0 => {
                let passed = (now + step.delay).seconds();
                libm::ceil(passed / cycle) * cycle - passed
            }
            _ => 0.0,
        };
        if let Some(the) = self.under_way(k) {
            (the.step, the.began, the.age, the.part) = (step, now, age, Part::Delay);
        }
        self.hold_back(k, &step, age);
        if step.delay + waited > 0.0 {
            self.schedule(now + (step.delay + waited), Event::Step(k, serial));
            return true;
        }
        self.send_step(k) || self.awaits_copiers(k)
    }

    /// Whether all of a step is done but the CPU work of copying.
    fn awaits_copiers(&mut self, k: u32) -> bool {
        let Some(the) = self.under_way(k).filter(|the| the.copiers != [NONE; 2]) else { return false };
        the.part = Part::Cpu;
        true
    }

    /// The CPU seconds that a process has received by now.
    pub(super) fn age_now(&self, slot: Slot) -> f64 {
        let process = &self.stage.processes[slot];
        if process.state == State::Present {
            self.stage.nodes[process.node as usize].age(slot, &self.stage.processes, self.now)
        } else {
            process.age
        }
    }

    /// Sends the bytes of a step. False if that takes no time.
    fn send_step(&mut self, k: u32) -> bool {
        let nodes = self.stage.nodes.len() as u32;
        let Some(the) = self.under_way(k) else { return true };
        let step = the.step;
        the.part = Part::Sending;
        the.bytes += step.bytes;
        let (source, target) = (End::Node(the.from), End::Node(the.to));
        let (from, to) = match step.way {
            Way::SourceTarget => (source, target),
            Way::SourceServer => (source, End::Server),
            Way::ServerTarget => (End::Server, target),
        };
        if step.bytes <= 0.0 {
            return false;
        }
        let route = self.scenario.fabric.route(from, to, nodes);
        let number = self.begin_flow(Cargo::Move(k), route, step.bytes, step.limit);
        if let Some(the) = self.under_way(k) {
            the.sending = number;
        }
        true
    }

    /// Begins a flow, and plans its end.
    pub(super) fn begin_flow(&mut self, cargo: Cargo, route: Route, bytes: f64, limit: f64) -> Option<usize> {
        let now = self.now;
        let transit = self.transit.as_deref_mut()?;
        let number = transit.flows.add(route, bytes, limit, now);
        if transit.carried.len() <= number {
            transit.carried.resize(number + 1, cargo);
        }
        transit.carried[number] = cargo;
        self.plan_flows();
        Some(number)
    }

    /// Plans the end of the next flow; what was planned before is void.
    pub(super) fn plan_flows(&mut self) {
        let Some(transit) = self.transit.as_deref_mut() else { return };
        transit.epoch = transit.epoch.wrapping_add(1);
        if let Some((t, _)) = transit.flows.next() {
            let epoch = transit.epoch;
            self.schedule(t, Event::Wires(epoch));
        }
    }

    /// A flow has ended, unless others have begun or ended meanwhile.
    pub(super) fn flow_ends(&mut self, epoch: u32) -> Flow {
        let now = self.now;
        let Some(transit) = self.transit.as_deref_mut().filter(|t| t.epoch == epoch) else { return Ok(()) };
        let Some((_, number)) = transit.flows.next() else { return Ok(()) };
        transit.flows.remove(number, now);
        let cargo = transit.carried[number];
        self.plan_flows();
        match cargo {
            Cargo::Move(k) => {
                if let Some(the) = self.under_way(k) {
                    the.sending = None;
                }
                self.step_done(k)
            }
            Cargo::Pages(serial) => {
                self.pages_here(serial);
                Ok(())
            }
        }
    }

    /// What a step waited for is over.
    pub(super) fn step_over(&mut self, k: u32, serial: u32) -> Flow {
        let Some(the) = self.under_way(k).filter(|the| the.serial == serial) else { return Ok(()) };
        let (part, slot, from) = (the.part, the.slot, the.from);
        match part {
            Part::Io => self.go_on(k),
            Part::Doubt => {
                self.roll_back(slot, from);
                Ok(())
            }
            Part::Delay if self.send_step(k) => Ok(()),
            _ => self.step_done(k),
        }
    }

    /// What a step has been held up by is over.
    pub(super) fn go_on(&mut self, k: u32) -> Flow {
        self.next_steps(k, Lapse::default())
    }

    pub(super) fn step_done(&mut self, k: u32) -> Flow {
        let now = self.now;
        if self.awaits_copiers(k) {
            return Ok(());
        }
        let Some(the) = self.under_way(k) else { return Ok(()) };
        let (slot, age, seconds, runs) = (the.slot, the.age, now - the.began, the.step.runs);
        let ran = if runs == Runs::Source { self.age_now(slot) - age } else { 0.0 };
        self.next_steps(k, Lapse { seconds, ran })
    }

    /// The process stops running at its old node.
    fn freeze(&mut self, k: u32) {
        let now = self.now;
        let Some(the) = self.under_way(k).filter(|the| the.frozen.is_none()) else { return };
        let (slot, from, to) = (the.slot, the.from, the.to);
        self.stop_fetch(slot);
        self.wake_up(slot);
        let queued = self.pull(slot);
        self.tell_left(slot);
        let io_until = now + self.io_left(slot);
        if self.scenario.attributes {
            self.release_memory(slot, from);
        }
        let process = &mut self.stage.processes[slot];
        (process.state, process.node) = (State::Moving, to);
        let age = process.age;
        self.stage.set_out(to);
        if let Some(the) = self.under_way(k) {
            (the.frozen, the.io_until) = (Some((now, age)), io_until);
        }
        self.withdrawn(from, queued);
    }

    /// It goes on at its new node. False if it was lost there, for lack of memory.
    fn settle_move(&mut self, k: u32, goes_on: bool) -> bool {
        self.freeze(k);
        let now = self.now;
        let Some(the) = self.under_way(k) else { return false };
        let Some((frozen, age)) = the.frozen else { return false };
        let (slot, from, to, bytes) = (the.slot, the.from, the.to, the.bytes);
        let (freeze, initial) = (now - frozen, now - the.requested);
        let after = the.progress.after();
        let owes = goes_on || after.wanted > 0.0;
        let moved = Moved { from, to, age, at: frozen, freeze, initial, bytes, owes };
        (the.settled, the.bytes, the.throttle) = (true, 0.0, None);
        if the.progress.mechanism().costs.code > 0.0
            && let Some(transit) = self.transit.as_deref_mut()
        {
            transit.visit(slot, from);
        }
        self.count_move(slot, bytes, moved.freeze);
        if let Some(sink) = &mut self.sink {
            sink.transfer(&self.stage.processes[slot], &moved);
        }
        self.stage.arrived(to);
        self.keep_copy(k, age);
        self.owe(slot, from, after);
        if !goes_on && after.at_server {
            self.tell_released(slot);
        }
        self.settle(slot, to);
        self.under_way(k).is_some()
    }

    fn source_is_up(&mut self, k: u32) -> bool {
        let from = self.under_way(k).map(|the| the.from);
        from.is_some_and(|from| self.stage.nodes[from as usize].is_up())
    }

    /// Nothing of a process is left at the node that it left.
    fn tell_released(&mut self, slot: Slot) {
        if let Some(sink) = &mut self.sink {
            sink.released(&self.stage.processes[slot], self.now);
        }
    }

    /// Nothing is left to send.
    fn end_move(&mut self, k: u32) {
        let Some(the) = self.transit.as_deref_mut().and_then(|t| t.take(k)) else { return };
        if the.settled && self.stage.nodes[the.from as usize].is_up() {
            self.all_sent(the.slot, the.from);
            self.tell_released(the.slot);
        }
        self.book_bytes(&the, !the.settled);
    }

    fn book_bytes(&mut self, the: &Move, aborted: bool) {
        let measured = self.stage.processes[the.slot].measured;
        let migrants = &mut self.outcome.migrants;
        if measured {
            migrants.bytes += the.bytes;
            migrants.aborted += u64::from(aborted);
            migrants.wasted += the.frozen.filter(|_| aborted).map_or(0.0, |(at, _)| self.now - at);
        }
    }

    /// The move of a process is given up: it leaves, or is wanted elsewhere. What became of the process is the caller's.
    pub(super) fn abort_move(&mut self, slot: Slot) {
        self.stop_fetch(slot);
        let now = self.now;
        let Some(transit) = self.transit.as_deref_mut() else { return };
        let Some(mut the) = transit.find(slot).and_then(|k| transit.take(k)) else { return };
        if let Some(number) = the.sending.take() {
            the.bytes -= transit.flows.remove(number, now);
            self.plan_flows();
        }
        self.drop_copiers(the.copiers);
        self.book_bytes(&the, !the.settled);
    }
}
