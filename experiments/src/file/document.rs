//! The tree that an experiment file becomes before anything is known about types: each value with the place it was
//! written at and the way it came there. Parsing never stops at the first syntax error and never panics.
//!
//! Not here: what the keys mean (`check`), inheritance (`inherit`), the text of messages (`diagnostic`).

use super::diagnostic::{Problem, Problems};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// The largest text that is read, in bytes.
pub const LONGEST_TEXT: usize = 4 << 20;
/// The most keys one table may have: lookups are linear.
const MOST_KEYS: usize = 1_000;
/// The most syntax errors that are looked at.
const MOST_ERRORS: usize = 100;
/// Messages that on the line after an error only follow from it.
const FOLLOWING: [&str; 4] = ["missing comma", "missing key for inline table", "unclosed", "duplicate key"];
/// How deep tables and lists may be nested.
const DEEPEST: usize = 64;

/// Where something is written: bytes `start..end` of a source (see [`Sources`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Which text.
    pub source: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A text that values came from: the file, an argument of `--set`, a shipped table, a default.
#[derive(Clone, Debug)]
pub struct Source {
    /// What messages call it: the file's name, or the argument.
    pub name: String,
    /// The text.
    pub text: Arc<str>,
}

/// Every text that was read for one experiment. The file itself is number 0.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and gives its number.
    pub fn add(&mut self, name: &str, text: &str) -> u32 {
        self.0.push(Source { name: name.to_owned(), text: text.into() });
        self.0.len() as u32 - 1
    }

    /// The text of a number that `add` gave.
    pub fn get(&self, source: u32) -> &Source {
        &self.0[source as usize]
    }

    /// What is written at a span.
    pub fn written(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// How a value came to where it is, beside where it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Via {
    /// It is written there.
    Written,
    /// From the named table, by `extends`.
    Inherited(Arc<str>),
    /// From the axis of this name.
    Sweep(Arc<str>),
    /// From `--set`.
    Set,
    /// It was left out and has this default.
    Default,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub data: Data,
    /// Where it is written.
    pub span: Span,
    /// How it came here.
    pub via: Via,
}

/// A TOML value. Subtrees are shared, so that the cells of a sweep differ in what they sweep alone.
#[derive(Clone, Debug)]
pub enum Data {
    /// A number, as decimal text, so that 0.85 stays 0.85.
    Number(Arc<str>),
    /// Text.
    Text(Arc<str>),
    /// true or false.
    Flag(bool),
    /// A date or time, which no key takes.
    Date(Arc<str>),
    /// A list.
    List(Arc<Vec<Node>>),
    /// A table.
    Table(Arc<Table>),
    /// What stood here could not be parsed and has been reported.
    Broken,
}

/// A key with the place it is written at.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub name: Arc<str>,
    /// Where it is written.
    pub span: Span,
}

/// A table: keys in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Table(pub Vec<(Key, Node)>);

impl Table {
    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|(_, node)| node)
    }

    /// A key and its value.
    pub fn entry(&self, name: &str) -> Option<&(Key, Node)> {
        self.0.iter().find(|(key, _)| &*key.name == name)
    }

    /// Adds or replaces a key; a replaced key keeps its position.
    pub fn put(&mut self, key: Key, node: Node) {
        match self.0.iter_mut().find(|(k, _)| k.name == key.name) {
            Some(entry) => *entry = (key, node),
            None => self.0.push((key, node)),
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, name: &str) -> Option<(Key, Node)> {
        let at = self.0.iter().position(|(key, _)| &*key.name == name)?;
        Some(self.0.remove(at))
    }
}

impl Node {
    /// A value at a place.
    pub fn new(data: Data, span: Span) -> Node {
        Node { data, span, via: Via::Written }
    }

    /// An empty table at a place.
    pub fn empty_table(span: Span) -> Node {
        Node::new(Data::Table(Arc::default()), span)
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, for messages: "a number".
    pub fn what(&self) -> &'static str {
        match &self.data {
            Data::Number(_) => "a number",
            Data::Text(_) => "text",
            Data::Flag(_) => "true or false",
            Data::Date(_) => "a date",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
            Data::Broken => "something unreadable",
        }
    }

    /// Marks the value and everything below with the way it came.
    pub fn mark(&mut self, via: &Via) {
        if self.via == Via::Written {
            self.via = via.clone();
        }
        match &mut self.data {
            Data::List(list) => Arc::make_mut(list).iter_mut().for_each(|node| node.mark(via)),
            Data::Table(table) => Arc::make_mut(table).0.iter_mut().for_each(|(_, node)| node.mark(via)),
            _ => {}
        }
    }
}

/// Parses a whole document. Every syntax error is reported; what could be read is returned.
pub fn parse(sources: &Sources, source: u32, problems: &mut Problems) -> Node {
    let text = sources.get(source).text.clone();
    let whole = Span { source, start: 0, end: 0 };
    if text.len() > LONGEST_TEXT {
        let message = format!("the file has {} bytes, which is more than an experiment file can have", text.len());
        problems.push(Problem::new(whole, message).expected(format!("at most {LONGEST_TEXT} bytes")));
        return Node::new(Data::Broken, whole);
    }
    let (root, mut errors) = DeTable::parse_recoverable(&text);
    errors.truncate(MOST_ERRORS);
    let mut convert = Convert::new(source, &text, &errors, problems);
    convert.report(&text, &errors);
    let data = convert.table(root.get_ref(), 0);
    Node::new(data, whole)
}

/// Parses a single value, as `--set` takes it; errors are reported at their place in the text.
pub fn parse_value(sources: &Sources, span: Span, problems: &mut Problems) -> Node {
    let text = sources.written(span).to_owned();
    let (value, mut errors) = DeValue::parse_recoverable(&text);
    errors.truncate(MOST_ERRORS);
    let mut convert = Convert::new(span.source, &text, &errors, problems);
    convert.offset = span.start;
    convert.report(&text, &errors);
    convert.node(&value, 0)
}

/// Whether a text is one TOML value.
pub fn is_value(text: &str) -> bool {
    DeValue::parse_recoverable(text).1.is_empty()
}

struct Convert<'p> {
    source: u32,
    offset: u32,
    broken: Vec<(usize, usize)>,
    problems: &'p mut Problems,
}

impl<'p> Convert<'p> {
    fn new(source: u32, text: &str, errors: &[toml::de::Error], problems: &'p mut Problems) -> Self {
        let broken = errors.iter().filter_map(|e| e.span()).map(|s| line_around(text, s.start, s.end)).collect();
        Convert { source, offset: 0, broken, problems }
    }

    /// Reports the errors, the first of each line; inside an unclosed bracket, the first of all that follow from it.
    fn report(&mut self, text: &str, errors: &[toml::de::Error]) {
        let mut sorted: Vec<_> = errors.iter().map(|e| (e.span().unwrap_or(0..0), e.message())).collect();
        sorted.sort_by_key(|(span, _)| span.start);
        let mut last: Option<(usize, usize)> = None;
        for (span, message) in sorted {
            let lines = line_around(text, span.start, span.end);
            let follows = FOLLOWING.iter().any(|start| message.starts_with(start));
            let consequence = last.is_some_and(|last| lines.0 <= last.1 || (follows && lines.0 <= last.1 + 1));
            last = Some((lines.0, lines.1.max(last.map_or(0, |last| last.1))));
            let broken = self.span(&(lines.0..lines.1));
            if consequence {
                self.problems.consequence(broken);
                continue;
            }
            let (what, expected) = match message.split_once(", expected ") {
                Some((what, expected)) => (what, Some(expected)),
                None => (message, None),
            };
            let mut problem = Problem::new(self.span(&span), what.to_owned());
            problem.expected = expected.map(str::to_owned);
            self.problems.syntax(problem, broken);
        }
    }

    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        let at = |byte: usize| byte as u32 + self.offset;
        Span { source: self.source, start: at(range.start), end: at(range.end) }
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Data {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        if entries.len() > MOST_KEYS {
            let span = self.span(&entries[MOST_KEYS].0.span());
            let message = format!("this table has {} keys", entries.len());
            self.problems.push(Problem::new(span, message).expected(format!("at most {MOST_KEYS} keys in a table")));
            entries.truncate(MOST_KEYS);
        }
        let mut converted = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let span = self.span(&key.span());
            converted.push((Key { name: key.get_ref().as_ref().into(), span }, self.node(value, depth + 1)));
        }
        Data::Table(Arc::new(Table(converted)))
    }

    fn list(&mut self, list: &DeArray<'_>, depth: usize) -> Data {
        Data::List(Arc::new(list.iter().map(|value| self.node(value, depth + 1)).collect()))
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let range = value.span();
        let span = self.span(&range);
        if depth > DEEPEST {
            let problem = Problem::new(span, "nested too deeply".to_owned());
            self.problems.push(problem.expected(format!("at most {DEEPEST} levels")));
            return Node::new(Data::Broken, span);
        }
        let scalar = !matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_));
        if scalar && (range.is_empty() || self.broken.iter().any(|b| b.0 <= range.start && range.end <= b.1)) {
            return Node::new(Data::Broken, span);
        }
        let data = match value.get_ref() {
            DeValue::String(text) => Data::Text(text.as_ref().into()),
            DeValue::Integer(number) => self.integer(number.as_str(), number.radix(), span),
            DeValue::Float(number) => Data::Number(number.as_str().into()),
            DeValue::Boolean(flag) => Data::Flag(*flag),
            DeValue::Datetime(date) => Data::Date(date.to_string().into()),
            DeValue::Array(list) => self.list(list, depth),
            DeValue::Table(table) => self.table(table, depth),
        };
        Node::new(data, span)
    }

    fn integer(&mut self, digits: &str, radix: u32, span: Span) -> Data {
        match i128::from_str_radix(digits, radix) {
            Ok(n) if n >= i128::from(i64::MIN) && n <= i128::from(u64::MAX) => Data::Number(n.to_string().into()),
            _ => {
                let problem = Problem::new(span, "this whole number is too large".to_owned());
                self.problems.push(problem.expected(format!("between {} and {}", i64::MIN, u64::MAX)));
                Data::Broken
            }
        }
    }
}

/// The lines that hold bytes `start..end`: what is written there cannot be trusted after a syntax error.
fn line_around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (start, end) = (start.min(bytes.len()), end.min(bytes.len()));
    let from = bytes[..start].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let to = bytes[end..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| end + at);
    (from, to)
}
