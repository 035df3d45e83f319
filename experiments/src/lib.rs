//! loadlab: reads an experiment, runs it in parallel, and turns the runs into tables, plots and verdicts.
//!
//! The only crate with files, threads and clocks. The simulation itself is `loadlab_core`.

pub mod bench;
pub mod catalogues;
pub mod cli;
pub mod cost;
pub mod expr;
pub mod file;
mod initial;
pub mod inputs;
pub mod library;
pub mod machine;
pub mod mechanisms;
pub mod model;
pub mod moments;
pub mod page;
pub mod plot;
mod progress;
pub mod report;
pub mod results;
pub mod runner;
pub mod stats;
pub mod stopping;
pub mod store;
pub mod systems;
pub mod theory;
pub mod trace;
pub mod warmup;
pub mod workload;
