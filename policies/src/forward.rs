//! Forward: sender-initiated sharing that counts the processes on their way.

use crate::params;
use loadlab_core::policy::{
    Among, Ask, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, Stop,
    View, Wake, Wakes, Who,
};
use loadlab_core::process::ProcessId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "forward",
    summary: "Sender-initiated under transfer delay: a probed node counts what is on its way to it.",
    doc: "A process that finds a load of T or more, at its own node, probes up to `probes` different random other nodes, one \
          after the other, and is sent to the first that accepts. A probed node accepts while its load and the number of \
          processes on their way to it are together below T; with `count_in_transit = false` while its load alone is, \
          which is what `threshold` does: then a node that looks idle is sent several processes at once.\n\n\
          Transfer: threshold T. Selection: the newcomer. Location: the first node that accepts. Information: on \
          demand.\n\n\
          Cost per decision: up to `probes` probes and one transfer. A process that is lost on its way (its memory does \
          not fit, or the node has closed) goes on counting at the node that accepted it.",
    reference: "Mirchandaney, Towsley & Stankovic, IEEE Trans. Computers 38(11), 1989, doi:10.1109/12.42124",
    params: &[params::threshold("1"), params::probes("3"), IN_TRANSIT],
    build: |args| {
        let (threshold, probes) = (args.count("threshold") as u32, args.count("probes") as u8);
        Ok(Box::new(Forward::new(threshold, probes, args.flag("count_in_transit"))))
    },
    example: "kind = \"forward\"\nthreshold = 2\nprobes = 3\n",
};

/// Whether what is on its way counts.
pub(crate) const IN_TRANSIT: Param = Param {
    name: "count_in_transit",
    ty: Ty::Flag,
    need: Need::Default("true"),
    doc: "Whether a probed node counts the processes that it has accepted and that are still on their way.",
};

/// Sender-initiated placement that counts what is on its way.
#[derive(Clone, Debug)]
pub struct Forward {
    threshold: u32,
    probes: u8,
    expected: Expected,
}

/// The processes that a node has accepted and that have not come yet.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    counts: bool,
    list: Vec<ProcessId>,
}

impl Expected {
    pub(crate) fn new(counts: bool) -> Self {
        Expected { counts, list: Vec::new() }
    }

    /// The same, with nothing on its way.
    pub(crate) fn fresh(&self) -> Self {
        Expected::new(self.counts)
    }

    /// What a node says to an offer.
    pub(crate) fn consider(&mut self, process: ProcessId, load: u32, threshold: u32) -> Reply {
        if load as usize + self.list.len() >= threshold as usize {
            return Reply::Refuse;
        }
        if self.counts {
            self.list.push(process);
        }
        Reply::Accept
    }

    /// A process has started here.
    pub(crate) fn came(&mut self, process: ProcessId) {
        self.list.retain(|id| *id != process);
    }
}

/// Up to so many different random other nodes are offered a process, one after the other.
pub(crate) fn offer(probes: u8) -> Ask {
    let who = Who::Distinct(probes, Among::Others);
    Ask { who, stop: Stop::Accepted, sequential: true, note: Note::default(), timeout: None }
}

/// What becomes of a process by the replies to its offer.
pub(crate) fn settled(process: &Newcomer, view: &View<'_>) -> Placement {
    let accepted = view.replies().last().filter(|o| o.reply == Reply::Accept);
    Placement::At(accepted.map_or(process.at, |o| o.node))
}

impl Forward {
    /// With threshold T and so many probes, counting what is on its way or not.
    pub fn new(threshold: u32, probes: u8, count_in_transit: bool) -> Self {
        Forward { threshold, probes, expected: Expected::new(count_in_transit) }
    }
}

impl Policy for Forward {
    fn declare(&self) -> Declared {
        let wakes = Wakes { born: self.expected.counts, ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(Forward { expected: self.expected.fresh(), ..*self })
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.round() > 0 {
            return settled(process, view);
        }
        if view.load() < self.threshold { Placement::At(process.at) } else { Placement::Ask(offer(self.probes)) }
    }
    fn act(&mut self, why: Wake, _: &View<'_>, _: &mut Commands, _: &mut Rng) {
        if let Wake::Born(process) = why {
            self.expected.came(process);
        }
    }
    fn answer(&mut self, _: Site, query: Query, _: Note, view: &View<'_>, _: &mut Commands) -> Reply {
        match query {
            Query::Offer(process) => self.expected.consider(process.id, view.load(), self.threshold),
            Query::Probe | Query::Transfer(_) => Reply::Load,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn offered(policy: &mut Forward, load: u32) -> Reply {
        let (world, mut out) = (Fixture::new(5, 9, load), Commands::new());
        policy.answer(Site::Node(1), Query::Offer(world.newcomer()), Note::default(), &world.view(), &mut out)
    }

    #[test]
    fn a_node_counts_what_is_on_its_way_until_it_has_come() {
        let mut policy = Forward::new(2, 3, true);
        assert_eq!(offered(&mut policy, 1), Reply::Accept);
        assert_eq!(offered(&mut policy, 1), Reply::Refuse);
        let born = Wake::Born(Fixture::new(5, 9, 0).newcomer().id);
        policy.act(born, &Fixture::new(5, 9, 2).view(), &mut Commands::new(), &mut Rng::new(1));
        assert_eq!(offered(&mut policy, 1), Reply::Accept);
    }

    #[test]
    fn or_does_not_count_it() {
        let mut policy = Forward::new(2, 3, false);
        assert_eq!(offered(&mut policy, 1), Reply::Accept);
        assert_eq!(offered(&mut policy, 1), Reply::Accept);
        assert_eq!(offered(&mut policy, 2), Reply::Refuse);
    }

    #[test]
    fn a_process_goes_to_the_node_that_accepts_it_or_stays() {
        let place =
            |world: &Fixture| Forward::new(2, 3, true).place(&world.newcomer(), &world.view(), &mut Rng::new(1));
        assert_eq!(place(&Fixture::new(4, 9, 1)), Placement::At(4));
        assert_eq!(place(&Fixture::new(4, 9, 2)), Placement::Ask(offer(3)));
        let mut world = Fixture::new(4, 9, 2).replied(&[(1, 1.0), (2, 0.0)]);
        assert_eq!(place(&world), Placement::At(4));
        world.replies[1].reply = Reply::Accept;
        assert_eq!(place(&world), Placement::At(2));
    }
}
