//! Claims: true, false and undecidable ones; places, tolerance and mistakes.

use super::support::{TEN, experiment, judge, read, run, text};
use loadlab::results::claims::check;
use loadlab::results::{claims_csv, claims_text};
use loadlab::stats::Outcome;

const FEW: &str = "[replicate]\nmin = 12\nmax = 12\n";

fn claim(expect: &str, more: &str) -> String {
    format!("{FEW}[[claims]]\ntext = \"c\"\nexpect = '{expect}'\n{more}\n")
}

/// The message and the underlined text of the only error.
fn mistake(more: &str) -> (String, String) {
    let text = text(TEN, more);
    let found = match read(&text) {
        Err(found) => found,
        Ok(experiment) => check(&experiment),
    };
    let [only] = &found[..] else { panic!("{} errors: {found:?}", found.len()) };
    assert!(only.line > 1 && only.column > 1, "{only}");
    (only.message.clone(), text[only.span.clone()].to_owned())
}

#[test]
fn a_true_a_false_and_an_undecidable_claim_come_out_as_pass_fail_and_unresolved() {
    let claims = "\
[replicate]
min = 12
max = 12
[[claims]]
text = \"two choices help\"
evidence = \"published\"
expect = 'response.mean[policy=jsq2] < response.mean[policy=none]'
[[claims]]
text = \"two choices harm\"
expect = 'response.mean[policy=jsq2] > response.mean[policy=none]'
[[claims]]
text = \"random placement helps\"
expect = 'response.mean[policy=random] < response.mean[policy=none]'
[[claims]]
text = \"half the response, at least\"
expect = 'response.mean[policy=jsq2] <= 0.6 * response.mean[policy=none]'
";
    let experiment = experiment(&text(TEN, claims));
    assert!(check(&experiment).is_empty());
    let judged = judge(&experiment, &run(&experiment));
    let verdicts: Vec<Outcome> = judged.iter().map(|j| j.verdict).collect();
    // Both `none` and `random` make every node an M/M/1 queue: their means are equal.
    assert_eq!(verdicts, [Outcome::Pass, Outcome::Fail, Outcome::Unresolved, Outcome::Pass]);
    let told = claims_text(&experiment, &judged);
    assert!(told.starts_with("PASS       two choices help (published)\n"), "{told}");
    assert!(told.contains("over 12 replications"), "{told}");
    let table = String::from_utf8(claims_csv(&experiment, &judged).unwrap()).unwrap();
    assert_eq!(table.lines().count(), 5);
    assert!(table.lines().nth(1).unwrap().starts_with("verdict,two choices help,PASS,published,"), "{table}");
}

#[test]
fn a_claim_is_made_at_every_point_that_its_condition_keeps_and_must_hold_at_all() {
    let sweep = "[sweep]\noffered_load = [0.3, 0.6, 0.8]\npolicy = [\"none\", \"jsq2\"]\n";
    let claims = format!(
        "{sweep}{}{}",
        claim("response.mean[policy=jsq2] < response.mean[policy=none]", "when = 'offered_load >= 0.6'"),
        "[[claims]]\ntext = \"d\"\nexpect = 'response.mean[policy=none] < 3'\n"
    );
    let experiment = experiment(&text(TEN, &claims));
    assert!(check(&experiment).is_empty());
    let judged = judge(&experiment, &run(&experiment));
    assert_eq!((judged[0].verdict, judged[0].places.len()), (Outcome::Pass, 2));
    // M/M/1: 1.43, 2.5 and 5.
    let outcomes: Vec<Outcome> = judged[1].places.iter().map(|p| p.1.as_ref().unwrap().outcome).collect();
    assert_eq!(outcomes, [Outcome::Pass, Outcome::Pass, Outcome::Fail]);
    assert_eq!(judged[1].verdict, Outcome::Fail);
    assert_eq!(judged[0].places[0].0.words(&experiment), "offered_load = 0.6");
}

#[test]
fn a_filter_can_name_another_point_than_the_one_compared_with() {
    let sweep = "[sweep]\noffered_load = [0.5, 0.8]\npolicy = [\"none\"]\n";
    // M/M/1: 5 against 2.
    let pinned = "response.mean[offered_load=0.8] > 2 * response.mean[offered_load=0.5]";
    let experiment = experiment(&text(TEN, &format!("{sweep}{}", claim(pinned, ""))));
    let judged = judge(&experiment, &run(&experiment));
    assert_eq!((judged[0].verdict, judged[0].places.len()), (Outcome::Pass, 1));
}

#[test]
fn an_equality_holds_within_its_tolerance_only() {
    let both = |tolerance: &str| {
        let equal = claim("in_system.mean[policy=none] == in_system.mean[policy=random]", tolerance);
        let experiment = experiment(&text(TEN, &equal));
        assert!(check(&experiment).is_empty());
        judge(&experiment, &run(&experiment))[0].verdict
    };
    assert_eq!(both("tolerance = 0.5"), Outcome::Pass);
    assert_eq!(both("tolerance = 0.0001"), Outcome::Unresolved);
}

#[test]
fn a_swept_key_of_one_policy_makes_a_place_of_each_of_its_values() {
    let sweep = "[policies.place]\nkind = \"threshold\"\n[sweep]\npolicy = [\"none\", \"place\"]\n\
                 \"policies.place.threshold\" = [1, 2]\n";
    let better = claim("response.mean[policy=place] < response.mean[policy=none]", "");
    let experiment = experiment(&text(TEN, &format!("{sweep}{better}")));
    assert!(check(&experiment).is_empty());
    let judged = judge(&experiment, &run(&experiment));
    assert_eq!((judged[0].verdict, judged[0].places.len()), (Outcome::Pass, 2));
    assert_eq!(judged[0].places[1].0.words(&experiment), "policies.place.threshold = 2");
}

#[test]
fn a_typo_in_a_metric_a_policy_or_a_key_is_an_error_at_its_place() {
    let expect = |e: &str| mistake(&claim(e, ""));
    assert_eq!(
        expect("slowdown.men[policy=none] < 3"),
        ("unknown metric `slowdown.men`".to_owned(), "slowdown.men".to_owned())
    );
    assert_eq!(expect("slowdown.mean[policy=nune] < 3"), ("unknown policy `nune`".to_owned(), "nune".to_owned()));
    assert_eq!(expect("slowdown.mean[polcy=none] < 3"), ("unknown key `polcy`".to_owned(), "polcy".to_owned()));
    let when = mistake(&claim("slowdown.mean[policy=none] < 3", "when = 'offerd_load > 0.5'"));
    assert_eq!(when, ("unknown key `offerd_load`".to_owned(), "offerd_load".to_owned()));
}

#[test]
fn claims_about_nothing_or_about_too_much_are_errors_at_their_place() {
    let (message, at) = mistake(&claim("response.mean[policy=none] == 5", ""));
    assert!(message.contains("within a tolerance") && at.contains("=="), "{message}: {at}");
    let (message, at) = mistake(&claim("response.mean[policy=none] < 5 and 1 < 2", ""));
    assert!(message.contains("one comparison") && at.contains("and"), "{message}: {at}");
    let (message, at) = mistake(&claim("response.mean[policy=none] < 5", "when = 'offered_load > 0.9'"));
    assert_eq!(
        (&*message, &*at),
        ("no point of the sweep meets this: the claim would be about nothing", "offered_load > 0.9")
    );
    let (message, at) = mistake(&claim("response.mean[offered_load=0.7] < 5", ""));
    assert_eq!((&*message, &*at), ("no cell of the experiment is meant by this", "response.mean[offered_load=0.7]"));
    let (message, _) = mistake(&claim("1 < 2", ""));
    assert_eq!(message, "the claim names no metric");
}

#[test]
fn a_metric_that_stands_for_several_cells_at_one_point_is_an_error_that_names_the_key() {
    let sweep = "[policies.place]\nkind = \"threshold\"\n[sweep]\npolicy = [\"place\"]\n\
                 \"policies.place.threshold\" = [1, 2]\n";
    let pinned = "response.mean[\"policies.place.threshold\"=1] < 2 * response.mean[policy=place]";
    // Both sides leave the scenario open; the right one leaves the threshold open and is claimed at each value.
    let open = claim(&pinned.replace("\"policies.place.threshold\"", "policies.place.threshold"), "");
    let experiment = experiment(&text(TEN, &format!("{sweep}{open}")));
    assert!(check(&experiment).is_empty());
    let two = "[scenarios.a]\nnodes = { count = 2 }\nhorizon = { processes = 1000 }\noffered_load = 0.5\n\
               lifetime = 1\n[scenarios.b]\nextends = \"a\"\noffered_load = 0.6\n";
    let text = text(TEN, &claim("response.mean[policy=none, scenario=a] < response.mean[policy=none]", ""));
    let start = text.find("[scenario]").unwrap();
    let end = text.find("[policies.none]").unwrap();
    let both = format!("{}{two}{}", &text[..start], &text[end..]);
    assert!(check(&read(&both).unwrap()).is_empty(), "the open scenario is claimed at each");
}
