//! What is kept of moves with steps: one record per move under way, the transfers between them, what processes have left
//! behind.
//!
//! Not here: what happens to them (`transit`, `owed`, `commit`).

use super::commit::Kept;
use super::owed::{Fetch, Owed};
use super::stops::Throttle;
use crate::mechanism::step::{Phase, Step};
use crate::mechanism::{HotSet, Image, Mechanism, Progress, Writes};
use crate::network::Flows;
use crate::process::{Attributes, NONE, NodeId, Slot};
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
    pub(super) carried: Vec<Cargo>,
    /// Tells moves that have had the same number apart, and fetches.
    pub(super) serial: u32,
    /// Tells plans for the end of a flow apart; only the last one counts.
    pub(super) epoch: u32,
    /// What processes have left behind, by slot.
    pub(super) owed: Vec<Vec<Owed>>,
    /// Pages that are on their way to processes that wait for them.
    pub(super) fetches: Vec<Fetch>,
    /// The nodes that processes have left, by slot; kept where a warm return is cheaper.
    pub(super) visited: Vec<Vec<NodeId>>,
    /// Copies that sources keep until the commit is confirmed.
    pub(super) kept: Vec<Kept>,
}

/// What a flow carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cargo {
    /// A step of a move.
    Move(u32),
    /// Pages that a process waits for.
    Pages(u32),
}

/// A move under way.
#[derive(Debug)]
pub(super) struct Move {
    pub(super) slot: Slot,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) serial: u32,
    pub(super) progress: Progress,
    /// The step under way, when it began, and the age of the process then.
    pub(super) step: Step,
    pub(super) began: Time,
    pub(super) age: f64,
    pub(super) part: Part,
    pub(super) sending: Option<usize>,
    pub(super) requested: Time,
    /// When it stopped running, and its age then.
    pub(super) frozen: Option<(Time, f64)>,
    /// When the I/O in the middle of which it was frozen ends.
    pub(super) io_until: Time,
    /// A step that waits for that, or for a safe point.
    pub(super) held: Option<Option<Step>>,
    /// The age of the safe point that is waited for; else infinite.
    pub(super) safe: f64,
    /// How the process is held back.
    pub(super) throttle: Option<Throttle>,
    /// What competes on behalf of the step at the source, and at the target.
    pub(super) copiers: [Slot; 2],
    /// Bytes of the steps since the request, or since it runs at its new node.
    pub(super) bytes: f64,
    pub(super) settled: bool,
}

/// What a step is waiting for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// Its seconds.
    Delay,
    /// Its bytes.
    Sending,
    /// The CPU work of copying.
    Cpu,
    /// The end of the I/O of the process.
    Io,
    /// A safe point.
    Safe,
    /// The end of the doubt whether the target goes on.
    Doubt,
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
            visited: Vec::new(),
            kept: Vec::new(),
        }))
    }

    /// The move of a process that is under way.
    pub(super) fn find(&self, slot: Slot) -> Option<u32> {
        self.by_slot.get(slot as usize).copied().filter(|k| *k != NONE)
    }

    /// Whether a process is under way from or to a node, and does not yet run at its new one.
    pub(super) fn touches(&self, slot: Slot, node: NodeId) -> bool {
        let the = self.find(slot).and_then(|k| self.moves.get(k as usize)?.as_deref());
        the.is_some_and(|the| !the.settled && (the.from == node || the.to == node))
    }

    pub(super) fn add(&mut self, mut the: Box<Move>) -> u32 {
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

    pub(super) fn get(&mut self, k: u32) -> Option<&mut Move> {
        self.moves.get_mut(k as usize)?.as_deref_mut()
    }

    /// The move of a process.
    pub(super) fn of_slot(&self, slot: Slot) -> Option<&Move> {
        self.moves.get(self.find(slot)? as usize)?.as_deref()
    }

    /// The move on behalf of which this copier competes.
    pub(super) fn of_copier(&mut self, slot: Slot) -> Option<(u32, &mut Move)> {
        let mut all = (0..).zip(&mut self.moves).filter_map(|(k, the)| Some((k, the.as_deref_mut()?)));
        all.find(|(_, the)| the.copiers.contains(&slot))
    }

    /// The moves from or to a node.
    pub(super) fn touching(&self, i: NodeId) -> impl Iterator<Item = (u32, &Move)> {
        let all = (0..).zip(&self.moves).filter_map(|(k, the)| Some((k, the.as_deref()?)));
        all.filter(move |(_, the)| the.from == i || the.to == i)
    }

    /// What a move has waited for is void. Its new number.
    pub(super) fn renew(&mut self, k: u32) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        let serial = self.serial;
        if let Some(the) = self.get(k) {
            the.serial = serial;
        }
        serial
    }

    /// A process has left a node, which keeps its code.
    pub(super) fn visit(&mut self, slot: Slot, node: NodeId) {
        if self.visited.len() <= slot as usize {
            self.visited.resize_with(slot as usize + 1, Vec::new);
        }
        let list = &mut self.visited[slot as usize];
        if !list.contains(&node) {
            list.push(node);
        }
    }

    /// A node has lost what it kept.
    pub(super) fn forget_visits(&mut self, node: NodeId) {
        self.visited.iter_mut().for_each(|list| list.retain(|known| *known != node));
    }

    /// A process has left the system, or starts anew: nobody owes it anything, or keeps anything of it.
    pub(super) fn forget(&mut self, slot: Slot) {
        let lists =
            [self.owed.get_mut(slot as usize).map(Vec::clear), self.visited.get_mut(slot as usize).map(Vec::clear)];
        if lists != [None; 2] {
            self.kept.retain(|kept| !kept.is_of(slot));
        }
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

    pub(super) fn take(&mut self, k: u32) -> Option<Box<Move>> {
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
pub(super) fn image(assumed: &Image, known: Option<&Attributes>) -> Image {
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
