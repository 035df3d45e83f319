//! Remote execution: the process is moved at `exec`, when it has no memory worth keeping; arguments, environment and
//! open files are all that travels.

use super::step::{Phase, Runs, Step};
use super::{Mechanism, Plan, Way, keys};
use crate::spec::{Kind, Need, Param, Range, Ty};
use crate::transfer::Transfer;

static PARAMS: [Param; 8] = [
    Param {
        name: "cost",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "Seconds per start away from home, whatever the process.",
    },
    Param {
        name: "arguments",
        ty: Ty::Size(Range::NON_NEGATIVE),
        need: Need::Default("0"),
        doc: "Bytes of arguments and environment.",
    },
    keys::FILES,
    keys::PER_FILE,
    keys::SELECT,
    keys::COPY_RATE,
    keys::SOURCE_RATE,
    keys::TARGET_RATE,
];

pub(crate) const REMOTE_EXECUTION: Kind<Transfer> = Kind {
    name: "remote-execution",
    summary: "Starts elsewhere at exec time: only arguments and open files travel.",
    doc: "Costs `cost + files x per_file` and the transfer of the arguments. As a mechanism of migration it stands for \
          exec-time migration: whatever the process held in memory is given up at that moment.",
    reference: "Douglis & Ousterhout, Transparent process migration: design alternatives and the Sprite implementation, \
                SP&E 21(8), 1991, doi:10.1002/spe.4380210802",
    params: &PARAMS,
    build: |args| keys::mechanism(args, Plan::RemoteExecution { arguments: args.number("arguments") }),
    example: "kind = \"remote-execution\"\ncost = \"300ms\"\n",
};

pub(super) fn steps(m: &Mechanism, arguments: f64) -> Vec<Step> {
    let freeze = Step::pause(Phase::Switch, Runs::Nowhere, m.control());
    vec![m.negotiation(), freeze.sending(arguments, Way::SourceTarget, &m.costs)]
}
