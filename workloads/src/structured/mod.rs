//! Structured work: processes that fork, wait for each other, or belong to users who wait for them.
//!
//! [`ForkTrees`] needs nothing of a run; [`Graphs`] and [`Closed`] have feedback: what arrives depends on what has left.
//! Whatever is random is drawn by the number of the tree, graph or user, so that no policy can shift it.

mod closed;
mod graphs;
mod trees;

pub use closed::{Closed, Users};
pub use graphs::{Graph, Graphs, Program, Task, TaskHomes};
pub use trees::{ForkTrees, Trees};

use loadlab_core::law::Law;

/// The largest count whose probability is looked at.
const LARGEST: u32 = 1_000_000;

/// E[ceil X] = sum over k >= 0 of P(X > k). A law that reaches beyond a million with any probability to speak of is
/// refused.
pub(crate) fn mean_rounded_up(law: &dyn Law) -> Result<f64, String> {
    let mut mean = 0.0;
    for k in 0..=LARGEST {
        let beyond = law.survival(f64::from(k));
        mean += beyond;
        if beyond < 1e-18 {
            return Ok(mean);
        }
    }
    Err(format!("the law of counts reaches beyond {LARGEST}: bound it"))
}
