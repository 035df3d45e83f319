//! A store in good order: what goes in comes out, from many threads, merged, and with clear refusals.

mod store_support;

use loadlab::results::Run;
use loadlab::store::{Mode, Store, StoreError, merge, write_atomically};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use store_support::{SEED, add, bits, folder_with, run, stored};

fn writable(folder: &Path) -> Store {
    Store::open(folder, Mode::Write).expect("a writable store")
}

#[test]
fn runs_come_out_as_they_went_in_by_replication_whatever_the_order() {
    let (folder, _) = folder_with(&[(1, 5), (0, 2), (1, 0), (0, 1), (1, 3)]);
    let store = writable(folder.path());
    store.append(&run(0, 0)).unwrap();
    let other_seed = Run { seed: 7, ..run(1, 4) };
    store.append(&other_seed).unwrap();
    let cell = run(1, 0).cell;
    assert_eq!(store.replications(&cell, SEED), [0, 3, 5]);
    assert_eq!(store.replications(&cell, 7), [4]);
    assert_eq!(bits(&store.runs(&cell, 7).next().unwrap().unwrap()), bits(&other_seed));
    assert_eq!(store.cells(), [run(0, 0).cell, cell.clone()]);
    assert!(store.has(&cell, 4, 7) && !store.has(&cell, 4, SEED) && store.has(&cell, 5, SEED));
    assert!(!store.has("no cell", 0, SEED) && store.runs("no cell", SEED).next().is_none());
    let replications: Vec<u64> = store.runs(&cell, SEED).map(|r| r.unwrap().replication).collect();
    assert_eq!(replications, [0, 3, 5]);
    assert_eq!(store.len(), 7);
    assert!(store.found().warnings().is_empty());
}

#[test]
fn every_undefined_value_is_stored_with_the_same_bytes() {
    let with = |nan: f64| {
        let folder = tempfile::tempdir().unwrap();
        let store = writable(folder.path());
        store
            .append(&Run { realised_offered_load: nan, values: vec![nan; run(0, 0).values.len()], ..run(0, 0) })
            .unwrap();
        fs::read(&store.found().log).unwrap()
    };
    assert_eq!(with(f64::NAN), with(f64::from_bits(0xfff8_0000_0000_0001)));
}

#[test]
fn a_run_is_stored_once_and_one_that_is_none_never() {
    let (folder, log) = folder_with(&[(0, 0)]);
    let before = fs::read(&log).unwrap();
    let store = writable(folder.path());
    assert!(matches!(store.append(&run(0, 0)), Err(StoreError::Duplicate { .. })));
    for cell in ["", "0123456789abcdeF", "0123456789abcde", "0123456789abcdef0", "+123456789abcdef", "../../etc/passwd"]
    {
        let invalid = Run { cell: cell.to_owned(), ..run(0, 1) };
        assert!(matches!(store.append(&invalid), Err(StoreError::Invalid { .. })), "{cell}");
    }
    let mut short = run(0, 1);
    short.values.pop();
    assert!(matches!(store.append(&short), Err(StoreError::Invalid { .. })));
    store.close().unwrap();
    assert_eq!(fs::read(&log).unwrap(), before);
}

#[test]
fn of_many_threads_with_the_same_runs_each_run_is_stored_by_one() {
    let (folder, _) = folder_with(&[]);
    let store = writable(folder.path());
    let refused = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (store, refused) = (&store, &refused);
            scope.spawn(move || {
                for i in 0..300 {
                    let i = (i * 7 + thread * 31) % 300;
                    match store.append(&run(i % 3, i)) {
                        Ok(()) => assert!(store.has(&run(i % 3, i).cell, i, SEED)),
                        Err(StoreError::Duplicate { .. }) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    assert_eq!(refused.into_inner(), 7 * 300);
    let open = stored(&store, 3);
    store.close().unwrap();
    let again = Store::open(folder.path(), Mode::Read).unwrap();
    assert_eq!((stored(&again, 3), open.len()), (open, 300));
}

#[test]
fn reading_makes_no_files_takes_no_lock_and_refuses_to_write() {
    let empty = tempfile::tempdir().unwrap();
    let none = Store::open(&empty.path().join("results/none"), Mode::Read).unwrap();
    assert!(none.is_empty() && fs::read_dir(empty.path()).unwrap().next().is_none());
    let (folder, _) = folder_with(&[(0, 0)]);
    let writer = writable(folder.path());
    let reader = Store::open(folder.path(), Mode::Read).unwrap();
    assert!(matches!(reader.append(&run(0, 1)), Err(StoreError::ReadOnly)));
    writer.append(&run(0, 1)).unwrap();
    assert_eq!((reader.len(), Store::open(folder.path(), Mode::Read).unwrap().len()), (1, 2));
}

#[test]
fn results_of_another_version_stay_untouched_beside_the_new_and_are_reported() {
    let (folder, log) = folder_with(&[(0, 0)]);
    let other = log.with_file_name("runs-00000000000000aa.log");
    fs::rename(&log, &other).unwrap();
    let before = fs::read(&other).unwrap();
    let store = writable(folder.path());
    assert!(store.is_empty());
    assert_eq!(store.found().others, std::slice::from_ref(&other));
    assert!(store.found().warnings()[0].contains("another version"));
    store.append(&run(0, 0)).unwrap();
    drop(store);
    assert_eq!(fs::read(&other).unwrap(), before);
    fs::remove_file(&log).unwrap();
    let error = merge(&[folder.path()], folder.path()).unwrap_err();
    assert!(matches!(&error, StoreError::NothingToMerge { others, .. } if others.len() == 1), "{error}");
}

#[test]
fn a_log_deleted_while_in_use_is_noticed() {
    let (folder, log) = folder_with(&[]);
    let store = writable(folder.path());
    store.append(&run(0, 0)).unwrap();
    fs::remove_file(&log).unwrap();
    assert!(matches!(store.flush(), Err(StoreError::Vanished { .. })));
    assert!(matches!(store.append(&run(0, 1)), Err(StoreError::Vanished { .. })));
}

#[test]
fn files_where_folders_must_be_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results");
    fs::write(&file, "x").unwrap();
    for (path, mode) in [(&file, Mode::Write), (&file, Mode::Read), (&file.join("deep/er"), Mode::Write)] {
        let error = Store::open(path, mode).unwrap_err();
        assert!(matches!(&error, StoreError::NotAFolder { path } if path.starts_with(&file)), "{error:?}");
    }
    fs::write(folder.path().join("store"), "x").unwrap();
    let error = Store::open(folder.path(), Mode::Write).unwrap_err();
    assert!(matches!(error, StoreError::NotAFolder { .. }), "{error:?}");
}

#[cfg(unix)]
#[test]
fn links_inside_a_store_are_refused_and_links_above_it_followed() {
    use std::os::unix::fs::symlink;
    let (folder, log) = folder_with(&[(0, 0)]);
    let outside = tempfile::tempdir().unwrap();
    symlink(folder.path(), outside.path().join("results")).unwrap();
    assert_eq!(writable(&outside.path().join("results")).len(), 1);
    symlink(folder.path().join("store"), outside.path().join("store")).unwrap();
    for mode in [Mode::Read, Mode::Write] {
        let error = Store::open(outside.path(), mode).unwrap_err();
        assert!(matches!(error, StoreError::Symlink { .. }), "{error}");
    }
    for name in [log.as_path(), Path::new("lock")] {
        let name = log.with_file_name(name.file_name().unwrap());
        fs::rename(&name, name.with_extension("away")).unwrap();
        symlink(outside.path().join("target"), &name).unwrap();
        let error = Store::open(folder.path(), Mode::Write).unwrap_err();
        assert!(matches!(&error, StoreError::Symlink { path } if *path == name), "{error}");
        fs::remove_file(&name).unwrap();
    }
    assert!(!outside.path().join("target").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_unwritable() {
    // Not even a superuser makes folders there.
    let error = Store::open(Path::new("/sys/loadlab"), Mode::Write).unwrap_err();
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
    assert!(error.to_string().contains("/sys/loadlab") && error.to_string().contains("--out"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_sharding_merges_to_the_same_bytes(
        places in prop::collection::vec((0..4_usize, prop::option::weighted(0.2, 0..4_usize)), 1..60),
        order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(),
        early in any::<bool>(),
    ) {
        let all: Vec<(u64, u64)> = (0..places.len() as u64).map(|i| (i * 5 % 4, i * 3 % 61)).collect();
        let shards: Vec<_> = (0..4).map(|shard| {
            let here = |(run, place): (&(u64, u64), &(usize, Option<usize>))| {
                (place.0 == shard || place.1 == Some(shard)).then_some(*run)
            };
            let mut runs: Vec<_> = all.iter().zip(&places).filter_map(here).collect();
            runs.reverse();
            folder_with(&runs)
        }).collect();
        let (whole, _) = folder_with(&all);
        let (one, many) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let merged = merge(&[whole.path()], one.path()).unwrap();
        prop_assert_eq!((merged.added, merged.repeated), (all.len() as u64, 0));
        let sources: Vec<&Path> = order.iter().map(|shard| shards[*shard].0.path()).collect();
        if early {
            // A merge of all again adds only what is missing.
            merge(&sources[..2], many.path()).unwrap();
            merge(&sources, many.path()).unwrap();
        } else {
            let twice = places.iter().filter(|(a, b)| b.is_some_and(|b| b != *a)).count() as u64;
            prop_assert_eq!(merge(&sources, many.path()).unwrap().repeated, twice);
            let log = |folder: &Path| fs::read(Store::open(folder, Mode::Read).unwrap().found().log.clone()).unwrap();
            prop_assert_eq!(log(one.path()), log(many.path()));
        }
        let of = |folder: &Path| stored(&Store::open(folder, Mode::Read).unwrap(), 4);
        prop_assert_eq!(of(one.path()), of(many.path()));
    }
}

#[test]
fn different_results_of_one_run_are_not_merged_and_both_folders_are_named() {
    let (first, _) = folder_with(&[(0, 0), (0, 1)]);
    let second = tempfile::tempdir().unwrap();
    let store = writable(second.path());
    store.append(&Run { events: 1, ..run(0, 1) }).unwrap();
    store.close().unwrap();
    let target = tempfile::tempdir().unwrap();
    let error = merge(&[first.path(), second.path()], target.path()).unwrap_err().to_string();
    for part in [first.path().to_str().unwrap(), second.path().to_str().unwrap(), "replication 1", &run(0, 1).cell] {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(fs::read_dir(target.path()).unwrap().next().is_none(), "a refused merge wrote something");
    let log = add(target.path(), &[(0, 1)]);
    let before = fs::read(&log).unwrap();
    let error = merge(&[second.path()], target.path()).unwrap_err();
    assert!(matches!(&error, StoreError::Conflict { first, .. } if first == target.path()), "{error}");
    assert_eq!(fs::read(&log).unwrap(), before);
    let error = merge(&[&first.path().join("mistyped")], target.path()).unwrap_err();
    assert!(matches!(error, StoreError::NothingToMerge { .. }), "{error}");
}

#[test]
fn a_file_written_atomically_is_always_whole_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    let content = |mark: u8| vec![mark; 50_000];
    write_atomically(&path, &content(0)).unwrap();
    std::thread::scope(|scope| {
        for mark in 1..4 {
            let path = &path;
            scope.spawn(move || (0..10).for_each(|_| write_atomically(path, &content(mark)).unwrap()));
        }
        for _ in 0..200 {
            let seen = fs::read(&path).unwrap();
            assert_eq!(seen, content(seen[0]));
        }
    });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let blocked = folder.path().join("plots");
    fs::create_dir(&blocked).unwrap();
    write_atomically(&blocked, b"x").unwrap_err();
    write_atomically(&folder.path().join("missing/x"), b"x").unwrap_err();
    write_atomically(Path::new("/"), b"x").unwrap_err();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "a failed write left its temporary file");
}

#[test]
fn a_hundred_thousand_runs_are_all_found_again() {
    let (folder, log) = folder_with(&[]);
    let (cells, replications) = (1000, 100);
    let start = Instant::now();
    let store = writable(folder.path());
    for replication in 0..replications {
        (0..cells).for_each(|cell| store.append(&run(cell, replication)).unwrap());
    }
    store.close().unwrap();
    let appended = start.elapsed();
    let start = Instant::now();
    let store = Store::open(folder.path(), Mode::Read).unwrap();
    let opened = start.elapsed();
    let start = Instant::now();
    let names: Vec<String> = (0..cells).map(|cell| run(cell, 0).cell).collect();
    assert!(names.iter().all(|cell| (0..replications).all(|replication| store.has(cell, replication, SEED))));
    let asked = start.elapsed();
    let start = Instant::now();
    let read: usize = names.iter().map(|cell| store.runs(cell, SEED).filter(Result::is_ok).count()).sum();
    println!(
        "100,000 runs, {} bytes: appended in {appended:?}, opened in {opened:?}, asked for in {asked:?}, read in {:?}",
        fs::metadata(&log).unwrap().len(),
        start.elapsed()
    );
    assert_eq!((read, store.len()), (100_000, 100_000));
}
