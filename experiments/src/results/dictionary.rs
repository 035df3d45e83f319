//! `docs/columns.md`: every column of every table and every metric with its formula, generated from the lists that the
//! tables themselves are written from.

use super::{Column, recorder, tables};
use loadlab_core::record::metric::{Better, METRICS};
use std::fmt::Write;

/// The columns that begin every row.
const IDENTITY: &[Column] = &[
    Column { name: "experiment", unit: "", doc: "the name of the experiment" },
    Column { name: "cell", unit: "", doc: "the identity of the cell: equal digits, equal results from the same seed" },
    Column { name: "scenario", unit: "", doc: "the scenario" },
    Column { name: "policy", unit: "", doc: "the policy" },
    Column { name: "every swept key", unit: "", doc: "its value in this cell, in seconds, bytes or bytes per second" },
];

/// The columns of a record behind the identity, before its own.
const RUN: &[Column] = &[
    Column { name: "replication", unit: "1", doc: "the replication, from 0" },
    Column { name: "seed", unit: "1", doc: "the seed of the experiment" },
];

/// The whole document.
pub fn columns() -> String {
    let mut text = String::from(
        "<!-- Generated from the code; do not edit. -->\n\n# Columns\n\nEvery table is CSV in UTF-8 with a header, one row \
         per observation, in an order that never changes. Numbers are written in the shortest form that reads back as the \
         same double; an empty field is a value that is not defined. A text that a spreadsheet would take for a formula \
         has an apostrophe in front.\n",
    );
    section(&mut text, "Every table", "These columns begin every row.", &[IDENTITY]);
    section(&mut text, "runs.csv", "One row per cell, replication and metric.", &[tables::RUNS]);
    section(&mut text, "summary.csv", "One row per cell and metric.", &[tables::SUMMARY]);
    let processes = "One row per process that left the system, for the runs that `output.processes` chooses, in the order \
                     in which they left. The workload `processes` reads this table.";
    section(&mut text, "processes.csv", processes, &[RUN, recorder::PROCESSES]);
    let nodes = "One row per change of the load of a node, for the runs that `output.nodes` chooses.";
    section(&mut text, "nodes.csv", nodes, &[RUN, recorder::NODES]);
    let migrations = "One row per migration, for the runs that `output.migrations` chooses.";
    section(&mut text, "migrations.csv", migrations, &[RUN, recorder::MIGRATIONS]);
    metrics(&mut text);
    text
}

fn section(text: &mut String, name: &str, what: &str, columns: &[&[Column]]) {
    let _ = write!(text, "\n## {name}\n\n{what}\n\n| column | unit | meaning |\n|---|---|---|\n");
    for column in columns.iter().flat_map(|list| list.iter()) {
        let _ = writeln!(text, "| {} | {} | {} |", column.name, column.unit, column.doc.replace('|', "\\|"));
    }
}

fn metrics(text: &mut String) {
    text.push_str(
        "\n## Metrics\n\nAll are over the processes that arrive between the end of the warm-up and the horizon, and over \
         that time.\n\n| metric | unit | better | formula |\n|---|---|---|---|\n",
    );
    for metric in METRICS {
        let better = match metric.better {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "",
        };
        let _ =
            writeln!(text, "| {} | {} | {better} | {} |", metric.name, metric.unit, metric.formula.replace('|', "\\|"));
    }
}
