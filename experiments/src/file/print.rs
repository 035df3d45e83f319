//! Writes trees back as TOML.

use super::document::{Data, Node};
use std::fmt::Write;

/// A value on one line.
pub fn inline(node: &Node) -> String {
    match &node.data {
        Data::Number(text) | Data::Date(text) => text.to_string(),
        Data::Text(text) => quoted(text),
        Data::Flag(flag) => flag.to_string(),
        Data::List(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Data::Table(table) if table.0.is_empty() => "{}".to_owned(),
        Data::Table(table) => {
            let pairs: Vec<String> = table.0.iter().map(|(k, v)| format!("{} = {}", key(&k.name), inline(v))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Data::Broken => "\"?\"".to_owned(),
    }
}

/// A key: bare if it can be.
pub fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// Text in double quotes, with what TOML wants escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
