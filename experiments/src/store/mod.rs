//! The durable store of finished runs: what was finished stays finished, whatever happens to the process.
//!
//! `results/NAME/store/` holds one log per version of loadlab (`runs-FINGERPRINT.log`), a lock, and a folder for records of
//! single runs. A log is a header
//! and one record per run, in the order in which the runs finished. A record is written in one piece when its run
//! completes, so that a killed process loses nothing; a power cut loses at most a second (`commit`). Records carry
//! checksums: a torn or damaged one is found, reported and never believed (`scan`). Tables are made from the store
//! and can be made again at any time.
//!
//! ```no_run
//! # use loadlab::store::{Mode, Store, StoreError};
//! # fn example(run: loadlab::results::Run) -> Result<(), StoreError> {
//! let store = Store::open("results/mine".as_ref(), Mode::Write)?;
//! for warning in store.found().warnings() {
//!     eprintln!("{warning}");
//! }
//! if !store.has(&run.cell, run.replication, run.seed) {
//!     store.append(&run)?; // from any thread
//! }
//! for run in store.runs(&run.cell, run.seed) {
//!     println!("{}", run?.events);
//! }
//! store.close()
//! # }
//! ```
//!
//! Not here: which runs are needed (the runner), tables, plots and the manifest (`results`), which are written with
//! [`write_atomically`].

mod atomic;
mod commit;
mod error;
mod folder;
mod found;
mod frame;
mod index;
mod lock;
mod log;
mod merge;
mod opened;
mod read;
mod record;
mod scan;
mod schema;

pub(crate) use atomic::provide_folder;
pub use atomic::{AtomicFile, write_atomically};
pub use error::StoreError;
pub(crate) use folder::records;
pub use found::{Damage, Found, Place};
pub use merge::{Merged, merge};
pub use opened::{Mode, Store};
pub use read::Runs;
pub use record::Key;
pub use schema::RESULTS_VERSION;
