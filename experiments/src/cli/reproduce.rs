//! `loadlab reproduce`: shipped reproductions, one after the other, and what came out on one page.
//!
//! Not here: what is shipped (`library`), the pages (`results::reproduced`, `report::combined`).

use super::exit::{Exit, FAILED, INCOMPLETE, INTERRUPTED, WRONG};
use super::list::{self, ListArgs};
use super::request::{Place, Selection};
use super::run::{self, RunArgs};
use crate::file::harmless;
use crate::library;
use crate::report::combined;
use crate::results::reproduced::{self, Reproduced};
use crate::store::write_atomically;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;

/// What `reproduce` takes.
#[derive(Args, Debug)]
pub(super) struct ReproduceArgs {
    /// Which reproductions; all if left out.
    names: Vec<String>,
    /// Say what there is: question, claims, time, disk. Runs nothing.
    #[arg(long)]
    list: bool,
    /// The smaller experiments: minutes in all. This is the default.
    #[arg(long)]
    quick: bool,
    /// The whole experiments: hours in all.
    #[arg(long, conflicts_with = "quick")]
    full: bool,
    /// Where results go; a folder for each reproduction is made there, and REPRODUCED.md and .html about all that have
    /// been run there.
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    /// How many threads to use; all cores if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

impl ReproduceArgs {
    /// The names that are meant; a complaint names those that are not shipped.
    fn names(&self) -> Result<Vec<&str>, Exit> {
        if self.names.is_empty() {
            return Ok(library::papers().collect());
        }
        let known = |name: &String| library::paper(&format!("paper:{name}")).and_then(Result::err);
        let unknown: String = self.names.iter().filter_map(known).collect();
        if unknown.is_empty() { Ok(self.names.iter().map(String::as_str).collect()) } else { Err(Exit::wrong(unknown)) }
    }

    fn place(&self) -> Place {
        Place { out: self.out.clone(), threads: self.threads, shard: None }
    }
}

/// Runs them, and writes the page of verdicts. A reproduction that cannot be run does not keep the others from running.
pub(super) fn reproduce(args: &ReproduceArgs) -> Result<Exit, Exit> {
    let names = args.names()?;
    if args.list {
        return list_all(args, &names);
    }
    let mut exit = Exit::default();
    let mut done: Vec<Reproduced> = Vec::new();
    for name in names {
        if !args.quiet {
            eprintln!("== {name}");
        }
        let run = RunArgs::new(Selection::paper(name, !args.full), args.place(), args.quiet);
        let ended = run::run(&run).unwrap_or_else(|exit| exit);
        exit.complaint.push_str(&ended.complaint);
        exit.code = worse(exit.code, ended.code);
        if ended.code == INTERRUPTED {
            return Err(exit);
        }
        if ended.code > FAILED {
            let _ = writeln!(exit.complaint, "error: {name} could not be reproduced");
            continue;
        }
        done.push(reproduced::read(&args.out, name, !args.full).map_err(|e| Exit::incomplete(&e))?);
    }
    let known = pages(args, &done)?;
    if !args.quiet {
        exit.answer = format!("{}Details in {}\n", reproduced::table(&done), harmless(&known.display().to_string()));
    }
    Ok(exit)
}

/// Writes the pages about those that have just run, and those that ran here before; says where the one with figures is.
fn pages(args: &ReproduceArgs, done: &[Reproduced]) -> Result<PathBuf, Exit> {
    let known = library::papers().filter_map(|name| {
        let now = done.iter().find(|reproduced| reproduced.name == name).cloned();
        now.or_else(|| reproduced::read(&args.out, name, !args.full).ok())
    });
    let known: Vec<Reproduced> = known.collect();
    let page = args.out.join("REPRODUCED.html");
    for (path, text) in [(args.out.join("REPRODUCED.md"), reproduced::page(&known)), (page.clone(), combined(&known))] {
        write_atomically(&path, text.as_bytes()).map_err(|e| Exit::incomplete(&e))?;
    }
    Ok(page)
}

/// The graver of two exit codes.
fn worse(a: u8, b: u8) -> u8 {
    let gravity = |code: u8| [0, FAILED, INCOMPLETE, WRONG, INTERRUPTED].iter().position(|c| *c == code);
    if gravity(b) > gravity(a) { b } else { a }
}

/// One paragraph for each.
fn list_all(args: &ReproduceArgs, names: &[&str]) -> Result<Exit, Exit> {
    let mut answer = String::new();
    for name in names {
        let ahead = list::list(&ListArgs::brief(Selection::paper(name, !args.full), args.place()))?;
        let experiment = reproduced::experiment(name).map_err(Exit::wrong)?;
        let question = experiment.question.unwrap_or_default();
        let _ = writeln!(answer, "{name}: {question}\n  {} claims", experiment.claims.len());
        ahead.answer.lines().for_each(|line| _ = writeln!(answer, "  {line}"));
    }
    Ok(Exit::well(answer))
}
