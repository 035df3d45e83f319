//! The power of d choices with memory: d random nodes and the best of the last time.

use loadlab_core::policy::{
    Among, Ask, Declared, Information, Memory, Newcomer, Observation, Placement, Policy, Site, View,
};
use loadlab_core::process::{NodeId, ProcessId};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "power-of-d-memory",
    summary: "Join the shortest of d random queues and the best remembered one.",
    doc: "A dispatcher decides for all nodes. For every process it probes d random nodes and the one that it remembers; the \
          process starts at the least loaded of them (among equals at the remembered one, then at the one drawn first). \
          It then remembers the node that is least loaded after that placement. The remembered node \
          has nearly always just received a process, so by the mean it is worth less than one more random choice. With \
          `memory = \"per-node\"` every node remembers for itself.\n\n\
          Transfer: every process. Selection: the newcomer. Location: the least loaded of d + 1. Information: on demand, \
          and one remembered node.\n\n\
          Cost per decision: d + 1 probes in two rounds, one transfer, and a message to the dispatcher where there is \
          one.",
    reference: "Mitzenmacher, Prabhakar & Shah, Load balancing with memory, FOCS 2002, doi:10.1109/SFCS.2002.1182005",
    params: &[
        Param { name: "d", ty: Ty::Count(1, 255), need: Need::Default("1"), doc: "How many random nodes are asked." },
        Param {
            name: "memory",
            ty: Ty::Choice(&["one", "per-node"]),
            need: Need::Default("\"one\""),
            doc: "Whether one dispatcher remembers for all nodes, or each node for itself.",
        },
    ],
    build: |args| Ok(Box::new(PowerOfDMemory::new(args.count("d") as u8, args.text("memory") == "one"))),
    example: "kind = \"power-of-d-memory\"\nd = 1\n",
};

/// d random choices and a remembered one.
#[derive(Clone, Debug)]
pub struct PowerOfDMemory {
    d: u8,
    central: bool,
    remembered: Option<NodeId>,
    /// What the random nodes of decisions still under way replied: the best and the second best.
    open: Vec<(ProcessId, Vec<Observation>)>,
}

impl PowerOfDMemory {
    /// d random nodes; one dispatcher remembers for all, or each node for itself.
    pub fn new(d: u8, central: bool) -> Self {
        PowerOfDMemory { d, central, remembered: None, open: Vec::new() }
    }

    /// Starts the process at the best and remembers who is best after that.
    fn choose(&mut self, mut seen: Vec<Observation>, at: NodeId) -> Placement {
        let least =
            |seen: &[Observation]| (0..seen.len()).reduce(|a, b| if seen[b].load < seen[a].load { b } else { a });
        let Some(best) = least(&seen) else { return Placement::At(at) };
        let chosen = seen[best].node;
        seen.iter_mut().filter(|o| o.node == chosen).for_each(|o| o.load += 1.0);
        self.remembered = least(&seen).map(|k| seen[k].node);
        Placement::At(chosen)
    }
}

impl Policy for PowerOfDMemory {
    fn declare(&self) -> Declared {
        let dispatchers = u32::from(self.central);
        Declared { information: Information::OnDemand, memory: Memory::PerSite, dispatchers, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(PowerOfDMemory::new(self.d, self.central))
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if let (true, Site::Node(_)) = (self.central, view.site()) {
            return Placement::Delegate(Site::Dispatcher(0));
        }
        let mut seen = view.replies().to_vec();
        match (view.round(), self.remembered) {
            (0, _) => Placement::Ask(Ask::distinct(self.d, Among::All)),
            (1, Some(best)) if view.eligible(process.id, best) => {
                self.open.push((process.id, seen));
                Placement::Ask(Ask::one(best))
            }
            _ => {
                if let Some(k) = self.open.iter().position(|(id, _)| *id == process.id) {
                    seen.extend(self.open.swap_remove(k).1);
                }
                self.choose(seen, process.at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(policy: &mut PowerOfDMemory, world: &Fixture) -> Placement {
        policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn it_remembers_the_best_after_the_placement_and_asks_it_next_time() {
        let (mut policy, world) = (PowerOfDMemory::new(2, false), Fixture::new(0, 9, 0));
        assert_eq!(place(&mut policy, &world), Placement::Ask(Ask::distinct(2, Among::All)));
        // 3 becomes as long as 4 was: the one with load 1 is remembered.
        assert_eq!(place(&mut policy, &world.clone().replied(&[(3, 1.0), (4, 1.0)])), Placement::At(3));
        assert_eq!(place(&mut policy, &world.clone().replied(&[(5, 2.0), (6, 3.0)])), Placement::Ask(Ask::one(4)));
        let last = world.replied(&[(5, 2.0)]).replied(&[(4, 1.0)]);
        assert_eq!(place(&mut policy, &last), Placement::At(4));
    }

    #[test]
    fn the_remembered_node_wins_a_tie_and_loses_against_less() {
        let (mut policy, world) = (PowerOfDMemory::new(1, false), Fixture::new(0, 9, 0));
        place(&mut policy, &world.clone().replied(&[(7, 0.0)]));
        place(&mut policy, &world.clone().replied(&[(2, 3.0)]));
        assert_eq!(place(&mut policy, &world.clone().replied(&[]).replied(&[(7, 3.0)])), Placement::At(7));
        place(&mut policy, &world.clone().replied(&[(1, 1.0)]));
        assert_eq!(place(&mut policy, &world.replied(&[]).replied(&[(2, 4.0)])), Placement::At(1));
    }

    #[test]
    fn nodes_leave_it_to_the_dispatcher() {
        let world = Fixture::new(1, 2, 0);
        let placement = place(&mut PowerOfDMemory::new(1, true), &world);
        assert_eq!(placement, Placement::Delegate(Site::Dispatcher(0)));
    }
}
