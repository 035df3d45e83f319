//! The power of d choices: join the shortest of d random queues.

use crate::PostedChoices;
use loadlab_core::policy::{Among, Ask, Declared, Information, Newcomer, Placement, Policy, Site, View, Who};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "power-of-d",
    summary: "Join the shortest of d random queues.",
    doc: "Every process probes d nodes drawn uniformly from all, its home not favoured, and starts at the one with the \
          least load; among equals at the one drawn first. With d = 2 the tail of the load falls doubly \
          exponentially: P(load >= k) = lambda^((d^k - 1) / (d - 1)) for very many nodes.\n\n\
          With another `information` nobody is asked: the d nodes are looked up in that structure, a node's own load \
          there like any other. On a board that is renewed every so often this is Mitzenmacher's model of old \
          information, and with d as great as the number of nodes it is his choice of the least posted load.\n\n\
          Transfer: every process. Selection: the newcomer. Location: the least loaded of d. Information: on \
          demand, or as chosen.\n\n\
          Cost per decision: d probes and one transfer; looked up, what the information costs.",
    reference: "Mitzenmacher, IEEE TPDS 12(10), 2001, doi:10.1109/71.963420, and 11(1), 2000; \
                Vvedenskaya, Dobrushin & Karpelevich, Problems of Information Transmission 32(1), 1996",
    params: &[
        Param { name: "d", ty: Ty::Count(1, 255), need: Need::Default("2"), doc: "How many nodes are asked." },
        Param {
            name: "replacement",
            ty: Ty::Flag,
            need: Need::Default("false"),
            doc: "Whether the same node may be drawn twice; matters only for few nodes.",
        },
        Information::param("\"on-demand\""),
    ],
    build: |args| {
        let (d, replacement) = (args.count("d") as u8, args.flag("replacement"));
        match Information::of(args)? {
            Information::OnDemand => Ok(Box::new(PowerOfD { d, replacement })),
            Information::Blind => Err("with blind information there is nothing to choose by".to_owned()),
            information => Ok(Box::new(PostedChoices { d, replacement, information })),
        }
    },
    example: "kind = \"power-of-d\"\nd = 2\n",
};

/// Join the shortest of d random queues.
#[derive(Clone, Copy, Debug)]
pub struct PowerOfD {
    /// How many nodes are asked.
    pub d: u8,
    /// Whether the same node may be drawn twice.
    pub replacement: bool,
}

impl PowerOfD {
    fn question(&self) -> Ask {
        let all = Among::All;
        let who = if self.replacement { Who::Drawn(self.d, all) } else { Who::Distinct(self.d, all) };
        Ask { who, ..Ask::distinct(self.d, all) }
    }
}

impl Policy for PowerOfD {
    fn declare(&self) -> Declared {
        Declared { information: Information::OnDemand, opening: Some(self.question()), ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    #[inline]
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.round() == 0 {
            return Placement::Ask(self.question());
        }
        let shortest = view.replies().iter().reduce(|best, o| if o.load < best.load { o } else { best });
        Placement::At(shortest.map_or(process.at, |o| o.node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    const POLICY: PowerOfD = PowerOfD { d: 2, replacement: false };

    fn place(world: &Fixture) -> Placement {
        POLICY.clone().place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn it_asks_first_however_idle_its_home_is() {
        assert_eq!(place(&Fixture::new(0, 5, 0)), Placement::Ask(Ask::distinct(2, Among::All)));
    }

    #[test]
    fn it_joins_the_shorter_queue_and_the_first_drawn_among_equals() {
        assert_eq!(place(&Fixture::new(0, 5, 0).replied(&[(3, 4.0), (1, 2.0)])), Placement::At(1));
        assert_eq!(place(&Fixture::new(0, 5, 0).replied(&[(3, 2.0), (1, 2.0)])), Placement::At(3));
    }
}
