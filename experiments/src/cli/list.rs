//! `loadlab list`: what `run` would do. Writes nothing.

use super::exit::Exit;
use super::forecast::Forecast;
use super::pilot::{self, Ahead, Costs};
use super::request::{Place, Request, Selection};
use crate::file::{Experiment, harmless};
use crate::results::{Records, text};
use crate::runner::{Plan, Survey, Work};
use crate::store::{Mode, Store};
use clap::Args;
use indicatif::{HumanBytes, HumanDuration};
use std::fmt::Write;
use std::time::Duration;

/// What `list` takes.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    place: Place,
    /// Leave out the table of cells.
    #[arg(long)]
    brief: bool,
}

impl ListArgs {
    /// In brief.
    pub(super) fn brief(selection: Selection, place: Place) -> ListArgs {
        ListArgs { selection, place, brief: true }
    }
}

/// The cells, what is done, what is ahead, and what to think of before.
pub(super) fn list(args: &ListArgs) -> Result<Exit, Exit> {
    let Request { experiment, models, .. } = args.selection.request()?;
    let folder = args.place.out.join(&experiment.name);
    let store = Store::open(&folder, Mode::Read).map_err(|e| Exit::incomplete(&e))?;
    let (plan, records) = (Plan::new(&experiment, args.place.shard), Records::new(&experiment, &folder));
    let work = Work { experiment: &experiment, models: &models, plan: &plan, store: &store, records: &records };
    let survey = work.survey().map_err(|e| Exit::incomplete(&e))?;
    let threads = args.place.threads.map_or_else(cores, f64::from);
    let forecast = Forecast::of(&work, &survey).map_err(|e| Exit::incomplete(&e))?;
    let costs = Costs::of(&work, &survey);
    let [least, likely, most] = [
        pilot::ahead(&work, &survey, &costs, &|at| survey.replications[at]),
        pilot::ahead(&work, &survey, &costs, &|at| forecast.replications(&work, &survey, at)),
        pilot::ahead(&work, &survey, &costs, &|at| pilot::cap(&work, &survey, at)),
    ];
    let mut answer = if args.brief { String::new() } else { table(&work, &survey) + "\n" };
    let (cells, done) = (experiment.cells.len(), survey.done.iter().sum::<u64>());
    let _ = writeln!(answer, "{cells} cells, {done} runs done, {} to do", bounds(least.runs, most.runs));
    let _ = writeln!(answer, "time: {}, disk: {}", duration(least, most, threads), bytes(least, most));
    if !experiment.stop.targets.is_empty() {
        let time = duration(likely, likely, threads);
        let _ = writeln!(answer, "targets: {}; {} runs to do, {time}", forecast.words(), likely.runs);
    }
    let mut warnings = store.found().warnings();
    warnings.extend(forecast.warnings(&work));
    warnings.iter().for_each(|warning| _ = writeln!(answer, "warning: {}", harmless(warning)));
    Ok(Exit::well(answer))
}

fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |n| n.get() as f64)
}

/// One line per cell.
fn table(work: &Work<'_>, survey: &Survey) -> String {
    let Experiment { cells, swept, replicate, .. } = work.experiment;
    let mut rows = vec![["cell", "scenario", "policy"].map(str::to_owned).to_vec()];
    rows[0].extend(swept.iter().map(|key| key.to_string()));
    rows[0].extend(["done", "of"].map(str::to_owned));
    let finished = work.finished(&survey.replications);
    let wanted = if replicate.min == replicate.max {
        replicate.min.to_string()
    } else {
        format!("{} to {}", replicate.min, replicate.max)
    };
    for cell in cells {
        let mut row = vec![cell.id.clone(), cell.scenario.name.clone(), cell.policy.name.clone()];
        row.extend(cell.keys.iter().map(|(_, value)| harmless(&text(value))));
        row.extend([finished.replications(&cell.id).len().to_string(), wanted.clone()]);
        rows.push(row);
    }
    let width = |k: usize| rows.iter().map(|row| row[k].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let fields = row.iter().zip(&widths).map(|(field, width)| format!("{field:width$}"));
        format!("{}\n", fields.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn bounds(least: u64, most: u64) -> String {
    if least == most { least.to_string() } else { format!("{least} to {most}") }
}

fn duration(least: Ahead, most: Ahead, threads: f64) -> String {
    let say = |seconds: f64| match Duration::try_from_secs_f64((seconds / threads).max(0.0)) {
        Ok(d) if d < Duration::from_secs(1) => "less than a second".to_owned(),
        Ok(d) => format!("about {}", HumanDuration(d)),
        Err(_) => "longer than anybody lives".to_owned(),
    };
    let (least, most) = (say(least.seconds), say(most.seconds));
    if least == most {
        format!("{least} on {threads} threads")
    } else {
        format!("{least} to {most} on {threads} threads")
    }
}

fn bytes(least: Ahead, most: Ahead) -> String {
    let say = |bytes: f64| HumanBytes(bytes as u64).to_string();
    let (least, most) = (say(least.bytes), say(most.bytes));
    if least == most { format!("about {least}") } else { format!("about {least} to {most}") }
}
