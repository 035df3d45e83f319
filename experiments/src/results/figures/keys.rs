//! Keys of cells on axes and in legends: their values, their words, their units.

use super::super::text;
use crate::catalogues;
use crate::expr::{Name, Value};
use crate::file::{Cell, unit_of};
use crate::plot::Axis;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The value of a key in a cell.
pub(super) fn value(cell: &Cell, key: &str) -> Value {
    cell.lookup(&Name { path: key.to_owned(), filters: Vec::new() }).unwrap_or(Value::Missing)
}

/// A key as a reader says it.
fn words(key: &str) -> String {
    // Whose key it is, is said where experiments are described; the name of a policy that stands next stays.
    let key = ["policies.", "scenarios.", "scenario."].iter().find_map(|owner| key.strip_prefix(owner)).unwrap_or(key);
    // How many nodes there are is the key most often swept; "nodes count" would be no English.
    let key = match key {
        "nodes.count" => "nodes",
        "nodes.0.count" => "nodes of the first kind",
        _ => key,
    };
    let words = key.replace(['_', '.'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The unit of a key. The catalogues are large and every figure asks, so each key is looked up once.
pub(super) fn unit(key: &str) -> &'static str {
    static KNOWN: Mutex<BTreeMap<String, &'static str>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(unit) = known.get(key) {
        return unit;
    }
    let unit = unit_of(&catalogues::env(), key);
    known.insert(key.to_owned(), unit);
    unit
}

/// A value of a key as a name: words stand alone, numbers need their key and its unit.
pub(super) fn name(cell: &Cell, key: &str, unit: &str) -> String {
    match value(cell, key) {
        Value::Missing => String::new(),
        Value::Text(word) => word,
        other => {
            let key_words = words(key).to_lowercase();
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            format!("{key_words} = {}{unit}", text(&other))
        }
    }
}

/// A key along an axis: numbers by size, else one place per word in the order of the cells.
pub(super) struct KeyAxis {
    key: String,
    log: bool,
    values: Vec<Value>,
    numeric: bool,
}

impl KeyAxis {
    /// The axis of a key over some cells.
    pub(super) fn of<'a>(key: &str, log: bool, cells: impl Iterator<Item = &'a Cell>) -> KeyAxis {
        let mut values: Vec<Value> = Vec::new();
        for value in cells.map(|cell| value(cell, key)).filter(|value| *value != Value::Missing) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let numeric = values.iter().all(|value| matches!(value, Value::Number(_)));
        if numeric {
            values.sort_by(|a, b| number(a).total_cmp(&number(b)));
        }
        KeyAxis { key: key.to_owned(), log: log && numeric, values, numeric }
    }

    /// The same with a name for each value, if these are at most so many numbers: fields of a map are then of one size.
    pub(super) fn named(self, most: usize) -> KeyAxis {
        let numeric = self.numeric && self.values.len() > most;
        KeyAxis { numeric, ..self }
    }

    /// Whether its places are numbers.
    pub(super) fn numeric(&self) -> bool {
        self.numeric
    }

    /// Where a cell stands.
    pub(super) fn place(&self, cell: &Cell) -> Option<f64> {
        let value = value(cell, &self.key);
        let at = self.values.iter().position(|known| *known == value)?;
        Some(if self.numeric { number(&value) } else { at as f64 })
    }

    /// Every place, increasing.
    pub(super) fn places(&self) -> Vec<f64> {
        let place = |(at, value): (usize, &Value)| if self.numeric { number(value) } else { at as f64 };
        self.values.iter().enumerate().map(place).collect()
    }

    /// The names of its places.
    pub(super) fn names(&self) -> Vec<String> {
        self.values.iter().map(text).collect()
    }

    /// The axis.
    pub(super) fn axis(&self) -> Axis {
        let (label, unit) = (words(&self.key), unit(&self.key));
        if self.numeric {
            // What has no unit and is whole throughout counts something.
            let whole = unit.is_empty() && self.values.iter().all(|value| number(value).fract() == 0.0);
            Axis { whole, ..super::axis(label, unit, self.log) }
        } else {
            Axis { unit: unit.to_owned(), ..Axis::categories(label, self.names()) }
        }
    }

    /// The axis with one place per value, also of numbers.
    pub(super) fn groups(&self) -> (String, Vec<String>) {
        let unit = if self.numeric { unit(&self.key) } else { "" };
        let label = words(&self.key);
        (if unit.is_empty() { label } else { format!("{label} ({unit})") }, self.names())
    }
}

fn number(value: &Value) -> f64 {
    if let Value::Number(x) = value { *x } else { f64::NAN }
}
