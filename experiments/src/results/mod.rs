//! What runs leave behind: the record of one run, and the tables, figures and manifest made from all of them.

mod run;

pub use run::{Run, Status};
