//! Joins the stores of shards: any sharding of the same runs gives the same store, byte by byte.
//!
//! Not here: whether the joined runs are all that the experiment needs.

use super::error::StoreError;
use super::found::Found;
use super::opened::{Mode, Store};
use super::record::Key;
use std::path::Path;

/// What a merge did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Runs added to the target.
    pub added: u64,
    /// Runs that were found more than once, with the same result.
    pub repeated: u64,
    /// What opening the sources found, in their order, and last the target.
    pub found: Vec<Found>,
}

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Located {
    key: Key,
    source: usize,
    offset: u64,
}

/// Adds the runs of the stores in the folders `sources` to that in `target`, which is made if missing. Nothing is
/// added if two of them hold different results of one run.
pub fn merge(sources: &[&Path], target: &Path) -> Result<Merged, StoreError> {
    let stores = sources.iter().map(|folder| open_source(folder)).collect::<Result<Vec<_>, _>>()?;
    let mut readers: Vec<_> = stores.iter().map(Store::reader).collect();
    let located = locate(&stores);
    let mut repeated = 0;
    for pair in located.windows(2).filter(|pair| pair[0].key == pair[1].key) {
        let [first, second] = [pair[0], pair[1]];
        let payload = readers[first.source].payload(first.key, first.offset)?.to_vec();
        if readers[second.source].payload(second.key, second.offset)? != payload {
            return Err(conflict(first.key, sources[first.source], sources[second.source]));
        }
        repeated += 1;
    }
    let joined = Store::open(target, Mode::Write)?;
    let mut present = joined.reader();
    let mut missing = Vec::new();
    for first in located.chunk_by(|a, b| a.key == b.key).map(|run| run[0]) {
        let Some(offset) = joined.find(first.key) else {
            missing.push(first);
            continue;
        };
        if present.payload(first.key, offset)? != readers[first.source].payload(first.key, first.offset)? {
            return Err(conflict(first.key, target, sources[first.source]));
        }
        repeated += 1;
    }
    for run in &missing {
        joined.append(&readers[run.source].run(run.key, run.offset)?)?;
    }
    let found = stores.iter().chain([&joined]).map(|store| store.found().clone()).collect();
    joined.close()?;
    Ok(Merged { added: missing.len() as u64, repeated, found })
}

/// Every record of every store, in canonical order.
fn locate(stores: &[Store]) -> Vec<Located> {
    let of = |(source, store): (usize, &Store)| {
        store.records().into_iter().map(move |(key, offset)| Located { key, source, offset })
    };
    let mut located: Vec<Located> = stores.iter().enumerate().flat_map(of).collect();
    located.sort_unstable();
    located
}

/// A store to merge from must have been written: a mistyped folder is no empty shard.
fn open_source(folder: &Path) -> Result<Store, StoreError> {
    let store = Store::open(folder, Mode::Read)?;
    if store.found().log.exists() {
        return Ok(store);
    }
    Err(StoreError::NothingToMerge { path: folder.to_owned(), others: store.found().others.clone() })
}

fn conflict(key: Key, first: &Path, second: &Path) -> StoreError {
    StoreError::Conflict { key, first: first.to_owned(), second: second.to_owned() }
}
