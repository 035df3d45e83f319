//! The fields of a record, as `select` names them.

use crate::expr::{Expr, Name, Scope, Value, check_names, holds, is_condition, parse};
use loadlab_workloads::trace::{Label, Record, Status};
use std::sync::{Arc, Mutex, PoisonError};

/// The names, and what they stand for.
pub(super) const FIELDS: [(&str, &str); 15] = [
    ("line", "the line or record of the file, from 1"),
    ("process", "its number in the trace"),
    ("submit", "when it arrived, in seconds"),
    ("lifetime", "CPU seconds on each processor"),
    ("run_time", "the same, by the name of the Standard Workload Format"),
    ("processors", "how many it occupies"),
    ("memory", "bytes per processor"),
    ("requested_time", "the time its user asked for"),
    ("user", "whose it is"),
    ("group", "the user's group"),
    ("program", "what it runs"),
    ("class", "its class or queue"),
    ("status", "1 completed, 0 failed, 5 cancelled, 2 not ended when the trace did"),
    ("home", "the node at which it arrived"),
    ("think_time", "seconds since the end of the process it follows"),
];

/// A condition on records.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// As written.
    pub(super) text: String,
    expr: Expr,
}

impl Condition {
    /// Parses a condition and checks its names.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let expr = parse(text).map_err(|error| format!("`select`: {}", error.message))?;
        let knows = |name: &str| FIELDS.iter().any(|(field, _)| *field == name);
        let all = FIELDS.iter().map(|(field, _)| *field).collect();
        let scope = Scope { noun: "field", knows: &knows, all, values: &|_| None, filters: None };
        if let Some(error) = check_names(&expr, &scope).first() {
            let nearest = error.suggestion.as_ref().map(|word| format!("; did you mean `{word}`?"));
            return Err(format!("`select`: {}{}", error.message, nearest.unwrap_or_default()));
        }
        if !is_condition(&expr) {
            return Err("`select` must be true or false, such as lifetime > 0".to_owned());
        }
        Ok(Condition { text: text.to_owned(), expr })
    }

    /// The condition as a predicate. The first record to which it cannot be applied leaves a sentence in `problem`.
    pub(super) fn predicate(&self, problem: &Problem) -> impl FnMut(&Record) -> bool + Send + use<> {
        let (expr, problem) = (self.expr.clone(), problem.clone());
        move |record| {
            holds(&expr, &|name: &Name| field(record, &name.path)).unwrap_or_else(|error| {
                problem.note(format!("line {}: `select`: {}", record.line, error.message));
                false
            })
        }
    }
}

/// What went wrong first in a place from which no error can be returned.
#[derive(Clone, Debug, Default)]
pub(super) struct Problem(Arc<Mutex<Option<String>>>);

impl Problem {
    fn note(&self, sentence: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(sentence);
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().map_or(Ok(()), Err)
    }
}

fn field(record: &Record, name: &str) -> Option<Value> {
    let maybe = |x: Option<f64>| x.map_or(Value::Missing, Value::Number);
    let label = |label: &Option<Label>| match label {
        None => Value::Missing,
        Some(Label::Number(n)) => Value::Number(*n as f64),
        Some(Label::Name(name)) => Value::Text(name.to_string()),
    };
    Some(match name {
        "line" => Value::Number(record.line as f64),
        "process" => maybe(record.process.map(|n| n as f64)),
        "submit" => Value::Number(record.submit),
        "lifetime" | "run_time" => Value::Number(record.lifetime),
        "processors" => Value::Number(f64::from(record.processors)),
        "memory" => maybe(record.memory),
        "requested_time" => maybe(record.requested_time),
        "user" => label(&record.user),
        "group" => label(&record.group),
        "program" => label(&record.program),
        "class" => label(&record.class),
        "status" => status(record.status),
        "home" => maybe(record.home.map(f64::from)),
        "think_time" => maybe(record.think_time),
        _ => return None,
    })
}

/// The numbers of the Standard Workload Format.
fn status(status: Status) -> Value {
    match status {
        Status::Failed => Value::Number(0.0),
        Status::Completed => Value::Number(1.0),
        Status::Unfinished => Value::Number(2.0),
        Status::Cancelled => Value::Number(5.0),
        Status::Unknown => Value::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_be_selected_by_and_what_is_missing_is_not_selected() {
        let record = Record { user: Some(Label::Name("ann".into())), ..Record::new(3, 2.0, 7.0) };
        for (name, _) in FIELDS {
            assert!(field(&record, name).is_some(), "{name}");
        }
        let problem = Problem::default();
        let selects = |text: &str| Condition::parse(text).expect("good").predicate(&problem)(&record);
        assert!(selects("run_time > 5 && user == ann"));
        assert!(!selects("memory >= 0"));
        assert!(selects("not (lifetime < 1)") && !selects("status in [0, 1, 5]"));
        assert!(problem.check().is_ok());
    }

    #[test]
    fn a_misspelt_field_and_a_senseless_comparison_are_refused() {
        let error = Condition::parse("liftime > 0").expect_err("misspelt");
        assert!(error.contains("`liftime`") && error.contains("did you mean `lifetime`?"), "{error}");
        assert!(Condition::parse("lifetime + 1").is_err());
        let problem = Problem::default();
        Condition::parse("lifetime == ann").expect("good names").predicate(&problem)(&Record::new(4, 0.0, 1.0));
        assert!(problem.check().expect_err("text and a number").starts_with("line 4:"));
    }
}
