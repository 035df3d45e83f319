//! `workloads.csv`: what became of the lines and processes of the traces that cells replay.
//!
//! Not here: the account itself (`workload::accounts`).

use super::tables::{identity, identity_header, safe, write};
use super::{Column, number};
use crate::file::Experiment;
use crate::workload::Accounted;

const fn column(name: &'static str, unit: &'static str, doc: &'static str) -> Column {
    Column { name, unit, doc }
}

/// The columns behind the identity.
pub(super) const WORKLOADS: &[Column] = &[
    column("trace", "", "the file, or the generator"),
    column(
        "kind",
        "",
        "`lines` of the file; `dropped`: not used, and why; `note`: used but odd; `stand_in`: a generator in the place \
         of the file; `step`: what was done to the processes; `offered_load`; `capacity`; `name_list`: the programs that a \
         policy takes from the trace, and how many",
    ),
    column("what", "", "what was counted or measured"),
    column("value", "", "lines, processes left after a step, or a load; empty where it cannot be known"),
    column("first_line", "1", "the line or record of the first, from 1"),
];

/// One row per cell that replays a trace, and fact.
pub fn workloads_csv(experiment: &Experiment, accounts: &[Accounted]) -> Result<Vec<u8>, csv::Error> {
    let header = identity_header(experiment).into_iter().chain(WORKLOADS.iter().map(|c| c.name.to_owned()));
    let mut rows = Vec::new();
    for cell in &experiment.cells {
        for account in accounts.iter().filter(|account| account.points.contains(&cell.point)) {
            for fact in account.of(&cell.id) {
                let mut row = identity(experiment, cell);
                row.extend([safe(account.trace.clone()), fact.kind.clone(), safe(fact.what.clone())]);
                row.extend([fact.value.map_or(String::new(), number)]);
                row.extend([fact.first_line.map_or(String::new(), |line| line.to_string())]);
                rows.push(row);
            }
        }
    }
    write(&header.collect::<Vec<_>>(), rows.into_iter())
}
