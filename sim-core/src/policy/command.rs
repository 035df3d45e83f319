//! What a policy may order when it acts.

use super::{Ask, Note, Site, Who};
use crate::process::{NodeId, ProcessId};

/// Which process of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pick {
    /// This one.
    Process(ProcessId),
    /// The so many that arrived last.
    Newest(u32),
    /// The so many that arrived first.
    Oldest(u32),
    /// The so many newest among those that have received no service yet.
    NeverStarted(u32),
    /// The newer half of them (rounded down).
    Half,
}

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum To {
    /// This node.
    Node(NodeId),
    /// The queue of held processes of that site.
    Queue(Site),
    /// The home of the process.
    Home,
}

/// One order. An order about a process that has not started, is held or is on its way does nothing, except that held
/// processes are started, and that held and moving ones can be killed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Migrate processes that have started.
    Move {
        /// Which.
        pick: Pick,
        /// From where.
        from: NodeId,
        /// Where to.
        to: To,
    },
    /// Start a process that this site holds.
    Start {
        /// Which.
        held: ProcessId,
        /// Where.
        at: NodeId,
    },
    /// Take a process off the CPU; it stays where it is.
    Suspend(ProcessId),
    /// Let a suspended process go on.
    Resume(ProcessId),
    /// Give a process low priority (it runs only while no ordinary process of its node wants the CPU), or ordinary.
    Priority {
        /// Which.
        process: ProcessId,
        /// Low, or ordinary.
        low: bool,
    },
    /// Throw away what a process has computed and start it again.
    Restart {
        /// Which.
        process: ProcessId,
        /// Where.
        at: NodeId,
    },
    /// End a process; it counts as lost.
    Kill(ProcessId),
    /// Start a copy of a process from its beginning; the first of the copies to end ends them all.
    Clone {
        /// Which.
        process: ProcessId,
        /// Where.
        at: NodeId,
    },
    /// From now on, tell others that the load of this node is by so much more than it is: for processes that it
    /// expects.
    Export(f64),
    /// Tell others.
    Send {
        /// Whom.
        to: Who,
        /// What.
        note: Note,
    },
    /// Ask others; [`super::Wake::Replies`] brings the replies.
    Ask(Ask),
    /// Wake this site again.
    Wake {
        /// After so many seconds.
        after: f64,
        /// With this note.
        note: Note,
    },
}

/// The orders of one wake-up, in the engine's reused list.
#[derive(Debug, Default)]
pub struct Commands {
    list: Vec<Command>,
}

impl Commands {
    /// An empty list.
    pub fn new() -> Self {
        Commands::default()
    }

    /// Adds an order; they are carried out in the order in which they were given.
    pub fn push(&mut self, command: Command) {
        self.list.push(command);
    }

    /// The orders so far.
    pub fn as_slice(&self) -> &[Command] {
        &self.list
    }

    pub(crate) fn take(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.list)
    }

    /// Gives back the list that [`Commands::take`] took, with the orders in it.
    pub(crate) fn restore(&mut self, list: Vec<Command>) {
        self.list = list;
    }

    pub(crate) fn put_back(&mut self, mut list: Vec<Command>) {
        list.clear();
        if self.list.is_empty() {
            self.list = list;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
