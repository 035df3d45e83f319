//! A damaged log: nothing wrong is believed, nothing sound is lost.

mod store_support;

use loadlab::store::{Mode, Place, Store, StoreError};
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use store_support::{add, folder_with, stored};
use tempfile::TempDir;

const CELLS: u64 = 3;

/// Runs in an order that is not that of replications.
fn some(count: u64) -> Vec<(u64, u64)> {
    (0..count).map(|i| (i * 7 % CELLS, (count - i) * 11)).collect()
}

/// The runs of [`LOG`].
const COUNT: u64 = 12;

/// The name and the bytes of a log of `some(COUNT)`, made once: bringing logs to the disk takes long.
static LOG: LazyLock<(PathBuf, Vec<u8>)> = LazyLock::new(|| {
    let (folder, log) = folder_with(&some(COUNT));
    (log.strip_prefix(folder.path()).unwrap().to_owned(), fs::read(&log).unwrap())
});

/// Bytes of the header and of one record.
static SIZES: LazyLock<(usize, usize)> = LazyLock::new(|| {
    let header = fs::metadata(folder_with(&[]).1).unwrap().len() as usize;
    (header, (LOG.1.len() - header) / COUNT as usize)
});

/// The bytes of a log of the first runs of `some(COUNT)`.
fn whole(count: usize) -> &'static [u8] {
    let (header, record) = *SIZES;
    &LOG.1[..header + count * record]
}

/// A store whose log has these bytes: the folder and the path of the log.
fn folder_of(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join(&LOG.0);
    fs::create_dir_all(log.parent().unwrap()).unwrap();
    fs::write(&log, bytes).unwrap();
    (folder, log)
}

fn read(folder: &Path) -> Store {
    Store::open(folder, Mode::Read).expect("a readable store")
}

fn sorted(mut runs: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    runs.sort_unstable();
    runs
}

#[test]
fn a_log_cut_at_any_byte_keeps_every_whole_record_and_goes_on() {
    let all = some(COUNT)[..3].to_vec();
    let (header, record) = *SIZES;
    let whole = whole(3);
    let (folder, log) = folder_of(whole);
    for cut in 0..=whole.len() {
        fs::write(&log, &whole[..cut]).unwrap();
        let kept = cut.saturating_sub(header) / record;
        let store = read(folder.path());
        assert_eq!(stored(&store, CELLS), sorted(all[..kept].to_vec()), "cut at {cut}");
        let clean = cut >= header && (cut - header).is_multiple_of(record);
        assert_eq!(store.found().damages.is_empty(), clean, "cut at {cut}");
        assert_eq!(fs::metadata(&log).unwrap().len(), cut as u64, "reading changed the log");
        // Bringing each to the disk takes long: not at every byte.
        if cut % 61 == 0 || clean {
            add(folder.path(), &all[kept..]);
            assert_eq!(fs::read(&log).unwrap(), whole, "resumed after a cut at {cut}");
        }
    }
}

#[test]
fn damage_is_reported_with_its_place_and_length() {
    let (header, record) = *SIZES;
    let (folder, log) = folder_with(&some(5));
    let mut bytes = fs::read(&log).unwrap();
    bytes[3] ^= 1;
    bytes[header + record + 20] ^= 128;
    bytes.truncate(bytes.len() - 7);
    fs::write(&log, &bytes).unwrap();
    let store = read(folder.path());
    let places: Vec<_> =
        store.found().damages.iter().map(|d| (d.place, d.offset as usize, d.length as usize)).collect();
    let expected = [
        (Place::Header, 0, header),
        (Place::Middle, header + record, record),
        (Place::Tail, header + 4 * record, record - 7),
    ];
    assert_eq!(places, expected);
    assert_eq!(store.found().warnings().len(), 3);
    assert!(store.found().warnings()[1].contains(&format!("{record} bytes at byte {}", header + record)));
    assert_eq!(store.len(), 3);
}

#[test]
fn a_file_that_is_no_log_is_refused_and_left_as_it_is() {
    let (folder, log) = folder_with(&[]);
    let letter = "Dear diary, these are all my results of the year, please do not overwrite them.\n";
    fs::write(&log, letter).unwrap();
    for mode in [Mode::Read, Mode::Write] {
        let error = Store::open(folder.path(), mode).unwrap_err();
        assert!(matches!(&error, StoreError::NotAStore { path } if *path == log), "{error}");
    }
    assert_eq!(fs::read_to_string(&log).unwrap(), letter);
}

#[test]
fn a_record_damaged_while_the_store_is_open_is_an_error_and_not_a_wrong_run() {
    let (header, record) = *SIZES;
    let (folder, log) = folder_with(&[(0, 0), (0, 1), (0, 2)]);
    let store = read(folder.path());
    let mut bytes = fs::read(&log).unwrap();
    bytes[header + record + 100] ^= 4;
    bytes.truncate(header + 3 * record - 1);
    fs::write(&log, &bytes).unwrap();
    let runs: Vec<_> = store.runs(&store.cells()[0], store_support::SEED).collect();
    assert!(runs[0].is_ok());
    for (k, run) in runs.iter().enumerate().skip(1) {
        let at = (header + k * record) as u64;
        assert!(matches!(run, Err(StoreError::Damaged { offset, .. }) if *offset == at), "{run:?}");
    }
}

#[test]
fn records_that_repeat_a_run_are_ignored_and_counted() {
    let (header, record) = *SIZES;
    let all = some(4);
    let (folder, log) = folder_with(&all);
    let mut bytes = fs::read(&log).unwrap();
    bytes.extend_from_within(header..header + 2 * record);
    fs::write(&log, &bytes).unwrap();
    let store = read(folder.path());
    assert_eq!(store.found().duplicates, 2);
    assert!(store.found().damages.is_empty());
    assert_eq!(stored(&store, CELLS), sorted(all));
}

/// One thing that happens to a file.
#[derive(Clone, Debug)]
enum Accident {
    Flip(Index, u8),
    Overwrite(Index, Vec<u8>),
    Delete(Index, usize),
    Insert(Index, Vec<u8>),
    Truncate(Index),
}

fn accident() -> impl Strategy<Value = Accident> {
    let bytes = || prop::collection::vec(any::<u8>(), 1..900);
    prop_oneof![
        (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Accident::Flip(at, bit)),
        (any::<Index>(), bytes()).prop_map(|(at, bytes)| Accident::Overwrite(at, bytes)),
        // What a disk leaves of blocks that never arrived.
        (any::<Index>(), 1..2000_usize).prop_map(|(at, length)| Accident::Overwrite(at, vec![0; length])),
        (any::<Index>(), 1..900_usize).prop_map(|(at, length)| Accident::Delete(at, length)),
        (any::<Index>(), bytes()).prop_map(|(at, bytes)| Accident::Insert(at, bytes)),
        any::<Index>().prop_map(Accident::Truncate),
    ]
}

/// Does it to a file of which each byte knows where it was: `None` for bytes that were not there.
fn happen(file: &mut Vec<(u8, Option<usize>)>, accident: Accident) {
    let foreign = |bytes: Vec<u8>| bytes.into_iter().map(|byte| (byte, None));
    if file.is_empty() {
        return;
    }
    match accident {
        Accident::Flip(at, bit) => {
            let at = at.index(file.len());
            file[at] = (file[at].0 ^ 1 << bit, None);
        }
        Accident::Overwrite(at, bytes) => {
            let at = at.index(file.len());
            let end = file.len().min(at + bytes.len());
            file.splice(at..end, foreign(bytes));
        }
        Accident::Delete(at, length) => {
            let at = at.index(file.len());
            file.drain(at..file.len().min(at + length));
        }
        Accident::Insert(at, bytes) => {
            let at = at.index(file.len());
            file.splice(at..at, foreign(bytes));
        }
        Accident::Truncate(at) => file.truncate(at.index(file.len())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_to_a_log_untouched_records_survive_and_nothing_else_is_read(
        count in 0..=COUNT as usize,
        accidents in prop::collection::vec(accident(), 1..4),
        write in prop::bool::weighted(0.1),
    ) {
        let (header, record) = *SIZES;
        let all = some(COUNT)[..count].to_vec();
        let mut file: Vec<_> = whole(count).iter().enumerate().map(|(at, byte)| (*byte, Some(at))).collect();
        for accident in accidents {
            happen(&mut file, accident);
        }
        let bytes: Vec<u8> = file.iter().map(|(byte, _)| *byte).collect();
        let places: Vec<_> = file.iter().map(|(_, place)| *place).collect();
        let (folder, _) = folder_of(&bytes);
        // A record survives if all of it is there in one piece.
        let untouched = |k: usize| {
            let start = header + k * record;
            places.iter().position(|p| *p == Some(start)).is_some_and(|at| {
                places[at..].len() >= record && (0..record).all(|i| places[at + i] == Some(start + i))
            })
        };
        let survivors: Vec<_> = (0..all.len()).filter(|k| untouched(*k)).map(|k| all[k]).collect();
        match Store::open(folder.path(), if write { Mode::Write } else { Mode::Read }) {
            // `stored` checks that every run read is one that was written. A flip may undo another.
            Ok(store) => {
                let found = stored(&store, CELLS);
                prop_assert!(survivors.iter().all(|run| found.contains(run)), "{survivors:?} {found:?}");
                prop_assert!(found.iter().all(|run| all.contains(run)));
                if write {
                    for &(cell, replication) in all.iter().filter(|run| !found.contains(run)) {
                        store.append(&store_support::run(cell, replication)).unwrap();
                    }
                    store.close().unwrap();
                    prop_assert_eq!(stored(&read(folder.path()), CELLS), sorted(all));
                }
            }
            Err(error) => {
                prop_assert!(matches!(error, StoreError::NotAStore { .. }) && survivors.is_empty(), "{error}");
            }
        }
    }
}
