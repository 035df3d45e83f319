//! Experiments around the example of a policy.

use loadlab::file::{self, Experiment};
use loadlab::{catalogues, model::Model};
use loadlab_core::Outcome;
use loadlab_core::policy::Policy;
use loadlab_core::spec::Kind;
pub(crate) use loadlab_policies::POLICIES;

/// A policy of the catalogue.
pub(crate) type Entry = &'static Kind<Box<dyn Policy>>;

/// Every policy.
pub(crate) fn all() -> impl Iterator<Item = Entry> {
    POLICIES.iter()
}

/// The experiment of a scenario's keys and the example of a policy.
pub(crate) fn experiment(kind: Entry, scenario: &str) -> Experiment {
    let text = format!(
        "schema = 1\nexperiment.name = \"one\"\nwarmup = {{ kind = \"none\" }}\n[scenario]\n{scenario}\n\
         [policies.one]\n{}\n",
        kind.example
    );
    match file::read(&text, kind.name, &[], &catalogues::env()) {
        Ok(experiment) => experiment,
        Err(errors) => {
            let errors: Vec<String> = errors.iter().map(|e| e.render(false)).collect();
            panic!("{}\n{text}", errors.join("\n"))
        }
    }
}

/// The model of its one cell.
pub(crate) fn model(kind: Entry, scenario: &str) -> Model {
    let experiment = experiment(kind, scenario);
    Model::of(&experiment.cells[0], &experiment.warmup).unwrap_or_else(|e| panic!("{}: {e}", kind.name))
}

/// One replication.
pub(crate) fn run(kind: Entry, model: &Model, seed: u64) -> Outcome {
    model.run(seed, 0).unwrap_or_else(|e| panic!("{}, seed {seed}: {e}", kind.name))
}
