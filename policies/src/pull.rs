//! What receiver-initiated policies share: the search for a node that gives a process away, and giving it.

use loadlab_core::policy::{Among, Ask, Command, Commands, Note, Pick, Reply, Site, Stop, To, View, Who};
use loadlab_core::process::NodeId;
use loadlab_core::spec::Args;

/// The tag of a question for a process.
const PULL: u16 = 1;

/// Which process a node gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// The newest, running or not.
    Newest,
    /// The newest among those that have received no service.
    NeverStarted,
}

impl Take {
    /// From the arguments.
    pub(crate) fn of(args: &Args) -> Take {
        if args.text("take") == "never-started" { Take::NeverStarted } else { Take::Newest }
    }

    fn pick(self) -> Pick {
        match self {
            Take::Newest => Pick::Newest(1),
            Take::NeverStarted => Pick::NeverStarted(1),
        }
    }
}

/// Up to so many different random other nodes are asked for a process, one after the other.
pub(crate) fn pull(probes: u8) -> Ask {
    let who = Who::Distinct(probes, Among::Others);
    let note = Note { tag: PULL, ..Note::default() };
    Ask { who, stop: Stop::Accepted, sequential: true, note, timeout: None }
}

/// Whether a note asks for a process.
pub(crate) fn asks_for_a_process(note: Note) -> bool {
    note.tag == PULL
}

/// Moves a process of this node to another.
pub(crate) fn send(take: Take, from: NodeId, to: NodeId) -> Command {
    Command::Move { pick: take.pick(), from, to: To::Node(to) }
}

/// The answer to `pull`: a node with a load above `threshold` gives a process, if it has one of that kind. What is
/// given, and whether there is anything to give, is decided where the process is, when the question arrives.
pub(crate) fn give(take: Take, threshold: u32, from: Site, view: &View<'_>, out: &mut Commands) -> Reply {
    let Site::Node(to) = from else { return Reply::Load };
    if view.load() <= threshold || (take == Take::NeverStarted && !has_unstarted(view)) {
        return Reply::Load;
    }
    out.push(send(take, view.here(), to));
    Reply::Accept
}

fn has_unstarted(view: &View<'_>) -> bool {
    let mut found = false;
    view.each_resident(|r| found |= r.age == 0.0 && !r.suspended);
    found
}
