//! The power of d choices by loads that are posted, not asked for.
//!
//! Not here: the catalogue entry, which is that of `power-of-d`, and the choice by loads that are asked for.

use loadlab_core::NodeId;
use loadlab_core::policy::{Declared, Information, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;

/// Start at the least loaded of d random nodes, by what an information structure shows of them.
#[derive(Clone, Copy, Debug)]
pub struct PostedChoices {
    /// How many nodes are looked up; all if that is more than there are.
    pub d: u8,
    /// Whether the same node may be drawn twice.
    pub replacement: bool,
    /// Where they are looked up.
    pub information: Information,
}

impl PostedChoices {
    /// The nodes that are looked up, in the order in which they were drawn: the first of a shuffle that stops early.
    fn drawn(&self, nodes: u32, rng: &mut Rng) -> Vec<NodeId> {
        if self.replacement {
            return (0..self.d).map(|_| rng.below(nodes)).collect();
        }
        let mut all: Vec<NodeId> = (0..nodes).collect();
        let count = u32::from(self.d).min(nodes);
        for k in 0..count {
            let other = k + rng.below(nodes - k);
            all.swap(k as usize, other as usize);
        }
        all.truncate(count as usize);
        all
    }
}

impl Policy for PostedChoices {
    fn declare(&self) -> Declared {
        Declared { information: self.information, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let known = view.known();
        let posted = self.drawn(view.nodes(), rng).into_iter().filter_map(|node| known.about(node));
        let least = posted.reduce(|best, o| if o.load < best.load { o } else { best });
        Placement::At(least.map_or(process.at, |o| o.node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    const POLICY: PostedChoices =
        PostedChoices { d: 2, replacement: false, information: Information::Board { period: 1.0 } };

    #[test]
    fn with_as_many_choices_as_nodes_it_goes_to_the_least_posted_load_whatever_its_own_is() {
        let world = Fixture::new(0, 3, 0).knowing(&[(0, 2.0, 0.0), (1, 4.0, 0.0), (2, 1.0, 0.0)]);
        for seed in 0..20 {
            let place = PostedChoices { d: 9, ..POLICY }.place(&world.newcomer(), &world.view(), &mut Rng::new(seed));
            assert_eq!(place, Placement::At(2));
        }
    }

    #[test]
    fn each_of_the_pairs_is_looked_at_equally_often() {
        // Posted 0, 1, 2: node 0 wins two of the three pairs, node 1 one, node 2 none.
        let world = Fixture::new(2, 3, 0).knowing(&[(0, 0.0, 0.0), (1, 1.0, 0.0), (2, 2.0, 0.0)]);
        let (mut rng, mut wins) = (Rng::new(3), [0_u32; 3]);
        for _ in 0..3000 {
            let Placement::At(node) = POLICY.clone().place(&world.newcomer(), &world.view(), &mut rng) else {
                panic!("it decides at once")
            };
            wins[node as usize] += 1;
        }
        // Five standard errors of a share of 2/3 in 3000 are 129.
        assert!(wins[0].abs_diff(2000) < 130 && wins[2] == 0, "{wins:?}");
    }

    #[test]
    fn it_stays_if_nothing_is_known() {
        let world = Fixture::new(1, 3, 5).knowing(&[]);
        assert_eq!(POLICY.clone().place(&world.newcomer(), &world.view(), &mut Rng::new(1)), Placement::At(1));
    }
}
