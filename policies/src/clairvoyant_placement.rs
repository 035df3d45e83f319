//! Clairvoyant placement: lifetimes and loads are known, and a process starts elsewhere if that pays.

use loadlab_core::policy::{Declared, Information, Knows, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "clairvoyant-placement",
    summary: "Oracle: start a process elsewhere if its known lifetime makes that pay.",
    doc: "Knows the lifetime L of each process and the exact load of every node. With n processes at its node and m at the \
          least loaded one (ties at random; what is on its way there counts), itself counted at both, a process that \
          shares the CPU evenly would respond after n L here and after c + m L there, where c is what starting it there \
          costs; it starts there if L (n - m) > c. What the criterion of Harchol-Balter & Downey guesses from the age of \
          a running process is here known at its birth: the difference between the two is what knowing lifetimes is \
          worth. Marked as an oracle in results.\n\n\
          Transfer: L (n - m) > c. Selection: the newcomer. Location: the least loaded node. Information: exact, and \
          lifetimes.\n\n\
          Cost per decision: one transfer; none is charged for information. Looks at every node.",
    reference: "The clairvoyant end of Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344",
    params: &[Param {
        name: "cost",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "c: what it takes a placement elsewhere to cost, in seconds.",
    }],
    build: |args| Ok(Box::new(ClairvoyantPlacement { cost: args.number("cost") })),
    example: "kind = \"clairvoyant-placement\"\ncost = \"300ms\"\n",
};

/// A process starts elsewhere if its known lifetime makes that pay.
#[derive(Clone, Copy, Debug)]
pub struct ClairvoyantPlacement {
    /// Seconds that a placement elsewhere costs.
    pub cost: f64,
}

impl Policy for ClairvoyantPlacement {
    fn declare(&self) -> Declared {
        Declared { information: Information::Exact, knows: Knows { lifetime: true }, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let elsewhere = |node| node != process.at && view.eligible(process.id, node);
        let Some(least) = view.known().least(rng, elsewhere) else { return Placement::At(process.at) };
        let gain = f64::from(view.load()) - least.load - f64::from(view.in_transit(least.node));
        let pays = process.lifetime.unwrap_or(0.0) * gain > self.cost;
        Placement::At(if pays { least.node } else { process.at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(lifetime: f64, load: u32, in_transit: u32) -> Placement {
        let known = Fixture::new(0, 3, load).replied(&[(0, f64::from(load)), (1, 4.0), (2, 1.0)]).replies;
        let world = Fixture { known, in_transit: vec![0, 0, in_transit], ..Fixture::new(0, 3, load) };
        let process = Newcomer { lifetime: Some(lifetime), ..world.newcomer() };
        ClairvoyantPlacement { cost: 3.0 }.place(&process, &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn a_long_process_goes_where_it_ends_earlier_and_a_short_one_stays() {
        assert_eq!(place(1.6, 3, 0), Placement::At(2));
        assert_eq!(place(1.5, 3, 0), Placement::At(0));
        assert_eq!(place(9.0, 1, 0), Placement::At(0));
    }

    #[test]
    fn what_is_on_its_way_there_counts() {
        assert_eq!(place(1.6, 3, 1), Placement::At(0));
        assert_eq!(place(3.1, 3, 1), Placement::At(2));
    }
}
