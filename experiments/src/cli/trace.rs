//! `loadlab trace`: runs one replication again and draws it, or explains what became of a process.
//!
//! Not here: the drawing (`trace`).

use super::exit::Exit;
use super::request::{Request, Selection};
use crate::file::diagnostic::nearest;
use crate::file::{Cell, harmless};
use crate::model::Model;
use crate::runner::{self, describe};
use crate::store::{AtomicFile, provide_folder};
use crate::trace::{Drawn, Explainer, MOST_EVENTS, Nanos, Tracer, Window};
use clap::Args;
use loadlab_core::record::Sink;
use std::path::{Path, PathBuf};

/// What `trace` takes.
#[derive(Args, Debug)]
pub(super) struct TraceArgs {
    #[command(flatten)]
    selection: Selection,
    /// The cell, by its identity or the beginning of it; not needed where the file, or --only, leaves one.
    #[arg(long, value_name = "ID")]
    cell: Option<String>,
    /// The replication, from 0.
    #[arg(long, visible_alias = "replication", value_name = "N", default_value_t = 0)]
    rep: u64,
    /// Where results go; the files go to NAME/traces there.
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    /// Draw from this second of the run on.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    from: f64,
    /// Draw up to this second of the run.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    to: Option<f64>,
    /// End the files where they have about so many events.
    #[arg(long, value_name = "N", default_value_t = MOST_EVENTS, value_parser = clap::value_parser!(u64).range(1..))]
    events: u64,
    /// Draw nothing, but print why the process with this number, from 0 in order of arrival, went where it went.
    #[arg(long, value_name = "PROCESS")]
    explain: Option<u64>,
}

/// Seconds from the start of a run.
fn seconds(text: &str) -> Result<f64, String> {
    let problem = || "expected seconds of 0 or more".to_owned();
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x >= 0.0).ok_or_else(problem)
}

/// The run that is asked for.
struct Wanted<'a> {
    name: &'a str,
    cell: &'a Cell,
    model: &'a Model,
    /// The seed of the run, and that of the experiment.
    seeds: (u64, u64),
    replication: u64,
}

/// Runs it again, with its record.
pub(super) fn trace(args: &TraceArgs) -> Result<Exit, Exit> {
    let window = window(args)?;
    let Request { experiment, models, .. } = args.selection.request()?;
    let at = find(&experiment.cells, args.cell.as_deref())?;
    let cell = &experiment.cells[at];
    if args.rep >= experiment.replicate.max {
        let (rep, max) = (args.rep, experiment.replicate.max);
        return Err(Exit::wrong(format!(
            "error: there is no replication {rep}: the file asks for up to {max}, from 0\n"
        )));
    }
    let wanted = Wanted {
        name: &experiment.name,
        cell,
        model: &models[at],
        seeds: (runner::seed(&experiment, cell), experiment.replicate.seed),
        replication: args.rep,
    };
    match args.explain {
        Some(process) => wanted.explain(process),
        None => wanted.draw(&args.out.join(&experiment.name).join("traces"), window, args.events),
    }
}

/// The part of the run that is to be drawn.
fn window(args: &TraceArgs) -> Result<Window, Exit> {
    let window = Window { from: Nanos::of(args.from), to: args.to.map_or(Nanos::LAST, Nanos::of) };
    if window.from >= window.to {
        return Err(Exit::wrong("error: --from must be less than --to, and less than 292 years\n".to_owned()));
    }
    Ok(window)
}

/// The place of the one cell whose identity begins like this, or of the only one there is.
fn find(cells: &[Cell], wanted: Option<&str>) -> Result<usize, Exit> {
    let begins = wanted.unwrap_or_default();
    let found: Vec<usize> = (0..cells.len()).filter(|k| cells[*k].id.starts_with(begins)).collect();
    // Cells with the same identity are the same run.
    if let Some(first) = found.first().filter(|first| found.iter().all(|k| cells[*k].id == cells[**first].id)) {
        return Ok(*first);
    }
    let said = if found.is_empty() {
        let ids: Vec<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
        let near = nearest(begins, &ids).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        format!("there is no cell `{}`{near}; `loadlab list` names the cells", harmless(begins))
    } else {
        let names: Vec<String> = found.iter().take(8).map(|k| describe(&cells[*k])).collect();
        let more = if found.len() > names.len() { "\n  ..." } else { "" };
        let many = format!("{} cells", found.len());
        let which = match wanted {
            Some(begins) => format!("`{}` begins {many}", harmless(begins)),
            None => format!("the file has {many}: say with --cell or --only which is meant"),
        };
        format!("{which}:\n  {}{more}", names.join("\n  "))
    };
    Err(Exit::wrong(format!("error: {said}\n")))
}

impl Wanted<'_> {
    fn run(&self, sink: &mut dyn Sink) -> Result<(), Exit> {
        let run = self.model.run_into(self.seeds.0, self.replication, Some(sink));
        run.map(|_| ()).map_err(|error| Exit::incomplete(&format!("a run failed: {}: {error}", self.words())))
    }

    fn words(&self) -> String {
        format!("{}, replication {}", describe(self.cell), self.replication)
    }

    fn explain(&self, process: u64) -> Result<Exit, Exit> {
        let mut explainer = Explainer::new(process);
        self.run(&mut explainer)?;
        let none = || Exit::wrong(format!("error: no process {process} started or was placed in {}\n", self.words()));
        let story = explainer.story().ok_or_else(none)?;
        let head = format!("Process {process} of {}, seed {}", self.words(), self.seeds.1);
        Ok(Exit::well(format!("{}\n\n{story}", harmless(&head))))
    }

    fn draw(&self, folder: &Path, window: Window, most: u64) -> Result<Exit, Exit> {
        let broken = |error: &dyn std::fmt::Display| Exit::incomplete(error);
        provide_folder(folder).map_err(|e| broken(&e))?;
        let path = |kind: &str| folder.join(format!("{}-{}.{kind}", self.cell.id, self.replication));
        let (perfetto, paje) = (path("perfetto.json"), path("paje"));
        let create = |path: &Path| AtomicFile::create(path).map_err(|e| broken(&e));
        let files = (create(&perfetto)?, create(&paje)?);
        let nodes = self.model.scenario.count() as u32;
        let unwritten = |e: std::io::Error| broken(&format!("cannot write the trace in {}: {e}", folder.display()));
        let mut tracer =
            Tracer::begin(files, nodes, &self.about(), self.model.classes(), (window, most)).map_err(unwritten)?;
        self.run(&mut tracer)?;
        let (one, other, drawn) = tracer.end().map_err(unwritten)?;
        one.commit().and_then(|()| other.commit()).map_err(|e| broken(&e))?;
        Ok(said(&perfetto, &paje, &drawn))
    }

    /// What run it is, for the file.
    fn about(&self) -> serde_json::Value {
        serde_json::json!({
            "loadlab": env!("CARGO_PKG_VERSION"),
            "experiment": self.name,
            "cell": self.cell.id,
            "scenario": self.cell.scenario.name,
            "policy": self.cell.policy.name,
            "replication": self.replication,
            "seed": self.seeds.1,
        })
    }
}

/// Where the files are, and what is missing in them.
fn said(perfetto: &Path, paje: &Path, drawn: &Drawn) -> Exit {
    let place = |path: &Path| harmless(&path.display().to_string());
    let answer = format!(
        "{} events.\n{}: open it at ui.perfetto.dev\n{}: open it with ViTE\n",
        drawn.events,
        place(perfetto),
        place(paje)
    );
    let cut = drawn.cut.map(|at| {
        format!(
            "warning: the files end at {} s, where they have so many events; draw another part with --from and --to, or \
             more with --events\n",
            at.seconds()
        )
    });
    Exit { complaint: cut.unwrap_or_default(), ..Exit::well(answer) }
}
