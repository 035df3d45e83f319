//! Messages about an experiment file, like a good compiler's: file, line, column, the underlined source, what was
//! expected, and the nearest valid word. Whatever the file holds, the text printed is harmless to a terminal.
//!
//! Not here: finding the errors.

use super::document::{Sources, Span};
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// The most messages that one reading gives.
const MOST_PROBLEMS: usize = 100;
/// The widest excerpt of a source line, in columns of the terminal.
const WIDEST: usize = 100;
/// The longest piece of a user's text that is repeated inside a message, in characters.
const LONGEST_ECHO: usize = 60;

/// An error as it is found: a place and sentences. [`Problems::finish`] turns it into a [`Diagnostic`].
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The culprit.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub expected: Option<String>,
    /// The nearest valid word.
    pub suggestion: Option<String>,
    /// Anything else that helps.
    pub note: Option<String>,
}

impl Problem {
    /// Something wrong at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Problem { span, message: message.into(), expected: None, suggestion: None, note: None }
    }

    /// Says what would be right.
    pub fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(text.into());
        self
    }

    /// Suggests the nearest of the valid words, and lists them when they are few.
    pub fn nearest<'a>(mut self, word: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        let valid: Vec<&str> = valid.into_iter().collect();
        self.suggestion = nearest(word, &valid).map(str::to_owned);
        if self.expected.is_none() && !valid.is_empty() {
            self.expected = Some(one_of(&valid));
        }
        self
    }

    /// Adds a sentence.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = Some(text.into());
        self
    }
}

/// The errors found so far.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
    /// The lines that hold an error of syntax: what else is wrong there follows from it.
    broken: Vec<Span>,
}

impl Problems {
    /// Adds one, unless the same was said before.
    pub fn push(&mut self, problem: Problem) {
        let known = |p: &Problem| p.span == problem.span && p.message == problem.message;
        let at = problem.span;
        if self.broken.iter().any(|lines| lines.source == at.source && lines.start <= at.start && at.end <= lines.end) {
            return;
        }
        if !self.is_full() && !self.list.iter().any(known) {
            self.list.push(problem);
        }
    }

    /// Adds an error of syntax in the given lines: what is missing afterwards may be missing because of it.
    pub fn syntax(&mut self, problem: Problem, lines: Span) {
        self.push(problem);
        self.broken.push(lines);
    }

    /// Marks lines that hold only consequences of an error of syntax.
    pub fn consequence(&mut self, lines: Span) {
        self.broken.push(lines);
    }

    /// Whether a syntax error was found.
    pub fn has_syntax(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Whether no more are taken.
    pub fn is_full(&self) -> bool {
        self.list.len() > MOST_PROBLEMS
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Takes over the errors of another collection.
    pub fn append(&mut self, other: Problems) {
        self.broken.extend(other.broken);
        other.list.into_iter().for_each(|problem| self.push(problem));
    }

    /// The messages, in the order of the file.
    pub fn finish(mut self, sources: &Sources) -> Vec<Diagnostic> {
        self.list.sort_by_key(|p| p.span);
        let more = self.list.len() > MOST_PROBLEMS;
        self.list.truncate(MOST_PROBLEMS);
        let mut found: Vec<_> = self.list.into_iter().map(|p| Diagnostic::locate(p, sources)).collect();
        if let (true, Some(last)) = (more, found.last_mut()) {
            last.note = Some(format!("there are more errors than these {MOST_PROBLEMS}"));
        }
        found
    }
}

/// One message, complete in itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The file, or the argument.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// The bytes of the culprit in the file.
    pub span: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub expectation: Option<String>,
    /// The nearest valid word.
    pub suggestion: Option<String>,
    /// Anything else that helps.
    pub note: Option<String>,
    /// The source line, cut to what fits, and where in it the culprit stands.
    excerpt: Excerpt,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Excerpt {
    text: String,
    before: usize,
    width: usize,
}

impl Diagnostic {
    fn locate(problem: Problem, sources: &Sources) -> Self {
        let source = sources.get(problem.span.source);
        let text = &*source.text;
        let start = floor_boundary(text, problem.span.start as usize);
        let end = floor_boundary(text, problem.span.end as usize).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        Diagnostic {
            file: source.name.clone(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            span: start..end,
            message: problem.message,
            expectation: problem.expected,
            suggestion: problem.suggestion,
            note: problem.note,
            excerpt: Excerpt::cut(&text[line_start..line_end], start - line_start, end.min(line_end) - line_start),
        }
    }

    /// The whole message over several lines, with colours for a terminal if asked.
    pub fn render(&self, colour: bool) -> String {
        let (red, blue, bold, reset) =
            if colour { ("\x1b[1;31m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m") } else { ("", "", "", "") };
        let margin = " ".repeat(self.line.to_string().len());
        let mut out = format!("{red}error{reset}{bold}: {}{reset}\n", harmless(&self.message));
        let place = format!("{}:{}:{}", harmless(&self.file), self.line, self.column);
        let bar = format!("{margin} {blue}|{reset}");
        let _ = writeln!(out, "{margin}{blue}-->{reset} {place}\n{bar}");
        let _ = writeln!(out, "{blue}{} |{reset} {}", self.line, self.excerpt.text);
        let (before, carets) = (" ".repeat(self.excerpt.before), "^".repeat(self.excerpt.width.max(1)));
        let _ = writeln!(out, "{bar} {before}{red}{carets}{reset}");
        let suggestion = self.suggestion.as_ref().map(|word| format!("did you mean `{word}`?"));
        for (label, text) in [("expected", &self.expectation), ("help", &suggestion), ("note", &self.note)] {
            if let Some(text) = text {
                let _ = writeln!(out, "{margin} {blue}={reset} {bold}{label}{reset}: {}", harmless(text));
            }
        }
        out
    }
}

/// One line: `file:line:column: message`.
impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", harmless(&self.file), self.line, self.column, harmless(&self.message))
    }
}

impl Excerpt {
    /// Cuts a line to a window around bytes `start..end`, tabs expanded and control characters made visible.
    fn cut(line: &str, start: usize, end: usize) -> Excerpt {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (start, end) = (start.min(line.len()), end.min(line.len()));
        let from = if columns(&line[..end]) <= WIDEST { 0 } else { window_start(line, start) };
        let mut excerpt = Excerpt::default();
        if from > 0 {
            excerpt.text.push('…');
        }
        let mut used = columns(&excerpt.text);
        for (offset, c) in line[from..].char_indices() {
            let shown = show(c);
            if used + columns(&shown) > WIDEST {
                excerpt.text.push('…');
                break;
            }
            let at = from + offset;
            if at < start {
                excerpt.before = used + columns(&shown);
            } else if at < end {
                excerpt.width += columns(&shown);
            }
            used += columns(&shown);
            excerpt.text.push_str(&shown);
        }
        if from > 0 && start == from {
            excerpt.before = 1;
        }
        excerpt
    }
}

/// Where a window that shows byte `start` with some context before it begins.
fn window_start(line: &str, start: usize) -> usize {
    let context = line[..start].char_indices().rev().take(WIDEST / 4).last();
    context.map_or(start, |(at, _)| at)
}

fn show(c: char) -> String {
    match c {
        '\t' => "    ".to_owned(),
        c if is_harmless(c) => c.to_string(),
        c => c.escape_unicode().to_string(),
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { 4 } else { c.width().unwrap_or(8) }).sum()
}

/// Whether a terminal shows the character as itself: no control characters, none that reorder or hide text.
fn is_harmless(c: char) -> bool {
    let hides = matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !hides
}

/// The text with everything that could act on a terminal made visible instead.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_harmless(c) { c.to_string() } else { c.escape_unicode().to_string() }).collect()
}

/// A piece of a user's text inside a message, cut if long.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(LONGEST_ECHO) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}

/// "one of: a, b, c", cut after a dozen.
pub fn one_of(words: &[&str]) -> String {
    match words {
        [one] => format!("`{one}`"),
        _ if words.len() <= 16 => format!("one of: {}", words.join(", ")),
        _ => format!("one of: {}, … ({} in all)", words[..12].join(", "), words.len()),
    }
}

/// The valid word that a misspelt one most probably stands for: by edit distance, `_` and `-` being the same.
pub fn nearest<'a>(word: &str, valid: &[&'a str]) -> Option<&'a str> {
    if word.len() > 64 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let word = plain(word);
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    let distance = |candidate: &&str| strsim::osa_distance(&word, &plain(candidate));
    let near = |best: &&str| distance(best) <= allowed && distance(best) < word.chars().count();
    let best = valid.iter().copied().min_by_key(distance).filter(near);
    let longer = || valid.iter().copied().find(|v| word.len() >= 3 && plain(v).starts_with(&word));
    best.or_else(longer)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::default();
        let source = sources.add("x.toml", text);
        let mut problems = Problems::default();
        problems.push(Problem::new(Span { source, start: start as u32, end: end as u32 }, "wrong"));
        problems.finish(&sources)[0].render(false)
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_underline_below_the_culprit() {
        let lines: Vec<String> = render("\tk = \"漢字\" # x", 5, 13).lines().map(str::to_owned).collect();
        assert_eq!(lines[3], "1 |     k = \"漢字\" # x");
        assert_eq!(lines[4], "  |         ^^^^^^");
    }

    #[test]
    fn long_lines_are_cut_around_the_culprit() {
        let text = format!("{}BAD{}", "a".repeat(5000), "b".repeat(5000));
        let shown = render(&text, 5000, 5003);
        assert!(shown.contains("x.toml:1:5001") && shown.lines().all(|l| l.chars().count() < 120), "{shown}");
        let (line, carets) = (shown.lines().nth(3).unwrap(), shown.lines().nth(4).unwrap());
        let at = line.chars().position(|c| c == 'B').unwrap();
        assert_eq!(carets.chars().position(|c| c == '^'), Some(at), "{shown}");
    }

    #[test]
    fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
        let shown = render("a = \"\x1b]0;pwned\x07 \u{202e}\"", 4, 10);
        assert!(shown.chars().all(|c| c == '\n' || is_harmless(c)), "{shown:?}");
    }

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("sendr", &["sender", "receiver"]), Some("sender"));
        assert_eq!(nearest("offered-load", &["offered_load", "lifetime"]), Some("offered_load"));
        assert_eq!(nearest("xyzzy", &["sender", "receiver"]), None);
    }
}
