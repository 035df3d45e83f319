//! The documentation of one key: `loadlab explain KEY`.
//!
//! A key is a dotted path as in the file (`replicate.min`, `scenario.nodes.count`). The beginning of it may be left out
//! where the rest is enough, and so may the kinds that it leads through: `network.switched.bandwidth`,
//! `network.bandwidth`, `bandwidth`.

use super::catalogue::{Catalogue, Env};
use super::diagnostic::nearest;
use super::keys;
use super::types::describe;
use loadlab_core::spec::{Need, Param, Ty, Unit};
use std::fmt::Write;

/// Where a key was found: its full path, the same without the names of kinds, and its description.
struct Found<'e> {
    path: String,
    short: String,
    param: &'e Param,
}

/// The documentation of a key, or the nearest one that there is.
pub fn explain(env: &Env, key: &str) -> Result<String, Option<String>> {
    let all = all(env);
    let wanted = key.trim();
    let exact: Vec<&Found<'_>> =
        all.iter().filter(|found| matches(&found.path, wanted) || matches(&found.short, wanted)).collect();
    let Some(shortest) = exact.iter().map(|found| found.path.matches('.').count()).min() else {
        let paths: Vec<&str> = all.iter().flat_map(|f| [f.short.as_str(), f.param.name]).collect();
        return Err(nearest(wanted, &paths).map(str::to_owned));
    };
    let mut text = String::new();
    for found in exact.into_iter().filter(|found| found.path.matches('.').count() == shortest) {
        describe_key(env, found, &mut text);
    }
    Ok(text)
}

/// Whether a key that the user asks for means this path: the same, or its end.
fn matches(path: &str, wanted: &str) -> bool {
    path == wanted || path.strip_suffix(wanted).is_some_and(|before| before.ends_with('.'))
}

/// Every key of a file.
fn all(env: &Env) -> Vec<Found<'_>> {
    let mut search = Search { env, found: Vec::new() };
    for param in keys::ROOT {
        let at = (param.name.to_owned(), param.name.to_owned());
        match param.name {
            "scenario" => search.below(&at, &Ty::Table(env.scenario), 0),
            "scenarios" => {}
            "policies" => search.kinds(&at, &env.policies, 0),
            _ => search.below(&at, &param.ty, 0),
        }
        search.found.push(Found { path: at.0, short: at.1, param });
    }
    search.kinds(&("law".to_owned(), "law".to_owned()), &env.laws.catalogue, 0);
    search.found
}

/// The unit of a key of a cell, for an axis: "s", "B" or "B/s"; nothing for plain numbers and words.
pub fn unit_of(env: &Env, key: &str) -> &'static str {
    let segments: Vec<&str> = key.split('.').collect();
    // The names of policies and scenarios stand for what they are.
    let own = match segments[..] {
        ["policies" | "scenarios", _, ..] => segments[2..].join("."),
        _ => key.to_owned(),
    };
    let all = all(env);
    let find = |path: &str| {
        all.iter().find(|f| [path, &format!("scenario.{path}"), &format!("policies.{path}")].contains(&&*f.short))
    };
    let (head, last) = own.rsplit_once('.').unwrap_or(("", &own));
    let law = find(head).and_then(|found| if let Ty::Law(unit) = found.param.ty { Some(unit) } else { None });
    let found = match law {
        Some(unit) => {
            return all.iter().find(|f| f.short == format!("law.{last}")).map_or("", |f| unit_sign(&f.param.ty, unit));
        }
        None => find(&own),
    };
    found.map_or("", |found| unit_sign(&found.param.ty, Unit::One))
}

fn unit_sign(ty: &Ty, of_law: Unit) -> &'static str {
    match (ty, of_law) {
        (Ty::Duration(_), _) | (Ty::Scale(_), Unit::Seconds) | (Ty::Law(Unit::Seconds), _) => "s",
        (Ty::Size(_), _) | (Ty::Scale(_), Unit::Bytes) | (Ty::Law(Unit::Bytes), _) => "B",
        (Ty::Bandwidth(_), _) => "B/s",
        _ => "",
    }
}

struct Search<'e> {
    env: &'e Env,
    found: Vec<Found<'e>>,
}

/// The full and the short path of a place.
type At = (String, String);

impl<'e> Search<'e> {
    /// The keys inside a type. Kinds can hold each other, so the depth is bounded.
    fn below(&mut self, at: &At, ty: &Ty, depth: usize) {
        match ty {
            _ if depth > 6 => {}
            Ty::Table(params) | Ty::Single(params) => self.each(at, params, depth),
            Ty::List(of) | Ty::Many(of) | Ty::Map(of) => self.below(at, of, depth),
            Ty::AnyOf(types) => types.iter().for_each(|ty| self.below(at, ty, depth)),
            Ty::Kind(id) => {
                if let Some(catalogue) = self.env.catalogue(id) {
                    self.kinds(at, catalogue, depth);
                }
            }
            _ => {}
        }
    }

    fn kinds(&mut self, at: &At, catalogue: &'e Catalogue, depth: usize) {
        for kind in &catalogue.kinds {
            self.each(&(format!("{}.{}", at.0, kind.name), at.1.clone()), kind.params, depth);
        }
    }

    fn each(&mut self, at: &At, params: &'static [Param], depth: usize) {
        for param in params {
            let at = (format!("{}.{}", at.0, param.name), format!("{}.{}", at.1, param.name));
            self.below(&at, &param.ty, depth + 1);
            self.found.push(Found { path: at.0, short: at.1, param });
        }
    }
}

fn describe_key(env: &Env, found: &Found<'_>, text: &mut String) {
    let param = found.param;
    let need = match param.need {
        Need::Required => "required".to_owned(),
        Need::Optional => "optional".to_owned(),
        Need::Default(value) => format!("default {value}"),
    };
    let _ = writeln!(text, "{}\n  {}\n  takes {}; {need}", found.path, param.doc, describe(&param.ty));
    let catalogue = match param.ty {
        Ty::Kind(id) => env.catalogue(id),
        Ty::Law(_) => Some(&env.laws.catalogue),
        Ty::Map(Ty::Kind(id)) => env.catalogue(id),
        _ => None,
    };
    let Some(catalogue) = catalogue.filter(|catalogue| !catalogue.kinds.is_empty()) else { return };
    let _ = writeln!(text, "  kinds of {}:", catalogue.noun);
    for kind in &catalogue.kinds {
        let _ = writeln!(text, "    {:<20} {}", kind.name, kind.summary);
    }
}
