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
        Ty::Scale(range) => within("a number in the unit of the law, or text with a unit,", range),
        Ty::Flag => "true or false".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Name => "a name of letters, digits, `-`, `_` and `.`".to_owned(),
        Ty::Expression => "an expression, as text".to_owned(),
        Ty::Choice(words) => format!("one of: {}", words.join(", ")),
        Ty::List(of) => format!("a list, each element {}", describe(of)),
        Ty::Many(of) => format!("{}, or a list of such", describe(of)),
        Ty::Map(of) => format!("a table with free keys, each value {}", describe(of)),
        Ty::Law(unit) => format!("a law: a table with `kind`, or {} for a constant", scale(*unit)),
        Ty::Table(params) => format!("a table with the keys {}", names(params).join(", ")),
        Ty::Single(params) => format!("a table with exactly one of the keys {}", names(params).join(", ")),
        Ty::Kind(id) => format!("a table whose `kind` names {} {id}", article(id)),
        Ty::AnyOf(types) => types.iter().map(describe).collect::<Vec<_>>().join("; or "),
    }
}

/// The names of parameters.
pub(super) fn names(params: &[Param]) -> Vec<&'static str> {
    params.iter().map(|param| param.name).collect()
}

/// "a" or "an".
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn within(what: &str, range: &Range) -> String {
    if *range == Range::ANY { what.to_owned() } else { format!("{what} {}", preposition(range)) }
}

/// The range after a noun: "of at least 1" but "between 0 and 1".
fn preposition(range: &Range) -> String {
    let text = range.to_string();
    if text.starts_with("between") { text } else { format!("of {text}") }
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
