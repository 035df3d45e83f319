//! Checks one value against the type of its key.
//!
//! Not here: tables and kinds (`check`), units (`units`).

use super::canon::Canon;
use super::check::{Checker, Context, Good};
use super::decimal::Decimal;
use super::diagnostic::{Problem, Problems, quote};
use super::document::{Data, Key, Node, Span, Table};
use super::name;
use super::types::{describe, names};
use super::units::{self, Dimension, Fault};
use loadlab_core::law::Constant;
use loadlab_core::spec::{Arg, Param, Range, Ty, Unit};
use std::sync::Arc;

impl Checker<'_> {
    /// Checks a value against a type.
    pub(super) fn value(&mut self, node: &Node, ty: &Ty, context: Context<'_>) -> Option<Good> {
        let key = context.key;
        match ty {
            Ty::Count(low, high) => self.count(node, ty, key, *low, *high),
            Ty::Number(range) => self.number(node, ty, key, range),
            Ty::Duration(range) => self.quantity(node, ty, key, range, Dimension::Duration),
            Ty::Size(range) => self.quantity(node, ty, key, range, Dimension::Size),
            Ty::Bandwidth(range) => self.quantity(node, ty, key, range, Dimension::Bandwidth),
            Ty::Scale(range) => self.scale(node, ty, key, range, context.unit.unwrap_or(Unit::One)),
            Ty::Flag | Ty::Text | Ty::Choice(_) | Ty::Name | Ty::Expression => self.word(node, ty, key),
            Ty::List(of) => self.list(node, of, ty, context),
            Ty::Many(of) => self.many(node, of, context),
            Ty::Map(of) => self.map(node, of, ty, context),
            Ty::Law(unit) => self.law(node, inherit(*unit, context.unit), key),
            Ty::Table(params) => self.table_in(node, params, &format!("`{key}`"), Context { kinded: false, ..context }),
            Ty::Single(params) => self.single(node, params, context),
            Ty::Kind(id) => self.kind(node, id, key),
            Ty::AnyOf(types) => self.any_of(node, types, ty, context),
        }
    }

    fn count(&mut self, node: &Node, ty: &Ty, key: &str, low: u64, high: u64) -> Option<Good> {
        let Data::Number(text) = &node.data else {
            self.wrong_type(node, ty, key);
            return None;
        };
        let whole = text.parse().ok().or_else(|| Decimal::parse(text)?.whole());
        match whole {
            Some(n) if low <= n && n <= high => {
                Some(Good { arg: Arg::Count(n), canon: Canon::Count(n), node: node.clone() })
            }
            _ => {
                let fault = if whole.is_some() || text.starts_with('-') { "is out of range" } else { "must be whole" };
                self.problems.push(Problem::new(node.span, format!("`{key}` {fault}")).expected(describe(ty)));
                None
            }
        }
    }

    fn number(&mut self, node: &Node, ty: &Ty, key: &str, range: &Range) -> Option<Good> {
        let Data::Number(text) = &node.data else {
            self.wrong_type(node, ty, key);
            return None;
        };
        self.within(node, ty, key, range, text.parse().unwrap_or(f64::NAN))
    }

    fn within(&mut self, node: &Node, ty: &Ty, key: &str, range: &Range, x: f64) -> Option<Good> {
        if range.holds(x) && x.is_finite() {
            return Some(Good { arg: Arg::Number(x), canon: Canon::Number(x), node: node.clone() });
        }
        self.problems.push(Problem::new(node.span, format!("`{key}` is out of range")).expected(describe(ty)));
        None
    }

    fn quantity(&mut self, node: &Node, ty: &Ty, key: &str, range: &Range, wanted: Dimension) -> Option<Good> {
        let Data::Text(text) = &node.data else { return self.number(node, ty, key, range) };
        match units::parse(text, wanted) {
            Ok(x) => self.within(node, ty, key, range, x),
            Err(fault) => {
                self.problems.push(unit_problem(node.span, key, text, wanted, fault));
                None
            }
        }
    }

    fn scale(&mut self, node: &Node, ty: &Ty, key: &str, range: &Range, unit: Unit) -> Option<Good> {
        match dimension(unit) {
            Some(wanted) => {
                let ty = if wanted == Dimension::Duration { Ty::Duration(*range) } else { Ty::Size(*range) };
                self.quantity(node, &ty, key, range, wanted)
            }
            None => match &node.data {
                Data::Number(_) => self.number(node, &Ty::Number(*range), key, range),
                _ => {
                    self.wrong_type(node, ty, key);
                    None
                }
            },
        }
    }

    fn word(&mut self, node: &Node, ty: &Ty, key: &str) -> Option<Good> {
        let problem = match (&node.data, ty) {
            (Data::Flag(flag), Ty::Flag) => {
                return Some(Good { arg: Arg::Flag(*flag), canon: Canon::Flag(*flag), node: node.clone() });
            }
            (Data::Text(word), Ty::Choice(words)) if !words.contains(&&**word) => {
                let problem = Problem::new(node.span, format!("`{key}` cannot be {}", quote(word)));
                Some(problem.nearest(word, words.iter().copied()))
            }
            (Data::Text(word), Ty::Name) => name::fault(word, node.span),
            (Data::Text(text), Ty::Expression) => {
                let parsed = crate::expr::parse(text);
                parsed.err().map(|error| super::expression::problem(self.sources, node.span, text, error))
            }
            (Data::Text(_), Ty::Text | Ty::Choice(_)) => None,
            _ => {
                self.wrong_type(node, ty, key);
                return None;
            }
        };
        match (problem, node.text()) {
            (None, Some(text)) => Some(Good {
                arg: Arg::Text(text.to_owned()),
                canon: Canon::Text(text.to_owned().into()),
                node: node.clone(),
            }),
            (problem, _) => {
                problem.into_iter().for_each(|problem| self.problems.push(problem));
                None
            }
        }
    }

    fn list(&mut self, node: &Node, of: &Ty, ty: &Ty, context: Context<'_>) -> Option<Good> {
        let Data::List(list) = &node.data else {
            self.wrong_type(node, ty, context.key);
            return None;
        };
        let found: Vec<Option<Good>> = list.iter().map(|item| self.value(item, of, context)).collect();
        let all: Vec<Good> = found.into_iter().collect::<Option<_>>()?;
        let (mut args, mut canon, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
        for good in all {
            args.push(good.arg);
            canon.push(good.canon);
            nodes.push(good.node);
        }
        let node = Node { data: Data::List(Arc::new(nodes)), ..node.clone() };
        Some(Good { arg: Arg::List(args), canon: Canon::List(canon), node })
    }

    fn many(&mut self, node: &Node, of: &Ty, context: Context<'_>) -> Option<Good> {
        if matches!(node.data, Data::List(_)) {
            return self.list(node, of, of, context);
        }
        let good = self.value(node, of, context)?;
        Some(Good { arg: Arg::List(vec![good.arg]), canon: Canon::List(vec![good.canon]), node: good.node })
    }

    fn map(&mut self, node: &Node, of: &Ty, ty: &Ty, context: Context<'_>) -> Option<Good> {
        let Data::Table(table) = &node.data else {
            self.wrong_type(node, ty, context.key);
            return None;
        };
        let mut found: Vec<Option<(Key, Good)>> = Vec::new();
        for (key, value) in &table.0 {
            let good = self.value(value, of, Context { key: &key.name, ..context });
            found.push(good.map(|good| (key.clone(), good)));
        }
        let all: Vec<(Key, Good)> = found.into_iter().collect::<Option<_>>()?;
        let (mut args, mut canon, mut filled) = (Vec::new(), Vec::new(), Vec::new());
        for (key, good) in all {
            args.push((key.name.to_string(), good.arg));
            canon.push((key.name.to_string().into(), good.canon));
            filled.push((key, good.node));
        }
        let node = Node { data: Data::Table(Arc::new(Table(filled))), ..node.clone() };
        Some(Good { arg: Arg::Map(args), canon: Canon::Table(canon), node })
    }

    fn single(&mut self, node: &Node, params: &'static [Param], context: Context<'_>) -> Option<Good> {
        let good = self.table_in(node, params, &format!("`{}`", context.key), Context { kinded: false, ..context })?;
        let given = node.table().map_or(0, |table| table.0.len());
        if given == 1 {
            return Some(good);
        }
        if given > 1 || self.complete {
            let problem = Problem::new(node.span, format!("`{}` has {given} keys", context.key));
            self.problems.push(problem.expected(format!("exactly one of: {}", names(params).join(", "))));
        }
        None
    }

    fn law(&mut self, node: &Node, unit: Unit, key: &str) -> Option<Good> {
        let ty = Ty::Law(unit);
        let value = match &node.data {
            Data::Table(_) => return self.law_table(node, unit, key),
            Data::Text(word) if self.env.laws.catalogue.get(word).is_some() => {
                let problem = Problem::new(node.span, format!("the law `{word}` needs its parameters"));
                self.problems.push(problem.expected(format!("{{ kind = \"{word}\", ... }}")));
                return None;
            }
            Data::Number(_) | Data::Text(_) => self.scale(node, &ty, key, &Range::NON_NEGATIVE, unit)?,
            _ => {
                self.wrong_type(node, &ty, key);
                return None;
            }
        };
        let Arg::Number(x) = value.arg else { return None };
        Some(Good { arg: Arg::Law(Arc::new(Constant(x))), ..value })
    }

    /// The first type that fits; if none does, the errors of the one that comes nearest.
    fn any_of(&mut self, node: &Node, types: &'static [Ty], ty: &Ty, context: Context<'_>) -> Option<Good> {
        let before = std::mem::take(&mut self.problems);
        let mut nearest: Option<Problems> = None;
        let mut fits = None;
        for candidate in types {
            fits = self.value(node, candidate, context);
            let found = std::mem::take(&mut self.problems);
            if fits.is_some() && found.is_empty() {
                break;
            }
            if takes(candidate, &node.data) && nearest.is_none() {
                nearest = Some(found);
            }
        }
        self.problems = before;
        match (&fits, nearest) {
            (Some(_), _) => {}
            (None, Some(problems)) => self.problems.append(problems),
            (None, None) => self.wrong_type(node, ty, context.key),
        }
        fits
    }
}

/// Whether a type takes this shape of value at all.
fn takes(ty: &Ty, data: &Data) -> bool {
    match data {
        Data::Table(_) => matches!(ty, Ty::Table(_) | Ty::Single(_) | Ty::Map(_) | Ty::Kind(_) | Ty::Law(_)),
        Data::List(_) => matches!(ty, Ty::List(_) | Ty::Many(_)),
        Data::Flag(_) => matches!(ty, Ty::Flag),
        Data::Number(_) => matches!(
            ty,
            Ty::Count(..)
                | Ty::Number(_)
                | Ty::Duration(_)
                | Ty::Size(_)
                | Ty::Bandwidth(_)
                | Ty::Scale(_)
                | Ty::Law(_)
        ),
        Data::Text(_) => {
            !matches!(ty, Ty::Flag | Ty::Count(..) | Ty::Number(_) | Ty::List(_) | Ty::Table(_) | Ty::Map(_))
        }
        Data::Date(_) | Data::Broken => false,
    }
}

/// A law inside a law yields what the outer one yields, unless it says otherwise.
fn inherit(own: Unit, outer: Option<Unit>) -> Unit {
    if own == Unit::One { outer.unwrap_or(Unit::One) } else { own }
}

fn dimension(unit: Unit) -> Option<Dimension> {
    match unit {
        Unit::One => None,
        Unit::Seconds => Some(Dimension::Duration),
        Unit::Bytes => Some(Dimension::Size),
    }
}

fn unit_problem(span: Span, key: &str, text: &str, wanted: Dimension, fault: Fault) -> Problem {
    let is = wanted.name();
    match fault {
        Fault::NoNumber => Problem::new(span, format!("{} is not {is}, as `{key}` needs it", quote(text))),
        Fault::NoUnit => Problem::new(span, format!("{} has no unit", quote(text)))
            .note("a plain number, without quotes, is in base units"),
        Fault::Unknown(unit) => {
            let problem = Problem::new(span, format!("{} has the unknown unit {}", quote(text), quote(&unit)));
            return problem.nearest(&unit, wanted.units()).note(format!("`{key}` takes {}", wanted.how()));
        }
        Fault::Other(other) => Problem::new(span, format!("`{key}` is {is}, but {} is {}", quote(text), other.name())),
    }
    .expected(wanted.how())
}
