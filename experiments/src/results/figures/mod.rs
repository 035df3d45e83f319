//! The figures that an experiment asks for, made from its summaries, comparisons and records.
//!
//! A kind of plot is a function from the cells of one panel to a figure of one panel; rows and columns are joined here.
//! Not here: how figures are drawn (`plot`), and which keys a plot takes (`file`).

mod arrangement;
mod captions;
mod check;
mod compared;
mod effects;
mod keys;
mod maps;
mod means;
mod recorded;
mod run;
mod spread;

pub(super) use arrangement::{Arrangement, wanted};
pub use check::check;

use super::{Compared, Finished, Records, Summary, metric_index};
use crate::file::Experiment;
use crate::file::plots::Plot;
use crate::plot::{Axis, Figure, facets};
use crate::store::StoreError;
use loadlab_core::record::metric::{METRICS, Metric};

/// What figures are made from.
#[derive(Clone, Copy)]
pub struct Material<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// The means.
    pub summaries: &'a [Summary],
    /// The comparisons with the baseline.
    pub compared: &'a [Compared],
    /// The records of single runs.
    pub records: &'a Records<'a>,
    /// The runs that count.
    pub finished: &'a Finished<'a>,
}

/// Every plot of the file, by name.
pub fn figures(material: &Material<'_>) -> Result<Vec<(String, Figure)>, StoreError> {
    let plots = material.experiment.plots.iter();
    plots.map(|plot| Ok((plot.name.clone(), figure(material, plot)?))).collect()
}

fn figure(material: &Material<'_>, plot: &Plot) -> Result<Figure, StoreError> {
    let arrangement = Arrangement::of(material.experiment, plot);
    let panel = |cells: &[usize]| match plot.kind.name {
        "contrast" => Ok(compared::panel(material, &arrangement, cells)),
        "effects" => Ok(effects::panel(material, &arrangement, cells)),
        "bars" => Ok(means::bars(material, &arrangement, cells)),
        "heat" | "contour" => Ok(maps::panel(material, &arrangement, cells)),
        "survival" | "ecdf" | "histogram" => spread::panel(material, &arrangement, cells),
        "stability" => recorded::stability(material, &arrangement, cells),
        "warmup" => recorded::warmup(material, &arrangement, cells),
        "loads" => run::loads(material, &arrangement, cells),
        "gantt" => run::gantt(material, &arrangement, cells),
        _ => Ok(means::lines(material, &arrangement, cells)),
    };
    let (rows, columns) = (arrangement.rows(), arrangement.columns());
    let figure = match (&rows[..], &columns[..]) {
        ([_], [_]) => panel(&arrangement.cells)?,
        _ => {
            let places = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
            let panels = places.map(|(row, column)| panel(&arrangement.cells_at(row, column)));
            facets::join(&rows, &columns, panels.collect::<Result<Vec<_>, _>>()?)
        }
    };
    let figure = Figure {
        x: named(figure.x.clone(), plot.x_label.as_deref()),
        y: named(figure.y.clone(), plot.y_label.as_deref()),
        ..figure
    };
    let caption = captions::caption(material, &arrangement, &figure);
    Ok(Figure { title: plot.title.clone(), ..figure }.with_caption(caption, false))
}

impl<'a> Material<'a> {
    /// What is known about a metric of a cell.
    fn summary(&self, cell: usize, metric: &str) -> Option<&'a Summary> {
        // Summaries stand in canonical order: every metric of every cell.
        let at = cell * METRICS.len() + metric_index(metric)?;
        self.summaries.get(at).filter(|s| s.cell == cell && s.metric.name == metric)
    }
}

/// An axis under the heading that the file gives it, if it does.
fn named(axis: Axis, heading: Option<&str>) -> Axis {
    match heading {
        Some(heading) => axis.called(heading),
        None => axis,
    }
}

/// The axis of a metric.
fn metric_axis(name: &str, log: bool) -> Axis {
    let metric = Metric::find(name);
    let unit = metric.map_or("", |m| if m.unit == "1" { "" } else { m.unit });
    axis(metric.map_or(name, |m| m.label), unit, log)
}

fn axis(label: impl Into<String>, unit: &str, log: bool) -> Axis {
    if log { Axis::log(label, unit) } else { Axis::linear(label, unit) }
}
