//! Dotted keys into a tree: what `[sweep]` and `--set` change, and what expressions look at.
//!
//! Not here: which section a path belongs to (`sweep`).

use super::diagnostic::{Problem, quote};
use super::document::{Data, Key, Node, Span};
use std::sync::Arc;

/// Splits a dotted key; a segment with dots stands in quotes.
pub(super) fn split(path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    let mut rest = path.trim();
    loop {
        let (segment, after) = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest[1..].split_once(quote)?,
            _ => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].trim_end(), &rest[end..])
            }
        };
        let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if segment.is_empty() || (!rest.starts_with(['"', '\'']) && !segment.chars().all(bare)) {
            return None;
        }
        segments.push(segment.to_owned());
        match after.trim_start().strip_prefix('.') {
            Some(next) => rest = next.trim_start(),
            None if after.trim().is_empty() => return Some(segments),
            None => return None,
        }
    }
}

/// Puts a value at a path below `root`; tables on the way are made where there are none. `span` is where the path is
/// written.
pub(super) fn put(root: &mut Node, path: &[String], value: Node, span: Span) -> Result<(), Problem> {
    let Some((first, rest)) = path.split_first() else {
        *root = value;
        return Ok(());
    };
    match &mut root.data {
        Data::Table(table) => {
            let table = Arc::make_mut(table);
            let key = Key { name: first.as_str().into(), span };
            if rest.is_empty() {
                table.put(key, value);
                return Ok(());
            }
            if table.get(first).is_none() {
                table.put(key, Node { via: value.via.clone(), ..Node::empty_table(span) });
            }
            let below = table.0.iter_mut().find(|(key, _)| *key.name == **first);
            below.map_or(Ok(()), |(_, node)| put(node, rest, value, span))
        }
        Data::List(list) => {
            let length = list.len();
            let at = first.parse::<usize>().ok().or((length == 1).then_some(0));
            let below = at.and_then(|at| Arc::make_mut(list).get_mut(at));
            let problem = || {
                let problem = Problem::new(span, format!("{} leads into a list of {length}", quote(first)));
                problem.expected("the number of an element, from 0")
            };
            let rest = if first.parse::<usize>().is_ok() { rest } else { path };
            below.map_or_else(|| Err(problem()), |node| put(node, rest, value, span))
        }
        Data::Broken => Ok(()),
        // A bare name stands for a table with only its kind.
        Data::Text(word) => {
            let kind = Node { data: Data::Text(word.clone()), ..root.clone() };
            let mut table = Node { via: root.via.clone(), ..Node::empty_table(root.span) };
            put(&mut table, &["kind".to_owned()], kind, root.span)?;
            *root = table;
            put(root, path, value, span)
        }
        _ => {
            Err(Problem::new(span, format!("{} is a key below {}", quote(first), root.what()))
                .expected("a table there"))
        }
    }
}

/// The value at a path; a list of one stands for its element.
pub(super) fn get<'n>(root: &'n Node, path: &[String]) -> Option<&'n Node> {
    let Some((first, rest)) = path.split_first() else { return Some(root) };
    match &root.data {
        Data::Table(table) => get(table.get(first)?, rest),
        Data::List(list) => match first.parse::<usize>() {
            Ok(at) => get(list.get(at)?, rest),
            Err(_) if list.len() == 1 => get(&list[0], path),
            Err(_) => None,
        },
        Data::Text(_) if path == ["kind"] => Some(root),
        _ => None,
    }
}
