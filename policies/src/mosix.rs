//! MOSIX: gossip, cautious estimates of load, and one process at a time.

use crate::composite::{Composite, Transfer};
use crate::locate::Location;
use crate::select::{Order, Selection};
use crate::sight::Sight;
use crate::stability::Stability;
use loadlab_core::policy::{Index, Information, Policy};
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty};

const fn seconds(name: &'static str, range: Range, default: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Duration(range), need: Need::Default(default), doc }
}

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "mosix",
    summary: "MOSIX: gossip about loads, asymmetric estimates, a stability factor, residency, refusal.",
    doc: "Every node keeps a small vector of loads that it has heard of by gossip. Once per period, at a phase of its own, \
          it compares its own cautious estimate of its load (which rises slowly) with the least load in its vector (which \
          others raise at once and lower slowly); if its own is greater by `factor` or more, where one process that uses \
          the CPU all the time counts 1, its oldest process moves, if it has used `minimum_age` of CPU and been here for \
          `residency`. The target may refuse. `exported` makes a node tell others more than it has, so that one that has \
          just become idle is not flooded.\n\n\
          Components: transfer by difference, once per period; selection the oldest of those old enough; location the \
          least loaded in the vector; information gossip.\n\n\
          Cost: the messages of the gossip, and one question and one migration per decision to move. What MOSIX knows of \
          a process besides (forks, communication) is not modelled.",
    reference: "Barak & Shiloh, Software: Practice and Experience 15(9), 1985, doi:10.1002/spe.4380150905; Barak, Guday & \
                Wheeler, The MOSIX Distributed Operating System, Springer LNCS 672, 1993",
    params: &[
        seconds("period", Range::POSITIVE, "1", "The time between two decisions of a node."),
        Param {
            name: "factor",
            ty: Ty::Number(Range::NON_NEGATIVE),
            need: Need::Default("1.3"),
            doc: "By how much loads differ at least: the stability factor.",
        },
        seconds("minimum_age", Range::NON_NEGATIVE, "1", "CPU seconds that a process must have used."),
        seconds("residency", Range::NON_NEGATIVE, "1", "A process stays at least so long at a node."),
        Param {
            name: "refuse",
            ty: Ty::Number(Range::NON_NEGATIVE),
            need: Need::Optional,
            doc: "A node with this load or more, or too little memory, refuses; without it nobody is asked.",
        },
        Param {
            name: "exported",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Default("1"),
            doc: "Every node tells others its load times this.",
        },
        Information::param("\"gossip\""),
        Param { need: Need::Default("\"mosix\""), ..Index::PARAM },
    ],
    build: |args| Ok(Box::new(mosix(args)?)),
    example: "kind = \"mosix\"\ninformation = { kind = \"gossip\", length = 16 }\nrefuse = 3\n",
};

fn mosix(args: &Args) -> Result<Composite, String> {
    let stability = Stability {
        residency: args.number("residency"),
        difference: args.number("factor"),
        refuse: args.maybe_number("refuse"),
        exported: args.number("exported"),
        ..Stability::NONE
    };
    let selection = Selection { minimum_age: args.number("minimum_age"), ..Selection::of(Order::LargestAge) };
    let (information, index) = (Information::of(args)?, Index::of(args)?);
    let transfer = Transfer {
        sends: true,
        receives: false,
        threshold: 1,
        gain: true,
        at_birth: false,
        every: Some(args.number("period")),
    };
    let sight = Sight::checked(Sight { information, index, ..Sight::EXACT })?;
    if information == Information::OnDemand {
        return Err("MOSIX asks nobody: its information must come by itself".to_owned());
    }
    Ok(Composite { transfer, selection, location: Location::Least, sight, stability })
}
