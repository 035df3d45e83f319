//! Evaluates expressions over values that the caller looks up, with a third truth value for what does not apply.

use super::{Error, Expr, Function, Kind, Name, Operator};
use crate::file::units;
use std::cmp::Ordering;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// true or false.
    Flag(bool),
    /// There is none here: a swept key that this policy does not have. Comparisons with it are neither true nor false.
    Missing,
}

impl Value {
    fn what(&self) -> &'static str {
        match self {
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::Flag(_) => "true or false",
            Value::Missing => "nothing",
        }
    }
}

/// Whether a condition is true; what does not apply is not.
pub fn holds(expr: &Expr, lookup: &dyn Fn(&Name) -> Option<Value>) -> Result<bool, Error> {
    match evaluate(expr, lookup)? {
        Value::Flag(flag) => Ok(flag),
        Value::Missing => Ok(false),
        other => Err(wrong(expr, &other, "a condition, which is true or false")),
    }
}

/// The value of an expression. `lookup` gives the value of a name; a name that it does not know is a bare word.
pub fn evaluate(expr: &Expr, lookup: &dyn Fn(&Name) -> Option<Value>) -> Result<Value, Error> {
    match &expr.kind {
        Kind::Number(x) => Ok(Value::Number(*x)),
        Kind::Text(text) => Ok(Value::Text(text.clone())),
        Kind::Flag(flag) => Ok(Value::Flag(*flag)),
        Kind::Name(name) => Ok(lookup(name).unwrap_or_else(|| Value::Text(name.path.clone()))),
        Kind::List(_) => Err(Error::new(expr.span.clone(), "a list stands only after `in`")),
        Kind::Not(inner) => match evaluate(inner, lookup)? {
            Value::Flag(flag) => Ok(Value::Flag(!flag)),
            Value::Missing => Ok(Value::Missing),
            other => Err(wrong(inner, &other, "true or false")),
        },
        Kind::Negative(inner) => match evaluate(inner, lookup)? {
            Value::Number(x) => Ok(Value::Number(-x)),
            Value::Missing => Ok(Value::Missing),
            other => Err(wrong(inner, &other, "a number")),
        },
        Kind::Binary(Operator::In, item, list) => contains(item, list, lookup),
        Kind::Binary(operator @ (Operator::And | Operator::Or), a, b) => logic(*operator, a, b, lookup),
        Kind::Binary(operator, a, b) if operator.compares() => {
            let sides = (evaluate(a, lookup)?, evaluate(b, lookup)?);
            compare(*operator, expr, sides)
        }
        Kind::Binary(operator, a, b) => {
            let (Some(x), Some(y)) = (number(a, lookup)?, number(b, lookup)?) else { return Ok(Value::Missing) };
            Ok(Value::Number(arithmetic(*operator, x, y)))
        }
        Kind::Call(function, arguments) => {
            let numbers: Result<Option<Vec<f64>>, Error> = arguments.iter().map(|a| number(a, lookup)).collect();
            Ok(numbers?.map_or(Value::Missing, |x| Value::Number(call(*function, &x))))
        }
    }
}

/// `and` and `or` over true, false and missing: what is decided by one side does not need the other. The right side is not
/// looked at where the left one decides, so that it may speak of what only some cells have.
fn logic(operator: Operator, a: &Expr, b: &Expr, lookup: &dyn Fn(&Name) -> Option<Value>) -> Result<Value, Error> {
    let truth = |side: &Expr| match evaluate(side, lookup)? {
        Value::Flag(flag) => Ok(Some(flag)),
        Value::Missing => Ok(None),
        other => Err(wrong(side, &other, "true or false")),
    };
    let decisive = operator == Operator::Or;
    let left = truth(a)?;
    if left == Some(decisive) {
        return Ok(Value::Flag(decisive));
    }
    Ok(match (left, truth(b)?) {
        (_, Some(x)) if x == decisive => Value::Flag(decisive),
        (Some(_), Some(_)) => Value::Flag(!decisive),
        _ => Value::Missing,
    })
}

fn contains(item: &Expr, list: &Expr, lookup: &dyn Fn(&Name) -> Option<Value>) -> Result<Value, Error> {
    let Kind::List(items) = &list.kind else {
        return Err(Error::new(list.span.clone(), "not a list").expected("a list such as [1, 2]"));
    };
    let value = evaluate(item, lookup)?;
    if value == Value::Missing {
        return Ok(Value::Missing);
    }
    for candidate in items {
        if order(&value, &evaluate(candidate, lookup)?) == Some(Ordering::Equal) {
            return Ok(Value::Flag(true));
        }
    }
    Ok(Value::Flag(false))
}

fn compare(operator: Operator, expr: &Expr, (a, b): (Value, Value)) -> Result<Value, Error> {
    if a == Value::Missing || b == Value::Missing {
        return Ok(Value::Missing);
    }
    let order = order(&a, &b);
    let same_kind = std::mem::discriminant(&a) == std::mem::discriminant(&b) || order.is_some();
    if !same_kind {
        let message = format!("{} cannot be compared with {}", a.what(), b.what());
        return Err(Error::new(expr.span.clone(), message));
    }
    let flag = match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    };
    Ok(Value::Flag(flag))
}

/// How two values stand to each other; text with units compares as the quantity it means.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    let quantity = |text: &str| units::parse_any(text).ok();
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x.partial_cmp(y),
        (Value::Flag(x), Value::Flag(y)) => Some(x.cmp(y)),
        (Value::Text(x), Value::Text(y)) => match (quantity(x), quantity(y)) {
            (Some((x, of)), Some((y, same))) if of == same => x.partial_cmp(&y),
            _ => Some(x.cmp(y)),
        },
        (Value::Text(x), Value::Number(y)) => quantity(x)?.0.partial_cmp(y),
        (Value::Number(x), Value::Text(y)) => x.partial_cmp(&quantity(y)?.0),
        _ => None,
    }
}

fn number(expr: &Expr, lookup: &dyn Fn(&Name) -> Option<Value>) -> Result<Option<f64>, Error> {
    match evaluate(expr, lookup)? {
        Value::Number(x) => Ok(Some(x)),
        Value::Missing => Ok(None),
        Value::Text(text) => match units::parse_any(&text) {
            Ok((x, _)) => Ok(Some(x)),
            Err(_) => Err(wrong(expr, &Value::Text(text), "a number")),
        },
        other => Err(wrong(expr, &other, "a number")),
    }
}

fn arithmetic(operator: Operator, x: f64, y: f64) -> f64 {
    match operator {
        Operator::Add => x + y,
        Operator::Subtract => x - y,
        Operator::Multiply => x * y,
        Operator::Divide => x / y,
        _ => libm::pow(x, y),
    }
}

fn call(function: Function, x: &[f64]) -> f64 {
    match function {
        Function::Abs => x[0].abs(),
        Function::Min => x.iter().copied().fold(f64::INFINITY, f64::min),
        Function::Max => x.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Function::Ln => libm::log(x[0]),
        Function::Log10 => libm::log10(x[0]),
        Function::Sqrt => x[0].sqrt(),
    }
}

fn wrong(expr: &Expr, found: &Value, expected: &str) -> Error {
    Error::new(expr.span.clone(), format!("this is {}", found.what())).expected(expected)
}
