//! Malformed files, each with its expected messages beside it as a reviewed snapshot: `bad/NAME.toml`, `bad/NAME.txt`.
//!
//! A line `#! --set ARGUMENT` at the top passes an argument. After a wanted change run the test with
//! `LOADLAB_UPDATE_SNAPSHOTS=1` and review the difference.

use crate::support::env;
use loadlab::file::{decode, read};
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

/// All messages of a file, as the terminal shows them without colour.
fn messages(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let result = decode(&bytes, name).and_then(|text| {
        let sets: Vec<String> =
            text.lines().filter_map(|line| line.strip_prefix("#! --set ")).map(str::to_owned).collect();
        read(text, name, &sets, &env())
    });
    match result {
        Ok(_) => String::new(),
        Err(errors) => errors.iter().map(|error| error.render(false)).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn every_malformed_file_gives_its_reviewed_messages() {
    let update = std::env::var_os("LOADLAB_UPDATE_SNAPSHOTS").is_some();
    let mut wrong = Vec::new();
    for path in files() {
        let found = messages(&path);
        let snapshot = path.with_extension("txt");
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

#[test]
fn there_are_at_least_sixty_malformed_files_and_no_two_say_the_same() {
    let files = files();
    assert!(files.len() >= 60, "{}", files.len());
    let without_name = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        std::fs::read_to_string(path.with_extension("txt")).unwrap().replace(&name, "")
    };
    let mut texts: Vec<String> = files.iter().map(without_name).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), files.len());
}
