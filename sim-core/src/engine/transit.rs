//! Moves with steps among all other processes: who runs during each step, what it sends over the shared network, and
//! what becomes of it when the process leaves or a node fails.
//!
//! A process under way runs at its old node until the first step that freezes it, and is nowhere until the steps of the
//! freeze are over; then it goes on at its new node. Not here: what the steps are (`mechanism`), moves without steps
//! (`moves`), pages that follow later (`owed`).

use super::owed::{Fetch, Owed};
use super::{Event, Flow, World};
use crate::mechanism::step::{Lapse, Phase, Runs, Step};
use crate::mechanism::{Ending, HotSet, Image, Mechanism, Progress, Way, Wires, Writes};
use crate::network::{End, Flows, Route};
use crate::process::{Attributes, NONE, NodeId, Slot, State};
use crate::record::Moved;
use crate::scenario::Scenario;
use crate::time::Time;
use crate::transfer::Transfer;

/// All moves under way.
#[derive(Debug)]
pub(super) struct Transit {
    pub(super) mechanism: Mechanism,
    moves: Vec<Option<Box<Move>>>,
    /// The move of each process, by its slot.
    by_slot: Vec<u32>,
    pub(super) flows: Flows,
    /// Whose flow it is, by its number.
    carried: Vec<Cargo>,
    /// Tells moves that have had the same number apart, and fetches.
    pub(super) serial: u32,
    /// Tells plans for the end of a flow apart; only the last one counts.
    epoch: u32,
    /// What processes have left behind, by slot.
    pub(super) owed: Vec<Vec<Owed>>,
    /// Pages that are on their way to processes that wait for them.
    pub(super) fetches: Vec<Fetch>,
}

/// What a flow carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cargo {
    /// A step of a move.
    Move(u32),
    /// Pages that a process waits for.
    Pages(u32),
}

#[derive(Debug)]
struct Move {
    slot: Slot,
    from: NodeId,
    to: NodeId,
    serial: u32,
    progress: Progress,
    /// The step under way, when it began, and the age of the process then.
    step: Step,
    began: Time,
    age: f64,
    part: Part,
    sending: Option<usize>,
    requested: Time,
    /// When it stopped running, and its age then.
    frozen: Option<(Time, f64)>,
    /// When the I/O in the middle of which it was frozen ends.
    io_until: Time,
    /// A step that waits for that.
    held: Option<Option<Step>>,
    /// Bytes of the steps since the request, or since it runs at its new node.
    bytes: f64,
    settled: bool,
}

/// What a step is waiting for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Delay,
    Sending,
    Io,
}

impl Transit {
    /// Nothing under way; `None` where moves have no steps.
    pub(super) fn of(scenario: &Scenario) -> Option<Box<Transit>> {
        let Transfer::Staged(mechanism) = scenario.migration else { return None };
        let flows = Flows::new(scenario.fabric.links(scenario.count() as u32));
        Some(Box::new(Transit {
            mechanism,
            moves: Vec::new(),
            by_slot: Vec::new(),
            flows,
            carried: Vec::new(),
            serial: 0,
            epoch: 0,
            owed: Vec::new(),
            fetches: Vec::new(),
        }))
    }

    /// The move of a process that is under way.
    pub(super) fn find(&self, slot: Slot) -> Option<u32> {
        self.by_slot.get(slot as usize).copied().filter(|k| *k != NONE)
    }

    fn add(&mut self, mut the: Box<Move>) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        the.serial = self.serial;
        let slot = the.slot as usize;
        let free = self.moves.iter().position(Option::is_none).unwrap_or(self.moves.len());
        if free == self.moves.len() {
            self.moves.push(None);
        }
        self.moves[free] = Some(the);
        if self.by_slot.len() <= slot {
            self.by_slot.resize(slot + 1, NONE);
        }
        self.by_slot[slot] = free as u32;
        free as u32
    }

    fn get(&mut self, k: u32) -> Option<&mut Move> {
        self.moves.get_mut(k as usize)?.as_deref_mut()
    }

    /// The push behind a process has so many bytes less to send, since they were fetched before.
    pub(super) fn spare(&mut self, slot: Slot, bytes: f64, now: Time) {
        let sending = self.find(slot).and_then(|k| self.get(k)).and_then(|the| the.sending);
        let (Some(number), Some(left)) = (sending, self.behind(slot, now)) else { return };
        self.flows.spare(number, bytes.min(left), now);
        if let Some(the) = self.find(slot).and_then(|k| self.get(k)) {
            the.bytes -= bytes.min(left);
        }
    }

    /// Pages that a process waits for go before the push behind it, which pauses, or goes on.
    pub(super) fn pause_push(&mut self, slot: Slot, pause: bool, now: Time) {
        let Some(the) = self.find(slot).and_then(|k| self.get(k)) else { return };
        let (sending, limit, pushes) = (the.sending, the.step.limit, the.step.phase == Phase::Push);
        if let Some(number) = sending.filter(|_| pushes) {
            self.flows.hold_to(number, if pause { 0.0 } else { limit }, now);
        }
    }

    fn take(&mut self, k: u32) -> Option<Box<Move>> {
        let the = self.moves.get_mut(k as usize)?.take()?;
        self.by_slot[the.slot as usize] = NONE;
        Some(the)
    }

    /// What the background behind a process has still to send, if it is under way.
    pub(super) fn behind(&self, slot: Slot, now: Time) -> Option<f64> {
        let the = self.moves.get(self.find(slot)? as usize)?.as_deref()?;
        if !matches!(the.step.phase, Phase::Push | Phase::Flush) {
            return None;
        }
        let unshared = || (the.step.bytes - the.step.limit * (now - the.began)).max(0.0);
        Some(the.sending.map_or_else(unshared, |number| self.flows.left(number, now)))
    }
}

/// The image of a process: what the workload knows of it, else what the mechanism assumes.
fn image(assumed: &Image, known: Option<&Attributes>) -> Image {
    let Some(known) = known else { return *assumed };
    let memory = if known.memory > 0.0 { known.memory } else { assumed.memory };
    let writes = match assumed.writes {
        _ if known.dirty_rate > 0.0 && known.working_set > 0.0 => {
            let set = HotSet { size: known.working_set, time: known.working_set / known.dirty_rate };
            Writes::Sets([set, HotSet::default(), HotSet::default()])
        }
        _ if known.dirty_rate > 0.0 => Writes::Rate(known.dirty_rate),
        assumed => assumed,
    };
    Image { memory, writes, ..*assumed }
}

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
        let mechanism = Mechanism { image: image(&assumed.image, known), wires, ..*assumed };
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
            bytes: 0.0,
            settled: false,
        };
        let k = transit.add(Box::new(the));
        self.next_steps(k, Lapse::default())
    }

    fn under_way(&mut self, k: u32) -> Option<&mut Move> {
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
            if arrives && !self.settle_move(k) {
                return Ok(());
            }
            let Some(step) = step else {
                self.end_move(k);
                return Ok(());
            };
            if step.runs == Runs::Nowhere {
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
        let (slot, from, to, serial) = (the.slot, the.from, the.to, the.serial);
        self.charge(from, step.source_cpu);
        self.charge(to, step.target_cpu);
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
        if step.delay + waited > 0.0 {
            self.schedule(now + (step.delay + waited), Event::Step(k, serial));
            return true;
        }
        self.send_step(k)
    }

    /// The CPU seconds that a process has received by now.
    fn age_now(&self, slot: Slot) -> f64 {
        let process = &self.stage.processes[slot];
        if process.state == State::Present {
            self.stage.nodes[process.node as usize].age(slot, &self.stage.processes, self.now)
        } else {
            process.age
        }
    }

    /// Sends the bytes of a step. False if that takes no time.
    fn send_step(&mut self, k: u32) -> bool {
        let (now, nodes) = (self.now, self.stage.nodes.len() as u32);
        let Some(the) = self.under_way(k) else { return true };
        let (step, serial) = (the.step, the.serial);
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
        match self.scenario.fabric.route(from, to, nodes) {
            Some(route) => {
                let number = self.begin_flow(Cargo::Move(k), route, step.bytes, step.limit);
                if let Some(the) = self.under_way(k) {
                    the.sending = number;
                }
            }
            None if step.limit < f64::INFINITY => {
                self.schedule(now + step.bytes / step.limit, Event::Step(k, serial));
            }
            None => return false,
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
        let part = the.part;
        if part == Part::Io {
            return self.next_steps(k, Lapse::default());
        }
        if part == Part::Delay && self.send_step(k) { Ok(()) } else { self.step_done(k) }
    }

    fn step_done(&mut self, k: u32) -> Flow {
        let now = self.now;
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
        let queued = self.pull(slot);
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
    fn settle_move(&mut self, k: u32) -> bool {
        self.freeze(k);
        let now = self.now;
        let Some(the) = self.under_way(k) else { return false };
        let Some((frozen, age)) = the.frozen else { return false };
        let (slot, from, to, bytes) = (the.slot, the.from, the.to, the.bytes);
        let moved = Moved { from, to, age, at: frozen, freeze: now - frozen, initial: now - the.requested, bytes };
        let after = the.progress.after();
        (the.settled, the.bytes) = (true, 0.0);
        self.count_move(slot, bytes, moved.freeze);
        if let Some(sink) = &mut self.sink {
            sink.transfer(&self.stage.processes[slot], &moved);
        }
        self.stage.arrived(to);
        self.owe(slot, from, after);
        self.settle(slot, to);
        self.under_way(k).is_some()
    }

    /// Nothing is left to send.
    fn end_move(&mut self, k: u32) {
        let Some(the) = self.transit.as_deref_mut().and_then(|t| t.take(k)) else { return };
        if the.settled {
            self.all_sent(the.slot, the.from);
        }
        self.book_bytes(&the, !the.settled);
    }

    fn book_bytes(&mut self, the: &Move, aborted: bool) {
        let measured = self.stage.processes[the.slot].measured;
        let migrants = &mut self.outcome.migrants;
        if measured {
            migrants.bytes += the.bytes;
            migrants.aborted += u64::from(aborted);
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
        self.book_bytes(&the, !the.settled);
    }

    /// A node has failed, and its residents with it: what that means for those under way to or from it.
    ///
    /// Before the process runs at its new node, the old one is authoritative: its failure loses the process (unless the
    /// image is already in a store), that of the new node only wastes the move. While pages are pushed, either loses it.
    pub(super) fn fail_moves(&mut self, i: NodeId) {
        let Some(transit) = self.transit.as_deref() else { return };
        let touched = transit.moves.iter().flatten().filter(|the| the.from == i || the.to == i);
        let stored = |the: &Move| matches!(the.step.phase, Phase::Queue | Phase::Restore);
        let hit: Vec<(Slot, NodeId, bool, bool, bool)> =
            touched.map(|the| (the.slot, the.from, the.frozen.is_some(), the.settled, stored(the))).collect();
        for (slot, from, frozen, settled, stored) in hit {
            if !frozen {
                self.abort_move(slot);
            } else if settled || (from == i && !stored) {
                self.kill(slot);
            } else if from != i {
                self.roll_back(slot, from);
            }
        }
    }

    /// A frozen process goes on where it was; if that is impossible too, it is lost.
    fn roll_back(&mut self, slot: Slot, from: NodeId) {
        if !self.stage.nodes[from as usize].is_up() {
            return self.kill(slot);
        }
        self.stage.arrived(self.stage.processes[slot].node);
        self.abort_move(slot);
        self.stage.processes[slot].node = from;
        self.settle(slot, from);
    }
}
