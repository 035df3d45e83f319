//! loadlab: reads an experiment, runs it in parallel, and turns the runs into tables, plots and verdicts.

pub mod expr;
pub mod file;
pub mod plot;
pub mod results;
pub mod stats;
pub mod store;
