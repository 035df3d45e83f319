//! Which cells a plot draws, in which panel each is, and what its series is called.

use super::keys::{self, KeyAxis};
use crate::expr;
use crate::file::plots::{Plot, Shows};
use crate::file::{Cell, Experiment};
use crate::results::text;
use std::collections::BTreeMap;

/// Whether a plot draws a cell. A condition that cannot be evaluated was refused by [`check`](super::check).
pub(crate) fn wanted(experiment: &Experiment, plot: &Plot, cell: &Cell) -> bool {
    chosen(experiment, plot, cell).unwrap_or(false)
}

/// The condition of a plot for a cell.
pub(super) fn chosen(experiment: &Experiment, plot: &Plot, cell: &Cell) -> Result<bool, expr::Error> {
    let lookup = |name: &expr::Name| experiment.value(cell, name);
    plot.filter.as_ref().map_or(Ok(true), |filter| expr::holds(&filter.expr, &lookup))
}

/// The cells of a plot in their places.
pub(crate) struct Arrangement<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) plot: &'a Plot,
    /// The cells that are drawn, in canonical order.
    pub(crate) cells: Vec<usize>,
    labels: BTreeMap<usize, String>,
}

impl<'a> Arrangement<'a> {
    /// Of a plot. Where the key of the series leaves cells in one place, the keys in which they differ join its name.
    pub(crate) fn of(experiment: &'a Experiment, plot: &'a Plot) -> Arrangement<'a> {
        let all = 0..experiment.cells.len();
        let cells: Vec<usize> = all.filter(|k| wanted(experiment, plot, &experiment.cells[*k])).collect();
        let mut arrangement = Arrangement { experiment, plot, cells, labels: BTreeMap::new() };
        let more = if plot.averages() { Vec::new() } else { arrangement.open_keys() };
        let keys: Vec<&str> = plot.by.iter().map(String::as_str).chain(more).collect();
        let keys: Vec<(&str, &str)> = keys.into_iter().map(|key| (key, keys::unit(key))).collect();
        let label = |k: usize| {
            let names = keys.iter().map(|(key, unit)| keys::name(&experiment.cells[k], key, unit));
            let names = names.filter(|name| !name.is_empty());
            (k, names.collect::<Vec<_>>().join(", "))
        };
        arrangement.labels = arrangement.cells.iter().copied().map(label).collect();
        arrangement
    }

    fn key_along(&self, shows: Shows, name: Option<&'a String>) -> Option<&'a str> {
        name.filter(|_| shows == Shows::Key).map(String::as_str)
    }

    /// The keys that say where in the figure a cell stands.
    fn place_keys(&self) -> Vec<&'a str> {
        let plot = self.plot;
        let x = self.key_along(plot.kind.x, Some(&plot.x));
        let y = self.key_along(plot.kind.y, plot.y.first());
        [plot.rows.as_deref(), plot.columns.as_deref(), x, y].into_iter().flatten().collect()
    }

    /// The keys in which cells differ that share their place and their `by`.
    fn open_keys(&self) -> Vec<&'a str> {
        let used: Vec<&str> = self.place_keys().into_iter().chain(self.plot.by.iter().map(String::as_str)).collect();
        let named = ["scenario", "policy"].into_iter().chain(self.experiment.swept.iter().map(|key| &**key));
        let differs = |key: &&str| {
            let mut seen: BTreeMap<Vec<String>, expr::Value> = BTreeMap::new();
            self.cells.iter().any(|k| {
                let cell = &self.experiment.cells[*k];
                let place = used.iter().map(|key| text(&keys::value(cell, key))).collect();
                let value = keys::value(cell, key);
                seen.insert(place, value.clone()).is_some_and(|before| before != value)
            })
        };
        named.filter(|key| !used.contains(key)).filter(differs).collect()
    }

    /// The first cells that stand in one place, where each place shows one cell.
    pub(crate) fn crowd(&self) -> Option<(usize, usize)> {
        let (keys, mut seen) = (self.place_keys(), BTreeMap::<Vec<String>, usize>::new());
        self.cells.iter().find_map(|k| {
            let cell = &self.experiment.cells[*k];
            let place = keys.iter().map(|key| text(&keys::value(cell, key))).collect();
            seen.insert(place, *k).map(|before| (before, *k))
        })
    }

    /// A cell.
    pub(crate) fn cell(&self, k: usize) -> &'a Cell {
        &self.experiment.cells[k]
    }

    /// The name of the series that a cell belongs to.
    pub(crate) fn label(&self, k: usize) -> &str {
        self.labels.get(&k).map_or("", String::as_str)
    }

    /// The names of the series of some cells, each with its own cells, in order of appearance.
    pub(crate) fn series(&self, cells: &[usize]) -> Vec<(String, Vec<usize>)> {
        let mut all: Vec<(String, Vec<usize>)> = Vec::new();
        for &k in cells {
            let label = self.label(k);
            match all.iter_mut().find(|(known, _)| known == label) {
                Some((_, own)) => own.push(k),
                None => all.push((label.to_owned(), vec![k])),
            }
        }
        all
    }

    /// The names of the rows of panels; one empty name where there are none.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.names(self.plot.rows.as_deref())
    }

    /// The names of the columns of panels; one empty name where there are none.
    pub(crate) fn columns(&self) -> Vec<String> {
        self.names(self.plot.columns.as_deref())
    }

    fn names(&self, key: Option<&str>) -> Vec<String> {
        let Some(key) = key else { return vec![String::new()] };
        let (unit, mut names) = (keys::unit(key), Vec::new());
        for k in &self.cells {
            let name = keys::name(self.cell(*k), key, unit);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The cells of a panel.
    pub(crate) fn cells_at(&self, row: &str, column: &str) -> Vec<usize> {
        let plot = self.plot;
        let facets = [(plot.rows.as_deref(), row), (plot.columns.as_deref(), column)];
        let facets: Vec<_> =
            facets.into_iter().filter_map(|(key, name)| Some((key?, keys::unit(key?), name))).collect();
        let here = |k: &usize| facets.iter().all(|(key, unit, name)| keys::name(self.cell(*k), key, unit) == *name);
        self.cells.iter().copied().filter(here).collect()
    }

    /// The key along the horizontal axis, over all panels.
    pub(super) fn x(&self) -> KeyAxis {
        KeyAxis::of(&self.plot.x, self.plot.x_log, self.cells.iter().map(|k| self.cell(*k)))
    }

    /// The key along the vertical axis, over all panels.
    pub(super) fn y(&self) -> KeyAxis {
        let key = self.plot.y.first().map_or("", String::as_str);
        KeyAxis::of(key, self.plot.y_log, self.cells.iter().map(|k| self.cell(*k)))
    }
}
