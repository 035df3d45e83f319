//! Small files that are either the old or the new one, never half of it, whenever the power fails.
//!
//! Large ones are written piece by piece. Also folders that survive a power cut. Not here: the log, which grows by records (`log`).

use super::error::StoreError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes `bytes` the content of the file at `path`: written beside it under another name, brought to the disk, then
/// renamed. A symbolic link at `path` is replaced, not followed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|source| StoreError::from_io("write", path, source))?;
    file.commit()
}

/// A file that is written piece by piece under another name and takes its own when it is whole. Dropped before that, it
/// leaves nothing.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    temporary: PathBuf,
    writer: BufWriter<File>,
}

impl AtomicFile {
    /// Begins the file at `path`, whose folder must exist.
    pub fn create(path: &Path) -> Result<AtomicFile, StoreError> {
        let error = |source| StoreError::from_io("write", path, source);
        let name = path.file_name().ok_or_else(|| error(io::ErrorKind::InvalidFilename.into()))?;
        let temporary = path.with_file_name(temporary_name(name));
        let writer = BufWriter::new(create_new(&temporary).map_err(error)?);
        Ok(AtomicFile { path: path.to_owned(), temporary, writer })
    }

    /// Brings it to the disk and gives it its name.
    pub fn commit(mut self) -> Result<(), StoreError> {
        let whole = self.writer.flush().and_then(|()| self.writer.get_ref().sync_all());
        let named = whole.and_then(|()| fs::rename(&self.temporary, &self.path));
        named.and_then(|()| sync_folder(folder_of(&self.path))).map_err(|e| self.error(e))
    }

    /// An error of writing, as one of the store.
    pub fn error(&self, source: io::Error) -> StoreError {
        StoreError::from_io("write", &self.path, source)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit nothing has this name any more; after a failure the first error is the one to tell.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A name that no other writer uses: hidden, with the process and a count.
fn temporary_name(name: &std::ffi::OsStr) -> OsString {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    temporary
}

fn create_new(path: &Path) -> io::Result<File> {
    // What is there under this name is what a killed process of the same number left.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
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

/// Removes from a folder what killed processes left of files that they had not finished. Only for who holds the lock.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_temporary) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a name is one of [`temporary_name`].
fn is_temporary(name: &str) -> bool {
    let parts = name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp"));
    let numbers: Vec<&str> = parts.map_or(Vec::new(), |parts| parts.rsplitn(3, '.').collect());
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.len() == 3 && numbers[..2].iter().all(digits)
}

/// Makes a folder for results if it is missing.
pub(crate) fn provide_folder(path: &Path) -> Result<(), StoreError> {
    make_folder(path).map_err(|source| StoreError::from_io("make the folder", path, source))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_committed_leaves_nothing_and_the_old_one_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("table.csv");
        write_atomically(&path, b"old").expect("a file");
        let mut file = AtomicFile::create(&path).expect("a file");
        file.write_all(b"half").expect("room");
        drop(file);
        assert_eq!(fs::read(&path).expect("a file"), b"old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let left = temporary_name("table.csv".as_ref());
        for name in [left.to_str().expect("text"), "table.csv", ".hidden.tmp", "notes.1.2.tmp", ".a.x.2.tmp"] {
            fs::write(folder.path().join(name), "").expect("a file");
        }
        sweep(folder.path()).expect("no error");
        assert!(!folder.path().join(&left).exists());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 4);
        sweep(&folder.path().join("missing")).expect("nothing to do");
    }
}
