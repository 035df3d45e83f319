//! `loadlab merge`: joins folders of results. It knows the experiment from the manifests.

use super::exit::{Exit, INCOMPLETE};
use super::outcome::Outcome;
use crate::file::harmless;
use crate::inputs::Inputs;
use crate::results::{self, Records};
use crate::runner::{Plan, Report, Survey, Work};
use crate::store::{self, Mode, Store, StoreError};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What `merge` takes.
#[derive(Args, Debug)]
pub(super) struct MergeArgs {
    /// The folders that the shards wrote, such as one/NAME two/NAME.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Where the whole goes; a folder with the experiment's name is made there.
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    /// Also end with code 1 if a claim is unresolved.
    #[arg(long)]
    strict: bool,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

/// Joins shards.
pub(super) fn merge(args: &MergeArgs) -> Result<Exit, Exit> {
    let started = Instant::now();
    let inputs = common_inputs(&args.folders)?;
    let experiment = inputs.experiment().map_err(Exit::wrong)?;
    let folder = args.out.join(&experiment.name);
    let sources: Vec<&Path> = args.folders.iter().map(PathBuf::as_path).collect();
    let merged = store::merge(&sources, &folder).map_err(unmerged)?;
    let warnings = merged.found.iter().flat_map(store::Found::warnings).map(|w| format!("warning: {}\n", harmless(&w)));
    let warnings: String = warnings.collect();
    let broken = |e: StoreError| Exit::incomplete(&e);
    let records = Records::new(&experiment, &folder);
    sources.iter().try_for_each(|source| records.adopt(source)).map_err(broken)?;
    let store = Store::open(&folder, Mode::Write).map_err(broken)?;
    let plan = Plan::new(&experiment, None);
    // Nothing is run here, so no model is needed, nor any trace.
    let work = Work { experiment: &experiment, models: &[], plan: &plan, store: &store, records: &records };
    let survey = work.survey().map_err(broken)?;
    let outcome = Outcome {
        inputs: &inputs,
        finished: work.finished(&survey.replications),
        records: &records,
        folder: &folder,
        started,
        threads: 1,
        report: &Report { replications: survey.replications.clone(), ..Report::default() },
        shard: None,
        strict: args.strict,
    };
    let mut exit = outcome.write(args.quiet)?;
    exit.complaint = warnings + &exit.complaint + &incomplete(&survey);
    if survey.missing.iter().any(|n| *n > 0) {
        exit.code = INCOMPLETE;
    }
    Ok(exit)
}

/// What the shards were made from, which must be the same.
fn common_inputs(folders: &[PathBuf]) -> Result<Inputs, Exit> {
    let all = folders.iter().map(|folder| results::read_inputs(folder));
    let all = all.collect::<Result<Vec<_>, _>>().map_err(|e| Exit::wrong(format!("error: {}\n", harmless(&e))))?;
    let Some((first, rest)) = all.split_first() else { return Err(Exit::wrong("error: no folder\n".to_owned())) };
    match rest.iter().position(|other| !other.same(first)) {
        None => Ok(first.clone()),
        Some(at) => Err(Exit::wrong(format!(
            "error: {:?} and {:?} hold different experiments, or were run with different options\n",
            folders[0],
            folders[at + 1]
        ))),
    }
}

/// Folders that cannot be merged are wrong input; what cannot be written is not.
fn unmerged(error: StoreError) -> Exit {
    match error {
        StoreError::NothingToMerge { .. } | StoreError::Conflict { .. } | StoreError::NotAStore { .. } => {
            Exit::wrong(format!("error: {}\n", harmless(&error.to_string())))
        }
        _ => Exit::incomplete(&error),
    }
}

fn incomplete(survey: &Survey) -> String {
    let (runs, points) = (survey.missing.iter().sum::<u64>(), survey.missing.iter().filter(|n| **n > 0).count());
    if runs == 0 {
        return String::new();
    }
    format!("error: the results are incomplete: {runs} runs of {points} points are missing; was every shard given?\n")
}
