//! Shortest: as Threshold, but all probes are sent and the least loaded node is taken.

use crate::params;
use loadlab_core::policy::{Among, Ask, Declared, Information, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "shortest",
    summary: "Probe a few nodes and take the least loaded, if below the threshold (sender-initiated).",
    doc: "A process that finds a load of T or more probes `probes` different random other nodes, all at once, and starts at \
          the least loaded of them (the first drawn among equals) if that is below T; if none is, it stays. With T = 1 it \
          does what Threshold does. What it knows more than Threshold is worth little: that is the finding of its \
          authors.\n\n\
          Transfer: threshold T. Selection: the newcomer. Location: the least loaded of `probes` nodes. Information: on \
          demand.\n\n\
          Cost per decision: `probes` probes and one transfer, above the threshold only.",
    reference: "Eager, Lazowska & Zahorjan, IEEE TSE SE-12(5), 1986, doi:10.1109/TSE.1986.6312961",
    params: &[params::threshold("2"), params::probes("3")],
    build: |args| {
        Ok(Box::new(Shortest { threshold: args.count("threshold") as u32, probes: args.count("probes") as u8 }))
    },
    example: "kind = \"shortest\"\nthreshold = 2\nprobes = 3\n",
};

/// Sender-initiated placement at the least loaded of the probed nodes.
#[derive(Clone, Copy, Debug)]
pub struct Shortest {
    /// A node with a load below this keeps or accepts a process.
    pub threshold: u32,
    /// How many nodes are asked.
    pub probes: u8,
}

impl Policy for Shortest {
    fn declare(&self) -> Declared {
        Declared { information: Information::OnDemand, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.load() < self.threshold {
            return Placement::At(process.at);
        }
        if view.round() == 0 {
            return Placement::Ask(Ask::distinct(self.probes, Among::Others));
        }
        let least = view.replies().iter().reduce(|best, o| if o.load < best.load { o } else { best });
        let chosen = least.filter(|o| o.load < f64::from(self.threshold));
        Placement::At(chosen.map_or(process.at, |o| o.node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(world: &Fixture) -> Placement {
        Shortest { threshold: 2, probes: 3 }.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn below_the_threshold_nobody_is_asked() {
        assert_eq!(place(&Fixture::new(4, 9, 1)), Placement::At(4));
    }

    #[test]
    fn at_the_threshold_all_are_asked_at_once() {
        assert_eq!(place(&Fixture::new(4, 9, 2)), Placement::Ask(Ask::distinct(3, Among::Others)));
    }

    #[test]
    fn the_least_loaded_is_taken_and_the_first_drawn_among_equals() {
        let asked = |loads: &[(u32, f64)]| place(&Fixture::new(4, 9, 2).replied(loads));
        assert_eq!(asked(&[(1, 1.0), (2, 0.0), (3, 0.0)]), Placement::At(2));
        assert_eq!(asked(&[(1, 2.0), (2, 3.0), (3, 2.0)]), Placement::At(4));
        assert_eq!(asked(&[]), Placement::At(4));
    }
}
