//! The command line: what can be asked, and the order of the steps that answer it.

mod bench;
mod run;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Simulate load-distribution policies and process migration.
#[derive(Parser, Debug)]
#[command(name = "loadlab", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run an experiment and write its tables and plots to results/NAME/.
    Run(RunArgs),
    /// Parse and validate experiment files without running anything.
    Check {
        /// The experiment files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Measure the speed of the engine on standard models.
    Bench(bench::BenchArgs),
    /// List the policies, or show the page of one.
    Policies {
        /// The policy.
        name: Option<String>,
    },
}

/// What `run` takes.
#[derive(Args, Debug)]
struct RunArgs {
    /// The experiment file.
    file: PathBuf,
    /// Set a key of the file: PATH=VALUE, with a TOML value. May be repeated; later ones win.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Where results go; a folder with the experiment's name is made there.
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    /// How many threads to use; all cores if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

/// Reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check { files } => run::check(&files),
        Command::Bench(args) => bench::bench(&args),
        Command::Policies { name } => run::policies(name.as_deref()),
    }
}

/// Whether a command line would be understood, or else what would be printed. The documentation is tested with it.
pub fn parse_check(words: &[&str]) -> Result<(), String> {
    match Cli::try_parse_from(words) {
        // Help and version are answers, not errors.
        Err(error) if error.exit_code() != 0 => Err(error.to_string()),
        _ => Ok(()),
    }
}
