//! Small files that are either the old or the new one, never half of it, whenever the power fails.
//!
//! Also folders that survive a power cut. Not here: the log, which grows by records (`log`).

use super::error::StoreError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes `bytes` the content of the file at `path`: written beside it under another name, brought to the disk, then
/// renamed. A symbolic link at `path` is replaced, not followed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let error = |source| StoreError::from_io("write", path, source);
    let name = path.file_name().ok_or_else(|| error(io::ErrorKind::InvalidFilename.into()))?;
    let temporary = path.with_file_name(temporary_name(name));
    let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(source) = written {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
        return Err(error(source));
    }
    sync_folder(folder_of(path)).map_err(error)
}

/// A name that no other writer uses: hidden, with the process and a count.
fn temporary_name(name: &std::ffi::OsStr) -> OsString {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    temporary
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What is there under this name is what a killed process of the same number left.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder and those above it, and brings their names to the disk.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let missing: Vec<PathBuf> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect();
    fs::create_dir_all(path)?;
    missing.iter().try_for_each(|folder| sync_folder(folder_of(folder)))
}

/// The folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Brings the names in a folder to the disk, where the system has a way to.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
