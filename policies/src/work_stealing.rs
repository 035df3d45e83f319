//! Work stealing: a node that falls idle takes a process from a random node with work to spare.

use crate::params;
use loadlab_core::policy::{
    Among, Ask, Command, Commands, Declared, Information, Newcomer, Note, Pick, Placement, Policy, Site, Stop, To,
    View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "work-stealing",
    summary: "An idle node takes the newest process of a random loaded one.",
    doc: "Whenever a node falls idle it probes up to `probes` different random other nodes, one after the other, and takes \
          the newest process of the first whose load is `threshold` or more, running or not. If none is found it waits \
          until it falls idle again. With `victim = \"most-loaded\"` it asks `probes` nodes at once and takes from the most \
          loaded of them, if that has `threshold` or more; with `amount = \"half\"` it takes the newer half of the \
          victim's processes (rounded down) instead of one. With one probe and `threshold = 2` this is Mitzenmacher's simplest work stealing, \
          and the Receiver policy with T = 1 of Eager, Lazowska & Zahorjan.\n\n\
          Transfer: a node falls idle. Selection: the newest one, or the newer half. Location: the first node at the \
          threshold, or the most loaded of those asked. Information: on demand.\n\n\
          Cost: up to `probes` probes and one migration whenever a node falls idle.",
    reference: "Mitzenmacher, Theory of Computing Systems 34(4), 2001, doi:10.1007/s002240010010; \
                Eager, Lazowska & Zahorjan, Performance Evaluation 6(1), 1986, doi:10.1016/0166-5316(86)90008-8",
    params: &[
        Param {
            name: "threshold",
            ty: Ty::Count(2, 1_000_000),
            need: Need::Default("2"),
            doc: "The load from which on a node gives a process away.",
        },
        params::probes("1"),
        Param {
            name: "victim",
            ty: Ty::Choice(&["first", "most-loaded"]),
            need: Need::Default("\"first\""),
            doc: "From the first node at the threshold, asked in turn, or from the most loaded, asked all at once.",
        },
        Param {
            name: "amount",
            ty: Ty::Choice(&["one", "half"]),
            need: Need::Default("\"one\""),
            doc: "Whether one process is taken, or the newer half of them.",
        },
    ],
    build: |args| {
        let basic = WorkStealing::new(args.count("threshold") as u32, args.count("probes") as u8);
        let (most, half) = (args.text("victim") == "most-loaded", args.text("amount") == "half");
        Ok(Box::new(WorkStealing { most, half, ..basic }))
    },
    example: "kind = \"work-stealing\"\nthreshold = 2\nprobes = 3\n",
};

/// An idle node takes a process from a loaded one.
#[derive(Clone, Copy, Debug)]
pub struct WorkStealing {
    /// The load from which on a node gives a process away.
    pub threshold: u32,
    /// How many nodes are asked at most.
    pub probes: u8,
    /// Whether all are asked, for the most loaded; else one after the other, up to the first at the threshold.
    pub most: bool,
    /// Whether half of the victim's processes are taken, or one.
    pub half: bool,
}

impl WorkStealing {
    /// One process of the first node at the threshold, among so many.
    pub fn new(threshold: u32, probes: u8) -> Self {
        WorkStealing { threshold, probes, most: false, half: false }
    }

    fn question(&self) -> Ask {
        if self.most {
            return Ask::distinct(self.probes, Among::Others);
        }
        let limit = f64::from(self.threshold) - 1.0;
        Ask { stop: Stop::Above(limit), ..Ask::until_below(self.probes, 0.0) }
    }
}

impl Policy for WorkStealing {
    fn declare(&self) -> Declared {
        let wakes = Wakes { idle: true, ..Wakes::default() };
        Declared { information: Information::OnDemand, wakes, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        if why == Wake::Idle {
            out.push(Command::Ask(self.question().with_note(Note::default())));
            return;
        }
        let victim = view.replies().iter().reduce(|best, o| if o.load > best.load { o } else { best });
        let loaded = victim.filter(|o| o.load.is_finite() && o.load >= f64::from(self.threshold));
        if let (Wake::Replies(_), Some(victim)) = (why, loaded) {
            let pick = if self.half { Pick::Half } else { Pick::Newest(1) };
            out.push(Command::Move { pick, from: victim.node, to: To::Node(view.here()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn act(why: Wake, world: &Fixture) -> Vec<Command> {
        ordered(WorkStealing::new(2, 3), why, world)
    }

    fn ordered(mut policy: WorkStealing, why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn an_idle_node_asks_for_one_with_two_processes() {
        let asked = act(Wake::Idle, &Fixture::new(0, 9, 0));
        assert!(matches!(asked[..], [Command::Ask(Ask { stop: Stop::Above(1.0), sequential: true, .. })]));
    }

    #[test]
    fn it_takes_the_newest_process_of_the_node_that_ended_the_asking() {
        let taken = act(Wake::Replies(Note::default()), &Fixture::new(0, 9, 0).replied(&[(3, 1.0), (4, 2.0)]));
        assert_eq!(taken, [Command::Move { pick: Pick::Newest(1), from: 4, to: To::Node(0) }]);
    }

    #[test]
    fn it_takes_nothing_from_nodes_with_one_process() {
        assert!(act(Wake::Replies(Note::default()), &Fixture::new(0, 9, 0).replied(&[(3, 1.0)])).is_empty());
    }
    #[test]
    fn the_most_loaded_of_all_that_were_asked_loses_half() {
        let policy = WorkStealing { most: true, half: true, ..WorkStealing::new(2, 3) };
        let asked = ordered(policy, Wake::Idle, &Fixture::new(0, 9, 0));
        assert!(matches!(asked[..], [Command::Ask(Ask { stop: Stop::All, sequential: false, .. })]));
        let world = Fixture::new(0, 9, 0).replied(&[(3, 2.0), (4, 7.0), (5, 3.0)]);
        let taken = ordered(policy, Wake::Replies(Note::default()), &world);
        assert_eq!(taken, [Command::Move { pick: Pick::Half, from: 4, to: To::Node(0) }]);
    }

    #[test]
    fn nodes_that_are_down_have_nothing_to_take() {
        assert!(act(Wake::Replies(Note::default()), &Fixture::new(0, 9, 0).replied(&[(3, f64::INFINITY)])).is_empty());
    }
}
