//! `loadlab run`: the order of its steps.

use super::exit::{Exit, INCOMPLETE, INTERRUPTED};
use super::interrupt;
use super::outcome::Outcome;
use super::request::{Place, Request, Selection};
use super::warm::Pilot;
use crate::file::harmless;
use crate::progress::Display;
use crate::results::Records;
use crate::runner::{Plan, Report, Work};
use crate::store::{Mode, Store};
use clap::Args;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

/// What `run` takes.
#[derive(Args, Debug)]
pub(super) struct RunArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    place: Place,
    /// Stop at the first run that fails.
    #[arg(long)]
    fail_fast: bool,
    /// Also end with code 1 if a claim is unresolved.
    #[arg(long)]
    strict: bool,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

impl RunArgs {
    /// Without options.
    pub(super) fn new(selection: Selection, place: Place, quiet: bool) -> RunArgs {
        RunArgs { selection, place, fail_fast: false, strict: false, quiet }
    }
}

/// Runs what is missing and writes what follows from it.
pub(super) fn run(args: &RunArgs) -> Result<Exit, Exit> {
    let started = Instant::now();
    let Request { inputs, experiment, mut models } = args.selection.request()?;
    let folder = args.place.out.join(&experiment.name);
    let store = Store::open(&folder, Mode::Write).map_err(|e| Exit::incomplete(&e))?;
    let mut warnings: String = store.found().warnings().iter().map(|w| format!("warning: {}\n", harmless(w))).collect();
    let replaced: BTreeSet<String> = inputs.accounts.iter().filter_map(|account| account.stand_in()).collect();
    replaced.iter().for_each(|sentence| warnings.push_str(&format!("warning: {}\n", harmless(sentence))));
    let dropped = inputs.accounts.iter().filter_map(|account| account.warning());
    dropped.for_each(|warning| warnings.push_str(&format!("warning: {}\n", harmless(&warning))));
    let plan = Plan::new(&experiment, args.place.shard);
    let records = Records::new(&experiment, &folder);
    let pool = pool(args.place.threads)?;
    let stop = interrupt::install(farewell(&folder));
    let pilot = Pilot { inputs: &inputs, experiment: &experiment, plan: &plan, store: &store, stop: &stop };
    let frozen = pool.install(|| pilot.freeze(&mut models));
    frozen.map_err(|exit| if exit.code == INTERRUPTED { interrupted(&folder) } else { exit })?;
    let work = Work { experiment: &experiment, models: &models, plan: &plan, store: &store, records: &records };
    let progress = Display::new(args.quiet);
    let report = work.run(&pool, &progress, &stop, args.fail_fast);
    progress.close();
    let report = report.map_err(|e| Exit::incomplete(&e))?;
    store.flush().map_err(|e| Exit::incomplete(&e))?;
    if report.interrupted {
        return Err(interrupted(&folder));
    }
    let outcome = Outcome {
        inputs: &inputs,
        finished: work.finished(&report.replications),
        records: &records,
        folder: &folder,
        started,
        threads: pool.current_num_threads(),
        report: &report,
        shard: plan.shard(),
        strict: args.strict,
    };
    let mut exit = pool.install(|| outcome.write(args.quiet))?;
    warnings.push_str(&failures(&report));
    if !report.failures.is_empty() {
        exit.code = INCOMPLETE;
    }
    if !args.quiet || exit.code != 0 {
        exit.complaint = warnings + &exit.complaint;
    }
    Ok(exit)
}

/// The threads that run.
fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, Exit> {
    let threads = threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|e| Exit::incomplete(&format!("cannot start {threads} threads: {e}")))
}

fn interrupted(folder: &Path) -> Exit {
    Exit { complaint: farewell(folder), code: INTERRUPTED, ..Exit::default() }
}

fn farewell(folder: &Path) -> String {
    format!(
        "interrupted: finished runs are kept in {}. The same command goes on from there\n",
        harmless(&folder.display().to_string())
    )
}

/// The most failures that are told one by one.
const MOST_FAILURES: usize = 10;

fn failures(report: &Report) -> String {
    let all = &report.failures;
    let lines = all.iter().take(MOST_FAILURES).map(|f| format!("error: a run failed: {}\n", harmless(&f.message)));
    let rest = all.len().saturating_sub(MOST_FAILURES);
    let more =
        if rest > 0 { format!("error: {rest} more runs failed; manifest.json names them\n") } else { String::new() };
    lines.collect::<String>() + &more
}
