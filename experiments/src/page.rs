//! The page of a catalogue entry: what `loadlab policies NAME` prints, and what the generated docs consist of.

use crate::file::KindInfo;
use loadlab_core::spec::Need;
use std::fmt::Write;

/// The page as Markdown.
pub fn page(kind: &KindInfo) -> String {
    let mut out = format!("## {}\n\n{}\n\n{}\n", kind.name, kind.summary, kind.doc);
    if !kind.params.is_empty() {
        out.push_str("\n| key | default | meaning |\n|---|---|---|\n");
    }
    for param in kind.params {
        let default = match param.need {
            Need::Required => "required".to_owned(),
            Need::Optional => "none".to_owned(),
            Need::Default(value) => format!("`{value}`"),
        };
        let _ = writeln!(out, "| `{}` | {default} | {} |", param.name, param.doc);
    }
    if !kind.reference.is_empty() {
        let _ = write!(out, "\nReference: {}\n", kind.reference);
    }
    let _ = write!(out, "\n```toml\n{}\n```\n", kind.example.trim_end());
    out
}

/// The document of all policies: a line for each, then their pages.
pub fn policies() -> String {
    let env = crate::catalogues::env();
    let mut out = "# Policies\n\nGenerated from the catalogue; a test compares the two. `loadlab policies NAME` prints one page.\n\n\
                   T, where a policy has one, is compared with the load as it is without the process in question: before a \
                   newcomer joins, after a process has left. A newcomer that finds a load below T stays; a node accepts a \
                   process while its load is below T, looks for one when a departure leaves it below T, and gives one away \
                   while its load is above T. Where a paper counts otherwise, the page says so.\n\n\
                   | policy | what it does |\n|---|---|\n"
        .to_owned();
    for kind in &env.policies.kinds {
        let _ = writeln!(out, "| [{0}](#{0}) | {1} |", kind.name, kind.summary);
    }
    for kind in &env.policies.kinds {
        let _ = write!(out, "\n{}", page(kind));
    }
    out
}
