//! The store itself: opening, asking, appending, closing. The parts it is made of have files of their own.

use super::atomic::write_atomically;
use super::commit::Committer;
use super::error::StoreError;
use super::folder::Folder;
use super::found::{Damage, Found, Place};
use super::frame::Framing;
use super::index::Index;
use super::lock::Lock;
use super::log::Log;
use super::read::{Reader, Runs};
use super::record::{self, Key};
use super::scan::{Scan, scan};
use super::schema::{HEADER, Schema};
use crate::results::Run;
use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only asking. Takes no lock, changes nothing, works beside a process that writes; runs that finish later are
    /// not seen. A folder without a store is a store without runs.
    Read,
    /// Asking and appending. Makes the store if there is none; no other process can write it meanwhile.
    Write,
}

/// The finished runs of one folder of results.
#[derive(Debug)]
pub struct Store {
    log: std::path::PathBuf,
    schema: Schema,
    framing: Framing,
    found: Found,
    state: Mutex<State>,
    // In this order: everything is on the disk before another process may write.
    committer: Option<Committer>,
    _lock: Option<Lock>,
}

#[derive(Debug)]
struct State {
    index: Index,
    /// The writing end, in [`Mode::Write`].
    log: Option<Log<File>>,
}

impl Store {
    /// Opens the store in a folder of results, usually `results/NAME`.
    pub fn open(results: &Path, mode: Mode) -> Result<Store, StoreError> {
        Store::open_as(results, mode, Schema::current())
    }

    fn open_as(results: &Path, mode: Mode, schema: Schema) -> Result<Store, StoreError> {
        let folder = Folder::new(results, &schema);
        match mode {
            Mode::Read => Store::open_read(&folder, schema),
            Mode::Write => Store::open_write(&folder, schema),
        }
    }

    fn open_read(folder: &Folder, schema: Schema) -> Result<Store, StoreError> {
        let mut store = Store::empty(folder, schema)?;
        if folder.has_log()? {
            let file = File::open(&folder.log).map_err(|source| StoreError::from_io("read", &folder.log, source))?;
            store.load(&file)?;
        }
        Ok(store)
    }

    fn open_write(folder: &Folder, schema: Schema) -> Result<Store, StoreError> {
        folder.make()?;
        let lock = Lock::take(&folder.lock)?;
        folder.sweep()?;
        let mut store = Store::empty(folder, schema)?;
        if !folder.has_log()? {
            write_atomically(&folder.log, &store.schema.header())?;
        }
        let error = |source| StoreError::from_io("write", &folder.log, source);
        let open = || OpenOptions::new().read(true).write(true).open(&folder.log).map_err(error);
        let mut file = open()?;
        let scan = store.load(&file)?;
        let mut end = scan.end;
        if !scan.header && scan.records == 0 {
            // Not even the header is whole: nothing was ever stored.
            write_atomically(&folder.log, &store.schema.header())?;
            (file, end) = (open()?, HEADER as u64);
        }
        let log = Log::resume(file.try_clone().map_err(error)?, end).map_err(error)?;
        // What an earlier process wrote before it was killed may not be on the disk yet; nor is a cut.
        file.sync_all().map_err(error)?;
        store.committer = Some(Committer::start(&folder.log, file, end).map_err(error)?);
        store.state.get_mut().unwrap_or_else(PoisonError::into_inner).log = Some(log);
        store._lock = Some(lock);
        Ok(store)
    }

    fn empty(folder: &Folder, schema: Schema) -> Result<Store, StoreError> {
        Ok(Store {
            log: folder.log.clone(),
            framing: Framing::new(&schema),
            schema,
            found: Found { log: folder.log.clone(), others: folder.others()?, ..Found::default() },
            state: Mutex::new(State { index: Index::default(), log: None }),
            committer: None,
            _lock: None,
        })
    }

    /// Fills the index from the log.
    fn load(&mut self, file: &File) -> Result<Scan, StoreError> {
        let mut index = Index::default();
        let collect = |offset, payload: &[u8]| {
            if let Some(key) = record::key(payload) {
                index.collect(key, offset);
            }
        };
        let scan = scan(file, &self.schema.header(), self.framing, collect)
            .map_err(|source| StoreError::from_io("read", &self.log, source))?;
        if !scan.header && scan.records == 0 && scan.length > HEADER as u64 {
            return Err(StoreError::NotAStore { path: self.log.clone() });
        }
        self.found.duplicates = index.settle();
        self.found.damages = damages(&scan);
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).index = index;
        Ok(scan)
    }

    /// What opening found beside the runs.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// How many runs there are.
    pub fn len(&self) -> usize {
        self.state().index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this run is there.
    pub fn has(&self, cell: &str, replication: u64, seed: u64) -> bool {
        let key = record::cell_number(cell).map(|cell| Key { cell, seed, replication });
        key.is_some_and(|key| self.state().index.find(key).is_some())
    }

    /// The cells that have runs, under whichever seed, in order.
    pub fn cells(&self) -> Vec<String> {
        self.state().index.cells().map(record::cell_name).collect()
    }

    /// The replications of a cell under a seed, in order.
    pub fn replications(&self, cell: &str, seed: u64) -> Vec<u64> {
        let state = self.state();
        let entries = record::cell_number(cell).map_or(&[][..], |cell| state.index.of(cell, seed));
        entries.iter().map(|entry| entry.replication).collect()
    }

    /// The runs of a cell under a seed, in order of replication, read one by one.
    pub fn runs(&self, cell: &str, seed: u64) -> Runs {
        let number = record::cell_number(cell);
        let entries = number.map_or(Vec::new(), |cell| self.state().index.of(cell, seed).to_vec());
        Runs { reader: self.reader(), cell: number.unwrap_or_default(), entries: entries.into_iter() }
    }

    /// Stores a finished run: after this, killing the process does not lose it. Any thread may call it.
    pub fn append(&self, run: &Run) -> Result<(), StoreError> {
        let committer = self.committer.as_ref().ok_or(StoreError::ReadOnly)?;
        committer.outcome()?;
        let (bytes, key) = self.framing.frame(|out| record::encode(run, self.schema.metrics, out))?;
        let end = {
            let mut state = self.state();
            if state.index.find(key).is_some() {
                return Err(StoreError::Duplicate { key });
            }
            let log = state.log.as_mut().ok_or(StoreError::ReadOnly)?;
            let offset = log.append(&bytes).map_err(|source| StoreError::from_io("write", &self.log, source))?;
            let end = log.end();
            state.index.insert(key, offset);
            end
        };
        committer.written(end)
    }

    /// Brings all runs stored so far to the disk.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.committer.as_ref().map_or(Ok(()), Committer::sync)
    }

    /// Flushes, tells whether that worked, and lets the next process write. Dropping does the same in silence.
    pub fn close(self) -> Result<(), StoreError> {
        self.flush()
    }

    /// Every record in canonical order, and where it is.
    pub(super) fn records(&self) -> Vec<(Key, u64)> {
        self.state().index.records().collect()
    }

    /// Where the record of a run is.
    pub(super) fn find(&self, key: Key) -> Option<u64> {
        self.state().index.find(key)
    }

    /// Reads records of this store.
    pub(super) fn reader(&self) -> Reader {
        Reader::new(&self.log, self.framing)
    }

    /// Nothing that holds the state can panic half-way, so a poisoned one is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a scan says about damage.
fn damages(scan: &Scan) -> Vec<Damage> {
    let place = |offset| if offset == 0 { Place::Header } else { Place::Middle };
    let mut damages: Vec<Damage> =
        scan.gaps.iter().map(|&(offset, length)| Damage { offset, length, place: place(offset) }).collect();
    if scan.end < scan.length || !scan.header && scan.records == 0 {
        let place = if scan.end == 0 { Place::Header } else { Place::Tail };
        damages.push(Damage { offset: scan.end, length: scan.length - scan.end, place });
    }
    damages
}
