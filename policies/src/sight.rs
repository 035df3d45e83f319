//! How a policy that judges at nodes comes to see the loads of others, as parameters: what its information structure has
//! delivered, or the replies of nodes that it asks first.
//!
//! Not here: the structures themselves (`loadlab_core::information`).

use loadlab_core::NodeId;
use loadlab_core::policy::{Among, Ask, Declared, Index, Information, Reply, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Need, Param, Ty};

/// The parameter `information`.
pub(crate) const INFORMATION: Param = Information::param("\"exact\"");

/// The parameter `load`.
pub(crate) const LOAD: Param = Index::PARAM;

pub(crate) const PROBES: Param = Param {
    name: "probes",
    ty: Ty::Count(1, 255),
    need: Need::Default("3"),
    doc: "How many random nodes are asked, all at once, where information is on demand.",
};

pub(crate) const IN_TRANSIT: Param = Param {
    name: "in_transit",
    ty: Ty::Flag,
    need: Need::Default("true"),
    doc: "Whether processes on their way to a node count in its load, where information is exact. Those that one decision \
          sends count in that decision, whatever is said here.",
};

/// What a node sees of others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// How it comes to know.
    pub information: Information,
    /// What stands for a load.
    pub index: Index,
    /// How many nodes are asked where information is on demand.
    pub probes: u8,
    /// Whether processes on their way count, where that is known.
    pub in_transit: bool,
}

impl Sight {
    /// All present loads, processes in transit counted.
    pub const EXACT: Sight =
        Sight { information: Information::Exact, index: Index::Instantaneous, probes: 0, in_transit: true };

    /// From checked arguments with all four parameters.
    pub(crate) fn of(args: &Args) -> Result<Sight, String> {
        Sight::with_probes(args, args.count("probes") as u8)
    }

    /// The same without `probes`.
    pub(crate) fn with_probes(args: &Args, probes: u8) -> Result<Sight, String> {
        let (information, index) = (Information::of(args)?, Index::of(args)?);
        Sight::checked(Sight { information, index, probes, in_transit: args.flag("in_transit") })
    }

    /// Refuses what nodes cannot see.
    pub(crate) fn checked(sight: Sight) -> Result<Sight, String> {
        match sight.information {
            Information::Central(_) | Information::Hierarchical(_) | Information::Idle { .. } => {
                Err("this policy judges at every node, and nodes see nothing of that kind of information".to_owned())
            }
            _ => Ok(sight),
        }
    }

    /// What a policy declares that sees like this.
    pub(crate) fn declared(&self) -> Declared {
        Declared { information: self.information, load: self.index, ..Declared::default() }
    }

    /// What must be asked before anything is seen.
    pub(crate) fn question(&self) -> Option<Ask> {
        (self.information == Information::OnDemand).then(|| Ask::distinct(self.probes, Among::Others))
    }

    /// The loads of other nodes, as far as they are known, each times `exported`.
    pub(crate) fn loads(&self, view: &View<'_>, exported: f64) -> Vec<(NodeId, f64)> {
        if self.information == Information::OnDemand {
            let up = view.replies().iter().filter(|o| o.reply != Reply::Refuse);
            return up.map(|o| (o.node, exported * o.load)).collect();
        }
        let on_the_way = |node| if self.in_transit { f64::from(view.in_transit(node)) } else { 0.0 };
        let others = view.known().iter().filter(|o| o.node != view.here());
        others.map(|o| (o.node, exported * o.load + on_the_way(o.node))).collect()
    }
}

/// The position of the least load, ties at random, among the nodes that `eligible` admits.
pub(crate) fn least(loads: &[(NodeId, f64)], rng: &mut Rng, mut eligible: impl FnMut(NodeId) -> bool) -> Option<usize> {
    let (mut best, mut ties) = (None::<usize>, 0);
    for (k, (node, load)) in loads.iter().enumerate() {
        if best.is_some_and(|b| *load > loads[b].1) || !eligible(*node) {
            continue;
        }
        ties = if best.is_some_and(|b| *load == loads[b].1) { ties + 1 } else { 1 };
        if ties == 1 || rng.below(ties) == 0 {
            best = Some(k);
        }
    }
    best
}

/// The node of the greatest load, ties at random.
pub(crate) fn most(loads: &[(NodeId, f64)], rng: &mut Rng) -> Option<(NodeId, f64)> {
    let negative: Vec<(NodeId, f64)> = loads.iter().map(|(node, load)| (*node, -load)).collect();
    least(&negative, rng, |_| true).map(|k| loads[k])
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    #[test]
    fn exact_loads_are_those_of_the_others_with_what_is_on_its_way() {
        let world = Fixture { in_transit: vec![9, 2, 0], ..Fixture::new(0, 3, 5) }.with_loads(&[5.0, 1.0, 4.0]);
        assert_eq!(Sight::EXACT.loads(&world.view(), 1.0), [(1, 3.0), (2, 4.0)]);
        let blinder = Sight { in_transit: false, ..Sight::EXACT };
        assert_eq!(blinder.loads(&world.view(), 2.0), [(1, 2.0), (2, 8.0)]);
    }

    #[test]
    fn on_demand_only_replies_are_seen() {
        let sight = Sight { information: Information::OnDemand, probes: 2, ..Sight::EXACT };
        let world = Fixture::new(0, 3, 5).with_loads(&[5.0, 1.0, 4.0]).replied(&[(2, 1.0)]);
        assert_eq!(sight.loads(&world.view(), 1.0), [(2, 1.0)]);
        assert_eq!(sight.question(), Some(Ask::distinct(2, Among::Others)));
        assert_eq!(Sight::EXACT.question(), None);
    }

    #[test]
    fn ties_are_broken_evenly_at_random_and_only_among_the_eligible() {
        let loads = [(4, 1.0), (5, 0.0), (6, 0.0), (7, 0.0), (8, 0.0)];
        let mut counts = [0.0f64; 5];
        let mut rng = Rng::new(1);
        for _ in 0..3000 {
            counts[least(&loads, &mut rng, |node| node != 6).expect("there are some")] += 1.0;
        }
        assert_eq!((counts[0], counts[2]), (0.0, 0.0));
        for k in [1, 3, 4] {
            assert!((counts[k] - 1000.0).abs() < 4.0 * (3000.0f64 * 2.0 / 9.0).sqrt(), "{counts:?}");
        }
        assert_eq!(most(&loads, &mut rng), Some((4, 1.0)));
        assert_eq!(least(&loads, &mut rng, |_| false), None);
    }
}
