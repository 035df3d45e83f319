//! What can go wrong with a store: which path, what happened, and what to do about it.
//!
//! Not here: damage that the store survives (`Found`).

use super::record::Key;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Why the store could not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// No room is left: the disk, the quota or the largest allowed file.
    Full {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file or folder may not be written.
    Unwritable {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something that must be a folder is not.
    NotAFolder {
        /// The path of it.
        path: PathBuf,
    },
    /// A part of the store is a symbolic link, which could lead writes elsewhere.
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// Another process writes this store.
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, as far as it said so.
        holder: Option<String>,
    },
    /// The file has the name of a log but holds nothing of one.
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// There is no log of this version to merge from.
    NothingToMerge {
        /// The folder.
        path: PathBuf,
        /// Logs of other versions in it.
        others: Vec<PathBuf>,
    },
    /// The run is in the store already.
    Duplicate {
        /// Which run.
        key: Key,
    },
    /// Two folders hold different results of the same run.
    Conflict {
        /// Which run.
        key: Key,
        /// The folder that holds one result.
        first: PathBuf,
        /// The folder that holds the other.
        second: PathBuf,
    },
    /// A record that was sound when the store was opened no longer is.
    Damaged {
        /// The log.
        path: PathBuf,
        /// Where the record begins.
        offset: u64,
    },
    /// The log was deleted or shortened while it was in use.
    Vanished {
        /// The log.
        path: PathBuf,
    },
    /// The run cannot be a record.
    Invalid {
        /// Why not.
        reason: String,
    },
    /// The store was opened for reading only.
    ReadOnly,
    /// Anything else that the system refused.
    Io {
        /// What was tried, as in "cannot read".
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// Sorts an error of the system by what to do about it. `action` reads as in "cannot `action` PATH".
    pub(super) fn from_io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full { path, source },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::Unwritable { path, source },
            ErrorKind::NotADirectory => Self::NotAFolder { path },
            _ => Self::Io { action, path, source },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { path, source } => {
                write!(f, "no room to write {path:?}: {source}. Make room and run again: finished runs are kept")
            }
            Self::Unwritable { path, source } => {
                write!(f, "{path:?} may not be accessed: {source}. Change its permissions or choose another --out")
            }
            Self::NotAFolder { path } => {
                write!(f, "{path:?} is not a folder, or passes through a file. Move that file or choose another --out")
            }
            Self::Symlink { path } => {
                write!(f, "{path:?} is a symbolic link. Replace it by what it points to; folders above may be links")
            }
            Self::Locked { path, holder } => {
                let holder = holder.as_deref().unwrap_or("another process");
                write!(f, "{holder} is writing these results (lock {path:?}). Wait for it or choose another --out")
            }
            Self::NotAStore { path } => {
                write!(f, "{path:?} holds no record of a run. It was left as it is: move it away and run again")
            }
            Self::NothingToMerge { path, others } if others.is_empty() => {
                write!(f, "{path:?} holds no results. Give the folder that a run wrote, results/NAME")
            }
            Self::NothingToMerge { path, others } => {
                let count = others.len();
                write!(f, "{path:?} holds results of another version of loadlab only ({count} logs). Use that version")
            }
            Self::Duplicate { key } => write!(f, "{key} is in the store already"),
            Self::Conflict { key, first, second } => write!(
                f,
                "{first:?} and {second:?} hold different results of {key}. One of them comes from another program or a \
                 changed input: run it again"
            ),
            Self::Damaged { path, offset } => {
                write!(f, "the record at byte {offset} of {path:?} became unreadable while it was in use. Run again")
            }
            Self::Vanished { path } => {
                write!(f, "{path:?} was deleted or shortened while it was being written. Run again")
            }
            Self::Invalid { reason } => write!(f, "this run cannot be stored: {reason}"),
            Self::ReadOnly => write!(f, "the store was opened for reading only"),
            Self::Io { action, path, source } => write!(f, "cannot {action} {path:?}: {source}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Full { source, .. } | Self::Unwritable { source, .. } | Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_are_sorted_by_what_to_do_about_them() {
        let of = |kind: ErrorKind| StoreError::from_io("write", Path::new("results/x"), kind.into());
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge] {
            assert!(matches!(of(kind), StoreError::Full { .. }));
        }
        for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
            assert!(matches!(of(kind), StoreError::Unwritable { .. }));
        }
        assert!(matches!(of(ErrorKind::NotADirectory), StoreError::NotAFolder { .. }));
        assert!(of(ErrorKind::Other).to_string().starts_with("cannot write \"results/x\": "));
    }
}
