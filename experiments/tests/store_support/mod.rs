//! Runs to store, and ways to look at what was stored.

use loadlab::results::{Run, Status};
use loadlab::store::{Mode, Store};
use loadlab_core::record::metric::METRICS;
use std::path::{Path, PathBuf};

/// The seed of all runs here, unless a test says otherwise.
pub(crate) const SEED: u64 = 20240601;

/// A run whose every field depends on cell and replication.
pub(crate) fn run(cell: u64, replication: u64) -> Run {
    let mark = (cell * 1_000_003 + replication) as f64;
    Run {
        cell: format!("{:016x}", cell.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        replication,
        seed: SEED,
        values: (0..METRICS.len()).map(|k| if k % 7 == 3 { f64::NAN } else { mark / (k + 1) as f64 }).collect(),
        processes: 10_000 + replication,
        warmup: mark / 3.0,
        horizon: mark * 2.0,
        realised_offered_load: 0.1 + mark.fract(),
        events: u64::MAX - replication,
        status: if replication.is_multiple_of(3) { Status::Censored } else { Status::Complete },
    }
}

/// A run as text in which equal means equal bits.
pub(crate) fn bits(run: &Run) -> String {
    let values: Vec<u64> = run.values.iter().map(|v| v.to_bits()).collect();
    let times = [run.warmup, run.horizon, run.realised_offered_load].map(f64::to_bits);
    let Run { cell, replication, seed, processes, events, status, .. } = run;
    format!("{cell} {replication} {seed} {processes} {events} {status:?} {times:?} {values:?}")
}

/// All runs of a store, each checked to be what [`run`] makes for its cell and replication, as (cell, replication).
pub(crate) fn stored(store: &Store, cells: u64) -> Vec<(u64, u64)> {
    let mut all = Vec::new();
    for cell in 0..cells {
        for found in store.runs(&run(cell, 0).cell, SEED) {
            let found = found.expect("an indexed record is sound");
            assert_eq!(bits(&found), bits(&run(cell, found.replication)));
            all.push((cell, found.replication));
        }
    }
    assert_eq!(all.len(), store.len(), "the store holds runs that were never stored");
    all
}

/// A store in a new folder with these runs, closed again: the folder and the path of its log.
pub(crate) fn folder_with(runs: &[(u64, u64)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = add(folder.path(), runs);
    (folder, log)
}

/// Adds runs to a store and tells the path of its log.
pub(crate) fn add(folder: &Path, runs: &[(u64, u64)]) -> PathBuf {
    let store = Store::open(folder, Mode::Write).expect("a store");
    for &(cell, replication) in runs {
        store.append(&run(cell, replication)).expect("room");
    }
    let log = store.found().log.clone();
    store.close().expect("a disk");
    log
}
