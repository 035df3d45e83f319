//! Checks the names of an expression before it is evaluated, so that a misspelt key or policy is an error with its
//! place and not a condition that is never true.

use super::{Error, Expr, Filter, Kind, Name, Operator};
use crate::file::diagnostic::{nearest, one_of, quote};

/// The names that an expression may use.
pub struct Scope<'a> {
    /// What a name stands for: "key", "metric".
    pub noun: &'a str,
    /// Whether there is such a name.
    pub knows: &'a dyn Fn(&str) -> bool,
    /// Names to suggest from.
    pub all: Vec<&'a str>,
    /// The words that a name can be compared with, if they are known.
    pub values: &'a dyn Fn(&str) -> Option<Vec<&'a str>>,
    /// The names that may stand in brackets; `None` if there are no brackets here.
    pub filters: Option<&'a Scope<'a>>,
}

/// Every name that the scope does not know, and every word that its name cannot have.
pub fn check(expr: &Expr, scope: &Scope<'_>) -> Vec<Error> {
    let mut errors = Vec::new();
    visit(expr, scope, &mut errors);
    errors
}

fn visit(expr: &Expr, scope: &Scope<'_>, errors: &mut Vec<Error>) {
    match &expr.kind {
        Kind::Number(_) | Kind::Text(_) | Kind::Flag(_) => {}
        Kind::Name(name) => known(name, expr, scope, errors),
        Kind::Not(inner) | Kind::Negative(inner) => visit(inner, scope, errors),
        Kind::List(items) | Kind::Call(_, items) => items.iter().for_each(|item| visit(item, scope, errors)),
        Kind::Binary(Operator::Equal | Operator::NotEqual, a, b) => match (key(a, scope), key(b, scope)) {
            (Some(key), None) => word(key, b, scope, errors),
            (None, Some(key)) => word(key, a, scope, errors),
            _ => [a, b].into_iter().for_each(|side| visit(side, scope, errors)),
        },
        Kind::Binary(Operator::In, item, list) => {
            visit(item, scope, errors);
            match (key(item, scope), &list.kind) {
                (Some(key), Kind::List(items)) => items.iter().for_each(|item| word(key, item, scope, errors)),
                _ => visit(list, scope, errors),
            }
        }
        Kind::Binary(_, a, b) => [a, b].into_iter().for_each(|side| visit(side, scope, errors)),
    }
}

/// The known name that an expression is, if it is one.
fn key<'e>(expr: &'e Expr, scope: &Scope<'_>) -> Option<&'e str> {
    match &expr.kind {
        Kind::Name(name) if name.filters.is_empty() && (scope.knows)(&name.path) => Some(&name.path),
        _ => None,
    }
}

fn known(name: &Name, expr: &Expr, scope: &Scope<'_>, errors: &mut Vec<Error>) {
    if !(scope.knows)(&name.path) {
        let span = expr.span.start..expr.span.start + name.path.len();
        errors.push(unknown(span, scope.noun, &name.path, &scope.all));
    }
    match scope.filters {
        Some(inner) => name.filters.iter().for_each(|filter| filtered(filter, inner, errors)),
        None => errors.extend(
            name.filters.first().map(|filter| Error::new(filter.span.clone(), "only a metric has filters in brackets")),
        ),
    }
}

fn filtered(filter: &Filter, scope: &Scope<'_>, errors: &mut Vec<Error>) {
    if (scope.knows)(&filter.key) {
        word(&filter.key, &filter.value, scope, errors);
    } else {
        errors.push(unknown(filter.span.clone(), scope.noun, &filter.key, &scope.all));
    }
}

/// What a key is compared with: a word of its own, or an expression.
fn word(key: &str, value: &Expr, scope: &Scope<'_>, errors: &mut Vec<Error>) {
    let word = match &value.kind {
        Kind::Name(name) if name.filters.is_empty() => &name.path,
        Kind::Text(text) => text,
        _ => return visit(value, scope, errors),
    };
    if let Some(values) = (scope.values)(key).filter(|values| !values.contains(&word.as_str())) {
        errors.push(unknown(value.span.clone(), key, word, &values));
    }
}

fn unknown(span: std::ops::Range<usize>, noun: &str, word: &str, valid: &[&str]) -> Error {
    let error = Error::new(span, format!("unknown {noun} {}", quote(word)));
    let suggestion = nearest(word, valid).map(str::to_owned);
    match valid.len() {
        0 => Error { suggestion, ..error },
        _ => Error { suggestion, ..error.expected(one_of(valid)) },
    }
}

/// Whether an expression can be true or false; a bare name can.
pub fn is_condition(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Flag(_) | Kind::Name(_) => true,
        _ => is_comparison(expr),
    }
}

/// Whether an expression compares, or joins comparisons.
pub fn is_comparison(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Not(inner) => is_condition(inner),
        Kind::Binary(Operator::And | Operator::Or, a, b) => is_condition(a) && is_condition(b),
        Kind::Binary(operator, ..) => operator.compares(),
        _ => false,
    }
}
