//! Means with their intervals: lines against a key, with theory beside them, and bars by group.

use super::arrangement::Arrangement;
use super::keys::KeyAxis;
use super::{Material, metric_axis};
use crate::plot::{Curve, Figure, Join, Point, Series, bars, lines};
use crate::theory;

/// How finely a formula is drawn.
const CURVE_STEPS: usize = 80;

/// A metric against a key. Cells of a series that have no such key are level lines beside its points.
pub(super) fn lines(material: &Material<'_>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Figure {
    let plot = arrangement.plot;
    let metric = plot.y.first().map_or("", String::as_str);
    let x = arrangement.x();
    let all = arrangement.series(cells);
    let told = Told::of(arrangement, metric);
    let of = |(name, own): &(String, Vec<usize>)| {
        let at = |k: &usize| estimate(material, *k, metric, plot.ci, x.place(arrangement.cell(*k))?);
        let mut points: Vec<Point> = own.iter().filter_map(at).collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        let series = Series::new(name, points);
        // Words have no order: what lies between two of them is nothing. Where a formula says what lies between two loads,
        // a straight line would say something else.
        if x.numeric() && !told.between(name) { series } else { Series { join: Join::Nothing, band: false, ..series } }
    };
    let theory = |(name, own): &(String, Vec<usize>)| curve(arrangement, &x, metric, name, own);
    let mut curves: Vec<Curve> = if plot.theory { all.iter().filter_map(theory).collect() } else { Vec::new() };
    if plot.bounds && metric == "response.mean" {
        curves.extend(bounds(arrangement, &x, cells));
    }
    curves.extend(levels(material, arrangement, &x, metric, &all));
    let series = all.iter().map(of).filter(|series| !series.points.is_empty() || curves.is_empty()).collect();
    lines::figure(x.axis(), metric_axis(metric, plot.y_log), series, curves)
}

/// The series whose every point, in any panel, lies where a formula is drawn along the offered load.
struct Told(Vec<String>);

impl Told {
    fn of(arrangement: &Arrangement<'_>, metric: &str) -> Told {
        let plot = arrangement.plot;
        if !plot.theory || plot.x != "offered_load" {
            return Told(Vec::new());
        }
        let known = |k: &usize| theory::known(arrangement.cell(*k), metric).is_some();
        let all = arrangement.series(&arrangement.cells).into_iter();
        Told(all.filter(|(_, own)| own.iter().all(known)).map(|(name, _)| name).collect())
    }

    fn between(&self, name: &str) -> bool {
        self.0.iter().any(|own| own == name)
    }
}

/// The means of cells that lack the key of the x axis, as lines over all its values.
fn levels(
    material: &Material<'_>,
    arrangement: &Arrangement<'_>,
    x: &KeyAxis,
    metric: &str,
    all: &[(String, Vec<usize>)],
) -> Vec<Curve> {
    let place = |k: &usize| x.place(arrangement.cell(*k));
    let places = || all.iter().flat_map(|(_, own)| own).filter_map(place);
    let (low, high) = (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
    if low >= high || !x.numeric() {
        return Vec::new();
    }
    let mut curves = Vec::new();
    for (name, own) in all {
        // Beside points of the series the line is told by its policy; alone, by the series.
        let told = |k: usize| -> (String, String) {
            match own.iter().any(|k| place(k).is_some()) {
                true => (arrangement.cell(k).policy.name.clone(), name.clone()),
                false => (name.clone(), String::new()),
            }
        };
        for k in own.iter().copied().filter(|k| place(k).is_none()) {
            let Some(level) = estimate(material, k, metric, false, low).map(|point| point.y) else { continue };
            let (label, of) = told(k);
            curves.push(Curve { label, of, points: vec![(low, level), (high, level)] });
        }
    }
    curves
}

/// The mean of a cell as a point.
pub(super) fn estimate(material: &Material<'_>, cell: usize, metric: &str, ci: bool, x: f64) -> Option<Point> {
    let s = material.summary(cell, metric)?;
    let (low, high) = match &s.estimate {
        Some(e) if ci => (e.interval.low, e.interval.high),
        _ => (f64::NAN, f64::NAN),
    };
    Some(Point { x, y: s.mean(), low, high, resolved: s.resolved(), n: s.replications as u64 })
}

/// The formula along the x axis: smooth along the offered load, if nothing but the load makes a difference between the
/// cells; else at the simulated points.
fn curve(arrangement: &Arrangement<'_>, x: &KeyAxis, metric: &str, name: &str, cells: &[usize]) -> Option<Curve> {
    let cells = cells.iter().map(|k| arrangement.cell(*k));
    let mut places: Vec<_> = cells.filter_map(|cell| Some((x.place(cell)?, cell))).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = (*places.first()?, *places.last()?);
    let alone = |load: f64| theory::known_at(first.1, metric, load);
    let by_load = arrangement.plot.x == "offered_load"
        && places.iter().all(|(load, cell)| theory::known(cell, metric) == alone(*load));
    let known: Vec<(f64, theory::Known)> = if by_load {
        steps(first.0, last.0).filter_map(|load| Some((load, alone(load)?))).collect()
    } else {
        places.iter().filter_map(|(x, cell)| Some((*x, theory::known(cell, metric)?))).collect()
    };
    let label = known.first()?.1.formula.to_owned();
    Some(Curve { label, of: name.to_owned(), points: known.into_iter().map(|(x, k)| (x, k.value)).collect() })
}

/// The places at which a smooth curve is computed.
fn steps(first: f64, last: f64) -> impl Iterator<Item = f64> {
    (0..=CURVE_STEPS).map(move |k| first + (last - first) * k as f64 / CURVE_STEPS as f64)
}

/// No sharing and perfect sharing: smooth along the offered load, else at the places of cells; none where cells at one place
/// do not share them.
fn bounds(arrangement: &Arrangement<'_>, x: &KeyAxis, cells: &[usize]) -> Vec<Curve> {
    let of = |k: &usize| {
        let cell = arrangement.cell(*k);
        let known = theory::bounds_at(cell, cell.scenario.args.maybe_number("offered_load")?);
        Some((x.place(cell)?, known, cell))
    };
    let mut places: Vec<_> = cells.iter().filter_map(of).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Vec::new() };
    if places.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Vec::new();
    }
    let by_load = arrangement.plot.x == "offered_load"
        && places.iter().all(|(load, known, _)| *known == theory::bounds_at(first.2, *load));
    let known: Vec<(f64, Vec<theory::Known>)> = if by_load {
        steps(first.0, last.0).map(|load| (load, theory::bounds_at(first.2, load))).collect()
    } else {
        places.into_iter().map(|(x, known, _)| (x, known)).collect()
    };
    let of = |side: usize| {
        let points: Vec<_> = known.iter().filter_map(|(x, both)| Some((*x, both.get(side)?.value))).collect();
        // Where the law is swept, the last one names the curve: only the exponential law has both bounds.
        let label = known.iter().rev().find_map(|(_, both)| both.get(side))?.formula.to_owned();
        (points.len() > 1).then(|| Curve { label, of: String::new(), points })
    };
    (0..2).filter_map(of).collect()
}

/// Metrics by series, grouped by a key.
pub(super) fn bars(material: &Material<'_>, arrangement: &Arrangement<'_>, cells: &[usize]) -> Figure {
    let (plot, x) = (arrangement.plot, arrangement.x());
    let (group, groups) = x.groups();
    let series = arrangement.series(cells);
    let metric = |name: &String| {
        let axis = metric_axis(name, false);
        let policies = series.iter().map(|(label, own)| {
            let at = |place: f64| {
                let cell = own.iter().find(|k| x.place(arrangement.cell(**k)) == Some(place));
                let found = cell.and_then(|k| estimate(material, *k, name, plot.ci, place));
                found.unwrap_or(Point::exact(place, f64::NAN))
            };
            (label.clone(), x.places().into_iter().map(at).collect())
        });
        bars::Metric { title: String::new(), policies: policies.collect(), axis }
    };
    bars::figure(&group, groups, plot.y.iter().map(metric).collect())
}
