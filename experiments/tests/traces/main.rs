//! What `loadlab trace` draws and tells of one run: the files keep the rules of their formats, every process is drawn
//! where it was at every instant, and decisions are written down with what was known.
//!
//! Not here: whether the run itself is right.

mod chaotic;
mod decisions;
mod drawn;
mod explained;
mod paje;
mod perfetto;
mod wrong;

#[path = "../../../sim-core/tests/common/mod.rs"]
mod common;
#[path = "../cli_runs/support.rs"]
#[allow(dead_code)]
mod support;
