//! `docs/columns.md`: every column of every table and every metric with its formula, generated from the lists that the
//! tables themselves are written from.

use super::{Column, recorder, single, tables, workloads_table};
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

const fn column(name: &'static str, unit: &'static str, doc: &'static str) -> Column {
    Column { name, unit, doc }
}

/// `contrasts.csv`, behind the identity of the policy that is compared.
const CONTRASTS: &[Column] = &[
    column("baseline", "", "the policy that it is compared with"),
    column("baseline_cell", "", "the cell of that"),
    column("metric", "", "the metric"),
    column("kind", "", "`difference`: policy - baseline; `ratio`: policy / baseline"),
    column("estimate", "", "mean over paired replications; of a ratio the geometric one"),
    column("ci_low", "", "lower end of its interval, adjusted for the family of comparisons"),
    column("ci_high", "", "its upper end"),
    column("confidence", "1", "the confidence of the whole family"),
    column("p_holm", "1", "the p value, adjusted as `adjust` says"),
    column("adjust", "", "how many comparisons are allowed for: `holm`, `bonferroni` or `none`"),
    column("pairs", "1", "replications that both have"),
    column("correlation", "1", "of the two over replications; what common random numbers gain"),
    column("margin", "1", "the relative difference that matters: `resolve` of `[stop.contrasts]`"),
    column("verdict", "", "`better`, `worse`, `equivalent` or `unresolved`"),
    column("note", "", "why there is no estimate"),
];

/// `claims.csv`.
const CLAIMS: &[Column] = &[
    column("claim", "", "the claim in words"),
    column("verdict", "", "`PASS`, `FAIL` or `UNRESOLVED`, over all its places"),
    column("evidence", "", "where the claim comes from, if the file says so"),
    column("published", "", "what the publication reports, if the file says so"),
    column("expect", "", "the claim as a comparison"),
    column("place_verdict", "", "the verdict at this place alone"),
    column("lhs", "", "mean of the left side"),
    column("rhs", "", "mean of the right side"),
    column("estimate", "", "mean over paired replications of left - right"),
    column("ci_low", "", "lower end of its interval"),
    column("ci_high", "", "its upper end"),
    column("confidence", "1", "its confidence"),
    column("tolerance", "1", "by how much it may be missed, as a fraction of the right side"),
    column("pairs", "1", "replications that both sides have"),
    column("note", "", "why it cannot be judged"),
];

/// `theory.csv`, behind the identity.
const THEORY: &[Column] = &[
    column("metric", "", "the metric"),
    column("formula", "", "the formula in words"),
    column("holds", "", "in which sense it holds for this cell"),
    column("value", "", "what it gives"),
    column("neglected", "", "how much of the metric it may neglect; empty where that is nothing or not known"),
    column("simulated", "", "mean over replications"),
    column("ci_low", "", "lower end of Student's interval for that"),
    column("ci_high", "", "its upper end"),
    column("confidence", "1", "its confidence"),
    column("replications", "1", "replications in which it is defined"),
    column("inside", "", "whether the interval, widened by what is neglected, holds the value"),
    column("warnings", "", "codes of what must be known about the row, separated by blanks"),
];

/// The whole document.
pub fn columns() -> String {
    let mut text = String::from(
        "<!-- Generated from the code; do not edit. -->\n\n# Columns\n\nEvery table is CSV in UTF-8 with a header, one row \
         per observation, in an order that never changes. Numbers are written in the shortest form that reads back as the \
         same double; an empty field is a value that is not defined. A text that a spreadsheet would take for a formula \
         has an apostrophe in front.\n",
    );
    section(&mut text, "Every table", "These columns begin every row, but for `claims.csv`.", &[IDENTITY]);
    section(&mut text, "runs.csv", "One row per cell, replication and metric.", &[tables::RUNS]);
    section(&mut text, "summary.csv", "One row per cell and metric.", &[tables::SUMMARY]);
    let contrasts = "One row per policy that is compared with the baseline, point, metric and kind.";
    section(&mut text, "contrasts.csv", contrasts, &[CONTRASTS]);
    let claims = "One row per claim and place: a value of the swept keys that the claim leaves open. Of the columns that \
                  begin other tables it has the experiment, and the keys that all cells of the place share.";
    section(&mut text, "claims.csv", claims, &[CLAIMS]);
    let theory = "One row per cell and metric for which a formula is known.";
    section(&mut text, "theory.csv", theory, &[THEORY]);
    let workloads =
        "One row per cell that replays a trace, and fact: what became of its lines, and what was done to it.";
    section(&mut text, "workloads.csv", workloads, &[workloads_table::WORKLOADS]);
    let processes = "One row per process, for the runs that `output.processes` chooses: those that left, in the order in which \
                     they left, then those that were still there. The workload `processes` reads this table.";
    section(&mut text, "processes.csv", processes, &[RUN, recorder::PROCESSES]);
    let nodes = "One row per change of the load of a node, for the runs that `output.nodes` chooses.";
    section(&mut text, "nodes.csv", nodes, &[RUN, recorder::NODES]);
    let migrations = "One row per migration, for the runs that `output.migrations` chooses.";
    section(&mut text, "migrations.csv", migrations, &[RUN, recorder::MIGRATIONS]);
    let decisions = "One JSON object per line and decision, for the runs that `output.decisions` chooses: each time a policy \
                     said where a process is to start, and each wake-up after which it gave orders. What an asked site \
                     replied stands in the decision of the one who asked. Every line begins with `experiment`, `cell`, \
                     `scenario`, `policy`, `keys` (a table of the swept keys), `replication` and `seed`.";
    section(&mut text, "decisions.jsonl", decisions, &[crate::trace::DECISIONS]);
    let single = "One row per metric and method, for the runs that `output.single_run` chooses: what one long run says \
                  about its own means.";
    section(&mut text, "single_run.csv", single, &[RUN, single::COLUMNS]);
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
