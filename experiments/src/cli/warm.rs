//! The warm-up of MSER-5 before the runs: which points need it, and what the store knows of it.
//!
//! Not here: the rule (`warmup`).

use super::exit::{Exit, INTERRUPTED};
use crate::file::{Cell, Experiment, Warmup};
use crate::inputs::Inputs;
use crate::model::Model;
use crate::runner::{self, Plan};
use crate::store::Store;
use crate::warmup::{self, Means, Unfrozen};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

/// What it is found from.
pub(super) struct Pilot<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) experiment: &'a Experiment,
    pub(super) plan: &'a Plan,
    pub(super) store: &'a Store,
    pub(super) stop: &'a AtomicBool,
}

impl Pilot<'_> {
    /// Sets what the models of this share leave out. The pilot is that of the whole experiment, whatever `--only` keeps:
    /// a point has one warm-up.
    pub(super) fn freeze(&self, models: &mut [Model]) -> Result<(), Exit> {
        if self.experiment.warmup != Warmup::Mser5 {
            return Ok(());
        }
        let whole = self.inputs.whole().map_err(Exit::wrong)?;
        let mut all = runner::models(&whole, self.inputs.smoke).map_err(|e| Exit::incomplete(&e.join("; ")))?;
        let mine = (0..self.plan.points.len()).filter(|at| self.plan.covers(*at, 0));
        let ids: BTreeSet<&str> = mine.map(|at| self.plan.points[at].id.as_str()).collect();
        let wanted: Vec<usize> =
            (0..whole.cells.len()).filter(|k| ids.contains(whole.cells[*k].point.as_str())).collect();
        let means =
            Means { seed: &|cell| runner::seed(&whole, cell), stored: &|cell| self.stored(cell), stop: self.stop };
        warmup::freeze(&whole, &mut all, &wanted, &means).map_err(|unfrozen| match unfrozen {
            Unfrozen::Interrupted => Exit { code: INTERRUPTED, ..Exit::default() },
            Unfrozen::Failed(why) => Exit::incomplete(&format!("a run failed: {why}")),
        })?;
        let windows: BTreeMap<&str, _> =
            wanted.iter().map(|k| (whole.cells[*k].id.as_str(), all[*k].scenario.window)).collect();
        for (cell, model) in self.experiment.cells.iter().zip(models) {
            if let Some(window) = windows.get(cell.id.as_str()) {
                model.scenario.window = *window;
            }
        }
        Ok(())
    }

    /// What the stored runs of a cell left out, in processes.
    fn stored(&self, cell: &Cell) -> Option<u64> {
        let run = self.store.runs(&cell.id, self.experiment.replicate.seed).next()?.ok()?;
        run.value("warmup.processes").map(|n| n as u64)
    }
}
