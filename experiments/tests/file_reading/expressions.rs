//! The expression language: precedence, evaluation with a third truth value, errors with their place.

use loadlab::expr::{Kind, Name, Operator, Value, evaluate, holds, parse};

fn lookup(name: &Name) -> Option<Value> {
    Some(match name.path.as_str() {
        "offered_load" => Value::Number(0.8),
        "policy" => Value::Text("migrate".into()),
        "latency" => Value::Text("300ms".into()),
        "idle" => Value::Flag(true),
        "threshold" => Value::Missing,
        _ => return None,
    })
}

fn value(text: &str) -> Value {
    evaluate(&parse(text).unwrap(), &lookup).unwrap()
}

fn number(text: &str) -> f64 {
    match value(text) {
        Value::Number(x) => x,
        other => panic!("{text}: {other:?}"),
    }
}

fn is(text: &str) -> bool {
    holds(&parse(text).unwrap(), &lookup).unwrap()
}

#[test]
fn operators_bind_as_in_mathematics() {
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 2 - 3", 5.0),
        ("12 / 3 / 2", 2.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("2 * -3", -6.0),
        ("--3", 3.0),
        ("abs(-3) + min(4, 2, 3) * max(1, 2)", 7.0),
        ("log10(100) + ln(1) + sqrt(16)", 6.0),
        ("1e-3 * 1_000", 1.0),
    ] {
        assert_eq!(number(text), expected, "{text}");
    }
}

#[test]
fn both_spellings_of_logic_mean_the_same() {
    for text in [
        "policy == migrate && offered_load >= 0.8",
        "policy == 'migrate' and not offered_load < 0.8",
        "!(policy != \"migrate\") || false",
        "not policy == place",
        "policy in [place, migrate] && 0.8 in [0.7, offered_load]",
        "idle and latency < 0.4 and latency > '200ms' and latency == '0.3s'",
        "true or true and false",
    ] {
        assert!(is(text), "{text}");
    }
    assert!(!is("policy in []"));
}

#[test]
fn what_does_not_apply_is_neither_true_nor_false() {
    assert_eq!(value("threshold < 3"), Value::Missing);
    assert_eq!(value("not threshold < 3"), Value::Missing);
    assert_eq!(value("threshold < 3 or true"), Value::Flag(true));
    assert_eq!(value("threshold < 3 and false"), Value::Flag(false));
    assert_eq!(value("threshold < 3 and true"), Value::Missing);
    assert_eq!(value("abs(threshold) + 1"), Value::Missing);
    assert!(!is("threshold < 3") && !is("not threshold < 3") && !is("threshold in [1]"));
}

#[test]
fn the_right_side_is_not_looked_at_where_the_left_one_decides() {
    assert!(is("policy == migrate || offered_load == true"));
    assert!(!is("policy == place && offered_load == true"));
    let condition = parse("policy == migrate && offered_load == true").unwrap();
    assert!(holds(&condition, &lookup).is_err(), "the left one decides nothing");
}

#[test]
fn the_two_sides_of_a_claim_and_their_filters_can_be_taken_apart() {
    let claim =
        parse("slowdown.mean[policy=migrate, offered_load=-0.5, x='a b'] < 0.9 * slowdown.mean[policy=place]").unwrap();
    let Kind::Binary(Operator::Less, left, right) = &claim.kind else { panic!("{claim:?}") };
    let Kind::Name(name) = &left.kind else { panic!("{left:?}") };
    assert_eq!((name.path.as_str(), name.filters.len()), ("slowdown.mean", 3));
    assert_eq!(name.filters[1].value.kind, Kind::Number(-0.5));
    assert_eq!(name.filters[2].value.kind, Kind::Text("a b".into()));
    assert!(matches!(right.kind, Kind::Binary(Operator::Multiply, ..)));
    let mut names = Vec::new();
    claim.walk(&mut |expr| {
        if let Kind::Name(name) = &expr.kind {
            names.push(name.path.clone());
        }
    });
    assert_eq!(names, ["slowdown.mean", "slowdown.mean"]);
}

#[test]
fn wrong_expressions_point_at_the_culprit() {
    for (text, start, message) in [
        ("", 0, "the expression ends too early"),
        ("1 +", 3, "the expression ends too early"),
        ("(1", 2, "the expression ends too early"),
        ("1 2", 2, "unexpected number `2`"),
        ("a = 1", 2, "unexpected `=`"),
        ("1 < 2 < 3", 6, "unexpected `<`"),
        ("foo(1)", 0, "unknown function `foo`"),
        ("abs(1, 2)", 0, "`abs` has 2 arguments"),
        ("a[b]", 3, "unexpected `]`"),
        ("a[=3]", 2, "unexpected `=`"),
        ("3MiB", 0, "`3MiB` is not a number"),
        ("1e999", 0, "`1e999` is not a number"),
        ("'open", 0, "this text has no end"),
        ("a ; b", 2, "unexpected character `;`"),
        ("policy in migrate", 10, "unexpected word `migrate`"),
        ("é + €", 5, "unexpected character `€`"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.span.start, error.message.as_str()), (start, message), "{text}");
    }
    for text in ["policy + 1 > 2", "policy < 3", "not 3", "1 and true", "offered_load"] {
        assert!(holds(&parse(text).unwrap(), &lookup).is_err(), "{text}");
    }
}

#[test]
fn expressions_are_bounded_in_every_direction() {
    let many = |n: usize| parse(&vec!["1"; n].join("+"));
    assert!(many(200).is_ok());
    for text in [
        vec!["1"; 2000].join("+"),
        "(".repeat(4000),
        "not ".repeat(1000),
        "-".repeat(4000),
        "abs(".repeat(1000),
        "2^".repeat(2000),
    ] {
        assert!(parse(&text).is_err(), "{}", &text[..20]);
    }
    assert_eq!(parse(&"1 ".repeat(3000)).unwrap_err().message, "the expression is too long");
}
