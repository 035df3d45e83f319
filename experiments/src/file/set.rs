//! `--set PATH=VALUE`: changes the tree before anything is resolved.
//!
//! The path is a dotted key of the file, the value is TOML; what is no TOML value stands for text. Later ones win.

use super::diagnostic::{Problem, Problems, quote};
use super::document::{self, Data, Node, Sources, Span, Via};
use super::path;

/// Applies the arguments in order.
pub(super) fn apply(root: &mut Node, sets: &[String], sources: &mut Sources, problems: &mut Problems) {
    for argument in sets {
        let shown = argument.char_indices().nth(60).map_or(argument.as_str(), |(at, _)| &argument[..at]);
        let source = sources.add(&format!("--set {shown}"), argument);
        let span = |start: usize, end: usize| Span { source, start: start as u32, end: end as u32 };
        let whole = span(0, argument.len());
        if argument.len() > document::LONGEST_TEXT {
            problems.push(Problem::new(whole, "this argument is too long"));
            continue;
        }
        let Some(equals) = assignment(argument) else {
            let problem = Problem::new(whole, "this argument sets nothing");
            problems.push(problem.expected("PATH=VALUE, such as replicate.max=100"));
            continue;
        };
        let (key, text) = (argument[..equals].trim(), &argument[equals + 1..]);
        let Some(segments) = path::split(key) else {
            let problem = Problem::new(span(0, equals), format!("{} is no dotted key", quote(key)));
            problems.push(problem.expected("a path such as scenario.offered_load"));
            continue;
        };
        let start = equals + 1 + (text.len() - text.trim_start().len());
        let value = span(start, start + text.trim().len());
        let mut node = value_of(text.trim(), value, sources, problems);
        node.mark(&Via::Set);
        if let Err(problem) = path::put(root, &segments, node, span(0, equals)) {
            problems.push(problem);
        }
    }
}

/// The `=` between path and value: the first that is not inside quotes.
fn assignment(argument: &str) -> Option<usize> {
    let mut quote = None;
    argument.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '=') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        None
    })
}

fn value_of(text: &str, span: Span, sources: &Sources, problems: &mut Problems) -> Node {
    if text.is_empty() {
        problems.push(Problem::new(span, "this argument has no value").expected("PATH=VALUE; an empty text is \"\""));
        return Node::new(Data::Broken, span);
    }
    if document::is_value(text) || text.starts_with(['[', '{', '"', '\'']) {
        return document::parse_value(sources, span, problems);
    }
    Node::new(Data::Text(text.into()), span)
}
