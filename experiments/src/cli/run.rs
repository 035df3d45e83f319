//! The steps of `run`, `check` and `policies`.

use super::RunArgs;
use crate::file::{self, Diagnostic, Experiment, harmless};
use crate::model::Model;
use crate::progress::Display;
use crate::results::{self, Circumstances, Runs};
use crate::runner::{self, Failure};
use crate::{catalogues, machine, plot};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The input is wrong.
const WRONG_INPUT: u8 = 2;
/// A run failed, or results could not be written.
const INCOMPLETE: u8 = 3;

/// An error that ends the program: what to say, and the exit code.
struct Exit(String, u8);

/// `loadlab run`.
pub(super) fn run(args: &RunArgs) -> ExitCode {
    finish(run_steps(args))
}

fn finish(result: Result<String, Exit>) -> ExitCode {
    match result {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(Exit(text, code)) => {
            eprint!("{text}");
            ExitCode::from(code)
        }
    }
}

fn run_steps(args: &RunArgs) -> Result<String, Exit> {
    let started = Instant::now();
    let (source, experiment) = read(&args.file, &args.sets)?;
    let models = models(&args.file, &experiment)?;
    let folder = args.out.join(&experiment.name);
    writable(&folder)?;
    let threads = args.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| Exit(format!("error: cannot start {threads} threads: {e}\n"), INCOMPLETE))?;
    let total = runner::distinct(&experiment).len() as u64 * experiment.replicate.min;
    let progress = Display::new(total, args.quiet);
    let replications = 0..experiment.replicate.min;
    let outcome = pool.install(|| runner::run(&experiment, &models, replications, &progress, &AtomicBool::new(false)));
    progress.close();
    let runs =
        outcome.map_err(|failure| Exit(format!("error: {}\n", harmless(&failure.to_string())), code(&failure)))?;
    let circumstances = Circumstances {
        command_line: std::env::args().collect(),
        file: args.file.display().to_string(),
        source,
        started_unix_s: unix_seconds() - started.elapsed().as_secs(),
        duration_s: started.elapsed().as_secs_f64(),
        threads: pool.current_num_threads(),
        peak_memory_bytes: machine::peak_memory(),
    };
    write_results(&experiment, &runs, &folder, &circumstances, args.quiet)
}

fn code(failure: &Failure) -> u8 {
    match failure {
        Failure::Run { .. } => INCOMPLETE,
        Failure::Interrupted => 130,
    }
}

/// Reads and checks an experiment file.
fn read(path: &Path, sets: &[String]) -> Result<(String, Experiment), Exit> {
    let name = path.display().to_string();
    let bytes =
        std::fs::read(path).map_err(|e| Exit(format!("error: cannot read {}: {e}\n", harmless(&name)), WRONG_INPUT))?;
    let text = file::decode(&bytes, &name).map_err(|d| Exit(diagnostics(&d), WRONG_INPUT))?;
    let mut env = catalogues::env();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    env.beside = Box::new(move |name| std::fs::read_to_string(folder.join(name)).map_err(|e| e.to_string()));
    let experiment = file::read(text, &name, sets, &env).map_err(|d| Exit(diagnostics(&d), WRONG_INPUT))?;
    Ok((text.to_owned(), experiment))
}

fn diagnostics(list: &[Diagnostic]) -> String {
    list.iter().map(|d| format!("{d}\n")).collect()
}

fn models(path: &Path, experiment: &Experiment) -> Result<Vec<Model>, Exit> {
    runner::models(experiment).map_err(|errors| {
        let lines =
            errors.iter().map(|e| format!("error: {}: {}\n", harmless(&path.display().to_string()), harmless(e)));
        Exit(lines.collect(), WRONG_INPUT)
    })
}

/// Makes the folder and makes sure that it can be written before anything is run.
fn writable(folder: &Path) -> Result<(), Exit> {
    let cannot = |e: std::io::Error| Exit(format!("error: cannot write to {}: {e}\n", folder.display()), INCOMPLETE);
    std::fs::create_dir_all(folder.join("plots")).map_err(cannot)?;
    let probe = folder.join(".writable");
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(cannot)
}

/// Tables, plots and manifest; returns what is shown at the end.
fn write_results(
    experiment: &Experiment,
    runs: &Runs,
    folder: &Path,
    circumstances: &Circumstances,
    quiet: bool,
) -> Result<String, Exit> {
    let failed = |what: &str, e: &dyn std::fmt::Display| Exit(format!("error: cannot write {what}: {e}\n"), INCOMPLETE);
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|e| failed(&path.display().to_string(), &e))
    };
    let summaries = results::summarise(experiment, runs);
    let wanted = |table: &str| experiment.output.tables.iter().any(|t| t == table);
    if wanted("runs") {
        put("runs.csv", &results::runs_csv(experiment, runs).map_err(|e| failed("runs.csv", &e))?)?;
    }
    if wanted("summary") {
        put("summary.csv", &results::summary_csv(experiment, &summaries).map_err(|e| failed("summary.csv", &e))?)?;
    }
    let mut drawn: Vec<PathBuf> = Vec::new();
    for (name, figure) in results::figures(experiment, &summaries, &results::contrasts(experiment, runs)) {
        let stem = folder.join("plots").join(&name);
        drawn.extend(plot::write(&figure, &stem).map_err(|e| failed(&name, &e))?);
    }
    let manifest =
        results::manifest(experiment, runs.count(), circumstances).map_err(|e| failed("manifest.json", &e))?;
    put("manifest.json", manifest.as_bytes())?;
    if quiet {
        return Ok(String::new());
    }
    let plots = drawn.iter().filter(|p| p.extension().is_some_and(|e| e == "svg"));
    let plots: String = plots.map(|p| format!("  {}\n", p.display())).collect();
    Ok(format!(
        "{}\n{} runs of {} cells in {:.1} s. Tables in {}, plots:\n{plots}",
        results::closing_table(experiment, &summaries),
        runs.count(),
        experiment.cells.len(),
        circumstances.duration_s,
        folder.display(),
    ))
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// `loadlab check`.
pub(super) fn check(files: &[PathBuf]) -> ExitCode {
    let mut wrong = String::new();
    for path in files {
        if let Err(Exit(text, _)) = read(path, &[]).and_then(|(_, e)| models(path, &e).map(drop)) {
            wrong.push_str(&text);
        }
    }
    finish(if wrong.is_empty() { Ok(String::new()) } else { Err(Exit(wrong, WRONG_INPUT)) })
}

/// `loadlab policies`.
pub(super) fn policies(name: Option<&str>) -> ExitCode {
    let env = catalogues::env();
    finish(match name {
        None => Ok(env.policies.kinds.iter().map(|k| format!("{:20} {}\n", k.name, k.summary)).collect()),
        Some(name) => match env.policies.get(name) {
            Some(kind) => Ok(crate::page::page(kind)),
            None => Err(Exit(unknown(name, &env.policies), WRONG_INPUT)),
        },
    })
}

fn unknown(name: &str, catalogue: &file::Catalogue) -> String {
    let near = catalogue.names().max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    let hint = near.map_or(String::new(), |n| format!(", did you mean `{n}`?"));
    format!("error: there is no {} `{}`{hint}\n", catalogue.noun, harmless(name))
}
