//! The simulator beneath loadlab: the engine, the node disciplines, the policy contract, probability laws and the
//! closed forms that check them.
//!
//! No files, no threads, no clocks, no environment: a simulation is a pure function of its scenario, its policy and
//! its seed.

mod engine;
pub mod error;
pub mod faults;
pub mod forwarding;
pub mod information;
pub mod law;
pub mod mechanism;
pub mod network;
pub mod node;
pub mod policy;
mod prefetch;
pub mod process;
mod queue;
pub mod record;
pub mod rng;
pub mod scenario;
pub mod source;
pub mod spec;
mod special;
pub mod theory;
pub mod time;
pub mod transfer;

pub use engine::simulate;
pub use error::Error;
pub use node::{Change, Discipline, NodeKind};
pub use process::{NodeId, ProcessId};
pub use record::Outcome;
pub use scenario::Scenario;
pub use source::{Birth, Scripted, Source};
pub use time::Time;
pub use transfer::Transfer;
