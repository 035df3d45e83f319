//! The values of an axis that is written as a range: `{ from, to, step }` or `{ from, to, count, scale }`.
//!
//! Values are computed in decimal, so that 0.85 is 0.85; of a logarithmic range, the ends exactly and what lies
//! between to twelve significant digits. Not here: the axes themselves (`sweep`).

use super::decimal::Decimal;
use super::diagnostic::{Problem, Problems};
use super::document::{Data, Node, Span, Table};
use super::units;

/// The most values of one range.
const MOST_VALUES: i128 = 1_000_000;
const KEYS: [&str; 5] = ["from", "to", "step", "count", "scale"];

/// A number with the unit that it is written in.
struct Quantity {
    number: Decimal,
    unit: Option<String>,
}

/// The values of a range. Errors are reported, and nothing is returned then.
pub(super) fn values(node: &Node, table: &Table, problems: &mut Problems) -> Option<Vec<Node>> {
    let before = problems.len();
    for (key, _) in table.0.iter().filter(|(key, _)| !KEYS.contains(&&*key.name)) {
        problems
            .push(Problem::new(key.span, format!("unknown key `{}` of a range", key.name)).nearest(&key.name, KEYS));
    }
    let from = quantity(node, table, "from", problems);
    let to = quantity(node, table, "to", problems);
    let (from, to) = (from?, to?);
    if from.unit != to.unit {
        let problem = Problem::new(node.span, "`from` and `to` have different units");
        problems.push(problem.expected("the same unit at both ends"));
    }
    let rest = (table.get("step"), table.get("count"), table.get("scale"));
    let numbers = match rest {
        (Some(_), None, None) => {
            let step = quantity(node, table, "step", problems)?;
            if step.unit != from.unit {
                let problem = Problem::new(node.span, "`step` has another unit than `from`");
                problems.push(problem.expected("the same unit for all"));
            }
            stepped(node.span, &from, &to, &step, problems)
        }
        (None, Some(count), scale) => {
            let count = whole(count, problems)?;
            match scale.map(|scale| (scale, scale.text())) {
                None | Some((_, Some("linear"))) => linear(&from, &to, count),
                Some((_, Some("log"))) => logarithmic(node.span, &from, &to, count, problems),
                Some((scale, word)) => {
                    let problem = Problem::new(scale.span, "unknown scale of a range");
                    problems.push(problem.nearest(word.unwrap_or(""), ["linear", "log"]));
                    None
                }
            }
        }
        _ => {
            let problem = Problem::new(node.span, "a range needs `from`, `to` and one way to the values between");
            problems.push(
                problem.expected("{ from, to, step } or { from, to, count } or { from, to, count, scale = \"log\" }"),
            );
            None
        }
    }?;
    (problems.len() == before).then(|| numbers.into_iter().map(|x| place(x, &from, node)).collect())
}

/// A value of the range as if it were written where the range is.
fn place(number: Decimal, from: &Quantity, node: &Node) -> Node {
    let data = match &from.unit {
        Some(unit) => Data::Text(format!("{number}{unit}").into()),
        None => Data::Number(number.to_string().into()),
    };
    Node { data, ..node.clone() }
}

fn quantity(node: &Node, table: &Table, key: &str, problems: &mut Problems) -> Option<Quantity> {
    let Some(value) = table.get(key) else {
        problems.push(Problem::new(node.span, format!("a range needs `{key}`")));
        return None;
    };
    let found = match &value.data {
        Data::Number(text) => Decimal::parse(text).map(|number| Quantity { number, unit: None }),
        Data::Text(text) => {
            let (number, unit) = units::split(text);
            let known = units::parse_any(text).is_ok();
            Decimal::parse(number).filter(|_| known).map(|number| Quantity { number, unit: Some(unit.to_owned()) })
        }
        Data::Broken => return None,
        _ => None,
    };
    if found.is_none() {
        let problem = Problem::new(value.span, format!("`{key}` of a range cannot be this"));
        problems.push(problem.expected("a number, or text with a unit"));
    }
    found
}

fn whole(node: &Node, problems: &mut Problems) -> Option<i128> {
    let count = match &node.data {
        Data::Number(text) => Decimal::parse(text).and_then(Decimal::whole).map(i128::from),
        Data::Broken => return None,
        _ => None,
    };
    let count = count.filter(|count| (2..=MOST_VALUES).contains(count));
    if count.is_none() {
        let problem = Problem::new(node.span, "`count` of a range cannot be this");
        problems.push(problem.expected(format!("a whole number between 2 and {MOST_VALUES}")));
    }
    count
}

fn stepped(
    span: Span,
    from: &Quantity,
    to: &Quantity,
    step: &Quantity,
    problems: &mut Problems,
) -> Option<Vec<Decimal>> {
    let distance = to.number.minus(from.number);
    let steps = distance.filter(|d| d.sign() * step.number.sign() > 0).and_then(|d| d.steps(step.number));
    let Some(steps) = steps else {
        let problem = Problem::new(span, "the step does not lead from `from` to `to`");
        problems.push(problem.expected("a step other than 0 in the direction of `to`"));
        return None;
    };
    if steps >= MOST_VALUES {
        let problem = Problem::new(span, format!("this range has {} values", steps + 1));
        problems.push(problem.expected(format!("at most {MOST_VALUES}")));
        return None;
    }
    (0..=steps).map(|i| from.number.plus(step.number.times(i, 0)?)).collect()
}

/// Evenly spaced; a spacing that is no finite decimal is rounded to twelve significant digits.
fn linear(from: &Quantity, to: &Quantity, count: i128) -> Option<Vec<Decimal>> {
    let distance = to.number.minus(from.number)?;
    let between = |i: i128| match distance.times(i, 0)?.over(count - 1) {
        Some(offset) => from.number.plus(offset),
        None => rounded(from.number.value() + distance.value() * (i as f64 / (count - 1) as f64)),
    };
    (0..count).map(|i| if i == count - 1 { Some(to.number) } else { between(i) }).collect()
}

/// x_i = from (to / from)^(i / (count - 1)).
fn logarithmic(
    span: Span,
    from: &Quantity,
    to: &Quantity,
    count: i128,
    problems: &mut Problems,
) -> Option<Vec<Decimal>> {
    if from.number.sign() <= 0 || to.number.sign() <= 0 {
        let problem = Problem::new(span, "a logarithmic range cannot reach zero");
        problems.push(problem.expected("`from` and `to` greater than 0"));
        return None;
    }
    let (low, high) = (libm::log(from.number.value()), libm::log(to.number.value()));
    let between = |i: i128| rounded(libm::exp(low + (high - low) * (i as f64 / (count - 1) as f64)));
    let value = |i| match i {
        0 => Some(from.number),
        _ if i == count - 1 => Some(to.number),
        _ => between(i),
    };
    (0..count).map(value).collect()
}

fn rounded(x: f64) -> Option<Decimal> {
    Decimal::parse(&format!("{x:.11e}"))
}
