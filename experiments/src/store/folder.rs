//! The folder of a store: which files are in it, and whether they are what they must be.
//!
//! Not here: what the files hold.

use super::atomic::{make_folder, sweep};
use super::error::StoreError;
use super::schema::Schema;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of the store in a folder of results.
const NAME: &str = "store";
/// The name of the lock in a store.
const LOCK: &str = "lock";

/// The name of the folder in a store that holds records of single runs.
const RECORDS: &str = "records";

/// Where records of single runs are kept in a folder of results.
pub(crate) fn records(results: &Path) -> PathBuf {
    results.join(NAME).join(RECORDS)
}

/// The paths of a store.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The log of this schema.
    pub(super) log: PathBuf,
    /// The file that is locked.
    pub(super) lock: PathBuf,
}

impl Folder {
    /// The store in a folder of results.
    pub(super) fn new(results: &Path, schema: &Schema) -> Self {
        let path = results.join(NAME);
        Folder { log: path.join(schema.file_name()), lock: path.join(LOCK), path }
    }

    /// Makes it if it is missing, and checks that writing into it stays in it.
    pub(super) fn make(&self) -> Result<(), StoreError> {
        if !self.exists()? {
            make_folder(&self.path).map_err(|source| match source.kind() {
                ErrorKind::AlreadyExists => StoreError::NotAFolder { path: self.path.clone() },
                _ => StoreError::from_io("make the folder", &self.path, source),
            })?;
        }
        self.has_log()?;
        is_there(&self.lock).map(drop)
    }

    /// Removes what killed processes left: beside the store, in it, and among the records.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        let beside = self.path.parent().map(Path::to_path_buf).unwrap_or_default();
        for folder in [beside, self.path.clone(), self.path.join(RECORDS)] {
            sweep(&folder).map_err(|source| StoreError::from_io("tidy the folder", &folder, source))?;
        }
        Ok(())
    }

    /// Whether there is such a folder.
    fn exists(&self) -> Result<bool, StoreError> {
        match is_there(&self.path)? {
            Some(kind) if kind.is_dir() => Ok(true),
            Some(_) => Err(StoreError::NotAFolder { path: self.path.clone() }),
            None => Ok(false),
        }
    }

    /// Whether there is a log of this schema.
    pub(super) fn has_log(&self) -> Result<bool, StoreError> {
        if !self.exists()? {
            return Ok(false);
        }
        match is_there(&self.log)? {
            Some(kind) if !kind.is_file() => Err(StoreError::NotAStore { path: self.log.clone() }),
            there => Ok(there.is_some()),
        }
    }

    /// The logs of other schemas, sorted.
    pub(super) fn others(&self) -> Result<Vec<PathBuf>, StoreError> {
        if !self.exists()? {
            return Ok(Vec::new());
        }
        let error = |source| StoreError::from_io("read the folder", &self.path, source);
        let mut others = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(error)? {
            let entry = entry.map_err(error)?;
            if entry.file_name().to_str().is_some_and(Schema::names_a_log) && entry.path() != self.log {
                others.push(entry.path());
            }
        }
        others.sort();
        Ok(others)
    }
}

/// What is at a path, if anything; a symbolic link is an error.
fn is_there(path: &Path) -> Result<Option<fs::FileType>, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(StoreError::Symlink { path: path.to_owned() }),
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::from_io("read", path, source)),
    }
}
