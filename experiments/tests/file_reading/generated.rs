//! What is generated from the descriptions: the JSON Schema, `explain`, the manual.

use crate::support::{EXAMPLE_1, EXAMPLE_2, EXAMPLE_3, env};
use loadlab::file::diagnostic::Problems;
use loadlab::file::document::{Data, Node, Sources, parse};
use loadlab::file::{Catalogue, audit, explain, keys, manual, schema};
use loadlab_core::spec::Kind;
use serde_json::{Value, json};

/// As much of draft 7 as the schema uses, patterns apart. An independent reading of the schema, so that a mistake in
/// generating it shows.
fn accepts(schema: &Value, value: &Value, root: &Value) -> bool {
    let sub = |schema: &Value, value: &Value| accepts(schema, value, root);
    let bound = |name: &str, holds: fn(f64, f64) -> bool| match (schema[name].as_f64(), value.as_f64()) {
        (Some(bound), Some(x)) => holds(x, bound),
        _ => true,
    };
    let reference = match schema["$ref"].as_str() {
        Some(path) => sub(root.pointer(path.trim_start_matches('#')).expect(path), value),
        None => true,
    };
    let kind = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some(other) => panic!("{other}"),
        None => true,
    };
    let any = schema["anyOf"].as_array().is_none_or(|all| all.iter().any(|one| sub(one, value)));
    let every = schema["allOf"].as_array().is_none_or(|all| all.iter().all(|one| sub(one, value)));
    let words = schema["enum"].as_array().is_none_or(|words| words.contains(value));
    let constant = schema.get("const").is_none_or(|constant| constant == value);
    let items = value.as_array().filter(|_| schema.get("items").is_some());
    let items = items.is_none_or(|list| list.iter().all(|item| sub(&schema["items"], item)));
    let members = value.as_object().is_none_or(|members| {
        members.iter().all(|(key, value)| match (schema["properties"].get(key), &schema["additionalProperties"]) {
            (Some(own), _) => sub(own, value),
            (None, Value::Bool(false)) => false,
            (None, Value::Object(_)) => sub(&schema["additionalProperties"], value),
            (None, _) => true,
        })
    });
    let required = schema["required"].as_array().into_iter().flatten();
    let required = required.into_iter().all(|key| value.get(key.as_str().unwrap()).is_some());
    let bounds = bound("minimum", |x, b| x >= b)
        && bound("maximum", |x, b| x <= b)
        && bound("exclusiveMinimum", |x, b| x > b)
        && bound("exclusiveMaximum", |x, b| x < b);
    reference && kind && any && every && words && constant && items && members && required && bounds
}

fn to_json(node: &Node) -> Value {
    match &node.data {
        Data::Number(text) => json!(text.parse::<f64>().unwrap()),
        Data::Text(text) => json!(**text),
        Data::Flag(flag) => json!(flag),
        Data::List(list) => list.iter().map(to_json).collect(),
        Data::Table(table) => Value::Object(table.0.iter().map(|(k, v)| (k.name.to_string(), to_json(v))).collect()),
        Data::Date(_) | Data::Broken => panic!("{node:?}"),
    }
}

fn document(text: &str) -> Value {
    let mut sources = Sources::default();
    let source = sources.add("x", text);
    let mut problems = Problems::default();
    let root = parse(&sources, source, &mut problems);
    assert!(problems.is_empty());
    to_json(&root)
}

#[test]
fn the_schema_accepts_the_examples_and_refuses_misspelt_keys() {
    let schema: Value = serde_json::from_str(&schema(&env())).unwrap();
    for text in [EXAMPLE_1, EXAMPLE_2, EXAMPLE_3] {
        assert!(accepts(&schema, &document(text), &schema), "{text}");
    }
    for (good, bad) in [
        ("lifetime  =", "lifetme ="),
        ("threshold = 2\nprobes = 3", "threshold = 2\nprobs = 3"),
        ("min = 30", "min = 0"),
        ("adjust = \"holm\"", "adjust = \"home\""),
        ("name     = ", "nmae = "),
        ("alpha = 1.1", "alpha = \"x\""),
        ("kind = \"eager-dirty\"", "kind = \"eager\""),
    ] {
        assert!(EXAMPLE_1.contains(good), "{good}");
        assert!(!accepts(&schema, &document(&EXAMPLE_1.replacen(good, bad, 1)), &schema), "{bad}");
    }
}

#[test]
fn explain_finds_keys_by_the_end_of_their_path_and_suggests_the_nearest() {
    let env = env();
    let text = |key: &str| explain(&env, key).unwrap();
    assert!(text("replicate.min").starts_with("replicate.min\n"));
    assert!(text("offered_load").starts_with("scenario.offered_load\n"));
    assert!(text("network.bandwidth").contains("scenario.network.switched.bandwidth"));
    assert!(text("network").contains("switched"));
    assert!(text("policies.threshold.probes").contains("default 3"));
    assert_eq!(explain(&env, "ofered_load"), Err(Some("offered_load".to_owned())));
    assert_eq!(explain(&env, "zzzzzzzzzz"), Err(None));
}

#[test]
fn every_key_of_a_file_is_in_the_manual() {
    let text = manual(&env());
    for param in keys::ROOT.iter().chain(keys::SCENARIO).chain(keys::REPLICATE).chain(keys::PLOT) {
        assert!(
            text.contains(&format!("`{}", param.name)) || text.contains(&format!("[{}", param.name)),
            "{}",
            param.name
        );
    }
    assert!(text.contains("`nodes.discipline`") && text.contains("- `power-of-d`"));
}

#[test]
fn an_audit_finds_kinds_whose_example_is_not_valid() {
    const fn kind(name: &'static str, example: &'static str) -> Kind<()> {
        Kind { example, ..crate::support::kind(name, &[]) }
    }
    static KINDS: &[Kind<()>] = &[
        kind("good", "kind = \"good\"\n"),
        kind("other", "kind = \"good\"\n"),
        kind("more", "kind = \"more\"\nkey = 1\n"),
        kind("broken", "kind = \"broken\"\n= 3\n"),
    ];
    let mut env = env();
    env.laws.catalogue.kinds.clear();
    env.policies = Catalogue::of("policy", KINDS);
    env.catalogues.clear();
    let found = audit(&env);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("no example of `other`") && found[1].contains("unknown key `key`"), "{found:#?}");
}
