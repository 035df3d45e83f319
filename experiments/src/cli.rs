//! The command line: what can be asked, and who answers it.

mod bench;
mod catalogue;
mod check;
mod cost;
mod exit;
mod folders;
mod forecast;
mod interrupt;
mod list;
mod outcome;
mod pilot;
mod reference;
mod report;
mod reproduce;
mod request;
mod run;
mod show;
mod systems;
mod trace;
mod warm;
mod workload;

use crate::catalogues;
use clap::{CommandFactory, Parser, Subcommand};
use exit::Exit;
use loadlab_core::policy::Policy;
use loadlab_core::spec::Kind;
use std::path::PathBuf;
use std::process::ExitCode;

/// Simulate load-distribution policies and process migration.
#[derive(Parser, Debug)]
#[command(name = "loadlab", version, about, max_term_width = 100, after_help = CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What the exit codes mean.
const CODES: &str = "Exit codes: 0 done and every claim holds; 1 a claim failed, or is unresolved under --strict; 2 the \
                     input is wrong; 3 a run failed or results are incomplete; 130 interrupted.";

#[derive(Subcommand, Debug)]
enum Command {
    /// Run an experiment, or go on with it, and write its tables, plots and report to results/NAME/.
    Run(run::RunArgs),
    /// Say what `run` would do: cells, runs, what is done, time and disk, warnings. Starts nothing.
    List(list::ListArgs),
    /// Parse and validate experiment files without running anything.
    Check {
        /// The experiment files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Show the resolved TOML of the cells, with where each value came from.
    Show(show::ShowArgs),
    /// Run one replication again and draw it for ui.perfetto.dev and ViTE, or explain what became of a process.
    Trace(trace::TraceArgs),
    /// Draw the plots of a folder of results again.
    Plot {
        /// The folder, such as results/NAME.
        folder: PathBuf,
    },
    /// Write report.html of a folder of results again: one page with verdicts, plots, tables and method.
    Report {
        /// The folder, such as results/NAME.
        folder: PathBuf,
    },
    /// Run shipped reproductions of publications, or go on with them, and say what of their claims holds.
    Reproduce(reproduce::ReproduceArgs),
    /// Join the results of shards and write the tables, plots and report of the whole.
    Merge(folders::MergeArgs),
    /// Measure the speed of the engine on standard models.
    Bench(bench::BenchArgs),
    /// List the policies, or show the page of one.
    Policies {
        /// The policy.
        name: Option<String>,
    },
    /// List workloads, arrival processes and laws of lifetimes and sizes, or show the page of one.
    Workloads {
        /// The workload, arrival process or law.
        name: Option<String>,
    },
    /// Summarise a trace, or the workloads of an experiment: lifetimes, tail, loads, and what was dropped.
    Workload(workload::WorkloadArgs),
    /// List mechanisms of migration and placement, networks and disciplines, or show the page of one.
    Mechanisms {
        /// The mechanism, network or discipline.
        name: Option<String>,
    },
    /// Show what moving one process costs, by every mechanism.
    Cost(cost::CostArgs),
    /// List published systems whose measured costs are presets of `cost`, or show the page of one.
    Systems {
        /// The system.
        name: Option<String>,
    },
    /// Print the JSON Schema of the experiment file, for completion in editors.
    Schema,
    /// Explain a key of the experiment file, such as replicate.min.
    Explain {
        /// The key; its beginning may be left out.
        key: String,
    },
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    main_with(&[])
}

/// The same with policies of your own beside the built-in ones.
pub fn main_with(policies: &'static [Kind<Box<dyn Policy>>]) -> ExitCode {
    with(policies, Cli::parse())
}

/// The same with a command line given as words, the first of which is the name of the program.
pub fn run_with(policies: &'static [Kind<Box<dyn Policy>>], words: &[String]) -> ExitCode {
    match Cli::try_parse_from(words) {
        Ok(cli) => with(policies, cli),
        Err(error) => Exit::wrong(error.to_string()).finish(),
    }
}

fn with(policies: &'static [Kind<Box<dyn Policy>>], cli: Cli) -> ExitCode {
    if let Err(problem) = catalogues::add_policies(policies) {
        return Exit::wrong(format!("error: {problem}\n")).finish();
    }
    let done: Result<Exit, Exit> = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::List(args) => list::list(&args),
        Command::Check { files } => check::check(&files),
        Command::Show(args) => show::show(&args),
        Command::Trace(args) => trace::trace(&args),
        Command::Plot { folder } => report::plot(&folder),
        Command::Report { folder } => report::report(&folder),
        Command::Reproduce(args) => reproduce::reproduce(&args),
        Command::Merge(args) => folders::merge(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Policies { name } => catalogue::policies(name.as_deref()),
        Command::Workload(args) => workload::workload(&args),
        Command::Workloads { name } => catalogue::workloads(name.as_deref()),
        Command::Mechanisms { name } => catalogue::mechanisms(name.as_deref()),
        Command::Cost(args) => cost::cost(&args),
        Command::Systems { name } => systems::systems(name.as_deref()),
        Command::Schema => Ok(reference::schema()),
        Command::Explain { key } => reference::explain(&key),
        Command::Completions { shell } => Ok(reference::completions(shell, &mut Cli::command())),
    };
    done.unwrap_or_else(|exit| exit).finish()
}

/// Whether a command line would be understood, or else what would be printed. The documentation is tested with it.
pub fn parse_check(words: &[&str]) -> Result<(), String> {
    match Cli::try_parse_from(words) {
        // Help and version are answers, not errors.
        Err(error) if error.exit_code() != 0 => Err(error.to_string()),
        _ => Ok(()),
    }
}
