//! One run as it went: the load of each node over time, and which process was where.

use super::Material;
use super::arrangement::Arrangement;
use crate::file::Cell;
use crate::plot::gantt::{self, Stay};
use crate::plot::loads::{self, NodeLoad};
use crate::plot::{Axis, Figure};
use crate::results::Column;
use crate::results::recorder::{MIGRATIONS, PROCESSES};
use crate::results::records::Sort;
use crate::store::StoreError;
use std::collections::BTreeMap;

/// The load of each node.
pub(super) fn loads(
    material: &Material<'_>,
    arrangement: &Arrangement<'_>,
    cells: &[usize],
) -> Result<Figure, StoreError> {
    let plot = arrangement.plot;
    let Some(cell) = cells.first().map(|k| arrangement.cell(*k)) else {
        return Ok(loads::figure(Axis::linear("Time", "s"), &[], 0.0, 1.0));
    };
    let name =
        |node: u64| if count(cell) <= loads::MOST_STRIPS as u64 { format!("node {node}") } else { node.to_string() };
    let idle = |node: u64| NodeLoad { node: name(node), steps: vec![(0.0, 0.0)] };
    let mut nodes: Vec<NodeLoad> = (0..count(cell)).map(idle).collect();
    let mut last = plot.time.0;
    material.records.rows(Sort::Nodes, cell, plot.replication, |row| {
        if let [time, node, load] = row
            && let (Ok(time), Ok(node), Ok(load)) = (time.parse::<f64>(), node.parse::<usize>(), load.parse::<f64>())
            && let Some(node) = nodes.get_mut(node)
        {
            node.steps.push((time, load));
            last = last.max(time);
        }
    })?;
    Ok(loads::figure(Axis::linear("Time", "s"), &nodes, plot.time.0, plot.time.1.unwrap_or(last)))
}

/// The nodes of a cell.
fn count(cell: &Cell) -> u64 {
    cell.scenario.args.tables("nodes").iter().map(|nodes| nodes.count("count")).sum()
}

/// Where a column stands in a record.
fn column(columns: &[Column], name: &str) -> Option<usize> {
    columns.iter().position(|column| column.name == name)
}

/// A move of a process: when, from, to, and for how long it ran on neither.
type Move = (f64, usize, usize, f64);

/// Where each process was between `from` and `to`.
pub(super) fn gantt(
    material: &Material<'_>,
    arrangement: &Arrangement<'_>,
    cells: &[usize],
) -> Result<Figure, StoreError> {
    let plot = arrangement.plot;
    let (from, to) = (plot.time.0, plot.time.1.unwrap_or(f64::INFINITY));
    let time = Axis::linear("Time", "s");
    let Some(cell) = cells.first().map(|k| arrangement.cell(*k)) else {
        return Ok(gantt::figure(time, Vec::new(), &[]));
    };
    let mut moves: BTreeMap<String, Vec<Move>> = BTreeMap::new();
    let places = ["process", "time_s", "from", "to", "freeze_s"].map(|name| column(MIGRATIONS, name));
    material.records.rows(Sort::Migrations, cell, plot.replication, |row| {
        let [process, at, from, to, freeze] = places.map(|k| k.and_then(|k| row.get(k)).copied().unwrap_or(""));
        if let (Ok(at), Ok(from), Ok(to), Ok(freeze)) = (at.parse(), from.parse(), to.parse(), freeze.parse()) {
            moves.entry(process.to_owned()).or_default().push((at, from, to, freeze));
        }
    })?;
    let mut stays = Vec::new();
    let places = ["process", "arrival_s", "node", "exit_s"].map(|name| column(PROCESSES, name));
    material.records.rows(Sort::Processes, cell, plot.replication, |row| {
        let [process, arrival, node, exit] = places.map(|k| k.and_then(|k| row.get(k)).copied().unwrap_or(""));
        if let (Ok(arrival), Ok(node)) = (arrival.parse(), node.parse()) {
            let own = moves.get(process).map_or(&[][..], Vec::as_slice);
            // A process that had not left when the run ended has no exit.
            stays.extend(stays_of(process, arrival, node, exit.parse().unwrap_or(f64::INFINITY), own));
        }
    })?;
    let clipped = stays.into_iter().filter(|stay| stay.to > from && stay.from < to);
    let clipped = clipped.map(|stay| Stay { from: stay.from.max(from), to: stay.to.min(to), ..stay });
    let clipped: Vec<Stay> = clipped.collect();
    Ok(gantt::figure(time.within(from, to), (0..count(cell)).map(|node| node.to_string()).collect(), &clipped))
}

/// The stays of a process between its arrival and its exit: on its node up to each move, frozen on the next one until
/// it runs again.
fn stays_of(process: &str, arrival: f64, last: usize, exit: f64, moves: &[Move]) -> Vec<Stay> {
    let stay = |node, from, to, frozen| Stay { process: process.to_owned(), node, from, to, frozen };
    let mut stays = Vec::new();
    let mut since = arrival;
    for &(at, from, to, freeze) in moves {
        stays.push(stay(from, since, at, false));
        since = (at + freeze).min(exit);
        if since > at {
            stays.push(stay(to, at, since, true));
        }
    }
    stays.push(stay(moves.last().map_or(last, |last| last.2), since, exit, false));
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_stays_somewhere_at_every_instant_from_its_arrival_to_its_exit() {
        let moves = [(2.0, 3, 1, 0.5), (4.0, 1, 0, 0.0)];
        let stays = stays_of("7", 1.0, 0, 9.0, &moves);
        let found: Vec<_> = stays.iter().map(|s| (s.node, s.from, s.to, s.frozen)).collect();
        assert_eq!(found, [(3, 1.0, 2.0, false), (1, 2.0, 2.5, true), (1, 2.5, 4.0, false), (0, 4.0, 9.0, false)]);
        assert!(stays.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(stays_of("8", 1.0, 5, 2.0, &[])[0].node, 5);
    }
}
