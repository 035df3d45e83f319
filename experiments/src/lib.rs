//! loadlab.
pub mod stats;
