//! Random placement, blind: either of every process, or, with a threshold, of those that find their node loaded.

use crate::eligible::{one_but, one_of};
use loadlab_core::policy::{Declared, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Arg, Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "random",
    summary: "Send processes to random nodes, without asking anyone.",
    doc: "Without a threshold every process starts at a node drawn uniformly from all. With a threshold T a process that \
          finds a load of T or more is sent to a random other node, where the same rule holds again until it has been \
          sent `transfers` times. (The Random policy of Eager, Lazowska & Zahorjan has `transfers = 1`.) With free \
          transfers Random(T, transfers = m) has the same mean response as Threshold(T, probes = m). With `transfers = \
          \"unlimited\"` it is sent on until it finds a load below T. Every time takes the latency of the network and \
          the cost of the placement; where both are 0 a process that finds every node at T would be sent on for ever, \
          and the run ends with an error after 1,000 times at one instant. Without a limit transfers breed transfers: \
          where each costs the giver c of CPU and T = 1, it is unstable above a load of 1 / (1 + sqrt(c))^2.\n\n\
          Transfer: every process, or threshold T. Selection: the newcomer. Location: a random node. Information: \
          none.\n\n\
          Cost per decision: no probe; one transfer for each time it is sent.",
    reference: "Eager, Lazowska & Zahorjan, IEEE TSE SE-12(5), 1986, doi:10.1109/TSE.1986.6312961",
    params: &[
        Param {
            name: "threshold",
            ty: Ty::Count(1, 1_000_000),
            need: Need::Optional,
            doc: "Send a process away only where it finds this load or more, itself not counted.",
        },
        Param {
            name: "transfers",
            ty: Ty::AnyOf(&[Ty::Count(1, 1_000), Ty::Choice(&["unlimited"])]),
            need: Need::Default("1"),
            doc: "How often a process may be sent on, or \"unlimited\"; counts only with a threshold.",
        },
    ],
    build: |args| {
        let threshold = args.has("threshold").then(|| args.count("threshold") as u32);
        let unlimited = matches!(args.maybe("transfers"), Some(Arg::Text(_)));
        let transfers = if unlimited { UNLIMITED } else { args.count("transfers") as u32 };
        Ok(Box::new(Random { threshold, transfers }))
    },
    example: "kind = \"random\"\nthreshold = 2\ntransfers = 1\n",
};

/// As often as needed.
pub const UNLIMITED: u32 = u32::MAX;

/// Blind random placement.
#[derive(Clone, Copy, Debug)]
pub struct Random {
    /// The load from which on processes are sent away; None sends every process to a node drawn from all.
    pub threshold: Option<u32>,
    /// How often one process may be sent; see [`UNLIMITED`].
    pub transfers: u32,
}

impl Policy for Random {
    fn declare(&self) -> Declared {
        Declared::default()
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let Some(threshold) = self.threshold else {
            return Placement::At(one_of(0..view.nodes(), process, view, rng));
        };
        if view.load() < threshold || process.hops >= self.transfers || view.nodes() < 2 {
            return Placement::At(view.here());
        }
        let other = one_but(0..view.nodes(), Some(view.here()), process, view, rng);
        if other == view.here() { Placement::At(other) } else { Placement::Forward(other) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    const RANDOM: Random = Random { threshold: Some(2), transfers: 1 };

    fn place(load: u32, hops: u32, seed: u64) -> Placement {
        let world = Fixture::new(1, 3, load);
        let process = Newcomer { hops, ..world.newcomer() };
        RANDOM.clone().place(&process, &world.view(), &mut Rng::new(seed))
    }

    #[test]
    fn below_the_threshold_a_process_stays() {
        assert_eq!(place(1, 0, 1), Placement::At(1));
    }

    #[test]
    fn at_the_threshold_it_is_sent_to_another_node_each_as_often() {
        let to_2 = (0..2000).filter(|seed| match place(2, 0, *seed) {
            Placement::Forward(node) => {
                assert_ne!(node, 1);
                node == 2
            }
            other => panic!("{other:?}"),
        });
        let count = to_2.count() as f64;
        assert!((count - 1000.0).abs() < 4.0 * 500f64.sqrt(), "node 2 came up {count} times of 2000");
    }

    #[test]
    fn once_its_transfers_are_used_up_it_stays_where_it_is() {
        assert_eq!(place(5, 1, 1), Placement::At(1));
    }

    #[test]
    fn without_a_limit_it_is_sent_on_however_often_it_was_sent() {
        let (world, mut policy) = (Fixture::new(1, 3, 2), Random { transfers: UNLIMITED, ..RANDOM });
        let process = Newcomer { hops: 1_000_000, ..world.newcomer() };
        assert!(matches!(policy.place(&process, &world.view(), &mut Rng::new(1)), Placement::Forward(0 | 2)));
    }

    #[test]
    fn alone_in_the_world_it_stays() {
        let world = Fixture::new(0, 1, 9);
        assert_eq!(RANDOM.clone().place(&world.newcomer(), &world.view(), &mut Rng::new(1)), Placement::At(0));
    }
}
