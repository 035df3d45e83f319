//! The full record of one run, for people: Perfetto and Paje files to look at, and the reasons why a process went where
//! it went. Also what a decision looks like on a line of `decisions.jsonl`.
//!
//! Not here: tables (`results`), and finding the run that is wanted (`cli`).

mod clock;
mod explain;
mod paje;
mod perfetto;
mod recorder;
mod seen;
mod slots;
mod words;

pub use clock::{Nanos, Window};
pub use explain::Explainer;
pub use recorder::{Drawn, MOST_EVENTS, Tracer};
pub use seen::{DECISIONS, Known, MOST_LISTED, Order, Placed, Seen, Stay};
