//! Load balancing: any imbalance that a move can lessen is lessened.

use crate::composite::{Composite, Transfer};
use crate::locate::Location;
use crate::select::Selection;
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES, Sight};
use crate::stability::{STABILITY, Stability};
use loadlab_core::policy::{Information, Policy};
use loadlab_core::spec::{Args, Kind, Need, Param, Ty};

/// The parameter `selection`.
pub(crate) const SELECTION: Param = Param {
    name: "selection",
    ty: Ty::Kind("selection"),
    need: Need::Default("\"newest\""),
    doc: "Which process moves.",
};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "balance-any",
    summary: "Migrate whenever two loads differ by two or more (Krueger & Livny's load balancing).",
    doc: "After every birth a process of that node moves to the least loaded node, if that is less loaded even with it; \
          after every departure the node takes one from the most loaded, on the same terms. With exact information and \
          free moves no two loads ever differ by more than one: under processor sharing everyone is served equally, and \
          the number in the system is that of M/M/N where lifetimes are exponential. With information on demand `probes` \
          nodes are asked.\n\n\
          Components: transfer at any imbalance, by senders and receivers; selection a parameter; location the best; \
          information exact, unless said otherwise.\n\n\
          Cost: up to one question and one migration per birth and per departure.",
    reference: "Krueger & Livny, The diverse objectives of distributed scheduling policies, ICDCS 1987",
    params: &[SELECTION, INFORMATION, LOAD, PROBES, IN_TRANSIT, STABILITY],
    build: |args| Ok(Box::new(both_ends(args, true)?)),
    example: "kind = \"balance-any\"\nselection = \"largest-age\"\nstability = { residency = \"1s\" }\n",
};

/// A sender and receiver with T = 1: for any gain, or only to idle nodes.
pub(crate) fn both_ends(args: &Args, gain: bool) -> Result<Composite, String> {
    let (sight, selection) = (Sight::of(args)?, Selection::named(args)?);
    let asks = sight.information == Information::OnDemand;
    let location = if asks { Location::Shortest(sight.probes) } else { Location::Least };
    let transfer = Transfer { sends: true, receives: true, threshold: 1, gain, at_birth: true, every: None };
    Ok(Composite { transfer, selection, location, sight, stability: Stability::of(args) })
}
