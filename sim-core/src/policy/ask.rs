//! Questions to other nodes and what comes back.

use super::{Newcomer, Resident};
use crate::process::NodeId;
use crate::time::Time;

/// A small plain payload of a message; the engine does not look into it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Note {
    /// What kind of message it is, in the policy's own numbering.
    pub tag: u16,
    /// A value.
    pub value: f64,
    /// A node.
    pub node: NodeId,
}

/// Among whom random nodes are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// All nodes but the one that asks.
    Others,
    /// All nodes, the one that asks included.
    All,
}

/// Who is asked, or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This node.
    One(NodeId),
    /// So many different nodes, drawn at random.
    Distinct(u8, Among),
    /// So many nodes, drawn at random with replacement.
    Drawn(u8, Among),
    /// The other nodes of this site's cluster.
    Neighbours,
    /// All other nodes.
    Everyone,
    /// That site.
    At(Site),
}

use super::Site;

/// When asking ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// When all have replied.
    All,
    /// At the first reply.
    First,
    /// At the first load below this.
    Below(f64),
    /// At the first load above this.
    Above(f64),
    /// At the first acceptance.
    Accepted,
}

/// A question to one or more nodes, in one call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Who is asked.
    pub who: Who,
    /// When asking ends.
    pub stop: Stop,
    /// One after the other, so that a reply that ends the asking spares the remaining probes; else all at once.
    pub sequential: bool,
    /// What the asked sites are told.
    pub note: Note,
    /// Seconds after which the replies that are there must do.
    pub timeout: Option<f64>,
}

impl Ask {
    /// Asks one node for its load.
    pub fn one(node: NodeId) -> Ask {
        Ask { who: Who::One(node), stop: Stop::All, sequential: false, note: Note::default(), timeout: None }
    }

    /// Asks so many different random nodes for their loads, all at once.
    pub fn distinct(count: u8, among: Among) -> Ask {
        Ask { who: Who::Distinct(count, among), ..Ask::one(0) }
    }

    /// Asks up to so many different other nodes, one after the other, until one has a load below `limit`.
    pub fn until_below(count: u8, limit: f64) -> Ask {
        Ask { who: Who::Distinct(count, Among::Others), stop: Stop::Below(limit), sequential: true, ..Ask::one(0) }
    }

    /// The same question with a note.
    pub fn with_note(self, note: Note) -> Ask {
        Ask { note, ..self }
    }
}

/// What an asked site replies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reply {
    /// Its load.
    Load,
    /// A value of the policy's own meaning (a bid, a load after a transfer).
    Value(f64),
    /// It accepts.
    Accept,
    /// It refuses.
    Refuse,
}

/// What a site is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Query {
    /// On behalf of a process that is to be placed.
    Offer(Newcomer),
    /// On behalf of the asking site itself.
    Probe,
    /// Whether it takes this process, which has started elsewhere.
    Transfer(Resident),
}

/// What a policy has learned about a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// The node it is about.
    pub node: NodeId,
    /// Its load at that time (or the value it replied).
    pub load: f64,
    /// What it replied.
    pub reply: Reply,
    /// When this was true.
    pub as_of: Time,
}
