//! Whether the tables of a folder are those of its store already, so that a run that finds nothing to do does nothing.
//!
//! Tables are a function of the inputs, of the runs that count and of the program. The stamp names these three and the
//! files that were made; as long as it is true nothing is written again.

use super::Finished;
use crate::inputs::Inputs;
use crate::store::{StoreError, write_atomically};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What was written from what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// Inputs, runs and program.
    key: String,
    /// The files and their lengths.
    files: BTreeMap<PathBuf, u64>,
    /// The exit code that the verdicts gave.
    code: u8,
}

impl Stamp {
    /// The key of tables that have not been written yet. `options` are those that can change the tables or the verdict.
    pub fn key(inputs: &Inputs, finished: &Finished<'_>, options: &str) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        part(&format!("{inputs:?}"));
        part(options);
        part(&program());
        for cell in &finished.experiment().cells {
            let there = finished.replications(&cell.id);
            part(&format!("{} {} {:?}", cell.id, there.len(), there.last()));
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The exit code of tables that stand as they were written under this key; None if they must be written.
    pub fn holds(folder: &Path, key: &str) -> Option<u8> {
        let text = std::fs::read_to_string(path(folder)).ok()?;
        let stamp: Stamp = serde_json::from_str(&text).ok()?;
        let unchanged = |(file, length): (&PathBuf, &u64)| length_of(&folder.join(file)) == Some(*length);
        (stamp.key == key && stamp.files.iter().all(unchanged)).then_some(stamp.code)
    }

    /// From now on the tables may change.
    pub fn lift(folder: &Path) {
        // What is not there needs no removing, and what cannot be removed cannot be replaced either, which `put` tells.
        let _ = std::fs::remove_file(path(folder));
    }

    /// Remembers the files that were written in a folder.
    pub fn put(folder: &Path, key: String, files: &[PathBuf], code: u8) -> Result<(), StoreError> {
        let inside = |file: &PathBuf| Some((file.strip_prefix(folder).ok()?.to_owned(), length_of(file)?));
        let stamp = Stamp { key, files: files.iter().filter_map(inside).collect(), code };
        let text = serde_json::to_string(&stamp).unwrap_or_default();
        write_atomically(&path(folder), text.as_bytes())
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("store").join("tables.json")
}

fn length_of(file: &Path) -> Option<u64> {
    std::fs::metadata(file).ok().map(|m| m.len())
}

/// Which program this is: another build may write other tables.
fn program() -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let built = file.and_then(|m| Ok((m.len(), m.modified()?))).ok();
    format!("{} {built:?}", env!("CARGO_PKG_VERSION"))
}
