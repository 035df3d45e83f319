//! The steps of `bench`.

use super::exit::Exit;
use crate::bench::{MODELS, measure, usual_size};
use crate::file::harmless;
use clap::Args;
use std::io::Write;

/// What `bench` takes.
#[derive(Args, Debug)]
pub(super) struct BenchArgs {
    /// The models to run: m1 to m5, m4-large; all if left out.
    models: Vec<String>,
    /// Processes per model; 2 million if left out, 10 million for m4-large.
    #[arg(long, value_name = "N")]
    processes: Option<u64>,
    /// Nodes of m2 to m5; if left out 20, 1000 for m4, a million for m4-large.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    nodes: Option<u32>,
    /// One JSON object per line instead of text.
    #[arg(long)]
    json: bool,
}

/// `loadlab bench`.
pub(super) fn bench(args: &BenchArgs) -> Result<Exit, Exit> {
    let all = || MODELS.iter().map(|m| (*m).to_owned()).collect();
    let models: Vec<String> = if args.models.is_empty() { all() } else { args.models.clone() };
    for model in &models {
        let (nodes, processes) = usual_size(model);
        let measured = measure(model, args.nodes.unwrap_or(nodes), args.processes.unwrap_or(processes));
        let measured = measured.map_err(|e| Exit::wrong(format!("error: {}\n", harmless(&e.to_string()))))?;
        let line = if args.json { serde_json::to_string(&measured).unwrap_or_default() } else { measured.to_string() };
        // A line as soon as it is known; nobody listening is no error.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    Ok(Exit::default())
}
