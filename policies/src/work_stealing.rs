//! Work stealing: a node that falls idle takes a process from a random node with work to spare.

use loadlab_core::policy::{
    Ask, Command, Commands, Declared, Information, Newcomer, Note, Pick, Placement, Policy, Site, Stop, To, View, Wake,
    Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "work-stealing",
    summary: "An idle node takes the newest process of a random loaded one.",
    doc: "Whenever a node falls idle it probes up to `probes` different random other nodes, one after the other, and takes \
          the newest process of the first whose load is `threshold` or more, running or not. If none is found it waits \
          until it falls idle again. With one probe and `threshold = 2` this is Mitzenmacher's simplest work stealing, \
          and the Receiver policy with T = 1 of Eager, Lazowska & Zahorjan.\n\n\
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
        Param {
            name: "probes",
            ty: Ty::Count(1, 255),
            need: Need::Default("1"),
            doc: "How many nodes are asked at most.",
        },
    ],
    build: |args| {
        Ok(Box::new(WorkStealing { threshold: args.count("threshold") as u32, probes: args.count("probes") as u8 }))
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
}

impl WorkStealing {
    fn question(&self) -> Ask {
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
        let victim = view.replies().last().filter(|o| o.load >= f64::from(self.threshold));
        if let (Wake::Replies(_), Some(victim)) = (why, victim) {
            out.push(Command::Move { pick: Pick::Newest(1), from: victim.node, to: To::Node(view.here()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn act(why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        WorkStealing { threshold: 2, probes: 3 }.act(why, &world.view(), &mut out, &mut Rng::new(1));
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
}
