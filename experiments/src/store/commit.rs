//! Group commit: brings what was written to the disk at most about once a second, in a thread of its own, so that no
//! run waits for a disk and a power cut loses at most a second of finished runs.
//!
//! Not here: writing (`log`).

use super::error::StoreError;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the first record that is not yet on the disk waits for others. The rest of the second is for the disk.
const INTERVAL: Duration = Duration::from_millis(750);

/// Brings a log to the disk from time to time, and at the latest when it is dropped.
#[derive(Debug)]
pub(super) struct Committer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    file: File,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Debug)]
struct State {
    /// Bytes of the log that are written.
    written: u64,
    /// Bytes of the log that are on the disk.
    synced: u64,
    closing: bool,
    /// The first failure. It stays: after a failed sync nobody knows what the disk holds.
    failed: Option<Failure>,
}

#[derive(Clone, Debug)]
enum Failure {
    Vanished,
    Io(ErrorKind, String),
}

impl Committer {
    /// For the log at `path`, open as `file`, of which `written` bytes are on the disk.
    pub(super) fn start(path: &Path, file: File, written: u64) -> io::Result<Self> {
        let state = Mutex::new(State { written, synced: written, closing: false, failed: None });
        let shared = Arc::new(Shared { path: path.to_owned(), file, state, wake: Condvar::new() });
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || own.work())?;
        Ok(Committer { shared, thread: Some(thread) })
    }

    /// Tells that the log is written up to `end`, and how earlier syncs went.
    pub(super) fn written(&self, end: u64) -> Result<(), StoreError> {
        let mut state = self.shared.state();
        state.written = state.written.max(end);
        self.shared.wake.notify_one();
        self.shared.outcome(&state)
    }

    /// Brings everything written so far to the disk now.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.shared.sync()
    }

    /// How the syncs so far went.
    pub(super) fn outcome(&self) -> Result<(), StoreError> {
        self.shared.outcome(&self.shared.state())
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // Its failures are in the state.
            let _ = thread.join();
        }
        // Who wants to know of an error calls `sync` before.
        let _ = self.shared.sync();
    }
}

impl Shared {
    /// The life of the thread.
    fn work(&self) {
        loop {
            let idle = |state: &mut State| state.written == state.synced && !state.closing;
            let state = self.wake.wait_while(self.state(), idle).unwrap_or_else(PoisonError::into_inner);
            let waited = self.wake.wait_timeout_while(state, INTERVAL, |state| !state.closing);
            let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            let closing = state.closing;
            drop(state);
            if closing || self.sync().is_err() {
                return;
            }
        }
    }

    /// Syncs without holding the state, so that writers go on meanwhile.
    fn sync(&self) -> Result<(), StoreError> {
        let state = self.state();
        let written = state.written;
        if state.failed.is_some() || state.synced == written {
            return self.outcome(&state);
        }
        drop(state);
        let result = self.file.sync_data().map_err(|error| Failure::Io(error.kind(), error.to_string()));
        let result = result.and_then(|()| self.still_there(written));
        let mut state = self.state();
        match result {
            Ok(()) => state.synced = state.synced.max(written),
            Err(failure) => state.failed = Some(failure),
        }
        self.outcome(&state)
    }

    /// A file deleted under our hands goes on taking records that nobody will ever read.
    fn still_there(&self, written: u64) -> Result<(), Failure> {
        match fs::metadata(&self.path) {
            Ok(metadata) if metadata.len() >= written => Ok(()),
            _ => Err(Failure::Vanished),
        }
    }

    fn outcome(&self, state: &State) -> Result<(), StoreError> {
        match state.failed.clone() {
            None => Ok(()),
            Some(Failure::Vanished) => Err(StoreError::Vanished { path: self.path.clone() }),
            Some(Failure::Io(kind, text)) => {
                Err(StoreError::from_io("bring to the disk", &self.path, io::Error::new(kind, text)))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// Waits until the committer did something by itself.
    fn wait_until(committer: &Committer, done: impl Fn(&State) -> bool) -> Duration {
        let start = Instant::now();
        while !done(&committer.shared.state()) {
            assert!(start.elapsed() < Duration::from_secs(20), "nothing was brought to the disk");
            std::thread::sleep(Duration::from_millis(5));
        }
        start.elapsed()
    }

    fn committer(length: u64) -> (tempfile::TempDir, Committer) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let file = File::create(&path).unwrap();
        file.set_len(length).unwrap();
        (folder, Committer::start(&path, file, 0).unwrap())
    }

    #[test]
    fn what_was_written_reaches_the_disk_together_and_unasked() {
        let (_folder, committer) = committer(30);
        let start = Instant::now();
        (1..=30).for_each(|end| committer.written(end).unwrap());
        wait_until(&committer, |state| state.synced > 0);
        assert!(start.elapsed() >= INTERVAL, "a record did not wait for others");
        assert_eq!(committer.shared.state().synced, 30);
    }

    #[test]
    fn a_failure_in_the_background_is_told_to_the_next_writer_and_to_every_one_after() {
        let (_folder, committer) = committer(30);
        committer.written(31).unwrap();
        wait_until(&committer, |state| state.failed.is_some());
        for _ in 0..2 {
            assert!(matches!(committer.written(32), Err(StoreError::Vanished { .. })));
            assert!(matches!(committer.sync(), Err(StoreError::Vanished { .. })));
        }
    }
}
