//! Bounded twins of a fuzzer: whatever the input, reading ends soon, never panics, and its messages are harmless.

use crate::support::{EXAMPLE_1, EXAMPLE_2, EXAMPLE_3, env};
use loadlab::expr;
use loadlab::file::{Diagnostic, Env, decode, document, read};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static ENV: LazyLock<Env> = LazyLock::new(env);
/// Far more than any input of these sizes needs, so that only a hang is caught.
const LONG: Duration = Duration::from_secs(20);

/// Reads, and checks what must hold of every outcome.
fn survive(bytes: &[u8], sets: &[String]) {
    let start = Instant::now();
    let outcome = decode(bytes, "x.toml").and_then(|text| read(text, "x.toml", sets, &ENV));
    match outcome {
        Ok(experiment) => {
            assert!(!experiment.cells.is_empty());
            for cell in experiment.cells.iter().take(3) {
                harmless_text(&cell.show(&experiment.sources));
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty() && errors.len() <= 100);
            errors.iter().for_each(harmless);
        }
    }
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

fn harmless(error: &Diagnostic) {
    assert!(error.line > 0 && error.column > 0 && !error.message.is_empty());
    harmless_text(&error.render(false));
    harmless_text(&error.to_string());
}

fn harmless_text(text: &str) {
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

const SCRAPS: &[&str] = &[
    "schema = 1\n",
    "[experiment]\n",
    "name = \"x\"\n",
    "[scenario]\n",
    "[scenarios.a]\n",
    "[policies.none]\n",
    "kind = \"none\"\n",
    "kind = \"threshold\"\n",
    "threshold = ",
    "[sweep]\n",
    "[[sweep.also]]\n",
    "[[plots]]\n",
    "[[claims]]\n",
    "[warmup]\n",
    "[stop]\n",
    "[replicate]\n",
    "offered_load = ",
    "policy = ",
    "extends = ",
    "\"a\"",
    "\"none\"",
    "0.5",
    "-1",
    "1e999",
    "nan",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "= ",
    "\n",
    ".",
    "'",
    "\"",
    "from = 1",
    "to = 9",
    "step = 2",
    "count = 3",
    "scale = \"log\"",
    "zip = ",
    "where = ",
    "'policy == none'",
    "design = \"points.csv\"\n",
    "nodes = { count = 4 }\n",
    "lifetime = { kind = \"exponential\", mean = \"1s\" }\n",
    "\"300ms\"",
    "\"4MiB\"",
    "2024-06-01",
    "true",
    "# comment\n",
    "\u{202e}",
    "\u{0}",
    "\u{1b}",
    "漢",
    "\t",
    "\r",
    "\"\"\"",
    "\\u0000",
    "0x",
    "_",
    "a",
    "expect = ",
];

fn scraps() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(SCRAPS), 0..60).prop_map(|parts| parts.concat())
}

/// An example with some bytes replaced, removed or doubled, or with scraps put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let example = prop::sample::select(vec![EXAMPLE_1, EXAMPLE_2, EXAMPLE_3]);
    let edit = (any::<prop::sample::Index>(), 0..4u8, any::<u8>(), prop::sample::select(SCRAPS));
    (example, prop::collection::vec(edit, 1..6)).prop_map(|(example, edits)| {
        let mut bytes = example.as_bytes().to_vec();
        for (index, how, byte, scrap) in edits {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(at..(at + usize::from(byte) % 40).min(bytes.len() - 1))),
                2 => drop(bytes.splice(at..at, scrap.bytes())),
                _ => bytes[at] = scrap.as_bytes()[0],
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&bytes, &[]);
    }

    #[test]
    fn random_toml_is_survived(text in scraps()) {
        survive(text.as_bytes(), &[]);
    }

    #[test]
    fn mutations_of_good_files_are_survived(bytes in mutated()) {
        survive(&bytes, &[]);
    }

    #[test]
    fn random_arguments_of_set_are_survived(sets in prop::collection::vec(prop_oneof![scraps(), ".{0,40}", "[a-z.]{1,12}=[a-z0-9\\[\\]{}\"., =]{0,12}"], 1..4)) {
        survive(EXAMPLE_1.as_bytes(), &sets);
    }

    #[test]
    fn random_text_of_expressions_is_survived(text in prop_oneof![".{0,60}", "[a-c0-9 .()\\[\\],=<>!&|+*/^'\"-]{0,60}"]) {
        if let Ok(expr) = expr::parse(&text) {
            let _ = expr::evaluate(&expr, &|_| None);
            let again = expr::parse(&expr.to_string());
            prop_assert_eq!(again.map(|e| e.to_string()), Ok(expr.to_string()));
        }
    }

    #[test]
    fn valid_expressions_survive_printing_and_parsing(text in expression()) {
        let expr = expr::parse(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e:?}")))?;
        let printed = expr.to_string();
        prop_assert_eq!(expr::parse(&printed).map(|e| e.to_string()), Ok(printed.clone()));
        let (before, after) = (expr::evaluate(&expr, &|_| None), expr::parse(&printed).map(|e| expr::evaluate(&e, &|_| None)));
        prop_assert_eq!(format!("{:?}", before.ok()), format!("{:?}", after.ok().and_then(Result::ok)));
    }

    #[test]
    fn values_survive_printing_and_parsing(text in toml_value()) {
        let print = |text: &str| {
            let mut sources = document::Sources::default();
            let source = sources.add("x", text);
            let span = document::Span { source, start: 0, end: text.len() as u32 };
            let mut problems = loadlab::file::diagnostic::Problems::default();
            let node = document::parse_value(&sources, span, &mut problems);
            (problems.is_empty(), loadlab::file::print::inline(&node))
        };
        let (valid, printed) = print(&text);
        prop_assert!(valid, "{}", text);
        prop_assert_eq!(print(&printed), (true, printed.clone()));
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[0-9]{1,3}(\\.[0-9]{1,3})?",
        "[a-z]{1,6}(-[a-z]{1,3})?(\\.[a-z]{1,4})?"
            .prop_filter("a keyword", |word| !["and", "or", "not", "in"].contains(&word.as_str())),
        "'[ -&(-~]{0,6}'",
        Just("m.n[a=1, b=c]".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let binary =
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "^", "and", "||", "<", "=="]), inner.clone());
        prop_oneof![
            binary.prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            inner.clone().prop_map(|a| format!("not {a}")).prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("(-{a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a} in [{b}, 3])")),
        ]
    })
}

fn toml_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "-?[1-9][0-9]{0,6}(\\.[0-9]{1,4})?(e-?[0-9]{1,2})?",
        "\"[ !#-\\[\\]-~é漢]{0,8}\"",
        Just("\"\\u0007\\n\\\"\\\\\"".to_owned()),
        Just("true".to_owned()),
        Just("inf".to_owned()),
    ];
    leaf.prop_recursive(4, 30, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::btree_map("[a-z]{1,3}|\"[ -!#-\\[\\]-~]{0,3}\"", inner, 0..4).prop_map(|pairs| {
                let unique: std::collections::BTreeMap<_, _> =
                    pairs.into_iter().map(|(k, v)| (k.trim_matches('"').to_owned(), (k, v))).collect();
                let pairs: Vec<String> = unique.into_values().map(|(k, v)| format!("{k} = {v}")).collect();
                format!("{{ {} }}", pairs.join(", "))
            }),
        ]
    })
}

#[test]
fn huge_and_deep_files_end_soon() {
    let deep_path = vec!["a"; 70].join(".");
    let nested = format!("x = {}{}", format!("{{ {deep_path} = ").repeat(75), "}".repeat(75));
    let many_tables: String = (0..4000).map(|i| format!("[policies.p{i}]\nextends = \"p{}\"\n", i + 1)).collect();
    let diamonds: String =
        (0..900).map(|i| format!("[policies.p{i}]\nextends = [\"p{0}\", \"p{0}\"]\n", i + 1)).collect();
    let many_keys: String = (0..900).map(|i| format!("k{i} = {i}\n")).collect();
    let wide: String = (0..300).map(|i| format!("[policies.p{i}]\nextends = \"base\"\n")).collect();
    for (what, text) in [
        ("ten million bytes", "a = 1 # \n".repeat(1 << 20)),
        ("open lists", "[".repeat(1 << 20)),
        ("open tables", "a = {".repeat(1 << 18)),
        ("nested dotted keys", nested),
        ("a chain of tables", many_tables),
        ("a chain of diamonds", diamonds),
        ("many keys for many tables", format!("[policies.base]\n{many_keys}{wide}")),
        ("a long line", format!("name = \"{}\"", "x".repeat(1 << 20))),
        ("a long list", format!("[sweep]\noffered_load = [{}]", "0.5, ".repeat(1 << 18))),
        ("many errors", "= \n".repeat(1 << 16)),
        ("carriage returns", "\r".repeat(1 << 20)),
    ] {
        let start = Instant::now();
        survive(text.as_bytes(), &[]);
        println!("{what}: {:?}", start.elapsed());
    }
}
