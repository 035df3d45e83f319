//! TAGS: task assignment by guessing size. A process that lasts is killed and starts again elsewhere.

use crate::eligible::one_of;
use crate::groups::{cutoffs, group_of, nodes_of};
use loadlab_core::policy::{Ages, Command, Commands, Declared, Newcomer, Placement, Policy, Site, View, Wake, Wakes};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "tags",
    summary: "Task assignment by guessing size: what reaches the cutoff starts again on the next nodes.",
    doc: "The nodes are divided, in order, into one equal group more than there are cutoffs. Every process starts at a \
          random node of the first group. One that reaches the cutoff of its group is stopped and starts again from its \
          beginning at a random node of the next group; the last group lets everything finish. So processes sort \
          themselves by lifetime though nobody knows it; the price is the work that is thrown away. Made for heavy tails \
          and nodes that serve first come, first served.\n\n\
          Transfer: a process reaches the cutoff of its group. Selection: that process. Location: the next group. \
          Information: none.\n\n\
          Cost per decision: one transfer per start, and the work thrown away.",
    reference: "Harchol-Balter, Task assignment with unknown duration, Journal of the ACM 49(2), 2002, \
                doi:10.1145/506147.506154",
    params: &[Param {
        name: "cutoffs",
        ty: Ty::List(&Ty::Duration(Range::POSITIVE)),
        need: Need::Required,
        doc: "CPU seconds after which the first, second, ... group stops a process; rising.",
    }],
    build: |args| Ok(Box::new(Tags { cutoffs: cutoffs(args)? })),
    example: "kind = \"tags\"\ncutoffs = [\"2s\"]\n",
};

/// What lasts starts again elsewhere.
#[derive(Clone, Debug)]
pub struct Tags {
    /// CPU seconds after which each group but the last stops a process; rising.
    pub cutoffs: Vec<f64>,
}

impl Tags {
    fn nodes(&self, group: usize, view: &View<'_>) -> std::ops::Range<NodeId> {
        nodes_of(group, self.cutoffs.len() + 1, view.nodes())
    }
}

impl Policy for Tags {
    fn declare(&self) -> Declared {
        let wakes = Wakes { at_ages: Ages::at(&self.cutoffs), ..Wakes::default() };
        Declared { wakes, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        Placement::At(one_of(self.nodes(0, view), process, view, rng))
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let Wake::AtAge(id) = why else { return };
        let group = group_of(view.here(), self.cutoffs.len() + 1, view.nodes());
        let mut age = 0.0;
        view.each_resident(|r| age = if r.id == id { r.age } else { age });
        if self.cutoffs.get(group).is_none_or(|cutoff| age < *cutoff) {
            return;
        }
        let eligible: Vec<NodeId> = self.nodes(group + 1, view).filter(|node| view.eligible(id, *node)).collect();
        if !eligible.is_empty() {
            let at = eligible[rng.below(eligible.len() as u32) as usize];
            out.push(Command::Restart { process: id, at });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    /// What it does at a node of 6, in groups of 2, when a process there reaches an age.
    fn at_age(here: NodeId, age: f64) -> Vec<Command> {
        let mut world = Fixture::new(here, 6, 1);
        let process = world.resident(age);
        world.residents.push(process);
        let (mut policy, mut out) = (Tags { cutoffs: vec![1.0, 4.0] }, Commands::new());
        policy.act(Wake::AtAge(process.id), &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn every_process_starts_in_the_first_group() {
        let world = Fixture::new(5, 6, 0);
        let mut policy = Tags { cutoffs: vec![1.0, 4.0] };
        let mut place = |seed| policy.place(&world.newcomer(), &world.view(), &mut Rng::new(seed));
        assert!((0..50).all(|seed| [Placement::At(0), Placement::At(1)].contains(&place(seed))));
    }

    #[test]
    fn at_the_cutoff_of_its_group_it_starts_again_in_the_next() {
        assert!(matches!(at_age(1, 1.0)[..], [Command::Restart { at: 2 | 3, .. }]));
        assert!(at_age(2, 1.0).is_empty());
        assert!(matches!(at_age(2, 4.0)[..], [Command::Restart { at: 4 | 5, .. }]));
        assert!(at_age(5, 4.0).is_empty());
    }
}
