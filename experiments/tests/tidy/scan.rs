//! Enough of Rust's lexical structure to measure sources: what is code and what is comment or literal, which items are
//! for tests only, and how long functions are.
//!
//! Not here: what is allowed.

/// A function of a source.
#[derive(Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The line of its `fn`, from 1.
    pub(crate) line: usize,
    /// From its `fn` to its closing brace.
    pub(crate) lines: usize,
}

/// The text with comments, strings and characters blanked, byte for byte; line breaks stay.
pub(crate) fn code(text: &str) -> String {
    let source = text.as_bytes();
    let mut out = source.to_vec();
    let mut at = 0;
    while at < source.len() {
        let end = skipped(source, at).unwrap_or(at);
        blank(&mut out[at..end]);
        at = end.max(at + 1);
    }
    String::from_utf8(out).expect("whole characters are blanked")
}

fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
}

/// Where the comment or literal that begins here ends, if one begins here.
fn skipped(source: &[u8], at: usize) -> Option<usize> {
    let rest = &source[at..];
    let found = |needle: &[u8], from: usize| find(source, needle, from).map_or(source.len(), |p| p + needle.len());
    match rest {
        [b'/', b'/', ..] => Some(find(source, b"\n", at).unwrap_or(source.len())),
        [b'/', b'*', ..] => Some(block_comment_end(source, at)),
        [b'"', ..] => Some(quoted_end(source, at + 1, b'"')),
        [b'r', ..] if !within_word(source, at) => {
            let hashes = rest[1..].iter().take_while(|b| **b == b'#').count();
            let closing = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
            (rest.get(1 + hashes) == Some(&b'"')).then(|| found(&closing, at + 2 + hashes))
        }
        [b'\'', b'\\', ..] => Some(quoted_end(source, at + 1, b'\'')),
        [b'\'', first, ..] => {
            let width = match first {
                0..0x80 => 1,
                0x80..0xe0 => 2,
                0xe0..0xf0 => 3,
                _ => 4,
            };
            // Without the closing mark it is a lifetime.
            (rest.get(1 + width) == Some(&b'\'')).then_some(at + width + 2)
        }
        _ => None,
    }
}

/// Whether the letter belongs to a longer word; the `b` and `c` of byte and C strings do not count.
fn within_word(source: &[u8], at: usize) -> bool {
    let before = source[..at].iter().rev();
    let mut letters = before.take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
    !matches!((letters.next(), letters.next()), (None, _) | (Some(b'b' | b'c'), None))
}

fn find(source: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    (from..source.len()).find(|p| source[*p..].starts_with(needle))
}

fn quoted_end(source: &[u8], from: usize, mark: u8) -> usize {
    let mut at = from;
    while at < source.len() && source[at] != mark {
        at += if source[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(source.len())
}

fn block_comment_end(source: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at < source.len() {
        match &source[at..] {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    source.len()
}

/// From a place in code: where the body opens, if there is one before the item ends, and where the item ends.
fn item(code: &str, from: usize) -> (Option<usize>, usize) {
    let (mut depth, mut body) = (0, None);
    for (at, b) in code.bytes().enumerate().skip(from) {
        match b {
            b'{' if depth == 0 && body.is_none() => (depth, body) = (1, Some(at)),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' => depth -= 1,
            b'}' if depth == 1 && body.is_some() => return (body, at + 1),
            b'}' => depth -= 1,
            b';' if depth == 0 => return (None, at + 1),
            _ => {}
        }
    }
    (body, code.len())
}

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Every function with a body.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let function = |(at, _): (usize, &str)| {
        let rest = code[at..].strip_prefix("fn ")?.trim_start();
        if code[..at].ends_with(word) {
            return None;
        }
        let name: String = rest.chars().take_while(|c| word(*c)).collect();
        let (body, end) = item(code, at);
        let line = line_of(code, at);
        (body.is_some() && !name.is_empty()).then(|| Function { name, line, lines: line_of(code, end - 1) - line + 1 })
    };
    code.match_indices("fn ").filter_map(function).collect()
}

const FOR_TESTS: &str = "#[cfg(test)]";

/// The code with everything that is compiled for tests only blanked.
pub(crate) fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    for (at, _) in code.match_indices(FOR_TESTS) {
        let end = item(code, at + FOR_TESTS.len()).1;
        blank(&mut out[at..end]);
    }
    String::from_utf8(out).expect("items begin and end at ASCII characters")
}

/// The names of the files that are modules for tests only: `#[cfg(test)] mod name;`.
pub(crate) fn test_modules(code: &str) -> Vec<&str> {
    let module = |(at, _): (usize, &'_ str)| {
        let end = item(code, at + FOR_TESTS.len()).1;
        let name = code[at + FOR_TESTS.len()..end].trim().strip_prefix("mod ")?.strip_suffix(';')?;
        Some(name.trim())
    };
    code.match_indices(FOR_TESTS).filter_map(module).collect()
}

/// Lines up to the module of tests with which a file may end.
pub(crate) fn lines_before_tests(code: &str) -> usize {
    let ends_file = |at: usize| {
        let rest = code[at + FOR_TESTS.len()..].trim_start();
        rest.starts_with("mod ") && code[item(code, at + FOR_TESTS.len()).1..].trim().is_empty()
    };
    match code.rfind(FOR_TESTS).filter(|at| ends_file(*at)) {
        Some(at) => line_of(code, at) - 1,
        None => code.lines().count(),
    }
}

#[test]
fn comments_strings_and_characters_are_no_code() {
    let text = "a /* b /* c */ { */ d // { \"\nlet e = \"{ \\\" {\"; f('{', '\\'', b'}', 'é', \"é{\") g";
    let seen: String = code(text).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(seen, "a d let e = ; f( , , b , , ) g");
    assert_eq!(code(text).len(), text.len());
    assert_eq!(code(text).lines().count(), 2);
}

#[test]
fn raw_strings_end_at_their_own_mark_and_lifetimes_are_code() {
    assert_eq!(code("r#\"{ \" }\"# x br\"\\\" y").split_whitespace().collect::<String>(), "xby");
    assert_eq!(code("var\"{\"").trim_end(), "var");
    assert_eq!(code("fn f<'a>(x: &'a str) -> &'static str { x }"), "fn f<'a>(x: &'a str) -> &'static str { x }");
}

#[test]
fn an_unclosed_literal_ends_with_the_file() {
    for text in ["\"abc", "/* abc", "r##\"abc\"#", "'\\", "'"] {
        assert_eq!(code(text).len(), text.len());
    }
}

#[test]
fn functions_are_measured_from_their_name_to_their_brace() {
    let text = "trait T {\n  fn none(&self) -> [u8; 3];\n  fn one() {}\n}\nconst fn two(f: fn(u8) -> u8) -> bool\nwhere\n{\n  '{' == \
                '}'\n}\nfn three() { fn four() {\n} }";
    let found: Vec<_> = functions(&code(text)).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    let expected = [("one", 3, 1), ("two", 5, 5), ("three", 10, 2), ("four", 10, 2)];
    assert_eq!(found, expected.map(|(name, line, lines)| (name.to_owned(), line, lines)));
}

#[test]
fn what_is_for_tests_is_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod slow;\nfn b() {}\n#[cfg(test)]\nfn c(x: [u8; 2]) { d(); }\nfn e() {}\n\
                #[cfg(test)]\nmod tests {\n  fn f() { g; }\n}\n";
    let seen = without_tests(&code(text)).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(seen, "use a; fn b() {} fn e() {}");
    assert_eq!(test_modules(&code(text)), ["slow"]);
    assert_eq!(lines_before_tests(&code(text)), 7);
    assert_eq!(lines_before_tests("a\n#[cfg(test)]\nmod tests {}\nb\n"), 4);
}
