//! Plots that could not be drawn are errors when the file is checked, with the place and what is missing.

use crate::support::{loadlab, succeed, table};
use std::collections::BTreeSet;

const BASE: &str = r#"schema = 1
[experiment]
name = "small"
[scenario]
nodes        = { count = 4 }
horizon      = { processes = 400 }
offered_load = 0.5
lifetime     = { kind = "exponential", mean = "1s" }
[policies.none]
kind = "none"
[policies.choices]
kind = "power-of-d"
d    = 2
[sweep]
offered_load       = [0.5, 0.8]
[replicate]
min = 4
"#;

/// What `check` says of the small experiment with more text.
fn complaint(more: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("small.toml"), format!("{BASE}{more}")).expect("a file");
    let output = loadlab(folder.path(), &["check", "small.toml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(if said.is_empty() { 0 } else { 2 }), "{said}");
    said
}

#[test]
fn a_plot_says_which_record_it_lacks() {
    for (kind, keys, record) in [
        ("survival", "x = 'slowdown'", "processes"),
        ("stability", "y = 'response'", "processes"),
        ("warmup", "", "nodes"),
        ("loads", "", "nodes"),
        ("gantt", "to = '10s'", "processes"),
    ] {
        let one = "where = \"offered_load == 0.8 && policy == 'choices'\"";
        let plot = format!("[[plots]]\nname = \"p\"\nkind = \"{kind}\"\n{keys}\n{one}\n");
        let said = complaint(&plot);
        assert!(said.contains(&format!("drawn from the record of {record}, which is not written")), "{kind}: {said}");
        assert!(
            said.contains(&format!("{record} = {{ when =")) && said.contains(&format!("kind = \"{kind}\"")),
            "{said}"
        );
        let all = "[output]\nprocesses = {}\nnodes = {}\nmigrations = {}\n";
        assert_eq!(complaint(&format!("{plot}{all}")), "", "{kind} with its records");
        let other = all.replace("{}", "{ when = \"offered_load < 0.8\" }");
        let said = complaint(&format!("{plot}{other}"));
        assert!(said.contains(&format!("in the record of {record}")) && said.contains("choices"), "{kind}: {said}");
    }
}

#[test]
fn cells_in_one_place_and_plots_of_nothing_are_refused() {
    let records = "[output]\nnodes = {}\n";
    let said = complaint(&format!("[[plots]]\nname = \"p\"\nkind = \"loads\"\n{records}"));
    assert!(said.contains("each panel of `p` shows one cell") && said.contains("a `where` that keeps one"), "{said}");
    let map = "[[plots]]\nname = \"p\"\nkind = \"heat\"\nx = \"offered_load\"\ny = \"nodes.count\"\nvalue = \"response.mean\"\n";
    assert!(complaint(map).contains("each field of `p` shows one cell"), "two policies in every field");
    assert_eq!(complaint(&format!("{map}compare = \"ratio\"\n")), "", "one of them is the baseline");
    assert_eq!(complaint(&format!("{map}columns = \"policy\"\n")), "", "each has a panel of its own");
    let said = complaint(
        "[[plots]]\nname = \"p\"\nx = \"offered_load\"\ny = \"response.mean\"\nwhere = \"offered_load > 2\"\n",
    );
    assert!(said.contains("no cell of the sweep meets this"), "{said}");
    let plot = "[[plots]]\nname = \"p\"\nkind = \"loads\"\nreplication = 4\nwhere = \"offered_load == 0.8 && policy == 'none'\"\n";
    let said = complaint(&format!("{plot}[output]\nnodes = {{ when = \"true\" }}\n"));
    assert!(said.contains("replication 4 is never run: there are 4"), "{said}");
}

#[test]
fn a_condition_that_cannot_be_evaluated_is_refused() {
    let plot = "[[plots]]\nname = \"p\"\nx = \"offered_load\"\ny = \"response.mean\"\n";
    let said = complaint(&format!("{plot}where = \"policy == 'none' or offered_load == true\"\n"));
    assert!(said.contains("a number cannot be compared with true or false") && said.contains("where = "), "{said}");
}

#[test]
fn a_key_that_a_cell_lacks_decides_nothing_about_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let swept = BASE.replace("[sweep]\n", "[sweep]\npolicies.choices.d = [2, 3]\n");
    let plot = "[[plots]]\nname = \"p\"\nx = \"offered_load\"\nxlabel = \"How busy (of 1)\"\ny = \"response.mean\"\n\
        ylabel = \"From birth to end (s)\"\n\
        where = \"policy == 'none' or policies.choices.d == 3\"\n";
    std::fs::write(folder.path().join("small.toml"), format!("{swept}{plot}")).expect("a file");
    succeed(folder.path(), &["run", "small.toml"]);
    let plots = folder.path().join("results/small/plots");
    let drawn: BTreeSet<String> = table(&plots.join("p.csv")).iter().map(|row| row["series"].clone()).collect();
    assert_eq!(drawn, BTreeSet::from(["none".to_owned(), "choices".to_owned()]));
    let svg = std::fs::read_to_string(plots.join("p.svg")).expect("the plot");
    assert!(svg.contains("How busy (of 1)") && !svg.contains("Offered load"), "the heading of the horizontal axis");
    assert!(svg.contains("From birth to end (s)"), "the heading of the vertical axis");
}
