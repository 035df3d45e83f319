//! `loadlab workload`: what a trace, or the workloads of an experiment file, are like.
//!
//! Not here: the summary itself (`workload::report`).

use super::exit::Exit;
use crate::catalogues;
use crate::file::harmless;
use crate::inputs::{Changes, Inputs};
use crate::plot;
use crate::store::provide_folder;
use crate::workload::{Report, report_file, report_scenarios};
use clap::Args;
use std::path::PathBuf;

/// What `workload` takes.
#[derive(Args, Debug)]
pub(super) struct WorkloadArgs {
    /// A trace, or an experiment file (*.toml).
    file: PathBuf,
    /// The format of the trace, if its name does not tell: swf, pacct, csv, berkeley-1995, google-2011, alibaba-2018 or
    /// processes.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// How many nodes of speed 1 its offered load refers to.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    nodes: u32,
    /// Where the plots of the survival functions go; none are drawn if left out.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Set a key of the experiment file: PATH=VALUE, with a TOML value. May be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
}

/// Prints the summaries, and draws the survival functions if asked.
pub(super) fn workload(args: &WorkloadArgs) -> Result<Exit, Exit> {
    let reports = match args.file.extension().is_some_and(|e| e == "toml") {
        true => of_experiment(args)?,
        false => vec![of_trace(args)?],
    };
    let mut answer = String::new();
    for (k, (name, report)) in reports.iter().enumerate() {
        answer.push_str(if k == 0 { "" } else { "\n" });
        report.text.lines().for_each(|line| answer.push_str(&format!("{}\n", harmless(line))));
        if let Some(folder) = &args.out {
            provide_folder(folder).map_err(|e| Exit::incomplete(&e))?;
            let repeated = reports[..k].iter().any(|(other, _)| other == name);
            let stem = if repeated { format!("{name}-{k}") } else { name.clone() };
            let drawn = plot::write(&report.figure, &folder.join(stem)).map_err(|e| Exit::incomplete(&e))?;
            drawn.iter().for_each(|path| answer.push_str(&format!("{}\n", harmless(&path.display().to_string()))));
        }
    }
    Ok(Exit::well(answer))
}

fn of_experiment(args: &WorkloadArgs) -> Result<Vec<(String, Report)>, Exit> {
    if args.kind.is_some() {
        return Err(Exit::wrong(
            "error: --kind is for traces; an experiment file says what its workloads are\n".to_owned(),
        ));
    }
    let changes = Changes { sets: args.sets.clone(), ..Changes::default() };
    let (_, experiment) = Inputs::read(&args.file, &changes).map_err(Exit::wrong)?;
    report_scenarios(&experiment).map_err(|why| wrong(args, &why))
}

fn of_trace(args: &WorkloadArgs) -> Result<(String, Report), Exit> {
    let report = report_file(&args.file, args.kind.as_deref(), args.nodes, &catalogues::env());
    let name = args.file.file_name().map_or("trace".to_owned(), |name| name.to_string_lossy().into_owned());
    Ok((name, report.map_err(|why| wrong(args, &why))?))
}

fn wrong(args: &WorkloadArgs, why: &str) -> Exit {
    let file = harmless(&args.file.display().to_string());
    let lines: Vec<String> = why.lines().map(harmless).collect();
    Exit::wrong(format!("error: {file}: {}\n", lines.join("\n")))
}
