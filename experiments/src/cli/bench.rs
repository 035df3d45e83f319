//! The steps of `bench`.

use crate::bench::{MODELS, measure};
use clap::Args;
use std::process::ExitCode;

/// What `bench` takes.
#[derive(Args, Debug)]
pub(super) struct BenchArgs {
    /// The models to run: m1 to m5; all if left out.
    models: Vec<String>,
    /// Processes per model.
    #[arg(long, value_name = "N", default_value_t = 2_000_000)]
    processes: u64,
    /// Nodes of m2 to m5; 20 if left out, 1000 for m4.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    nodes: Option<u32>,
    /// One JSON object per line instead of text.
    #[arg(long)]
    json: bool,
}

/// `loadlab bench`.
pub(super) fn bench(args: &BenchArgs) -> ExitCode {
    let all = || MODELS.iter().map(|m| (*m).to_owned()).collect();
    let models: Vec<String> = if args.models.is_empty() { all() } else { args.models.clone() };
    for model in &models {
        let nodes = args.nodes.unwrap_or(if model == "m4" { 1000 } else { 20 });
        match measure(model, nodes, args.processes) {
            Ok(m) if args.json => println!("{}", serde_json::to_string(&m).unwrap_or_default()),
            Ok(m) => println!("{m}"),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}
