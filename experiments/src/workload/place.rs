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

    /// What else stands where a path would be: names that it may have been meant for, as paths like it.
    pub(super) fn names(&self, path: &str) -> Vec<String> {
        let below = Path::new(path).parent().unwrap_or(Path::new(""));
        let folders = [Some(self.folder.join(below)), self.data.as_ref().map(|data| data.join(below))];
        let entries = folders.iter().flatten().filter_map(|folder| {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            std::fs::read_dir(folder).ok()
        });
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.ok().filter(|entry| entry.path().is_file())?;
            Some(below.join(entry.file_name()).to_string_lossy().into_owned())
        };
        let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
        names.sort();
        names
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

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn hash(path: &Path) -> Result<String, String> {
    sha256(BufReader::new(open(path)?)).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

pub(super) fn open(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))
}
