//! The simulator beneath loadlab: the engine, the node disciplines, the policy contract, probability laws and the
//! closed forms that check them.
//!
//! No files, no threads, no clocks, no environment: a simulation is a pure function of its scenario, its policy and
//! its seed.

pub mod law;
pub mod rng;
pub mod spec;
mod special;
pub mod theory;
