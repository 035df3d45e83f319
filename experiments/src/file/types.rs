//! The types of keys in words, for messages and documentation.
//!
//! Not here: checking values (`check`).

use super::units::Dimension;
use loadlab_core::spec::{Param, Range, Ty, Unit};

/// What a key takes, as the end of a sentence: "a number between 0 and 1".
pub(super) fn describe(ty: &Ty) -> String {
    match ty {
        Ty::Count(low, high) if low == high => low.to_string(),
        Ty::Count(low, u64::MAX) if *low == 0 => "a whole number".to_owned(),
        Ty::Count(low, u64::MAX) => format!("a whole number of at least {low}"),
        Ty::Count(low, high) => format!("a whole number between {low} and {high}"),
        Ty::Number(range) => within("a number", range),
        Ty::Duration(range) => quantity(Dimension::Duration, range),
        Ty::Size(range) => quantity(Dimension::Size, range),
        Ty::Bandwidth(range) => quantity(Dimension::Bandwidth, range),
        Ty::Scale(range) => within("a number in the unit of the law, or text with a unit", range),
        Ty::Flag => "true or false".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Name => "a name of letters, digits, `-`, `_` and `.`".to_owned(),
        Ty::Expression => "an expression, as text".to_owned(),
        Ty::Choice(words) => format!("one of: {}", words.join(", ")),
        Ty::List(of) => format!("a list, each element: {}", describe(of)),
        Ty::Many(of) => format!("{}, or a list of such", describe(of)),
        Ty::Map(of) => format!("a table with free keys, each value: {}", describe(of)),
        Ty::Law(unit) => format!("a law: a table with `kind`, or {} for a constant", scale(*unit)),
        Ty::Table([]) => "a table".to_owned(),
        Ty::Table(params) => format!("a table with the keys {}", names(params).join(", ")),
        Ty::Single(params) => format!("a table with exactly one of the keys {}", names(params).join(", ")),
        Ty::Kind(id) => kind_of(id),
        Ty::AnyOf(types) => types.iter().map(describe).collect::<Vec<_>>().join("; or "),
    }
}

/// The names of parameters.
pub(super) fn names(params: &[Param]) -> Vec<&'static str> {
    params.iter().map(|param| param.name).collect()
}

/// A table that selects from a catalogue.
pub(super) fn kind_of(noun: &str) -> String {
    format!("a table whose `kind` is one of the kinds of {noun}, or the name of one that needs no other key")
}

fn within(what: &str, range: &Range) -> String {
    match range.to_string() {
        _ if *range == Range::ANY => what.to_owned(),
        text if text.starts_with("between") => format!("{what} {text}"),
        text => format!("{what}, {text}"),
    }
}

fn quantity(dimension: Dimension, range: &Range) -> String {
    match range.to_string() {
        _ if *range == Range::ANY => dimension.how().to_owned(),
        text => format!("{}, {text}", dimension.how()),
    }
}

fn scale(unit: Unit) -> &'static str {
    match unit {
        Unit::One => "a number",
        Unit::Seconds => "a duration",
        Unit::Bytes => "a size",
    }
}
