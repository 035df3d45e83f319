//! Threshold: sender-initiated placement with a few probes.

use crate::params;
use loadlab_core::policy::{Ask, Declared, Information, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "threshold",
    summary: "Probe a few nodes for one below the threshold (sender-initiated).",
    doc: "A process that finds a load of T or more probes up to `probes` different random other nodes, one after the other, \
          and starts at the first whose load is below T; if all are at T or above it stays. The target must keep it. \
          With T = 1, free transfers and very many nodes the mean response is 1 / (1 - lambda^(probes + 1)). This is \
          also the sender-initiated policy that the same authors compare with the receiver-initiated one.\n\n\
          Transfer: threshold T. Selection: the newcomer. Location: the first node below T. Information: on demand.\n\n\
          Cost per decision: up to `probes` probes and one transfer.",
    reference: "Eager, Lazowska & Zahorjan, IEEE TSE SE-12(5), 1986, doi:10.1109/TSE.1986.6312961",
    params: &[params::threshold("1"), params::probes("3")],
    build: |args| {
        Ok(Box::new(Threshold { threshold: args.count("threshold") as u32, probes: args.count("probes") as u8 }))
    },
    example: "kind = \"threshold\"\nthreshold = 2\nprobes = 3\n",
};

/// Sender-initiated placement with probes.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// A node with a load below this keeps or accepts a process.
    pub threshold: u32,
    /// How many nodes are asked at most.
    pub probes: u8,
}

impl Policy for Threshold {
    fn declare(&self) -> Declared {
        Declared { information: Information::OnDemand, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    #[inline]
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.load() < self.threshold {
            return Placement::At(process.at);
        }
        let limit = f64::from(self.threshold);
        if view.round() == 0 {
            return Placement::Ask(Ask::until_below(self.probes, limit));
        }
        match view.replies().last() {
            Some(reply) if reply.load < limit => Placement::At(reply.node),
            _ => Placement::At(process.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    const POLICY: Threshold = Threshold { threshold: 2, probes: 3 };

    fn place(world: &Fixture) -> Placement {
        POLICY.clone().place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn below_the_threshold_a_process_stays_and_nobody_is_asked() {
        assert_eq!(place(&Fixture::new(4, 9, 1)), Placement::At(4));
    }

    #[test]
    fn at_the_threshold_it_asks_for_a_node_below_it() {
        assert_eq!(place(&Fixture::new(4, 9, 2)), Placement::Ask(Ask::until_below(3, 2.0)));
    }

    #[test]
    fn it_goes_to_the_node_that_ended_the_asking() {
        let world = Fixture::new(4, 9, 2).replied(&[(1, 5.0), (2, 1.0)]);
        assert_eq!(place(&world), Placement::At(2));
    }

    #[test]
    fn it_stays_if_every_probed_node_is_at_the_threshold() {
        let world = Fixture::new(4, 9, 7).replied(&[(1, 2.0), (2, 3.0), (3, 2.0)]);
        assert_eq!(place(&world), Placement::At(4));
    }

    #[test]
    fn it_stays_if_nobody_replied() {
        assert_eq!(place(&Fixture::new(0, 1, 7).replied(&[])), Placement::At(0));
    }
}
