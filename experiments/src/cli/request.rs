//! The options that `run`, `list` and `show` share, and the experiment that they make of a file.

use super::exit::Exit;
use crate::file::{Experiment, harmless};
use crate::inputs::{Changes, Inputs};
use crate::model::Model;
use crate::runner::{self, Shard};
use clap::Args;
use std::path::PathBuf;

/// Which experiment.
#[derive(Args, Debug, Default)]
pub(super) struct Selection {
    /// The experiment file, or paper:NAME for a shipped reproduction.
    pub(super) file: PathBuf,
    /// Set a key of the file: PATH=VALUE, with a TOML value. May be repeated; later ones win.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Only the cells for which this is true, such as 'policy == "migrate" && offered_load >= 0.8'. Tables then hold these
    /// cells only.
    #[arg(long, value_name = "EXPR")]
    only: Option<String>,
    /// The seed, instead of `replicate.seed`.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// So many replications of every cell, instead of `replicate.min` to `replicate.max`.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    replications: Option<u64>,
    /// A trial: every cell, one replication, 1 % of the processes or of the time, in a folder NAME-smoke of its own.
    #[arg(long)]
    smoke: bool,
    /// The smaller experiment that the file's `quick` list makes of it, in a folder NAME-quick of its own.
    #[arg(long, conflicts_with = "smoke")]
    quick: bool,
}

/// Where and with what it is run.
#[derive(Args, Clone, Debug)]
pub(super) struct Place {
    /// Where results go; a folder with the experiment's name is made there.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(super) out: PathBuf,
    /// How many threads to use; all cores if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
    /// The share I of N machines; give each another --out and join them with `loadlab merge`.
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
}

/// An experiment that is valid in every part.
pub(super) struct Request {
    pub(super) inputs: Inputs,
    pub(super) experiment: Experiment,
    pub(super) models: Vec<Model>,
}

impl Selection {
    /// A shipped reproduction.
    pub(super) fn paper(name: &str, quick: bool) -> Selection {
        Selection { file: PathBuf::from(format!("paper:{name}")), quick, ..Selection::default() }
    }

    /// Reads, checks and builds everything; nothing is written.
    pub(super) fn request(&self) -> Result<Request, Exit> {
        let mut sets = self.sets.clone();
        sets.extend(self.seed.map(|n| format!("replicate.seed={n}")));
        let replications = |n| [format!("replicate.min={n}"), format!("replicate.max={n}")];
        sets.extend(self.replications.map(replications).into_iter().flatten());
        let changes = Changes { sets, only: self.only.clone(), smoke: self.smoke, quick: self.quick };
        let (inputs, experiment) = Inputs::read(&self.file, &changes).map_err(Exit::wrong)?;
        Request::of(inputs, experiment)
    }
}

impl Request {
    /// Of an experiment that has been read.
    pub(super) fn of(inputs: Inputs, experiment: Experiment) -> Result<Request, Exit> {
        let models = runner::models(&experiment, inputs.smoke).map_err(|errors| {
            let line = |e: &String| format!("error: {}: {}\n", harmless(&inputs.file), harmless(e));
            Exit::wrong(errors.iter().map(line).collect())
        })?;
        Ok(Request { inputs, experiment, models })
    }
}
