//! The policy contract: what a policy declares, what it is asked, and what it may answer.
//!
//! Two of the four classical components of a load-distribution policy are declarations that the engine enforces:
//! when the policy is woken ([`Wakes`]) and what it may know ([`Information`], [`Knows`]). Two are decisions on a
//! [`View`] that holds what is known: which process, and where to. Judgement happens at a [`Site`]; the engine keeps one
//! instance of the policy per site, so what one site has learned another does not know. The engine owns time,
//! randomness, messages and costs. `docs/MODEL.md` shows how the policies of the literature are expressed in it.

mod ages;
mod ask;
mod command;
mod facts;
mod view;

pub use ages::Ages;
pub use ask::{Among, Ask, Note, Observation, Query, Reply, Stop, Who};
pub use command::{Command, Commands, Pick, To};
pub use view::{Fixture, Known, Newcomer, Resident, View};
pub(crate) use view::{Outlook, Stage};

pub use crate::information::{Central, Gossip, Groups, Index, Information, Timing};

use crate::error::Error;
use crate::process::{NodeId, ProcessId};
use crate::rng::Rng;

/// Where judgement happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// At a node.
    Node(NodeId),
    /// At the head of a group of a hierarchy.
    Head {
        /// 0 is the level just above the nodes.
        level: u8,
        /// The number of the group at that level.
        group: u32,
    },
    /// At one of several dispatchers.
    Dispatcher(u32),
    /// At the one coordinator of the system.
    Coordinator,
}

/// How many instances of a policy there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// The policy remembers nothing between decisions; one instance serves all sites.
    #[default]
    None,
    /// One instance per site.
    PerSite,
    /// One instance that all sites share: more than a real system could know. Marked in results.
    Oracle,
}

/// What a policy may know of processes beyond what every node can see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Knows {
    /// Their lifetimes (clairvoyance).
    pub lifetime: bool,
}

/// When the policy is woken, besides [`Policy::place`]. Nothing that is not declared is ever delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wakes {
    /// [`Wake::Born`]: a process has started at this node.
    pub born: bool,
    /// [`Wake::Delivered`]: a process has come to this node from another.
    pub delivered: bool,
    /// [`Wake::Departed`]: a process has ended or left this node.
    pub departed: bool,
    /// [`Wake::Ended`]: a process has ended at this node.
    pub ended: bool,
    /// [`Wake::Idle`]: the last process has gone.
    pub idle: bool,
    /// [`Wake::Below`]: the load has just fallen below this.
    pub below: Option<u32>,
    /// [`Wake::Above`]: the load has just risen to this or more.
    pub above: Option<u32>,
    /// [`Wake::Every`]: every so many seconds, each site at its own random phase.
    pub every: Option<f64>,
    /// [`Wake::AtAge`]: a process has just reached one of these ages.
    pub at_ages: Ages,
    /// [`Wake::OwnerReturned`], [`Wake::OwnerLeft`], [`Wake::Drain`].
    pub owner: bool,
    /// [`Wake::Failed`] at the coordinator (or at every node where there is none).
    pub failures: bool,
    /// [`Wake::Milestone`]: a process has finished a CPU burst.
    pub milestone: bool,
}

impl Wakes {
    /// Whether any of them depends on processes joining or leaving a node.
    pub(crate) fn watch_loads(&self) -> bool {
        self.departed || self.idle || self.below.is_some() || self.above.is_some()
    }
}

/// What a policy declares, once, before the run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Declared {
    /// What it may know of other nodes.
    pub information: Information,
    /// What stands for the load of a node wherever it is told to others.
    pub load: Index,
    /// When it is woken.
    pub wakes: Wakes,
    /// What it remembers.
    pub memory: Memory,
    /// What it may know of processes.
    pub knows: Knows,
    /// Whether the asked node's instance is consulted ([`Policy::answer`]); else a node replies with its load.
    pub answers: bool,
    /// Whether the instance at the target of every ordered migration is asked first ([`Query::Transfer`]) and may
    /// refuse.
    pub negotiates: bool,
    /// Whether [`Policy::place`] looks at the processes of its node ([`View::residents`]). Where nobody ever does, the
    /// engine need not keep them. Wake-ups and answers may look without saying so.
    pub residents: bool,
    /// The question that is put at every arrival before [`Policy::place`] is called for the first time, where that
    /// question needs no state. Equivalent to returning it from the first call, and cheaper.
    pub opening: Option<Ask>,
    /// How many dispatchers there are.
    pub dispatchers: u32,
    /// Whether there is a coordinator.
    pub coordinator: bool,
}

impl Declared {
    /// Whether it uses anything that no real system could know: exact or clairvoyant information, shared memory.
    pub fn is_oracle(&self) -> bool {
        let informed = self.information.is_oracle() || self.load.is_oracle();
        informed || self.knows.lifetime || self.memory == Memory::Oracle
    }

    /// Refuses what makes no sense.
    pub(crate) fn check(&self, nodes: u32) -> Result<(), Error> {
        self.information.check(nodes)?;
        self.load.check()?;
        match self.wakes.every {
            Some(period) if !(period > 0.0 && period < f64::INFINITY) => {
                Err(Error::scenario("the period of the policy", period, "more than 0 s"))
            }
            _ => Ok(()),
        }
    }
}

/// Where a process is to start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placement {
    /// At this node, now.
    At(NodeId),
    /// Send it to this node, which decides again.
    Forward(NodeId),
    /// Let that site decide.
    Delegate(Site),
    /// Keep it at this site until a [`Command::Start`] names it.
    Hold,
    /// First ask; [`Policy::place`] is called again with the replies.
    Ask(Ask),
}

/// Why [`Policy::act`] is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wake {
    /// This process has just started at this node.
    Born(ProcessId),
    /// This process has just come to this node from another.
    Delivered(ProcessId),
    /// A process has ended or left.
    Departed,
    /// A process has ended here; what its node could tell of it.
    Ended {
        /// Its class.
        class: u32,
        /// The CPU seconds that it has used in all.
        lifetime: f64,
    },
    /// The node has become idle.
    Idle,
    /// The load has fallen below the declared level.
    Below,
    /// The load has risen to the declared level.
    Above,
    /// The declared period has passed.
    Every,
    /// A [`Command::Wake`] of this site is due.
    Timer(Note),
    /// A [`Command::Send`] has arrived.
    Message {
        /// Who sent it.
        from: Site,
        /// What it says.
        note: Note,
    },
    /// The replies to a [`Command::Ask`] are in the view; the note is the one it was asked with.
    Replies(Note),
    /// This process has reached a declared age.
    AtAge(ProcessId),
    /// This process has finished a CPU burst.
    Milestone(ProcessId),
    /// The owner of this node is back.
    OwnerReturned,
    /// The owner of this node has left.
    OwnerLeft,
    /// This node will be shut down.
    Drain,
    /// That node has failed.
    Failed(NodeId),
}

/// A load-distribution policy. A stateless one writes `declare` and `place` and nothing else.
pub trait Policy: Send + Sync {
    /// What it needs; called once, before the run.
    fn declare(&self) -> Declared;

    /// An instance for one site, with an empty memory (for a policy without memory: a copy).
    fn fresh(&self, site: Site) -> Box<dyn Policy>;

    /// A process has arrived, or was forwarded or delegated, to this site: where does it start?
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement;

    /// Any other wake-up.
    fn act(&mut self, _why: Wake, _view: &View<'_>, _out: &mut Commands, _rng: &mut Rng) {}

    /// This site is asked by another. Called only where `declare` says that it answers.
    fn answer(&mut self, _from: Site, _query: Query, _note: Note, _view: &View<'_>, _out: &mut Commands) -> Reply {
        Reply::Load
    }
}
