//! Inheritance between named tables: `extends` names one table or several of the same section, or a shipped one.
//!
//! A table that sets `kind` replaces the inherited one, any other merges key by key, lists replace; of several
//! parents the later wins. Not here: what the tables hold.

use super::catalogue::Env;
use super::diagnostic::{Problem, Problems, quote};
use super::document::{self, Data, Node, Sources, Span, Table, Via};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The longest chain of `extends`.
const LONGEST_CHAIN: usize = 32;

/// Which tables a reference finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// `[scenario]` or `[scenarios.NAME]`.
    Scenarios,
    /// `[policies.NAME]`.
    Policies,
}

impl Section {
    /// The word for one table.
    pub(super) fn one(self) -> &'static str {
        if self == Section::Scenarios { "scenario" } else { "policy" }
    }

    /// The key of the named tables.
    pub(super) fn many(self) -> &'static str {
        if self == Section::Scenarios { "scenarios" } else { "policies" }
    }
}

/// Resolves the references of one section.
pub(super) struct Inherit<'a> {
    /// Where shipped tables come from.
    pub env: &'a Env,
    /// The texts read so far.
    pub sources: &'a mut Sources,
    /// What was found wrong.
    pub problems: &'a mut Problems,
    section: Section,
    done: BTreeMap<(String, String), Option<Node>>,
    shipped: BTreeMap<String, Option<Arc<Table>>>,
}

/// The tables that a reference is looked up in, and what they are called.
#[derive(Clone)]
struct Place {
    /// Empty for the file itself, "system:mosix" for a shipped text.
    library: String,
    tables: Arc<Table>,
}

impl<'a> Inherit<'a> {
    /// For one section.
    pub(super) fn new(env: &'a Env, sources: &'a mut Sources, problems: &'a mut Problems, section: Section) -> Self {
        Inherit { env, sources, problems, section, done: BTreeMap::new(), shipped: BTreeMap::new() }
    }

    /// Every table of the section with what it inherits.
    pub(super) fn all(&mut self, tables: &Table) -> Vec<(String, Node)> {
        let place = Place { library: String::new(), tables: Arc::new(tables.clone()) };
        let names: Vec<String> = tables.0.iter().map(|(key, _)| key.name.to_string()).collect();
        let resolve = |name: String| self.named(&place, &name, &mut Vec::new()).map(|node| (name, node));
        names.into_iter().filter_map(resolve).collect()
    }

    /// A table by name; `chain` is how it was reached.
    fn named(&mut self, place: &Place, name: &str, chain: &mut Vec<String>) -> Option<Node> {
        let id = (place.library.clone(), name.to_owned());
        if let Some(done) = self.done.get(&id) {
            return done.clone();
        }
        let node = place.tables.get(name)?.clone();
        chain.push(if place.library.is_empty() { name.to_owned() } else { format!("{}/{name}", place.library) });
        let resolved = self.resolve(place, node, chain);
        chain.pop();
        self.done.insert(id, resolved.clone());
        resolved
    }

    /// A table with its parents merged in.
    fn resolve(&mut self, place: &Place, mut node: Node, chain: &mut Vec<String>) -> Option<Node> {
        let Data::Table(table) = &mut node.data else {
            if !matches!(node.data, Data::Broken) {
                let message = format!("a {} cannot be {}", self.section.one(), node.what());
                self.problems.push(Problem::new(node.span, message).expected("a table"));
            }
            return None;
        };
        let Some((_, parents)) = Arc::make_mut(table).remove("extends") else { return Some(node) };
        let mut base = Table::default();
        for (reference, span) in self.references(&parents)? {
            let parent = self.parent(place, &reference, span, chain)?;
            base = merge(&base, parent.table()?);
        }
        node.data = Data::Table(Arc::new(merge(&base, node.table()?)));
        Some(node)
    }

    /// The words of `extends`.
    fn references(&mut self, node: &Node) -> Option<Vec<(String, Span)>> {
        let items = match &node.data {
            Data::List(list) => list.to_vec(),
            _ => vec![node.clone()],
        };
        let word = |item: &Node| item.text().map(|text| (text.to_owned(), item.span));
        let words: Option<Vec<_>> = items.iter().map(word).collect();
        if words.is_none() && !matches!(node.data, Data::Broken) {
            let problem = Problem::new(node.span, format!("`extends` cannot be {}", node.what()));
            self.problems.push(problem.expected(format!("the name of a {}, or a list of names", self.section.one())));
        }
        words
    }

    fn parent(&mut self, place: &Place, reference: &str, span: Span, chain: &mut Vec<String>) -> Option<Node> {
        let (place, name) = match reference.contains(':') {
            true => self.library(reference, span)?,
            false => (place.clone(), reference.to_owned()),
        };
        let id = if place.library.is_empty() { name.clone() } else { format!("{}/{name}", place.library) };
        if let Some(at) = chain.iter().position(|link| *link == id) {
            let circle = [&chain[at..], &[id]].concat().join("` extends `");
            self.problems.push(Problem::new(span, format!("inheritance goes round in a circle: `{circle}`")));
            return None;
        }
        if chain.len() >= LONGEST_CHAIN {
            let problem = Problem::new(span, "inheritance goes through too many tables");
            self.problems.push(problem.expected(format!("at most {LONGEST_CHAIN}")));
            return None;
        }
        if place.tables.get(&name).is_none() {
            let known: Vec<&str> = place.tables.0.iter().map(|(key, _)| &*key.name).collect();
            let problem = Problem::new(span, format!("there is no {} {} to extend", self.section.one(), quote(&name)));
            let problem = problem.nearest(&name, known);
            self.problems.push(problem.note(format!("reached through: {}", chain.join(" extends "))));
            return None;
        }
        let mut parent = self.named(&place, &name, chain)?;
        let origin =
            if place.library.is_empty() { format!("{}.{name}", self.section.many()) } else { reference.to_owned() };
        parent.mark(&Via::Inherited(origin.into()));
        Some(parent)
    }

    /// The tables of a shipped text, and which of them `system:NAME` or `paper:NAME/TABLE` means.
    fn library(&mut self, reference: &str, span: Span) -> Option<(Place, String)> {
        let (library, table) = match reference.split_once('/') {
            Some((library, table)) => (library, Some(table)),
            None => (reference, None),
        };
        let tables = match self.shipped.get(library) {
            Some(known) => known.clone(),
            None => {
                let loaded = self.load(library, span);
                self.shipped.insert(library.to_owned(), loaded.clone());
                loaded
            }
        }?;
        let name = match (table, tables.0.as_slice()) {
            (Some(table), _) => table.to_owned(),
            (None, [(only, _)]) => only.name.to_string(),
            (None, several) => {
                let names: Vec<String> = several.iter().map(|(key, _)| format!("{library}/{}", key.name)).collect();
                let problem =
                    Problem::new(span, format!("{} has {} {}", quote(library), several.len(), self.section.many()));
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                self.problems.push(if names.is_empty() { problem } else { problem.nearest("", names) });
                return None;
            }
        };
        Some((Place { library: library.to_owned(), tables }, name))
    }

    /// Reads a shipped text and takes the tables of this section.
    fn load(&mut self, library: &str, span: Span) -> Option<Arc<Table>> {
        let Some(text) = (self.env.library)(library) else {
            let problem = Problem::new(span, format!("nothing called {} is shipped", quote(library)));
            let problem = problem.nearest(library, self.env.shipped.iter().map(String::as_str));
            self.problems.push(problem.note("`loadlab systems` and `loadlab reproduce --list` show what is"));
            return None;
        };
        let source = self.sources.add(library, &text);
        let root = document::parse(self.sources, source, self.problems);
        let mut tables = Table::default();
        let root = root.table()?;
        if let Some((key, node)) = root.entry(self.section.one()) {
            tables.put(key.clone(), node.clone());
        }
        if let Some(named) = root.get(self.section.many()).and_then(Node::table) {
            named.0.iter().for_each(|(key, node)| tables.put(key.clone(), node.clone()));
        }
        Some(Arc::new(tables))
    }
}

/// `over` on top of `base`.
pub(super) fn merge(base: &Table, over: &Table) -> Table {
    let mut merged = base.clone();
    for (key, node) in &over.0 {
        let node = match (base.get(&key.name).and_then(Node::table), node.table()) {
            (Some(below), Some(above)) if above.get("kind").is_none() => {
                Node { data: Data::Table(Arc::new(merge(below, above))), ..node.clone() }
            }
            _ => node.clone(),
        };
        merged.put(key.clone(), node);
    }
    merged
}
