//! A policy of your own in one file: this program is the whole of loadlab, and `cautious` stands in any experiment file
//! beside the policies that come with it. `docs/my-policy.md` goes through it line by line.

use loadlab_core::policy::{Among, Ask, Declared, Information, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty};
use std::process::ExitCode;

/// What this program adds to the catalogue.
pub(crate) static MINE: &[Kind<Box<dyn Policy>>] = &[Kind {
    name: "cautious",
    summary: "Ask one random node, and go there only if it is much less loaded.",
    doc: "A process asks one other node, drawn at random, and starts there if its load is less by `margin` or more.",
    reference: "",
    params: &[Param {
        name: "margin",
        ty: Ty::Count(1, 1000),
        need: Need::Default("2"),
        doc: "By how much the other node must be less loaded.",
    }],
    build: |args| Ok(Box::new(Cautious { margin: args.count("margin") as f64 })),
    example: "kind = \"cautious\"\nmargin = 2\n",
}];

#[derive(Clone, Debug)]
struct Cautious {
    margin: f64,
}

impl Policy for Cautious {
    fn declare(&self) -> Declared {
        Declared { information: Information::OnDemand, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, _: &mut Rng) -> Placement {
        if view.round() == 0 {
            return Placement::Ask(Ask::distinct(1, Among::Others));
        }
        let other = view.replies().first().filter(|o| o.load + self.margin <= f64::from(view.load()));
        Placement::At(other.map_or(process.at, |o| o.node))
    }
}

fn main() -> ExitCode {
    loadlab::cli::main_with(MINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn place(world: &Fixture) -> Placement {
        Cautious { margin: 2.0 }.place(&world.newcomer(), &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn it_goes_only_where_there_is_much_less_to_do() {
        assert!(matches!(place(&Fixture::new(0, 9, 3)), Placement::Ask(_)));
        assert_eq!(place(&Fixture::new(0, 9, 3).replied(&[(4, 1.0)])), Placement::At(4));
        assert_eq!(place(&Fixture::new(0, 9, 3).replied(&[(4, 2.0)])), Placement::At(0));
    }
}
