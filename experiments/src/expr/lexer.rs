//! Splits an expression into tokens, each with its place.

use super::Error;
use crate::file::diagnostic::quote;
use std::ops::Range;

/// The longest expression, in bytes.
const LONGEST: usize = 4096;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// A word with dots and dashes: a name, a function or a bare word.
    Word(String),
    /// An operator or bracket; keywords arrive here in their symbolic spelling.
    Symbol(&'static str),
    End,
}

const SYMBOLS: &[&str] =
    &["&&", "||", "==", "!=", "<=", ">=", "<", ">", "=", "!", "+", "-", "*", "/", "^", "(", ")", "[", "]", ","];
const KEYWORDS: &[(&str, &str)] = &[("and", "&&"), ("or", "||"), ("not", "!"), ("in", "in")];

/// All tokens; the last is `End`.
pub(super) fn lex(text: &str) -> Result<Vec<(Token, Range<usize>)>, Error> {
    if text.len() > LONGEST {
        return Err(
            Error::new(LONGEST..text.len(), "the expression is too long").expected(format!("at most {LONGEST} bytes"))
        );
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = match c {
            c if c.is_whitespace() => at + c.len_utf8(),
            '"' | '\'' => quoted(text, at, c, &mut tokens)?,
            c if c.is_ascii_digit() || (c == '.' && text[at + 1..].starts_with(|d: char| d.is_ascii_digit())) => {
                number(text, at, &mut tokens)?
            }
            c if c.is_alphabetic() || c == '_' => word(text, at, &mut tokens),
            _ => symbol(text, at, c, &mut tokens)?,
        };
        at = end;
    }
    tokens.push((Token::End, at..at));
    Ok(tokens)
}

fn quoted(text: &str, at: usize, quote: char, tokens: &mut Vec<(Token, Range<usize>)>) -> Result<usize, Error> {
    let Some(length) = text[at + 1..].find(quote) else {
        return Err(Error::new(at..text.len(), "this text has no end").expected(format!("a closing {quote}")));
    };
    let end = at + 1 + length;
    tokens.push((Token::Text(text[at + 1..end].to_owned()), at..end + 1));
    Ok(end + 1)
}

fn number(text: &str, at: usize, tokens: &mut Vec<(Token, Range<usize>)>) -> Result<usize, Error> {
    let bytes = text.as_bytes();
    let mut end = at;
    while let Some(b) = bytes.get(end) {
        let sign = matches!(b, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E');
        if !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_') || sign) {
            break;
        }
        end += 1;
    }
    match text[at..end].replace('_', "").parse::<f64>() {
        Ok(x) if x.is_finite() => tokens.push((Token::Number(x), at..end)),
        _ => {
            return Err(Error::new(at..end, format!("{} is not a number", quote(&text[at..end])))
                .expected("a number; text such as \"1MiB\" needs quotes"));
        }
    }
    Ok(end)
}

/// A word; a dash belongs to it when a letter follows directly, so that `bounded-pareto` is one word and `a - b` three.
fn word(text: &str, at: usize, tokens: &mut Vec<(Token, Range<usize>)>) -> usize {
    let mut end = at;
    while let Some(c) = text[end..].chars().next() {
        let follows = text[end + c.len_utf8()..].chars().next();
        let joins = matches!(c, '-' | '.' | ':') && follows.is_some_and(|f| f.is_alphanumeric() || f == '_');
        if !(c.is_alphanumeric() || c == '_' || joins) {
            break;
        }
        end += c.len_utf8();
    }
    let word = &text[at..end];
    let keyword = KEYWORDS.iter().find(|(name, _)| *name == word);
    tokens.push((keyword.map_or_else(|| Token::Word(word.to_owned()), |(_, symbol)| Token::Symbol(symbol)), at..end));
    end
}

fn symbol(text: &str, at: usize, c: char, tokens: &mut Vec<(Token, Range<usize>)>) -> Result<usize, Error> {
    let Some(symbol) = SYMBOLS.iter().find(|symbol| text[at..].starts_with(**symbol)) else {
        let message = format!("unexpected character `{}`", c.escape_debug());
        return Err(Error::new(at..at + c.len_utf8(), message).expected("an expression such as offered_load >= 0.8"));
    };
    tokens.push((Token::Symbol(symbol), at..at + symbol.len()));
    Ok(at + symbol.len())
}
