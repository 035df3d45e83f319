//! Places errors of an expression inside the file that holds it.
//!
//! Not here: the language itself (`expr`).

use super::diagnostic::Problem;
use super::document::{Sources, Span};
use crate::expr::Error;

/// The error of an expression that stands as text at `span`: at its own place where the text is written plainly,
/// else (escapes, several lines) at the whole text.
pub(super) fn problem(sources: &Sources, span: Span, text: &str, error: Error) -> Problem {
    let quotes = ["", "'''", "\"\"\"", "'", "\""].into_iter();
    let written = sources.written(span);
    let start = quotes.filter(|quote| written == format!("{quote}{text}{quote}")).map(str::len).next();
    let place = start.map_or(span, |offset| {
        let at = |byte: usize| span.start + (offset + byte) as u32;
        Span { source: span.source, start: at(error.span.start), end: at(error.span.end) }
    });
    Problem { span: place, message: error.message, expected: error.expected, suggestion: error.suggestion, note: None }
}
