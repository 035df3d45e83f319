//! `docs/theory-grid.md`: every formula for systems of many nodes, at its loads, against the simulator.
//!
//! Two tests. With `LOADLAB_FULL=1` all cells are simulated and checked; with `LOADLAB_REGENERATE=1` too only those are
//! simulated that have no line on the page, or one that is no longer right, and the page is written. Always: the page has a line for every cell, with the value that its formula has today, and what was simulated
//! then passes the criterion against that.

use crate::cells::{Cell, check_by};
use crate::support::{Estimate, full};
use crate::{board, drawn, few_nodes, grid, half, idle_queue, paying, sizes, under_way};
use std::collections::HashMap;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/theory-grid.md");

const HEAD: &str = "# Formulas and simulations

Written by the theory tests of the simulator (`experiments/tests/simulated`, with `LOADLAB_FULL=1` and
`LOADLAB_REGENERATE=1`). Lifetimes are exponential with mean 1 unless the section says otherwise, arrivals Poisson, nodes
equal and first come first served; probes are free and take no time. The value is the mean response W by the formula,
named as in `loadlab_core::theory`; the estimate is that of the whole simulator, from 12 or more replications.

Every row passed: a standard error of at most 0.2 %; a difference of at most 0.5 % or 3 standard errors, beside the error
that a formula states itself (the note `±`); and for every formula a value shifted by 3 % would have been rejected.

![Every line drawn](img/theory-grid.svg)
";

/// Title, what is to be known, cells.
fn sections() -> Vec<(&'static str, &'static str, Vec<Cell>)> {
    vec![
        (
            "Free sharing, 1,000 nodes",
            "The formula is the limit of infinitely many nodes. Where 1,000 are too few for it, the note is its value for \
             1,000 nodes to the order 1/N (`refined`), and the estimate is near that instead: at load .95 only 50 nodes \
             are idle on average, and policies that seek an idle node miss the limit by up to 1 %.",
            grid::cells(),
        ),
        (
            "Free sharing, 20 and 100 nodes",
            "The limit and its correction of order 1/N, with distinct other nodes.",
            few_nodes::cells(),
        ),
        (
            "Idle queues and memory",
            "SQ(2): the published formula (`jiq::shorter_of_two`) leaves out that registered nodes receive random processes \
             too; the equations that do not are integrated by the test. With 10 nodes per dispatcher the excess over \
             the limit falls like 1/N: of SQ(2), and at load .95 of random registration (with 1,000 nodes the estimate \
             2.682 is 0.54 % above it), 10,000 nodes are compared. \
             Memory: see the test for the recursion; at low load a remembered node may fall idle before the next process \
             needs it, which 1,000 nodes at .1 show (1.091), so there are 10,000 below .4.",
            idle_queue::cells(),
        ),
        ("Stealing half", "The mean-field equations are integrated by the test.", half::cells()),
        (
            "Transfers that cost CPU",
            "C is the mean CPU time that each transfer costs the node that gives.",
            paying::cells(),
        ),
        ("Transfers that take time", "D is the mean time of a transfer, exponential.", under_way::cells()),
        ("Old information", "All processes go by a board renewed once per period.", board::cells()),
        (
            "The least work left",
            "A dispatcher that knows lifetimes makes one queue of all nodes: M/M/N, exactly. (Size intervals are compared with \
             M/G/1 by a test of their own: heavy tails need other run lengths.)",
            sizes::cells(),
        ),
    ]
}

const COLUMNS: &str = "| formula | parameters | nodes | load | value | estimate | standard error | difference | note |
|---|---|---:|---:|---:|---:|---:|---:|---|
";

#[test]
fn the_whole_grid_responds_as_the_formulas_say() {
    if !full() {
        return;
    }
    let regenerate = std::env::var_os("LOADLAB_REGENERATE").is_some_and(|v| v == "1");
    let known = std::fs::read_to_string(PAGE).unwrap();
    let known = if regenerate { lines(&known) } else { HashMap::new() };
    let mut page = HEAD.to_owned();
    for (title, text, cells) in sections() {
        println!("{title}");
        let estimate = |cell: &Cell| {
            let told = known.get(&cell.key()).and_then(|rest| numbers(rest));
            let right = told.filter(|(value, e)| *value == format!("{:.5}", cell.theory) && cell.holds(*e));
            right.map_or_else(|| cell.measure(), |(_, estimate)| estimate)
        };
        page += &format!("\n## {title}\n\n{text}\n\n{COLUMNS}{}", check_by(&cells, estimate));
    }
    if regenerate {
        drawn::write(&page);
        std::fs::write(PAGE, page).unwrap();
    }
}

/// The lines of the page, what follows the key by the key.
fn lines(page: &str) -> HashMap<String, &str> {
    let cells = page.lines().filter(|line| line.starts_with("| `"));
    cells
        .map(|line| {
            let end = line.match_indices('|').nth(4).map_or(line.len(), |(at, _)| at + 1);
            (line[..end].to_owned(), &line[end..])
        })
        .collect()
}

/// Value, estimate and its error of a line without its key.
fn numbers(rest: &str) -> Option<(&str, Estimate)> {
    let mut fields = rest.split('|').map(str::trim);
    let (value, mean, error) =
        (fields.next()?, fields.next()?.parse::<f64>().ok()?, fields.next()?.strip_suffix(" %")?);
    Some((value, Estimate { mean, error: mean * error.parse::<f64>().ok()? / 100.0 }))
}

#[test]
fn the_page_has_every_cell_with_its_value_of_today_and_an_estimate_that_passes() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let mut lines = lines(&page);
    let cells: Vec<Cell> = sections().into_iter().flat_map(|(_, _, cells)| cells).collect();
    for cell in &cells {
        let rest = lines.remove(&cell.key()).unwrap_or_else(|| panic!("no line for {}", cell.key()));
        let (value, estimate) = numbers(rest).unwrap_or_else(|| panic!("not numbers: {rest}"));
        assert_eq!(value, format!("{:.5}", cell.theory), "{}", cell.key());
        cell.check(estimate);
    }
    assert!(lines.is_empty(), "lines that no test writes: {:?}", lines.keys());
}
