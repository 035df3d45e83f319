//! The catalogues on the terminal: one line per entry, or the page of one.

use super::exit::Exit;
use crate::file::diagnostic::nearest;
use crate::file::{Catalogue, Env, harmless};
use crate::systems::System;
use crate::{catalogues, page, workload};

/// `loadlab policies`.
pub(super) fn policies(name: Option<&str>) -> Result<Exit, Exit> {
    answer(&catalogues::env(), &["policy"], "policy", name)
}

/// `loadlab workloads`.
pub(super) fn workloads(name: Option<&str>) -> Result<Exit, Exit> {
    answer(&catalogues::env(), &["workload", "arrivals", "law"], "workload", name)
}

/// `loadlab mechanisms`.
pub(super) fn mechanisms(name: Option<&str>) -> Result<Exit, Exit> {
    answer(&catalogues::env(), &["migration", "placement", "forwarding", "network", "discipline"], "mechanism", name)
}

fn answer(env: &Env, ids: &[&'static str], noun: &str, name: Option<&str>) -> Result<Exit, Exit> {
    let catalogues: Vec<(&str, &Catalogue)> = ids.iter().filter_map(|id| Some((*id, env.catalogue(id)?))).collect();
    match name {
        None => Ok(Exit::well(list(&catalogues))),
        Some(name) => pages(&catalogues, noun, name, env),
    }
}

/// One line per entry, under the key that selects it if there are several.
fn list(catalogues: &[(&str, &Catalogue)]) -> String {
    let several = catalogues.len() > 1;
    let width = catalogues.iter().flat_map(|(_, catalogue)| catalogue.names()).map(str::len).max().unwrap_or(0);
    let of = |(id, catalogue): &(&str, &Catalogue)| {
        let title = if several { format!("{id}:\n") } else { String::new() };
        let margin = if several { "  " } else { "" };
        let lines = catalogue.kinds.iter().map(|kind| {
            let systems = if *id == "migration" { presets(kind.name) } else { String::new() };
            format!("{margin}{:width$} {}{systems}\n", kind.name, kind.summary)
        });
        title + &lines.collect::<String>()
    };
    catalogues.iter().filter(|(_, catalogue)| !catalogue.kinds.is_empty()).map(of).collect()
}

/// The figures of published systems that a mechanism has, with how well they are known.
fn presets(mechanism: &str) -> String {
    let systems = System::by(mechanism);
    if systems.is_empty() { systems } else { format!(" Figures of: {systems}.") }
}

/// The pages of a name: of every key that knows it, equal ones once. That of a law ends with the figures of its example.
fn pages(catalogues: &[(&str, &Catalogue)], noun: &str, name: &str, env: &Env) -> Result<Exit, Exit> {
    let mut pages: Vec<String> = Vec::new();
    for (id, kind) in catalogues.iter().filter_map(|(id, catalogue)| Some((*id, catalogue.get(name)?))) {
        let mut page = page::page(kind);
        if id == "migration" && !presets(kind.name).is_empty() {
            page.push_str(&format!("\n{} See `loadlab systems NAME`.\n", presets(kind.name).trim_start()));
        }
        if id == "law"
            && let Ok(law) = workload::example(kind, env)
        {
            page.push_str(&format!("\nThe law of this example:\n\n{}", workload::characterised(law.as_ref())));
        }
        if !pages.contains(&page) {
            pages.push(page);
        }
    }
    if !pages.is_empty() {
        return Ok(Exit::well(pages.join("\n")));
    }
    let all: Vec<&str> = catalogues.iter().flat_map(|(_, catalogue)| catalogue.names()).collect();
    let near = nearest(name, &all).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
    Err(Exit::wrong(format!("error: there is no {noun} `{}`{near}\n", harmless(name))))
}
