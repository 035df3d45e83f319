//! Names that become folders, columns and page text: a safe alphabet, so that nothing can leave the results folder
//! or be mistaken for markup, a formula or an option.
//!
//! Not here: which keys are names.

use super::diagnostic::{Problem, quote};
use super::document::Span;

/// The longest name.
const LONGEST: usize = 64;
/// Names of devices on Windows, which cannot be files there, with or without an ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// What is wrong with a name, if anything.
pub(super) fn fault(name: &str, span: Span) -> Option<Problem> {
    let problem = |message: String| {
        let expected =
            format!("1 to {LONGEST} letters (a-z, A-Z), digits, `-`, `_` or `.`, not beginning with `-` or `.`");
        Some(Problem::new(span, message).expected(expected))
    };
    let stem = name.split('.').next().unwrap_or("").to_ascii_lowercase();
    let numbered =
        |device| stem.strip_prefix(device).is_some_and(|n: &str| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    if name.is_empty() {
        problem("a name cannot be empty".to_owned())
    } else if name.len() > LONGEST {
        problem(format!("the name {} is too long", quote(name)))
    } else if let Some(c) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.".contains(*c))) {
        problem(format!("the name {} holds the character `{}`", quote(name), c.escape_debug()))
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') || name.ends_with('.') {
        problem(format!("the name {} begins or ends with a character that it cannot", quote(name)))
    } else if DEVICES.contains(&&*stem) || numbered("com") || numbered("lpt") {
        problem(format!("the name {} is a device on Windows", quote(name)))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_names_pass_and_dangerous_ones_do_not() {
        let span = Span { source: 0, start: 0, end: 0 };
        let good = |name: &str| fault(name, span).is_none();
        assert!(["a", "migration-vs-placement", "2x", "v1.2_final", "console", "com"].into_iter().all(good));
        let long = "x".repeat(65);
        let bad = [
            "", ".hidden", "..", "-rf", "a/b", "a\\b", "a b", "é", "=1+1", "NUL", "com1", "Lpt9.txt", "x.", "<b>",
            "a\0", &long,
        ];
        for name in bad {
            assert!(!good(name), "{name:?} was accepted");
        }
    }
}
