//! The workloads.

pub mod trace;
