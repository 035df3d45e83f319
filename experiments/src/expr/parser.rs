//! Parses expressions: precedence climbing over the tokens, with bounded depth.

use super::lexer::{Token, lex};
use super::{Error, Expr, Filter, Function, Kind, Name, Operator};
use crate::file::diagnostic::{nearest, quote};
use std::ops::Range;

/// How deep an expression may be nested.
const DEEPEST: usize = 64;
/// The most operators: a chain of them is as deep as it is long.
const MOST_OPERATORS: usize = 256;

/// Parses a whole expression.
pub fn parse(text: &str) -> Result<Expr, Error> {
    let mut parser = Parser { tokens: lex(text)?, at: 0, depth: 0, operators: 0 };
    let expr = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    operators: usize,
}

/// The operator of a symbol and how strongly it binds.
fn operator(symbol: &str) -> Option<(Operator, u8)> {
    Some(match symbol {
        "||" => (Operator::Or, 1),
        "&&" => (Operator::And, 2),
        "==" => (Operator::Equal, 4),
        "!=" => (Operator::NotEqual, 4),
        "<" => (Operator::Less, 4),
        "<=" => (Operator::LessEqual, 4),
        ">" => (Operator::Greater, 4),
        ">=" => (Operator::GreaterEqual, 4),
        "in" => (Operator::In, 4),
        "+" => (Operator::Add, 5),
        "-" => (Operator::Subtract, 5),
        "*" => (Operator::Multiply, 6),
        "/" => (Operator::Divide, 6),
        "^" => (Operator::Power, 8),
        _ => return None,
    })
}

const NOT: u8 = 3;
const NEGATIVE: u8 = 7;

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> (Token, Range<usize>) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(s) if *s == symbol);
        if found {
            self.next();
        }
        found
    }

    fn needs(&mut self, symbol: &str) -> Result<usize, Error> {
        let end = self.span().end;
        if self.takes(symbol) { Ok(end) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, expected: &str) -> Error {
        let message = match self.peek() {
            Token::End => "the expression ends too early".to_owned(),
            Token::Number(x) => format!("unexpected number `{x}`"),
            Token::Text(text) => format!("unexpected text {}", quote(text)),
            Token::Word(word) => format!("unexpected word {}", quote(word)),
            Token::Symbol(symbol) => format!("unexpected `{symbol}`"),
        };
        Error::new(self.span(), message).expected(expected)
    }

    /// An expression whose operators bind more strongly than `least`.
    fn expression(&mut self, least: u8) -> Result<Expr, Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::new(self.span(), "nested too deeply").expected(format!("at most {DEEPEST} levels")));
        }
        let mut left = self.prefix()?;
        while let &Token::Symbol(symbol) = self.peek() {
            if symbol == "=" {
                let error = self.unexpected("`==` to compare");
                return Err(Error { suggestion: Some("==".to_owned()), ..error });
            }
            let Some((operator, strength)) = operator(symbol).filter(|(_, strength)| *strength > least) else { break };
            let chained = operator.compares() && matches!(&left.kind, Kind::Binary(o, ..) if o.compares());
            if chained && self.tokens[self.at - 1].0 != Token::Symbol(")") {
                return Err(self.unexpected("`and` or `or` between comparisons"));
            }
            self.operators += 1;
            if self.operators > MOST_OPERATORS {
                let error = Error::new(self.span(), "the expression has too many operators");
                return Err(error.expected(format!("at most {MOST_OPERATORS}")));
            }
            self.next();
            let right = match operator {
                Operator::In => self.list()?,
                // The power binds to the right, and a sign may stand in its exponent: 2^-1, 2^3^2.
                Operator::Power => self.expression(NEGATIVE)?,
                _ => self.expression(strength)?,
            };
            let span = left.span.start..right.span.end;
            left = Expr { kind: Kind::Binary(operator, Box::new(left), Box::new(right)), span };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Expr, Error> {
        let start = self.span().start;
        if self.takes("!") {
            let inner = self.expression(NOT)?;
            let span = start..inner.span.end;
            return Ok(Expr { kind: Kind::Not(Box::new(inner)), span });
        }
        if self.takes("-") {
            let inner = self.expression(NEGATIVE)?;
            let span = start..inner.span.end;
            return Ok(Expr { kind: Kind::Negative(Box::new(inner)), span });
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr, Error> {
        if self.takes("(") {
            let inner = self.expression(0)?;
            self.needs(")")?;
            return Ok(inner);
        }
        let kind = match self.peek().clone() {
            Token::Number(x) => Kind::Number(x),
            Token::Text(text) => Kind::Text(text),
            Token::Word(word) => return self.word(word),
            Token::Symbol(_) | Token::End => {
                return Err(self.unexpected("a number, a name, text in quotes, `not` or `(`"));
            }
        };
        let (_, span) = self.next();
        Ok(Expr { kind, span })
    }

    /// A flag, a call, or a name with its filters.
    fn word(&mut self, word: String) -> Result<Expr, Error> {
        let (_, span) = self.next();
        if matches!(word.as_str(), "true" | "false") {
            return Ok(Expr { kind: Kind::Flag(word == "true"), span });
        }
        if self.takes("(") {
            return self.call(&word, span);
        }
        let (mut filters, mut end) = (Vec::new(), span.end);
        if matches!(self.peek(), Token::Symbol("[")) {
            self.next();
            (filters, end) = self.filters()?;
        }
        Ok(Expr { kind: Kind::Name(Name { path: word, filters }), span: span.start..end })
    }

    fn call(&mut self, word: &str, span: Range<usize>) -> Result<Expr, Error> {
        let names: Vec<&str> = Function::ALL.iter().map(|f| f.0).collect();
        let Some(&(name, function, least, most)) = Function::ALL.iter().find(|f| f.0 == word) else {
            let error = Error::new(span, format!("unknown function {}", quote(word)));
            let suggestion = nearest(word, &names).map(str::to_owned);
            return Err(Error { suggestion, ..error.expected(format!("one of: {}", names.join(", "))) });
        };
        let (arguments, end) = self.items(")")?;
        if arguments.len() < least || arguments.len() > most {
            let message = format!("`{name}` has {} arguments", arguments.len());
            let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
            return Err(Error::new(span.start..end, message).expected(wanted));
        }
        Ok(Expr { kind: Kind::Call(function, arguments), span: span.start..end })
    }

    fn list(&mut self) -> Result<Expr, Error> {
        let start = self.span().start;
        self.needs("[")?;
        let (items, end) = self.items("]")?;
        Ok(Expr { kind: Kind::List(items), span: start..end })
    }

    /// Expressions with commas between them up to the closing bracket.
    fn items(&mut self, close: &str) -> Result<(Vec<Expr>, usize), Error> {
        let mut items = Vec::new();
        loop {
            let end = self.span().end;
            if self.takes(close) {
                return Ok((items, end));
            }
            items.push(self.expression(0)?);
            if !self.takes(",") {
                let end = self.needs(close)?;
                return Ok((items, end));
            }
        }
    }

    fn filters(&mut self) -> Result<(Vec<Filter>, usize), Error> {
        let mut filters = Vec::new();
        loop {
            let Token::Word(key) = self.peek().clone() else {
                return Err(self.unexpected("a filter such as policy=migrate"));
            };
            let (_, span) = self.next();
            if !self.takes("=") && !self.takes("==") {
                return Err(self.unexpected("`=` and a value"));
            }
            filters.push(Filter { key, value: self.filter_value()?, span });
            if !self.takes(",") {
                let end = self.needs("]")?;
                return Ok((filters, end));
            }
        }
    }

    /// A number (with a sign), text, a flag or a bare word.
    fn filter_value(&mut self) -> Result<Expr, Error> {
        let start = self.span().start;
        let negative = self.takes("-");
        let (token, span) = (self.peek().clone(), self.span());
        let kind = match token {
            Token::Number(x) => Kind::Number(if negative { -x } else { x }),
            Token::Text(text) if !negative => Kind::Text(text),
            Token::Word(word) if !negative && matches!(word.as_str(), "true" | "false") => Kind::Flag(word == "true"),
            Token::Word(path) if !negative => Kind::Name(Name { path, filters: Vec::new() }),
            _ => return Err(self.unexpected("a number, text or a word")),
        };
        self.next();
        Ok(Expr { kind, span: start..span.end })
    }
}
