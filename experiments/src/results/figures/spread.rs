//! How lifetimes, responses or slowdowns of single processes are spread, from the records of processes.

use super::Material;
use super::arrangement::Arrangement;
use super::recorded::{quantity_axis, replications};
use crate::file::Cell;
use crate::file::plots::QUANTITIES;
use crate::plot::{Curve, Figure, ecdf, histogram, survival};
use crate::results::recorder::PROCESSES;
use crate::results::records::Sort;
use crate::store::StoreError;

/// Points of a law's survival function.
const CURVE_STEPS: usize = 200;

/// The quantity of every measured process of a run, in the order in which they left.
pub(super) fn measured(
    material: &Material<'_>,
    cell: &Cell,
    replication: u64,
    quantity: &str,
) -> Result<Vec<f64>, StoreError> {
    let column = |name: &str| PROCESSES.iter().position(|column| column.name == name);
    let name = QUANTITIES.iter().find(|q| q.0 == quantity).map_or(quantity, |q| q.1);
    let (Some(at), Some(state), Some(measured)) = (column(name), column("state"), column("measured")) else {
        return Ok(Vec::new());
    };
    let mut values = Vec::new();
    material.records.rows(Sort::Processes, cell, replication, |row| {
        let counts = row.get(measured) == Some(&"true") && row.get(state) == Some(&"done");
        values.extend(row.get(at).filter(|_| counts).and_then(|field| field.parse::<f64>().ok()));
    })?;
    Ok(values)
}

/// The distribution of a quantity, one curve or row of bars per series.
pub(super) fn panel(
    material: &Material<'_>,
    arrangement: &Arrangement<'_>,
    cells: &[usize],
) -> Result<Figure, StoreError> {
    let plot = arrangement.plot;
    let mut samples: Vec<(String, Vec<f64>)> = Vec::new();
    for (label, own) in arrangement.series(cells) {
        let mut sample = Vec::new();
        for cell in own.iter().map(|k| arrangement.cell(*k)) {
            for replication in replications(material, cell, Sort::Processes) {
                sample.extend(measured(material, cell, replication, &plot.x)?);
            }
        }
        samples.push((label, sample));
    }
    let x = quantity_axis(&plot.x, plot.x_log);
    Ok(match plot.kind.name {
        "ecdf" => ecdf::figure(x, &samples),
        "histogram" => histogram::figure(x, &samples),
        _ => survival::figure(x, &samples, laws(arrangement, cells, &samples)),
    })
}

/// P(lifetime > x) of the declared laws, each once.
fn laws(arrangement: &Arrangement<'_>, cells: &[usize], samples: &[(String, Vec<f64>)]) -> Vec<Curve> {
    if !arrangement.plot.theory || arrangement.plot.x != "lifetime" {
        return Vec::new();
    }
    let values = || samples.iter().flat_map(|(_, sample)| sample).copied().filter(|x| *x > 0.0);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    if !(low > 0.0 && high > low) {
        return Vec::new();
    }
    let at = |k: usize| low * (high / low).powf(k as f64 / CURVE_STEPS as f64);
    let mut curves: Vec<Curve> = Vec::new();
    for args in cells.iter().map(|k| &arrangement.cell(*k).scenario.args).filter(|args| args.has("lifetime")) {
        let law = args.law("lifetime");
        let points: Vec<(f64, f64)> = (0..=CURVE_STEPS).map(at).map(|x| (x, law.survival(x))).collect();
        if curves.iter().all(|known| known.points != points) {
            curves.push(Curve { label: "the law of lifetimes".to_owned(), of: String::new(), points });
        }
    }
    curves
}
