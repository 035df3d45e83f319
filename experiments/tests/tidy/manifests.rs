//! What manifests and lint files say: which crate may depend on which.
//!
//! Not here: what sources hold.

use super::{files, nothing, scan};
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// The crates of the workspace by their folders, and the members that each may use.
const EDGES: [(&str, &[&str]); 4] = [
    ("experiments", &["loadlab-core", "loadlab-policies", "loadlab-workloads"]),
    ("policies", &["loadlab-core"]),
    ("sim-core", &[]),
    ("workloads", &["loadlab-core"]),
];

/// A package that a manifest depends on.
#[derive(Debug, PartialEq)]
struct Dependency {
    /// The name of the package, whatever it is called in the code.
    package: String,
    /// Where it stands in the manifest.
    at: usize,
}

fn parsed(text: &str) -> DeTable<'_> {
    DeTable::parse(text).expect("a manifest is TOML").into_inner()
}

/// The packages in any of the tables of dependencies: of tests, of builds, of single platforms.
fn dependencies(table: &DeTable<'_>) -> Vec<Dependency> {
    let mut all = Vec::new();
    for (key, value) in table {
        let Some(below) = value.get_ref().as_table() else { continue };
        if !key.get_ref().ends_with("dependencies") {
            all.extend(dependencies(below));
            continue;
        }
        for (name, spec) in below {
            let renamed = spec.get_ref().get("package").and_then(|p| p.get_ref().as_str());
            all.push(Dependency { package: renamed.unwrap_or(name.get_ref()).to_owned(), at: name.span().start });
        }
    }
    all
}

/// The texts of a list.
fn texts<'a>(value: Option<&'a DeValue<'_>>) -> Vec<&'a str> {
    let items = value.and_then(DeValue::as_array).into_iter().flat_map(|array| array.iter());
    items.filter_map(|item| item.get_ref().as_str()).collect()
}

/// What a `clippy.toml` refuses.
pub(crate) fn lints(text: &str) -> Vec<String> {
    let table = parsed(text);
    let lists = table.values().filter_map(|value| value.get_ref().as_array());
    let entries = lists.flat_map(|list| list.iter());
    entries.filter_map(|entry| Some(entry.get_ref().get("path")?.get_ref().as_str()?.to_owned())).collect()
}

#[test]
fn crates_depend_on_each_other_only_downwards() {
    let root = files::read("Cargo.toml");
    let root = DeValue::Table(parsed(&root));
    let members = root.get("workspace").and_then(|w| w.get_ref().get("members")).map(|m| m.get_ref());
    assert_eq!(BTreeSet::from_iter(texts(members)), BTreeSet::from(EDGES.map(|(folder, _)| folder)));
    let mut wrong = Vec::new();
    for (folder, allowed) in EDGES {
        let (path, text) = (format!("{folder}/Cargo.toml"), files::read(&format!("{folder}/Cargo.toml")));
        for dependency in dependencies(&parsed(&text)) {
            if dependency.package.starts_with("loadlab") && !allowed.contains(&dependency.package.as_str()) {
                let line = scan::line_of(&text, dependency.at);
                wrong.push(format!("{path}:{line}: `{folder}` must not depend on `{}`", dependency.package));
            }
        }
    }
    nothing(wrong);
}

#[test]
fn dependencies_are_found_wherever_a_manifest_has_them() {
    let manifest = "[dependencies]\na = '1'\n[dev-dependencies]\nb = { package = 'c' }\n\
                    [target.'cfg(unix)'.build-dependencies]\nd.workspace = true\n[features]\ne = []\n";
    let mut found: Vec<_> =
        dependencies(&parsed(manifest)).into_iter().map(|d| (d.package, scan::line_of(manifest, d.at))).collect();
    found.sort();
    assert_eq!(found, [("a", 2), ("c", 4), ("d", 6)].map(|(name, line)| (name.to_owned(), line)));
}
