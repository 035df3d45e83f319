//! How everything that a TOML file can name (a policy, a law, an arrival process, ...) describes itself: its name,
//! what it is, its parameters with their types, defaults and meaning. The catalogues, the error messages, the JSON
//! Schema and the generated docs all derive from these descriptions, so they cannot drift apart.
//!
//! Not here: reading TOML. `experiments` checks a table against a [`Kind`] and hands over [`Args`].

use crate::law::Law;
use std::sync::Arc;

/// One entry of a catalogue: something selected by `kind = "name"`. `T` is what it builds.
pub struct Kind<T: 'static> {
    /// The word after `kind =`, in kebab-case.
    pub name: &'static str,
    /// One line for the catalogue.
    pub summary: &'static str,
    /// A paragraph or more for its page (Markdown).
    pub doc: &'static str,
    /// The literature, as "Authors, Title, where, year, doi".
    pub reference: &'static str,
    /// Its parameters, in the order in which they are documented.
    pub params: &'static [Param],
    /// Builds it from checked arguments. The error is one sentence about a combination that makes no sense; single
    /// values have been checked against `params` before.
    pub build: fn(&Args) -> Result<T, String>,
    /// A complete example table, in TOML.
    pub example: &'static str,
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// snake_case name.
    pub name: &'static str,
    /// What values it takes.
    pub ty: Ty,
    /// What happens when it is left out.
    pub need: Need,
    /// One or two sentences.
    pub doc: &'static str,
}

/// What happens when a parameter is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// An error.
    Required,
    /// It is absent: [`Args::has`] says so.
    Optional,
    /// It takes this value, written as in TOML.
    Default(&'static str),
}

/// The type of a parameter. Quantities arrive in SI base units: seconds, bytes, bytes per second.
#[derive(Clone, Copy, Debug)]
pub enum Ty {
    /// A whole number between the bounds, inclusive.
    Count(u64, u64),
    /// A real number.
    Number(Range),
    /// A duration in seconds, or text with a unit: "300ms", "1h".
    Duration(Range),
    /// A size in bytes, or text with a unit: "4MiB".
    Size(Range),
    /// A rate in bytes per second, or text with a unit: "10Mbit/s".
    Bandwidth(Range),
    /// A value in the unit that the law yields: a number, or text with a unit.
    Scale(Range),
    /// true or false.
    Flag,
    /// Any text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list, each element of this type.
    List(&'static Ty),
    /// A probability law: a table with `kind`, or a number for a constant. What it yields is in the named unit.
    Law(Unit),
    /// A table with these keys.
    Table(&'static [Param]),
    /// A table whose `kind` selects from the catalogue of this name; a kind that needs nothing else can be written as
    /// its bare name. It arrives as [`Arg::Table`] with `kind` as text.
    Kind(&'static str),
    /// A table with exactly one of these keys.
    Single(&'static [Param]),
    /// One of this type or a list of them, which always arrives as a list.
    Many(&'static Ty),
    /// A table with free keys, each value of this type.
    Map(&'static Ty),
    /// The first of these types that fits.
    AnyOf(&'static [Ty]),
    /// A name that becomes a folder or a column: letters, digits, `-`, `_` and `.`.
    Name,
    /// An expression over keys, columns or metrics, as text.
    Expression,
}

/// In what unit a law's values are written, so that "4MiB" is understood inside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// A plain number; for a parameter of a law, the unit which that law yields.
    One,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

/// The real numbers a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
    /// Whether `low` itself is refused.
    pub above: bool,
    /// Whether `high` itself is refused.
    pub below: bool,
}

impl Range {
    /// Greater than zero, and finite.
    pub const POSITIVE: Range = Range { low: 0.0, high: f64::MAX, above: true, below: false };
    /// Zero or more, and finite.
    pub const NON_NEGATIVE: Range = Range { low: 0.0, high: f64::MAX, above: false, below: false };
    /// From 0 to 1.
    pub const FRACTION: Range = Range { low: 0.0, high: 1.0, above: false, below: false };
    /// Any finite number.
    pub const ANY: Range = Range { low: f64::MIN, high: f64::MAX, above: false, below: false };
    /// Greater than `low`, and finite.
    pub const fn more_than(low: f64) -> Range {
        Range { low, high: f64::MAX, above: true, below: false }
    }

    /// Whether the range holds x (never for NaN).
    pub fn holds(&self, x: f64) -> bool {
        (if self.above { x > self.low } else { x >= self.low })
            && (if self.below { x < self.high } else { x <= self.high })
    }
}

/// For error messages: "more than 0", "between 0 and 1".
impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.low > f64::MIN, self.high < f64::MAX);
        let low = if self.above { "more than" } else { "at least" };
        let high = if self.below { "less than" } else { "at most" };
        match (from, to) {
            (true, true) if !self.above && !self.below => write!(f, "between {} and {}", self.low, self.high),
            (true, true) => write!(f, "{low} {} and {high} {}", self.low, self.high),
            (true, false) => write!(f, "{low} {}", self.low),
            (false, true) => write!(f, "{high} {}", self.high),
            (false, false) => write!(f, "a finite number"),
        }
    }
}

/// A checked value.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A whole number.
    Count(u64),
    /// A real number, or a quantity in SI base units.
    Number(f64),
    /// true or false.
    Flag(bool),
    /// Text or a choice.
    Text(String),
    /// A list.
    List(Vec<Arg>),
    /// A law.
    Law(Arc<dyn Law>),
    /// A table.
    Table(Args),
    /// A table with free keys, in the order of the file.
    Map(Vec<(String, Arg)>),
}

/// Checked arguments: every required or defaulted parameter of the description is present with its declared type.
///
/// The getters panic when asked for what the description does not promise: that is a bug in the [`Kind`].
#[derive(Clone, Debug, Default)]
pub struct Args(Vec<(&'static str, Arg)>);

impl Args {
    /// No arguments.
    pub fn new() -> Self {
        Args::default()
    }

    /// Adds or replaces one argument.
    pub fn with(mut self, name: &'static str, value: Arg) -> Self {
        self.0.retain(|(n, _)| *n != name);
        self.0.push((name, value));
        self
    }

    /// Leaves out one argument.
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(n, _)| *n != name);
        self
    }

    /// Whether an optional argument was given.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| *n == name)
    }

    /// An optional argument of any type.
    pub fn maybe(&self, name: &str) -> Option<&Arg> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, arg)| arg)
    }

    fn get(&self, name: &str) -> &Arg {
        let found = self.0.iter().find(|(n, _)| *n == name);
        &found.unwrap_or_else(|| panic!("argument `{name}` was read but its description does not promise it")).1
    }

    /// A whole number.
    pub fn count(&self, name: &str) -> u64 {
        match self.get(name) {
            Arg::Count(n) => *n,
            other => wrong(name, "a count", other),
        }
    }

    /// A real number or a quantity.
    pub fn number(&self, name: &str) -> f64 {
        match self.get(name) {
            Arg::Number(x) => *x,
            Arg::Count(n) => *n as f64,
            other => wrong(name, "a number", other),
        }
    }

    /// An optional real number or quantity.
    pub fn maybe_number(&self, name: &str) -> Option<f64> {
        self.has(name).then(|| self.number(name))
    }

    /// true or false.
    pub fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Arg::Flag(b) => *b,
            other => wrong(name, "true or false", other),
        }
    }

    /// Text or a choice.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Arg::Text(t) => t,
            other => wrong(name, "text", other),
        }
    }

    /// A list of real numbers or quantities.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let number = |a: &Arg| match a {
            Arg::Number(x) => *x,
            Arg::Count(n) => *n as f64,
            other => wrong(name, "a list of numbers", other),
        };
        self.list(name).iter().map(number).collect()
    }

    /// A list.
    pub fn list(&self, name: &str) -> &[Arg] {
        match self.get(name) {
            Arg::List(l) => l,
            other => wrong(name, "a list", other),
        }
    }

    /// A table with free keys.
    pub fn map(&self, name: &str) -> &[(String, Arg)] {
        match self.get(name) {
            Arg::Map(m) => m,
            other => wrong(name, "a table with free keys", other),
        }
    }

    /// An optional text or choice.
    pub fn maybe_text(&self, name: &str) -> Option<&str> {
        self.has(name).then(|| self.text(name))
    }

    /// An optional table.
    pub fn maybe_table(&self, name: &str) -> Option<&Args> {
        self.has(name).then(|| self.table(name))
    }

    /// The tables of a list of tables.
    pub fn tables(&self, name: &str) -> Vec<&Args> {
        let items = self.list(name).iter().map(|arg| match arg {
            Arg::Table(t) => t,
            other => wrong(name, "a list of tables", other),
        });
        items.collect()
    }

    /// The texts of a list of texts.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let items = self.list(name).iter().map(|arg| match arg {
            Arg::Text(t) => t.as_str(),
            other => wrong(name, "a list of texts", other),
        });
        items.collect()
    }

    /// A law.
    pub fn law(&self, name: &str) -> Arc<dyn Law> {
        match self.get(name) {
            Arg::Law(l) => l.clone(),
            other => wrong(name, "a law", other),
        }
    }

    /// A table.
    pub fn table(&self, name: &str) -> &Args {
        match self.get(name) {
            Arg::Table(t) => t,
            other => wrong(name, "a table", other),
        }
    }
}

fn wrong(name: &str, wanted: &str, found: &Arg) -> ! {
    panic!("argument `{name}` was read as {wanted} but described as {found:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        assert!(!Range::POSITIVE.holds(0.0) && Range::POSITIVE.holds(1e-300));
        assert!(!Range::POSITIVE.holds(f64::INFINITY) && !Range::ANY.holds(f64::NAN));
        assert!(Range::FRACTION.holds(0.0) && Range::FRACTION.holds(1.0) && !Range::FRACTION.holds(1.1));
        assert_eq!(Range::FRACTION.to_string(), "between 0 and 1");
        assert_eq!(Range::POSITIVE.to_string(), "more than 0");
    }

    #[test]
    #[should_panic(expected = "does not promise it")]
    fn reading_an_undescribed_argument_is_our_bug() {
        Args::new().number("threshold");
    }
}
