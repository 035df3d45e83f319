//! The JSON Schema of the experiment file, for completion and checks in editors, generated from the same descriptions
//! as everything else.
//!
//! It accepts whatever `read` accepts; rules that go beyond one value (inheritance, ranges over several keys,
//! references) are left to `read`, so inside scenarios and policies nothing is required. Not here: the descriptions.

use super::catalogue::{Env, KindInfo};
use super::keys;
use super::types::describe;
use super::units::Dimension;
use loadlab_core::spec::{Need, Param, Range, Ty, Unit};
use serde_json::{Map, Value, json};

/// The schema as JSON text.
pub fn schema(env: &Env) -> String {
    let generator = Generator { env, lenient: false };
    let mut properties = Map::new();
    for param in keys::ROOT {
        properties.insert(param.name.to_owned(), generator.root(param));
    }
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "loadlab experiment",
        "type": "object",
        "properties": properties,
        "required": required(keys::ROOT),
        "additionalProperties": false,
        "definitions": generator.definitions(),
    });
    format!("{schema:#}\n")
}

#[derive(Clone, Copy)]
struct Generator<'e> {
    env: &'e Env,
    /// Whether required keys may come from an inherited table.
    lenient: bool,
}

impl Generator<'_> {
    /// A section of the file.
    fn root(&self, param: &Param) -> Value {
        let lenient = Generator { lenient: true, ..*self };
        let value = match param.name {
            "scenario" => lenient.scenario(),
            "scenarios" => json!({ "type": "object", "additionalProperties": lenient.scenario() }),
            "policies" => json!({ "type": "object", "additionalProperties": { "$ref": "#/definitions/policy" } }),
            "sweep" => self.sweep(),
            _ => self.value(&param.ty),
        };
        documented(value, param)
    }

    fn scenario(&self) -> Value {
        let mut table = self.table(self.env.scenario, &[]);
        table["properties"]["extends"] = extends();
        table
    }

    /// The kinds of every catalogue, and the laws by what they yield.
    fn definitions(&self) -> Value {
        let lenient = Generator { lenient: true, ..*self };
        let mut all = Map::new();
        for (id, catalogue) in &self.env.catalogues {
            all.insert((*id).to_owned(), lenient.kinds(&catalogue.kinds, Unit::One, true));
        }
        let mut policies = lenient.kinds(&self.env.policies.kinds, Unit::One, false);
        for kind in policies["anyOf"].as_array_mut().into_iter().flatten() {
            kind["properties"]["extends"] = extends();
        }
        all.insert("policy".to_owned(), policies);
        for (unit, name) in [(Unit::One, "law"), (Unit::Seconds, "law-of-durations"), (Unit::Bytes, "law-of-sizes")] {
            let mut law = lenient.kinds(&self.env.laws.catalogue.kinds, unit, false);
            if let Some(alternatives) = law["anyOf"].as_array_mut() {
                alternatives.push(scale(unit, &Range::NON_NEGATIVE));
            }
            all.insert(name.to_owned(), law);
        }
        Value::Object(all)
    }

    /// Any of the kinds of a catalogue; a bare name too, where that is a whole kind.
    fn kinds(&self, kinds: &[KindInfo], unit: Unit, bare: bool) -> Value {
        let table = |kind: &KindInfo| {
            let mut table = self.in_law(kind.params, &["kind"], unit);
            table["properties"]["kind"] = json!({ "const": kind.name });
            table["description"] = json!(kind.summary);
            table
        };
        let mut alternatives: Vec<Value> = kinds.iter().map(table).collect();
        if bare {
            let whole = kinds.iter().filter(|kind| kind.params.iter().all(|param| param.need != Need::Required));
            let names: Vec<&str> = whole.map(|kind| kind.name).collect();
            alternatives.push(json!({ "enum": names }));
        }
        json!({ "anyOf": alternatives })
    }

    /// An axis for every key that can be swept; others are dotted paths.
    fn sweep(&self) -> Value {
        let mut properties = Map::new();
        for param in keys::SWEEP {
            let value = match param.name {
                "also" => json!({ "type": "array", "items": { "type": "object" } }),
                "zip" => json!({ "type": "array" }),
                _ => self.value(&param.ty),
            };
            properties.insert(param.name.to_owned(), documented(value, param));
        }
        let of_policies = self.env.policies.kinds.iter().flat_map(|kind| kind.params);
        for param in self.env.scenario.iter().chain(of_policies) {
            let axis = json!({ "description": format!("Values of `{}`: a list or a range.", param.name) });
            properties.entry(param.name.to_owned()).or_insert(axis);
        }
        json!({ "type": "object", "properties": properties, "additionalProperties": true })
    }

    fn table(&self, params: &[Param], more: &[&str]) -> Value {
        self.in_law(params, more, Unit::One)
    }

    fn in_law(&self, params: &[Param], more: &[&str], unit: Unit) -> Value {
        let mut properties = Map::new();
        for name in more {
            properties.insert((*name).to_owned(), json!({}));
        }
        for param in params {
            properties.insert(param.name.to_owned(), documented(self.of(&param.ty, unit), param));
        }
        let required = if self.lenient { Vec::new() } else { required(params) };
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    fn value(&self, ty: &Ty) -> Value {
        self.of(ty, Unit::One)
    }

    /// A type inside a law that yields `unit`.
    fn of(&self, ty: &Ty, unit: Unit) -> Value {
        match ty {
            // JSON numbers beyond 2^53 are not exact everywhere, so an open end is left out.
            Ty::Count(low, u64::MAX) => json!({ "type": "number", "multipleOf": 1, "minimum": low }),
            Ty::Count(low, high) => json!({ "type": "number", "multipleOf": 1, "minimum": low, "maximum": high }),
            Ty::Number(range) => number(range),
            Ty::Duration(range) => quantity(Dimension::Duration, range),
            Ty::Size(range) => quantity(Dimension::Size, range),
            Ty::Bandwidth(range) => quantity(Dimension::Bandwidth, range),
            Ty::Scale(range) => scale(unit, range),
            Ty::Flag => json!({ "type": "boolean" }),
            Ty::Text | Ty::Expression => json!({ "type": "string" }),
            Ty::Name => json!({ "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*$", "maxLength": 64 }),
            Ty::Choice(words) => json!({ "enum": words }),
            Ty::List(of) => json!({ "type": "array", "items": self.of(of, unit) }),
            Ty::Many(of) => {
                let one = self.of(of, unit);
                json!({ "anyOf": [one, { "type": "array", "items": one }] })
            }
            Ty::Map(of) => json!({ "type": "object", "additionalProperties": self.of(of, unit) }),
            Ty::Law(own) => {
                let name = match if *own == Unit::One { unit } else { *own } {
                    Unit::One => "law",
                    Unit::Seconds => "law-of-durations",
                    Unit::Bytes => "law-of-sizes",
                };
                json!({ "$ref": format!("#/definitions/{name}") })
            }
            Ty::Table(params) => self.in_law(params, &[], unit),
            Ty::Single(params) => {
                let mut table = self.in_law(params, &[], unit);
                table["maxProperties"] = json!(1);
                table
            }
            Ty::Kind(id) if self.env.catalogue(id).is_some() => json!({ "$ref": format!("#/definitions/{id}") }),
            Ty::Kind(_) => json!({ "type": "object" }),
            Ty::AnyOf(types) => json!({ "anyOf": types.iter().map(|ty| self.of(ty, unit)).collect::<Vec<_>>() }),
        }
    }
}

/// The names of required parameters.
fn required(params: &[Param]) -> Vec<&'static str> {
    params.iter().filter(|param| param.need == Need::Required).map(|param| param.name).collect()
}

/// Adds what a key means. A reference allows no siblings in this draft, so it is wrapped.
fn documented(value: Value, param: &Param) -> Value {
    let mut value = if value.get("$ref").is_some() { json!({ "allOf": [value] }) } else { value };
    let default = match param.need {
        Need::Default(text) => format!(" Default: {text}."),
        _ => String::new(),
    };
    value["description"] = json!(format!("{} Takes {}.{default}", param.doc, describe(&param.ty)));
    value
}

fn extends() -> Value {
    json!({
        "description": "The table that this one starts from, or several, the later winning.",
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
    })
}

fn number(range: &Range) -> Value {
    let mut schema = json!({ "type": "number" });
    if range.low > f64::MIN {
        schema[if range.above { "exclusiveMinimum" } else { "minimum" }] = json!(range.low);
    }
    if range.high < f64::MAX {
        schema[if range.below { "exclusiveMaximum" } else { "maximum" }] = json!(range.high);
    }
    schema
}

fn quantity(dimension: Dimension, range: &Range) -> Value {
    let mut units: Vec<String> = dimension.units().into_iter().map(|unit| unit.replace('/', "\\/")).collect();
    if dimension == Dimension::Duration {
        units.push("[\u{b5}\u{3bc}]s".to_owned());
    }
    let text = format!("^\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*({})\\s*$", units.join("|"));
    json!({ "anyOf": [number(range), { "type": "string", "pattern": text }] })
}

fn scale(unit: Unit, range: &Range) -> Value {
    match unit {
        Unit::One => number(range),
        Unit::Seconds => quantity(Dimension::Duration, range),
        Unit::Bytes => quantity(Dimension::Size, range),
    }
}
