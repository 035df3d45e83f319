//! Where the record of each run is: 24 bytes per run, sorted, so that runs come out in canonical order whatever order
//! they were appended in.
//!
//! Not here: reading records.

use super::record::Key;
use std::collections::BTreeMap;
use std::ops::Range;

/// One record of a cell. The derived order is that of the index: by seed, then replication; the first of equal keys
/// in the log comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) seed: u64,
    pub(super) replication: u64,
    pub(super) offset: u64,
}

/// The records of all cells.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted by seed and replication, no key twice (once [`Index::settle`] has run).
    cells: BTreeMap<u64, Vec<Entry>>,
}

impl Index {
    /// Adds a record in any order; [`Index::settle`] must follow the last one.
    pub(super) fn collect(&mut self, key: Key, offset: u64) {
        let entry = Entry { seed: key.seed, replication: key.replication, offset };
        self.cells.entry(key.cell).or_default().push(entry);
    }

    /// Sorts what was collected, keeps the first record of each run and counts the others.
    pub(super) fn settle(&mut self) -> u64 {
        let mut duplicates = 0;
        for entries in self.cells.values_mut() {
            let before = entries.len();
            entries.sort_unstable();
            entries.dedup_by_key(|entry| (entry.seed, entry.replication));
            entries.shrink_to_fit();
            duplicates += (before - entries.len()) as u64;
        }
        duplicates
    }

    /// Adds a record that is not there yet.
    pub(super) fn insert(&mut self, key: Key, offset: u64) {
        let entries = self.cells.entry(key.cell).or_default();
        if let Err(place) = search(entries, key) {
            entries.insert(place, Entry { seed: key.seed, replication: key.replication, offset });
        }
    }

    /// Where the record of a run begins.
    pub(super) fn find(&self, key: Key) -> Option<u64> {
        let entries = self.cells.get(&key.cell)?;
        search(entries, key).ok().map(|place| entries[place].offset)
    }

    /// The records of a cell under a seed, by replication.
    pub(super) fn of(&self, cell: u64, seed: u64) -> &[Entry] {
        let entries = self.cells.get(&cell).map_or(&[][..], Vec::as_slice);
        let range: Range<usize> =
            entries.partition_point(|entry| entry.seed < seed)..entries.partition_point(|entry| entry.seed <= seed);
        &entries[range]
    }

    /// All cells, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = u64> {
        self.cells.keys().copied()
    }

    /// All records, in canonical order: by cell, seed and replication.
    pub(super) fn records(&self) -> impl Iterator<Item = (Key, u64)> {
        self.cells.iter().flat_map(|(&cell, entries)| {
            entries.iter().map(move |e| (Key { cell, seed: e.seed, replication: e.replication }, e.offset))
        })
    }

    /// How many runs there are.
    pub(super) fn len(&self) -> usize {
        self.cells.values().map(Vec::len).sum()
    }
}

fn search(entries: &[Entry], key: Key) -> Result<usize, usize> {
    entries.binary_search_by_key(&(key.seed, key.replication), |entry| (entry.seed, entry.replication))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(cell: u64, seed: u64, replication: u64) -> Key {
        Key { cell, seed, replication }
    }

    #[test]
    fn a_run_takes_24_bytes_of_memory() {
        assert_eq!(size_of::<Entry>(), 24);
    }

    #[test]
    fn the_first_record_of_a_run_counts_and_each_later_one_is_a_duplicate() {
        let mut index = Index::default();
        for (offset, replication) in [(0, 2), (10, 1), (20, 2), (30, 2), (40, 0)] {
            index.collect(key(7, 1, replication), offset);
        }
        assert_eq!(index.settle(), 2);
        let found: Vec<_> = index.of(7, 1).iter().map(|e| (e.replication, e.offset)).collect();
        assert_eq!(found, [(0, 40), (1, 10), (2, 0)]);
        index.insert(key(7, 1, 2), 99);
        assert_eq!((index.find(key(7, 1, 2)), index.len()), (Some(0), 3));
    }

    #[test]
    fn the_runs_of_another_seed_or_cell_are_not_among_those_of_a_cell() {
        let mut index = Index::default();
        for (offset, (cell, seed)) in [(1, 1), (1, 2), (1, 3), (2, 2)].into_iter().enumerate() {
            index.insert(key(cell, seed, 0), offset as u64);
        }
        let offsets = |cell, seed| index.of(cell, seed).iter().map(|e| e.offset).collect::<Vec<_>>();
        assert_eq!((offsets(1, 2), offsets(2, 2), offsets(2, 1), offsets(3, 1)), (vec![1], vec![3], vec![], vec![]));
        assert_eq!(index.cells().collect::<Vec<_>>(), [1, 2]);
    }
}
