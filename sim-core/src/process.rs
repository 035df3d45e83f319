//! Processes: what the engine keeps of each one that is in the system, and the slab that keeps them.
//!
//! The hot record is small because every event touches one. Attributes that most runs never look at live in
//! [`Attributes`], beside the slab, and only in runs that declare a use for them.

use crate::time::Time;

/// The number of a node, from 0.
pub type NodeId = u32;
/// A slot of the slab.
pub(crate) type Slot = u32;
/// No node, no slot.
pub(crate) const NONE: u32 = u32::MAX;

/// Names one process for as long as it is in the system: a slot, and a stamp that tells its tenants apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProcessId {
    pub(crate) slot: Slot,
    pub(crate) stamp: u32,
}

/// Where a process is and what it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its placement is being decided.
    Deciding,
    /// Held at a site until that site starts it.
    Held,
    /// On its way to a node, running nowhere.
    Moving,
    /// At a node, running or waiting for the CPU.
    Present,
    /// At a node, suspended by its policy.
    Suspended,
    /// At a node, doing I/O.
    Blocked,
    /// At a node, yielding the CPU to every process of ordinary priority.
    Yielding,
    /// No process at all, but the CPU work of moving one, in the queue of a node.
    Copying,
}

impl State {
    /// Whether it has started and is at a node.
    pub(crate) fn is_resident(self) -> bool {
        !matches!(self, State::Deciding | State::Held | State::Moving | State::Copying)
    }
}

/// One process in the system.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// When it arrived.
    pub arrival: Time,
    /// CPU seconds that it needs on a node of speed 1.
    pub lifetime: f64,
    /// CPU seconds received; brought up to date when it leaves a queue.
    pub age: f64,
    /// The age at which it next leaves the CPU of its own accord: its lifetime, or an earlier stop. While it is in no
    /// queue and may do I/O: the instant at which its I/O ends, in seconds.
    pub goal: f64,
    /// Its number in order of arrival, from 0.
    pub index: u64,
    /// The node at which it arrived.
    pub home: NodeId,
    /// The node at which it is, or to which it is moving.
    pub node: NodeId,
    /// The next in a queue or in the free list.
    pub(crate) next: Slot,
    /// How often it has been moved after it started.
    pub moves: u16,
    /// Where it is.
    pub state: State,
    /// Whether it has a lower priority than ordinary processes.
    pub low: bool,
    /// Whether it belongs to the measurement.
    pub measured: bool,
}

/// What a workload may know about a process beyond its lifetime. Drawn from streams indexed by process, so that no
/// policy can shift them; a run that needs none of it never asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attributes {
    /// Address space in bytes.
    pub memory: f64,
    /// Bytes per CPU second that it makes dirty at first.
    pub dirty_rate: f64,
    /// Bytes that it keeps writing to (the writable working set).
    pub working_set: f64,
    /// Its class or program name, as an index into the workload's table.
    pub class: u32,
    /// Whether it may only run at its home.
    pub must_stay: bool,
    /// The architectures that it can run on, one bit each.
    pub architectures: u32,
    /// The node attributes that it needs, one bit each.
    pub needs: u32,
    /// CPU seconds between I/O operations (0: none) and seconds that each takes.
    pub io: Phases,
    /// The process that created it, if the workload says so.
    pub parent: Option<u64>,
    /// The group it belongs to (fork-join, barrier, users), if any.
    pub group: Option<u32>,
    /// Where the others of its group have their homes, if no two of them may ever be at one node.
    pub apart: Option<Apart>,
    /// Fraction of its lifetime spent talking to partners.
    pub communication: f64,
    /// Fraction of its lifetime spent in system calls that are forwarded to its home when it runs elsewhere.
    pub forwarding: f64,
}

/// The homes of a group whose members are kept apart: so many nodes from the first on, going round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The first.
    pub first: NodeId,
    /// How many there are.
    pub count: u32,
}

impl Apart {
    /// Whether this node, of so many, is one of them.
    pub fn holds(&self, node: NodeId, nodes: u32) -> bool {
        let nodes = u64::from(nodes);
        (u64::from(node) + nodes - u64::from(self.first)) % nodes < u64::from(self.count)
    }
}

/// Alternation of CPU bursts and I/O.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phases {
    /// CPU seconds of each burst; infinite where the process does no I/O.
    pub burst: f64,
    /// Seconds of each I/O operation at the node where the process runs.
    pub wait: f64,
    /// Factor on `wait` when the process runs away from home (1: I/O is equally near everywhere).
    pub remote_factor: f64,
}

impl Default for Phases {
    fn default() -> Self {
        Phases { burst: f64::INFINITY, wait: 0.0, remote_factor: 1.0 }
    }
}

impl Default for Attributes {
    fn default() -> Self {
        Attributes {
            memory: 0.0,
            dirty_rate: 0.0,
            working_set: 0.0,
            class: 0,
            must_stay: false,
            architectures: u32::MAX,
            needs: 0,
            io: Phases::default(),
            parent: None,
            group: None,
            apart: None,
            communication: 0.0,
            forwarding: 0.0,
        }
    }
}

/// All processes in the system. Slots are reused most-recently-freed first, so they stay in cache.
#[derive(Debug)]
pub(crate) struct Slab {
    list: Vec<Process>,
    free: Slot,
    live: usize,
}

impl Slab {
    /// With room for so many before the list must grow.
    pub(crate) fn with_room(count: usize) -> Self {
        Slab { list: Vec::with_capacity(count), free: NONE, live: 0 }
    }

    #[inline]
    pub(crate) fn add(&mut self, process: Process) -> Slot {
        self.live += 1;
        match self.free {
            NONE => {
                self.list.push(process);
                (self.list.len() - 1) as Slot
            }
            slot => {
                self.free = self.list[slot as usize].next;
                self.list[slot as usize] = process;
                slot
            }
        }
    }

    #[inline]
    pub(crate) fn free(&mut self, slot: Slot) {
        self.live -= 1;
        let process = &mut self.list[slot as usize];
        process.index = u64::MAX;
        process.next = self.free;
        self.free = slot;
    }

    /// How many processes are in the system.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    pub(crate) fn id(&self, slot: Slot) -> ProcessId {
        ProcessId { slot, stamp: self[slot].index as u32 }
    }

    /// The slot of a process that is still in the system.
    pub(crate) fn find(&self, id: ProcessId) -> Option<Slot> {
        let process = self.list.get(id.slot as usize)?;
        (process.index != u64::MAX && process.index as u32 == id.stamp).then_some(id.slot)
    }

    pub(crate) fn as_slice(&self) -> &[Process] {
        &self.list
    }
}

impl std::ops::Index<Slot> for Slab {
    type Output = Process;
    #[inline]
    fn index(&self, slot: Slot) -> &Process {
        &self.list[slot as usize]
    }
}

impl std::ops::IndexMut<Slot> for Slab {
    #[inline]
    fn index_mut(&mut self, slot: Slot) -> &mut Process {
        &mut self.list[slot as usize]
    }
}
