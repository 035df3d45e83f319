//! One writer per store: a lock of the kernel on a file, which ends with the process however it ends.
//!
//! The text in the file only names the holder for others to read; it locks nothing.

use super::error::StoreError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

/// The longest text about a holder that is believed, in bytes.
const LONGEST_HOLDER: usize = 200;

/// The right to write a store, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or tells who holds it.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let error = |source| StoreError::from_io("lock", path, source);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked { path: path.to_owned(), holder: holder(path) });
            }
            Err(TryLockError::Error(source)) => return Err(error(source)),
        }
        let mut lock = Lock { file };
        // Only for others to read: a full disk must not keep anybody from a lock.
        let _ = lock.file.set_len(0);
        let _ = lock.file.write_all(signature().as_bytes());
        Ok(lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The kernel frees the lock when the file closes; the name of the holder goes first.
        let _ = self.file.set_len(0);
    }
}

/// Who we are.
fn signature() -> String {
    let process = std::process::id();
    match fs::read_to_string("/proc/sys/kernel/hostname") {
        Ok(machine) => format!("process {process} on {}", machine.trim()),
        Err(_) => format!("process {process}"),
    }
}

/// Who the holder says it is.
fn holder(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let plausible = text.starts_with("process ") && text.len() <= LONGEST_HOLDER && !text.chars().any(char::is_control);
    plausible.then_some(text)
}
