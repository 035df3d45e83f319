//! The expression language of experiment files and of `--only`: filters over cells, conditions and claims.
//!
//! ```text
//! policy == migrate && offered_load >= 0.8
//! slowdown.mean[policy=migrate] < 0.9 * slowdown.mean[policy=place]
//! run_time > 0 and status in [0, 1, 5]
//! ```
//!
//! A bare word that is nobody's name stands for text. From weak to strong: `or ||`, `and &&`, `not !`, comparisons
//! and `in`, `+ -`, `* /`, unary `-`, `^`.
//!
//! Not here: what names mean; [`evaluate`] asks its caller, and claims are judged by the statistics.

mod evaluate;
mod lexer;
mod names;
mod parser;

pub use evaluate::{Value, evaluate, holds};
pub use names::{Scope, check as check_names, is_comparison, is_condition};
pub use parser::parse;

use std::ops::Range;

/// An expression and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number.
    Number(f64),
    /// Quoted text.
    Text(String),
    /// true or false.
    Flag(bool),
    /// A key, a column or a metric; or a bare word.
    Name(Name),
    /// `[a, b]`, after `in`.
    List(Vec<Expr>),
    /// `not a`.
    Not(Box<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// Two sides.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// A function of its arguments.
    Call(Function, Vec<Expr>),
}

/// A dotted name with filters: `slowdown.mean[policy=migrate, offered_load=0.9]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The dotted name.
    pub path: String,
    /// What stands in brackets.
    pub filters: Vec<Filter>,
}

/// One `key = value` in brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The key.
    pub key: String,
    /// The value: a number, text, flag or bare word.
    pub value: Expr,
    /// The key's bytes in the text.
    pub span: Range<usize>,
}

/// What stands between two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`, `||`
    Or,
    /// `and`, `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in [..]`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The absolute value.
    Abs,
    /// The least of its arguments.
    Min,
    /// The greatest of its arguments.
    Max,
    /// The natural logarithm.
    Ln,
    /// The decimal logarithm.
    Log10,
    /// The square root.
    Sqrt,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// The culprit's bytes in the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub expected: Option<String>,
    /// The nearest valid word.
    pub suggestion: Option<String>,
}

impl Error {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Error { span, message: message.into(), expected: None, suggestion: None }
    }

    fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(text.into());
        self
    }
}

impl Operator {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::In => "in",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Power => "^",
        }
    }

    /// Whether it compares.
    pub fn compares(self) -> bool {
        use Operator::{Equal, Greater, GreaterEqual, In, Less, LessEqual, NotEqual};
        matches!(self, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | In)
    }
}

impl Function {
    /// All of them, with the least and the greatest number of arguments.
    pub const ALL: [(&'static str, Function, usize, usize); 6] = [
        ("abs", Function::Abs, 1, 1),
        ("min", Function::Min, 1, 16),
        ("max", Function::Max, 1, 16),
        ("ln", Function::Ln, 1, 1),
        ("log10", Function::Log10, 1, 1),
        ("sqrt", Function::Sqrt, 1, 1),
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        Function::ALL.iter().find(|f| f.1 == self).map_or("", |f| f.0)
    }
}

impl Expr {
    /// Calls `visit` with this expression and everything in it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            Kind::Not(a) | Kind::Negative(a) => a.walk(visit),
            Kind::Binary(_, a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Kind::List(items) | Kind::Call(_, items) => items.iter().for_each(|item| item.walk(visit)),
            Kind::Number(_) | Kind::Text(_) | Kind::Flag(_) | Kind::Name(_) => {}
        }
    }
}

/// Fully parenthesised, so that it parses to the same expression.
impl std::fmt::Display for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            Kind::Number(x) => write!(f, "{x:?}"),
            Kind::Text(text) if text.contains('"') => write!(f, "'{text}'"),
            Kind::Text(text) => write!(f, "\"{text}\""),
            Kind::Flag(flag) => write!(f, "{flag}"),
            Kind::Name(name) => write!(f, "{name}"),
            Kind::List(items) => write!(f, "[{}]", join(items)),
            Kind::Not(a) => write!(f, "(not {a})"),
            Kind::Negative(a) => write!(f, "(-{a})"),
            Kind::Binary(operator, a, b) => write!(f, "({a} {} {b})", operator.symbol()),
            Kind::Call(function, items) => write!(f, "{}({})", function.name(), join(items)),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let filters: Vec<String> =
            self.filters.iter().map(|filter| format!("{}={}", filter.key, filter.value)).collect();
        match filters.as_slice() {
            [] => write!(f, "{}", self.path),
            _ => write!(f, "{}[{}]", self.path, filters.join(", ")),
        }
    }
}

fn join(items: &[Expr]) -> String {
    items.iter().map(Expr::to_string).collect::<Vec<_>>().join(", ")
}
