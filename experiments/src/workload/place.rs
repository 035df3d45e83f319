//! Where the files of a workload stand, and whether they are the right ones.

use loadlab_workloads::trace::open::sha256;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The variable that names a folder of data.
pub(super) const DATA: &str = "LOADLAB_DATA";

/// The folders in which a relative path is looked for.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// That of the experiment file.
    pub folder: PathBuf,
    /// That of the user's data.
    pub data: Option<PathBuf>,
}

impl Place {
    /// Beside an experiment file, or in the folder that `LOADLAB_DATA` names.
    pub fn beside(experiment: &Path) -> Self {
        let folder = experiment.parent().unwrap_or(Path::new("")).to_owned();
        Place { folder, data: std::env::var_os(DATA).map(PathBuf::from) }
    }

    /// The file of a path, if there is one. `source` says where to get it.
    pub(super) fn find(&self, path: &str, source: &str) -> Result<PathBuf, String> {
        let candidates = [Some(self.folder.join(path)), self.data.as_ref().map(|data| data.join(path))];
        if let Some(found) = candidates.iter().flatten().find(|candidate| candidate.is_file()) {
            return Ok(found.clone());
        }
        let data = match &self.data {
            Some(_) => format!("nor in the folder that {DATA} names"),
            None => format!("and {DATA}, which may name a folder of data, is not set"),
        };
        let source = if source.is_empty() { String::new() } else { format!("; it is {source}") };
        Err(format!("there is no file `{path}` beside the experiment file, {data}{source}"))
    }
}

/// Refuses another file than the one that was meant.
pub(super) fn verify(path: &Path, expected: Option<&str>) -> Result<(), String> {
    let Some(expected) = expected else { return Ok(()) };
    let found = sha256(BufReader::new(open(path)?)).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    if found.eq_ignore_ascii_case(expected.trim()) {
        Ok(())
    } else {
        Err(format!("the SHA-256 of {} is {found}, not {expected}: this is another file", path.display()))
    }
}

pub(super) fn open(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))
}
