//! What recorded replications of one cell show about a run: whether its running means come together, and where its
//! beginning ends.

use super::arrangement::Arrangement;
use super::spread::measured;
use super::{Material, axis};
use crate::file::plots::QUANTITIES;
use crate::file::{Cell, plots::Plot};
use crate::plot::{Axis, Figure, stability, warmup};
use crate::results::records::Sort;
use crate::stats::welch_curve;
use crate::store::StoreError;

/// Points of a running mean, and stretches of time of a warm-up: more could not be seen.
const POINTS: usize = 200;
/// The moving average is over 2 x this + 1 stretches.
const WINDOW: usize = 5;

/// The words and the unit of the quantity that a plot shows.
pub(super) fn quantity_axis(name: &str, log: bool) -> Axis {
    let known = QUANTITIES.iter().find(|q| q.0 == name);
    axis(known.map_or(name, |q| q.2), known.map_or("", |q| q.3), log)
}

/// The replications of a cell that have a record of a sort.
pub(super) fn replications(material: &Material<'_>, cell: &Cell, sort: Sort) -> Vec<u64> {
    let all = material.finished.replications(&cell.id).into_iter();
    all.filter(|replication| material.records.keeps(sort, cell, *replication)).collect()
}

/// The running mean of every recorded replication.
pub(super) fn stability(
    material: &Material<'_>,
    arrangement: &Arrangement<'_>,
    cells: &[usize],
) -> Result<Figure, StoreError> {
    let plot: &Plot = arrangement.plot;
    let quantity = plot.y.first().map_or("", String::as_str);
    let mut runs: Vec<Vec<f64>> = Vec::new();
    for k in cells {
        let cell = arrangement.cell(*k);
        for replication in replications(material, cell, Sort::Processes) {
            let mut sum = 0.0;
            let values = measured(material, cell, replication, quantity)?;
            let mean = |(n, x): (usize, f64)| {
                sum += x;
                sum / (n + 1) as f64
            };
            runs.push(values.into_iter().enumerate().map(mean).collect());
        }
    }
    let shortest = runs.iter().map(Vec::len).min().unwrap_or(0);
    let places: Vec<usize> =
        (1..=POINTS.min(shortest)).map(|k| (k * shortest).div_ceil(POINTS.min(shortest))).collect();
    let thin = |run: &Vec<f64>| places.iter().map(|n| (*n as f64, run[n - 1])).collect::<Vec<_>>();
    let curves: Vec<Vec<(f64, f64)>> = runs.iter().map(thin).collect();
    let average = |n: &usize| (*n as f64, runs.iter().map(|run| run[n - 1]).sum::<f64>() / runs.len() as f64);
    let mean: Vec<(f64, f64)> = places.iter().map(average).collect();
    let y = quantity_axis(quantity, plot.y_log);
    let y = Axis { label: format!("Running mean of {}", y.label.to_lowercase()), ..y };
    Ok(stability::figure(Axis::linear("Measured processes that left", ""), y, &curves, &mean))
}

/// The processes at the nodes over time, without those on their way between two, averaged over the recorded replications, and the end of the warm-up.
pub(super) fn warmup(
    material: &Material<'_>,
    arrangement: &Arrangement<'_>,
    cells: &[usize],
) -> Result<Figure, StoreError> {
    let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut ends: Vec<f64> = Vec::new();
    for k in cells {
        let cell = arrangement.cell(*k);
        let recorded = replications(material, cell, Sort::Nodes);
        for replication in &recorded {
            runs.push(present(material, cell, *replication)?);
        }
        for run in material.finished.of(&cell.id) {
            let run = run?;
            ends.extend(recorded.contains(&run.replication).then_some(run.warmup));
        }
    }
    let last = runs.iter().filter_map(|run| run.last().map(|step| step.0)).fold(f64::INFINITY, f64::min);
    let width = if last.is_finite() { last / POINTS as f64 } else { 0.0 };
    let averages: Vec<Vec<f64>> = runs.iter().map(|run| averages(run, width)).collect();
    let averages: Vec<&[f64]> = averages.iter().map(Vec::as_slice).collect();
    let curve = |window: usize| {
        let values = welch_curve(&averages, window).unwrap_or_default();
        values.into_iter().enumerate().map(|(k, y)| ((k as f64 + 0.5) * width, y)).collect::<Vec<_>>()
    };
    let end = ends.iter().sum::<f64>() / ends.len().max(1) as f64;
    let (x, y) = (Axis::linear("Time", "s"), Axis::linear("Processes at the nodes", ""));
    Ok(warmup::figure(x, y, &curve(0), &curve(WINDOW), 2 * WINDOW + 1, end))
}

/// The steps of the number of processes at the nodes: (from when on, how many).
fn present(material: &Material<'_>, cell: &Cell, replication: u64) -> Result<Vec<(f64, f64)>, StoreError> {
    let mut loads = std::collections::BTreeMap::new();
    let (mut total, mut steps) = (0.0, vec![(0.0, 0.0)]);
    material.records.rows(Sort::Nodes, cell, replication, |row| {
        if let [time, node, load] = row
            && let (Ok(time), Ok(load)) = (time.parse::<f64>(), load.parse::<f64>())
        {
            total += load - loads.insert((*node).to_owned(), load).unwrap_or(0.0);
            steps.push((time, total));
        }
    })?;
    Ok(steps)
}

/// Time averages over `POINTS` stretches of a width, from 0 on.
fn averages(steps: &[(f64, f64)], width: f64) -> Vec<f64> {
    let mut areas = vec![0.0; if width > 0.0 { POINTS } else { 0 }];
    for pair in steps.windows(2) {
        let (from, to, level) = (pair[0].0, pair[1].0, pair[0].1);
        let first = (from / width) as usize;
        for (k, area) in areas.iter_mut().enumerate().skip(first).take_while(|(k, _)| *k as f64 * width < to) {
            let (left, right) = (k as f64 * width, (k + 1) as f64 * width);
            *area += level * (to.min(right) - from.max(left)).max(0.0);
        }
    }
    areas.into_iter().map(|area| area / width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_averages_hold_the_area_under_the_steps() {
        let steps = [(0.0, 0.0), (1.3, 2.0), (1.31, 5.0), (7.0, 1.0), (10.0, 0.0)];
        let width = 10.0 / POINTS as f64;
        let area: f64 = averages(&steps, width).iter().map(|y| y * width).sum();
        let by_hand = 2.0 * 0.01 + 5.0 * 5.69 + 1.0 * 3.0;
        assert!((area - by_hand).abs() < 1e-9, "{area} {by_hand}");
        assert!(averages(&steps, 0.0).is_empty());
    }
}
