//! No load sharing: every process runs at home. The upper bound that every policy is compared with.

use loadlab_core::policy::{Declared, Newcomer, Placement, Policy, Site, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "none",
    summary: "Every process runs at home.",
    doc: "No load sharing. With Poisson arrivals and exponential lifetimes every node is an M/M/1 queue of its own, \
          which bounds every sensible policy from above.\n\n\
          Transfer: never. Selection, location and information: none.\n\nCost per decision: none.",
    reference: "Eager, Lazowska & Zahorjan, IEEE TSE SE-12(5), 1986, doi:10.1109/TSE.1986.6312961",
    params: &[],
    build: |_| Ok(Box::new(NoSharing)),
    example: "kind = \"none\"\n",
};

/// Every process runs at home.
#[derive(Clone, Copy, Debug)]
pub struct NoSharing;

impl Policy for NoSharing {
    fn declare(&self) -> Declared {
        Declared::default()
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    #[test]
    fn a_process_stays_at_home_however_loaded_it_is() {
        let world = Fixture::new(3, 10, 99);
        let placement = NoSharing.place(&world.newcomer(), &world.view(), &mut Rng::new(1));
        assert_eq!(placement, Placement::At(3));
    }
}
