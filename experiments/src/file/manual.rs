//! `docs/experiment-file.md`: the rules of the experiment file and every key of it, generated from the descriptions.
//!
//! Not here: the pages of policies, laws and other kinds, which their catalogues generate.

use super::catalogue::Env;
use super::keys;
use super::types::describe;
use super::units::Dimension;
use loadlab_core::spec::{Need, Param, Ty};
use std::fmt::Write;

const RULES: &str = include_str!("manual.md");

/// The whole document.
pub fn manual(env: &Env) -> String {
    let mut text = String::from("<!-- Generated from the descriptions of the keys; do not edit. -->\n\n");
    text.push_str(&RULES.replace("@units@", &units()));
    text.push_str("\n## Every key\n");
    let sections = keys::ROOT.iter().filter(|param| param.name != "scenarios");
    for param in sections {
        section(env, param, &mut text);
    }
    kinds(env, &mut text);
    text
}

/// A line for each dimension.
fn units() -> String {
    let line = |dimension: Dimension| format!("- {}: {}", dimension.how(), code(&dimension.units()));
    [Dimension::Duration, Dimension::Size, Dimension::Bandwidth].map(line).join("\n")
}

fn code(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn section(env: &Env, param: &Param, text: &mut String) {
    let title = match param.name {
        "scenario" => "`[scenario]`, `[scenarios.NAME]`".to_owned(),
        "policies" => "`[policies.NAME]`".to_owned(),
        name => match param.ty {
            Ty::List(_) => format!("`[[{name}]]`"),
            Ty::Table(_) | Ty::Kind(_) => format!("`[{name}]`"),
            _ => format!("`{name}`"),
        },
    };
    let _ = writeln!(text, "\n### {title}\n\n{}\n", param.doc);
    let mut rows = Vec::new();
    match (param.name, &param.ty) {
        ("scenario", _) => collect("", env.scenario, &mut rows),
        (_, Ty::Table(params) | Ty::List(Ty::Table(params))) => collect("", params, &mut rows),
        (_, ty @ Ty::Kind(_)) => {
            let _ = writeln!(text, "Takes {}.", describe(ty));
        }
        ("policies", _) => text.push_str("`kind` names a policy; its other keys are those of that policy.\n"),
        (_, ty) => {
            let _ = writeln!(text, "Takes {}.", describe(ty));
        }
    }
    table(&rows, text);
}

/// The keys of a table and of the tables in it, with dotted names.
fn collect(prefix: &str, params: &'static [Param], rows: &mut Vec<(String, &'static Param)>) {
    for param in params {
        let name = format!("{prefix}{}", param.name);
        rows.push((name.clone(), param));
        match &param.ty {
            Ty::Table(below) | Ty::Single(below) | Ty::Many(Ty::Table(below)) | Ty::List(Ty::Table(below)) => {
                collect(&format!("{name}."), below, rows);
            }
            _ => {}
        }
    }
}

fn table(rows: &[(String, &Param)], text: &mut String) {
    if rows.is_empty() {
        return;
    }
    text.push_str("| key | takes | if left out | meaning |\n|---|---|---|---|\n");
    for (name, param) in rows {
        let need = match param.need {
            Need::Required => "an error".to_owned(),
            Need::Optional => "absent".to_owned(),
            Need::Default(value) => format!("`{value}`"),
        };
        let cells = [format!("`{name}`"), describe(&param.ty), need, param.doc.to_owned()];
        let _ = writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
}

/// The catalogues that keys select from, one line for each kind.
fn kinds(env: &Env, text: &mut String) {
    text.push_str("\n## Every kind\n");
    let named = env.catalogues.iter().map(|(id, catalogue)| (*id, catalogue));
    for (id, catalogue) in [("policy", &env.policies), ("law", &env.laws.catalogue)].into_iter().chain(named) {
        if catalogue.kinds.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n### Kinds of {id}\n");
        for kind in &catalogue.kinds {
            let keys: Vec<&str> = kind.params.iter().map(|param| param.name).collect();
            let with = if keys.is_empty() { String::new() } else { format!(" Keys: {}.", code(&keys)) };
            let _ = writeln!(text, "- `{}`: {}{with}", kind.name, kind.summary);
        }
    }
}
