//! What a file may refer to: the catalogues of everything that `kind` selects, shipped tables for `extends`, and the
//! one function that reads a file beside the experiment. The caller fills an [`Env`]; reading stays pure.
//!
//! Not here: the entries themselves, which live in the crates that implement them.

use super::keys;
use loadlab_core::law::Law;
use loadlab_core::spec::{Args, Kind, Param};
use std::sync::Arc;

/// Builds something once and drops it, for the error.
pub type Build = Box<dyn Fn(&Args) -> Result<(), String> + Send + Sync>;
/// Gives the text of a shipped table, if there is one of this name.
pub type Library = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;
/// Reads a text file that stands beside the experiment file; the error is one sentence.
pub type Beside = Box<dyn Fn(&str) -> Result<String, String> + Send + Sync>;

/// A [`Kind`] without the type that it builds: enough to check and to document.
pub struct KindInfo {
    /// The word after `kind =`.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Its page (Markdown).
    pub doc: &'static str,
    /// The literature.
    pub reference: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// A complete example table, in TOML.
    pub example: &'static str,
    /// Builds it once and drops it, for the error.
    pub build: Build,
}

/// The kinds that one key selects from.
#[derive(Default)]
pub struct Catalogue {
    /// What an entry is called in messages: "policy".
    pub noun: &'static str,
    /// The entries.
    pub kinds: Vec<KindInfo>,
}

impl Catalogue {
    /// The catalogue of a const list.
    pub fn of<T>(noun: &'static str, kinds: &'static [Kind<T>]) -> Self {
        let info = |kind: &'static Kind<T>| KindInfo {
            name: kind.name,
            summary: kind.summary,
            doc: kind.doc,
            reference: kind.reference,
            params: kind.params,
            example: kind.example,
            build: Box::new(|args| (kind.build)(args).map(drop)),
        };
        Catalogue { noun, kinds: kinds.iter().map(info).collect() }
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<&KindInfo> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|kind| kind.name)
    }
}

/// Builds a law of the entry at an index.
type BuildLaw = Box<dyn Fn(usize, &Args) -> Result<Arc<dyn Law>, String> + Send + Sync>;

/// The catalogue of laws, which are built while the file is read, because a law is a value of a key.
pub struct Laws {
    /// The entries.
    pub catalogue: Catalogue,
    build: BuildLaw,
}

impl Laws {
    /// The laws of a const list.
    pub fn of<T: Into<Arc<dyn Law>>>(kinds: &'static [Kind<T>]) -> Self {
        Laws {
            catalogue: Catalogue::of("law", kinds),
            build: Box::new(|index, args| (kinds[index].build)(args).map(Into::into)),
        }
    }

    /// Builds the law of a name that the catalogue holds.
    pub fn build(&self, name: &str, args: &Args) -> Result<Arc<dyn Law>, String> {
        let index = self.catalogue.names().position(|known| known == name);
        index.map_or_else(|| Err(format!("there is no law `{name}`")), |index| (self.build)(index, args))
    }
}

/// An error of a combination of keys: which key to point at, and what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The dotted key, relative to the scenario.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub expected: String,
}

/// A rule over several keys of a scenario.
pub type Rule = fn(&Args) -> Vec<Fault>;

/// Everything that reading a file needs from outside.
pub struct Env {
    /// The policies.
    pub policies: Catalogue,
    /// The laws.
    pub laws: Laws,
    /// The other catalogues by the name that `Ty::Kind` uses.
    pub catalogues: Vec<(&'static str, Catalogue)>,
    /// The keys of a scenario.
    pub scenario: &'static [Param],
    /// Rules over several keys of a scenario.
    pub rules: Vec<Rule>,
    /// The names of the metrics; empty if they are not to be checked.
    pub metrics: Vec<String>,
    /// The text of a shipped table: "system:mosix".
    pub library: Library,
    /// The names that `library` knows.
    pub shipped: Vec<String>,
    /// Reads a text file that stands beside the experiment file; the error is one sentence.
    pub beside: Beside,
}

impl Env {
    /// The keys of this version with these policies and laws; nothing shipped, no files.
    pub fn new(policies: Catalogue, laws: Laws) -> Self {
        Env {
            policies,
            laws,
            catalogues: vec![("warmup", Catalogue::of("warmup", keys::WARMUPS))],
            scenario: keys::SCENARIO,
            rules: keys::RULES.to_vec(),
            metrics: Vec::new(),
            library: Box::new(|_| None),
            shipped: Vec::new(),
            beside: Box::new(|_| Err("no file can be read here".to_owned())),
        }
    }

    /// Adds the catalogue that `Ty::Kind(id)` selects from.
    pub fn with<T>(mut self, id: &'static str, kinds: &'static [Kind<T>]) -> Self {
        self.catalogues.push((id, Catalogue::of(id, kinds)));
        self
    }

    /// The catalogue of an id.
    pub fn catalogue(&self, id: &str) -> Option<&Catalogue> {
        match id {
            "policy" => Some(&self.policies),
            "law" => Some(&self.laws.catalogue),
            _ => self.catalogues.iter().find(|(known, _)| *known == id).map(|(_, catalogue)| catalogue),
        }
    }
}
