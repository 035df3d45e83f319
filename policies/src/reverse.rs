//! Reverse: receiver-initiated sharing that waits for the process on its way.

use crate::params;
use crate::pull::{Take, give, pull};
use loadlab_core::policy::{
    Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View,
    Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "reverse",
    summary: "Receiver-initiated under transfer delay: no second search while a process is on its way.",
    doc: "As `receiver` with one attempt per departure, but a node to which a process is on its way does not search again \
          until it has come: one remote request at a time. Without transfer delay the two are the same.\n\n\
          Transfer: threshold T, at departures. Selection: the newest process of the node that gives. Location: the first \
          node above T. Information: on demand.\n\n\
          Cost: up to `probes` probes and one migration per departure below T. What is under way to a node that fails or \
          closes meanwhile never comes, and that node does not search again.",
    reference: "Mirchandaney, Towsley & Stankovic, IEEE Trans. Computers 38(11), 1989, doi:10.1109/12.42124",
    params: &[params::threshold("1"), params::probes("3"), params::TAKE],
    build: |args| {
        let basic = Reverse::new(args.count("threshold") as u32, args.count("probes") as u8);
        Ok(Box::new(Reverse { take: Take::of(args), ..basic }))
    },
    example: "kind = \"reverse\"\nthreshold = 1\nprobes = 3\n",
};

/// A node that falls below T takes a process from one above T, one at a time.
#[derive(Clone, Copy, Debug)]
pub struct Reverse {
    /// A node with a load below this after a departure looks for a process; one with a load above it gives.
    pub threshold: u32,
    /// How many nodes are asked at most.
    pub probes: u8,
    /// What is given away.
    pub take: Take,
    order: Order,
}

/// What this node has asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Order {
    asking: bool,
    /// Promised less delivered; below 0 where the process is faster than the promise.
    due: i32,
}

impl Order {
    /// Whether nothing is on its way here, nor being asked for.
    pub(crate) fn is_open(&self) -> bool {
        !self.asking && self.due <= 0
    }

    /// A search begins.
    pub(crate) fn ask(&mut self) {
        self.asking = true;
    }

    /// The replies are in, or a process has come.
    pub(crate) fn note(&mut self, why: Wake, view: &View<'_>) {
        match why {
            Wake::Replies(_) => {
                self.asking = false;
                self.due += i32::from(view.replies().iter().any(|o| o.reply == Reply::Accept));
            }
            Wake::Delivered(_) => self.due -= 1,
            _ => {}
        }
    }
}

impl Reverse {
    /// For the newest process.
    pub fn new(threshold: u32, probes: u8) -> Self {
        Reverse { threshold, probes, take: Take::Newest, order: Order::default() }
    }
}

impl Policy for Reverse {
    fn declare(&self) -> Declared {
        let wakes = Wakes { departed: true, delivered: true, ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(Reverse { order: Order::default(), ..*self })
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        self.order.note(why, view);
        if why == Wake::Departed && view.load() < self.threshold && self.order.is_open() {
            self.order.ask();
            out.push(Command::Ask(pull(self.probes)));
        }
    }
    fn answer(&mut self, from: Site, _: Query, _: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        give(self.take, self.threshold, from, view, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn come() -> Wake {
        Wake::Delivered(Fixture::new(0, 9, 0).newcomer().id)
    }

    fn asks(policy: &mut Reverse, why: Wake, world: &Fixture) -> bool {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        matches!(out.as_slice(), [Command::Ask(_)])
    }

    fn replies(reply: Reply) -> Fixture {
        let mut world = Fixture::new(0, 9, 0).replied(&[(3, 2.0)]);
        world.replies[0].reply = reply;
        world
    }

    #[test]
    fn it_does_not_search_while_a_process_is_on_its_way() {
        let (mut policy, world) = (Reverse::new(1, 3), Fixture::new(0, 9, 0));
        assert!(asks(&mut policy, Wake::Departed, &world));
        assert!(!asks(&mut policy, Wake::Departed, &world), "it is asking");
        assert!(!asks(&mut policy, Wake::Replies(Note::default()), &replies(Reply::Accept)));
        assert!(!asks(&mut policy, Wake::Departed, &world), "one is on its way");
        assert!(!asks(&mut policy, come(), &world));
        assert!(asks(&mut policy, Wake::Departed, &world));
    }

    #[test]
    fn it_searches_again_after_a_search_in_vain_or_a_process_faster_than_the_reply() {
        let (mut policy, world) = (Reverse::new(1, 3), Fixture::new(0, 9, 0));
        assert!(asks(&mut policy, Wake::Departed, &world));
        assert!(!asks(&mut policy, Wake::Replies(Note::default()), &replies(Reply::Load)));
        assert!(asks(&mut policy, Wake::Departed, &world));
        assert!(!asks(&mut policy, come(), &world));
        assert!(!asks(&mut policy, Wake::Replies(Note::default()), &replies(Reply::Accept)));
        assert!(asks(&mut policy, Wake::Departed, &world));
    }
}
