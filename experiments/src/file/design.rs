//! Reads the design of an experiment: a CSV file whose header names swept paths and whose rows are points.
//!
//! Not here: opening the file, which the caller does.

use super::diagnostic::{Problem, quote};
use super::document::{self, Data, Node, Span, Via};
use super::sweep::{Axis, Column, Reader, Target};

/// The most rows.
const MOST_ROWS: usize = 1_000_000;

/// The axis of the design that `node` names. An empty field leaves what the table has.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Axis> {
    let Some(file) = node.text() else {
        if !matches!(node.data, Data::Broken) {
            let problem = Problem::new(node.span, format!("`design` cannot be {}", node.what()));
            reader.problems.push(problem.expected("the name of a CSV file"));
        }
        return None;
    };
    let text = match (reader.env.beside)(file) {
        Ok(text) => text,
        Err(sentence) => {
            reader.problems.push(Problem::new(node.span, format!("{} cannot be read: {sentence}", quote(file))));
            return None;
        }
    };
    let source = reader.sources.add(file, &text);
    let mut csv =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let header = csv.headers().cloned().unwrap_or_default();
    let top = &text[..text.find('\n').unwrap_or(text.len())];
    let place = |path: &str| {
        let start = top.find(path).unwrap_or(0);
        let end = if top.contains(path) { start + path.len() } else { top.len() };
        Span { source, start: start as u32, end: end as u32 }
    };
    let columns: Vec<Column> = header.iter().filter_map(|path| reader.column(path, place(path))).collect();
    if columns.len() != header.len() || columns.is_empty() {
        if header.is_empty() {
            reader.problems.push(Problem::new(node.span, format!("{} has no header", quote(file))));
        }
        return None;
    }
    let mut rows = Vec::new();
    for record in csv.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                reader.problems.push(Problem::new(node.span, format!("{} is no CSV: {error}", quote(file))));
                return None;
            }
        };
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let end = text[start.min(text.len())..].find('\n').map_or(text.len(), |at| start + at);
        let span = Span { source, start: start as u32, end: end as u32 };
        if record.len() != columns.len() || rows.len() >= MOST_ROWS {
            let message = format!("this row has {} fields", record.len());
            reader.problems.push(
                Problem::new(span, message)
                    .expected(format!("{} as in the header, in at most {MOST_ROWS} rows", columns.len())),
            );
            return None;
        }
        rows.push(record.iter().zip(&columns).map(|(field, column)| value(reader, field, column, span)).collect());
    }
    Some(Axis { columns, rows })
}

/// A field: a TOML value, or else text. `row` is where its row stands.
fn value(reader: &mut Reader<'_>, field: &str, column: &Column, row: Span) -> Option<Node> {
    if field.is_empty() {
        return None;
    }
    let at = reader.sources.written(row).find(field).map(|at| row.start + at as u32);
    let own = at.map(|start| Span { source: row.source, start, end: start + field.len() as u32 });
    let mut node = match own {
        Some(span) if document::is_value(field) => document::parse_value(reader.sources, span, reader.problems),
        span => Node::new(Data::Text(field.into()), span.unwrap_or(row)),
    };
    node.mark(&Via::Sweep(column.path.clone()));
    match column.target {
        Target::Choice(section) => reader.known_name(&node, section).then_some(node),
        Target::Key(..) => Some(node),
    }
}
