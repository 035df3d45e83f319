//! Workloads that cannot be used, each with its expected messages beside it as a reviewed snapshot:
//! `bad/workload/NAME.toml`, `NAME.txt`. What is wrong is found when the file is read, or else when its traces are.
//!
//! After a wanted change run the test with `LOADLAB_UPDATE_SNAPSHOTS=1` and review the difference.

use loadlab::catalogues;
use loadlab::file::{decode, read};
use loadlab::workload::{Place, hashes, open};
use std::path::{Path, PathBuf};

/// All messages of a file, as the terminal shows them without colour, with no folder of this machine.
fn messages(path: &Path, folder: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let place = Place { folder: folder.to_owned(), data: None };
    let bytes = std::fs::read(path).unwrap();
    let used = decode(&bytes, name)
        .and_then(|text| read(text, name, &[], &catalogues::env()))
        .and_then(|mut experiment| hashes(&experiment, &place).and_then(|_| open(&mut experiment, &place)));
    let errors = used.err().unwrap_or_default();
    let text = errors.iter().map(|error| error.render(false)).collect::<Vec<_>>().join("\n");
    text.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

#[test]
fn every_workload_that_cannot_be_used_gives_its_reviewed_messages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad/workload");
    let update = std::env::var_os("LOADLAB_UPDATE_SNAPSHOTS").is_some();
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    assert!(files.len() >= 12, "{}", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let (found, snapshot) = (messages(&path, &folder), path.with_extension("txt"));
        if update && !found.is_empty() {
            std::fs::write(&snapshot, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&snapshot).unwrap_or_default().replace("\r\n", "\n");
        if found.is_empty() || found != expected {
            wrong.push(format!("{}\n--- found\n{found}\n--- expected\n{expected}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} of the files differ:\n{}", wrong.len(), wrong.join("\n"));
}
