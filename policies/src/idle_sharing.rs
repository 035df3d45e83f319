//! Load sharing: processes move only to keep idle nodes busy.

use crate::balance_any::{SELECTION, both_ends};
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES};
use crate::stability::STABILITY;
use loadlab_core::policy::Policy;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "idle-sharing",
    summary: "Migrate only to idle nodes (Krueger & Livny's load sharing).",
    doc: "After a birth at a node with work a process of that node moves to an idle node, if there is one; a node that \
          falls idle takes one from the most loaded node. With exact information and free moves no node is idle while \
          another has two processes, and the number in the system is that of M/M/N where lifetimes are exponential, as \
          under `balance-any`; but loads above one may differ, and under processor sharing some are served faster than \
          others. With information on demand `probes` nodes are asked.\n\n\
          Components: transfer to idle nodes, by senders and receivers; selection a parameter; location the best; \
          information exact, unless said otherwise.\n\n\
          Cost: up to one question and one migration per birth at a busy node and per idle period.",
    reference: "Krueger & Livny, The diverse objectives of distributed scheduling policies, ICDCS 1987",
    params: &[SELECTION, INFORMATION, LOAD, PROBES, IN_TRANSIT, STABILITY],
    build: |args| Ok(Box::new(both_ends(args, false)?)),
    example: "kind = \"idle-sharing\"\ninformation = \"on-demand\"\nprobes = 5\n",
};
