//! What a file means: inheritance, sweeps, the identity of cells, arguments, output.

use crate::support::{HEAD, POLICIES, SCENARIO, env, good, with};
use loadlab::expr::Value;
use loadlab::file::{Cell, Experiment, read};

fn sweep(lines: &str) -> Experiment {
    good(&format!("{HEAD}{SCENARIO}{POLICIES}[sweep]\n{lines}"))
}

fn column(experiment: &Experiment, key: &str) -> Vec<Value> {
    let at = experiment.swept.iter().position(|swept| &**swept == key).unwrap();
    experiment.cells.iter().map(|cell| cell.keys[at].1.clone()).collect()
}

fn numbers(experiment: &Experiment, key: &str) -> Vec<f64> {
    let number = |value| match value {
        Value::Number(x) => x,
        other => panic!("{other:?}"),
    };
    column(experiment, key).into_iter().map(number).collect()
}

fn policies(experiment: &Experiment) -> Vec<&str> {
    experiment.cells.iter().map(|cell| cell.policy.name.as_str()).collect()
}

#[test]
fn without_a_sweep_there_is_one_cell_for_each_policy() {
    let experiment = good(&format!("{HEAD}{SCENARIO}{POLICIES}"));
    assert_eq!(policies(&experiment), ["none", "place"]);
    assert!(experiment.swept.is_empty() && experiment.cells.iter().all(|cell| cell.scenario.name == "scenario"));
}

#[test]
fn ranges_are_exact_in_decimal() {
    let experiment = sweep("policy = \"none\"\noffered_load = { from = 0.05, to = 0.95, step = 0.05 }\n");
    let expected: Vec<f64> = (1..20).map(|i| format!("{}e-2", 5 * i).parse().unwrap()).collect();
    assert_eq!(numbers(&experiment, "offered_load"), expected);
    assert_eq!(experiment.cells[16].scenario.args.number("offered_load").to_string(), "0.85");
    let down = sweep("policy = \"none\"\noffered_load = { from = 0.9, to = 0.55, step = -0.1 }\n");
    assert_eq!(numbers(&down, "offered_load"), [0.9, 0.8, 0.7, 0.6]);
    let third = sweep(
        "policy = \"none\"\noffered_load = { from = 0, to = 0.9, count = 4 }\nallow_unstable = [true]\nwhere = 'offered_load > 0'\n",
    );
    assert_eq!(numbers(&third, "offered_load"), [0.3, 0.6, 0.9]);
}

#[test]
fn a_swept_table_is_called_by_its_label_which_is_no_part_of_it() {
    let law = |label: &str| format!("{{ {label}kind = \"exponential\", mean = 2 }}");
    let swept = |list: &str| sweep(&format!("policy = \"none\"\noffered_load = [0.5, 0.6]\nlifetime = [{list}]\n"));
    let plain = swept(&law(""));
    let named = swept(&format!("{}, {}", law("label = \"two\", "), law("label = \"other\", ").replace('2', "3")));
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(column(&named, "lifetime"), ["two", "other", "two", "other"].map(text));
    assert_eq!(named.cells[0].id, plain.cells[0].id);
    let kept = sweep(&format!(
        "policy = \"none\"\nlifetime = [{}, {}]\nwhere = 'lifetime != \"two\"'\n",
        law("label = \"two\", "),
        law("label = \"other\", ").replace('2', "3")
    ));
    assert_eq!(column(&kept, "lifetime"), [text("other")]);
    let name = loadlab::expr::Name { path: "lifetime".to_owned(), filters: Vec::new() };
    assert_eq!(kept.cells[0].lookup(&name), Some(text("other")));
}

#[test]
fn logarithmic_ranges_hit_their_ends_and_keep_their_unit() {
    let experiment = sweep(
        "policy = \"none\"\n\"lifetime.mean\" = { from = \"1ms\", to = \"1000ms\", count = 4, scale = \"log\" }\n",
    );
    assert_eq!(numbers(&experiment, "lifetime.mean"), [0.001, 0.01, 0.1, 1.0]);
    assert_eq!(experiment.cells[1].scenario.args.law("lifetime").mean(), 0.01);
}

#[test]
fn axes_multiply_in_the_order_of_the_file_and_the_first_varies_slowest() {
    let experiment = sweep("nodes.count = [2, 4]\npolicy = [\"place\", \"none\"]\noffered_load = [0.5, 0.6]\n");
    assert_eq!(numbers(&experiment, "nodes.count"), [2.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 4.0]);
    assert_eq!(policies(&experiment)[..4], ["place", "place", "none", "none"]);
    assert_eq!(numbers(&experiment, "offered_load")[..4], [0.5, 0.6, 0.5, 0.6]);
}

#[test]
fn zip_runs_axes_in_lockstep() {
    let experiment = sweep(
        "policy = \"none\"\nnodes.count = [2, 4]\noffered_load = [0.5, 0.6]\nzip = [[\"nodes.count\", \"offered_load\"]]\n",
    );
    assert_eq!(numbers(&experiment, "nodes.count"), [2.0, 4.0]);
    assert_eq!(numbers(&experiment, "offered_load"), [0.5, 0.6]);
}

#[test]
fn where_keeps_the_cells_for_which_it_is_true() {
    let experiment = sweep(
        "offered_load = [0.5, 0.6, 0.7]\nwhere = \"policy == 'none' or offered_load < 0.6 and not (threshold != 2)\"\n",
    );
    let pairs: Vec<_> = policies(&experiment).into_iter().zip(numbers(&experiment, "offered_load")).collect();
    assert_eq!(pairs, [("none", 0.5), ("none", 0.6), ("none", 0.7), ("place", 0.5)]);
}

#[test]
fn a_filtered_combination_need_not_be_valid() {
    let experiment = sweep("policy = \"none\"\noffered_load = [0.5, 1.5]\nwhere = 'offered_load < 1'\n");
    assert_eq!(experiment.cells.len(), 1);
}

#[test]
fn also_adds_cells_with_the_policies_of_the_main_sweep() {
    let experiment = sweep(
        "policy = [\"none\"]\noffered_load = [0.5]\n[[sweep.also]]\noffered_load = [0.9, 0.5]\n[[sweep.also]]\nnodes.count = 16\npolicy = \"place\"\n",
    );
    assert_eq!(numbers(&experiment, "offered_load"), [0.5, 0.9, 0.7]);
    assert_eq!(policies(&experiment), ["none", "none", "place"]);
    assert_eq!(numbers(&experiment, "nodes.count"), [4.0, 4.0, 16.0]);
}

#[test]
fn a_design_is_one_axis_of_points() {
    let experiment = sweep("policy = [\"none\", \"place\"]\ndesign = \"points.csv\"\n");
    assert_eq!(numbers(&experiment, "offered_load"), [0.5, 0.7, 0.5, 0.7]);
    assert_eq!(numbers(&experiment, "nodes.count"), [4.0, 8.0, 4.0, 8.0]);
}

#[test]
fn an_axis_of_one_policy_does_not_multiply_the_others() {
    for path in ["threshold", "policy.threshold", "\"policies.place.threshold\"", "policies.place.threshold"] {
        let experiment = sweep(&format!("offered_load = [0.5, 0.6]\n{path} = [1, 2, 3]\n"));
        assert_eq!(experiment.cells.len(), 2 + 2 * 3, "{path}");
        let values = column(&experiment, path.trim_matches('"'));
        assert_eq!(values.iter().filter(|value| **value == Value::Missing).count(), 2, "{path}");
        let points: std::collections::BTreeSet<&str> = experiment.cells.iter().map(|cell| &*cell.point).collect();
        assert_eq!(points.len(), 2, "{path}");
    }
}

#[test]
fn kinds_and_whole_tables_can_be_swept() {
    let experiment = sweep(
        "policy = \"none\"\nnetwork = [\"none\", { kind = \"shared\", bandwidth = \"1MB/s\" }]\nlifetime.kind = [\"exponential\"]\n",
    );
    let network = column(&experiment, "network");
    assert_eq!(network[0], Value::Text("none".into()));
    assert_eq!(network[1], Value::Text("{ kind = \"shared\", bandwidth = \"1MB/s\" }".into()));
    assert_eq!(column(&experiment, "lifetime.kind")[0], Value::Text("exponential".into()));
}

fn only(text: &str) -> Cell {
    good(text).cells.remove(0)
}

#[test]
fn the_identity_of_a_cell_depends_on_its_meaning_only() {
    let base = only(&format!("{HEAD}{SCENARIO}{POLICIES}"));
    assert!(base.id.len() == 16 && base.id.bytes().all(|b| b.is_ascii_hexdigit()));
    let same = [
        SCENARIO.replace("\"1s\"", "\"1000ms\""),
        SCENARIO.replace("\"1s\"", "1"),
        SCENARIO.replace("0.7", "7e-1"),
        SCENARIO.replace("{ count = 4 }", "{ cores = 1, count = 4, speed = 1, discipline = { kind = \"ps\" } }"),
        SCENARIO.replace("{ count = 4 }", "[{ count = 4 }]"),
        format!("{SCENARIO}network = \"none\"\nmemory = \"0B\"\n"),
        SCENARIO.replace("[scenario]", "[scenarios.other-name]"),
    ];
    for scenario in same {
        let cell = only(&format!("{HEAD}{scenario}{POLICIES}"));
        assert_eq!((&cell.id, &cell.point), (&base.id, &base.point), "{scenario}");
    }
    let rest = "[replicate]\nmin = 3\nseed = 99\n[output]\ntables = [\"runs\"]\n[stop]\nconfidence = 0.9\n";
    assert_eq!(only(&format!("{HEAD}{SCENARIO}{POLICIES}{rest}")).id, base.id);
    let other = [
        SCENARIO.replace("\"1s\"", "\"1001ms\""),
        SCENARIO.replace("count = 4", "count = 4, cores = 2"),
        format!("{SCENARIO}allow_unstable = true\n"),
    ];
    for scenario in other {
        assert_ne!(only(&format!("{HEAD}{scenario}{POLICIES}")).id, base.id, "{scenario}");
    }
    assert_ne!(only(&format!("{HEAD}{SCENARIO}{POLICIES}[warmup]\nkind = \"mser5\"\n")).id, base.id);
}

#[test]
fn a_table_with_a_kind_replaces_and_others_merge() {
    let text = format!(
        "{HEAD}[scenarios.base]{}[scenarios.fast]\nextends = \"base\"\nnodes = {{ speed = 2.0 }}\nlifetime = {{ kind = \"constant\", value = 3 }}\n{POLICIES}[policies.both]\nextends = [\"none\", \"place\"]\nprobes = 4\n[sweep]\nscenario = \"fast\"\npolicy = \"both\"\n",
        SCENARIO.strip_prefix("[scenario]").unwrap()
    );
    let cell = only(&text);
    let nodes = cell.scenario.args.tables("nodes")[0];
    assert_eq!((nodes.count("count"), nodes.number("speed")), (4, 2.0));
    assert_eq!(cell.scenario.args.law("lifetime").mean(), 3.0);
    let policy = &cell.policy.args;
    assert_eq!((policy.text("kind"), policy.count("threshold"), policy.count("probes")), ("threshold", 2, 4));
}

#[test]
fn an_unused_table_may_be_incomplete_but_not_wrong() {
    let unused = "[policies.abstract]\nkind = \"threshold\"\n";
    let text = format!("{HEAD}{SCENARIO}{POLICIES}{unused}[sweep]\npolicy = \"none\"\n");
    assert_eq!(good(&text).cells.len(), 1);
    let wrong = text.replace(unused, &format!("{unused}probes = 0\n"));
    assert_eq!(read(&wrong, "x.toml", &[], &env()).unwrap_err()[0].message, "`probes` is out of range");
}

#[test]
fn a_key_that_every_cell_gets_from_the_sweep_need_not_stand_in_the_scenario() {
    let text =
        format!("{HEAD}{}{POLICIES}[sweep]\noffered_load = [0.5, 0.6]\n", SCENARIO.replace("offered_load = 0.7\n", ""));
    assert_eq!(good(&text).cells.len(), 4);
    let senseless = format!("{HEAD}{SCENARIO}[policies.p]\nkind = \"threshold\"\nthreshold = 1\nprobes = 9\n");
    assert!(read(&senseless, "x.toml", &[], &env()).is_err());
    assert_eq!(good(&format!("{senseless}[sweep]\nprobes = [3, 4]\n")).cells.len(), 2);
}

#[test]
fn set_changes_values_and_the_last_wins() {
    let text = format!("{HEAD}{SCENARIO}{POLICIES}");
    let sets = [
        "scenario.lifetime.mean=300ms",
        "scenario.offered_load=0.2",
        "scenario.offered_load = 0.3",
        "policies.place.kind=random",
    ];
    let error = read(&text, "x.toml", &sets.map(str::to_owned), &env()).unwrap_err();
    assert_eq!(error[0].message, "unknown key `threshold` of policy kind `random`");
    let experiment =
        with(&text, &[&sets[..3], &["policies.place={ kind = \"random\" }", "sweep.\"nodes.count\"=[1, 2]"]].concat());
    assert_eq!(experiment.cells.len(), 4);
    assert_eq!(experiment.cells[0].scenario.args.law("lifetime").mean(), 0.3);
    assert_eq!(experiment.cells[0].scenario.args.number("offered_load"), 0.3);
}

#[test]
fn only_selects_cells_and_a_wrong_one_says_where() {
    let experiment = sweep("offered_load = [0.5, 0.6, 0.7]\n");
    assert_eq!(experiment.select("policy == \"place\" && offered_load >= 0.6").unwrap(), [4, 5]);
    assert_eq!(experiment.select("nodes.count == 4 and threshold == 2").unwrap(), [3, 4, 5]);
    assert_eq!(experiment.select("lifetime == exponential && policy in [none]").unwrap(), [0, 1, 2]);
    assert_eq!(experiment.select(&format!("cell == '{}'", experiment.cells[2].id)).unwrap(), [2]);
    let error = experiment.select("policy == plaice").unwrap_err().remove(0);
    assert_eq!(
        (error.to_string().as_str(), error.suggestion.as_deref()),
        ("--only:1:11: unknown policy `plaice`", Some("place"))
    );
}

#[test]
fn show_prints_every_value_with_its_origin_and_can_be_read_again() {
    let text = format!(
        "{HEAD}[scenarios.base]{}[scenarios.b]\nextends = \"base\"\n{POLICIES}[sweep]\nscenario = \"b\"\npolicy = \"place\"\noffered_load = [0.9]\n",
        SCENARIO.strip_prefix("[scenario]").unwrap()
    );
    let experiment = with(&text, &["scenarios.b.nodes.cores=2"]);
    let cell = &experiment.cells[0];
    let shown = cell.show(&experiment.sources);
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = shown.lines().map(words).collect();
    for line in [
        "[scenario] # b",
        "nodes.count = 4 # x.toml:5, from scenarios.base",
        "nodes.cores = 2 # --set scenarios.b.nodes.cores=2",
        "offered_load = 0.9 # x.toml:19, swept as offered_load",
        "nodes.speed = 1.0 # default",
        "kind = \"threshold\" # x.toml:14",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line}\n{shown}");
    }
    let again = format!("{HEAD}{}", shown.replace("[policy]", "[policies.again]"));
    assert_eq!(only(&again).id, cell.id, "{again}");
}

#[test]
fn a_valid_file_says_the_same_after_every_rewriting_of_its_line_ends() {
    let text = format!("{HEAD}{SCENARIO}{POLICIES}");
    let ids = |text: &str| good(text).cells.into_iter().map(|cell| cell.id).collect::<Vec<_>>();
    assert_eq!(ids(&text), ids(&text.replace('\n', "\r\n")));
    assert_eq!(ids(&text), ids(&format!("\u{feff}{text}")));
}
#[test]
fn cells_share_what_they_do_not_vary() {
    let experiment =
        sweep("offered_load = { from = 0.01, to = 0.5, step = 0.01 }\nnodes.count = { from = 1, to = 50, step = 1 }\n");
    assert_eq!(experiment.cells.len(), 50 * 50 * 2);
    let distinct = |all: Vec<usize>| all.into_iter().collect::<std::collections::BTreeSet<_>>().len();
    let scenarios = experiment.cells.iter().map(|cell| std::sync::Arc::as_ptr(&cell.scenario) as usize).collect();
    let policies = experiment.cells.iter().map(|cell| std::sync::Arc::as_ptr(&cell.policy) as usize).collect();
    let ids = experiment.cells.iter().map(|cell| cell.id.as_str()).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!((distinct(scenarios), distinct(policies), ids), (2500, 2, 5000));
}
