//! loadlab.

pub mod expr;
pub mod file;
