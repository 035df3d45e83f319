//! Keys of cells on axes and in legends: their values, their words, their units.

use super::super::text;
use crate::catalogues;
use crate::expr::{Name, Value};
use crate::file::{Cell, unit_of};
use crate::plot::Axis;

/// The value of a key in a cell.
pub(super) fn value(cell: &Cell, key: &str) -> Value {
    cell.lookup(&Name { path: key.to_owned(), filters: Vec::new() }).unwrap_or(Value::Missing)
}

/// A key as a reader says it.
fn words(key: &str) -> String {
    let key = key.rsplit_once("policies.").map_or(key, |(_, own)| own);
    let words = key.replace(['_', '.'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A value of a key as a name: words stand alone, numbers need their key.
pub(super) fn name(cell: &Cell, key: &str) -> String {
    match value(cell, key) {
        Value::Missing => String::new(),
        Value::Text(word) => word,
        other => {
            let last = key.rsplit('.').next().unwrap_or(key).replace('_', " ");
            let unit = unit_of(&catalogues::env(), key);
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            format!("{last} = {}{unit}", text(&other))
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
        let label = words(&self.key);
        if self.numeric {
            super::axis(label, unit_of(&catalogues::env(), &self.key), self.log)
        } else {
            Axis::categories(label, self.names())
        }
    }

    /// The axis with one place per value, also of numbers.
    pub(super) fn groups(&self) -> (String, Vec<String>) {
        let unit = if self.numeric { unit_of(&catalogues::env(), &self.key) } else { "" };
        let label = words(&self.key);
        (if unit.is_empty() { label } else { format!("{label} ({unit})") }, self.names())
    }
}

fn number(value: &Value) -> f64 {
    if let Value::Number(x) = value { *x } else { f64::NAN }
}
