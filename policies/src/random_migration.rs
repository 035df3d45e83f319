//! Random migration: a node with too much sends any process away.

use crate::composite::{Composite, Transfer};
use crate::locate::Location;
use crate::params;
use crate::select::{Order, Selection};
use crate::sight::Sight;
use crate::stability::{STABILITY, Stability};
use loadlab_core::policy::{Information, Policy};
use loadlab_core::spec::{Kind, Need, Param, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "random-migration",
    summary: "A loaded node sends a random process to a random or to the least loaded node.",
    doc: "When a process is born at a node that had T or more, one of the processes there, any equally likely, moves: to a \
          random other node, unseen, or to the least loaded one if that is less loaded even with it. What a choice of \
          process or node by knowledge is worth shows against this. With exponential lifetimes, free moves and random \
          targets it is Random(T) with one transfer: the processes have no memory, so it does not matter which one \
          goes.\n\n\
          Components: transfer threshold T at a birth; selection random; location random or least loaded; information \
          blind or exact.\n\n\
          Cost: one migration per birth at a node with T or more.",
    reference: "The baseline of selection and location policies: Shivaratri, Krueger & Singhal, IEEE Computer 25(12), \
                1992, doi:10.1109/2.179115",
    params: &[
        params::threshold("1"),
        Param {
            name: "target",
            ty: Ty::Choice(&["random", "least-loaded"]),
            need: Need::Default("\"random\""),
            doc: "A random node, unseen, or the least loaded, by exact loads.",
        },
        STABILITY,
    ],
    build: |args| {
        let random = args.text("target") == "random";
        let transfer = Transfer {
            sends: true,
            receives: false,
            threshold: args.count("threshold") as u32,
            gain: true,
            at_birth: true,
            every: None,
        };
        Ok(Box::new(Composite {
            transfer,
            selection: Selection::of(Order::Random),
            location: if random { Location::Random } else { Location::Least },
            sight: if random { Sight { information: Information::Blind, ..Sight::EXACT } } else { Sight::EXACT },
            stability: Stability::of(args),
        }))
    },
    example: "kind = \"random-migration\"\nthreshold = 2\nstability = { moves = 3 }\n",
};
