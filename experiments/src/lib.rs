//! loadlab.

pub mod plot;
