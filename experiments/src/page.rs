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
