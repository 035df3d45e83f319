//! Checks a tree against descriptions: gives typed arguments, the same tree with its defaults filled in, and a
//! canonical form in which units and the order of keys no longer matter. Reports every error, not only the first.
//!
//! Not here: what the keys are (`keys`), where tables come from (`inherit`, `sweep`), single values (`value`).

use super::canon::Canon;
use super::catalogue::{Catalogue, Env, KindInfo};
use super::diagnostic::{Problem, Problems, quote};
use super::document::{self, Data, Key, Node, Sources, Span, Table, Via};
use super::types::{describe, kind_of, names};
use loadlab_core::spec::{Arg, Args, Need, Param, Ty, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value that was found right, in three forms.
#[derive(Clone, Debug)]
pub struct Good {
    /// Typed.
    pub arg: Arg,
    /// With units normalised.
    pub canon: Canon,
    /// As written, with defaults filled in.
    pub node: Node,
}

/// What surrounds a value: its key, for messages, the unit of the law that it belongs to, and
/// whether its table has a `kind` that was looked at before.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) key: &'a str,
    pub(super) unit: Option<Unit>,
    pub(super) kinded: bool,
}

/// Checks trees and collects what is wrong.
pub struct Checker<'e> {
    /// What files may refer to.
    pub env: &'e Env,
    /// The texts, for places and defaults.
    pub sources: &'e mut Sources,
    /// What was found wrong.
    pub problems: Problems,
    /// Whether a missing key is an error: not in a table that others complete.
    pub complete: bool,
    defaults: BTreeMap<&'static str, Node>,
}

impl<'e> Checker<'e> {
    /// A checker without findings.
    pub fn new(env: &'e Env, sources: &'e mut Sources) -> Self {
        Checker { env, sources, problems: Problems::default(), complete: true, defaults: BTreeMap::new() }
    }

    /// Checks a table against its parameters; `of` ends "unknown key `x` of ...".
    pub fn table(&mut self, node: &Node, params: &'static [Param], of: &str) -> Option<Good> {
        self.table_in(node, params, of, Context { key: of, unit: None, kinded: false })
    }

    /// Checks a table whose `kind` selects from a catalogue.
    pub fn kind(&mut self, node: &Node, id: &'static str, key: &str) -> Option<Good> {
        let env = self.env;
        let Some(catalogue) = env.catalogue(id).filter(|catalogue| !catalogue.kinds.is_empty()) else {
            self.problems.push(Problem::new(node.span, format!("this version knows no kind of {id}")));
            return None;
        };
        let (kind, table) = self.selected(node, catalogue, key)?;
        let of = format!("{} kind `{}`", catalogue.noun, kind.name);
        let good = self.table_in(&table, kind.params, &of, Context { key, unit: None, kinded: true })?;
        let Arg::Table(args) = good.arg else { return None };
        if let Err(sentence) = (kind.build)(&args) {
            self.senseless(node, sentence);
            return None;
        }
        let arg = Arg::Table(args.with("kind", Arg::Text(kind.name.to_owned())));
        Some(Good { arg, canon: good.canon.of_kind(kind.name), node: good.node })
    }

    /// Checks a table that stands for a law which yields a unit.
    pub(super) fn law_table(&mut self, node: &Node, unit: Unit, key: &str) -> Option<Good> {
        let env = self.env;
        let (kind, table) = self.selected(node, &env.laws.catalogue, key)?;
        let of = format!("law kind `{}`", kind.name);
        let good = self.table_in(&table, kind.params, &of, Context { key, unit: Some(unit), kinded: true })?;
        let Arg::Table(args) = good.arg else { return None };
        match env.laws.build(kind.name, &args) {
            Ok(law) => Some(Good { arg: Arg::Law(law), canon: good.canon.of_kind(kind.name), node: good.node }),
            Err(sentence) => {
                self.senseless(node, sentence);
                None
            }
        }
    }

    /// Reports a combination that makes no sense; in an incomplete table, others may change it.
    fn senseless(&mut self, node: &Node, sentence: String) {
        if self.complete {
            self.problems.push(Problem::new(node.span, sentence));
        }
    }

    /// The kind that a table or a bare name selects, and the table without `kind`'s own error left in it.
    fn selected<'c>(&mut self, node: &Node, from: &'c Catalogue, key: &str) -> Option<(&'c KindInfo, Node)> {
        let (word, table) = match &node.data {
            Data::Text(_) => {
                let key = Key { name: "kind".into(), span: node.span };
                (node.clone(), Node { data: Data::Table(Arc::new(Table(vec![(key, node.clone())]))), ..node.clone() })
            }
            Data::Table(table) => match table.get("kind") {
                Some(word) => (word.clone(), node.clone()),
                None => {
                    self.missing(
                        node,
                        "kind",
                        key,
                        &format!("one of: {}", from.names().collect::<Vec<_>>().join(", ")),
                    );
                    return None;
                }
            },
            Data::Broken => return None,
            _ => {
                let wanted = kind_of(from.noun);
                self.problems
                    .push(Problem::new(node.span, format!("`{key}` cannot be {}", node.what())).expected(wanted));
                return None;
            }
        };
        let Some(name) = word.text() else {
            if !matches!(word.data, Data::Broken) {
                let problem = Problem::new(word.span, format!("`kind` cannot be {}", word.what()));
                self.problems.push(problem.nearest("", from.names()));
            }
            return None;
        };
        let found = from.get(name);
        if found.is_none() {
            let problem = Problem::new(word.span, format!("unknown {} kind {}", from.noun, quote(name)));
            self.problems.push(problem.nearest(name, from.names()));
        }
        found.map(|kind| (kind, table))
    }

    pub(super) fn table_in(
        &mut self,
        node: &Node,
        params: &'static [Param],
        of: &str,
        context: Context<'_>,
    ) -> Option<Good> {
        let Data::Table(table) = &node.data else {
            if !matches!(node.data, Data::Broken) {
                let wanted = format!("a table with the keys {}", names(params).join(", "));
                self.problems.push(Problem::new(node.span, format!("{of} cannot be {}", node.what())).expected(wanted));
            }
            return None;
        };
        let misspelt = self.unknown_keys(table, params, of, context.kinded);
        let mut right = misspelt.is_empty();
        let (mut args, mut canon, mut filled) = (Args::new(), Vec::new(), Vec::new());
        filled.extend(table.entry("kind").filter(|_| context.kinded).cloned());
        for param in params {
            let found = match table.entry(param.name) {
                Some((key, value)) => Some((key.clone(), value.clone())),
                None if misspelt.iter().flatten().any(|word| word == param.name) => None,
                None => self.left_out(node, param, of, &mut right),
            };
            let Some((key, value)) = found else { continue };
            match self.value(&value, &param.ty, Context { key: param.name, ..context }) {
                Some(good) => {
                    args = args.with(param.name, good.arg);
                    canon.push((param.name.into(), good.canon));
                    filled.push((key, good.node));
                }
                None => right = false,
            }
        }
        let node = Node { data: Data::Table(Arc::new(Table(filled))), ..node.clone() };
        right.then_some(Good { arg: Arg::Table(args), canon: Canon::Table(canon), node })
    }

    /// Reports keys that no parameter has, and gives what they probably stand for.
    fn unknown_keys(&mut self, table: &Table, params: &[Param], of: &str, kinded: bool) -> Vec<Option<String>> {
        let mut misspelt = Vec::new();
        for (key, _) in &table.0 {
            let known = params.iter().any(|param| param.name == &*key.name) || (kinded && &*key.name == "kind");
            if !known && !self.problems.is_full() {
                let problem = Problem::new(key.span, format!("unknown key {} of {of}", quote(&key.name)));
                let problem = match params {
                    [] => problem.expected("no other key"),
                    _ => problem.nearest(&key.name, names(params)),
                };
                misspelt.push(problem.suggestion.clone());
                self.problems.push(problem);
            } else if !known {
                misspelt.push(None);
            }
        }
        misspelt
    }

    /// What a parameter that was left out becomes.
    fn left_out(&mut self, node: &Node, param: &Param, of: &str, right: &mut bool) -> Option<(Key, Node)> {
        match param.need {
            Need::Optional => None,
            Need::Required => {
                *right = false;
                self.missing(node, param.name, of, &describe(&param.ty));
                None
            }
            Need::Default(text) => {
                let value = self.default(text);
                Some((Key { name: param.name.into(), span: value.span }, value))
            }
        }
    }

    /// Reports a key that was left out.
    pub(super) fn missing(&mut self, node: &Node, key: &str, of: &str, expected: &str) {
        if self.complete {
            let problem = Problem::new(node.span, format!("{of} needs the key `{key}`"));
            self.problems.push(problem.expected(expected));
        }
    }

    /// The parsed form of a default.
    pub(super) fn default(&mut self, text: &'static str) -> Node {
        if let Some(node) = self.defaults.get(text) {
            return node.clone();
        }
        let source = self.sources.add("default", text);
        let span = Span { source, start: 0, end: text.len() as u32 };
        let mut node = document::parse_value(self.sources, span, &mut self.problems);
        node.mark(&Via::Default);
        self.defaults.insert(text, node.clone());
        node
    }

    /// Reports that a value has the wrong type.
    pub(super) fn wrong_type(&mut self, node: &Node, ty: &Ty, key: &str) {
        if !matches!(node.data, Data::Broken) {
            let problem = Problem::new(node.span, format!("`{key}` cannot be {}", node.what()));
            self.problems.push(problem.expected(describe(ty)));
        }
    }
}
