//! The files of the project: where they are and what they hold.
//!
//! Not here: what is demanded of them.

use super::scan;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates whose code must be a pure function of its input.
pub(crate) const PURE: [&str; 3] = ["sim-core", "policies", "workloads"];

/// A text file of the project.
pub(crate) struct File {
    /// Its path below the root, with `/` between the parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Reads a file of the project.
pub(crate) fn read(path: &str) -> String {
    let bytes = fs::read(root().join(path)).unwrap_or_else(|e| panic!("cannot read {path}: {e}"));
    // Some test data is meant not to be text.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every text file of the project: sources, manifests, documents, scripts, notebooks.
pub(crate) fn all() -> Vec<File> {
    let mut paths = vec!["results/README.md".to_owned(), ".ci/run".to_owned()];
    below("", &mut paths);
    paths.sort();
    paths.into_iter().map(|path| File { text: read(&path), path }).collect()
}

/// Every Rust file, also of the crates that are not members of the workspace.
pub(crate) fn rust() -> Vec<File> {
    let rust: Vec<File> = all().into_iter().filter(|f| f.path.ends_with(".rs")).collect();
    assert!(rust.len() > 150, "only {} sources were found: the walk is broken", rust.len());
    rust
}

/// Adds the text files below a folder. What is generated, hidden or foreign is left out.
fn below(folder: &str, paths: &mut Vec<String>) {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|e| panic!("cannot read {folder}: {e}"));
    for entry in entries {
        let entry = entry.unwrap_or_else(|e| panic!("cannot read {folder}: {e}"));
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let file_type = entry.file_type().unwrap_or_else(|e| panic!("cannot read {path}: {e}"));
        let generated = name.starts_with('.') || name == "target" || path == "results" || name == "__pycache__";
        let foreign = file_type.is_dir() && entry.path().join("pyvenv.cfg").exists();
        if generated || foreign {
            continue;
        }
        if file_type.is_dir() {
            below(&path, paths);
        } else if file_type.is_file() && is_text(&name) {
            paths.push(path);
        }
    }
}

fn is_text(name: &str) -> bool {
    let known = ["rs", "toml", "md", "py", "ipynb", "cff", "sh", "yml", "yaml", "json", "txt"];
    name.starts_with("LICENSE") || name.rsplit_once('.').is_some_and(|(_, extension)| known.contains(&extension))
}

/// The code of the pure crates that is not for tests: comments and literals blanked.
pub(crate) fn pure() -> Vec<File> {
    let library =
        |f: &File| PURE.iter().any(|c| f.path.strip_prefix(c).is_some_and(|below| below.starts_with("/src/")));
    let sources: Vec<File> = rust().into_iter().filter(library).collect();
    let code: Vec<String> = sources.iter().map(|f| scan::code(&f.text)).collect();
    let for_tests: Vec<String> = sources.iter().zip(&code).flat_map(|(f, code)| test_files(&f.path, code)).collect();
    let kept = sources.into_iter().zip(&code).filter(|(f, _)| !for_tests.iter().any(|t| f.path.starts_with(t)));
    let pure: Vec<File> = kept.map(|(f, code)| File { path: f.path, text: scan::without_tests(code) }).collect();
    assert!(pure.len() > 100, "only {} sources were found: the choice is broken", pure.len());
    pure
}

/// Where the modules for tests only of a file stand: `folder/name.rs` and `folder/name/`.
fn test_files(path: &str, code: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => stem,
    };
    let modules = scan::test_modules(code).into_iter();
    modules.flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/")]).collect()
}

#[test]
fn test_modules_are_found_beside_the_file_that_declares_them() {
    let code = "#[cfg(test)]\nmod slow;\n";
    assert_eq!(test_files("a/src/node/mod.rs", code), ["a/src/node/slow.rs", "a/src/node/slow/"]);
    assert_eq!(test_files("a/src/node.rs", code), ["a/src/node/slow.rs", "a/src/node/slow/"]);
}
