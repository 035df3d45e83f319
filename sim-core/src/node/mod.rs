//! Nodes: a queue of processes, served by one discipline at a pace that can change.
//!
//! A node knows when its next internal event is due and nothing of policies, messages or other nodes. All disciplines
//! are work-conserving, and all support taking a process out and putting it in with its age kept.
//!
//! The rate of service. A node serves each running process at `pace` CPU seconds per second:
//! `pace = speed x paging x kernel`, where `paging = 1 / (1 + penalty x overcommitted fraction)` slows every resident
//! once their memory exceeds the node's, and `kernel = (cores - 1) / cores` while work at kernel priority (messages,
//! transfers) takes one core. A node that is down has pace 0.

mod fb;
pub(crate) mod heap;
mod kinds;
mod lanes;
mod line;
mod row;
mod share;
#[cfg(test)]
mod slow;

pub use kinds::DISCIPLINES;

use crate::process::{NONE, NodeId, Process, Slab, Slot};
use crate::time::Time;
use fb::Levels;
use lanes::Lanes;
use line::Line;
pub(crate) use row::Brief;
use row::Row;
use share::Share;

/// The order in which a node serves its processes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Discipline {
    /// First come, first served, without preemption.
    Fcfs,
    /// Processor sharing: n processes on c cores run at min(1, c / n) of the speed each.
    Ps,
    /// Round robin: slices of `quantum` seconds; a core that turns to another process first spends `switch_cost` seconds.
    Rr {
        /// Seconds of CPU per turn.
        quantum: f64,
        /// Seconds lost whenever a core turns to a process other than the one it just ran.
        switch_cost: f64,
    },
    /// Shortest remaining processing time first, preemptive.
    Srpt,
    /// Foreground-background: least attained service first; those equally young share.
    Fb,
}

/// What nodes of one kind have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeKind {
    /// CPU seconds served per second and core.
    pub speed: f64,
    /// How many processes run at once.
    pub cores: u32,
    /// The order of service.
    pub discipline: Discipline,
    /// Bytes of memory; infinite where memory does not matter.
    pub memory: f64,
    /// Bytes of swap: a process that would exceed memory and swap is lost.
    pub swap: f64,
    /// How steeply paging slows the node: pace falls to 1 / (1 + penalty x (used - memory) / memory).
    pub paging_penalty: f64,
    /// Its architecture, one bit.
    pub architecture: u32,
    /// What it offers, one bit for each attribute.
    pub offers: u32,
    /// The cluster it stands in.
    pub cluster: u32,
}

impl Default for NodeKind {
    fn default() -> Self {
        NodeKind {
            speed: 1.0,
            cores: 1,
            discipline: Discipline::Ps,
            memory: f64::INFINITY,
            swap: 0.0,
            paging_penalty: 1.0,
            architecture: 1,
            offers: 0,
            cluster: 0,
        }
    }
}

/// What happens to a node from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It fails: its residents are lost, and it serves nothing.
    Fail,
    /// It is up again.
    Repair,
    /// It will be shut down: residents stay and run, newcomers are refused, the policy is told.
    Drain,
    /// It accepts newcomers again.
    Return,
    /// Its owner is back: foreign processes are refused, the policy is told.
    Close,
    /// Its owner has left.
    Open,
}

/// The serving rate of a node at this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// CPU seconds per second of one running process.
    pub(crate) rate: f64,
    /// 1 / rate.
    pub(crate) inverse: f64,
    pub(crate) cores: u32,
}

impl Pace {
    fn new(rate: f64, cores: u32) -> Self {
        Pace { rate, inverse: 1.0 / rate, cores }
    }

    /// When `work` will be done, for a process that alone has a core.
    #[inline(always)]
    fn due(&self, since: Time, work: f64) -> Time {
        if self.rate > 0.0 { since + work.max(0.0) * self.inverse } else { Time::NEVER }
    }
}

/// What an internal event of a node came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tick {
    /// This process has reached its goal and has left the queue.
    Goal(Slot),
    /// So has this one, which gave back its record when it started.
    Gone(Brief),
    /// A slice ended, levels merged or kernel work was done; nobody left.
    Turn,
}

/// Why a [`Row`] has no answer.
const ROW: &str = "a row is only used where nobody changes a pace, and nobody looks at, moves or stops a process";

/// The next key of a node, where an operation changed it.
pub(crate) type Rekey = Option<Time>;

#[derive(Debug)]
enum Queue {
    Row(Row),
    Line(Line),
    Share(Share),
    Lanes(Box<Lanes>),
    Levels(Box<Levels>),
}

/// What has happened to a node from outside, one bit each.
const DOWN: u8 = 1;
const DRAINING: u8 = 2;
const CLOSED: u8 = 4;

/// One node, in two cache lines: the first holds the processes of a [`Row`], the second everything else, so that who
/// asks a node for its load reads one line.
#[derive(Debug)]
#[repr(C, align(128))]
pub(crate) struct Node {
    queue: Queue,
    /// When its next internal event is due. Owned by the completions queue; an operation returns the new one.
    pub(crate) key: Time,
    /// Chains nodes of one calendar bucket.
    pub(crate) link: NodeId,
    load: u32,
    rate: f64,
    inverse: f64,
    /// While kernel work lasts.
    kernel_until: Time,
    /// Bytes used by residents.
    used: f64,
    cores: u32,
    kind: u16,
    status: u8,
}

const _: () = assert!(size_of::<Node>() == 128, "a node is two cache lines");

impl Node {
    pub(crate) fn new(kind_number: u16, kind: &NodeKind) -> Self {
        let queue = match kind.discipline {
            Discipline::Fcfs if kind.cores == 1 => Queue::Line(Line::new()),
            Discipline::Ps => Queue::Share(Share::default()),
            Discipline::Fb => Queue::Levels(Box::default()),
            Discipline::Fcfs => Queue::Lanes(Box::new(Lanes::fifo())),
            Discipline::Srpt => Queue::Lanes(Box::new(Lanes::srpt())),
            Discipline::Rr { quantum, switch_cost } => {
                Queue::Lanes(Box::new(Lanes::round_robin(quantum * kind.speed, switch_cost * kind.speed)))
            }
        };
        let Pace { rate, inverse, cores } = Pace::new(kind.speed, kind.cores);
        Node {
            queue,
            key: Time::NEVER,
            link: NONE,
            load: 0,
            rate,
            inverse,
            kernel_until: Time::ZERO,
            used: 0.0,
            cores,
            kind: kind_number,
            status: 0,
        }
    }

    /// A node of a run in which the pace never changes and nobody can look at, move or stop a process that has started.
    pub(crate) fn plain(kind_number: u16, kind: &NodeKind) -> Self {
        let mut node = Node::new(kind_number, kind);
        if matches!(node.queue, Queue::Line(_)) {
            node.queue = Queue::Row(Row::new());
        }
        node
    }

    #[inline(always)]
    fn pace(&self) -> Pace {
        Pace { rate: self.rate, inverse: self.inverse, cores: self.cores }
    }

    /// Processes here that run or wait for the CPU.
    #[inline(always)]
    pub(crate) fn load(&self) -> u32 {
        self.load
    }

    /// How many processes it can serve at once.
    #[inline(always)]
    pub(crate) fn cores(&self) -> u32 {
        self.cores
    }

    pub(crate) fn kind(&self) -> usize {
        self.kind as usize
    }

    /// Bytes used by residents.
    #[cfg(debug_assertions)]
    pub(crate) fn used(&self) -> f64 {
        self.used
    }

    pub(crate) fn is_up(&self) -> bool {
        self.status & DOWN == 0
    }

    /// Whether its owner is there.
    pub(crate) fn has_its_owner(&self) -> bool {
        self.status & CLOSED != 0
    }

    /// Whether it takes a process of this origin.
    pub(crate) fn accepts(&self, foreign: bool) -> bool {
        self.status & if foreign { DOWN | DRAINING | CLOSED } else { DOWN | DRAINING } == 0
    }

    /// Puts a process into the queue; its age and goal are kept.
    #[inline(always)]
    pub(crate) fn insert(&mut self, slot: Slot, processes: &mut Slab, now: Time) -> Rekey {
        let load = self.load;
        self.load = load + 1;
        if let Queue::Row(q) = &mut self.queue {
            return q.insert(load, slot, processes, now, self.inverse);
        }
        let pace = &self.pace();
        let rekey = match &mut self.queue {
            Queue::Share(q) => q.insert(slot, processes, now, pace),
            Queue::Line(q) => q.insert(load, slot, processes, now, pace),
            Queue::Lanes(q) => q.insert(slot, processes, now, pace),
            Queue::Levels(q) => q.insert(slot, processes, now, pace),
            Queue::Row(_) => unreachable!("{ROW}"),
        };
        self.with_kernel(rekey)
    }

    /// Puts back a process that has just reached its goal and has a new one: it goes on where it was.
    pub(crate) fn put_back(&mut self, slot: Slot, processes: &mut Slab, now: Time) -> Rekey {
        let load = self.load;
        self.load = load + 1;
        let pace = &self.pace();
        let rekey = match &mut self.queue {
            Queue::Row(_) => unreachable!("{ROW}"),
            Queue::Line(q) => q.put_back(load, slot, processes, now, pace),
            Queue::Share(q) => q.insert(slot, processes, now, pace),
            Queue::Lanes(q) => q.put_back(slot, processes, now, pace),
            Queue::Levels(q) => q.insert(slot, processes, now, pace),
        };
        self.with_kernel(rekey)
    }

    /// Whether this process of the queue is being served.
    pub(crate) fn serves(&self, slot: Slot) -> bool {
        match &self.queue {
            Queue::Row(_) => unreachable!("{ROW}"),
            Queue::Line(q) => self.load > 0 && q.first() == slot,
            Queue::Lanes(q) => q.serves(slot),
            Queue::Levels(q) => q.serves(slot),
            Queue::Share(_) => true,
        }
    }

    /// Takes a process out, its age brought up to date. Panics if it is not in this queue: the engine knows better.
    pub(crate) fn remove(&mut self, slot: Slot, processes: &mut Slab, now: Time) -> Rekey {
        let load = self.load;
        let pace = &self.pace();
        let found = match &mut self.queue {
            Queue::Row(_) => unreachable!("{ROW}"),
            Queue::Line(q) => q.remove(load, slot, processes, now, pace),
            Queue::Share(q) => q.remove(slot, processes, now, pace),
            Queue::Lanes(q) => q.remove(slot, processes, now, pace),
            Queue::Levels(q) => q.remove(slot, processes, now),
        };
        assert!(found, "process {} is not in the queue of its node", processes[slot].index);
        self.load -= 1;
        let due = self.due(processes);
        self.with_kernel(Some(due))
    }

    /// The internal event that was due now.
    #[inline(always)]
    pub(crate) fn tick(&mut self, kinds: &[NodeKind], processes: &mut Slab, now: Time) -> (Tick, Rekey) {
        let load = self.load;
        if let Queue::Row(q) = &mut self.queue {
            self.load = load - 1;
            return q.tick(load, processes, now, self.inverse);
        }
        if self.kernel_until > Time::ZERO && self.kernel_until <= now {
            return self.kernel_done(kinds, processes, now);
        }
        let pace = &self.pace();
        let (tick, rekey) = match &mut self.queue {
            Queue::Share(q) => q.tick(processes, now, pace),
            Queue::Line(q) => q.tick(load, processes, now, pace),
            Queue::Lanes(q) => q.tick(processes, now, pace),
            Queue::Levels(q) => q.tick(processes, now, pace),
            Queue::Row(_) => unreachable!("{ROW}"),
        };
        self.load -= u32::from(tick != Tick::Turn);
        (tick, self.with_kernel(rekey))
    }

    /// Work at kernel priority: takes one core for `seconds` at full speed, starting now or after what it already owes.
    pub(crate) fn charge(&mut self, seconds: f64, kinds: &[NodeKind], processes: &mut Slab, now: Time) -> Rekey {
        if seconds <= 0.0 {
            return None;
        }
        let start = if self.kernel_until > now { self.kernel_until } else { now };
        self.kernel_until = start + seconds / kinds[self.kind()].speed;
        self.repace(kinds, processes, now)
    }

    fn kernel_done(&mut self, kinds: &[NodeKind], processes: &mut Slab, now: Time) -> (Tick, Rekey) {
        self.kernel_until = Time::ZERO;
        (Tick::Turn, self.repace(kinds, processes, now))
    }

    /// Bytes of memory that came or went with a resident.
    pub(crate) fn use_memory(&mut self, bytes: f64, kinds: &[NodeKind], processes: &mut Slab, now: Time) -> Rekey {
        self.used += bytes;
        if kinds[self.kind()].memory.is_finite() { self.repace(kinds, processes, now) } else { None }
    }

    /// Whether memory and swap have room for this many bytes more.
    pub(crate) fn has_room(&self, bytes: f64, kinds: &[NodeKind]) -> bool {
        bytes <= self.free_memory(kinds)
    }

    /// Bytes of memory and swap that nobody uses.
    pub(crate) fn free_memory(&self, kinds: &[NodeKind]) -> f64 {
        let kind = &kinds[self.kind()];
        kind.memory + kind.swap - self.used
    }

    /// Sets what happened to the node. Who must go, and who is told, is the engine's business.
    pub(crate) fn change(&mut self, what: Change, kinds: &[NodeKind], processes: &mut Slab, now: Time) -> Rekey {
        match what {
            Change::Fail => self.status |= DOWN,
            Change::Repair => self.status &= !DOWN,
            Change::Drain => self.status |= DRAINING,
            Change::Return => self.status &= !DRAINING,
            Change::Close => self.status |= CLOSED,
            Change::Open => self.status &= !CLOSED,
        }
        self.repace(kinds, processes, now)
    }

    /// Settles what was served at the old pace, and goes on at the one that holds now.
    fn repace(&mut self, kinds: &[NodeKind], processes: &mut Slab, now: Time) -> Rekey {
        let old = self.pace();
        match &mut self.queue {
            Queue::Row(_) => unreachable!("{ROW}"),
            Queue::Line(q) => q.settle(self.load, processes, now, &old),
            Queue::Share(q) => q.settle(now, &old),
            Queue::Lanes(q) => q.settle(now, &old),
            Queue::Levels(q) => q.settle(now),
        }
        let kind = &kinds[self.kind()];
        let over = if self.used > kind.memory { (self.used - kind.memory) / kind.memory } else { 0.0 };
        let cores = f64::from(kind.cores);
        let kernel = if self.kernel_until > now { (cores - 1.0) / cores } else { 1.0 };
        let up = f64::from(u8::from(self.is_up()));
        let pace = Pace::new(up * kind.speed * kernel / (1.0 + kind.paging_penalty * over), kind.cores);
        (self.rate, self.inverse) = (pace.rate, pace.inverse);
        let due = self.due(processes);
        self.with_kernel(Some(due))
    }

    fn due(&mut self, processes: &Slab) -> Time {
        let pace = &self.pace();
        match &mut self.queue {
            Queue::Row(_) => unreachable!("{ROW}"),
            Queue::Line(q) => q.due(self.load, processes, pace),
            Queue::Share(q) => q.due(pace),
            Queue::Lanes(q) => q.due(pace),
            Queue::Levels(q) => q.due(pace),
        }
    }

    #[inline(always)]
    fn with_kernel(&self, rekey: Rekey) -> Rekey {
        if self.kernel_until > Time::ZERO { rekey.map(|t| t.min(self.kernel_until)) } else { rekey }
    }

    /// The age of a process in this queue at this moment.
    pub(crate) fn age(&self, slot: Slot, processes: &Slab, now: Time) -> f64 {
        let pace = &self.pace();
        let age = match &self.queue {
            Queue::Row(_) => unreachable!("{ROW}"),
            Queue::Line(q) => q.age(self.load, slot, processes, now, pace),
            Queue::Share(q) => q.age(slot, processes, now, pace),
            Queue::Lanes(q) => q.age(slot, processes, now, pace),
            Queue::Levels(q) => q.age(slot, processes, now),
        };
        clamp_age(age, &processes[slot])
    }

    /// Calls `f` with every process in the queue that has a record, in an order that depends on the discipline only.
    pub(crate) fn each(&self, processes: &Slab, mut f: impl FnMut(Slot)) {
        match &self.queue {
            Queue::Row(q) => q.each(self.load, processes, &mut f),
            Queue::Line(q) => q.each(self.load, processes, &mut f),
            Queue::Share(q) => q.each(&mut f),
            Queue::Lanes(q) => q.each(&mut f),
            Queue::Levels(q) => q.each(&mut f),
        }
    }

    /// The processes in the queue that have no record.
    #[cfg(debug_assertions)]
    pub(crate) fn briefs(&self) -> impl Iterator<Item = Brief> + '_ {
        let row = if let Queue::Row(q) = &self.queue { Some(q) } else { None };
        row.into_iter().flat_map(|q| q.briefs(self.load))
    }

    /// When the completion after the next one is due, where the node itself tells; for prefetching.
    #[inline(always)]
    pub(crate) fn second_due(&self) -> Option<Time> {
        let Queue::Row(q) = &self.queue else { return None };
        q.second(self.load).map(|work| self.key + work * self.inverse)
    }

    /// A process whose completion may come soon, for prefetching.
    #[inline(always)]
    pub(crate) fn likely_next(&self) -> Option<Slot> {
        match &self.queue {
            Queue::Line(q) => (self.load > 0).then(|| q.first()),
            _ => None,
        }
    }
}

/// Rounding must neither take age away nor carry it past the goal.
fn clamp_age(age: f64, process: &Process) -> f64 {
    age.max(process.age).min(process.goal)
}
