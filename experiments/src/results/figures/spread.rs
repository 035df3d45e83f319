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

/// P(lifetime > x) of the declared laws, each once; for lifetimes that come of no law, of the laws fitted to them.
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
    if curves.is_empty() { fitted(&values().collect::<Vec<f64>>(), at) } else { curves }
}

/// From how many seconds on lifetimes are taken to follow a power law.
const TAIL_FROM: f64 = 1.0;

/// Two laws fitted to lifetimes by maximum likelihood: above t = 1 s the power law P(L > x) = P(L > t) (x / t)^-a with
/// 1 / a = mean of ln(L / t) over L > t (Hill, Annals of Statistics 3(5), 1975, doi:10.1214/aos/1176343247); and the
/// exponential law of the same mean.
fn fitted(lifetimes: &[f64], at: impl Fn(usize) -> f64) -> Vec<Curve> {
    let n = lifetimes.len() as f64;
    let mean = lifetimes.iter().sum::<f64>() / n;
    let logs: Vec<f64> = lifetimes.iter().filter(|x| **x > TAIL_FROM).map(|x| (x / TAIL_FROM).ln()).collect();
    let curve = |label: String, survival: &dyn Fn(f64) -> f64, from: f64| {
        let points = (0..=CURVE_STEPS).map(&at).filter(|x| *x >= from).map(|x| (x, survival(x))).collect();
        Curve { label, of: String::new(), points }
    };
    let exponential = |x: f64| (-x / mean).exp();
    let mut curves = vec![curve("exponential of the same mean".to_owned(), &exponential, 0.0)];
    if logs.len() > 1 {
        let (share, alpha) = (logs.len() as f64 / n, logs.len() as f64 / logs.iter().sum::<f64>());
        let power = |x: f64| share * (x / TAIL_FROM).powf(-alpha);
        curves.insert(0, curve(format!("fitted above 1 s: T^-{alpha:.2}"), &power, TAIL_FROM));
    }
    curves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_laws_fitted_to_lifetimes_are_those_that_they_were_drawn_from() {
        // Quantiles of P(L > x) = x^-1.5 above 1 s for a tenth of the processes; the others live for half a second.
        let quantile = |k: usize| ((k as f64 + 0.5) / 2000.0).powf(-1.0 / 1.5);
        let lifetimes: Vec<f64> = (0..2000).map(quantile).chain(std::iter::repeat_n(0.5, 18_000)).collect();
        let mean = lifetimes.iter().sum::<f64>() / 20_000.0;
        let curves = fitted(&lifetimes, |k| 0.5 * 200f64.powf(k as f64 / CURVE_STEPS as f64));
        assert_eq!(curves[0].label, "fitted above 1 s: T^-1.50");
        assert!(curves[0].points.iter().all(|(x, y)| *x >= 1.0 && (y / (0.1 * x.powf(-1.5)) - 1.0).abs() < 0.01));
        assert!(curves[1].points.iter().all(|(x, y)| (y - (-x / mean).exp()).abs() < 1e-12));
    }
}
