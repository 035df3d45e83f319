//! Experiments from short texts, and a runner without threads.

use loadlab::catalogues;
use loadlab::file::{self, Cell, Diagnostic, Experiment};
use loadlab::model::Model;
use loadlab::results::claims::Judged;
use loadlab::results::{Compared, Findings, Run, Runs, Summary, points};
use loadlab::stopping::{self, Decision};
use loadlab::warmup::{self, Means};
use loadlab_core::record::metric::METRICS;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

/// Ten PS nodes with exponential lifetimes, no load sharing and two choices. `{}` holds what the test adds.
pub(crate) fn text(nodes: &str, more: &str) -> String {
    format!(
        r#"schema = 1
[experiment]
name = "verdict"
[scenario]
nodes = {nodes}
horizon = {{ processes = 4000 }}
offered_load = 0.8
lifetime = {{ kind = "exponential", mean = "1s" }}
[policies.none]
kind = "none"
[policies.random]
kind = "random"
[policies.jsq2]
kind = "power-of-d"
{more}
"#
    )
}

pub(crate) const TEN: &str = "{ count = 10 }";

pub(crate) fn read(text: &str) -> Result<Experiment, Vec<Diagnostic>> {
    file::read(text, "verdict.toml", &[], &catalogues::env())
}

pub(crate) fn experiment(text: &str) -> Experiment {
    read(text).unwrap_or_else(|d| panic!("{}", d.iter().map(|d| d.render(false)).collect::<String>()))
}

/// The seed of a cell: that of the experiment where random numbers are common, else one of its own.
fn seed(experiment: &Experiment, cell: &Cell) -> u64 {
    let own = if experiment.replicate.common_random_numbers { "0" } else { cell.id.as_str() };
    experiment.replicate.seed ^ u64::from_str_radix(own, 16).unwrap()
}

pub(crate) fn models(experiment: &Experiment) -> Vec<Model> {
    let mut models: Vec<Model> =
        experiment.cells.iter().map(|cell| Model::of(cell, &experiment.warmup).unwrap()).collect();
    let all: Vec<usize> = (0..models.len()).collect();
    let seed = |cell: &Cell| seed(experiment, cell);
    let means = Means { seed: &seed, stored: &|_| None, stop: &AtomicBool::new(false) };
    warmup::freeze(experiment, &mut models, &all, &means).unwrap();
    models
}

/// Runs every point until the stopping rule has enough.
pub(crate) fn run(experiment: &Experiment) -> Runs {
    let models = models(experiment);
    let mut runs = Runs::default();
    for point in points(experiment) {
        let mut done = 0;
        let id = &experiment.cells[point[0]].point;
        loop {
            let own: Vec<(usize, &[Run])> = point.iter().map(|k| (*k, runs.of(&experiment.cells[*k].id))).collect();
            let Decision::Continue { next } = stopping::decide(experiment, id, &own) else { break };
            for (k, replication) in point.iter().flat_map(|k| (done..next as u64).map(move |r| (*k, r))) {
                let cell = &experiment.cells[k];
                let outcome = models[k].run(seed(experiment, cell), replication).unwrap();
                runs.add(Run::new(&cell.id, replication, experiment.replicate.seed, &outcome));
            }
            done = next as u64;
        }
    }
    runs
}

/// What these runs say.
pub(crate) fn findings<'e>(experiment: &'e Experiment, runs: &Runs) -> Findings<'e> {
    let own = |cells: &[usize]| {
        let mut part = Runs::default();
        let ids: BTreeSet<&str> = cells.iter().map(|k| experiment.cells[*k].id.as_str()).collect();
        ids.iter().flat_map(|id| runs.of(id)).for_each(|run| part.add(run.clone()));
        Ok::<_, std::convert::Infallible>(part)
    };
    Findings::from_parts(experiment, &own).unwrap()
}

pub(crate) fn summarise(experiment: &Experiment, runs: &Runs) -> Vec<Summary> {
    findings(experiment, runs).summaries
}

pub(crate) fn contrasts(experiment: &Experiment, runs: &Runs) -> Vec<Compared> {
    findings(experiment, runs).compared
}

pub(crate) fn judge(experiment: &Experiment, runs: &Runs) -> Vec<Judged> {
    findings(experiment, runs).judged
}

/// A metric of the cells of a policy, over its replications.
pub(crate) fn column(experiment: &Experiment, runs: &Runs, policy: &str, metric: &str) -> Vec<f64> {
    let cell = experiment.cells.iter().find(|c| c.policy.name == policy).unwrap();
    runs.of(&cell.id).iter().map(|run| run.value(metric).unwrap()).collect()
}

/// A run with this value in every metric.
pub(crate) fn fake(cell: &Cell, replication: u64, value: f64) -> Run {
    Run {
        cell: cell.id.clone(),
        replication,
        seed: 1,
        values: vec![value; METRICS.len()],
        processes: 1000,
        warmup: 0.0,
        horizon: 1.0,
        realised_offered_load: 0.8,
        events: 1,
        status: loadlab::results::Status::Complete,
    }
}

pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}
