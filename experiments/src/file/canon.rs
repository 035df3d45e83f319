//! Canonical values: what a checked value means, however it was written. Units are base units, defaults are filled in;
//! the text of a canonical value has its keys sorted, so that equal values have equal text.
//!
//! Not here: making them (`check`, `value`).

use crate::expr::Value;
use std::borrow::Cow;
use std::fmt::Write;

/// A canonical value.
#[derive(Clone, Debug, PartialEq)]
pub enum Canon {
    /// A whole number.
    Count(u64),
    /// A real number or a quantity in base units.
    Number(f64),
    /// true or false.
    Flag(bool),
    /// Text.
    Text(Cow<'static, str>),
    /// A list.
    List(Vec<Canon>),
    /// A table.
    Table(Vec<(Cow<'static, str>, Canon)>),
}

impl Canon {
    /// The canonical text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Canon::Count(n) => write!(out, "{n}"),
            // The shortest text that reads back as the same number; there is one zero.
            Canon::Number(x) => write!(out, "{:e}", if *x == 0.0 { 0.0 } else { *x }),
            Canon::Flag(flag) => write!(out, "{flag}"),
            Canon::Text(text) => write!(out, "{text:?}"),
            Canon::List(items) => {
                out.push('[');
                for item in items {
                    item.write(out);
                    out.push(',');
                }
                write!(out, "]")
            }
            Canon::Table(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                out.push('{');
                for (key, value) in sorted {
                    let _ = write!(out, "{key:?}:");
                    value.write(out);
                    out.push(',');
                }
                write!(out, "}}")
            }
        };
    }

    /// Adds `kind` to the table of a kind's own parameters.
    pub(super) fn of_kind(mut self, kind: &'static str) -> Canon {
        if let Canon::Table(entries) = &mut self {
            entries.push(("kind".into(), Canon::Text(kind.into())));
        }
        self
    }

    /// What stands at a path; a list of one stands for its element.
    pub(super) fn at(&self, path: &[String]) -> Option<&Canon> {
        match (self, path.split_first()) {
            (_, None) => Some(self),
            (Canon::Table(entries), Some((first, rest))) => entries.iter().find(|(key, _)| key == first)?.1.at(rest),
            (Canon::List(items), Some((first, rest))) => match first.parse::<usize>() {
                Ok(at) => items.get(at)?.at(rest),
                Err(_) if items.len() == 1 => items[0].at(path),
                Err(_) => None,
            },
            _ => None,
        }
    }

    /// The one number, word or flag that this is; a kind without parameters is a word.
    pub(super) fn plain(&self) -> Option<Value> {
        match self {
            Canon::Count(n) => Some(Value::Number(*n as f64)),
            Canon::Number(x) => Some(Value::Number(*x)),
            Canon::Flag(flag) => Some(Value::Flag(*flag)),
            Canon::Text(text) => Some(Value::Text(text.to_string())),
            Canon::Table(entries) => match entries.as_slice() {
                [(key, kind)] if key == "kind" => kind.plain(),
                _ => None,
            },
            Canon::List(items) if items.len() == 1 => items[0].plain(),
            Canon::List(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_meaning_has_equal_text_and_different_meaning_has_not() {
        let table = |entries: [(&'static str, Canon); 2]| Canon::Table(entries.map(|(k, v)| (k.into(), v)).to_vec());
        let a = table([("a", Canon::Number(-0.0)), ("b", Canon::Text("x\"y".into()))]);
        let b = table([("b", Canon::Text("x\"y".into())), ("a", Canon::Number(0.0))]);
        assert_eq!(a.text(), b.text());
        assert_eq!(a.text(), r#"{"a":0e0,"b":"x\"y",}"#);
        assert_ne!(Canon::Text("1".into()).text(), Canon::Count(1).text());
        assert_ne!(Canon::Number(0.1 + 0.2).text(), Canon::Number(0.3).text());
        let nested = |inner: Vec<Canon>| Canon::List(vec![Canon::List(inner), Canon::Flag(true)]).text();
        assert_ne!(nested(vec![]), nested(vec![Canon::Flag(true)]));
    }
}
