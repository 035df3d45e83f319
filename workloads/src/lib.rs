//! The workloads of loadlab: where processes come from. A workload is a [`loadlab_core::Source`].
//!
//! Not here: the laws (in `loadlab_core::law`), and opening files.

pub mod arrivals;
mod recent;
pub mod structured;
mod synthetic;
pub mod trace;
pub mod traits;

pub use synthetic::{Homes, Realised, Recipe, Synthetic};
pub use traits::Traits;
